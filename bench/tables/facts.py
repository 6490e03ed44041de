"""Facts: a real table in one form, with what is known about it and how it is split.

A kind is "cat" (text, missing as None), "int" or "num" (float where values are missing): the least
that every maker understands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

SMALL = 10_000  # below so many rows a figure needs twice the seeds


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about a table: its column kinds, target, and the target's positive value.

    Attributes:
        positive: The value that AUC is about; None where the target has more than two values, or
            is a number.
        depends: Pairs (a, b) of columns where a decides b, known from what the columns mean.
    """

    kinds: Mapping[str, str]
    target: str
    positive: str | None = None
    depends: tuple[tuple[str, str], ...] = ()

    @property
    def has_classes(self) -> bool:
        """True where the target is a category and not a number."""
        return self.kinds[self.target] == "cat"


@dataclass(frozen=True, slots=True)
class RealTable:
    """All rows of a real table, with what is known about them."""

    name: str
    rows: pd.DataFrame
    facts: Facts

    def split(self, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return 80 % of the rows, which teach, and the rest, in an order that `seed` decides."""
        order = np.random.default_rng(1000 + seed).permutation(len(self.rows))
        cut = int(0.8 * len(order))
        return (
            self.rows.iloc[order[:cut]].reset_index(drop=True),
            self.rows.iloc[order[cut:]].reset_index(drop=True),
        )

    def some(self, most: int | None) -> RealTable:
        """Return at most `most` of its rows at random, always the same ones."""
        if most is None or most >= len(self.rows):
            return self
        return replace(self, rows=self.rows.sample(most, random_state=0).reset_index(drop=True))


def kinds(rows: pd.DataFrame) -> dict[str, str]:
    """Return the kind of each column: "cat", "int" or "num"."""
    named = {"i": "int", "u": "int", "f": "num"}
    return {str(name): named.get(rows[name].dtype.kind, "cat") for name in rows.columns}
