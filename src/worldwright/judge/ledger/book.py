"""The book: every assumption of a World → the rows of the ledger.

All that have an exact p are one family: Holm's step-down (1979) at `LEVEL`; "as it was in the
training period" decides by the judge's own tests at `period.LEVEL`. So a ledger of true assumptions
has a contradicted one in at most 5 % of cases. What the made rows do is a family of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from ...data.dataset import Dataset
from ...data.ledger import Keeping, LedgerRow, Standing, worst_first
from ...errors import SpecError
from ...spec.assumption import Assumption
from ...spec.statement import (
    Always,
    AsTrained,
    Direction,
    Independent,
    Likelier,
    LooksLike,
    Merged,
    Never,
    Rate,
    Statement,
)
from . import edges, lawful, merged, period, shares
from .rows import Rows, rounded
from .tested import Tested, nothing

LEVEL = 0.04
_S = TypeVar("_S", bound=Statement)
_SAME_PERIOD = (
    "not tested by design: the real rows at hand are of the training period, and a holdout drawn "
    "from it at random cannot tell; hold newer real rows against the World: "
    "ww judge WORLD --against NEWER --real TAUGHT"
)
_CONDITIONED = "the made rows were asked to meet a condition, so their shares say nothing here"


@dataclass(frozen=True)
class Sides:
    """Who speaks.

    Attributes:
        witness: Real rows that the assumptions did not come from, where there are such.
        teachers: The rows that taught; None where they are not at hand.
        made: The made rows; None where only the assumptions are asked.
        newer: True where the witness is of another time than the teachers.
        conditioned: True where the made rows were asked to meet a condition.
    """

    witness: Dataset
    teachers: Dataset | None = None
    made: Dataset | None = None
    newer: bool = False
    conditioned: bool = False
    seed: int = 0


def ledger_of(assumptions: Sequence[Assumption], sides: Sides) -> tuple[LedgerRow, ...]:
    """Return a row for each assumption, worst first."""
    tested = [_on_real(one, sides) for one in assumptions]
    kept = [_on_made(one, sides) for one in assumptions]
    p, made_p = holm(tested), holm(kept)
    rows = [
        _row(assumption, real, (corrected, _keeping(made, its_p)), sides, made.says)
        for assumption, real, corrected, made, its_p in zip(
            assumptions, tested, p, kept, made_p, strict=True
        )
    ]
    return worst_first(rows)


def holm(tested: Sequence[Tested]) -> list[float]:
    """Return each p, corrected for all that were tested (Holm 1979)."""
    asked = sorted((t.p, at) for at, t in enumerate(tested) if not t.untested)
    corrected = [1.0] * len(tested)
    highest = 0.0
    for place, (p, at) in enumerate(asked):
        highest = max(highest, min(1.0, p * (len(asked) - place)))
        corrected[at] = highest
    return corrected


def standing(tested: Tested, p: float, level: float = LEVEL) -> Standing:
    """Return how an assumption stands. What fits is never contradicted, however many rows spoke."""
    if tested.untested:
        return Standing.UNTESTED
    if tested.fits:
        return Standing.SUPPORTED
    return Standing.CONTRADICTED if p <= level else Standing.CANNOT_TELL


def _row(
    one: Assumption,
    real: Tested,
    decided: tuple[float, Keeping],
    sides: Sides,
    made_says: str,
) -> LedgerRow:
    p, keeping = decided
    is_period = isinstance(one.statement, AsTrained)
    bound = _bound(one.statement, sides.witness)
    return LedgerRow(
        says=one.says,
        kind=one.kind,
        declared=str(one.declared),
        verdict=standing(real, real.p if is_period else p, period.LEVEL if is_period else LEVEL),
        evidence=real.says,
        made=keeping,
        made_evidence=made_says,
        columns=one.columns if isinstance(bound, SpecError) else bound.columns,
        because=one.because,
        by=one.by,
        source=one.source,
        measure=real.measure,
        effect=real.effect,
        low=real.low,
        high=real.high,
        p=None if real.untested else rounded(real.p if is_period else p),
        rows=real.rows,
    )


def _keeping(tested: Tested, p: float) -> Keeping:
    if tested.untested:
        return Keeping.UNTESTED
    if p <= LEVEL and not tested.fits:
        return Keeping.BROKEN
    none_broken = tested.measure == shares.BREACHES
    return Keeping.KEPT if tested.fits or none_broken else Keeping.CANNOT_TELL


def _on_real(one: Assumption, sides: Sides) -> Tested:
    match one.statement:
        case AsTrained():
            if not sides.newer:
                return nothing(_SAME_PERIOD)
            return period.as_trained(sides.witness, sides.teachers, seed=sides.seed)
        case Merged() as statement:
            return _on_merged(statement, sides)
    return _on_rows(one.statement, Rows(sides.witness, "real", sides.seed))


def _on_merged(statement: Merged, sides: Sides) -> Tested:
    if sides.teachers is None:
        return nothing("the rows that taught are not at hand, and only they tell what was merged")
    bound = _bound(statement, sides.teachers)
    if not isinstance(bound, Merged):
        return nothing(bound.faults[0].what)
    others = None if sides.witness is sides.teachers else sides.witness
    return merged.merged(bound, sides.teachers, others, seed=sides.seed)


def _on_made(one: Assumption, sides: Sides) -> Tested:
    if sides.made is None or isinstance(one.statement, AsTrained | Merged):
        return nothing("")
    if sides.conditioned and not isinstance(one.statement, Always | Never):
        return nothing(_CONDITIONED)
    return _on_rows(one.statement, Rows(sides.made, "made", sides.seed))


_TESTS: dict[type[Statement], Callable[..., Tested]] = {
    Always: shares.always,
    Never: shares.never,
    Rate: shares.rate,
    Likelier: shares.likelier,
    Direction: edges.direction,
    Independent: edges.independent,
    LooksLike: lawful.looks_like,
}


def _on_rows(statement: Statement, rows: Rows) -> Tested:
    bound = _bound(statement, rows.side)
    if isinstance(bound, SpecError):
        return nothing(bound.faults[0].what)
    return _TESTS[type(statement)](bound, rows)


def _bound(statement: _S, side: Dataset) -> _S | SpecError:
    """Return the statement bound to the columns of one side, or why it does not fit them."""
    try:
        bound: _S = statement.check(side.schema.main)  # type: ignore[assignment]
    except SpecError as error:
        return error
    return bound


def with_before(rows: Sequence[LedgerRow], before: dict[str, str]) -> tuple[LedgerRow, ...]:
    """Return the rows with the standing that an earlier ledger gave to each."""
    return tuple(replace(row, before=before.get(row.says, "")) for row in rows)
