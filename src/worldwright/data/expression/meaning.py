"""What an expression means for given columns: names found, values typed, contradictions named.

A contradiction is found where a conjunction bounds one column to nothing: an empty interval, an
empty set of values, null and not null at once. Others are found by drawing.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from ...errors import ExpressionError, Fault, nearest
from ..schema import Column, Kind, TableSchema
from .tree import And, Between, ColumnName, Compare, In, IsNull, Node, Not, Or, Truth, Value

Scalar = float | int | bool | str | datetime | timedelta
_UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1, "min": 60, "h": 3600, "d": 86400, "w": 604800}
_TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_FORMS = {
    Kind.NUMBER: "a number",
    Kind.INTEGER: "a number",
    Kind.BOOLEAN: "true or false",
    Kind.DATETIME: "a date such as 2024-01-31 or 2024-01-31 10:00",
    Kind.DURATION: "a duration such as 90 s, 5 min, 2 h or 3 d",
}


def resolve(root: Node, columns: TableSchema, where: str) -> Node:
    """Return `root` with names and values resolved. Raises ExpressionError with every fault."""
    resolver = _Resolver(columns, where)
    resolved = resolver.node(root)
    if resolver.faults:
        raise ExpressionError.of(resolver.faults)
    if clash := contradiction(resolved, columns):
        raise ExpressionError(
            f"no row can meet this: {clash}", where=where, mend="take one of the two away"
        )
    return resolved


def typed(value: Value, column: Column) -> Scalar:
    """Return `value` in the type of `column`. Raises ValueError if it has none there."""
    text = value.text.strip()
    match column.kind:
        case Kind.NUMBER | Kind.INTEGER:
            number = float(text)
            if not math.isfinite(number):
                raise ValueError(text)
            return int(number) if number.is_integer() and abs(number) < 2**53 else number
        case Kind.BOOLEAN:
            if text.lower() not in _TRUTHS:
                raise ValueError(text)
            return _TRUTHS[text.lower()]
        case Kind.DATETIME:
            return _moment(text, column.zone)
        case Kind.DURATION:
            return _span(text)
    return value.text


def contradiction(root: Node, columns: TableSchema) -> str:
    """Return in words why no row can meet `root`, or "" where that is not seen."""
    if isinstance(root, Or):
        reasons = [contradiction(node, columns) for node in root.nodes]
        return reasons[0] if all(reasons) else ""
    nodes = root.nodes if isinstance(root, And) else (root,)
    for node in nodes:
        if isinstance(node, Or) and (reason := contradiction(node, columns)):
            return reason
    ranges: dict[str, _Range] = {}
    for node in nodes:
        atom = node.node if isinstance(node, Not) else node
        if isinstance(atom, And | Or | Not):
            continue
        if isinstance(atom, Compare) and isinstance(atom.operand, ColumnName):
            continue
        name = atom.column.name
        bounds = ranges.setdefault(name, _Range(columns[name]))
        if clash := bounds.narrow(node):
            return clash
    return ""


class _Resolver:
    """Walks a tree once and collects what is wrong."""

    def __init__(self, columns: TableSchema, where: str) -> None:
        self._columns, self._where, self.faults = columns, where, list[Fault]()

    def node(self, node: Node) -> Node:
        match node:
            case And(nodes):
                return And(tuple(self.node(part) for part in nodes))
            case Or(nodes):
                return Or(tuple(self.node(part) for part in nodes))
            case Not(part):
                return Not(self.node(part))
        if node.column.name not in self._columns.names:
            self._fault(
                f"there is no column {node.column.name!r}",
                nearest(node.column.name, self._columns.names),
            )
            return node
        column = self._columns[node.column.name]
        if column.kind is Kind.NESTED and not isinstance(node, IsNull):
            self._fault(f"{column.name!r} holds lists or structs", "only `is null` can be asked")
        match node:
            case Compare(_, sign, operand):
                return Compare(node.column, sign, self._operand(column, sign, operand))
            case Between(_, low, high):
                self._needs_order(column)
                self._value(column, low)
                self._value(column, high)
            case In(_, values):
                for value in values:
                    self._value(column, value)
            case Truth() if column.kind is not Kind.BOOLEAN:
                mend = f"compare it: {node.column} = VALUE"
                self._fault(f"{column.name!r} is {_a(column)} and cannot stand alone", mend)
        return node

    def _operand(
        self, column: Column, sign: str, operand: Value | ColumnName
    ) -> Value | ColumnName:
        if sign != "=":
            self._needs_order(column)
        if isinstance(operand, Value):
            if operand.quoted or operand.text not in self._columns.names:
                self._value(column, operand)
                return operand
            if not column.kind.is_ordered:
                self._fault(
                    f"{operand.text!r} could be a value or the column of that name",
                    f'write "{operand.text}" for the value, `{operand.text}` for the column',
                )
                return operand
            operand = ColumnName(operand.text)
        self._other(column, operand.name)
        return operand

    def _other(self, column: Column, name: str) -> None:
        if name not in self._columns.names:
            self._fault(f"there is no column {name!r}", nearest(name, self._columns.names))
        elif _family(column) != _family(self._columns[name]):
            other = self._columns[name]
            self._fault(
                f"{column.name!r} is {_a(column)} and {name!r} is {_a(other)}",
                "compare columns of one kind",
            )

    def _value(self, column: Column, value: Value) -> None:
        try:
            typed(value, column)
        except (ValueError, OverflowError):
            form = _FORMS[column.kind]
            self._fault(
                f"{value.text!r} does not fit {column.name!r}, which is {_a(column)}",
                f"write {form}",
            )
            return
        if column.categories is not None and value.text not in column.categories:
            self._fault(
                f"{value.text!r} is not a value of {column.name!r}",
                nearest(value.text, column.categories),
            )

    def _needs_order(self, column: Column) -> None:
        if not column.kind.is_ordered:
            self._fault(
                f"{column.name!r} is {_a(column)} and has no order", "use =, != or in (...)"
            )

    def _fault(self, what: str, mend: str) -> None:
        self.faults.append(Fault(what, self._where, mend))


class _Range:
    """What a conjunction leaves of one column: an interval or a set, and whether null is left."""

    def __init__(self, column: Column) -> None:
        self._column, self._seen = column, list[Node]()
        self._low: tuple[object, bool] | None = None
        self._high: tuple[object, bool] | None = None
        self._values: set[Scalar] | None = None
        self._without: set[Scalar] = set()
        self._null: bool | None = None

    def narrow(self, node: Node) -> str:
        """Take one condition in; return the clash in words if nothing is left."""
        self._take(node)
        clash = f"{' and '.join(map(str, [*self._seen, node]))}" if self._is_empty() else ""
        self._seen.append(node)
        return clash

    def _take(self, node: Node) -> None:
        negated = isinstance(node, Not)
        atom = node.node if isinstance(node, Not) else node
        match atom:
            case IsNull():
                self._null = not negated if self._null in (None, not negated) else None
                if self._null is None:
                    self._values = set()
                return
            case Compare(_, "=", Value() as value):
                self._member({typed(value, self._column)}, negated)
            case In(_, values):
                self._member({typed(value, self._column) for value in values}, negated)
            case Truth():
                self._member({True}, negated)
            case Compare(_, sign, Value() as value) if not negated:
                self._bound(sign, typed(value, self._column))
            case Between(_, low, high) if not negated:
                self._bound(">=", typed(low, self._column))
                self._bound("<=", typed(high, self._column))
        if not negated:
            # A test that is not negated is false of a null.
            self._values = set() if self._null is True else self._values
            self._null = False

    def _member(self, values: set[Scalar], negated: bool) -> None:
        if negated:
            self._without |= values
        else:
            self._values = values if self._values is None else self._values & values

    def _bound(self, sign: str, value: Scalar) -> None:
        closed = sign.endswith("=")
        key = (value, closed)
        if sign.startswith(">"):
            if self._low is None or (value, not closed) > (self._low[0], not self._low[1]):
                self._low = key
        elif self._high is None or (value, closed) < self._high:
            self._high = key

    def _is_empty(self) -> bool:
        if self._values is not None:
            left = {v for v in self._values - self._without if self._holds(v)}
            return not left and self._null is not True
        if self._low is None or self._high is None:
            return False
        low, high = self._low[0], self._high[0]
        both_closed = self._low[1] and self._high[1]
        return low > high or (low == high and not both_closed)  # type: ignore[operator]

    def _holds(self, value: Scalar) -> bool:
        if self._low is not None:
            low, closed = self._low
            if value < low or (value == low and not closed):  # type: ignore[operator]
                return False
        if self._high is not None:
            high, closed = self._high
            return value < high or (value == high and closed)  # type: ignore[operator]
        return True


def _a(column: Column) -> str:
    return f"{'an' if column.kind in (Kind.INTEGER, Kind.ID) else 'a'} {column.kind}"


def _family(column: Column) -> str:
    if column.kind.is_number:
        return "number"
    if column.kind in (Kind.CATEGORY, Kind.TEXT, Kind.ID):
        return "text"
    return str(column.kind)


def _moment(text: str, zone: str | None) -> datetime:
    moment = datetime.fromisoformat(text)
    if zone is None:
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def _span(text: str) -> timedelta:
    number = text.rstrip("abcdefghijklmnopqrstuvwxyz ")
    unit = text[len(number) :].strip() or "s"
    if unit not in _UNITS:
        raise ValueError(text)
    return timedelta(seconds=float(number) * _UNITS[unit])
