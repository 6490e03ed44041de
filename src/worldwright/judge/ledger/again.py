"""Again: assumptions that were judged before, held against new real rows.

What was supported and is contradicted now has *fallen*: the World may still make the rows that it
always made, and they are no longer like reality. Made rows are not asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...data.dataset import Dataset
from ...data.ledger import Ledger
from ...errors import SchemaError
from ...spec.assumption import Assumption
from .book import Sides, ledger_of, with_before
from .period import comparable


def again(
    assumptions: Sequence[Assumption],
    *,
    against: Dataset,
    real: Dataset | None = None,
    before: Mapping[str, str] | None = None,
    seed: int = 0,
) -> Ledger:
    """Test assumptions on new real rows. `real` are the teachers, `before` how each stood."""
    if not against.rows:
        raise SchemaError(
            "there are no new real rows, so nothing can be tested",
            where="reassess(against=...)",
            mend="hand over rows of the time that you ask about",
        )
    sides = Sides(witness=against, teachers=real, newer=True, seed=seed)
    rows = with_before(ledger_of(assumptions, sides), dict(before or {}))
    notes = []
    if real is None:
        notes.append(
            "the rows that taught are not at hand, so neither the training period nor merged "
            "values were tested; hand them over as real rows"
        )
    new = [name for name in against.columns if real is not None and name not in real.columns]
    if new:
        notes.append(f"columns that did not teach are not looked at: {', '.join(new[:10])}")
    if real is not None and (lost := set(real.columns) - set(comparable(against, real))):
        listed = ", ".join(name for name in real.columns if name in lost)
        notes.append(
            f"columns that taught and that the new rows lack, or hold as another kind, are not "
            f"looked at: {listed}"
        )
    return Ledger(rows, against.rows, tuple(notes))
