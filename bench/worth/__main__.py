"""Run the worth bench: python -m bench.worth --tasks telco,bank --draws 8 --first 0."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..results import Results
from ..tables import pool
from ..tables.job import Figures, Job
from . import __doc__ as about
from .tasks import TASKS
from .trial import jobs


def main() -> None:
    """Measure what is not there yet."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.worth",
        description=about,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--tasks", default=",".join(TASKS), help=f"of {', '.join(TASKS)}")
    parser.add_argument("--draws", type=int, default=8, help="how many draws")
    parser.add_argument("--first", type=int, default=0, help="the seed of the first draw")
    parser.add_argument("--again", action="store_true", help="measure what is there once more")
    parser.add_argument("--out", type=Path, help="folder of the JSON lines (default: results/)")
    given = parser.parse_args()
    results = Results.of("worth", again=given.again, folder=given.out)
    asked = {name: TASKS[name] for name in given.tasks.split(",")}
    todo = [
        job
        for job in jobs(asked, range(given.first, given.first + given.draws))
        if not results.has(job.key)
    ]

    def add(job: Job, figures: Figures) -> None:
        results.add(job.key, figures)

    pool.run(todo, add)


if __name__ == "__main__":
    main()
