"""Speed of the judge: 100,000 made rows of 50 columns against 100,000 real ones and a holdout.

    python -m bench.speed_judge --rows 100000 --columns 50

The rows are drawn from one made-up law of mixed kinds (numbers with atoms and tails, whole numbers,
categories of 2 to 40 values, moments, texts, missing values) in which neighbours depend on each
other, so every part of the judge has its full work to do. Each verdict is a fresh process with one
BLAS thread; the time is that of the call alone, the memory that of the whole process with both
tables in it. `full` names a target, so worth is measured with its controls; `bare` names none;
`quick` is `judge(quick=True)` with the target; `wide` has 10,000 columns and 500 rows.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa

from . import measure
from .results import Results

WIDE = (500, 10_000)


def table(rows: int, columns: int, seed: int) -> pa.Table:
    """Return `rows` rows of the law; equal seeds give equal rows."""
    chance = np.random.default_rng([seed, columns])
    hidden = chance.normal(size=rows)
    made: dict[str, pa.Array] = {}
    for at in range(columns - 1):
        if at % 4 == 0:
            hidden = 0.6 * hidden + 0.8 * chance.normal(size=rows)
        made[f"c{at}"] = _column(at, hidden + 0.7 * chance.normal(size=rows), chance)
    rare = chance.random(rows) < 1 / (1 + np.exp(3.5 - 1.2 * hidden))
    made["answer"] = pa.array(np.where(rare, "yes", "no"))
    return pa.table(made)


def _column(at: int, level: np.ndarray, chance: np.random.Generator) -> pa.Array:
    rows = len(level)
    match at % 10:
        case 0 | 1:
            return pa.array(level.round(3))
        case 2:
            return pa.array(np.where(chance.random(rows) < 0.3, 0.0, np.exp(2 * level)).round(2))
        case 3:
            gone = chance.random(rows) < 0.15
            return pa.array(np.where(gone, np.nan, level.round(2)), from_pandas=True)
        case 4 | 5:
            return pa.array(np.floor(20 + 12 * level + chance.normal(size=rows)).astype(np.int64))
        case 8 if at % 20 == 8:
            start = np.datetime64("2023-01-01T00:00:00", "s")
            return pa.array(start + (chance.random(rows) * 3e7 + 1e6 * level).astype("int64"))
        case 9 if at % 20 == 19:
            words = np.array([f"{'word ' * k}end" for k in range(1, 12)])
            return pa.array(words[np.clip(np.floor(5 + 2 * level), 0, 10).astype(int)])
    values = (2, 4, 9, 40)[at % 4]
    codes = np.clip(np.floor((level + 3) / 6 * values), 0, values - 1).astype(int)
    return pa.array(np.array([f"v{k}" for k in range(values)])[codes])


def once(kind: str, rows: int, columns: int) -> dict[str, float]:
    """Judge in this process, and return the seconds of the call, wall and CPU."""
    import time

    import worldwright as ww

    made, real, holdout = (
        ww.read(table(size, columns, seed))
        for seed, size in ((1, rows), (2, rows), (3, max(rows // 2, 100)))
    )
    target = "answer" if kind in ("full", "quick") else None
    start, used = time.perf_counter(), time.process_time()
    report = ww.judge(made, real=real, holdout=holdout, target=target, quick=kind == "quick")
    return {
        "call_s": time.perf_counter() - start,
        "call_cpu_s": time.process_time() - used,
        "faults": len(report.faults),
        "questions": len(report.verdicts),
    }


def main() -> None:
    """Measure each kind of verdict that is not there yet."""
    parser = argparse.ArgumentParser(prog="python -m bench.speed_judge", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--columns", type=int, default=50)
    parser.add_argument("--kinds", default="full,bare,quick,wide")
    parser.add_argument("--once", help="judge in this process and print what it took")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    if asked.once:
        sys.stdout.write(json.dumps(once(asked.once, asked.rows, asked.columns)))
        return
    results = Results.of("speed_judge", again=asked.again, folder=asked.out)
    for kind in asked.kinds.split(","):
        rows, columns = WIDE if kind == "wide" else (asked.rows, asked.columns)
        if results.has((kind, rows, columns)):
            continue
        load = os.getloadavg()[0]
        words = ["--once", kind, "--rows", str(rows), "--columns", str(columns)]
        cost = measure.run([sys.executable, "-m", "bench.speed_judge", *words], env={})
        if cost.code:
            raise RuntimeError(cost.said)
        seen = json.loads(cost.said.splitlines()[-1])
        results.add((kind, rows, columns), {**seen, "peak_mb": cost.peak_mb, "load_before": load})


if __name__ == "__main__":
    main()
