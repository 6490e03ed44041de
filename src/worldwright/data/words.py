"""Words: texts that are neither numbers nor dates, told apart as category, id or text.

An id has a value of its own in every row, and a name or a make that keys have (`customer_id`, a
UUID, `C-00017`). Text is long, or nearly a new one in every row. The rest are categories.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .cells import MISSING_WORD, Cells, Reading, flags, matches, missing, note_missing, plural
from .schema import Kind

_KEY_NAME = re.compile(
    r"(?i:^|[_\s.\-])(?i:id|ids|uuid|guid|key|rowid|hash|sha1|sha256|md5|serial|serialno)$"
    r"|[a-z0-9](?:Id|ID|Key|UUID|Guid|GUID)$"
)
_NUMBER_NAME = re.compile(r"(?i)(?:^|[_\s.\-])(?:no|nr|num|number|index|row|rownum|rownames|code)$")
_KEY_MAKES = (
    r"^\{?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?$",
    r"^[0-9a-fA-F]{16,}$",
    r"^[A-Za-z]{1,8} ?\d{2,}$",
    r"^[\w.:/#-]*\d[\w.:/#-]*$",
)

MANY = 1_000
FEWEST_TO_CALL_KEY = 20  # below, values that happen to differ prove nothing
FEWEST_TO_CALL_TEXT = 20


def read_words(name: str, cells: Cells, nulls: Sequence[str] = MISSING_WORD) -> Reading:
    """Return the texts as what they are among category, id and text."""
    gone = missing(pc.utf8_trim_whitespace(cells.texts), nulls)
    notes = note_missing(cells, pc.utf8_trim_whitespace(cells.texts), gone)
    texts = cells.texts
    kept = ~gone
    if kept.any() and flags(pc.starts_with(texts.filter(pa.array(kept)), " ")).all():
        texts = pc.utf8_ltrim_whitespace(texts)
        notes += ("leading blanks taken off",)
    answers = (
        pc.if_else(pa.array(kept), texts, pa.scalar(None, pa.string())) if gone.any() else texts
    )
    held, counts = texts.filter(pa.array(kept)), cells.counts[kept]
    rows = int(counts.sum()) + cells.codes.null_count + cells.count(gone)
    if is_key(name, held, counts, rows):
        return Reading(answers, Kind.ID, notes=(*notes, "a value of its own in every row"))
    if (why := _text(held, counts)) is not None:
        return Reading(answers, Kind.TEXT, notes=notes + why)
    if len(held) > MANY:
        notes += (f"{len(held):,} different values",)
    return Reading(answers, Kind.CATEGORY, notes=notes)


def is_key(name: str, texts: pa.Array, counts: np.ndarray, rows: int) -> bool:
    """True where every row has a value of its own, and the name or the make is that of a key."""
    if not rows or len(counts) != rows or (counts > 1).any():
        return False
    if has_key_name(name):
        return True
    if rows < FEWEST_TO_CALL_KEY or not pa.types.is_string(texts.type):
        return False
    return any(
        matches(texts[:64], make).all() and matches(texts, make).all() for make in _KEY_MAKES
    )


def has_key_name(name: str) -> bool:
    """True for names that keys have: `id`, `order_id`, `customerID`, `uuid`."""
    return bool(_KEY_NAME.search(name))


def counts_rows(name: str, values: np.ndarray) -> bool:
    """True for a number of the row: 0, 1, 2, … or 1, 2, 3, … under a name that says so."""
    if not (_NUMBER_NAME.search(name) or name.lower().startswith("unnamed")):
        return False
    start = int(values[0]) if len(values) else -1
    return start in (0, 1) and np.array_equal(values, np.arange(start, start + len(values)))


def _text(texts: pa.Array, counts: np.ndarray) -> tuple[str, ...] | None:
    """Return the note of a text column, None for a column of categories."""
    cells = int(counts.sum())
    if len(texts) < FEWEST_TO_CALL_TEXT:
        return None
    lengths = pc.utf8_length(texts).to_numpy(zero_copy_only=False)
    length = float(np.average(lengths, weights=counts))
    blanks = float(np.average(flags(pc.match_substring(texts, " ")), weights=counts))
    distinct = len(texts) / cells
    if (length >= 50 and distinct >= 0.2) or (length >= 20 and blanks >= 0.5 and distinct >= 0.5):
        return ()
    if distinct >= 0.9:
        return (f"{len(texts):,} different values in {plural(cells)}",)
    return None
