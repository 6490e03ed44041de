"""guard: who could be hurt? Every registered attack is run; there is nothing to set yet."""

from __future__ import annotations

from dataclasses import replace

from ... import plugins
from ...spec.forms import Form
from ...spec.project import Place, ProjectKey
from ..state import Run


class GuardForm(Form):
    """What may be written under `guard`: nothing."""


def _parse(form: GuardForm, place: Place) -> None:
    return None


def _run(nothing: None, run: Run) -> Run:
    assert run.made is not None
    assert run.real is not None
    assert run.holdout is not None
    from ...guard import guard

    found = guard(
        run.made,
        real=run.real,
        holdout=run.holdout,
        seed=run.seed,
        progress=run.orders.progress,
    )
    return replace(run, report=run.report + found if run.report else found)


plugins.project_keys("guard")(
    ProjectKey(stage=60, form=GuardForm, parse=_parse, run=_run, absent={})
)
