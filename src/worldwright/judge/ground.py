"""What a Ground offers: its columns by kind and as arrays, its classes, gaps, clusters, relations.

Delusions read the fresh rows through these functions. What is rare, heavy, dependent or near is
read off the fresh rows alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import seeds
from ..data.dataset import Dataset
from ..data.schema import Kind
from .delusion import Ground

_NUMBERS = (Kind.NUMBER, Kind.INTEGER)
_WORDS = (Kind.CATEGORY, Kind.BOOLEAN)
_MOST_CODES, _MOST_WORDS = 6, 60
_FEWEST_OF_A_CLASS, _CLUSTERS = 20, 5
_MOST_CLASSES = 20


def numbers(ground: Ground, distinct: int = 8) -> list[str]:
    """Return columns of numbers with at least that many different values, none held by half."""
    return [name for name in _named(ground, _NUMBERS) if varies(floats(ground, name), distinct)]


def varies(values: np.ndarray, distinct: int) -> bool:
    """Return whether the values are that many different ones, none held by half of the rows."""
    seen = values[~np.isnan(values)]
    if len(seen) < len(values) / 2:
        return False
    _, counts = np.unique(seen, return_counts=True)
    return len(counts) >= distinct and counts.max() <= len(seen) / 2


def categories(ground: Ground, *, words_only: bool = False) -> list[str]:
    """Return columns of categories with two values or more, and of booleans unless told not to."""
    kinds = (Kind.CATEGORY,) if words_only else (Kind.CATEGORY, Kind.BOOLEAN)
    return [
        name
        for name in _named(ground, kinds)
        if 2 <= len(set(words(ground, name)) - {None}) <= _MOST_WORDS
    ]


def to_grain(values: np.ndarray, step: float) -> np.ndarray:
    """Return the nearest multiples of a grain, as they are written: 0.3, not 3 times 0.1."""
    digits = max(0, round(-np.log10(step)))
    return np.asarray(np.round(np.round(values / step) * step, digits))


def mobile(ground: Ground) -> list[str]:
    """Return numbers and categories of which no cell holds more than 70 % of the rows."""
    names = [*numbers(ground), *categories(ground)]
    return [n for n in names if np.bincount(codes(ground, n)).max() <= 0.7 * ground.fresh.rows]


def moments(ground: Ground) -> list[str]:
    """Return the columns of dates, that which orders the rows first."""
    order = ground.fresh.schema.main.order
    return sorted(_named(ground, (Kind.DATETIME,)), key=lambda name: name != order)


def floats(ground: Ground, name: str) -> np.ndarray:
    """Return a column of numbers or dates (microseconds) as floats, NaN where missing."""
    column = ground.fresh.table[name]
    if pa.types.is_temporal(column.type):
        column = column.cast(pa.int64())
    return np.array(column.cast(pa.float64(), safe=False).to_numpy(), dtype=np.float64)


def words(ground: Ground, name: str) -> np.ndarray:
    """Return a column as an array of texts, None where missing."""
    column = ground.fresh.table[name].cast(pa.string())
    return np.array(column.to_pylist(), dtype=object)


def missing(ground: Ground, name: str) -> np.ndarray:
    """Return which rows have no value in the column."""
    return np.array(pc.is_null(ground.fresh.table[name]).to_numpy())


def values_with(ground: Ground, name: str, low: float, high: float) -> list[str]:
    """Return the values of a column of categories whose share of the rows lies in between."""
    seen, counts = np.unique([w for w in words(ground, name) if w is not None], return_counts=True)
    share = counts / max(1, ground.fresh.rows)
    return [str(w) for w, s in zip(seen, share, strict=True) if low <= s <= high]


def codes(ground: Ground, name: str) -> np.ndarray:
    """Return each row's cell of a column, at most six and one for missing: what pairs are made of.

    Numbers are cut at their quantiles; of categories the most frequent stand alone.
    """
    gone = missing(ground, name)
    if ground.fresh.column(name).kind in (Kind.CATEGORY, Kind.BOOLEAN):
        _, at, counts = np.unique(
            words(ground, name).astype(str), return_inverse=True, return_counts=True
        )
        rank = np.argsort(np.argsort(-counts, kind="stable"))
        cells = np.minimum(rank[at], _MOST_CODES - 1)
    else:
        values = floats(ground, name)
        edges = np.unique(np.nanquantile(values, np.linspace(0, 1, _MOST_CODES + 1)[1:-1]))
        cells = np.searchsorted(edges, np.nan_to_num(values), side="right")
    return np.asarray(np.where(gone, _MOST_CODES, cells), dtype=np.int64)


def bond(first: np.ndarray, second: np.ndarray) -> float:
    """Return how much two coded columns depend on each other: Cramér's V, corrected for chance.

    Bergsma, "A bias-correction for Cramér's V" (2013).
    """
    table = np.zeros((int(first.max()) + 1, int(second.max()) + 1))
    np.add.at(table, (first, second), 1)
    table = table[table.any(axis=1)][:, table.any(axis=0)]
    n, (r, k) = table.sum(), table.shape
    if min(r, k) < 2:
        return 0.0
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    excess = max(0.0, float(((table - expected) ** 2 / expected).sum() / n - (r - 1) * (k - 1) / n))
    room = min(r - (r - 1) ** 2 / n, k - (k - 1) ** 2 / n) - 1
    return float(np.sqrt(excess / max(room, 1e-9)))


def bonds(
    ground: Ground, names: Sequence[str], inside: np.ndarray | None = None
) -> dict[tuple[str, str], float]:
    """Return the bond of every two of the columns, in all rows or in those `inside`."""
    rows = slice(None) if inside is None else inside
    coded = {name: codes(ground, name)[rows] for name in names}
    return {(a, b): bond(coded[a], coded[b]) for a, b in combinations(names, 2)}


def grain(values: np.ndarray) -> float:
    """Return the step that all numbers are multiples of: 1, 0.1, … 0.000001."""
    seen = values[~np.isnan(values)]
    for digits in range(7):
        scaled = seen * 10**digits
        if np.allclose(scaled, np.round(scaled), rtol=0, atol=1e-6):
            return float(10.0**-digits)
    return 1e-7


def shared_values(ground: Ground, low: float, high: float) -> list[tuple[str, float]]:
    """Return (column, value) of numbers for values whose share of the rows lies in between."""
    found = []
    for name in _named(ground, _NUMBERS):
        seen, counts = np.unique(floats(ground, name), return_counts=True, equal_nan=True)
        top = int(np.argmax(np.where(np.isnan(seen), 0, counts)))
        if len(seen) >= 8 and low <= counts[top] / ground.fresh.rows <= high:
            found.append((name, float(seen[top])))
    return found


def classes(ground: Ground) -> tuple[str, np.ndarray] | None:
    """Return the target and which rows hold its rarest class of 20 rows or more; None if none."""
    if ground.target is None:
        return None
    values = words(ground, ground.target).astype(str)
    seen, at, counts = np.unique(values, return_inverse=True, return_counts=True)
    enough = np.flatnonzero((counts >= _FEWEST_OF_A_CLASS) & (seen != "None"))
    if not 2 <= len(seen) <= _MOST_CLASSES or len(enough) < 2:
        return None
    rare = enough[np.argmin(counts[enough])]
    return ground.target, at == rare


def gappy(ground: Ground) -> list[str]:
    """Return the columns that lack their value in 1 to 99 % of the rows, the target left out."""
    names = [c for c in _named(ground, tuple(Kind)) if c != ground.fresh.schema.main.order]
    return [name for name in names if 0.01 <= missing(ground, name).mean() <= 0.99]


def oddness(ground: Ground, side: Dataset) -> np.ndarray:
    """Return the sum of the surprise, -log share among the fresh rows, of each row's cells."""
    odd = np.zeros(side.rows)
    for name in _named(ground, (*_NUMBERS, *_WORDS)):
        ours, theirs = ground.fresh.table[name], side.table[name]
        if ground.fresh.column(name).kind in _NUMBERS:
            known = floats(ground, name)
            edges = np.unique(np.nanquantile(known, [0.01, 0.05, 0.25, 0.75, 0.95, 0.99]))
            other = theirs.cast(pa.float64(), safe=False).to_numpy()
            own, cells = np.digitize(known, edges), np.digitize(other, edges)
        else:
            both = [*ours.cast(pa.string()).to_pylist(), *theirs.cast(pa.string()).to_pylist()]
            _, at = np.unique(np.array(both, dtype=object).astype(str), return_inverse=True)
            own, cells = at[: len(ours)], at[len(ours) :]
        counts = np.bincount(own, minlength=int(max(own.max(), cells.max())) + 1)
        odd -= np.log((counts[cells] + 0.5) / (len(own) + 0.5))
    return odd


def clusters(ground: Ground) -> np.ndarray | None:
    """Return the cluster (0 to 4) of each row, by k-means on normal scores; None if none are."""
    names = numbers(ground)
    if len(names) < 2 or ground.fresh.rows < 10 * _CLUSTERS:
        return None
    from scipy.cluster.vq import kmeans2

    start = seeds.stream(ground.seed, "delusion", "clusters")
    _, nearest_mean = kmeans2(_scores(ground, names), _CLUSTERS, minit="++", rng=start)
    return np.asarray(nearest_mean, dtype=np.int64)


def nearest(ground: Ground, names: Sequence[str], count: int) -> np.ndarray | None:
    """Return (rows, count) positions of the rows with the nearest numbers; None if too few."""
    if len(names) < 2 or ground.fresh.rows <= count:
        return None
    from sklearn.neighbors import NearestNeighbors

    scores = _scores(ground, names)
    near = NearestNeighbors(n_neighbors=count + 1).fit(scores).kneighbors(scores)[1]
    itself = near == np.arange(len(near))[:, None]
    itself[~itself.any(axis=1), -1] = True
    return np.asarray(near[~itself].reshape(len(near), count))


def _scores(ground: Ground, names: Sequence[str]) -> np.ndarray:
    """Return the columns as normal scores, 0 where missing; equal values have equal scores."""
    from scipy.special import ndtri
    from scipy.stats import rankdata

    columns = []
    for name in names:
        values = floats(ground, name)
        rank = rankdata(values, nan_policy="omit")
        columns.append(np.nan_to_num(ndtri((rank - 0.5) / max(1, (~np.isnan(values)).sum()))))
    return np.column_stack(columns)


def _named(ground: Ground, kinds: Sequence[Kind]) -> list[str]:
    """Return columns of these kinds that are no key, no reference and not the target."""
    main = ground.fresh.schema.main
    taken_up = {main.key, ground.target, *(reference.column for reference in main.references)}
    return [c.name for c in main.columns if c.kind in kinds and c.name not in taken_up]
