"""Kinds of columns: read off the cells where nobody declared them, and never guessed in silence.

A written cell is tried as truth value, number, date and duration, in this order; what is none of
them is a word (`words.py`). The first kind that fits EVERY cell wins; a column of which only some
cells fit stays words, and its note says how many do not. Notes name columns, counts and the words
for "no value", never a value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import Fault
from .canonical import canonical_column
from .cells import (
    MISSING_DATE,
    MISSING_NUMBER,
    MISSING_WORD,
    Cells,
    Misfit,
    Reading,
    flags,
    missing,
    note_missing,
    plural,
)
from .dates import read_dates, read_format
from .durations import read_durations
from .numerals import count_codes, read_numbers
from .schema import Column, Kind
from .typed import kind_of_integers, read_typed
from .words import read_words

_TRUTHS = ("true", "True", "TRUE", "false", "False", "FALSE")
_DECLARED_TRUTHS = {
    True: ("true", "t", "yes", "y", "1"),
    False: ("false", "f", "no", "n", "0"),
}  # fmt: skip

Found = tuple[pa.Array, Column]


def infer(name: str, column: pa.ChunkedArray, *, written: bool) -> Found:
    """Return the column in canonical form, and what it is.

    `written` columns hold the cells of a text file; in others only words and dates are told apart.
    """
    if not written:
        typed = read_typed(name, column)
        if typed is not None:
            return _with_emptiness_noted(typed)
    cells = Cells.of(column.cast(pa.string()))
    reading, reasons = _first_fit(name, cells, written)
    return _with_emptiness_noted(_made(name, cells, reading, reasons))


@dataclass(frozen=True, slots=True)
class Wanted:
    """The kind that somebody declared, the `strptime` format of its datetimes, its null words."""

    kind: Kind
    form: str | None = None
    nulls: tuple[str, ...] | None = None


def cast(name: str, column: pa.ChunkedArray, wanted: Wanted, *, written: bool) -> Found | Fault:
    """Return the column as what somebody declared, or the fault that says why it is not."""
    kind = wanted.kind
    if not written and wanted == Wanted(kind):
        typed = read_typed(name, column)
        if typed is not None and typed[1].kind is kind:
            return typed
    if kind is Kind.NESTED or not _has_text(column.type):
        return _no_text(name, column, kind)
    cells = Cells.of(column.cast(pa.string()))
    reading = _as_declared(name, cells, wanted)
    if kind is Kind.ID and (written or not pa.types.is_string(column.type)):
        reading = _whole_ids(cells, wanted) or reading
    if isinstance(reading, Misfit):
        return Fault(
            f"{name!r} is declared {kind}, but {plural(reading.cells)} cannot be read so",
            where=f"column {name!r}: {reading.why}",
            mend=_MENDS.get(kind, "declare another kind for it"),
        )
    return _made(name, cells, reading, ())


def is_moment(text: object) -> bool:
    """True for a text that stands for a date or a time in ISO 8601."""
    try:
        pa.scalar(str(text)).cast(pa.timestamp("us"))
    except pa.ArrowInvalid:
        return False
    return True


_MENDS = {
    Kind.NUMBER: "mend these cells, list the words that mean no value as nulls: [...], "
    "or declare another kind",
    Kind.DATETIME: "mend these cells, or declare their format, such as format: '%d/%m/%Y'",
    Kind.BOOLEAN: "write true and false, yes and no, or 1 and 0; or declare it a category",
}
_MENDS[Kind.INTEGER] = _MENDS[Kind.NUMBER]


def _first_fit(name: str, cells: Cells, written: bool) -> tuple[Reading, tuple[str, ...]]:
    attempts: list[Callable[[], Reading | Misfit | None]] = [lambda: _truths(cells)]
    if written:
        attempts.append(lambda: _compact_dates(name, cells))
        attempts.append(lambda: read_numbers(cells))
    attempts.append(lambda: read_dates(name, cells))
    attempts.append(lambda: read_durations(cells))
    reasons: list[str] = []
    for attempt in attempts:
        reading = attempt()
        if isinstance(reading, Reading):
            return reading, tuple(reasons)
        if isinstance(reading, Misfit):
            reasons.append(reading.why)
    if not written and isinstance(read_numbers(cells), Reading):
        reasons = ["numbers held as text"]
    if written and (codes := count_codes(cells)):
        reasons = [f"{plural(codes)} with leading zeros, kept as text"]
    return _no_values(cells) or read_words(name, cells), tuple(reasons[-1:])


def _truths(cells: Cells) -> Reading | None:
    gone = missing(cells.texts, MISSING_WORD)
    if len(cells.texts) > 16 or gone.all():
        return None
    is_truth = flags(pc.is_in(cells.texts, value_set=pa.array(_TRUTHS)))
    if not (is_truth | gone).all():
        return None
    return _truth_reading(cells, flags(pc.equal(pc.utf8_lower(cells.texts), "true")), gone)


def _truth_reading(cells: Cells, true: np.ndarray, gone: np.ndarray) -> Reading:
    notes = note_missing(cells, cells.texts, gone)
    return Reading(pa.array(true, mask=gone), Kind.BOOLEAN, notes=notes)


def _compact_dates(name: str, cells: Cells) -> Reading | Misfit | None:
    """Read 20250131 as a date, before it would be a number, where the column's name says date."""
    digits = flags(pc.match_substring_regex(cells.texts[:64], r"^(\d{8}|\d{6})$"))
    if not len(digits) or not digits.all():
        return None
    return read_dates(name, cells)


def _no_values(cells: Cells) -> Reading | None:
    gone = missing(cells.texts, MISSING_NUMBER)
    if not gone.all():
        return None
    answers = pa.nulls(len(gone), pa.string())
    notes = note_missing(cells, cells.texts, gone)
    return Reading(answers, Kind.CATEGORY, notes=("no values", *notes))


def _made(name: str, cells: Cells, reading: Reading, reasons: tuple[str, ...]) -> Found:
    kind, notes = reading.kind, reading.notes + reasons
    values = cells.spread(reading.answers)
    if kind is Kind.INTEGER:
        kind, note = kind_of_integers(name, values)
        notes += (note,) * bool(note)
    column = Column(
        name, kind, digits=reading.digits, zone=reading.zone, note="; ".join(dict.fromkeys(notes))
    )
    return canonical_column(values, column.arrow_type(values.type)), column


def _with_emptiness_noted(found: Found) -> Found:
    """Say of a column that it holds no value, or one only: nothing can be learned from it."""
    values, column = found
    if values.null_count == len(values):
        says = "no values"
    elif _is_constant(values, column):
        says = "one value in every row"
    else:
        return found
    notes = dict.fromkeys([*column.note.split("; "), says] if column.note else [says])
    return values, replace(column, note="; ".join(notes))


def _is_constant(values: pa.Array, column: Column) -> bool:
    if column.kind is Kind.NESTED or len(values) < 2 or values.null_count:
        return False
    return values[-1] == values[0] and len(pc.unique(values)) == 1


def _has_text(kind: pa.DataType) -> bool:
    return not (
        pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind)
    )


def _no_text(name: str, column: pa.ChunkedArray, kind: Kind) -> Fault:
    return Fault(
        f"{name!r} is declared {kind}, but holds {column.type}",
        where=f"column {name!r}",
        mend="leave its kind away: it is handed through as it came",
    )


def _as_declared(name: str, cells: Cells, wanted: Wanted) -> Reading | Misfit:
    kind = wanted.kind
    match kind:
        case Kind.NUMBER | Kind.INTEGER:
            return _declared_number(cells, kind, _nulls(wanted, MISSING_NUMBER))
        case Kind.BOOLEAN:
            return _declared_truth(cells, _nulls(wanted, MISSING_NUMBER))
        case Kind.DATETIME if wanted.form is not None:
            return read_format(cells, wanted.form, _nulls(wanted, MISSING_DATE))
        case Kind.DATETIME:
            moments = read_dates(name, cells, _nulls(wanted, MISSING_DATE), declared=True)
            return _or_misfit(cells, moments, kind, pa.timestamp("us"))
        case Kind.DURATION:
            lengths = read_durations(cells, _nulls(wanted, MISSING_DATE))
            return _or_misfit(cells, lengths, kind, pa.duration("us"))
        case _:
            return replace(read_words("", cells, _nulls(wanted, MISSING_WORD)), kind=kind)


def _nulls(wanted: Wanted, usual: Sequence[str]) -> Sequence[str]:
    return usual if wanted.nulls is None else ("", *wanted.nulls)


def _or_misfit(
    cells: Cells, reading: Reading | Misfit | None, kind: Kind, to: pa.DataType
) -> Reading | Misfit:
    if reading is not None:
        return reading
    if missing(cells.texts, MISSING_NUMBER).all():
        return Reading(pa.nulls(len(cells.texts), to), kind)
    count = int(cells.counts.sum())
    return Misfit(f"its cells do not look like {kind}s", count)


def _declared_number(cells: Cells, kind: Kind, nulls: Sequence[str]) -> Reading | Misfit:
    to = pa.float64() if kind is Kind.NUMBER else pa.int64()
    reading = _or_misfit(cells, read_numbers(cells, nulls, exact=False), kind, to)
    if isinstance(reading, Misfit) or reading.kind is kind:
        return reading
    if kind is Kind.NUMBER:
        return replace(reading, answers=reading.answers.cast(pa.float64()), kind=kind, digits=0)
    broken = flags(pc.not_equal(pc.round(reading.answers), reading.answers))
    if broken.any():
        return Misfit("cells with decimals", cells.count(broken))
    return replace(reading, answers=reading.answers.cast(pa.int64()), kind=kind, digits=None)


def _whole_ids(cells: Cells, wanted: Wanted) -> Reading | None:
    """Return ids that are whole numbers as such, as where nobody declared them; None for others.

    So `17`, and the `17.0` that a writer makes of it where other cells are empty, are one id.
    """
    reading = read_numbers(cells, _nulls(wanted, MISSING_NUMBER))
    if isinstance(reading, Reading) and reading.kind is Kind.INTEGER:
        return replace(reading, kind=Kind.ID)
    return None


def _declared_truth(cells: Cells, nulls: Sequence[str]) -> Reading | Misfit:
    texts = pc.utf8_lower(pc.utf8_trim_whitespace(cells.texts))
    gone = missing(cells.texts, nulls)
    true = missing(texts, _DECLARED_TRUTHS[True])
    unknown = ~(true | missing(texts, _DECLARED_TRUTHS[False]) | gone)
    if unknown.any():
        return Misfit("words that are neither yes nor no", cells.count(unknown))
    return _truth_reading(cells, true, gone)
