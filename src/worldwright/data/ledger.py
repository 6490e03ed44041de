"""The ledger: each assumption of a World beside what real rows say of it.

    supported      the 95 % interval lies inside what is assumed
    contradicted   the rows rule it out (all assumptions of one ledger together: 5 %)
    cannot tell    neither, with so few rows
    untested       there were no rows to test it on; the evidence says why

An assumption that is contradicted is no fault of the made rows: they may keep it to the letter. It
is a fault of what the World takes for true. Whether the made rows keep it stands beside it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Standing(StrEnum):
    """What real rows say of an assumption."""

    CONTRADICTED = "contradicted"
    CANNOT_TELL = "cannot tell"
    UNTESTED = "untested"
    SUPPORTED = "supported"


class Keeping(StrEnum):
    """What made rows do with an assumption."""

    BROKEN = "broken"
    CANNOT_TELL = "cannot tell"
    UNTESTED = "untested"
    KEPT = "kept"


WORST_FIRST = tuple(Standing)


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One assumption: what it says, who says so and why, and how it stands.

    `effect` with its 95 % interval is in the unit that `measure` names; None where fewer than ten
    real rows would show through. `p` is corrected for all assumptions of the ledger. `rows` is how
    many real rows spoke. `before` is the standing that an earlier ledger gave; empty for none.
    """

    says: str
    kind: str
    declared: str
    verdict: Standing
    evidence: str
    made: Keeping = Keeping.UNTESTED
    made_evidence: str = ""
    columns: tuple[str, ...] = ()
    because: str = ""
    by: str = ""
    source: str = ""
    measure: str = ""
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    rows: int = 0
    before: str = ""

    @property
    def stands(self) -> str:
        """The verdict, after the one before where there was one."""
        return f"{self.before} → {self.verdict}" if self.before else str(self.verdict)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Assumptions tested anew on other real rows.

    Attributes:
        rows: An assumption each, worst first.
        against: How many new real rows they were held against.
        notes: What could not be tested, and why.
    """

    rows: tuple[LedgerRow, ...]
    against: int
    notes: tuple[str, ...] = ()

    @property
    def fallen(self) -> tuple[LedgerRow, ...]:
        """Assumptions that were supported before and are contradicted now."""
        return tuple(
            row
            for row in self.rows
            if row.verdict is Standing.CONTRADICTED and row.before == Standing.SUPPORTED
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the ledger as plain data."""
        from .reporting.plain import plain

        told: dict[str, Any] = plain(self)
        return {**told, "fallen": [row.says for row in self.fallen]}

    def to_text(self, width: int = 80) -> str:
        """Return the ledger as lines of text."""
        lines = [f"ASSUMPTIONS  {summary(self.rows)}; held against {self.against:,} real rows"]
        for row in self.rows:
            lines += told(row, width)
        lines += [line for note in self.notes for line in textwrap.wrap(f"note: {note}", width)]
        return "\n".join(lines)


def worst_first(rows: Iterable[LedgerRow]) -> tuple[LedgerRow, ...]:
    """Return rows with the worst standing first; else in their order."""
    return tuple(sorted(rows, key=lambda row: WORST_FIRST.index(row.verdict)))


def summary(rows: Sequence[LedgerRow]) -> str:
    """Return how many stand how, as in "1 contradicted, 4 supported"."""
    counts = {standing: sum(row.verdict is standing for row in rows) for standing in WORST_FIRST}
    parts = [f"{count} {standing}" for standing, count in counts.items() if count]
    broken = sum(row.made is Keeping.BROKEN for row in rows)
    parts += [f"{broken} broken by the made rows"] if broken else []
    return ", ".join(parts) or "none"


def told(row: LedgerRow, width: int) -> list[str]:
    """Return one row as lines of text: how it stands, what it says, and the evidence."""
    why = " · ".join(part for part in (row.because, row.by, row.source) if part)
    said = f"assumed by {row.declared}" + (f": {why}" if why else "")
    parts = [said, row.evidence, row.made_evidence]
    head = textwrap.wrap(f"  {row.stands:<12}  {row.says}", width, subsequent_indent=" " * 16)
    return head + [
        line
        for part in parts
        if part
        for line in textwrap.wrap(part, width, initial_indent=" " * 16, subsequent_indent=" " * 16)
    ]
