"""Answers: an Estimate with its quantities, as a person reads it and as plain data."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Span:
    """A value with its interval."""

    value: float
    low: float
    high: float

    @property
    def width(self) -> float:
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number of reality: with the made rows' help, from real rows alone, from made rows alone.

    `made` may be biased by any amount: it holds only if the World is right. It is None where the
    made rows could not say, or may not. `rows` is how many real rows speak.
    """

    name: str
    unit: str | None
    span: Span
    alone: Span
    made: Span | None
    rows: int

    @property
    def value(self) -> float:
        return self.span.value

    @property
    def low(self) -> float:
        return self.span.low

    @property
    def high(self) -> float:
        return self.span.high

    @property
    def narrower(self) -> float:
        """Share by which the interval is narrower than that of the real rows alone."""
        if not math.isfinite(self.span.width) or not self.alone.width > 0:
            return 0.0
        return 1 - self.span.width / self.alone.width

    @property
    def effective_rows(self) -> float:
        """Real rows that alone would give an interval of this width: n (width alone / width)^2."""
        if not math.isfinite(self.alone.width) or not self.span.width > 0:
            return float(self.rows)
        return float(self.rows * (self.alone.width / self.span.width) ** 2)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What `ww.estimate` answers. Each interval holds at `level` by itself, not all at once."""

    query: str
    quantities: tuple[Quantity, ...]
    level: float
    method: str
    rows: Mapping[str, int]
    notes: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Quantity:
        """Return the quantity of that name. Raises AskedError with the nearest one."""
        from ...errors import AskedError, nearest

        for quantity in self.quantities:
            if quantity.name == name:
                return quantity
        names = [quantity.name for quantity in self.quantities]
        where = f"estimate({self.query!r})"
        raise AskedError(f"there is no quantity {name!r}", where=where, mend=nearest(name, names))

    @property
    def value(self) -> float:
        """The value, of the only or first quantity; so for `low` and `high`."""
        return self.quantities[0].value

    @property
    def low(self) -> float:
        return self.quantities[0].low

    @property
    def high(self) -> float:
        return self.quantities[0].high

    def to_dict(self) -> dict[str, Any]:
        """Return the Estimate as plain data; an end that is not known is None."""
        return {
            "query": self.query,
            "level": self.level,
            "method": self.method,
            "rows": dict(self.rows),
            "quantities": [_plain(quantity) for quantity in self.quantities],
            "notes": list(self.notes),
        }

    def to_text(self, width: int = 80) -> str:
        """Return the Estimate as text: each quantity, then how it came about."""
        lines = []
        for quantity in self.quantities:
            lines += _told(quantity, self)
        about = [f"method: {self.method}", *(f"note: {note}" for note in self.notes)]
        wrapped = [textwrap.fill(line, width, subsequent_indent="  ") for line in about]
        return "\n".join([*lines, *wrapped])


def _told(quantity: Quantity, whole: Estimate) -> list[str]:
    unit = f" {quantity.unit}" if quantity.unit else ""
    percent = f"{100 * whole.level:g} %"
    lines = [
        f"{quantity.name}: {_shown(quantity.span)}{unit}, {percent} interval",
        f"  real rows alone: {_shown(quantity.alone)}, {quantity.rows:,} rows",
    ]
    if quantity.made is not None:
        lines.append(f"  made rows alone: {_shown(quantity.made)}, right only if the World is")
        better = quantity.narrower
        word = "narrower" if better >= 0 else "wider"
        lines.append(
            f"  {100 * abs(better):.0f} % {word}: as if {quantity.effective_rows:,.0f} real rows "
            "spoke"
        )
    return lines


def _shown(span: Span) -> str:
    """Return value and ends with as many digits as the width gives a meaning to."""
    width = span.width if math.isfinite(span.width) and span.width > 0 else abs(span.value)
    digits = 2 - math.floor(math.log10(width)) if width > 0 else 2

    def text(number: float) -> str:
        if not math.isfinite(number):
            return "unknown"
        return f"{number:,.{min(max(digits, 0), 12)}f}"

    return f"{text(span.value)} [{text(span.low)}, {text(span.high)}]"


def _plain(quantity: Quantity) -> dict[str, Any]:
    return {
        "name": quantity.name,
        "unit": quantity.unit,
        **_ends(quantity.span),
        "real_alone": _ends(quantity.alone),
        "made_alone_biased": None if quantity.made is None else _ends(quantity.made),
        "narrower": quantity.narrower,
        "rows": quantity.rows,
        "effective_rows": quantity.effective_rows,
    }


def _ends(span: Span) -> dict[str, float | None]:
    ends = {"value": span.value, "low": span.low, "high": span.high}
    return {name: end if math.isfinite(end) else None for name, end in ends.items()}
