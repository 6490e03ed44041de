"""Worker: one maker, in its own environment: learns, draws, and says what it cost.

    python -m bench.tables.worker MAKER ROOM      ROOM holds lesson.json and lesson.csv

Writes ROOM/made.csv and ROOM/cost.json. CPU seconds are those of this process and its children.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from .makers import MAKERS, Draw, Lesson, Made


def main(maker: str, room: Path) -> None:
    """Run `maker` on the lesson that lies in `room`."""
    asked: dict[str, Any] = json.loads((room / "lesson.json").read_text())
    lesson = read_lesson(room / "lesson.csv", asked)
    cost: dict[str, float] = {}
    with clock(cost, "fit"):
        draw = MAKERS[maker](lesson)
    with clock(cost, "sample"):
        made = draw(asked["rows"])
    frame(made).to_csv(room / "made.csv", index=False)
    (room / "cost.json").write_text(json.dumps(cost))
    if asked["many"]:
        cost["rows_per_cpu_s"] = rate(draw, asked["many"])
        (room / "cost.json").write_text(json.dumps(cost))


def read_lesson(path: Path, asked: dict[str, Any]) -> Lesson:
    """Return the rows that teach: text with None, whole numbers, floats where some are missing."""
    kinds: dict[str, str] = asked["kinds"]
    text: dict[str, Any] = {name: str for name, kind in kinds.items() if kind == "cat"}
    rows = pd.read_csv(path, dtype=text, keep_default_na=False, na_values=[""], low_memory=False)
    for name in text:
        rows[name] = rows[name].astype(object).where(rows[name].notna(), None)
    return Lesson(path, rows, kinds, asked["target"], asked["seed"], asked["budget_s"])


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
    """Write wall and CPU seconds of the block into `cost`."""
    wall, cpu = time.perf_counter(), cpu_s()
    yield
    cost[f"{step}_wall_s"] = time.perf_counter() - wall
    cost[f"{step}_cpu_s"] = cpu_s() - cpu


def cpu_s() -> float:
    """Return the CPU seconds of this process and of its ended children, so far."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
