"""Making: an order to a maker, carried out in a process of its own, and what comes back."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from .. import measure
from .facts import Facts
from .registry import python
from .worker import read_lesson

REPOSITORY = Path(__file__).parent.parent.parent
TIMEOUT_S = 1_500  # a maker that needs longer has no figure
ALONE = {
    "PYTHONPATH": os.pathsep.join([str(REPOSITORY), str(REPOSITORY / "src")]),
    "NUMBA_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "PYTHONWARNINGS": "ignore",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Order:
    """What a maker is to do.

    Attributes:
        rows: How many rows to draw; none at 0.
        many: How many more to draw, to see how fast that goes; none at 0.
        weighed: Rows whose log chance is asked for, where the maker knows it.
        settings: Those of our own learner.
    """

    maker: str
    teachers: pd.DataFrame
    facts: Facts
    seed: int
    rows: int = 0
    many: int = 0
    weighed: pd.DataFrame | None = None
    settings: Mapping[str, object] = field(default_factory=dict)
    budget_s: float = 120

    def carry_out(self) -> Done:
        """Run the maker to its end."""
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            room = Path(folder)
            asked = self._written(room)
            command = [str(python(self.maker)), "-m", "bench.tables.worker", self.maker, folder]
            ran = measure.run(command, env={**ALONE, "BENCH_ROOM": folder}, timeout_s=TIMEOUT_S)
            return self._done(room, asked, ran)

    def _written(self, room: Path) -> dict[str, object]:
        asked: dict[str, object] = {
            "kinds": dict(self.facts.kinds), "target": self.facts.target, "seed": self.seed,
            "budget_s": self.budget_s, "rows": self.rows, "many": self.many,
            "settings": dict(self.settings),
        }  # fmt: skip
        self.teachers.to_csv(room / "lesson.csv", index=False)
        (room / "lesson.json").write_text(json.dumps(asked))
        if self.weighed is not None:
            self.weighed.to_csv(room / "asked.csv", index=False)
        return asked

    def _done(self, room: Path, asked: dict[str, object], ran: measure.Cost) -> Done:
        if not (room / "cost.json").exists():
            return Done({}, failed=_reason(ran))
        cost = json.loads((room / "cost.json").read_text()) | {"peak_mb": ran.peak_mb}
        made, weights = room / "made.csv", room / "log_prob.npy"
        return Done(
            cost,
            read_lesson(made, asked).rows if made.exists() else None,
            np.load(weights, allow_pickle=False) if weights.exists() else None,
        )


@dataclass(frozen=True, slots=True)
class Done:
    """What a maker cost, the rows it drew, the log chances it gave, and why there are none."""

    cost: dict[str, float]
    made: pd.DataFrame | None = None
    log_prob: np.ndarray | None = None
    failed: str = ""


def _reason(ran: measure.Cost) -> str:
    if ran.code == -9:
        return f"stopped after {TIMEOUT_S} s"
    said = ran.said.strip().splitlines()
    return said[-1] if said else f"ended with {ran.code}"
