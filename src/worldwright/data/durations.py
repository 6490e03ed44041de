"""Durations: texts that are lengths of time: `36:15:09`, `2 days 03:04:05.5`, `P1DT2H`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .cells import MISSING_DATE, Cells, Reading, flags, matches, missing, note_missing
from .schema import Kind

_CLOCK = (
    r"^(?P<sign>-)?(?:(?P<day>\d+) days?,? )?(?P<hour>\d{1,4}):(?P<minute>[0-5]\d):"
    r"(?P<second>[0-5]\d(?:[.,]\d{1,9})?)$"
)
_ISO = (
    r"^(?P<sign>-)?P(?:(?P<day>\d+)D)?(?:T(?:(?P<hour>\d+)H)?(?:(?P<minute>\d+)M)?"
    r"(?:(?P<second>\d+(?:\.\d{1,9})?)S)?)?$"
)
_SECONDS = {"day": 86_400, "hour": 3_600, "minute": 60, "second": 1}


def read_durations(cells: Cells, nulls: Sequence[str] = MISSING_DATE) -> Reading | None:
    """Return the texts as durations, None if some of them are not."""
    texts = pc.utf8_trim_whitespace(cells.texts)
    gone = missing(texts, nulls)
    held = texts.filter(pa.array(~gone))
    for pattern, how in ((_CLOCK, "hours:minutes:seconds"), (_ISO, "ISO 8601 durations")):
        if len(held) and matches(held[:64], pattern).all() and matches(held, pattern).all():
            micros = _micros(pc.extract_regex(texts, pattern))
            answers = pa.array(micros, mask=gone).view(pa.duration("us"))
            notes = (*note_missing(cells, texts, gone), f"read as {how}")
            return Reading(answers, Kind.DURATION, notes=notes)
    return None


def _micros(parts: pa.StructArray) -> np.ndarray:
    total = np.zeros(len(parts))
    for unit, seconds in _SECONDS.items():
        text = parts.field(unit)
        held = pc.if_else(pc.equal(text, ""), None, pc.replace_substring(text, ",", "."))
        held = held.cast(pa.float64())
        total += pc.fill_null(held, 0.0).to_numpy(zero_copy_only=False) * seconds
    sign = np.where(flags(pc.equal(parts.field("sign"), "-")), -1, 1)
    return sign * np.round(total * 1e6).astype(np.int64)
