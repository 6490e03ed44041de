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

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..data.dataset import Dataset
from ..data.progress import Meter, Progress, silent
from ..errors import AskedError, SchemaError, nearest

if TYPE_CHECKING:
    from .delusion import Delusion
    from .ladders import SelfTest

ROWS, RUNS, UNTOUCHED = 2_000, 1, 20
FEWEST = 100
_SLICES, _FIRST_CALLS, _NEXT_CALLS = 3, 3, 2


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
    from .ladders import SelfTest
    from .trials import Jury, Trials, climbed

    _check(real, target, rows, runs)
    asked: list[Delusion] = [
        plugins.delusions.get(kind) for kind in kinds or plugins.delusions.names()
    ]
    each = _FIRST_CALLS + _NEXT_CALLS * (runs - 1)
    expected = max(runs, untouched) + len(asked) * each
    size = min(rows, real.rows // _SLICES)
    trials = Trials(real, target, size, seed)
    jury = Jury(Meter(progress, "self-test", expected, unit="judgements"), expected)
    alarms = sum(bool(jury.faults(trials.of(run))) for run in range(runs, untouched))
    dealt = [trials.of(run) for run in range(runs)]
    twins = [jury.faults(trial) for trial in dealt]
    ladders, reasons = [], {}
    for at, delusion in enumerate(asked):
        told = climbed(delusion, dealt, jury, twins)
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
    if min(rows, real.rows // _SLICES) < FEWEST:
        raise AskedError(
            f"slices of fewer than {FEWEST} rows cannot test a judge",
            where=f"self_test(rows={rows}) of {real.rows:,} real rows",
            mend=f"bring {3 * FEWEST} real rows or more: a third of them stands as made, a third "
            "taught, a third judges",
        )
