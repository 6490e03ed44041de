"""Statements: what a person who knows may say of the rows, as data. A closed set of forms.

    Always        EXPRESSION                                        spent <= income
    Never         EVENT never happens [when EXPRESSION]             late=1 never happens when kg=0
    Rate          EVENT happens in LOW % [to HIGH %] of rows [when EXPRESSION]
    Likelier      EVENT is LOW [to HIGH] times likelier when EXPRESSION
    Direction     EVENT rises | falls with COLUMN [weakly | strongly] [given COLUMN, ... | others]
    LooksLike     COLUMN given EVENT looks like LAW(NUMBER, ...)    amount ... lognormal(7, 1)
    Independent   COLUMN does not depend on COLUMN, ... [given COLUMN, ...]
    Merged        values of COLUMN with fewer than N rows are alike
    AsTrained     as it was in the training period

EVENT is a condition; in a Direction also a column that has an order. One number alone leaves room:
a rate a quarter more or less, a ratio half as much more or less. "at least" and "at most" leave one
side open. LAW is one of `law.LAWS`. `str()` of a statement is its canonical text, and reads
back as the same statement.

A new form is one class here and one pattern in `saying.py`; whoever tests it (the ledger) or learns
from it looks the class up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from math import inf, isfinite
from typing import ClassVar, Self

from ..data.expression import Expression
from ..data.expression.tree import ColumnName, Truth
from ..data.schema import Kind, TableSchema
from ..errors import ExpressionError, Fault, SpecError, nearest
from .law import Law

RATE_ROOM, RATIO_ROOM = 1.25, 1.5
_UNTOLD = {
    Kind.ID: "ids are made anew in every dataset, so nothing depends on them",
    Kind.NESTED: "lists and structs are handed through and not looked into",
}


@dataclass(frozen=True, slots=True)
class _Said:
    """What all forms share: the columns they speak of, and the check against those there are."""

    kind: ClassVar[str]
    may_be_whole: ClassVar[str] = ""  # the field that may be an ordered column, and no condition

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns it speaks of, in order of appearance."""
        named: list[str] = []
        for part in (getattr(self, field.name) for field in fields(self)):
            if isinstance(part, Expression):
                named += part.columns
            elif isinstance(part, Names):
                named += part
        return tuple(dict.fromkeys(named))

    def check(self, columns: TableSchema, *, where: str = "") -> Self:
        """Return the statement with its names and values resolved against these columns.

        Raises SpecError that lists every unknown column and every value of the wrong kind.
        """
        where = where or str(self)
        faults: list[Fault] = []
        resolved = {}
        for field in fields(self):
            part = getattr(self, field.name)
            if isinstance(part, Expression):
                whole = field.name == self.may_be_whole
                resolved[field.name] = _resolved(part, columns, where, faults, whole=whole)
            elif isinstance(part, Names):
                faults += _unknown(part, columns, where)
        faults += self._faults(columns, where) if not faults else []
        if faults:
            raise SpecError.of(faults)
        return replace(self, **resolved)

    def _faults(self, columns: TableSchema, where: str) -> Iterable[Fault]:
        """Return what else is wrong, once all names are known."""
        return ()


class Names(tuple[str, ...]):
    """Names of columns, told apart from other tuples of texts."""

    __slots__ = ()

    def __str__(self) -> str:
        return ", ".join(str(ColumnName(name)) for name in self)


_NONE = Names()


@dataclass(frozen=True, slots=True)
class Always(_Said):
    """A condition that holds in every row."""

    condition: Expression
    kind: ClassVar[str] = "constraint"

    def __str__(self) -> str:
        return str(self.condition)


@dataclass(frozen=True, slots=True)
class Never(_Said):
    """An event that happens in no row; with `when`, in no row that meets it."""

    event: Expression
    when: Expression | None = None
    kind: ClassVar[str] = "never"

    def __str__(self) -> str:
        return f"{self.event} never happens{_when(self.when)}"


@dataclass(frozen=True, slots=True)
class Rate(_Said):
    """An event whose share of the rows (of those that meet `when`) lies in [low, high]."""

    event: Expression
    low: float
    high: float
    when: Expression | None = None
    kind: ClassVar[str] = "rate"

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high <= 1:
            raise SpecError(
                f"a rate from {_number(100 * self.low)} % to {_number(100 * self.high)} %",
                where=str(self.event),
                mend="write two shares from 0 % to 100 %, the lower one first",
            )

    def __str__(self) -> str:
        span = _span(100 * self.low, 100 * self.high, " %", top=100)
        return f"{self.event} happens in {span} of rows{_when(self.when)}"


@dataclass(frozen=True, slots=True)
class Likelier(_Said):
    """An event whose share where `when` holds is `low` to `high` times its share elsewhere."""

    event: Expression
    low: float
    high: float
    when: Expression
    kind: ClassVar[str] = "likelier"

    def __post_init__(self) -> None:
        if not (0 <= self.low <= self.high and isfinite(self.low) and self.high > 0):
            raise SpecError(
                f"a ratio from {_number(self.low)} to {_number(self.high)}",
                where=str(self.event),
                mend="write one or two numbers above 0, the lower one first",
            )

    def __str__(self) -> str:
        span = _span(self.low, self.high, "", top=inf)
        return f"{self.event} is {span} times likelier{_when(self.when)}"


class Manner(StrEnum):
    """How steeply an event rises or falls with a column."""

    WEAKLY = "weakly"
    PLAINLY = ""
    STRONGLY = "strongly"


@dataclass(frozen=True, slots=True)
class Direction(_Said):
    """An event (or a column with an order) that rises, or falls, with a column.

    Without `given` it is said of the column alone; with `given_others`, all others held equal.
    """

    of: Expression
    rises: bool
    column: Names
    given: Names = _NONE
    manner: Manner = Manner.PLAINLY
    given_others: bool = False
    kind: ClassVar[str] = "direction"
    may_be_whole: ClassVar[str] = "of"

    def __str__(self) -> str:
        way = f"{'rises' if self.rises else 'falls'} with {self.column}"
        manner = f" {self.manner}" if self.manner else ""
        given = " given others" if self.given_others else f" given {self.given}"
        return f"{self.of} {way}{manner}{given if self.given or self.given_others else ''}"

    @property
    def whole(self) -> str | None:
        """The column that `of` is, where it is one name alone (and no condition)."""
        return self.of.root.column.name if isinstance(self.of.root, Truth) else None

    def _faults(self, columns: TableSchema, where: str) -> Iterator[Fault]:
        yield from _unordered(self.column, columns, where)
        yield from _untold(self.given, columns, where)
        yield from _repeated(self.columns, [*self.of.columns, *self.column, *self.given], where)


@dataclass(frozen=True, slots=True)
class Independent(_Said):
    """A column that does not depend on others, once the given ones are known: no edge."""

    of: Names
    on: Names
    given: Names = _NONE
    kind: ClassVar[str] = "independence"

    def __str__(self) -> str:
        given = f" given {self.given}" if self.given else ""
        return f"{self.of} does not depend on {self.on}{given}"

    def _faults(self, columns: TableSchema, where: str) -> Iterator[Fault]:
        yield from _untold([*self.of, *self.on, *self.given], columns, where)
        yield from _repeated(self.columns, [*self.of, *self.on, *self.given], where)


@dataclass(frozen=True, slots=True)
class LooksLike(_Said):
    """A number that follows a law where an event happens."""

    column: Names
    event: Expression
    law: Law
    kind: ClassVar[str] = "law"

    def __str__(self) -> str:
        return f"{self.column} given {self.event} looks like {self.law}"

    def _faults(self, columns: TableSchema, where: str) -> Iterator[Fault]:
        for name in self.column:
            if not columns[name].kind.is_number:
                what = f"{name!r} is a {columns[name].kind}, and a law is one of numbers"
                yield Fault(what, where, "name a number, or say how much likelier a value is")
        yield from _repeated(self.column, [*self.column, *self.event.columns], where)


@dataclass(frozen=True, slots=True)
class Merged(_Said):
    """Values of a column with fewer than `below` rows each: taken as alike in all else."""

    column: Names
    below: int
    kind: ClassVar[str] = "merged categories"

    def __str__(self) -> str:
        return f"values of {self.column} with fewer than {self.below} rows are alike"


@dataclass(frozen=True, slots=True)
class AsTrained(_Said):
    """All is as it was in the rows that taught."""

    kind: ClassVar[str] = "training period"

    def __str__(self) -> str:
        return "as it was in the training period"


Statement = (
    Always | Never | Rate | Likelier | Direction | Independent | LooksLike | Merged | AsTrained
)


def _resolved(
    part: Expression, columns: TableSchema, where: str, faults: list[Fault], *, whole: bool
) -> Expression:
    """Return the expression bound to the columns; `whole` lets an ordered column stand alone."""
    alone = part.root.column.name if whole and isinstance(part.root, Truth) else None
    if alone is not None and alone in columns.names and columns[alone].kind.is_ordered:
        return part
    try:
        return part.check(columns, where=where)
    except ExpressionError as error:
        faults += error.faults
        return part


def _unknown(names: Iterable[str], columns: TableSchema, where: str) -> list[Fault]:
    return [
        Fault(f"there is no column {name!r}", where, nearest(name, columns.names))
        for name in names
        if name not in columns.names
    ]


def _unordered(names: Iterable[str], columns: TableSchema, where: str) -> Iterator[Fault]:
    for name in names:
        kind = columns[name].kind
        if not kind.is_ordered and kind is not Kind.BOOLEAN:
            mend = "name a number or a date, or say how much likelier: ... times likelier when ..."
            yield Fault(f"{name!r} is a {kind} and has no order to rise with", where, mend)


def _untold(names: Iterable[str], columns: TableSchema, where: str) -> Iterator[Fault]:
    for name in names:
        if columns[name].kind in _UNTOLD:
            yield Fault(
                f"{name!r} cannot be asked: {_UNTOLD[columns[name].kind]}", where, "leave it out"
            )


def _repeated(once: Iterable[str], named: list[str], where: str) -> Iterator[Fault]:
    for name in once:
        if named.count(name) > 1:
            yield Fault(f"{name!r} stands here twice", where, "let each column play one part")


def _when(when: Expression | None) -> str:
    return "" if when is None else f" when {when}"


def _span(low: float, high: float, unit: str, *, top: float) -> str:
    if low <= 0 and high < top:
        return f"at most {_number(high)}{unit}"
    if high >= top:
        return f"at least {_number(low)}{unit}"
    return f"{_number(low)}{unit} to {_number(high)}{unit}"


def _number(value: float) -> str:
    return f"{value:.12g}"
