"""Columns as they are learned: rules and calendars taken apart, and put together in made rows.

`split` turns the outer columns (those of the table) into inner ones, which become codes; `join` is
the way back, row by row, so what holds between columns holds in every row that is made. Columns
that no rule and no calendar speaks of pass through untouched.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from ...data.schema import Column, Kind
from .calendar import (
    Calendar,
    cells_of,
    choose_calendar,
    load_calendar,
    local_numbers,
    plain_calendar,
)
from .finding import find_rules
from .rules import Computed, Gap, Kept, Numbers, Rule, load_rule, plain_rule

SAMPLED = 1_000_000  # rows that suggest rules; all rows confirm them

Cells = dict[str, pa.ChunkedArray | pa.Array]


@dataclass(frozen=True)
class Recast:
    """The outer columns in the order of drawing, and what is done to them."""

    outer: tuple[Column, ...]
    rules: tuple[Rule, ...] = ()
    calendars: tuple[Calendar, ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        """The inner columns, in the order of drawing."""
        makers = {rule.name: rule for rule in self.rules if not isinstance(rule, Kept)}
        calendars = {calendar.name: calendar for calendar in self.calendars}
        inner: list[Column] = []
        for column in self.outer:
            maker = makers.get(column.name)
            if isinstance(maker, Gap):
                inner.append(_gap(column, self._outer(maker.sources[0]), maker))
            elif column.name in calendars:
                inner += calendars[column.name].columns
            elif maker is None and column.name in self._free:
                inner.append(replace(column, name=_free(column.name)))
            elif maker is None:
                inner.append(column)
        ties = [rule.inner for rule in self.rules if isinstance(rule, Kept) and rule.ties]
        return (*inner, *(Column(name, Kind.INTEGER, low=0, high=1) for name in ties))

    @property
    def _free(self) -> set[str]:
        """Columns that are learned as they are and moved afterwards, so not what was drawn."""
        made = {rule.name for rule in self.rules if not isinstance(rule, Kept)}
        return {rule.moved for rule in self.rules if isinstance(rule, Kept)} - made

    @property
    def touched(self) -> set[str]:
        """The outer columns that a rule or a calendar speaks of."""
        names = {name for rule in self.rules for name in (rule.name, *rule.sources)}
        return names | {calendar.name for calendar in self.calendars}

    def split(self, cells: Mapping[str, pa.ChunkedArray], rows: int) -> Cells:
        """Return the inner cells; a column that is not there counts as missing in every row."""
        touched = self.touched
        inner: Cells = {n: held for n, held in cells.items() if n not in touched}
        numbers = {
            c.name: local_numbers(c, cells[c.name]) if c.name in cells else np.full(rows, np.nan)
            for c in self.outer
            if c.name in touched
        }
        for rule in reversed(self.rules):
            rule.split(numbers)
        for calendar in self.calendars:
            calendar.split(numbers)
        for name in self._free & set(numbers):
            numbers[_free(name)] = numbers.pop(name)
        names = {column.name: column for column in self.columns}
        return inner | {n: cells_of(names[n], x) for n, x in numbers.items()}

    def join(self, inner: Cells) -> Cells:
        """Return the outer cells of made rows."""
        numbers, rest = self._numbers(inner)
        for name in self._free - {calendar.name for calendar in self.calendars}:
            numbers[name] = numbers.pop(_free(name))
        for calendar in self.calendars:
            calendar.join(numbers)
        for rule in self.rules:
            rule.join(numbers)
        return rest | {name: cells_of(self._outer(name), x) for name, x in numbers.items()}

    def mend(self, cells: Cells, given: Mapping[str, np.ndarray]) -> Cells:
        """Return outer cells in which the rules hold, as far as those that are given allow."""
        numbers = self._ruled(cells)
        held = {name: given[name].copy() for name in numbers}
        for rules in (self.rules, self.rules[::-1], self.rules):
            for rule in rules:
                rule.mend(numbers, held)
        made = {name: cells_of(self._outer(name), x) for name, x in numbers.items()}
        return cells | {
            name: cells[name] if given[name].all() else column for name, column in made.items()
        }

    def broken(self, cells: Cells, twins: Sequence[tuple[str, str]]) -> np.ndarray:
        """Return the rows in which a rule does not hold, or one of two (inner) twins is missing."""
        numbers = self._ruled(cells)
        owners = self.owners
        pairs = [(cells[owners[one]], cells[owners[other]]) for one, other in twins]
        off = [rule.broken(numbers) for rule in self.rules]
        off += [np.not_equal(*(chunked(c).is_null().to_numpy() for c in pair)) for pair in pairs]
        return np.any(off, axis=0) if off else np.zeros(0, bool)

    def _ruled(self, cells: Cells) -> Numbers:
        ruled = {name for rule in self.rules for name in (rule.name, *rule.sources)}
        return {name: local_numbers(self._outer(name), chunked(cells[name])) for name in ruled}

    @property
    def owners(self) -> dict[str, str]:
        """The outer column that each inner one is missing with."""
        owners = {c.name: c.name for c in self.outer} | {_free(n): n for n in self._free}
        owners |= {r.inner: r.name for r in self.rules if isinstance(r, Gap | Kept)}
        return owners | {part.name: c.name for c in self.calendars for part in c.columns}

    def as_they_are(self, names: Sequence[str]) -> list[str]:
        """Return inner names, with the table's own for columns that are learned as they are."""
        own = {_free(name): name for name in self._free}
        return [own.get(name, name) for name in names]

    def says(self) -> list[str]:
        """Return the rules, and the parts of moments, in words."""
        parts = [", ".join(column.name for column in c.columns) for c in self.calendars]
        return [*map(str, self.rules), *(f"learned as {part}" for part in parts)]

    def plain(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {
            "rules": [plain_rule(rule) for rule in self.rules],
            "calendars": [plain_calendar(calendar) for calendar in self.calendars],
        }

    def _numbers(self, inner: Cells) -> tuple[Numbers, Cells]:
        outer = {column.name for column in self.outer}
        untouched = outer - self.touched
        numbers = {
            column.name: local_numbers(column, chunked(inner[column.name]))
            for column in self.columns
            if column.name not in untouched
        }
        return numbers, {name: inner[name] for name in inner if name in untouched}

    def _outer(self, name: str) -> Column:
        return next(column for column in self.outer if column.name == name)


def learn_recast(
    columns: Sequence[Column], cells: Mapping[str, pa.ChunkedArray], target: str | None, rare: int
) -> Recast:
    """Find the rules that hold between the columns, and the calendars."""
    ordered = [column for column in columns if column.kind.is_ordered]
    rows = max((len(held) for held in cells.values()), default=0)
    some = pa.array(np.arange(0, rows, 1 + rows // SAMPLED))
    numbers = {c.name: local_numbers(c, cells[c.name].take(some)) for c in ordered}
    rules = find_rules(ordered, numbers, target, rare)
    if len(some) < rows:
        rules = tuple(rule for rule in rules if _holds(rule, columns, cells))
    made: Collection[str] = {r.name for r in rules if isinstance(r, Computed | Gap)}
    calendars = [
        choose_calendar(column, numbers[column.name], rare=rare)
        for column in ordered
        if column.kind is Kind.DATETIME and column.name not in made and column.name != target
    ]
    return Recast(tuple(columns), rules, tuple(c for c in calendars if c is not None))


def _holds(rule: Rule, columns: Sequence[Column], cells: Mapping[str, pa.ChunkedArray]) -> bool:
    """Return whether a rule that some rows suggest holds in all of them."""
    names = {rule.name, *rule.sources}
    numbers = {c.name: local_numbers(c, cells[c.name]) for c in columns if c.name in names}
    return not rule.broken(numbers).any()


def load_recast(columns: Sequence[Column], plain: Mapping[str, Any]) -> Recast:
    """Return what `Recast.plain` gave."""
    rules = tuple(load_rule(rule) for rule in plain["rules"])
    return Recast(tuple(columns), rules, tuple(load_calendar(c) for c in plain["calendars"]))


def _free(name: str) -> str:
    return f"{name} (free)"


def _gap(column: Column, floor: Column, rule: Gap) -> Column:
    """Return the column of the gaps of a rule."""
    if not column.kind.is_number:
        return Column(rule.inner, Kind.DURATION)
    if column.kind is Kind.INTEGER and floor.kind is Kind.INTEGER:
        return Column(rule.inner, Kind.INTEGER, low=0)
    digits = [0 if c.kind is Kind.INTEGER else c.digits for c in (column, floor)]
    finest = None if None in digits else max(d for d in digits if d is not None)
    return replace(Column(rule.inner, Kind.NUMBER, low=0), digits=finest)


def chunked(cells: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray:
    """Return cells in chunks, as a table holds them."""
    return cells if isinstance(cells, pa.ChunkedArray) else pa.chunked_array([cells])
