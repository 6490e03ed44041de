"""Scale: millions of rows to Parquet: memory flat in rows, time linear, two workers, hashing; and
as many rows learned: read from Parquet and fitted, in a process of its own with one thread.

    python -m bench.scale --rows 1000000,3000000,10000000 --workers 1,2

Each job is a fresh process that loads a saved World and writes; its wall includes the loading, its
memory is the peak over the process and its workers.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from pathlib import Path

from . import measure, workload
from .results import Results

REPOSITORY = Path(__file__).parent.parent
WRITE = """
import sys, worldwright as ww
world, rows, workers, place = sys.argv[1:]
if __name__ == "__main__":
    ww.load(world).write(int(rows), place, seed=7, workers=int(workers))
"""
LEARN = """
import sys, worldwright as ww
place, target = sys.argv[1:]
if __name__ == "__main__":
    print(ww.fit(ww.read(place), target=target, seed=7).explain()["part"]["rows"])
"""


def write(world: Path, rows: int, workers: int) -> dict[str, float | str]:
    """Return what it takes to write `rows` rows of `world`, and how large they are on disk."""
    place, script = world.parent / f"made-{rows}-{workers}", world.parent / "write.py"
    script.write_text(WRITE)
    load = os.getloadavg()[0]
    command = [sys.executable, str(script), str(world), str(rows), str(workers), str(place)]
    cost = measure.run(command, env={})
    size = sum(file.stat().st_size for file in place.rglob("*") if file.is_file())
    shutil.rmtree(place, ignore_errors=True)
    if cost.code:
        return {"failed": cost.said.strip().splitlines()[-1] if cost.said else str(cost.code)}
    return {
        "wall_s": cost.wall_s, "cpu_s": cost.cpu_s, "peak_mb": cost.peak_mb,
        "disk_mb": size / 1e6, "load_before": load,
    }  # fmt: skip


def learn(world: Path, rows: int) -> dict[str, float | str]:
    """Return what it takes to learn `rows` rows of `world` that lie in Parquet files."""
    import worldwright as ww

    loaded = ww.load(world)
    place, script = world.parent / f"lesson-{rows}", world.parent / "learn.py"
    loaded.write(rows, place, seed=11, workers=2)
    script.write_text(LEARN)
    load = os.getloadavg()[0]
    command = [sys.executable, str(script), str(place), loaded.columns[0]]
    cost = measure.run(command, env={"NUMBA_NUM_THREADS": "1"})
    shutil.rmtree(place, ignore_errors=True)
    if cost.code:
        return {"failed": cost.said.strip().splitlines()[-1] if cost.said else str(cost.code)}
    return {
        "wall_s": cost.wall_s, "cpu_s": cost.cpu_s, "peak_mb": cost.peak_mb, "load_before": load,
        "columns": len(loaded.columns), "taught": float(cost.said.split()[-1]),
    }  # fmt: skip


def hash_rate(world: Path, rows: int) -> dict[str, float | str]:
    """Return MB of Arrow values that the content hash reads in a second, over `rows` rows."""
    import worldwright as ww

    made = ww.load(world).sample(rows, seed=7)
    megabytes = made.table.nbytes / 1e6
    start, cpu = time.perf_counter(), time.process_time()
    made.fingerprint()
    wall, spent = time.perf_counter() - start, time.process_time() - cpu
    return {
        "mb": megabytes,
        "wall_s": wall,
        "mb_per_s": megabytes / wall,
        "mb_per_cpu_s": megabytes / spent,
    }


def main() -> None:
    """Run each job that is asked for and not there yet, small ones first."""
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("--rows", default="1000000,3000000,10000000")
    parser.add_argument("--workers", default="1,2")
    parser.add_argument("--learn", default="1000000,10000000", help="rows to learn")
    parser.add_argument("--hash-rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    results = Results.of("scale", again=asked.again, folder=asked.out)
    with workload.saved_world() as world:
        write(world, 1000, 1)  # fills the kernel cache; the start bench measures compiling
        for repeat in range(asked.repeats):
            for rows in [int(word) for word in asked.rows.split(",")]:
                for workers in [int(word) for word in asked.workers.split(",")]:
                    key = ("write", rows, workers, repeat)
                    if not results.has(key):
                        results.add(key, write(world, rows, workers))
        for rows in [int(word) for word in asked.learn.split(",") if word]:
            if not results.has(("learn", rows)):
                results.add(("learn", rows), learn(world, rows))
        if not results.has(("hash", asked.hash_rows)):
            results.add(("hash", asked.hash_rows), hash_rate(world, asked.hash_rows))


if __name__ == "__main__":
    main()
