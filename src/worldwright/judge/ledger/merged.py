"""Merged: are the values alike that were too rare to be told?

A learner that merges values of fewer than k rows takes them for one value: in all other columns, a
row is as likely under any of them. Among the rows that hold such a value, in teachers and other
real rows (the merge looked at counts alone, so the teachers may speak too), the value is permuted.
For each feature of each other column: the sum of squares between values, standardised by its mean
and spread under permutation; the largest of them decides.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ... import seeds
from ...data.dataset import Dataset
from ...data.schema import Kind
from ...spec.statement import Merged
from ..effects import Z95
from ..stack import unite
from .columns import features
from .rows import rounded
from .tested import Tested, nothing

LEAST_ROWS = 60
MOST_EXPLAINED = 0.1
_PERMUTED = 999
_MOST_COLUMNS = 30
_SKIPPED = (Kind.ID, Kind.NESTED, Kind.TEXT)


def merged(statement: Merged, teachers: Dataset, others: Dataset | None, *, seed: int) -> Tested:
    """Test that values of a column with few rows among the teachers are alike in all else."""
    name = statement.column[0]
    rows = teachers.table if others is None else _together(teachers, others)
    column = teachers.column(name)
    held = unite(column, [teachers.table[name], rows[name]]).values
    taught, values = held[: teachers.rows], held[teachers.rows :]
    rare = _rare(taught, values, statement.below)
    size = int(rare.sum())
    if size < LEAST_ROWS:
        return nothing("too few real rows hold a value that only few rows have", size)
    labels = np.unique(values[rare], return_inverse=True)[1]
    kept = [c for c in teachers.schema.main.columns if c.name != name and c.kind not in _SKIPPED]
    table = rows.take(pa.array(np.flatnonzero(rare)))
    told = features([unite(c, [table[c.name]]) for c in kept[:_MOST_COLUMNS]])
    if not told.names or labels.max() < 1:
        return nothing("the rows that hold such values hardly vary", size)
    p, effect, high, at = _between(told.values, labels, seed)
    return Tested(
        f"among {size:,} real rows with {labels.max() + 1:,} such values, the value explains "
        f"{100 * effect:.2g} % of {told.names[at]} beyond chance, the most of all columns; up to "
        f"{100 * MOST_EXPLAINED:.2g} % counts as alike",
        p=p,
        fits=high <= MOST_EXPLAINED,
        rows=size,
        measure="share explained",
        effect=rounded(effect),
        low=0.0,
        high=rounded(high),
    )


def _together(teachers: Dataset, others: Dataset) -> pa.Table:
    names = list(teachers.columns)
    tables = [side.table.select(names).unify_dictionaries() for side in (teachers, others)]
    return pa.concat_tables(tables, promote_options="permissive").unify_dictionaries()


def _rare(taught: np.ndarray, values: np.ndarray, below: int) -> np.ndarray:
    """Return the rows whose value fewer than `below` teachers hold, and two of all rows."""
    top = int(np.nanmax(values, initial=0)) + 1
    counts = np.bincount(taught[~np.isnan(taught)].astype(np.int64), minlength=top)
    seen = ~np.isnan(values)
    at = np.where(seen, values, 0).astype(np.int64)
    all_counts = np.bincount(at[seen], minlength=top)
    return np.asarray(seen & (counts[at] < below) & (all_counts[at] > 1))


def _between(told: np.ndarray, labels: np.ndarray, seed: int) -> tuple[float, float, float, int]:
    """Return p, the share explained beyond chance, its upper end, and the worst feature."""
    sizes = np.bincount(labels)

    def squares(order: np.ndarray) -> np.ndarray:
        sums = np.column_stack([np.bincount(labels, one) for one in told[order].T])
        return np.asarray((sums**2 / sizes[:, None]).sum(axis=0) / len(labels))

    chance = seeds.stream(seed, "merged")
    seen = squares(np.arange(len(labels)))
    null = np.array([squares(chance.permutation(len(labels))) for _ in range(_PERMUTED)])
    mean, spread = null.mean(axis=0), np.maximum(null.std(axis=0), 1e-9)
    odd = (seen - mean) / spread
    largest = ((null - mean) / spread).max(axis=1)
    p = (int((largest >= odd.max()).sum()) + 1) / (_PERMUTED + 1)
    beyond = (seen - mean) / np.maximum(1 - mean, 1e-9)
    high = float((beyond + Z95 * spread / np.maximum(1 - mean, 1e-9)).max())
    at = int(np.argmax(odd))
    return p, max(0.0, float(beyond[at])), max(0.0, high), at
