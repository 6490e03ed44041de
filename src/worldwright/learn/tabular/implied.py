"""Implied: what a condition on a column of moments asks of the parts that are learned in its place.

A day is moved to the weekday that was drawn, and back from beyond the ends of the column
(`calendar.py`), so the parts are only asked for what every row that meets the condition has: a day
within a week of the range, its year or the next, and the time where the range lies in one day. What
is then drawn is still held against the condition itself.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...data.expression import Expression, parse
from ...data.expression.tree import ColumnName
from ...data.schema import Column, TableSchema
from .calendar import DAY, Calendar, day_in_year
from .evidence import ranges_of

_MOVED, _YEAR = 8, 365  # days; a day may be moved by a week, and by one more in a leap year
_MICRO = (1.0, 1.0)


def implied(
    where: Expression, calendar: Calendar, column: Column, main: TableSchema
) -> Iterator[tuple[str, Expression]]:
    """Yield (inner column, condition) for what `where`, on a calendar's column alone, implies.

    Nothing where the condition has no two ends, or where missing moments meet it.
    """
    ranges, takes_missing = ranges_of(where, column, main, _MICRO)
    low = min((begin for begin, _ in ranges), default=-np.inf)
    high = max((end for _, end in ranges), default=np.inf)
    first, last = np.floor(low / DAY), np.floor(high / DAY)
    if takes_missing or column.zone or first < calendar.low or last > calendar.high:
        return
    names = {one.name.removeprefix(f"{calendar.name} ("): one.name for one in calendar.columns}
    if calendar.has_year:
        yield from _of_years(first - _MOVED, last + _MOVED, names)
    else:
        begin, end = (np.datetime64(int(day), "D") for day in (first - _MOVED, last + _MOVED))
        day = ColumnName(names["day)"])
        yield names["day)"], parse(f"{day} between '{begin}' and '{end}'")
    if "time)" in names and first == last:
        time = ColumnName(names["time)"])
        least, most = int(max(low - first * DAY, 0)), int(min(high - first * DAY, DAY - 1))
        yield names["time)"], parse(f"{time} between {least} and {most}")


def _of_years(first: float, last: float, names: dict[str, str]) -> Iterator[tuple[str, Expression]]:
    years, places = day_in_year(np.array([first, last]))
    year, day = ColumnName(names["year)"]), ColumnName(names["day)"])
    yield names["year)"], parse(f"{year} between {years[0]:.0f} and {years[1] + 1:.0f}")
    if last - first < _YEAR:
        joined = "and" if places[0] <= places[1] else "or"
        said = f"{day} >= {places[0]:.0f} {joined} {day} <= {places[1]:.0f}"
        yield names["day)"], parse(said)
