"""Spelling: values that are known, written in another way: case, accents, blanks, a wrong encoding.

A reader of the made rows sees one value, a program two. Words are folded to what a reader sees:
UTF-8 that was read as Latin-1 is read again, accents and case are dropped, blanks joined. A row is
*respelt* where no real row has its value and real rows have one that folds to the same.
"""

from __future__ import annotations

import unicodedata
from contextlib import suppress

import numpy as np

from .null import Splits
from .stack import Values
from .values import novel

_UNSEEN = 0.05  # a second spelling that no real row has shown yet is rarer than a new value


def respelt(
    column: Values, splits: Splits, chance: np.random.Generator
) -> tuple[np.ndarray, np.ndarray] | None:
    """Count respelt rows, and say how rare that is: two (1 + splits,) arrays.

    None where no two values of the column read alike; `chance` is for `novel`.
    """
    if not column.words:
        return None
    reads = np.unique([folded(word) for word in column.words], return_inverse=True)[1]
    has_twin = np.bincount(reads)[reads] > 1
    if not has_twin.any():
        return None
    cell_of = np.where(has_twin, np.cumsum(has_twin) - 1, has_twin.sum())
    others = int(has_twin.sum())
    known = ~np.isnan(column.values)
    codes = np.full(len(column.values), others, dtype=np.int64)
    codes[known] = cell_of[column.values[known].astype(np.int64)]
    left, right = splits.tables(codes, others + 1)
    return novel(left, right, chance, _UNSEEN)


def folded(word: str) -> str:
    """Return the word as a reader sees it."""
    with suppress(UnicodeError):
        word = word.encode("latin-1").decode("utf-8")
    plain = unicodedata.normalize("NFKD", word)
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(bare.casefold().split())
