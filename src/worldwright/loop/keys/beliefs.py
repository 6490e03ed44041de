"""beliefs: what somebody who knows says of a rare class. Each steers what is made, and is tested.

beliefs:
  - {says: "attack = r2l rises with num_failed_logins strongly", because: "guessing fails often"}
  - {says: "attack = r2l is 5 times likelier when service in (ftp, ftp_data)", by: "Ada",
     strength: strong}
  - {says: "attack = r2l happens in 0.1 % to 0.3 % of rows", source: "the provider's report"}

`strength` is weak, normal, strong, or how many rows the belief is worth. How each stands against
real rows is in the report's ledger, beside the assumptions, and `gates: {assumptions: not
contradicted}` makes it a condition.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ... import plugins
from ...errors import Fault, SpecError
from ...spec.assumption import Assumption, check_together
from ...spec.forms import Form
from ...spec.project import Place, ProjectKey
from ..state import Ground, Run
from .assumptions import faults_of, placed


class BeliefForm(Form):
    """What may be written of one belief."""

    says: str
    because: str = ""
    by: str = ""
    source: str = ""
    strength: str | float = "normal"


def _parse(forms: Sequence[BeliefForm], place: Place) -> tuple[Assumption, ...]:
    found: list[Assumption] = []
    faults: list[Fault] = []
    for at, form in enumerate(forms):
        try:
            strength = str(form.strength) or "?"
            said = Assumption(form.says, form.because, form.by, form.source, strength=strength)
            check_together([*found, said])
            found.append(said)
        except SpecError as error:
            faults += [placed(fault, place, at) for fault in error.faults]
    if faults:
        raise SpecError.of(faults)
    return tuple(found)


def _check(beliefs: Sequence[Assumption], ground: Ground) -> Iterator[Fault]:
    yield from faults_of(beliefs, ground, "beliefs")


def _tell(beliefs: Sequence[Assumption], ground: Ground) -> Iterator[str]:
    for belief in beliefs:
        why = f" ({belief.because})" if belief.because else ""
        rows = belief.pseudo_rows
        yield f"believed, and tested on real rows: {belief.says}{why}; worth {rows:g} rows"


def _run(beliefs: Sequence[Assumption], run: Run) -> Run:
    assert run.world is not None
    world = run.world
    for one in beliefs:
        world = world.believe(
            one.says, because=one.because, by=one.by, source=one.source, strength=one.strength
        )
    return replace(run, world=world)


plugins.project_keys("beliefs")(
    ProjectKey(
        stage=31, form=list[BeliefForm], parse=_parse, check=_check, tell=_tell, run=_run, absent=[]
    )
)
