"""Conflict: two statements that cannot both be true, whatever the rows are. Words decide alone.

rises with x                  falls with x
3 times likelier when C       2 times rarer when C
never happens when C          is likelier when C; happens in 1 % or more when C
happens in 1 to 2 %           happens in 5 to 6 %
does not depend on x          rises with x; likelier when x = 1
"""

from __future__ import annotations

from collections.abc import Iterable

from .statement import Direction, Independent, Likelier, Never, Rate, Statement


def conflict(one: Statement, others: Iterable[Statement]) -> Statement | None:
    """Return the first of the others that cannot be true beside `one`; None for none."""
    return next((other for other in others if _clash(one, other) or _clash(other, one)), None)


def _clash(one: Statement, other: Statement) -> bool:
    match one, other:
        case Direction(), Direction():
            same = (str(one.of), one.column, one.given, one.given_others) == (
                str(other.of), other.column, other.given, other.given_others,
            )  # fmt: skip
            return same and one.rises != other.rises
        case Likelier(), Likelier():
            same = (str(one.event), str(one.when)) == (str(other.event), str(other.when))
            return same and (one.high < other.low or other.high < one.low)
        case Rate(), Rate():
            same = (str(one.event), str(one.when)) == (str(other.event), str(other.when))
            return same and (one.high < other.low or other.high < one.low)
        case Never(), Likelier():
            same = (str(one.event), str(one.when)) == (str(other.event), str(other.when))
            return same and other.low > 0
        case Never(), Rate():
            return (str(one.event), str(one.when)) == (str(other.event), str(other.when)) and (
                other.low > 0
            )
        case Independent(), Direction():
            return not one.given and _speaks_of(one, other.of.columns, other.column)
        case Independent(), Likelier():
            apart = other.low > 1 or other.high < 1
            return (
                apart and not one.given and _speaks_of(one, other.event.columns, other.when.columns)
            )
    return False


def _speaks_of(none: Independent, of: tuple[str, ...], on: tuple[str, ...]) -> bool:
    """True where an independence denies what is said of these columns."""
    return tuple(of) == tuple(none.of) and len(on) == 1 and on[0] in none.on
