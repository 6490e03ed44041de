"""The process that makes blocks for another: a block number in on stdin, a JSON line out on stdout.

python -m worldwright.generate.worker JOB
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..errors import Fault, StoreError, WorldwrightError
from .blocks import make_block
from .crew import read_job
from .plan import Plan


def main(job: Path) -> None:
    """Serve until stdin closes."""
    answers = sys.stdout
    # Whatever a library prints may not stand between the answers.
    sys.stdout = sys.stderr
    plan: Plan | None = None
    for line in sys.stdin:
        try:
            if plan is None:
                plan, directory = _planned(job)
            answer: dict[str, Any] = asdict(make_block(plan, int(line), directory))
        except WorldwrightError as fault:
            faults = [_plain(one) for one in fault.faults]
            answer = {"kind": type(fault).__name__, "faults": faults}
        print(json.dumps(answer), file=answers, flush=True)


def _planned(job: Path) -> tuple[Plan, Path]:
    world, wish, seed, directory, spec = read_job(job)
    plan = world.plan(wish, seed=seed)
    if plan.lineage.spec != spec:
        raise StoreError(
            "the world is not the same once it is saved and loaded",
            where=f"a part of kind {type(world.part).__name__}",
            mend="write with workers=1, and tell the author of the part: load(save(x)) must be x",
        )
    return plan, directory


def _plain(fault: Fault) -> dict[str, str]:
    return {"what": fault.what, "where": fault.where, "mend": fault.mend}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
