"""Peers: other people's makers, each in an environment of its own, at their defaults.

sdv copula   Gaussian copula (SDV, Business Source Licence: measured, never imported by us)
mostlyai     mostlyai-engine's TabularARGN, stopped after `budget_s` of training
arfpy        adversarial random forests; offers a density
nrgboost     boosted energy trees, sampled by Gibbs; offers a density up to a constant
"""

from __future__ import annotations

import os
import tempfile
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd

from .makers import Learned, Lesson

NONE = "(none)"  # a missing category, for makers that take no missing values
NRG = {"num_trees": 50, "shrinkage": 0.3, "num_model_samples": 8_000, "num_threads": 1}
PARTICLES, STEPS = 1_000, 2  # of a table that can be summed: 1.001 instead of 1


def sdv_copula(lesson: Lesson) -> Learned:
    """Fit SDV's copula."""
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

    return Learned(draw)


def mostly(lesson: Lesson) -> Learned:
    """Train TabularARGN."""
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
    return Learned(lambda rows: model.sample(n_samples=rows)[list(lesson.kinds)])


def arfpy(lesson: Lesson) -> Learned:
    """Fit an adversarial random forest: 30 trees, at least 5 rows a leaf."""
    vars(np).setdefault("in1d", np.isin)  # arfpy 0.1.1 is older than numpy 2.4
    np.random.seed(lesson.seed)  # noqa: NPY002  # arfpy draws from it
    rows = whole(lesson.rows, lesson)
    model = import_module("arfpy.arf").arf(x=rows, verbose=False, random_state=lesson.seed)
    model.forde()
    finite = set(lesson.kinds.values()) == {"cat"}
    return Learned(
        lambda rows: model.forge(n=rows).replace(NONE, None),
        (lambda asked: _arf_log_prob(model, asked)) if finite else None,
    )


def _arf_log_prob(model: Any, rows: pd.DataFrame) -> np.ndarray:
    """Return the log of the mean, over trees, of a leaf's coverage times its values' shares.

    A row lies in one leaf of a tree; in any other at least one of its values has no share.
    """
    codes = pd.DataFrame(
        {name: model.levels[name].get_indexer(rows[name]) for name in rows.columns}, dtype=int
    )
    leaves = model.clf.apply(codes)
    coverage = model.bnds.drop_duplicates(["tree", "nodeid"]).set_index(["tree", "nodeid"])["cvg"]
    shares = model.class_probs.set_index(["variable", "tree", "nodeid", "value"])["prob"]
    trees = np.full((model.num_trees, len(rows)), -np.inf)
    for tree in range(model.num_trees):
        nodes = leaves[:, tree]
        with np.errstate(divide="ignore"):
            trees[tree] = np.log(coverage[tree].reindex(nodes, fill_value=0).to_numpy())
            for name in rows.columns:
                asked = pd.MultiIndex.from_arrays([nodes, codes[name]])
                told = shares[name, tree].reindex(asked, fill_value=0)
                trees[tree] += np.log(told.to_numpy(float))
    return np.asarray(np.logaddexp.reduce(trees) - np.log(model.num_trees))


def nrgboost(lesson: Lesson) -> Learned:
    """Fit boosted energies. The defaults (200 trees, 80,000 samples) end in no useful time."""
    library = import_module("nrgboost")
    rows = whole(lesson.rows, lesson)
    model = library.train(library.Dataset(rows), dict(NRG), seed=lesson.seed)
    finite = set(lesson.kinds.values()) == {"cat"}

    def draw(count: int) -> pd.DataFrame:
        drawn = model.sample(count, num_threads=1, seed=lesson.seed).astype(object)
        return pd.DataFrame(drawn.replace(NONE, None))

    def log_prob(asked: pd.DataFrame) -> np.ndarray:
        typed = asked.astype({name: rows[name].dtype for name in asked.columns})
        return np.asarray(model.predict(typed) - _log_total(model.booster, lesson.seed))

    return Learned(draw, log_prob if finite else None)


def _log_total(booster: Any, seed: int) -> float:
    """Return the log of what an energy sums to, by annealed importance sampling, tree by tree.

    Neal, "Annealed importance sampling" (Statistics and Computing 11, 2001). The estimate of the
    sum is unbiased, so its log is too small if anything: in the peer's favour.
    """
    start = booster.initial_model
    points = start.sample_points(PARTICLES, seed=seed).astype(np.uint8)
    weights = np.zeros(PARTICLES)
    for at, tree in enumerate(booster.trees, 1):
        weights += tree.evaluate(points)
        points = booster.sample_points(
            1, num_chains=PARTICLES, stop_round=at, initial_samples=points, burn_in=STEPS,
            seed=seed + at, num_threads=1,
        )  # fmt: skip
    total = np.logaddexp.reduce(weights) - np.log(PARTICLES)
    return float(np.log(start.sum_all()) + total)


def whole(rows: pd.DataFrame, lesson: Lesson) -> pd.DataFrame:
    """Return the rows with nothing missing: a category's own value, a number's middle."""
    filled = {
        name: rows[name].fillna(NONE).astype("category")
        if kind == "cat"
        else rows[name].fillna(lesson.rows[name].median())
        for name, kind in lesson.kinds.items()
    }
    return pd.DataFrame(filled)
