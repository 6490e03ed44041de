"""Rows: one side as a test sees it; and how counts of its rows may be told.

Statements on every row are asked of all rows. Statements on shares are asked of rows that stand for
their own world's shares (by their weights), so a wished shift breaks no assumption. Of real rows no
count between 1 and 9 is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from ... import seeds
from ...data.dataset import Dataset
from ...data.expression import Expression
from ...data.report import MIN_COUNT
from ...data.schema import TableSchema
from ..effects import binomial_interval
from ..stack import Values, standing, unite

MOST_TESTED = 40_000


@dataclass(frozen=True)
class Rows:
    """One side. `role` is "real" or "made"; chance comes from `seed`."""

    side: Dataset
    role: str
    seed: int

    @property
    def columns(self) -> TableSchema:
        return self.side.schema.main

    @cached_property
    def table(self) -> pa.Table:
        """Return rows that stand for the shares of their world, at most `MOST_TESTED`."""
        child = seeds.child(self.seed, "ledger", self.role)
        return self.side.table.take(pa.array(standing(self.side, MOST_TESTED, child)))

    def holds(self, condition: Expression) -> np.ndarray:
        """Return where the condition holds among the standing rows."""
        return condition.mask(self.table, self.columns)

    def values(self, name: str, most: int = MOST_TESTED) -> Values:
        """Return one column of the standing rows, of the first `most` of them."""
        return unite(self.columns[name], [self.table[name].slice(0, most)])

    def missing(self, names: Iterable[str]) -> np.ndarray:
        """Return in which of all rows at least one of the columns has no value."""
        absent = np.zeros(self.side.rows, dtype=bool)
        for name in names:
            absent |= np.asarray(self.side.table[name].is_null().to_numpy(), dtype=bool)
        return absent

    def tells(self, hits: int) -> bool:
        """True where a count of rows may be told: all counts of made rows, few of real ones."""
        return self.role == "made" or hits == 0 or hits >= MIN_COUNT

    def count(self, hits: int, of: int) -> str:
        """Return "45 (2.3 %) of 2,000 real rows", or what may be told of it."""
        rows = f"of {of:,} {self.role} rows"
        if hits == 0:
            return f"none {rows}"
        if not self.tells(hits):
            return f"fewer than {MIN_COUNT} {rows}"
        return f"{hits:,} ({percent(hits / max(of, 1))}) {rows}"

    def share(self, hits: int, of: int) -> tuple[float | None, float, float]:
        """Return a share with its exact 95 % interval, blurred where it may not be told."""
        if self.tells(hits):
            low, high = binomial_interval(hits, of, 0.05)
            return rounded(hits / of), rounded(low), rounded(high)
        high = binomial_interval(MIN_COUNT - 1, max(of, MIN_COUNT), 0.05)[1]
        return None, 0.0, rounded(high)


def percent(share: float) -> str:
    """Return a share with two digits that count."""
    return f"{100 * share:.2g} %" if share < 0.995 else f"{100 * share:.4g} %"


def rounded(number: float) -> float:
    """Return a number with six digits that count."""
    return float(f"{number:.6g}")
