"""Rules: what holds between two columns in all real rows, and which made rows break it.

Every pair of columns is looked at, for "A decides B" (equal A, equal B; a missing value is a value)
and, of numbers, for "A ≤ B" (where both are there). A rule is *firm* if it holds in all real rows
though at least `LEAST` of them would break it were the two columns independent: then it is no
accident of a few rows, and a made row that breaks it is wrong. With `least` 0 all that hold at all
are returned, accidents among them, and only those are left out that no row of such columns could
break. Independence means for "A decides B": the rows whose A was seen before each draw a B at
random, and break where it is not their first one's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .coded import Coded

LEAST = 30
DECIDES, AT_MOST = "decides", "≤"


@dataclass(frozen=True, slots=True)
class Rule:
    """`left` decides `right`, or `left` ≤ `right`."""

    left: str
    sort: str
    right: str

    def __str__(self) -> str:
        return f"{self.left} {self.sort} {self.right}"

    def breaks(self, real: Coded, made: Coded) -> np.ndarray:
        """Return which made rows break the rule. An A that no real row has decides nothing."""
        if self.sort == AT_MOST:
            return np.asarray(made.column(self.left) > made.column(self.right))
        known, first = np.unique(real.cells(self.left), return_index=True)
        decided = real.cells(self.right)[first]
        given = made.cells(self.left)
        at = np.minimum(np.searchsorted(known, given), len(known) - 1)
        is_known = known[at] == given
        return np.asarray(is_known & (decided[at] != made.cells(self.right)))


@dataclass(frozen=True, slots=True)
class Broken:
    """How many rules were looked at, how many are broken, by which share of rows, which most."""

    rules: int
    broken: int
    rows: float
    most: str

    @classmethod
    def of(cls, rules: Sequence[Rule], real: Coded, made: Coded) -> Broken:
        """Return what `made` breaks of `rules`, which hold in `real`."""
        masks = {rule: rule.breaks(real, made) for rule in rules}
        worst = sorted(masks, key=lambda rule: -int(masks[rule].sum()))[:3]
        told = [f"{rule}: {masks[rule].mean():.2g}" for rule in worst if masks[rule].any()]
        some = np.any(list(masks.values()), axis=0) if masks else np.zeros(1)
        broken = sum(bool(mask.any()) for mask in masks.values())
        return cls(len(masks), broken, float(np.mean(some)), "; ".join(told))


def mined(real: Coded, *, least: float = LEAST) -> tuple[Rule, ...]:
    """Return the rules of all pairs of columns that hold in every row."""
    return (*_deciding(real, least), *_ordered(real, least))


def unknown_pairs(teachers: Coded, made: Coded, pair: tuple[str, str]) -> float:
    """Return the share of made rows whose values of `pair` no teacher has together."""
    known, asked = (
        list(zip(*(rows.cells(name) for name in pair), strict=True)) for rows in (teachers, made)
    )
    both = set(known)
    return float(np.mean([row not in both for row in asked]))


def _deciding(real: Coded, least: float) -> Iterator[Rule]:
    cells = np.asfortranarray(real.filled())
    differing = [_differing(cells[:, at]) for at in range(cells.shape[1])]
    for a, left in enumerate(real.columns):
        _, first, of = np.unique(cells[:, a], return_index=True, return_inverse=True)
        seen_before = len(cells) - len(first)
        witness = first[of]
        for b, right in enumerate(real.columns):
            expected = seen_before * differing[b]
            if a == b or expected <= 0 or expected < least:
                continue
            if np.array_equal(cells[witness, b], cells[:, b]):
                yield Rule(left, DECIDES, right)


def _differing(values: np.ndarray) -> float:
    """Return the chance that two rows at random differ."""
    shares = np.unique(values, return_counts=True)[1] / len(values)
    return float(1 - np.sum(shares**2)) if len(shares) > 1 else 0.0


def _ordered(real: Coded, least: float) -> Iterator[Rule]:
    numbers = [name for name in real.columns if name not in real.levels]
    for left in numbers:
        for right in numbers:
            low, high = real.column(left), real.column(right)
            if left == right or (low > high).any():
                continue
            both = ~np.isnan(low) & ~np.isnan(high)
            below = np.searchsorted(np.sort(high[both]), low[both])
            expected = below.sum() / max(int(both.sum()), 1)
            if expected > 0 and expected >= least:
                yield Rule(left, AT_MOST, right)
