"""The tables bench: each job that is asked for and not there yet, two at a time but for speeds.

python -m bench.tables                       ours, real, CART everywhere; the others on adult
python -m bench.tables --full                every maker on every table
python -m bench.tables --only tables --tables telco --makers real,ours --seeds 3 --most 3000
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from ..results import Results
from . import attempts, density, evidence, frontier, growth, likeness, pool
from .job import FIRST, SEEDS, Asked, Figures, Job
from .registry import MAKERS, QUICK, REAL, is_there
from .sets import TABLES

BENCHES: Mapping[str, Callable[[Asked], Iterator[Job]]] = {
    "tables": likeness.jobs, "density": density.jobs, "frontier": frontier.jobs,
    "growth": growth.jobs, "attempts": attempts.jobs, "evidence": evidence.jobs,
}  # fmt: skip
DEFAULT = tuple(name for name in BENCHES if name != "attempts")


def main() -> None:
    """Run each job that is asked for and not there yet, those of slow makers first."""
    given = arguments().parse_args()
    asked = Asked(
        given.makers, given.tables, given.seeds, given.most, given.budget, full=given.full
    )
    results = {
        bench: Results.of(bench, again=given.again, folder=given.out) for bench in given.only
    }
    jobs = [job for bench in given.only for job in BENCHES[bench](asked)]
    jobs = [job for job in jobs if not results[job.bench].has(job.key)]
    for maker in sorted({job.maker for job in jobs if not is_there(job.maker)}):
        print(f"{maker}: not installed; BENCH_VENVS={os.environ.get('BENCH_VENVS', '')}")

    def add(job: Job, figures: Figures) -> None:
        results[job.bench].add(job.key, figures)

    there = [job for job in jobs if is_there(job.maker)]
    pool.run([job for job in there if _is_timed(job)], add, at_once=1)
    rest = [job for job in there if not _is_timed(job)]
    pool.run(sorted(rest, key=lambda job: job.maker in QUICK), add)


def _is_timed(job: Job) -> bool:
    """True where the figures have a speed in them that we set out to reach."""
    if isinstance(job, likeness.Likeness):
        return job.maker in QUICK and job.maker != REAL and job.name == FIRST
    return isinstance(job, evidence.Speed)


def names(text: str) -> tuple[str, ...]:
    """Return the names in `text`, which commas part."""
    return tuple(text.split(","))


def arguments() -> argparse.ArgumentParser:
    """Return what can be asked for on the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.tables",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", type=names, default=DEFAULT, help=f"of {list(BENCHES)}")
    parser.add_argument("--makers", type=names, default=(REAL, *MAKERS))
    parser.add_argument("--tables", type=names, default=tuple(TABLES), help=f"of {list(TABLES)}")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="how many seeds, from 0 up")
    parser.add_argument("--budget", type=float, default=120, help="training seconds of slow peers")
    parser.add_argument("--most", type=int, help="at most this many rows of a table: a quick look")
    parser.add_argument("--full", action="store_true", help="every maker on every table")
    parser.add_argument("--again", action="store_true", help="measure what is there once more")
    parser.add_argument("--out", type=Path, help="folder of the JSON lines (default: results/)")
    return parser


if __name__ == "__main__":
    main()
