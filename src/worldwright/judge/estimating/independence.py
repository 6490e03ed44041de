"""Independence: made rows may lean on real rows only if these did not teach them.

A belief that was drawn from the same rows agrees with them by construction, and an interval that
leans on it would be too narrow (the same rows would speak twice). The lineage tells: a parent
taught, and so may have any part of what a split put aside to teach. Where the lineage is lost (rows
from a file), copies tell: real rows that stand among the made rows more often than real rows stand
among each other. Blurred copies whose lineage is lost are not seen.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ...data.dataset import Dataset
from ...data.fingerprint import keyed
from ...data.lineage import Role
from ...data.schema import Kind

_MOST_CHUNKS = 20
_USE = "hand over real rows that did not teach, such as the holdout"


def reason_to_doubt(made: Dataset, real: Dataset, unlabelled: Dataset | None) -> str:
    """Return in words why the real rows seem to have taught the made ones, or ""."""
    for role, side in (("real", real), ("unlabelled", unlabelled)):
        if side is None:
            continue
        if made.lineage.parents and side.lineage.role is Role.REAL:
            return (
                f"the {role} rows were split off to teach, so made rows that were learned are left "
                f"aside: {_USE}, or rows of it by `take`"
            )
        if keyed(side) in made.lineage.parents:
            return (
                f"the {role} rows taught the made rows, so made rows add nothing to them and are "
                f"left aside: {_USE}"
            )
        if _holds_copies(made, side):
            return (
                f"the made rows hold copies of the {role} rows, more than chance explains, so they "
                f"are left aside: {_USE}"
            )
    return ""


def _holds_copies(made: Dataset, side: Dataset) -> bool:
    """Compare twins in chunks of made rows as large as the real sample with twins within it.

    More than 4 standard errors of a Poisson count (and 6 rows) beyond what real rows show among
    themselves, on the mean over chunks.
    """
    names = [
        column.name
        for column in side.schema.main.columns
        if column.name in made.columns and _alike(made, side, column.name)
    ]
    count = side.rows
    if not names or count < 2:
        return False
    prints = _prints(pa.concat_tables([_texts(side, names), _texts(made, names)]))
    mine, theirs = prints[:count], prints[count:]
    _, place, seen = np.unique(mine, return_inverse=True, return_counts=True)
    twins = float((seen[place] > 1).sum())
    chunks = min(max(len(theirs) // max(count - 1, 1), 1), _MOST_CHUNKS)
    found = [np.isin(mine, chunk).sum() for chunk in np.array_split(theirs, chunks)]
    return bool(np.mean(found) > twins + 4 * np.sqrt(2 * twins) + 6)


def _alike(made: Dataset, side: Dataset, name: str) -> bool:
    """True where cells of both sides can be equal: of one kind or both numbers, and not nested."""
    mine, theirs = made.column(name).kind, side.column(name).kind
    return mine.compares_with(theirs) and mine is not Kind.NESTED


def _texts(side: Dataset, names: list[str]) -> pa.Table:
    """Return columns in one type each: numbers as floats, all else as text."""
    columns = []
    for name in names:
        cells = side.table[name]
        is_number = side.column(name).kind.is_number
        columns.append(cells.cast(pa.float64() if is_number else pa.string(), safe=False))
    return pa.table(dict(zip(names, columns, strict=True)))


def _prints(table: pa.Table) -> np.ndarray:
    """Return a 64-bit print of each row: equal rows, equal prints."""
    prints = np.zeros(table.num_rows, dtype=np.uint64)
    for name in table.column_names:
        encoded = table[name].combine_chunks().dictionary_encode(null_encoding="encode")
        codes = encoded.indices.to_numpy().astype(np.uint64)
        with np.errstate(over="ignore"):
            prints = (prints ^ (codes + np.uint64(1))) * np.uint64(0x9E3779B97F4A7C15)
            prints ^= prints >> np.uint64(29)
    return prints
