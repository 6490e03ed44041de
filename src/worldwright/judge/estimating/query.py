"""Queries: what may be estimated, as data. A closed grammar; nothing is run as code.

    query      quantity | quantity where CONDITION | outcome ~ terms
    quantity   mean(COLUMN) | median(COLUMN) | quantile(COLUMN, NUMBER)
               | share(CONDITION) | rate(CONDITION)
    outcome    COLUMN | CONDITION
    terms      COLUMN | terms + COLUMN

CONDITION is the one expression language (data/expression). Names that hold `~`, `+`, brackets or
commas stand in `backticks`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...data.expression import Expression
from ...data.expression import parse as parse_condition
from ...errors import AskedError, nearest

_CALL = re.compile(r"\s*([\w]+)\s*\(")
_WHERE = re.compile(r"\s*where\b", re.IGNORECASE)
_NAMES = ("mean", "median", "quantile", "rate", "share")
_FORMS = (
    "write mean(amount), share(label = yes), quantile(amount, 0.9), each with or without "
    "`where CONDITION`, or a formula: amount ~ age + region"
)


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of a column, of the rows that meet `where`."""

    column: str
    where: Expression | None = None

    def __str__(self) -> str:
        return f"mean({self.column})" + _met(self.where)


@dataclass(frozen=True, slots=True)
class Share:
    """The share of rows that meet `of`, among those that meet `where`."""

    of: Expression
    where: Expression | None = None

    def __str__(self) -> str:
        return f"share({self.of})" + _met(self.where)


@dataclass(frozen=True, slots=True)
class Quantile:
    """The value that a share `at` of the rows does not exceed."""

    column: str
    at: float
    where: Expression | None = None

    def __str__(self) -> str:
        return f"quantile({self.column}, {self.at:g})" + _met(self.where)


@dataclass(frozen=True, slots=True)
class Formula:
    """A regression: least squares if `outcome` is a column of numbers, else logistic."""

    outcome: str
    terms: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.outcome} ~ {' + '.join(self.terms)}"


Query = Mean | Share | Quantile | Formula


def parse(text: str) -> Query:
    """Return the Query that `text` says. Raises AskedError or ExpressionError."""
    tilde = [at for at, mark, _ in _bare(text) if mark == "~"]
    if len(tilde) > 1:
        raise _error("a formula has one ~", text, "write OUTCOME ~ COLUMN + COLUMN")
    if tilde:
        return _formula(text, tilde[0])
    called = _CALL.match(text)
    if called is None:
        raise _error("this asks for nothing that we know", text, _FORMS)
    name = called[1].lower()
    if name not in _NAMES:
        raise _error(f"there is no quantity {called[1]!r}", text, nearest(name, _NAMES))
    inside, rest = _bracket(text, called.end())
    if not inside.strip():
        raise _error(f"{name}() of what?", text, _FORMS)
    return _quantity(name, inside, _where(rest, text), text)


def _quantity(name: str, inside: str, where: Expression | None, text: str) -> Query:
    if name in ("share", "rate"):
        return Share(parse_condition(inside), where)
    if name == "mean":
        return Mean(_name(inside, text), where)
    if name == "median":
        return Quantile(_name(inside, text), 0.5, where)
    commas = [at for at, mark, depth in _bare(inside) if mark == "," and depth == 0]
    if not commas:
        raise _error("which quantile?", text, f"write quantile({inside.strip()}, 0.9)")
    column, number = inside[: commas[-1]], inside[commas[-1] + 1 :].strip()
    try:
        at = float(number)
    except ValueError:
        at = -1.0
    if not 0 < at < 1:
        mend = "write a number between 0 and 1: 0.9 is exceeded by one row in ten"
        raise _error(f"{number!r} is no quantile", text, mend)
    return Quantile(_name(column, text), at, where)


def _formula(text: str, tilde: int) -> Formula:
    outcome, right = text[:tilde].strip(), text[tilde + 1 :]
    if not outcome:
        raise _error("a formula without an outcome", text, "write OUTCOME ~ COLUMN + COLUMN")
    if (odd := next((m for _, m, _ in _bare(right) if m in "*:^()"), None)) is not None:
        mend = "terms are columns joined by +; a name that holds such a sign stands in `backticks`"
        raise _error(f"{odd!r} cannot stand among the terms", text, mend)
    cuts = [at for at, mark, _ in _bare(right) if mark == "+"]
    parts = [right[a + 1 : b] for a, b in zip([-1, *cuts], [*cuts, len(right)], strict=True)]
    terms = tuple(_name(part, text) for part in parts)
    if len(set(terms)) < len(terms):
        twice = next(term for term in terms if terms.count(term) > 1)
        raise _error(f"the term {twice!r} stands twice", text, "name each column once")
    return Formula(outcome, terms)


def _met(where: Expression | None) -> str:
    return "" if where is None else f" where {where}"


def _where(rest: str, text: str) -> Expression | None:
    if not rest.strip():
        return None
    found = _WHERE.match(rest)
    if found is None:
        raise _error(f"{rest.strip()!r} was not expected", text, "conditions follow `where`")
    return parse_condition(rest[found.end() :])


def _name(part: str, text: str) -> str:
    name = part.strip()
    if len(name) > 1 and name[0] == name[-1] == "`":
        name = name[1:-1].replace("``", "`")
    if not name:
        raise _error("a column is missing", text, "name a column on each side of , and +")
    return name


def _bracket(text: str, start: int) -> tuple[str, str]:
    """Return what stands in the bracket that opens before `start`, and what follows it."""
    for at, mark, depth in _bare(text[start:]):
        if mark == ")" and depth < 0:
            return text[start : start + at], text[start + at + 1 :]
    raise _error("the bracket is never closed", text, "add the closing bracket: )")


def _bare(text: str) -> Iterator[tuple[int, str, int]]:
    """Yield each sign outside of quotes, with its place and the depth of brackets after it."""
    depth, quote = 0, ""
    for at, mark in enumerate(text):
        if quote:
            quote = "" if mark == quote else quote
        elif mark in "\"'`":
            quote = mark
        else:
            depth += (mark == "(") - (mark == ")")
            yield at, mark, depth


def _error(what: str, text: str, mend: str) -> AskedError:
    return AskedError(what, where=f"estimate({text!r})", mend=mend)
