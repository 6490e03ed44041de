"""Moments as calendars: day, weekday and time of day are learned apart, so that each is kept.

    span of a year or less   (day) (weekday) (time)
    longer                   (year) (day of the year) (weekday) (time)

Bins of a long span would blur all of them. Later columns can ask for each part: an amount may
follow the hour, or the weekday. Dates without a time have no (time); a column of few moments that
many rows hold stays as it is. All is local time, in the column's zone.

Back from the parts, the day is moved to the nearest one of the weekday that was drawn (by three
days at most), within the range of the column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...data.schema import Column, Kind
from . import laws
from .rules import Numbers

DAY = 86_400_000_000
LONG = 366  # days
FEWEST_ROWS = 50
MOST_YEAR = 2_500
_LEAP_DAY = 59  # the place of 29 February in a leap year


@dataclass(frozen=True, slots=True)
class Calendar:
    """What parts a column of moments has; `low` and `high` are its first and last day."""

    name: str
    has_year: bool
    has_weekday: bool
    has_time: bool
    low: float
    high: float

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that are learned in its place."""
        day = self._part("day")
        parts = [Column(day, Kind.DATETIME)]
        if self.has_year:
            parts = [Column(self._part("year"), Kind.INTEGER)]
            parts.append(Column(day, Kind.INTEGER, low=0, high=365))
        if self.has_weekday:
            parts.append(Column(self._part("weekday"), Kind.INTEGER, low=0, high=6))
        if self.has_time:
            parts.append(Column(self._part("time"), Kind.INTEGER, low=0, high=DAY - 1))
        return tuple(parts)

    def split(self, numbers: Numbers) -> None:
        """Put the parts in the column's place."""
        moments = numbers.pop(self.name)
        day = np.floor(moments / DAY)
        parts = {"day": day * DAY, "weekday": (day + 3) % 7, "time": moments - day * DAY}
        if self.has_year:
            parts["year"], parts["day"] = day_in_year(day)
        for column in self.columns:
            part = column.name.removeprefix(f"{self.name} (").removesuffix(")")
            numbers[column.name] = parts[part]

    def join(self, numbers: Numbers) -> None:
        """Put the column in its parts' place."""
        parts = {column.name: numbers.pop(column.name) for column in self.columns}
        day = parts[self._part("day")]
        if self.has_year:
            day = _day_of(parts[self._part("year")], day)
            day = np.where((day > self.high) & (day - 365 >= self.low), day - 365, day)
        else:
            day = np.floor(day / DAY)
        day = np.clip(day, self.low, self.high)
        if self.has_weekday:
            turn = (parts[self._part("weekday")] - (day + 3) % 7 + 3) % 7 - 3
            day = day + np.nan_to_num(turn)
            day = np.where(day > self.high, day - 7, np.where(day < self.low, day + 7, day))
        time = np.nan_to_num(parts[self._part("time")]) if self.has_time else 0.0
        numbers[self.name] = day * DAY + time

    def _part(self, what: str) -> str:
        return f"{self.name} ({what})"


def choose_calendar(column: Column, moments: np.ndarray, *, rare: int) -> Calendar | None:
    """Return the parts in which a column of moments is learned; None where it stays as it is."""
    known = moments[~np.isnan(moments)]
    if len(known) < FEWEST_ROWS or laws.learn_law(column, known, rare=rare, bins=1).is_plain:
        return None
    days = np.floor(known / DAY)
    of_days = laws.learn_law(Column(column.name, Kind.INTEGER), days, rare=rare, bins=1)
    low, high = float(of_days.pieces[:, 0].min()), float(of_days.pieces[:, 2].max())
    has_time = bool((known != days * DAY).any())
    if not -700_000 < low <= high < MOST_YEAR * 366:
        return None
    is_plain, has_year = of_days.is_plain, high - low > LONG
    if not has_time and not is_plain and high - low < 7:
        return None
    return Calendar(
        column.name, has_year and not is_plain, not is_plain, has_time,
        float(np.ceil(low)), float(np.floor(high)),
    )  # fmt: skip


def local_numbers(column: Column, cells: pa.ChunkedArray) -> np.ndarray:
    """Return an ordered column's cells as numbers; moments of a zone in its local time."""
    if column.kind is Kind.DATETIME and column.zone and pa.types.is_timestamp(cells.type):
        cells = pc.local_timestamp(cells.cast(pa.timestamp("us", column.zone)))
    return laws.numbers(cells)[0]


def cells_of(column: Column, numbers: np.ndarray) -> pa.Array:
    """Return numbers as cells of an ordered column: the way back from `local_numbers`."""
    missing = np.isnan(numbers)
    if column.kind is Kind.NUMBER:
        return pa.array(numbers, pa.float64(), mask=missing)
    whole = np.rint(np.where(missing, 0.0, numbers)).astype(np.int64)
    cells = pa.array(whole, pa.int64(), mask=missing)
    if column.kind is not Kind.DATETIME or not column.zone:
        return cells.view(column.arrow_type(pa.null()))
    naive = cells.view(pa.timestamp("us"))
    return pc.assume_timezone(naive, column.zone, ambiguous="earliest", nonexistent="latest")


def plain_calendar(calendar: Calendar) -> dict[str, Any]:
    """Return a calendar as JSON can hold it."""
    return asdict(calendar)


def load_calendar(plain: Mapping[str, Any]) -> Calendar:
    """Return what `plain_calendar` gave."""
    return Calendar(**plain)


def day_in_year(days: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the year, and the place of the day in a leap year: 1 March is 60 in every year."""
    missing = np.isnan(days)
    date = np.where(missing, 0, days).astype(np.int64).astype("datetime64[D]")
    first = date.astype("datetime64[Y]")
    year = first.astype(np.int64) + 1970
    place = (date - first.astype("datetime64[D]")).astype(np.int64)
    place += (place >= _LEAP_DAY) & ~_is_leap(year)
    return np.where(missing, np.nan, year), np.where(missing, np.nan, place)


def _day_of(year: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Return the day since 1970; 29 February of a common year is the 28th."""
    missing = np.isnan(year) | np.isnan(place)
    whole = np.where(missing, 1970, np.rint(year)).astype(np.int64)
    first = (whole - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)
    inside = np.where(missing, 0, np.rint(place))
    inside = inside - ((inside >= _LEAP_DAY) & ~_is_leap(whole))
    return np.where(missing, np.nan, first + inside)


def _is_leap(year: np.ndarray) -> np.ndarray:
    return ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
