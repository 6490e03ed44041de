"""Nodes of the expression language, and the Expression that users hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .tokens import KEYWORDS

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from ..schema import TableSchema

_BARE = re.compile(r"[\w.\-/%$€#@:+*]+(?: [\w.\-/%$€#@:+*]+)*")


@dataclass(frozen=True, slots=True)
class Value:
    """A value as it was written. `quoted` values are never taken for columns."""

    text: str
    quoted: bool = False

    def __str__(self) -> str:
        if not self.quoted and _is_bare(self.text):
            return self.text
        return '"' + self.text.replace('"', '""') + '"'


@dataclass(frozen=True, slots=True)
class ColumnName:
    """The name of a column."""

    name: str

    def __str__(self) -> str:
        return self.name if _is_bare(self.name) else "`" + self.name.replace("`", "``") + "`"


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison; the sign is one of = < <= > >=."""

    column: ColumnName
    sign: str
    operand: Value | ColumnName

    def __str__(self) -> str:
        right = self.operand
        # Bare, a name on the right could be taken for a value.
        named = f"`{right.name.replace('`', '``')}`" if isinstance(right, ColumnName) else right
        return f"{self.column} {self.sign} {named}"


@dataclass(frozen=True, slots=True)
class In:
    """Membership in a list of values."""

    column: ColumnName
    values: tuple[Value, ...]

    def __str__(self) -> str:
        return f"{self.column} in ({', '.join(map(str, self.values))})"


@dataclass(frozen=True, slots=True)
class Between:
    """low <= column <= high."""

    column: ColumnName
    low: Value
    high: Value

    def __str__(self) -> str:
        return f"{self.column} between {self.low} and {self.high}"


@dataclass(frozen=True, slots=True)
class IsNull:
    """No value is there."""

    column: ColumnName

    def __str__(self) -> str:
        return f"{self.column} is null"


@dataclass(frozen=True, slots=True)
class Truth:
    """A boolean column that is true."""

    column: ColumnName

    def __str__(self) -> str:
        return str(self.column)


@dataclass(frozen=True, slots=True)
class Not:
    """What does not hold."""

    node: Node

    def __str__(self) -> str:
        match self.node:
            case Compare(column, "=", _):
                return str(self.node).replace(f"{column} =", f"{column} !=", 1)
            case In(column, _):
                return str(self.node).replace(f"{column} in", f"{column} not in", 1)
            case Between(column, _, _):
                return str(self.node).replace(f"{column} between", f"{column} not between", 1)
            case IsNull(column):
                return f"{column} is not null"
            case Truth(column):
                return f"not {column}"
        return f"not ({self.node})"


@dataclass(frozen=True, slots=True)
class And:
    """All of them hold."""

    nodes: tuple[Node, ...]

    def __str__(self) -> str:
        return " and ".join(f"({n})" if isinstance(n, Or) else str(n) for n in self.nodes)


@dataclass(frozen=True, slots=True)
class Or:
    """One of them holds."""

    nodes: tuple[Node, ...]

    def __str__(self) -> str:
        return " or ".join(map(str, self.nodes))


Node = Compare | In | Between | IsNull | Truth | Not | And | Or


@dataclass(frozen=True, slots=True)
class Expression:
    """A condition on rows. Equal trees are equal expressions; `str()` is the canonical text."""

    root: Node

    def __str__(self) -> str:
        return str(self.root)

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns it reads, in order of appearance; exact after `check`."""
        return tuple(dict.fromkeys(_columns(self.root)))

    def conjuncts(self) -> tuple[Expression, ...]:
        """Return the expressions whose conjunction this is."""
        nodes = self.root.nodes if isinstance(self.root, And) else (self.root,)
        return tuple(Expression(node) for node in nodes)

    def check(self, columns: TableSchema, *, where: str = "") -> Expression:
        """Return the expression with its names and values resolved against these columns.

        Raises ExpressionError that lists every unknown column, value of the wrong kind and
        contradiction. `where` names the place in the user's file; else the expression stands there.
        """
        from .meaning import resolve

        return Expression(resolve(self.root, columns, where or str(self)))

    def mask(self, table: pa.Table, columns: TableSchema) -> np.ndarray:
        """Return a boolean array, one entry a row of `table`, true where the condition holds."""
        from .masks import mask

        return mask(self.check(columns).root, table, columns)


def conjunction(*expressions: Expression) -> Expression:
    """Return the expression that holds where all of these hold; each conjunct once."""
    nodes = dict.fromkeys(part.root for whole in expressions for part in whole.conjuncts())
    return Expression(next(iter(nodes)) if len(nodes) == 1 else And(tuple(nodes)))


def _is_bare(text: str) -> bool:
    words = text.lower().split(" ")
    return bool(_BARE.fullmatch(text)) and not KEYWORDS.intersection(words)


def _columns(node: Node) -> list[str]:
    match node:
        case And(nodes) | Or(nodes):
            return [name for part in nodes for name in _columns(part)]
        case Not(part):
            return _columns(part)
        case Compare(column, _, ColumnName(other)):
            return [column.name, other]
    return [node.column.name]
