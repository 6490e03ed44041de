"""Orders between codes: of two columns in order, codes that no values could put so are not drawn.

`rules.Kept` makes low <= high of what was drawn, by moving one of the two. Few rows need that if
the later column is drawn again while even the least value of the one's code lies above the greatest
of the other's: this is the law of the column given that the order can hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from .codes import LEFT_OUT, Codes, Ordered
from .laws import ends_of
from .rules import Kept, Rule


@dataclass(frozen=True)
class Order:
    """Column `low` is at most (or below) column `high`.

    `least` and `most` are the least value of each code of the one, the greatest of the other.
    """

    low: int
    high: int
    is_strict: bool
    least: np.ndarray
    most: np.ndarray

    @property
    def columns(self) -> tuple[int, int]:
        """Both columns."""
        return self.low, self.high

    def disagrees(self, codes: np.ndarray) -> np.ndarray:
        """Return the rows of codes, (rows, columns), that break it; what is not drawn agrees."""
        low, high = codes[:, self.low], codes[:, self.high]
        there = (low != LEFT_OUT) & (high != LEFT_OUT)
        least, most = self.least[np.where(there, low, 0)], self.most[np.where(there, high, 0)]
        return there & ((least >= most) if self.is_strict else (least > most))

    def needs(self, codes: np.ndarray, column: int) -> np.ndarray:
        """Return what the other column asks of this one, the same number for the same."""
        return codes[:, self.high if column == self.low else self.low]


def find_orders(
    rules: Iterable[Rule], names: Sequence[str], columns: Sequence[Codes]
) -> tuple[Order, ...]:
    """Return the orders of columns that are learned as they are, by the table's names of them."""
    place = {name: at for at, name in enumerate(names)}
    orders = []
    for rule in rules:
        if not isinstance(rule, Kept):
            continue
        low, high = place.get(rule.low), place.get(rule.high)
        if low is None or high is None:
            continue
        one, other = columns[low], columns[high]
        if isinstance(one, Ordered) and isinstance(other, Ordered):
            ends = ends_of(one.law)[0], ends_of(other.law)[1]
            orders.append(Order(low, high, rule.is_strict, *ends))
    return tuple(orders)
