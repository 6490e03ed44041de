"""Functional dependencies A -> B: what holds in every row that taught holds in every made row.

Both columns must have one value a code. Each code of A was held by at least `rare` rows, all with
one code of B; what was merged into A's "(rarer)" takes the B that most of it has, and where that
would move more than one row in 500 the dependency is let go. Where A is drawn before B, B is looked
up. Where B comes first (a target), A is drawn again until it agrees.

Twins are columns that are missing together: the later one is drawn again until it is missing
exactly where the earlier one is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .codes import LEFT_OUT, Codes, Named
from .trees import Coded

MOST_MOVED = 0.002


@dataclass(frozen=True)
class Dependency:
    """Column `given` decides column `decided`: `table[code of given]` is its code."""

    given: int
    decided: int
    table: np.ndarray

    @property
    def is_lookup(self) -> bool:
        """True where the deciding column is drawn first."""
        return self.given < self.decided

    @property
    def columns(self) -> tuple[int, int]:
        """Both columns."""
        return self.given, self.decided

    def disagrees(self, codes: np.ndarray) -> np.ndarray:
        """Return the rows of codes, (rows, columns), that break it; what is not drawn agrees."""
        decided = codes[:, self.decided]
        return (self.table[codes[:, self.given]] != decided) & (decided != LEFT_OUT)


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


def find_dependencies(coded: Coded, columns: Sequence[Codes], rare: int) -> tuple[Dependency, ...]:
    """Return what is kept: one lookup a decided column, or else every check."""
    varied = [j for j, codes in enumerate(columns) if codes.is_plain and _varies(coded.codes[j])]
    kept: list[Dependency] = []
    derived: set[int] = set()
    for b in varied:
        smaller = [a for a in varied if a < b and coded.sizes[a] >= 2]
        for a in sorted(smaller, key=lambda j: int(coded.sizes[j])):
            if (table := _table(coded, a, b, columns[a], rare)) is not None:
                kept.append(Dependency(a, b, table))
                derived.add(b)
                break
    for a in varied:
        for b in varied:
            if b < a and a not in derived and b not in derived:
                table = _table(coded, a, b, columns[a], rare)
                kept += [] if table is None else [Dependency(a, b, table)]
    return tuple(kept)


def _varies(codes: np.ndarray) -> bool:
    return bool(len(codes)) and bool((codes != codes[0]).any())


def _table(coded: Coded, a: int, b: int, given: Codes, rare: int) -> np.ndarray | None:
    """Return the code of b for each code of a, or None where a does not decide b."""
    from ..kernels.relate import determines

    if coded.sizes[a] < coded.sizes[b] - 1:
        return None
    exempt = given.rare if isinstance(given, Named) and given.merged[0] > 1 else -1
    table = np.full(int(coded.sizes[a]), -1, np.int32)
    if not determines(coded.codes[a], coded.codes[b], exempt, table):
        return None
    counts = np.bincount(coded.codes[a], minlength=len(table))
    told = [c for c in range(len(table)) if counts[c] >= rare and c != exempt]
    if len(set(table[told].tolist())) < 2:
        return None
    if exempt >= 0:
        seen = np.bincount(coded.codes[b][coded.codes[a] == exempt], minlength=1)
        if seen.sum() - seen.max() > MOST_MOVED * coded.codes.shape[1]:
            return None
        table[exempt] = int(seen.argmax())
    return np.maximum(table, 0)
