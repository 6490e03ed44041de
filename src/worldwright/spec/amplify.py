"""Amplify: which rare rows are worth having more of. The engine chooses the maker and the number.

    Wish(amplify={"attack": "r2l"})             one class of a column
    Wish(amplify={"attack": ["r2l", "u2r"]})    several
    Wish(amplify={"attack": "all"})             every class under the median class size
    Wish(amplify=Amplify({"attack": "r2l"}, rows=2_000))
    Wish(amplify=Amplify({"attack": "r2l"}, rate=0.001))

With `rows` that many are made, whatever they are worth; without it none are, where real rows say
that they would not help.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral

from ..errors import Fault, WishError

ALL = "all"
Classes = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True, slots=True)
class Amplify:
    """Rare classes, by column.

    Attributes:
        where: Classes by column.
        rows: How many rare rows of each; None leaves the number to the engine.
        rate: The share of rows that are of the class where a model will be used; None: as a belief
            says, or else as it is among the real rows.
    """

    where: Classes
    rows: int | None = None
    rate: float | None = None

    def __post_init__(self) -> None:
        faults = [*self._faults()]
        if faults:
            raise WishError.of(faults)

    @property
    def classes(self) -> tuple[tuple[str, str], ...]:
        """(column, class) for each that is named; the class may be `ALL`."""
        return tuple(
            (column, str(value))
            for column, values in self.where.items()
            for value in ([values] if isinstance(values, str) else values)
        )

    def _faults(self) -> list[Fault]:
        where = f"Amplify({self.where!r})"
        if not isinstance(self.where, Mapping) or not self.where or not self.classes:
            mend = 'name a column and its rare class: amplify={"attack": "r2l"}'
            return [Fault("amplify does not say what is rare", where, mend)]
        if self.rate is not None and not 0 < self.rate < 1:
            mend = "a rate is a share between 0 and 1: 0.1 % is 0.001"
            return [Fault(f"the rate is {self.rate!r}", where, mend)]
        if self.rows is None:
            return []
        is_count = isinstance(self.rows, Integral) and not isinstance(self.rows, bool)
        if not is_count or self.rows < 1:
            mend = "give a whole number, at least 1, or leave rows= out"
            return [Fault(f"a wish for {self.rows!r} rare rows", where, mend)]
        return []


def amplify_of(said: Amplify | Classes, rows: int | None) -> Amplify:
    """Return what a Wish asks for; its rows are those of each class."""
    if not isinstance(said, Amplify):
        return Amplify(said, rows)
    if rows is not None and said.rows not in (None, rows):
        mend = "say rows= once"
        raise WishError(f"rows={rows} and rows={said.rows}", where="Wish(amplify=...)", mend=mend)
    return Amplify(said.where, said.rows if said.rows is not None else rows, said.rate)
