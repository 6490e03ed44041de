"""Dates: texts that are moments or lengths of time, in one format for the whole column.

A column is read as datetimes only if all its cells fit one format and nothing about it has to be
guessed. 03/04/2025 is a guess until some cell of the column has a day above 12; where no cell has,
or where formats are mixed, the column stays text and its note says why. Times are held in
microseconds; a column whose cells carry offsets is held in UTC, or in its one offset.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .cells import (
    MISSING_DATE,
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

_TIME = (
    r"(?:[T ](?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?(?: ?(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2}))?)?$"
)
_DAY_NAME = r"^(?:[A-Za-z]{3,9},? )?"
_MONTH_NAME = r"(?P<name>(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\.?"
_SHAPES = {
    "year first": r"^(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})" + _TIME,
    "slashes": r"^(?P<first>\d{1,2})/(?P<second_>\d{1,2})/(?P<year>\d{4}|\d{2})" + _TIME,
    "points": r"^(?P<first>\d{1,2})\.(?P<second_>\d{1,2})\.(?P<year>\d{4}|\d{2})" + _TIME,
    "dashes": r"^(?P<first>\d{1,2})-(?P<second_>\d{1,2})-(?P<year>\d{4}|\d{2})" + _TIME,
    "day and name": (
        _DAY_NAME + r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[- /]" + _MONTH_NAME
        + r"[- /,]+(?P<year>\d{4}|\d{2})" + _TIME
    ),
    "name and day": (
        _DAY_NAME + _MONTH_NAME + r" (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})" + _TIME
    ),
}  # fmt: skip
_COMPACT = r"^(?P<year>\d{4}|\d{2})(?P<month>\d{2})(?P<day>\d{2})" + _TIME
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?)?$"
_SAYS_DATE = re.compile(r"(?i:^|[_\s.-])(?i:date|datum|day|dt)(?:$|[_\s.-])|[a-z]Date$|(?i:^date)")
_DAY_US = 86_400_000_000


def read_dates(
    name: str, cells: Cells, nulls: Sequence[str] = MISSING_DATE, *, declared: bool = False
) -> Reading | Misfit | None:
    """Return the texts as datetimes; None if they do not look it, Misfit if they only look it."""
    texts = pc.utf8_trim_whitespace(cells.texts)
    gone = missing(texts, nulls)
    held = texts.filter(pa.array(~gone))
    if not len(held):
        return None
    notes = note_missing(cells, texts, gone)
    found = _iso(held) or _by_shape(name, held, cells.counts[~gone], declared)
    if not isinstance(found, Reading):
        return found
    answers = found.answers.take(pa.array(np.cumsum(~gone) - 1, mask=gone))
    return Reading(answers, Kind.DATETIME, zone=found.zone, notes=notes + found.notes)


def read_format(cells: Cells, form: str, nulls: Sequence[str] = MISSING_DATE) -> Reading | Misfit:
    """Return the texts as datetimes of one `strptime` format; Misfit counts those that are not."""
    texts = pc.utf8_trim_whitespace(cells.texts)
    gone = missing(texts, nulls)
    answers = pc.strptime(texts, format=form, unit="us", error_is_null=True)
    misses = ~flags(answers.is_valid()) & ~gone
    if misses.any():
        return Misfit(
            f"{plural(cells.count(misses))} not of the format {form!r}", cells.count(misses)
        )
    return Reading(answers, Kind.DATETIME, notes=note_missing(cells, texts, gone))


def _iso(texts: pa.Array) -> Reading | None:
    """Read what Arrow reads by itself: ISO 8601, all with a zone or all without."""
    if not matches(texts[:64], _ISO).all():
        return None
    for zone in (None, "UTC"):
        try:
            moments = texts.cast(pa.timestamp("us", zone))
        except pa.ArrowInvalid:
            continue
        if zone is None:
            return Reading(moments, Kind.DATETIME)
        offsets = pc.extract_regex(texts, r"(?P<zone>Z|[+-]\d{2}:?\d{2})$").field("zone")
        return _zoned(moments, offsets)
    return None


def _zoned(moments: pa.Array, offsets: pa.Array) -> Reading:
    """Return UTC moments in the zone that their offsets agree on."""
    minutes = np.unique(_offset_minutes(offsets))
    if len(minutes) > 1:
        note = (f"{len(minutes)} different offsets, held in UTC",)
        return Reading(moments, Kind.DATETIME, zone="UTC", notes=note)
    zone = _zone_name(int(minutes[0]))
    return Reading(moments.cast(pa.timestamp("us", zone)), Kind.DATETIME, zone=zone)


def _zone_name(minutes: int) -> str:
    if not minutes:
        return "UTC"
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _offset_minutes(offsets: pa.Array) -> np.ndarray:
    parts = pc.extract_regex(offsets, r"^(?P<sign>[+-])(?P<hour>\d{2}):?(?P<minute>\d{2})?$")
    minutes = _whole(parts.field("hour")) * 60 + _whole(parts.field("minute"))
    return np.where(flags(pc.equal(parts.field("sign"), "-")), -minutes, minutes)


def _by_shape(
    name: str, texts: pa.Array, counts: np.ndarray, declared: bool
) -> Reading | Misfit | None:
    shapes = dict(_SHAPES)
    if declared or _SAYS_DATE.search(name) or matches(texts[:64], r"^\d{6,8}[T ]\d").all():
        shapes["digits"] = _COMPACT
    sample = np.zeros(min(len(texts), 64), dtype=bool)
    for pattern in shapes.values():
        sample |= matches(texts[:64], pattern)
    if sample.mean() < 0.5:
        return None
    fits = {shape: matches(texts, pattern) for shape, pattern in shapes.items()}
    used = [shape for shape, fit in fits.items() if fit.any()]
    whole = [shape for shape in used if fits[shape].all()]
    if whole:
        return _read_shape(whole[0], shapes[whole[0]], texts, counts)
    if used == ["digits"] and not fits["digits"].mean() > 0.9:
        return None
    looks = np.logical_or.reduce(list(fits.values()))
    others = int(counts[~looks].sum())
    if others:
        return Misfit(f"not dates: {others:,} of {plural(int(counts.sum()))}", others)
    return Misfit(
        f"dates in {len(used)} formats, which cannot be told apart safely", int(counts.sum())
    )


def _read_shape(
    shape: str, pattern: str, texts: pa.Array, counts: np.ndarray
) -> Reading | Misfit | None:
    parts = pc.extract_regex(texts, pattern)
    names = [field.name for field in parts.type]
    notes: tuple[str, ...] = ()
    year = _whole(parts.field("year"))
    if flags(pc.equal(pc.binary_length(parts.field("year")), 2)).any():
        year = np.where(year < 69, 2000 + year, np.where(year < 100, 1900 + year, year))
        notes += ("years of two digits read as 1969 to 2068",)
    if "first" in names:
        order = _order(shape, _whole(parts.field("first")), _whole(parts.field("second_")))
        if isinstance(order, Misfit):
            return order
        day, month = (
            _whole(parts.field(part))
            for part in (("first", "second_") if order else ("second_", "first"))
        )
        notes += (f"read {'day' if order else 'month'} first",)
    else:
        day = _whole(parts.field("day"))
        month = _month(parts.field("name")) if "name" in names else _whole(parts.field("month"))
    if int(pc.max(pc.binary_length(parts.field("part"))).as_py() or 0) > 6:
        notes += ("nanoseconds cut to microseconds",)
    days, valid = _days(year, month, day)
    clock, sound = _clock(parts)
    valid &= sound
    if not valid.all():
        if shape == "digits" and valid.mean() < 0.9:
            return None
        wrong = int(counts[~valid].sum())
        return Misfit(f"not dates: {plural(wrong)} that no calendar has", wrong)
    if shape == "digits":
        notes += ("digits read as year, month, day",)
    return _moments(days * _DAY_US + clock, parts.field("zone"), notes)


def _moments(micros: np.ndarray, zones: pa.Array, notes: tuple[str, ...]) -> Reading | Misfit:
    zoned = len(zones) - zones.null_count - int(pc.sum(pc.equal(zones, "")).as_py() or 0)
    if not zoned:
        return Reading(pa.array(micros).view(pa.timestamp("us")), Kind.DATETIME, notes=notes)
    if zoned < len(zones):
        return Misfit("some cells have a time zone and some have none", len(zones) - zoned)
    utc = micros - _offset_minutes(zones) * 60_000_000
    reading = _zoned(pa.array(utc).view(pa.timestamp("us", "UTC")), zones)
    return Reading(reading.answers, Kind.DATETIME, zone=reading.zone, notes=notes + reading.notes)


def _order(shape: str, first: np.ndarray, second: np.ndarray) -> bool | Misfit:
    """Return True if days stand first, False if months do."""
    above = bool((first > 12).any()), bool((second > 12).any())
    if above[0] and above[1]:
        return Misfit("days stand first in some dates and second in others", len(first))
    if not any(above):
        if shape == "points":  # d.m.y: nobody writes months first with points
            return True
        return Misfit("dates that could be day first or month first", len(first))
    return above[0]


def _days(year: np.ndarray, month: np.ndarray, day: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return days since 1970-01-01 and which of the dates exist."""
    sound = (month >= 1) & (month <= 12) & (day >= 1)
    months = (year - 1970).astype("M8[Y]").astype("M8[M]") + np.where(sound, month - 1, 0)
    start = months.astype("M8[D]").astype(np.int64)
    length = (months + 1).astype("M8[D]").astype(np.int64) - start
    return start + day - 1, sound & (day <= length)


def _clock(parts: pa.StructArray) -> tuple[np.ndarray, np.ndarray]:
    """Return microseconds since midnight and which of the times exist."""
    hour, minute = _whole(parts.field("hour")), _whole(parts.field("minute"))
    second = _whole(parts.field("second"))
    half = pc.utf8_lower(parts.field("half"))
    twelve = flags(pc.is_in(half, value_set=pa.array(["a", "p"])))
    sound = (hour < 24) & (minute < 60) & (second < 60) & ~(twelve & ((hour > 12) | (hour < 1)))
    hour = np.where(twelve, hour % 12 + 12 * flags(pc.equal(half, "p")), hour)
    part = pc.utf8_slice_codeunits(pc.utf8_rpad(parts.field("part"), 6, "0"), 0, 6)
    return ((hour * 60 + minute) * 60 + second) * 1_000_000 + _whole(part), sound


def _month(names: pa.Array) -> np.ndarray:
    at = pc.index_in(
        pc.utf8_slice_codeunits(pc.utf8_lower(names), 0, 3), value_set=pa.array(_MONTHS)
    )
    return pc.fill_null(at, -1).to_numpy(zero_copy_only=False).astype(np.int64) + 1


def _whole(texts: pa.Array) -> np.ndarray:
    """Return texts of digits as numbers; what is not there is 0."""
    held = pc.if_else(pc.equal(texts, ""), None, texts)
    return pc.fill_null(held.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
