"""From words to a Statement. The forms stand in `statement.py`; here are their patterns.

What stands in quotes or backticks is never read as words of a form, so a column called
`rises with` can be spoken of. Where nothing fits, the error shows the form that comes nearest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import inf

from ..data.expression import Expression
from ..data.expression import parse as parse_expression
from ..data.expression.tree import Truth
from ..errors import ExpressionError, SpecError
from .law import Law
from .statement import (
    RATE_ROOM,
    RATIO_ROOM,
    Always,
    AsTrained,
    Direction,
    Independent,
    Likelier,
    LooksLike,
    Manner,
    Merged,
    Names,
    Never,
    Rate,
    Statement,
)

_QUOTED = re.compile(r"\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'|`(?:[^`]|``)*`")
_COUNT = r"\d+(?:\.\d+)?(?:e-?\d+)?"
_BOUND = r"(?P<bound>at least|at most|about)?"
_SPAN = rf"{_BOUND}\s*(?P<low>{_COUNT})\s*(?:%)?(?:\s+to\s+(?P<high>{_COUNT}))?"
_WAY = r"(?P<way>likelier|rarer)"
_WHEN = r"(?:\s+(?:when|where)\s+(?P<when>.+))?"
_GIVEN = r"(?:\s+given\s+(?P<given>.+))?"
_MANNER = r"(?:\s+(?P<manner>weakly|strongly))?"
_NUMBER = r"[-+]?\d*\.?\d+(?:e[-+]?\d+)?"


def parse(text: str) -> Statement:
    """Return the Statement that `text` says; raises SpecError that shows how to say it."""
    said = " ".join(text.split())
    masked = _QUOTED.sub(lambda quoted: "x" * len(quoted[0]), said)
    for pattern, build in _FORMS.items():
        found = re.fullmatch(pattern, masked, re.IGNORECASE)
        if found:
            spans = {name: found.span(name) for name in found.groupdict()}
            return build({name: said[a:b] for name, (a, b) in spans.items() if a >= 0})
    try:
        condition = parse_expression(said)
    except ExpressionError as error:
        raise _unread(said, masked, error) from error
    # A lone name of several words is a sentence that is in none of the forms.
    if isinstance(condition.root, Truth) and " " in masked and _nearest_form(masked):
        raise _unread(said, masked, None)
    return Always(condition)


def _nearest_form(masked: str) -> str:
    hits = (form for word, form in _MEANT.items() if re.search(word, masked, re.IGNORECASE))
    return next(hits, "")


def _unread(said: str, masked: str, error: ExpressionError | None) -> SpecError:
    """Return the error of words that are in no form, with the form that comes nearest."""
    form = _nearest_form(masked)
    if form or error is None:
        return SpecError("this cannot be read as an assumption", where=said, mend=f"write: {form}")
    fault = error.faults[0]
    mend = f"{fault.mend}; or write one of: {'; '.join(_MEANT.values())}"
    return SpecError(fault.what, where=fault.where, mend=mend)


def _always(part: Mapping[str, str]) -> Always:
    return Always(_expression(part["condition"]))


def _never(part: Mapping[str, str]) -> Never:
    return Never(_expression(part["event"]), _maybe(part))


def _rate(part: Mapping[str, str]) -> Rate:
    stated = float(part.get("high", part["low"]))
    low, high = _range(part, RATE_ROOM, top=100.0) if stated <= 100 else (0.0, stated)
    return Rate(_expression(part["event"]), low / 100, high / 100, _maybe(part))


def _likelier(part: Mapping[str, str]) -> Likelier:
    low, high = _range(part, RATIO_ROOM, top=inf)
    if part["way"].lower() == "rarer":
        low, high = (0.0 if high == inf else 1 / high), (inf if low == 0 else 1 / low)
    return Likelier(_expression(part["event"]), low, high, _expression(part["when"]))


def _direction(part: Mapping[str, str]) -> Direction:
    said = (part.get("given") or "").strip().lower()
    others = said in ("others", "all others", "the others", "all else")
    return Direction(
        _expression(part["event"]),
        part["way"].lower().startswith("rise"),
        Names([_name(part["column"])]),
        Names() if others else _names(part.get("given")),
        Manner((part.get("manner") or "").lower()),
        others,
    )


def _independent(part: Mapping[str, str]) -> Independent:
    return Independent(
        Names([_name(part["column"])]), _names(part["on"]), _names(part.get("given"))
    )


def _looks_like(part: Mapping[str, str]) -> LooksLike:
    law = Law(part["law"].lower(), tuple(float(n) for n in part["numbers"].split(",")))
    return LooksLike(Names([_name(part["column"])]), _expression(part["event"]), law)


def _merged(part: Mapping[str, str]) -> Merged:
    return Merged(Names([_name(part["column"])]), int(part["low"]))


def _trained(part: Mapping[str, str]) -> AsTrained:
    return AsTrained()


# The first that fits is taken, so the forms with more words stand first.
_FORMS: Mapping[str, Callable[[Mapping[str, str]], Statement]] = {
    r"as it was in the training period": _trained,
    r"values of (?P<column>.+?) with fewer than (?P<low>\d+) rows are alike": _merged,
    rf"(?P<column>.+?) does not depend on (?P<on>.+?){_GIVEN}": _independent,
    rf"(?P<column>.+?) given (?P<event>.+?) looks like (?P<law>\w+)\s*"
    rf"\((?P<numbers>\s*{_NUMBER}\s*(?:,\s*{_NUMBER}\s*)*)\)": _looks_like,
    rf"(?P<event>.+?) (?P<way>rises|falls) with (?P<column>.+?){_MANNER}{_GIVEN}": _direction,
    rf"(?P<event>.+?) is {_SPAN} times {_WAY} (?:when|where) (?P<when>.+)": _likelier,
    rf"(?P<event>.+?) never happens{_WHEN}": _never,
    rf"(?P<event>.+?) happens in {_SPAN}\s*%\s+of (?:the |all )?rows{_WHEN}": _rate,
    r"(?P<condition>.+?) (?:always holds|always|holds in every row|in every row)": _always,
}

_MEANT = {
    r"\bdepends?\b|\bindependent\b": "COLUMN does not depend on COLUMN [given COLUMN, ...]",
    r"\b(rise|fall|increase|decrease|grow)s?\b": "EVENT rises with COLUMN (or falls)",
    r"\blooks? like\b": "COLUMN given EVENT looks like lognormal(7, 1)",
    r"\blikel|\btimes\b|\brarer\b": "EVENT is 5 times likelier when CONDITION",
    r"\bnever\b": "EVENT never happens [when CONDITION]",
    r"\bhappens?\b|%": "EVENT happens in 0.1 % to 0.3 % of rows",
    r"\balike\b|\bmerged?\b": "values of COLUMN with fewer than 10 rows are alike",
    r"\btraining\b": "as it was in the training period",
}  # fmt: skip


def _expression(text: str) -> Expression:
    try:
        return parse_expression(text)
    except ExpressionError as error:
        raise SpecError.of(error.faults) from error


def _maybe(part: Mapping[str, str]) -> Expression | None:
    return _expression(part["when"]) if "when" in part else None


def _range(part: Mapping[str, str], room: float, *, top: float) -> tuple[float, float]:
    """Return the range that is meant; one number alone leaves `room` on both sides."""
    low = float(part["low"])
    if "high" in part:
        return low, float(part["high"])
    match part.get("bound", "").lower():
        case "at least":
            return low, top
        case "at most":
            return 0.0, low
    return low / room, min(low * room, top)


def _names(text: str | None) -> Names:
    """Return the names of a list; commas in backticks do not part them."""
    if text is None:
        return Names()
    masked = _QUOTED.sub(lambda quoted: "x" * len(quoted[0]), text)
    ends = [found.start() for found in re.finditer(",", masked)]
    starts = [0, *(end + 1 for end in ends)]
    return Names(_name(text[a:b]) for a, b in zip(starts, [*ends, len(text)], strict=True))


def _name(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == "`":
        return text[1:-1].replace("``", "`")
    if not text:
        raise SpecError(
            "the name of a column is missing", where="a list of columns", mend="name it"
        )
    return text
