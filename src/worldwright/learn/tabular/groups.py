"""Groups of like values: what splits ask of a column of many categories.

A split looks at about a thousand rows of a node. Of thousands of categories it would see one row
each, and what such a cut seems to gain is chance. So a column of more than `MANY` codes is followed
by its group, a function of it, and later columns ask the group alone.

Values are alike if the other columns are alike in their rows: each value has a mean of every score
(`trees.projection`) of every other column, shrunk by how many rows it rests on. The variance
between values beyond chance is tau^2 = (Q - C) / N, Cochran's Q over C values, and a mean of n rows
counts tau^2 n / (tau^2 n + 1). Scores that differ by chance alone are left out; where none is left,
nothing depends on the column and it is not asked at all. The means' main directions are halved, the
widest group first, till there are `MOST_GROUPS`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ... import seeds
from ...data.schema import Column, Kind
from .codes import Codes, Named
from .trees import Coded, projection

MANY = 1_000  # as many as rows that a split looks at
MOST_GROUPS = 256
SCORES = 7  # of each other column
DIRECTIONS = 8
LEAST_ROWS = 32  # of a group
SAMPLED = 200_000
CHANCE = 4.0  # standard deviations of Q under chance that do not count


def with_groups(
    coded: Coded, columns: Sequence[Codes], seed: int
) -> tuple[Coded, list[Codes], set[int]]:
    """Return the columns with a group after each one of many codes, and the places of those."""
    rows: list[np.ndarray] = []
    codes: list[Codes] = []
    hidden: set[int] = set()
    for j, column in enumerate(columns):
        rows.append(coded.codes[j])
        codes.append(column)
        if not isinstance(column, Named) or column.size <= MANY:
            continue
        hidden.add(len(codes) - 1)
        table = _groups(coded, j, seed)
        if table.any():
            rows.append(table[coded.codes[j]])
            codes.append(_named(column, int(table.max()) + 1))
    if not hidden:
        return coded, list(columns), hidden
    wider = replace(
        coded,
        codes=np.ascontiguousarray(np.stack(rows)),
        sizes=np.array([of.size for of in codes], np.int64),
        unordered=np.array([isinstance(of, Named) for of in codes], np.bool_),
        names=[of.column.name for of in codes],
    )
    return wider, codes, hidden


def _named(column: Named, many: int) -> Named:
    name = f"{column.column.name} (group)"
    return Named(Column(name, Kind.CATEGORY), tuple(map(str, range(many))), -1, -1)


def _groups(coded: Coded, j: int, seed: int) -> np.ndarray:
    """Return the group of each code; all zero where nothing goes with the column."""
    size = int(coded.sizes[j])
    step = max(1, coded.codes.shape[1] // SAMPLED)
    own = coded.codes[j, ::step]
    counts = np.bincount(own, minlength=size).astype(float)
    means = [
        mean
        for k in range(len(coded.sizes))
        if k != j
        for mean in _means(own, counts, coded.codes[k, ::step], _scores(coded, k, seed))
    ]
    if not means:
        return np.zeros(size, np.uint16)
    return _halved(_directions(np.stack(means, axis=1), counts), counts)


def _scores(coded: Coded, k: int, seed: int) -> np.ndarray:
    rng = seeds.stream(seed, "groups", coded.names[k])
    size, is_unordered = int(coded.sizes[k]), bool(coded.unordered[k])
    return projection(coded.codes[k], size, is_unordered, rng)[:, :SCORES].astype(float)


def _means(
    own: np.ndarray, counts: np.ndarray, other: np.ndarray, scores: np.ndarray
) -> list[np.ndarray]:
    """Return the shrunk mean by value of each score that differs by more than chance."""
    held = counts > 0
    many, rows = int(held.sum()), counts.sum()
    kept = []
    for score in scores.T:
        z = score[other]
        spread = z.std()
        if not spread:
            continue
        z = (z - z.mean()) / spread
        mean = np.bincount(own, weights=z, minlength=len(counts)) / np.maximum(counts, 1)
        beyond = float((counts * mean**2).sum()) - many
        if beyond > CHANCE * np.sqrt(2 * many):
            signal = beyond / rows * counts
            kept.append(mean * signal / (signal + 1))
    return kept


def _directions(means: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the values' places along the few directions in which they differ most."""
    weights = counts / counts.sum()
    centred = means - weights @ means
    _, axes = np.linalg.eigh((centred * weights[:, None]).T @ centred)
    return centred @ axes[:, ::-1][:, :DIRECTIONS]


def _halved(places: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the group of each value: the widest group is halved again and again."""
    group = np.zeros(len(places), np.uint16)
    widths = [_width(places, counts)]
    while len(widths) < MOST_GROUPS and max(widths) > 0:
        widest = int(np.argmax(widths))
        inside = np.flatnonzero(group == widest)
        upper = _upper_half(places[inside], counts[inside])
        rows = counts[inside]
        if min(rows[upper].sum(), rows[~upper].sum()) < LEAST_ROWS:
            widths[widest] = 0.0
            continue
        group[inside[upper]] = len(widths)
        widths[widest] = _width(places[inside[~upper]], rows[~upper])
        widths.append(_width(places[inside[upper]], rows[upper]))
    return group


def _width(places: np.ndarray, counts: np.ndarray) -> float:
    """Return the squared distances from the centre, summed over the rows."""
    centre = counts @ places / counts.sum()
    return float((counts[:, None] * (places - centre) ** 2).sum())


def _upper_half(places: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return which values lie above the centre along the direction in which they differ most."""
    weights = counts / counts.sum()
    centred = places - weights @ places
    _, axes = np.linalg.eigh((centred * weights[:, None]).T @ centred)
    along: np.ndarray = centred @ axes[:, -1] > 0
    return along
