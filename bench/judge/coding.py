"""Coding: columns of four sides cut in cells under one coding, and rows as points.

Numbers are cut at quantiles of the rows before the fault and at the gross end together, at far
tails, and where the former end; of words the frequent ones, and those whose share the gross end
changes most, are cells of their own. Missing values are a cell of their own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from worldwright import Dataset
from worldwright.data.schema import Kind

ALONE, IN_PAIRS, IN_THREES = 30, 8, 4
Coded = list[np.ndarray]


def cut(
    tables: Sequence[pa.Table], name: str, most: int, spoiled: np.ndarray | None = None
) -> Coded:
    """Cut one column of the tables in at most about `most` cells; the first two decide where.

    `spoiled` says which rows of the first table the fault changes: their words come first.
    """
    if is_words(tables[0][name].type):
        return _words(tables, name, most, spoiled)
    return bins([floats(table, name) for table in tables], most)


def crossed(parts: Sequence[Coded]) -> Coded:
    """Return the cells that several codings make together, numbered without holes."""
    whole = parts[0]
    for codes in parts[1:]:
        count = 1 + max(int(code.max(initial=0)) for code in codes)
        whole = [old * count + code for old, code in zip(whole, codes, strict=True)]
    _, at = np.unique(np.concatenate(whole), return_inverse=True)
    return np.split(at, np.cumsum([len(code) for code in whole])[:-1])


def is_words(kind: pa.DataType) -> bool:
    """True for categories, texts, word ids and booleans."""
    return bool(
        pa.types.is_dictionary(kind) or pa.types.is_string(kind) or pa.types.is_boolean(kind)
    )


def words(table: pa.Table, name: str) -> np.ndarray:
    """Return a column as texts; a missing one is "\\0"."""
    whole = pc.fill_null(table[name].cast(pa.string()), "\0")
    return np.asarray(whole.to_numpy(zero_copy_only=False).astype(str))


def floats(table: pa.Table, name: str) -> np.ndarray:
    """Return a column of numbers or moments as floats, NaN where missing."""
    column = table[name]
    if pa.types.is_temporal(column.type):
        column = column.cast(pa.int64())
    return np.array(column.cast(pa.float64(), safe=False).to_numpy(), dtype=np.float64)


def bins(columns: Sequence[np.ndarray], most: int) -> Coded:
    """Cut numbers; each value alone where there are few."""
    fresh, both = columns[0], np.concatenate(columns[:2])
    seen = both[~np.isnan(both)]
    if not len(seen):
        return [np.zeros(len(column), dtype=np.int64) for column in columns]
    steps = np.linspace(0, 1, most + 1)[1:-1]
    if most >= ALONE:
        far = np.array([0.002, 0.005, 0.01, 0.02])
        steps = np.unique(np.concatenate([far, steps, 1 - far]))
    own = fresh[~np.isnan(fresh)]
    ends = [np.nextafter(own.max(), np.inf), own.min()] if len(own) else []
    distinct = np.unique(seen)
    edges = np.unique(np.concatenate([np.quantile(seen, steps, method="lower"), ends]))
    edges = distinct if len(distinct) <= most else edges
    found = [np.searchsorted(edges, np.nan_to_num(column), side="right") for column in columns]
    gone = len(edges) + 1
    return [np.where(np.isnan(c), gone, code) for c, code in zip(columns, found, strict=True)]


def _words(tables: Sequence[pa.Table], name: str, most: int, spoiled: np.ndarray | None) -> Coded:
    columns = [words(table, name) for table in tables]
    known, at = np.unique(np.concatenate(columns), return_inverse=True)
    sides = np.split(at, np.cumsum([len(column) for column in columns])[:-1])
    fresh, gross = (np.bincount(side, minlength=len(known)) for side in sides[:2])
    weight = np.maximum((fresh + gross) / 8, np.abs(fresh - gross))
    if spoiled is not None:
        weight = weight + np.bincount(sides[0][spoiled], minlength=len(known))
    kept = np.argsort(-weight, kind="stable")[: most - 1]
    cell = np.full(len(known), len(kept))
    cell[kept] = np.arange(len(kept))
    cell[(fresh == 0) & (cell == len(kept))] += 1
    return [cell[side] for side in sides]


def compared(side: Dataset) -> list[str]:
    """Return the columns of the main table that copies share: all but keys and references."""
    main = side.schema.main
    odd = {main.key, *(reference.column for reference in main.references)}
    return [c.name for c in main.columns if c.kind is not Kind.ID and c.name not in odd]


def hashes(side: Dataset) -> np.ndarray:
    """Return a number for each row that equal rows share."""
    import pandas as pd

    table = side.table
    plain = pd.DataFrame(
        {
            name: words(table, name) if is_words(table[name].type) else floats(table, name)
            for name in compared(side)
        }
    )
    return np.asarray(pd.util.hash_pandas_object(plain, index=False))


def points(side: Dataset, like: Dataset, *, numbers_only: bool = False) -> np.ndarray:
    """Return rows as points: numbers as ranks among the rows `like`, words one-hot.

    Squared distances add up: one for two words, the squared difference of two ranks.
    """
    found = []
    for name in compared(side):
        if is_words(side.table[name].type):
            if numbers_only:
                continue
            own = words(side.table, name)
            known = np.unique(words(like.table, name))
            found += [(own == word) * 0.5**0.5 for word in known[:60]]
            continue
        known = np.sort(floats(like.table, name))
        known = known[~np.isnan(known)]
        values = floats(side.table, name)
        ranks = np.searchsorted(known, values) + np.searchsorted(known, values, side="right")
        missing = np.isnan(values)
        found += [np.where(missing, 0.5, ranks / (2 * max(1, len(known)))), missing * 0.5]
    return np.array(found, dtype=np.float64).T


def nearest(asked: np.ndarray, among: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return distances and positions of the nearest `count` rows."""
    from sklearn.neighbors import NearestNeighbors

    near = NearestNeighbors(n_neighbors=count, algorithm="brute").fit(among).kneighbors(asked)
    return np.asarray(near[0]), np.asarray(near[1])
