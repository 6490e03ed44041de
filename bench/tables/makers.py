"""Makers: ours, the baselines and the peers, each a function from rows that teach to a drawing.

A maker runs in the environment that `HOMES` names ("" is our own) and imports its libraries inside;
what it returns draws that many rows, with the columns that it was taught.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd

Draw = Callable[[int], "pd.DataFrame | Made"]


@dataclass(frozen=True, slots=True)
class Lesson:
    """Rows that teach, as a file and in memory, with the kinds of their columns."""

    path: Path
    rows: pd.DataFrame
    kinds: Mapping[str, str]
    target: str
    seed: int
    budget_s: float


@dataclass(frozen=True, slots=True)
class Made:
    """Rows that are there already, whose way to a frame is not counted as making them."""

    to_pandas: Callable[[], pd.DataFrame]


def ours(lesson: Lesson) -> Draw:
    """Fit the default learner, as a user would: read the file, fit, sample."""
    import worldwright as ww

    world = ww.fit(ww.read(lesson.path), target=lesson.target, seed=lesson.seed)
    return lambda rows: Made(world.sample(rows, seed=lesson.seed).to_pandas)


def bootstrap(lesson: Lesson) -> Draw:
    """Draw teachers again: the memoriser that every measure of memory must catch."""
    return lambda rows: lesson.rows.sample(rows, replace=True, random_state=lesson.seed)


def marginals(lesson: Lesson) -> Draw:
    """Draw each column alone: the floor of likeness."""
    rng = np.random.default_rng(lesson.seed)

    def draw(rows: int) -> pd.DataFrame:
        size = len(lesson.rows)
        return pd.DataFrame(
            {
                name: lesson.rows[name].to_numpy()[rng.integers(size, size=rows)]
                for name in lesson.kinds
            }
        )

    return draw


def cart(lesson: Lesson) -> Draw:
    """Sequential CART, in the manner of synthpop."""
    from .cart import SequentialCart

    return SequentialCart.fit(lesson).sample


def sdv_copula(lesson: Lesson) -> Draw:
    """SDV's Gaussian copula, defaults (Business Source Licence: measured, never imported by us)."""
    torch = import_module("torch")
    torch.set_num_threads(1)
    torch.manual_seed(lesson.seed)
    named = {"cat": "categorical", "int": "numerical", "num": "numerical"}
    columns = {name: {"sdtype": named[kind]} for name, kind in lesson.kinds.items()}
    metadata = import_module("sdv.metadata").Metadata.load_from_dict(
        {"tables": {"rows": {"columns": columns}}}
    )
    model = import_module("sdv.single_table").GaussianCopulaSynthesizer(metadata)
    model.fit({"rows": lesson.rows})

    def draw(rows: int) -> pd.DataFrame:
        drawn = model.sample(num_rows=rows)
        return pd.DataFrame(next(iter(drawn.values())) if isinstance(drawn, dict) else drawn)

    return draw


def mostly(lesson: Lesson) -> Draw:
    """mostlyai-engine's TabularARGN, defaults, stopped after `budget_s` of training."""
    import_module("torch").set_num_threads(1)
    model = import_module("mostlyai.engine").TabularARGN(
        max_training_time=lesson.budget_s / 60,
        tgt_encoding_types={
            name: "TABULAR_CATEGORICAL" for name, kind in lesson.kinds.items() if kind == "cat"
        },
        random_state=lesson.seed,
        verbose=0,
        device="cpu",
        workspace_dir=tempfile.mkdtemp(dir=os.environ.get("BENCH_ROOM")),
    )
    model.fit(lesson.rows)
    return lambda rows: model.sample(n_samples=rows)[list(lesson.kinds)]


MAKERS: Mapping[str, Callable[[Lesson], Draw]] = {
    "ours": ours, "bootstrap": bootstrap, "marginals": marginals, "cart": cart,
    "sdv copula": sdv_copula, "mostlyai": mostly,
}  # fmt: skip
HOMES: Mapping[str, str] = {"sdv copula": "sdv", "mostlyai": "mostly"}
