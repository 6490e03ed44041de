"""Jobs of the tables bench: each maker, table and seed once, measured by the same code.

python -m bench.tables --makers real,ours,cart --tables adult --seeds 0,1,2
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from .. import measure
from ..results import Key, Results
from . import figures
from .makers import HOMES, MAKERS
from .sets import TABLES, RealTable, read
from .worker import read_lesson

REPOSITORY = Path(__file__).parent.parent.parent
SLOW = ("sdv copula", "mostlyai")  # peers that are measured with the first seed only
RATED = {"ours": 1_000_000, "cart": 200_000, "sdv copula": 200_000, "mostlyai": 200_000}


@dataclass(frozen=True, slots=True)
class Job:
    """One maker on one table with one seed."""

    maker: str
    table: RealTable
    seed: int
    budget_s: float

    @property
    def key(self) -> Key:
        return (self.maker, self.table.name, self.seed, len(self.table.rows))

    def run(self) -> dict[str, float | str]:
        """Return every figure of the job, or why there are none."""
        teachers, unseen = self.table.split(self.seed)
        if self.maker == "real":
            return self._figures(teachers, unseen, teachers)
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            room = Path(folder)
            cost = self._make(teachers, room)
            if not (room / "cost.json").exists():
                return {"failed": cost.said.strip().splitlines()[-1] if cost.said else "no word"}
            made = read_lesson(room / "made.csv", self._asked(len(teachers))).rows
            said: dict[str, float | str] = json.loads((room / "cost.json").read_text())
        return {**said, "peak_mb": cost.peak_mb, **self._figures(teachers, unseen, made)}

    def _make(self, teachers: pd.DataFrame, room: Path) -> measure.Cost:
        teachers.to_csv(room / "lesson.csv", index=False)
        (room / "lesson.json").write_text(json.dumps(self._asked(len(teachers))))
        home = HOMES.get(self.maker, "")
        command = [str(python(home)), "-m", "bench.tables.worker", self.maker, folder := str(room)]
        quiet = {"PYTHONPATH": str(REPOSITORY), "HF_HUB_OFFLINE": "1", "PYTHONWARNINGS": "ignore"}
        return measure.run(command, env={**quiet, "BENCH_ROOM": folder}, timeout_s=1800)

    def _asked(self, rows: int) -> dict[str, object]:
        facts = self.table.facts
        many = RATED.get(self.maker, 0) if self.seed == 0 else 0
        return {
            "kinds": dict(facts.kinds), "target": facts.target, "seed": self.seed,
            "budget_s": self.budget_s, "rows": rows, "many": many,
        }  # fmt: skip

    def _figures(
        self, teachers: pd.DataFrame, unseen: pd.DataFrame, made: pd.DataFrame
    ) -> dict[str, float | str]:
        facts = self.table.facts
        sides = figures.coded({"taught": teachers, "unseen": unseen, "made": made}, facts)
        found: dict[str, float | str] = {
            "c2st": figures.told_apart(sides["unseen"], sides["made"], self.seed),
            "tstr": figures.taught(sides["made"], sides["unseen"], facts, self.seed),
            "copies_unseen": figures.copies(sides["taught"], sides["unseen"]),
        }
        if self.maker != "real":
            found["membership"] = figures.membership(
                sides["taught"], sides["unseen"], sides["made"], self.seed
            )
            found["copies"] = figures.copies(sides["taught"], sides["made"])
            found["broken"] = figures.broken(sides["taught"], sides["made"], facts.depends)
        return found


def python(home: str) -> Path:
    """Return the interpreter of the environment `home`; our own where it is empty."""
    return (
        Path(os.environ.get("BENCH_VENVS", "")) / home / "bin/python"
        if home
        else Path(sys.executable)
    )


def main() -> None:
    """Run each job that is asked for and not there yet."""
    asked = arguments().parse_args()
    results = Results.of("tables", again=asked.again, folder=asked.out)
    for name in asked.tables:
        table = read(name, asked.most)
        for seed in asked.seeds:
            for maker in asked.makers:
                job = Job(maker, table, seed, asked.budget)
                slow = maker in SLOW and seed != asked.seeds[0]
                if results.has(job.key) or slow:
                    continue
                if HOMES.get(maker) and not python(HOMES[maker]).exists():
                    print(
                        f"{maker}: not installed; BENCH_VENVS={os.environ.get('BENCH_VENVS', '')}"
                    )
                    continue
                results.add(job.key, job.run())


def names(text: str) -> list[str]:
    """Return the names in `text`, which commas part."""
    return text.split(",")


def whole_numbers(text: str) -> list[int]:
    """Return the whole numbers in `text`, which commas part."""
    return [int(word) for word in names(text)]


def arguments() -> argparse.ArgumentParser:
    """Return what can be asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.tables", description=__doc__)
    parser.add_argument("--makers", type=names, default=["real", *MAKERS])
    parser.add_argument("--tables", type=names, default=["adult"], help=f"of {', '.join(TABLES)}")
    parser.add_argument("--seeds", type=whole_numbers, default=[0, 1, 2])
    parser.add_argument("--budget", type=float, default=120, help="training seconds of slow peers")
    parser.add_argument("--most", type=int, help="at most this many rows of a table: a quick look")
    parser.add_argument("--again", action="store_true", help="measure what is there once more")
    parser.add_argument("--out", type=Path, help="folder of the JSON lines (default: results/)")
    return parser


if __name__ == "__main__":
    main()
