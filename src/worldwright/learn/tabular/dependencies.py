"""Functional dependencies A -> B, and columns that are missing together: they hold in made rows.

A column that decides all of another is drawn before it (but for the target, which leads), and the
other is looked up. Where something is left open, or the target is decided, the later of the two is
drawn again until they agree. How dependencies are found stands in `deciding.py`.

Twins are columns that are missing together: the later one is drawn again until it is missing
exactly where the earlier one is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .codes import LEFT_OUT, Codes
from .trees import Coded

OPEN = -1


@dataclass(frozen=True)
class Dependency:
    """Column `given` decides column `decided`: `table[code of given]` is its code, or `OPEN`."""

    given: int
    decided: int
    table: np.ndarray

    @cached_property
    def is_lookup(self) -> bool:
        """True where the deciding column is drawn first, and leaves nothing open."""
        return self.given < self.decided and bool((self.table != OPEN).all())

    @property
    def columns(self) -> tuple[int, int]:
        """Both columns."""
        return self.given, self.decided

    def disagrees(self, codes: np.ndarray) -> np.ndarray:
        """Return the rows of codes, (rows, columns), that break it; what is not drawn agrees."""
        decided, needed = codes[:, self.decided], self.table[codes[:, self.given]]
        return (needed != decided) & (decided != LEFT_OUT) & (needed != OPEN)

    def needs(self, codes: np.ndarray, column: int) -> np.ndarray:
        """Return what the other column asks of this one, the same number for the same."""
        return (
            self.table[codes[:, self.given]] if column == self.decided else codes[:, self.decided]
        )


@dataclass(frozen=True, slots=True)
class Twins:
    """Columns `one` and `other` are missing together; each with the code that says so."""

    one: int
    other: int
    no_one: int
    no_other: int

    @property
    def columns(self) -> tuple[int, int]:
        """Both columns."""
        return self.one, self.other

    def disagrees(self, codes: np.ndarray) -> np.ndarray:
        """Return the rows of codes, (rows, columns), that break it; what is not drawn agrees."""
        one, other = codes[:, self.one], codes[:, self.other]
        apart = (one == self.no_one) != (other == self.no_other)
        return apart & (one != LEFT_OUT) & (other != LEFT_OUT)

    def needs(self, codes: np.ndarray, column: int) -> np.ndarray:
        """Return what the other column asks of this one, the same number for the same."""
        at = self.other if column == self.one else self.one
        gone = codes[:, at] == (self.no_other if column == self.one else self.no_one)
        return np.where(codes[:, at] == LEFT_OUT, OPEN, gone)


def find_twins(
    coded: Coded, columns: Sequence[Codes], looked_up: Sequence[int], least: Sequence[int]
) -> tuple[Twins, ...]:
    """Return the later columns that are missing exactly where an earlier one is.

    `least[j]` rows of column j at least must be missing, and at least as many not.
    """
    found: list[Twins] = []
    leaders: dict[bytes, int] = {}
    for j, codes in enumerate(columns):
        if codes.null < 0 or j in looked_up:
            continue
        gone = coded.codes[j] == codes.null
        many = int(gone.sum())
        mark = hashlib.sha256(np.packbits(gone).tobytes()).digest()
        leader = leaders.setdefault(mark, j)
        if leader != j and min(many, len(gone) - many) >= min(least[leader], least[j]):
            found.append(Twins(leader, j, columns[leader].null, codes.null))
    return tuple(found)
