"""Worker: one maker, in its own environment: learns, draws, weighs rows, and says what it cost.

    python -m bench.tables.worker MAKER ROOM

ROOM holds lesson.json and lesson.csv and, where rows are to be weighed, asked.csv. Written are
made.csv, log_prob.npy (from a maker that can) and cost.json. CPU seconds are those of this process
and its children; memory is this process's peak so far, in MB.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..measure import peak_mb
from .makers import Draw, Lesson, Made
from .registry import MAKERS

# Numbers are read to the last bit, since a copy must equal its teacher: pandas does so from 3 on.
EXACT: dict[str, Any] = (
    {} if int(pd.__version__.split(".")[0]) >= 3 else {"float_precision": "round_trip"}
)


def main(maker: str, room: Path) -> None:
    """Run `maker` on the lesson that lies in `room`."""
    asked: dict[str, Any] = json.loads((room / "lesson.json").read_text())
    lesson = read_lesson(room / "lesson.csv", asked)
    cost: dict[str, float] = {}
    with clock(cost, "fit"):
        learned = MAKERS[maker](lesson)
    if asked["rows"]:
        with clock(cost, "sample"):
            made = learned.draw(asked["rows"])
        frame(made).to_csv(room / "made.csv", index=False)
    if (room / "asked.csv").exists() and learned.log_prob is not None:
        rows = read_lesson(room / "asked.csv", asked).rows
        with clock(cost, "weigh"):
            np.save(room / "log_prob.npy", learned.log_prob(rows), allow_pickle=False)
    say(room, cost)
    if asked["many"]:
        cost["rows_per_cpu_s"] = rate(learned.draw, asked["many"])
        cost["many_peak_mb"] = peak_mb()
        say(room, cost)


def say(room: Path, cost: dict[str, float]) -> None:
    """Write what was seen so far, so that it stands if what follows is cut off."""
    (room / "cost.json").write_text(json.dumps(cost))


def read_lesson(path: Path, asked: dict[str, Any]) -> Lesson:
    """Return the rows that teach: text with None, whole numbers, floats where some are missing."""
    kinds: dict[str, str] = asked["kinds"]
    text: dict[str, Any] = {name: str for name, kind in kinds.items() if kind == "cat"}
    rows = pd.read_csv(
        path, dtype=text, keep_default_na=False, na_values=[""], low_memory=False, **EXACT
    )
    for name in text:
        rows[name] = rows[name].astype(object).where(rows[name].notna(), None)
    return Lesson(
        path, rows, kinds, asked["target"], asked["seed"], asked["budget_s"], asked["settings"]
    )


def rate(draw: Draw, rows: int) -> float:
    """Return the rows drawn in a CPU second, over `rows` of them."""
    cost: dict[str, float] = {}
    with clock(cost, "many"):
        draw(rows)
    return rows / cost["many_cpu_s"]


def frame(made: pd.DataFrame | Made) -> pd.DataFrame:
    """Return the made rows as a frame."""
    return made.to_pandas() if isinstance(made, Made) else made


@contextmanager
def clock(cost: dict[str, float], step: str) -> Iterator[None]:
    """Write CPU seconds and peak memory of the block into `cost`."""
    before = cpu_s()
    yield
    cost[f"{step}_cpu_s"] = cpu_s() - before
    cost[f"{step}_peak_mb"] = peak_mb()


def cpu_s() -> float:
    """Return the CPU seconds of this process and of its ended children, so far."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
