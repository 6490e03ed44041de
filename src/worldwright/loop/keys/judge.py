"""judge: is it like, is it worth it?

judge: {splits: 199, focus: {attack: r2l}}    # focus: the rare class that worth is asked for
judge: {quick: true}                          # seconds: fewer rows compared, worth left out
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ... import plugins
from ...errors import Fault, SpecError
from ...spec.forms import Form
from ...spec.project import Place, ProjectKey
from ..binding import column_fault, value_faults
from ..state import Ground, Run

MIN_SPLITS = 99


class JudgeForm(Form):
    """What may be written under `judge`."""

    splits: int = 199
    focus: dict[str, str] | None = None
    quick: bool = False


@dataclass(frozen=True, slots=True)
class Judging:
    """How hard the judge looks, and at which class first."""

    splits: int
    focus: Mapping[str, str]
    quick: bool = False


def _parse(form: JudgeForm, place: Place) -> Judging:
    if form.splits < MIN_SPLITS:
        what = f"{form.splits} splits cannot tell chance from a fault at the 5 % level"
        raise SpecError(what, where=place.at("splits"), mend=f"write {MIN_SPLITS} or more")
    return Judging(form.splits, form.focus or {}, form.quick)


def _check(judging: Judging, ground: Ground) -> Iterator[Fault]:
    place = ground.project.place("judge")
    for column, value in judging.focus.items():
        if column not in ground.evidence.columns:
            yield column_fault(column, ground.evidence.columns, place.at("focus", column))
        elif column != ground.target:
            mend = f"name {ground.target!r}, which evidence.target names"
            yield Fault(f"the focus {column!r} is not the target", place.at("focus", column), mend)
        else:
            yield from value_faults(ground, column, value, place.at("focus", column))


def _run(judging: Judging, run: Run) -> Run:
    assert run.made is not None
    assert run.real is not None
    from ...judge import judge

    report = judge(
        run.made,
        real=run.real,
        holdout=run.holdout,
        target=run.target,
        focus=next(iter(judging.focus.values()), None),
        splits=judging.splits,
        quick=judging.quick,
        assumptions=run.world.assumptions if run.world else (),
        seed=run.seed,
        progress=run.orders.progress,
    )
    return replace(run, report=report)


plugins.project_keys("judge")(
    ProjectKey(stage=50, form=JudgeForm, parse=_parse, check=_check, run=_run, absent={})
)
