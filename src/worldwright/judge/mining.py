"""Mined rules: what holds in at least 99.9 % of real rows, on both real sides.

    range         a number stays within the lowest and highest real value (or is never negative)
    words         a category takes no value that no real row has; the word that stands for rare
                  values is known: how often it may stand is asked of the column
    order         column a is never above column b
    dependency    the value of a decides that of b
    missing       where a is missing, b is missing too

A rule must say something: if the columns were independent it would be broken in at least 1 % of
rows. What a rule is made of (extremes, values) stays inside; its name holds names of columns only.

A rule that was cut to the rows it is tested on looks better than it is. So the values of "words"
are those of the teachers when reference rows are counted, and a range counts one breach more than
it has: the mass outside the extremes of N rows has the law Beta(2, N - 1), that of one breach in N
rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..data.report import MIN_COUNT
from ..data.reporting.disclose import RARER
from ..data.schema import Kind
from .stack import Stack, Values

HOLDS = 0.999
_SAYS = 0.01
_MOST_WORDS = 60
MOST_PAIRED = 150


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by name, the columns it speaks of, and which rows of the Stack break it.

    `breaches` and `witnesses` count the real rows that break it, and those that could have.
    """

    says: str
    columns: tuple[str, ...]
    broken: np.ndarray
    breaches: int
    witnesses: int


@dataclass(frozen=True, slots=True)
class Mined:
    """The rules that hold among real rows, and how many were tried to find them."""

    rules: tuple[Rule, ...]
    tried: int


def mine(stack: Stack) -> Mined:
    """Return the rules that hold in `HOLDS` of the reference and of the teachers."""
    kept: list[Rule] = []
    tried = 0
    for rule in _candidates(stack):
        tried += 1
        if rule is None or rule.breaches > (1 - HOLDS) * rule.witnesses + 1:
            continue
        if all(rule.broken[side].mean() <= 1 - HOLDS for side in _real_sides(stack)):
            kept.append(rule)
    return Mined(tuple(kept), tried)


def _real_sides(stack: Stack) -> list[slice]:
    sizes = stack.sizes
    middle = sizes.made + sizes.reference
    sides = [slice(sizes.made, middle), slice(middle, middle + sizes.teachers)]
    return [side for side in sides if side.stop > side.start]


def _candidates(stack: Stack) -> Iterator[Rule | None]:
    """Yield every rule that is tried; None for one that falls at the first look."""
    pool = stack.sizes.pool
    for column in stack.values:
        yield from _alone(column, pool)
        if column.words is not None:
            yield _words(column, stack)
    paired = stack.values[:MOST_PAIRED]
    yield from _orders([column for column in paired if column.words is None], pool)
    yield from _dependencies(paired, pool)
    yield from _missing(paired, pool)


def _rule(says: str, columns: tuple[str, ...], broken: np.ndarray, pool: slice) -> Rule:
    real = broken[pool]
    return Rule(says, columns, broken, int(real.sum()), len(real))


def _alone(column: Values, pool: slice) -> Iterator[Rule]:
    values, name = column.values, column.name
    real = values[pool]
    if np.isnan(real).all():
        yield _rule(f"{name} is always missing", (name,), ~np.isnan(values), pool)
        return
    if not np.isnan(real).any():
        yield _rule(f"{name} is never missing", (name,), np.isnan(values), pool)
    if column.words is not None:
        return
    low, high = np.nanmin(real), np.nanmax(real)
    if low == 0 and column.column.kind is not Kind.TEXT:
        yield _rule(f"{name} is never negative", (name,), values < 0, pool)
    says = f"{name} stays within the range of the real rows"
    outside = (values < low) | (values > high)
    yield Rule(says, (name,), outside, 1, len(real))


def _words(column: Values, stack: Stack) -> Rule | None:
    """Return "takes only values that real rows have", counted on rows that gave none."""
    sides = _real_sides(stack)
    if len(sides) == 1:
        middle = (sides[0].start + sides[0].stop) // 2
        sides = [slice(sides[0].start, middle), slice(middle, sides[0].stop)]
    unseen = _not_in(column, sides[1])[sides[0]]
    broken = _not_in(column, stack.sizes.pool)
    says = f"{column.name} takes only values that real rows have"
    return Rule(says, (column.name,), broken, int(unseen.sum()), len(unseen))


def _not_in(column: Values, side: slice) -> np.ndarray:
    """Return which rows of the Stack hold a value that no row of `side` holds."""
    known = np.zeros(len(column.words or ()) + 1, dtype=bool)
    seen = column.values[side]
    known[seen[~np.isnan(seen)].astype(np.int64)] = True
    known[:-1] |= np.array([word == RARER for word in column.words or ()], dtype=bool)
    known[-1] = True
    return ~known[np.nan_to_num(column.values, nan=len(known) - 1).astype(np.int64)]


def _orders(numbers: list[Values], pool: slice) -> Iterator[Rule | None]:
    """Yield "a <= b" for every two columns of one kind and unit whose ranges overlap."""
    for a in numbers:
        for b in numbers:
            if a is b or not _is_comparable(a, b):
                continue
            broken = a.values > b.values
            holds = broken[pool].mean() <= 1 - HOLDS and _says_something(a, b, pool)
            says = f"{a.name} is never above {b.name}"
            yield _rule(says, (a.name, b.name), broken, pool) if holds else None


def _is_comparable(a: Values, b: Values) -> bool:
    numeric = {Kind.NUMBER, Kind.INTEGER}
    same_kind = a.column.kind is b.column.kind or {a.column.kind, b.column.kind} <= numeric
    return same_kind and a.column.unit == b.column.unit and a.column.kind is not Kind.TEXT


def _says_something(a: Values, b: Values, pool: slice) -> bool:
    """True if a > b in at least 1 % of rows when b's rows are paired with other rows' a."""
    left, right = np.sort(a.values[pool]), b.values[pool]
    left, right = left[~np.isnan(left)], right[~np.isnan(right)]
    if not len(left) or not len(right):
        return False
    above = len(left) - np.searchsorted(left, right, side="right")
    return bool(above.mean() / len(left) >= _SAYS)


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of few values as whole numbers from 0 to `words` - 1; missing is one of them."""

    name: str
    codes: np.ndarray
    words: int


def _dependencies(columns: tuple[Values, ...], pool: slice) -> Iterator[Rule | None]:
    """Yield "a decides b" for columns of few values; only values of a with enough rows decide."""
    coded = [few for column in columns if (few := _few(column)) and few.words >= 2]
    for a in coded:
        for b in coded:
            if a is not b:
                yield _dependency(a, b, pool)


def _dependency(a: Coded, b: Coded, pool: slice) -> Rule | None:
    table = np.bincount(
        a.codes[pool] * b.words + b.codes[pool], minlength=a.words * b.words
    ).reshape(a.words, b.words)
    often = table.sum(axis=1) >= MIN_COUNT
    decided = table[often].max(axis=1).sum()
    independent = 1 - table.sum(axis=0).max() / table.sum()
    if not often.any() or independent < _SAYS or decided < HOLDS * table[often].sum():
        return None
    broken = often[a.codes] & (b.codes != table.argmax(axis=1)[a.codes])
    return _rule(f"{a.name} decides {b.name}", (a.name, b.name), broken, pool)


def _few(column: Values) -> Coded | None:
    """Return the column with its values numbered, or None where there are too many."""
    if column.column.kind is Kind.TEXT:
        return None
    if column.words is not None and len(column.words) > _MOST_WORDS:
        return None
    if len(np.unique(column.values[: 50 * _MOST_WORDS])) > _MOST_WORDS:
        return None
    seen, codes = np.unique(column.values, return_inverse=True)
    return Coded(column.name, codes, len(seen)) if len(seen) <= _MOST_WORDS else None


def _missing(columns: tuple[Values, ...], pool: slice) -> Iterator[Rule | None]:
    """Yield "a missing, so b missing" for columns that are missing now and then."""
    masks = [(column, np.isnan(column.values)) for column in columns]
    now_and_then = [(c, mask) for c, mask in masks if _SAYS <= mask[pool].mean() < 1]
    for a, a_mask in now_and_then:
        for b, b_mask in now_and_then:
            if a is b:
                continue
            broken = a_mask & ~b_mask
            independent = a_mask[pool].mean() * (1 - b_mask[pool].mean())
            holds = independent >= _SAYS and broken[pool].mean() <= 1 - HOLDS
            says = f"where {a.name} is missing, {b.name} is missing too"
            yield _rule(says, (a.name, b.name), broken, pool) if holds else None
