"""Asked: what made rows were asked to meet, as one condition. A judge needs it.

Rows made under a condition stand for the real rows that meet it. Conditions come from `given` (at
any depth), from the `where` of a Wish, and from shares that leave values out: no weight can bring
those back. Constraints are not among them: they claim that reality never breaks them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from ..data.expression import Expression, conjunction, parse
from ..data.expression.tree import ColumnName, In, Not, Value
from ..data.schema import TableSchema
from ..spec.wish import Wish
from .grid import share_texts

_WHOLE = 1 - 1e-9


@runtime_checkable
class Asked(Protocol):
    """A Generator whose rows all meet a condition that somebody asked for."""

    @property
    def asked(self) -> Expression | None: ...


def asked_of(part: object) -> Expression | None:
    """Return the condition that stands on a Generator; None where nothing was asked."""
    return part.asked if isinstance(part, Asked) else None


def asked_by(wish: Wish) -> Iterator[Expression]:
    """Yield what a Wish asks of every row."""
    if wish.where is not None:
        yield parse(wish.where)
    for column, shares in share_texts(wish.share or {}).items():
        left_out = [value for value, share in shares.items() if share == 0]
        kept = tuple(Value(value) for value, share in shares.items() if share > 0)
        if kept and sum(shares.values()) >= _WHOLE:
            yield Expression(In(ColumnName(column), kept))
        elif left_out:
            left = tuple(Value(value) for value in left_out)
            yield Expression(Not(In(ColumnName(column), left)))


def together(columns: TableSchema, *conditions: str | Expression | None) -> Expression | None:
    """Return all conditions as one, resolved against these columns; None for none."""
    asked = [parse(one) if isinstance(one, str) else one for one in conditions if one is not None]
    return conjunction(*(one.check(columns) for one in asked)) if asked else None
