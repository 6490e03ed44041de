"""Cells: a column of text by its distinct texts, how often each stands, and where.

Everything that is asked of a column of text is asked once of each distinct text, and the answer is
spread over the rows, so a column of a million cells and ten texts costs ten.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .canonical import one_chunk
from .schema import Kind

# What people and programs write for "no value". Columns of words keep '?' and 'None', which are
# often answers of their own there.
MISSING_WORD = (
    "", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "null", "NULL", "\\N",
)  # fmt: skip
MISSING_NUMBER = (*MISSING_WORD, "na", "Null", "None", "none", "nil", "?", "-", "--", ".")
MISSING_DATE = (*MISSING_NUMBER, "NaT", "0000-00-00", "0000-00-00 00:00:00")


@dataclass(frozen=True, slots=True)
class Cells:
    """A column of text. `texts` are distinct and not null; `codes` is null where the cell is."""

    texts: pa.StringArray
    counts: np.ndarray
    codes: pa.Int32Array

    @classmethod
    def of(cls, column: pa.ChunkedArray | pa.Array) -> Cells:
        """Count the texts of a column."""
        if isinstance(column, pa.ChunkedArray):
            encoded = one_chunk(column.dictionary_encode())
        else:
            encoded = column.dictionary_encode()
        codes = encoded.indices
        seen = codes.drop_null().to_numpy() if codes.null_count else codes.to_numpy()
        return cls(encoded.dictionary, np.bincount(seen, minlength=len(encoded.dictionary)), codes)

    def spread(self, answers: pa.Array) -> pa.Array:
        """Return the answer for each row, given the answer for each text."""
        return answers.take(self.codes)

    def count(self, mask: np.ndarray) -> int:
        """Return how many cells hold one of the texts in `mask`."""
        return int(self.counts[mask].sum())


@dataclass(frozen=True, slots=True)
class Reading:
    """What the texts of a column mean, one answer for each text, and what was done to get there."""

    answers: pa.Array
    kind: Kind
    digits: int | None = None
    zone: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why a column is not of a kind, though most of its cells look it; `cells` do not fit."""

    why: str
    cells: int = 0


def flags(mask: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """Return an Arrow mask as numpy booleans; null is False."""
    return pc.fill_null(mask, False).to_numpy(zero_copy_only=False)


def matches(texts: pa.Array, pattern: str) -> np.ndarray:
    """Return which texts match the RE2 pattern."""
    return flags(pc.match_substring_regex(texts, pattern))


def missing(texts: pa.Array, words: Sequence[str]) -> np.ndarray:
    """Return which texts stand for no value."""
    return flags(pc.is_in(texts, value_set=pa.array(words, pa.string())))


def plural(count: int, noun: str = "cell") -> str:
    """Return `1 cell`, `2 cells`."""
    return f"{count:,} {noun}{'s' * (count != 1)}"


def note_missing(cells: Cells, texts: pa.Array, gone: np.ndarray) -> tuple[str, ...]:
    """Return the note on words that were read as null; empty cells need none."""
    counts: dict[str, int] = {}
    for at in np.flatnonzero(gone):
        word = texts[int(at)].as_py()
        if word:
            counts[word] = counts.get(word, 0) + int(cells.counts[at])
    if not counts:
        return ()
    told = [f"{plural(counts[word])} {word!r}" for word in sorted(counts)]
    return (f"{', '.join(told)} read as null",)
