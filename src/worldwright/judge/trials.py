"""Trials of the judge: three slices dealt out, faults planted in the first, and what it says.

What a self-test (`selftest.py`) counts is worked out here: the deals, the judge's answers, and the
search on the ladder of each kind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .. import seeds
from ..data.dataset import Dataset
from ..data.lineage import Role
from ..data.progress import Meter
from ..data.report import Finding
from .delusion import RUNGS, Delusion, Ground, Planted
from .ladders import Attempt, Ladder
from .slices import sliced

_PARTS = (Role.MADE, Role.REAL, Role.HOLDOUT)


@dataclass(frozen=True)
class Trial:
    """One deal of three slices: the Ground that faults are planted in, and the holdout."""

    ground: Ground
    holdout: Dataset
    seed: int


@dataclass(frozen=True)
class Trials:
    """Deals three disjoint slices out for each run; each keeps the order of the file."""

    real: Dataset
    target: str | None
    rows: int
    seed: int

    def of(self, run: int) -> Trial:
        order = seeds.stream(self.seed, "self-test", run).permutation(self.real.rows)
        parts = [np.sort(order[i * self.rows : (i + 1) * self.rows]) for i in range(len(_PARTS))]
        made, taught, holdout = (
            _as(sliced(self.real, part), role) for part, role in zip(parts, _PARTS, strict=True)
        )
        seed = seeds.child(self.seed, "self-test", run, "ground")
        return Trial(Ground(made, taught, self.target, seed), holdout, self.seed)


def _as(rows: Dataset, role: Role) -> Dataset:
    return replace(rows, lineage=replace(rows.lineage, maker="self-test", role=role))


class Jury:
    """Asks the judge, counts how often, and tells the meter."""

    def __init__(self, meter: Meter, expected: int) -> None:
        self._meter, self._expected, self._told = meter, expected, 0
        self.judged = 0

    def faults(self, trial: Trial, rows: Dataset | None = None) -> tuple[Finding, ...]:
        """Return what the judge accuses the fresh rows of, or these in their place."""
        from .. import plugins
        from .case import Case
        from .run import judged, level_of

        asked = {name: plugins.metrics.get(name) for name in plugins.metrics.names()}
        asked = {name: metric for name, metric in asked.items() if metric.can_fault}
        ground = trial.ground
        case = Case(
            made=ground.fresh if rows is None else rows,
            real=ground.teachers,
            holdout=trial.holdout,
            target=ground.target,
            seed=trial.seed,
            tolerance={n: v for metric in asked.values() for n, v in metric.tolerance.items()},
            level=level_of(asked),
        )
        found = judged(case, asked).faults
        self.judged += 1
        self.catch_up(min(self._told + 1, self._expected))
        return found

    def catch_up(self, done: int) -> None:
        """Tell the meter that this much of the expected work is behind us."""
        if done > self._told:
            self._meter.add(done - self._told)
            self._told = done


def climbed(
    delusion: Delusion,
    dealt: Sequence[Trial],
    jury: Jury,
    twins: Sequence[tuple[Finding, ...]],
) -> Ladder | str:
    """Search the ladder in each run; return the reason where it has no place in any of them."""
    attempts: list[Attempt] = []
    reason, start = "", RUNGS // 2
    for run, (trial, twin) in enumerate(zip(dealt, twins, strict=True)):

        def tried(
            rung: int,
            run: int = run,
            trial: Trial = trial,
            twin: tuple[Finding, ...] = twin,
        ) -> Attempt | str:
            planted = delusion(trial.ground, delusion.ladder[rung])
            if isinstance(planted, str):
                return planted
            return _attempt(run, rung, planted, jury.faults(trial, planted.rows), twin)

        found = _searched(tried, start)
        if isinstance(found, str):
            reason = found
            continue
        attempts += found
        start = min((a.rung for a in found if a.caught), default=RUNGS - 1)
    if not attempts:
        return reason
    return Ladder(
        delusion.kind,
        delusion.group,
        delusion.says,
        delusion.unit,
        delusion.ladder,
        tuple(attempts),
    )


def _searched(tried: Callable[[int], Attempt | str], start: int) -> list[Attempt] | str:
    """Go down from `start` until one is missed, or up until one is caught."""
    first = tried(start)
    if isinstance(first, str):
        return first
    found = [first]
    step = -1 if first.caught else 1
    while 0 <= found[-1].rung + step < RUNGS and found[-1].caught == first.caught:
        following = tried(found[-1].rung + step)
        if isinstance(following, str):
            break
        found.append(following)
    return found


def _attempt(
    run: int, rung: int, planted: Planted, faults: Sequence[Finding], twin: Sequence[Finding]
) -> Attempt:
    """Compare what is accused with what the untouched rows are accused of."""
    before = {(finding.question, finding.where) for finding in twin}
    new = [finding for finding in faults if (finding.question, finding.where) not in before]
    if not new:
        return Attempt(run, rung, planted.where, caught=False, named=False)
    named = planted.is_named_by(new[0])
    return Attempt(run, rung, planted.where, caught=True, named=named, question=new[0].question)
