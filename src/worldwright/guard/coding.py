"""One coding for three tables: a point for each row (how near?) and a key for each row (the same?).

    number, integer, time   its mid-rank among the real and holdout values, in [0, 1]
    category, boolean, text one axis for each frequent value, 0.7071 where it holds, so that two
                            different values are 1 apart; rarer values share axes by a hash
    null                    a value of its own: an axis; for numbers beside the middle rank

Ids and nested columns are left out: ids are made anew, and nested values have no distance. The key
of a row hashes the exact values of all compared columns, whatever their rank.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..data.dataset import Dataset
from ..data.schema import Kind

APART = 0.7071
# Axes for frequent values: in all, of one column at most, and of one column at least. More would
# cost memory (rows × axes) in wide tables and change no nearest row.
AXES, MOST_FREQUENT, LEAST_FREQUENT = 600, 64, 4
SHARED_AXES = 16
LEFT_OUT = (Kind.ID, Kind.NESTED)
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Coded:
    """The rows of one table. `log_share` is the log of the product of its values' shares.

    points: float32, rows × axes. keys: uint64, rows. log_share: float64, rows; -inf for a value
    that the evidence does not hold.
    """

    points: np.ndarray
    keys: np.ndarray
    log_share: np.ndarray


def code(made: Dataset, real: Dataset, holdout: Dataset) -> tuple[Coded, Coded, Coded]:
    """Code the three tables over the same axes; the evidence (real and holdout) sets the scale."""
    sides = (made, real, holdout)
    ends = np.cumsum([side.rows for side in sides])
    axes: list[np.ndarray] = []
    keys = np.zeros(ends[-1], np.uint64)
    log_share = np.zeros(ends[-1])
    frequent = _frequent_of_a_column(real)
    for name in compared(real):
        column = [side.table[name] for side in sides]
        ordered = real.column(name).kind.is_ordered
        codes, points = _code_number(column) if ordered else _code_value(column, frequent)
        axes.extend(axis.astype(np.float32) for axis in points)
        keys = _mix(keys ^ (codes.astype(np.uint64) + np.uint64(1)))
        log_share += _log_shares(codes, evidence=codes[ends[0] :])
    matrix = np.stack(axes, axis=1) if axes else np.zeros((ends[-1], 1), np.float32)
    at = [slice(0, ends[0]), slice(ends[0], ends[1]), slice(ends[1], ends[2])]
    made_, real_, holdout_ = (Coded(matrix[s], keys[s], log_share[s]) for s in at)
    return made_, real_, holdout_


def compared(real: Dataset) -> tuple[str, ...]:
    """Names of the columns that the attacks look at."""
    return tuple(c.name for c in real.schema.main.columns if c.kind not in LEFT_OUT)


def _frequent_of_a_column(real: Dataset) -> int:
    unordered = sum(not real.column(name).kind.is_ordered for name in compared(real))
    return min(max(AXES // max(unordered, 1), LEAST_FREQUENT), MOST_FREQUENT)


def _code_number(column: Sequence[pa.ChunkedArray]) -> tuple[np.ndarray, list[np.ndarray]]:
    values = [_as_float(part) for part in column]
    everything = np.concatenate(values)
    missing = np.isnan(everything)
    known = np.sort(np.concatenate(values[1:]))
    known = known[~np.isnan(known)]
    below = np.searchsorted(known, everything, "left")
    up_to = np.searchsorted(known, everything, "right")
    ranks = np.where(missing, 0.5, (below + up_to) / (2.0 * max(len(known), 1)))
    codes = np.unique(everything, return_inverse=True)[1]
    return codes, [ranks, missing * APART] if missing.any() else [ranks]


def _as_float(part: pa.ChunkedArray) -> np.ndarray:
    if pa.types.is_temporal(part.type):
        part = part.cast(pa.int64())
    return part.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False) + 0.0


def _code_value(
    column: Sequence[pa.ChunkedArray], frequent: int
) -> tuple[np.ndarray, list[np.ndarray]]:
    chunks = [chunk for part in column for chunk in part.cast(pa.string()).chunks]
    encoded = pc.dictionary_encode(
        pa.chunked_array(chunks, pa.string()).combine_chunks(), null_encoding="encode"
    )
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    axis_of, width = _axes_of(encoded.dictionary.to_pylist(), codes[len(column[0]) :], frequent)
    held = axis_of[codes] if len(codes) else codes
    return codes, [(held == axis) * APART for axis in range(width)]


def _axes_of(
    values: list[str | None], evidence: np.ndarray, frequent: int
) -> tuple[np.ndarray, int]:
    """Return the axis of each value, and how many axes there are."""
    seen = np.bincount(evidence, minlength=len(values))
    if len(values) <= frequent:
        return np.arange(len(values)), len(values)
    hashed = min(SHARED_AXES, frequent)
    shared = [frequent + zlib.crc32(repr(value).encode()) % hashed for value in values]
    axis_of = np.array(shared, dtype=np.int64)
    axis_of[np.argsort(-seen, kind="stable")[:frequent]] = np.arange(frequent)
    return axis_of, frequent + hashed


def _log_shares(codes: np.ndarray, *, evidence: np.ndarray) -> np.ndarray:
    seen = np.bincount(evidence, minlength=int(codes.max(initial=0)) + 1)
    with np.errstate(divide="ignore"):
        return np.log(seen / max(len(evidence), 1))[codes]


def _mix(keys: np.ndarray) -> np.ndarray:
    """Scatter 64 bits (the finaliser of splitmix64; Steele, Lea & Flood, OOPSLA 2014)."""
    keys = keys + _MIX
    keys = (keys ^ (keys >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    keys = (keys ^ (keys >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return keys ^ (keys >> np.uint64(31))
