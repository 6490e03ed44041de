"""Numerals: texts that are numbers, in the ways in which people write them.

Read as they stand: 12, -3.50, 1e-4, .5. Read and noted: thousands commas (1,234), decimal commas
(2,5), words for infinity and for no value. Never read as numbers: 007 and 0x1f, which are codes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .cells import (
    MISSING_NUMBER,
    Cells,
    Misfit,
    Reading,
    flags,
    matches,
    missing,
    note_missing,
    plural,
)
from .schema import Kind

_PLAIN = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_THOUSANDS = r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$"
_DECIMAL_COMMA = r"^[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+$"
_INFINITY = r"^[+-]?(?i:inf|infinity)$"
_BEYOND = r"^[+-]?\d{19,}$"
_CODE = r"^[+-]?0[0-9xX][0-9a-fA-F]*$"

MOST_DIGITS = 9  # more are the noise of a float that was printed whole

LEAST_TOLD = 0.1  # words among which fewer numbers stand need no note


def read_numbers(
    cells: Cells, nulls: Sequence[str] = MISSING_NUMBER, *, exact: bool = True
) -> Reading | Misfit | None:
    """Return the texts as numbers or integers; None if hardly one of them is a number.

    `exact` refuses whole numbers beyond 64 bits, which are likelier names than amounts.
    """
    texts = pc.utf8_trim_whitespace(cells.texts)
    gone = missing(texts, nulls)
    held = texts.filter(pa.array(~gone))
    if not len(held):
        return None
    notes = note_missing(cells, texts, gone)
    if matches(held, _CODE).any():
        return _misfit(cells, texts, gone)
    held, more = _rewritten(held, cells.counts[~gone])
    notes += more
    values = _cast(held, pa.int64())
    if values is not None:
        return Reading(_around(values, gone), Kind.INTEGER, notes=notes)
    values = _cast(held, pa.float64())
    if values is None:
        return _misfit(cells, texts, gone)
    if exact and (beyond := matches(held, _BEYOND)).any():
        count = int(cells.counts[~gone][beyond].sum())
        return Misfit(f"{plural(count)} beyond 64 bits, kept as text", count)
    return _number(cells, held, values, gone, notes)


def count_codes(cells: Cells) -> int:
    """Return how many cells are digits behind a leading zero, if most cells are digits."""
    numerals = matches(cells.texts, _PLAIN) | matches(cells.texts, _CODE)
    most = 2 * cells.count(numerals) >= int(cells.counts.sum())
    return cells.count(matches(cells.texts, _CODE)) if most else 0


def decimals(values: np.ndarray) -> int | None:
    """Return the fewest decimals (0 to 9) that hold every value; None if that is not enough."""
    for digits in range(10):
        if np.array_equal(np.round(values, digits), values):
            return digits
    return None


def _looks(texts: pa.Array) -> np.ndarray:
    is_number = matches(texts, _PLAIN) | matches(texts, _THOUSANDS) | matches(texts, _INFINITY)
    return is_number & ~matches(texts, _CODE)


def _misfit(cells: Cells, texts: pa.Array, gone: np.ndarray) -> Misfit | None:
    looks = _looks(texts) & ~gone
    if not looks.any():
        return None
    others = cells.count(~looks & ~gone)
    total = cells.count(~gone)
    if total - others < LEAST_TOLD * total:
        return None
    return Misfit(f"not numbers: {others:,} of {plural(total)}", others)


def _cast(texts: pa.Array, to: pa.DataType) -> pa.Array | None:
    try:
        return texts.cast(to)
    except pa.ArrowInvalid:
        return None


def _around(values: pa.Array, gone: np.ndarray) -> pa.Array:
    """Return the values with a null for each text that is gone."""
    if not gone.any():
        return values
    at = np.cumsum(~gone) - 1
    return values.take(pa.array(at, mask=gone))


def _rewritten(texts: pa.Array, counts: np.ndarray) -> tuple[pa.Array, tuple[str, ...]]:
    """Return the texts with their commas as the computer wants them, and a note on it."""
    commas = flags(pc.match_substring(texts, ","))
    if not commas.any():
        return texts, ()
    held = texts.filter(pa.array(commas))
    count = plural(int(counts[commas].sum()))
    if matches(held, _THOUSANDS).all():
        return pc.replace_substring(texts, ",", ""), (f"{count} with thousands commas",)
    points = matches(texts.filter(pa.array(~commas)), r"\.").any()
    if matches(held, _DECIMAL_COMMA).all() and not points:
        bare = pc.replace_substring(pc.replace_substring(texts, ".", ""), ",", ".")
        return bare, (f"{count} with decimal commas",)
    return texts, ()


def _number(
    cells: Cells, texts: pa.Array, values: pa.Array, gone: np.ndarray, notes: tuple[str, ...]
) -> Reading:
    finite = flags(pc.is_finite(values))
    if not finite.all():
        lost = int(cells.counts[~gone][~finite].sum())
        notes += (f"{plural(lost, 'infinite cell')} read as null",)
        values = pc.if_else(pa.array(finite), values, pa.scalar(None, pa.float64()))
    digits = _digits(texts.filter(pa.array(finite)))
    if digits is not None and digits <= 1 and finite.any() and are_whole(values):
        if matches(texts, r"\.").any():
            notes += ("whole numbers written with a decimal point",)
        return Reading(_around(values.cast(pa.int64()), gone), Kind.INTEGER, notes=notes)
    return Reading(_around(values, gone), Kind.NUMBER, digits=digits, notes=notes)


def are_whole(values: pa.Array) -> bool:
    """True where every number is whole and exact as a float."""
    numbers = values.drop_null().to_numpy(zero_copy_only=False)
    return bool((np.abs(numbers) < 2**53).all() and (numbers == np.round(numbers)).all())


def _digits(texts: pa.Array) -> int | None:
    """Return the most decimals that a text shows; None with exponents or beyond float64."""
    if flags(pc.match_substring_regex(texts, "[eE]")).any():
        return None
    point = pc.find_substring(texts, ".")
    after = pc.subtract(pc.subtract(pc.binary_length(texts), point), 1)
    shown = int(pc.max(pc.if_else(pc.less(point, 0), 0, after)).as_py() or 0)
    return shown if shown <= MOST_DIGITS else None
