"""Null: how often the judge finds fault with rows that are real and fresh.

    python -m bench.null --samples 34 --tables adult,bank,intrusion

Each sample cuts a real table at random into rows that teach, rows that judge and rows that
are shown as if they had been made. They come from one law, so every fault is a false alarm; the
promise is at most 5 of 100. The interval is Clopper and Pearson's (Biometrika 26, 1934), 95 %.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from .results import Results
from .tables.sets import RealTable, read


def false_alarm(table: RealTable, seed: int, rows: int) -> dict[str, float | str]:
    """Judge `rows` fresh real rows of `table`; return how many faults were found, and which."""
    import worldwright as ww

    order = np.random.default_rng([seed, 5]).permutation(len(table.rows))
    cuts = np.split(order, [rows, 2 * rows])
    made, holdout, real = (ww.read(table.rows.iloc[cut].reset_index(drop=True)) for cut in cuts)
    report = ww.judge(made, real=real, holdout=holdout, seed=seed)
    asked = {fault.question for fault in report.faults}
    return {"faults": len(report.faults), "questions": ", ".join(sorted(asked))}


def main() -> None:
    """Judge each sample that is not there yet."""
    parser = argparse.ArgumentParser(prog="python -m bench.null", description=__doc__)
    parser.add_argument("--samples", type=int, default=34, help="of each table")
    parser.add_argument("--tables", default="adult,bank,intrusion")
    parser.add_argument("--rows", type=int, default=2_000)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    results = Results.of("null", again=asked.again, folder=asked.out)
    for name in asked.tables.split(","):
        table = read(name)
        for seed in range(asked.samples):
            key = (name, asked.rows, seed)
            if not results.has(key):
                results.add(key, false_alarm(table, seed, asked.rows))


if __name__ == "__main__":
    main()
