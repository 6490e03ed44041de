"""Stack: the columns of both sides as arrays of floats, one under the other, under one coding.

Rows lie in the order made, reference, teachers. *Reference* is the holdout (or the real rows where
there is no holdout); *teachers* are the other real rows, which join the pool that the null is drawn
from. A word is its place in the column's list of words; NaN is missing; moments and spans of time
are seconds; of a text only the length is compared. Rows are thinned to their own world's shares
(kept with probability w / max(w)), shuffled, and capped at `MOST_ROWS` a side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import seeds
from ..data.dataset import Dataset
from ..data.schema import Column, Kind

MOST_ROWS = 30_000
_SKIPPED = {
    Kind.ID: "ids are made anew in every dataset, so they are not compared",
    Kind.NESTED: "lists and structs are handed through and not compared",
}
_SECOND_US = 1e6


@dataclass(frozen=True, slots=True)
class Values:
    """One column. `words` is None for what has an order; else values are places in `words`."""

    column: Column
    values: np.ndarray
    words: tuple[str, ...] | None

    @property
    def name(self) -> str:
        return self.column.name


@dataclass(frozen=True, slots=True)
class Sizes:
    """Rows of each part of a Stack, in its order. Teachers are 0 where the reference taught."""

    made: int
    reference: int
    teachers: int

    @property
    def pool(self) -> slice:
        """All real rows."""
        return slice(self.made, self.made + self.reference + self.teachers)


@dataclass(frozen=True, slots=True)
class Stack:
    """Columns of both sides, their sizes, and the columns that are left out with the reason.

    `places` says, for made, reference and teachers, where in its Dataset each row stands.
    """

    values: tuple[Values, ...]
    sizes: Sizes
    skipped: tuple[tuple[str, str], ...]
    places: tuple[np.ndarray, ...] = ()

    def values_of(self, name: str) -> np.ndarray:
        """Return the values of the column `name`, for every row."""
        return next(one.values for one in self.values if one.name == name)


def stacked(
    made: Dataset, real: Dataset, holdout: Dataset | None, *, seed: int, most: int = MOST_ROWS
) -> Stack:
    """Return the Stack of both sides, thinned to their worlds' shares, at most `most` a side."""
    reference = real if holdout is None else holdout
    sides = {"made": made, "reference": reference}
    if holdout is not None:
        sides["teachers"] = real
    places = tuple(
        standing(side, most, seeds.child(seed, "stack", role)) for role, side in sides.items()
    )
    parts = [side.table.take(pa.array(at)) for side, at in zip(sides.values(), places, strict=True)]
    sizes = Sizes(*(part.num_rows for part in parts), *([0] if holdout is None else []))
    columns = reference.schema.main.columns
    return Stack(
        tuple(
            unite(column, [part[column.name] for part in parts])
            for column in columns
            if column.kind not in _SKIPPED
        ),
        sizes,
        tuple((c.name, _SKIPPED[c.kind]) for c in columns if c.kind in _SKIPPED),
        places,
    )


def unite(column: Column, parts: list[pa.ChunkedArray]) -> Values:
    """Return one column of several tables as one array of floats, under one list of words."""
    if column.kind is Kind.CATEGORY:
        return _united_words(column, [part.cast(pa.string()) for part in parts])
    if column.kind is Kind.BOOLEAN:
        codes = np.concatenate([_floats(part.cast(pa.int8())) for part in parts])
        return Values(column, codes, ("false", "true"))
    return Values(column, np.concatenate([_numbers(column, part) for part in parts]), None)


def _united_words(column: Column, parts: list[pa.ChunkedArray]) -> Values:
    chunks = [chunk for part in parts for chunk in part.chunks]
    whole = pa.chunked_array(chunks, type=pa.string()).combine_chunks()
    encoded = whole.dictionary_encode() if len(whole) else pa.array([], pa.string())
    if not len(whole):
        return Values(column, np.empty(0), ())
    words = encoded.dictionary.to_pylist()
    places = np.argsort(np.argsort(np.array(words, dtype=object)))
    codes = _floats(pa.chunked_array([encoded.indices]))
    seen = ~np.isnan(codes)
    codes[seen] = places[codes[seen].astype(np.int64)]
    return Values(column, codes, tuple(sorted(words)))


def _numbers(column: Column, part: pa.ChunkedArray) -> np.ndarray:
    match column.kind:
        case Kind.DATETIME | Kind.DURATION:
            return _floats(part.cast(pa.int64())) / _SECOND_US
        case Kind.TEXT:
            return _floats(pc.utf8_length(part))
        case _:
            return _floats(part)


def _floats(part: pa.ChunkedArray) -> np.ndarray:
    """Return a writable float64 array with NaN where a value is missing."""
    return np.array(part.cast(pa.float64(), safe=False).to_numpy(), dtype=np.float64)


def standing(side: Dataset, most: int, seed: int) -> np.ndarray:
    """Return places of rows that stand for their world's own shares, in a random order, capped."""
    stream = seeds.stream(seed)
    order = stream.permutation(side.rows)
    weights = side.weights()[order]
    top = float(weights.max(initial=0.0))
    kept = order[stream.random(len(order)) * top < weights] if top > 0 else order[:0]
    return kept[:most]
