"""Rules between ordered columns, and how they come to hold in every made row.

    Computed   total = part + part, net = gross * 0.8, a copy     left out of what is learned
    Gap        end = start + gap, gap >= 0                        the gap is learned in its place
    Kept       low <= high, both learned as they are              made to hold afterwards

Each rule turns real rows into what is learned (`split`) and back (`join`), row by row, on numbers:
float64, NaN where missing, microseconds of local time for moments. `mend` makes a rule hold where
some cells are given: it moves only those that are open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

Numbers = dict[str, np.ndarray]
Flags = Mapping[str, np.ndarray]  # where a column is given


@dataclass(frozen=True, slots=True)
class Grid:
    """Values are whole multiples of step / scale (step 0: of nothing), from `low` to `high`."""

    scale: float
    step: float
    low: float
    high: float

    def near(self, x: np.ndarray) -> np.ndarray:
        """Return the nearest values of the grid."""
        return np.rint(x * self.scale / self.step) * self.step / self.scale if self.step else x

    def above(self, x: np.ndarray, low: np.ndarray, is_strict: bool) -> np.ndarray:
        """Return values of the grid near `x`, at least (or above) `low`, within the range.

        What lies outside the range is mirrored at its end, so that no values heap up there.
        """
        unit = self.step / self.scale
        x = np.where(x > self.high, 2 * self.high - x, np.where(x < self.low, 2 * self.low - x, x))
        x = np.clip(x, self.low, self.high)
        if not unit:
            least = np.nextafter(low, np.inf) if is_strict else low
            return np.maximum(x, least)
        up = np.ceil(low / unit - 1e-6) * unit
        up = np.where(is_strict & (up <= low), up + unit, up)
        return self.near(np.maximum(self.near(x), up))

    def below(self, x: np.ndarray, high: np.ndarray, is_strict: bool) -> np.ndarray:
        """Return values of the grid near `x`, at most (or below) `high`, within the range."""
        mirror = Grid(self.scale, self.step, -self.high, -self.low)
        return -mirror.above(-x, -high, is_strict)


@dataclass(frozen=True, slots=True)
class Computed:
    """`name` is the sum of its parts, each times its factor, or their product."""

    name: str
    parts: tuple[str, ...]
    factors: tuple[float, ...]
    grid: Grid

    @property
    def sources(self) -> tuple[str, ...]:
        return self.parts

    def split(self, numbers: Numbers) -> None:
        """Fill a part that is open where the others and the sum are known; forget the sum."""
        whole = numbers.pop(self.name)
        opened = np.sum([np.isnan(numbers[part]) for part in self.parts], axis=0)
        for part in self.parts:
            at = np.flatnonzero((opened == 1) & np.isnan(numbers[part]) & ~np.isnan(whole))
            if len(at):
                numbers[part] = numbers[part].copy()
                numbers[part][at] = self._solved(part, whole[at], numbers, at)

    def join(self, numbers: Numbers) -> None:
        """Compute the column."""
        numbers[self.name] = self.of([numbers[part] for part in self.parts])

    def of(self, parts: list[np.ndarray]) -> np.ndarray:
        """Return what the parts make."""
        if self.is_product:
            return self.grid.near(np.prod(parts, axis=0) + 0.0)
        terms = [f * x for f, x in zip(self.factors, parts, strict=True)]
        return self.grid.near(np.sum(terms, axis=0) + 0.0)

    @property
    def is_product(self) -> bool:
        return not self.factors

    def mend(self, numbers: Numbers, given: Flags) -> None:
        """Compute what is open; where it is given, give its open parts their share of it."""
        made = self.of([numbers[part] for part in self.parts])
        open_whole = ~given[self.name]
        numbers[self.name] = np.where(open_whole, made, numbers[self.name])
        opens = np.array([~given[part] for part in self.parts])
        off = np.flatnonzero(~open_whole & (made != numbers[self.name]) & opens.any(axis=0))
        if not len(off):
            return
        if not self.is_product:
            self._scale(numbers, off, opens)
        last = len(self.parts) - 1 - opens[::-1].argmax(axis=0)
        for nth, part in enumerate(self.parts):
            at = off[last[off] == nth]
            numbers[part] = numbers[part].copy()
            numbers[part][at] = self._solved(part, numbers[self.name][at], numbers, at)

    def broken(self, numbers: Numbers) -> np.ndarray:
        """Return the rows in which the rule does not hold."""
        made, whole = self.of([numbers[part] for part in self.parts]), numbers[self.name]
        slack = 1.01 / self.grid.scale if self.grid.step and not self.is_whole else 0.0
        apart = np.abs(made - whole) > slack + 1e-9 * np.abs(whole)
        return apart | (np.isnan(made) != np.isnan(whole))

    @property
    def is_whole(self) -> bool:
        """True for sums with whole factors, which need no rounding."""
        return bool(self.factors) and all(factor == int(factor) for factor in self.factors)

    def _scale(self, numbers: Numbers, off: np.ndarray, opens: np.ndarray) -> None:
        """Let the open parts of some rows share what the given ones leave of the sum."""
        terms = np.array(
            [f * numbers[p][off] for f, p in zip(self.factors, self.parts, strict=True)]
        )
        held = np.where(opens[:, off], 0.0, terms).sum(axis=0)
        loose = np.where(opens[:, off], terms, 0.0).sum(axis=0)
        rest = numbers[self.name][off] - held
        share = np.where(loose != 0, rest / np.where(loose != 0, loose, 1.0), 0.0)
        for nth, part in enumerate(self.parts):
            numbers[part] = numbers[part].copy()
            scaled = self.grid.near(numbers[part][off] * share)
            numbers[part][off] = np.where(opens[nth, off], scaled, numbers[part][off])

    def _solved(self, part: str, whole: np.ndarray, numbers: Numbers, at: np.ndarray) -> np.ndarray:
        """Return the part of some rows that makes their sum, or product, what it is."""
        nth = self.parts.index(part)
        others = [numbers[p][at] for p in self.parts if p != part]
        if self.is_product:
            by = np.prod(others, axis=0)
            return np.where(by != 0, whole / np.where(by != 0, by, 1.0), np.nan)
        factors = [f for p, f in zip(self.parts, self.factors, strict=True) if p != part]
        rest = whole - np.sum([f * x for f, x in zip(factors, others, strict=True)], axis=0)
        return np.round(rest / self.factors[nth], 9)

    def __str__(self) -> str:
        if self.is_product:
            return f"{self.name} = {' * '.join(self.parts)}"
        terms = [
            part if factor == 1 else f"{factor:g} * {part}"
            for part, factor in zip(self.parts, self.factors, strict=True)
        ]
        return f"{self.name} = {' + '.join(terms)}"


@dataclass(frozen=True, slots=True)
class Gap:
    """`low` is at most (or below) `high`; `name`, one of them, is learned as the gap between."""

    low: str
    high: str
    is_strict: bool
    name: str
    grid: Grid

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.low if self.name == self.high else self.high,)

    @property
    def inner(self) -> str:
        """The name of the gap."""
        return f"{self.high} - {self.low}"

    def split(self, numbers: Numbers) -> None:
        """Put the gap in the column's place."""
        numbers[self.inner] = numbers[self.high] - numbers[self.low]
        del numbers[self.name]

    def join(self, numbers: Numbers) -> None:
        """Put the column in its gap's place."""
        gap = numbers.pop(self.inner)
        if self.name == self.high:
            low = numbers[self.low]
            numbers[self.name] = self.grid.above(low + gap, low, self.is_strict)
        else:
            high = numbers[self.high]
            numbers[self.name] = self.grid.below(high - gap, high, self.is_strict)

    def mend(self, numbers: Numbers, given: Flags) -> None:
        """Move what is open of the two."""
        Kept(self.low, self.high, self.is_strict, self.name, self.grid).mend(numbers, given)

    def broken(self, numbers: Numbers) -> np.ndarray:
        """Return the rows in which the rule does not hold, or its other column is missing."""
        lost = np.isnan(numbers[self.sources[0]]) & ~np.isnan(numbers[self.name])
        return lost | _disordered(numbers[self.low], numbers[self.high], self.is_strict)

    def __str__(self) -> str:
        return f"{self.low} {'<' if self.is_strict else '<='} {self.high}"


@dataclass(frozen=True, slots=True)
class Kept:
    """`low` is at most (or below) `high`; where it is not, `moved` is mirrored at the other.

    With `ties`, whether the two are equal is a column of its own, since bins would lose it.
    """

    low: str
    high: str
    is_strict: bool
    moved: str
    grid: Grid
    ties: bool = False

    @property
    def name(self) -> str:
        return self.moved

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.low if self.moved == self.high else self.high,)

    @property
    def inner(self) -> str:
        """The name of the column that says where the two are equal."""
        return f"{self.high} is {self.low}"

    def split(self, numbers: Numbers) -> None:
        """Leave the columns as they are, and note where they are equal."""
        if self.ties:
            low, high = numbers[self.low], numbers[self.high]
            both = ~(np.isnan(low) | np.isnan(high))
            numbers[self.inner] = np.where(both, low == high, np.nan)

    def join(self, numbers: Numbers) -> None:
        """Make the two equal where they are to be, and mirror what is out of order."""
        flags = np.zeros((2, len(numbers[self.low])), bool)
        given = {self.low: flags[0], self.high: flags[1]}
        if not self.ties:
            return self.mend(numbers, given)
        moved, other = numbers[self.moved], numbers[self.sources[0]]
        is_tie = (numbers.pop(self.inner) == 1) & ~np.isnan(moved) & ~np.isnan(other)
        replace(self, is_strict=True).mend(numbers, given)
        numbers[self.moved] = np.where(is_tie, other, numbers[self.moved])
        return None

    def mend(self, numbers: Numbers, given: Flags) -> None:
        """Mirror what is out of order and open; the other column where the usual one is given.

        What is moved for the sake of a given cell counts as given from then on.
        """
        other = self.sources[0]
        for name in (self.moved, other):
            low, high = numbers[self.low], numbers[self.high]
            off = np.flatnonzero(_disordered(low, high, self.is_strict) & ~given[name])
            if not len(off):
                continue
            numbers[name] = numbers[name].copy()
            given[name][off] |= given[other if name == self.moved else self.moved][off]
            low, high = low[off], high[off]
            if name == self.high:
                numbers[name][off] = self.grid.above(2 * low - high, low, self.is_strict)
            else:
                numbers[name][off] = self.grid.below(2 * high - low, high, self.is_strict)

    def broken(self, numbers: Numbers) -> np.ndarray:
        """Return the rows in which the rule does not hold."""
        return _disordered(numbers[self.low], numbers[self.high], self.is_strict)

    def __str__(self) -> str:
        return f"{self.low} {'<' if self.is_strict else '<='} {self.high}"


Rule = Computed | Gap | Kept
_KINDS: dict[str, type[Computed] | type[Gap] | type[Kept]] = {
    "computed": Computed,
    "gap": Gap,
    "kept": Kept,
}


def _disordered(low: np.ndarray, high: np.ndarray, is_strict: bool) -> np.ndarray:
    return (low >= high) if is_strict else (low > high)


def plain_rule(rule: Rule) -> dict[str, Any]:
    """Return a rule as JSON can hold it."""
    kind = next(name for name, made in _KINDS.items() if isinstance(rule, made))
    return {"kind": kind, **asdict(rule)}


def load_rule(plain: Mapping[str, Any]) -> Rule:
    """Return what `plain_rule` gave."""
    fields: dict[str, Any] = {
        name: tuple(v) if isinstance(v, list) else v for name, v in plain.items()
    }
    grid = Grid(**fields.pop("grid"))
    return _KINDS[fields.pop("kind")](**fields, grid=grid)
