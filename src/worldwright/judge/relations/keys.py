"""Keys: a row whose key an earlier row of its table has, or that has none.

Real tables have next to none of these, so the made share is held against all real rows of the
table, not only against as many as the made ones: 5 of 2,000 stand out where 0 of 4,000 repeat.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ..tallies import Tally
from ..units import against_all
from .kin import Table

_LABELS = ("a key of its own", "the key of an earlier row", "no key")


def keys(table: Table, key: str, splits: int, *, seed: int) -> Tally:
    """Count rows with a key of their own, with one that is taken, and with none."""
    codes = np.concatenate([_coded(part) for part in table.texts(key)])
    dealt = against_all(np.arange(len(codes)), table.sizes.made, seed=seed).drawn(splits)
    left, right = dealt.tables(codes, len(_LABELS))
    name = table.called(key)
    return Tally(
        "references", f"key {name}", (name,), f"rows by their key {name}", "rows",
        _LABELS, left, right,
    )  # fmt: skip


def _coded(part: pa.ChunkedArray) -> np.ndarray:
    codes = part.combine_chunks().dictionary_encode().indices
    codes = np.asarray(codes.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)
    _, first = np.unique(codes, return_index=True)
    is_first = np.zeros(len(codes), dtype=bool)
    is_first[first] = True
    return np.where(codes < 0, 2, np.where(is_first, 0, 1))
