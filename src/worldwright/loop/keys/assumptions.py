"""assumptions: what is taken for true of the rows. Each is tested on real rows that judge.

assumptions:
  - {says: "late = yes rises with items", because: "big orders take longer", by: "Ada"}
  - {says: "amount < 0 never happens", source: "terms of sale, 4.2"}

They change no row. How each stands is in the report's ledger; `gates: {assumptions: supported}`
makes it a condition. The forms of `says` are in the how-to on assumptions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ... import plugins
from ...errors import Fault, SpecError
from ...spec.assumption import Assumption
from ...spec.forms import Form
from ...spec.project import Place, ProjectKey
from ..state import Ground, Run


class AssumptionForm(Form):
    """What may be written of one assumption."""

    says: str
    because: str = ""
    by: str = ""
    source: str = ""


def _parse(forms: Sequence[AssumptionForm], place: Place) -> tuple[Assumption, ...]:
    found, faults = [], []
    for at, form in enumerate(forms):
        try:
            found.append(Assumption(form.says, form.because, form.by, form.source))
        except SpecError as error:
            faults += [placed(fault, place, at) for fault in error.faults]
    if faults:
        raise SpecError.of(faults)
    return tuple(found)


def _check(assumptions: Sequence[Assumption], ground: Ground) -> Iterator[Fault]:
    yield from faults_of(assumptions, ground, "assumptions")


def faults_of(said: Sequence[Assumption], ground: Ground, key: str) -> Iterator[Fault]:
    """Yield the faults of statements that stand under a key, each with its place in the file."""
    place = ground.project.place(key)
    for at, one in enumerate(said):
        try:
            one.check(ground.evidence.schema.main)
        except SpecError as error:
            yield from (placed(fault, place, at) for fault in error.faults)


def placed(fault: Fault, place: Place, at: int) -> Fault:
    """Return the fault with the line of the file in front of the words that it points into."""
    return Fault(fault.what, f"{place.at(at, 'says')}\n         {fault.where}", fault.mend)


def _tell(assumptions: Sequence[Assumption], ground: Ground) -> Iterator[str]:
    for assumption in assumptions:
        why = f" ({assumption.because})" if assumption.because else ""
        yield f"tested on real rows: {assumption.says}{why}"


def _run(assumptions: Sequence[Assumption], run: Run) -> Run:
    assert run.world is not None
    world = run.world
    for one in assumptions:
        world = world.assume(one.says, because=one.because, by=one.by, source=one.source)
    return replace(run, world=world)


plugins.project_keys("assumptions")(
    ProjectKey(
        stage=30,
        form=list[AssumptionForm],
        parse=_parse,
        check=_check,
        tell=_tell,
        run=_run,
        absent=[],
    )
)
