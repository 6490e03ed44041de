"""Self-test: mutation testing for the judge, in your own data.

Three disjoint slices of the real rows are dealt out: one stands as made by a perfect generator, one
as the rows that taught, one as the holdout. Untouched, they show how often the judge cries wolf.
With a fault planted in the first (`delusion.py`), they show what it would catch, at these sizes.

A fault counts as caught where the judge names a place that it does not name in the same slices
untouched. In each run a ladder is searched from the strength where the last run ended: down until
one is missed, or up until one is caught. So two or three calls of the judge stand for five
strengths; that a greater fault is caught where a slighter one was is taken for granted.

Worth is not measured here: it is no fault.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .. import seeds
from ..data.dataset import Dataset
from ..data.lineage import Role
from ..data.progress import Meter, Progress, silent
from ..data.report import Finding
from ..errors import AskedError, SchemaError, nearest
from .delusion import RUNGS, Delusion, Ground, Planted
from .ladders import Attempt, Ladder, SelfTest
from .slices import sliced

ROWS, RUNS, UNTOUCHED = 2_000, 1, 20
FEWEST = 100
_FIRST_CALLS, _NEXT_CALLS = 3, 2
_PARTS = (Role.MADE, Role.REAL, Role.HOLDOUT)


def self_test(
    real: Dataset,
    *,
    target: str | None = None,
    rows: int = ROWS,
    runs: int = RUNS,
    untouched: int = UNTOUCHED,
    kinds: Sequence[str] | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> SelfTest:
    """Plant known faults in slices of real rows, and say which of them the judge catches.

    `rows` is the size of each of the three slices of a run, at most a third of the real rows.
    `runs` is how many times each kind is planted: 1 gives a picture, 29 a power of 90 %.
    `untouched` slices measure the false alarms. `kinds` are names of delusions; None takes all of
    them. The judge is called about `untouched` + 3 × kinds times; the first step of `progress` has
    the number. The same arguments give the same result.

    Raises AskedError for too few rows or runs, SchemaError for an unknown target, PluginError for
    an unknown kind.
    """
    from .. import plugins

    _check(real, target, rows, runs)
    asked: list[Delusion] = [
        plugins.delusions.get(kind) for kind in kinds or plugins.delusions.names()
    ]
    each = _FIRST_CALLS + _NEXT_CALLS * (runs - 1)
    expected = max(runs, untouched) + len(asked) * each
    size = min(rows, real.rows // len(_PARTS))
    trials = _Trials(real, target, size, seed)
    jury = _Jury(Meter(progress, "self-test", expected, unit="judgements"), expected)
    alarms = sum(bool(jury.faults(trials.of(run))) for run in range(runs, untouched))
    dealt = [trials.of(run) for run in range(runs)]
    twins = [jury.faults(trial) for trial in dealt]
    ladders, reasons = [], {}
    for at, delusion in enumerate(asked):
        told = _climbed(delusion, dealt, jury, twins)
        if isinstance(told, str):
            reasons[delusion.kind] = told
        else:
            ladders.append(told)
        jury.catch_up(max(runs, untouched) + (at + 1) * each)
    return SelfTest(
        rows=size,
        columns=len(real.columns),
        target=target,
        seed=seed,
        runs=runs,
        alarms=alarms + sum(map(bool, twins)),
        untouched=max(runs, untouched),
        ladders=tuple(ladders),
        not_planted=reasons,
        judged=jury.judged,
    )


def _check(real: Dataset, target: str | None, rows: int, runs: int) -> None:
    if target is not None and target not in real.columns:
        raise SchemaError(
            f"there is no column {target!r}",
            where=f"self_test(target={target!r})",
            mend=nearest(target, real.columns),
        )
    if runs < 1:
        raise AskedError(
            f"{runs} runs show nothing", where=f"self_test(runs={runs})", mend="ask for 1 or more"
        )
    if min(rows, real.rows // len(_PARTS)) < FEWEST:
        raise AskedError(
            f"slices of fewer than {FEWEST} rows cannot test a judge",
            where=f"self_test(rows={rows}) of {real.rows:,} real rows",
            mend=f"bring {3 * FEWEST} real rows or more: a third of them stands as made, a third "
            "taught, a third judges",
        )


@dataclass(frozen=True)
class _Trial:
    """One deal of three slices: the Ground that faults are planted in, and the holdout."""

    ground: Ground
    holdout: Dataset
    seed: int


@dataclass(frozen=True)
class _Trials:
    """Deals three disjoint slices out for each run; each keeps the order of the file."""

    real: Dataset
    target: str | None
    rows: int
    seed: int

    def of(self, run: int) -> _Trial:
        order = seeds.stream(self.seed, "self-test", run).permutation(self.real.rows)
        parts = [np.sort(order[i * self.rows : (i + 1) * self.rows]) for i in range(len(_PARTS))]
        made, taught, holdout = (
            _as(sliced(self.real, part), role) for part, role in zip(parts, _PARTS, strict=True)
        )
        seed = seeds.child(self.seed, "self-test", run, "ground")
        return _Trial(Ground(made, taught, self.target, seed), holdout, self.seed)


def _as(rows: Dataset, role: Role) -> Dataset:
    return replace(rows, lineage=replace(rows.lineage, maker="self-test", role=role))


class _Jury:
    """Asks the judge, counts how often, and tells the meter."""

    def __init__(self, meter: Meter, expected: int) -> None:
        self._meter, self._expected, self._told = meter, expected, 0
        self.judged = 0

    def faults(self, trial: _Trial, rows: Dataset | None = None) -> tuple[Finding, ...]:
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


def _climbed(
    delusion: Delusion,
    dealt: Sequence[_Trial],
    jury: _Jury,
    twins: Sequence[tuple[Finding, ...]],
) -> Ladder | str:
    """Search the ladder in each run; return the reason where it has no place in any of them."""
    attempts: list[Attempt] = []
    reason, start = "", RUNGS // 2
    for run, (trial, twin) in enumerate(zip(dealt, twins, strict=True)):

        def tried(
            rung: int,
            run: int = run,
            trial: _Trial = trial,
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
