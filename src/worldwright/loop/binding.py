"""Names in a project file, bound to the columns and the values of its evidence.

A mend names columns, and the categories that a person declared; never a value that only rows told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..data.expression import Expression, conjunction, parse
from ..data.schema import Kind
from ..errors import ExpressionError, Fault, nearest
from .state import Ground

_UNDER = " " * len("  where: ")
_ENUMERABLE = (Kind.CATEGORY, Kind.BOOLEAN, Kind.INTEGER, Kind.TEXT)


def column_fault(name: str, columns: Iterable[str], where: str) -> Fault:
    """Return the fault of a column that is not there."""
    return Fault(f"the evidence has no column {name!r}", where, nearest(name, columns))


def value_faults(ground: Ground, column: str, value: str, where: str) -> Iterator[Fault]:
    """Yield the fault of a value that `column` never had."""
    kind = ground.evidence.column(column).kind
    if kind not in _ENUMERABLE:
        mend = f"{column} is a {kind} column: say it with a condition, under wish.where"
        yield Fault(f"{column} has no values to count, for {value!r}", where, mend)
        return
    if value not in ground.counts(column):
        what = f"{column} is never {value!r} in the evidence, so nothing can be learned of it"
        declared = ground.evidence.column(column).categories
        mend = nearest(value, declared) if declared else "check the spelling, upper and lower case"
        yield Fault(what, where, mend)


def condition_faults(ground: Ground, texts: Iterable[tuple[str, str]]) -> Iterator[Fault]:
    """Yield the fault of each (condition, place) that cannot be read or bound to the columns."""
    for text, where in texts:
        try:
            bound(ground, text)
        except ExpressionError as error:
            for fault in error.faults:
                yield Fault(fault.what, f"{where}\n{_UNDER}{fault.where}", fault.mend)


def together_faults(ground: Ground, texts: Iterable[str], where: str) -> Iterator[Fault]:
    """Yield the fault of conditions that are each fine, and that no row can meet together."""
    try:
        conditions = [bound(ground, text) for text in texts]
        if len(conditions) > 1:
            conjunction(*conditions).check(ground.evidence.schema.main)
    except ExpressionError as error:
        for fault in error.faults:
            yield Fault(fault.what, f"{where}\n{_UNDER}{fault.where}", fault.mend)


def bound(ground: Ground, text: str) -> Expression:
    """Return the condition, read and checked against the columns of the evidence."""
    condition = parse(text)
    condition.check(ground.evidence.schema.main)
    return condition
