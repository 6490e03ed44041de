"""Calendar: hour, weekday, month, grain and period of moments, as cells of rows.

Season is what returns: shares of the hours of a day (in pairs), of the days of a week, of the
months of a year. A part of the calendar is asked of only where real rows show several of its cells.
The grain is what moments are rounded to. The period is cut at tenths of the real rows, with a cell
before the first and after the last real moment. Moments are taken as they stand, those with a zone
in UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ...data.reporting.disclose import numeric_edges
from ..cells import Cells
from ..stack import Values

DAY_S, HOUR_S = 86_400, 3_600
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August",
           "September", "October", "November", "December")  # fmt: skip
_GRAINS = ("whole days", "whole hours", "whole minutes", "whole seconds", "parts of a second")
_PERIODS = 10


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the calendar: its name, and the cell of each row (-1: no moment)."""

    name: str
    cells: Cells


def seasons(moments: Values, pool: np.ndarray) -> list[Part]:
    """Return hour, weekday and month of the moments, as far as real rows have several of each."""
    seen = ~np.isnan(moments.values)
    whole = np.where(seen, moments.values, 0)
    days = np.floor(whole / DAY_S).astype(np.int64)
    hours = np.floor((whole - days * DAY_S) / HOUR_S).astype(np.int64) // 2
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    spans = [f"{2 * i:02d}:00 to {2 * i + 2:02d}:00" for i in range(12)]
    parts = [
        Part("hour", Cells(moments.name, tuple(spans), np.where(seen, hours, -1))),
        Part("weekday", Cells(moments.name, _DAYS, np.where(seen, (days + 3) % 7, -1))),
        Part("month", Cells(moments.name, _MONTHS, np.where(seen, months, -1))),
    ]
    return [part for part in parts if _varies(part.cells.codes[pool])]


def grain(moments: Values) -> Part:
    """Return what each moment is rounded to."""
    seen = ~np.isnan(moments.values)
    micro = np.rint(np.where(seen, moments.values, 0) * 1e6).astype(np.int64)
    steps = [DAY_S * 1_000_000, HOUR_S * 1_000_000, 60_000_000, 1_000_000]
    codes = np.full(len(micro), len(steps))
    for place in reversed(range(len(steps))):
        codes = np.where(micro % steps[place] == 0, place, codes)
    return Part("grain", Cells(moments.name, _GRAINS, np.where(seen, codes, -1)))


def period(name: str, clock: np.ndarray, pool: np.ndarray, is_moment: bool) -> Part:
    """Return the tenth of the real period that each row lies in, or before, or after."""
    real = clock[pool]
    real = real[~np.isnan(real)]
    edges = numeric_edges(real, bins=_PERIODS)
    codes = np.searchsorted(edges, clock, side="right") + 1
    first, last = (float(real.min()), float(real.max())) if len(real) else (0.0, 0.0)
    codes = np.where(clock < first, 0, np.where(clock > last, len(edges) + 2, codes))
    codes = np.where(np.isnan(clock), -1, codes)
    words = [spoken(edge, is_moment) for edge in edges]
    inside = [f"{a} to {b}" for a, b in pairwise(words)]
    ends = ["up to " + words[0], *inside, "from " + words[-1]] if words else ["inside"]
    labels = ("before any real row", *ends, "after every real row")
    return Part("period", Cells(name, labels, codes.astype(np.int64)))


def spoken(value: float, is_moment: bool) -> str:
    """Write a point of the clock as a person would."""
    if not is_moment:
        return f"{value:,.6g}"
    return str(np.datetime64(int(value), "s")).replace("T", " ").removesuffix(":00")


def lengths(edges: np.ndarray, is_moment: bool) -> Iterator[str]:
    """Yield words for the bins of lengths of time: one more than there are edges."""
    words = [_length(float(edge)) if is_moment else f"{edge:,.4g}" for edge in edges]
    if not words:
        yield "all"
        return
    yield f"below {words[0]}"
    yield from (f"{a} to {b}" for a, b in pairwise(words))
    yield f"{words[-1]} and above"


def _length(seconds: float) -> str:
    for unit, name in ((DAY_S, "days"), (HOUR_S, "hours"), (60, "minutes")):
        if abs(seconds) >= 2 * unit:
            return f"{seconds / unit:.3g} {name}"
    return f"{seconds:.3g} seconds"


def _varies(codes: np.ndarray) -> bool:
    return len(np.unique(codes[codes >= 0])) > 1
