"""Tabulate: tables of RESULTS.md, lines to reach, and exact intervals of rates."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.stats import beta

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Target:
    """What we set out to reach: a figure and the side of `limit` on which it should lie."""

    says: str
    limit: float
    most: bool = True

    def row(self, seen: float | None, error: float = 0) -> list[str]:
        """Return the line of a table: the target, what was seen, and whether it was reached.

        With a standard error, a figure that is that far off still counts as reached.
        """
        sign = "≤" if self.most else "≥"
        if seen is None:
            return [self.says, f"{sign} {number(self.limit)}", "not measured", "—"]
        reached = seen - error <= self.limit if self.most else seen + error >= self.limit
        verdict = "reached" if reached else "**not reached**"
        told = f"{number(seen)} ± {number(error)}" if error else number(seen)
        return [self.says, f"{sign} {number(self.limit)}", told, verdict]


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of some values, and its standard error (0 of one value alone)."""

    value: float
    error: float
    count: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Mean | None:
        """Return the mean of `values`, None of none."""
        if not values:
            return None
        spread = statistics.stdev(values) if len(values) > 1 else 0.0
        return cls(statistics.fmean(values), spread / len(values) ** 0.5, len(values))

    def __str__(self) -> str:
        return f"{self.value:.3f} ± {self.error:.3f}" if self.count > 1 else f"{self.value:.3f}"


TARGET_HEADER = ["line", "asked", "seen", "verdict"]


def clopper_pearson(hits: int, trials: int) -> tuple[float, float]:
    """Return the exact 95 % interval of a rate."""
    low = float(beta.ppf(0.025, hits, trials - hits + 1)) if hits else 0.0
    high = float(beta.ppf(0.975, hits + 1, trials - hits)) if hits < trials else 1.0
    return low, high


def markdown(header: Sequence[str], rows: Rows) -> str:
    """Return a table whose first column is text and whose others are figures."""
    rule = ["---", *["---:"] * (len(header) - 1)]
    lines = [f"| {' | '.join(cells)} |" for cells in (header, rule, *rows)]
    return "\n".join(lines) + "\n"


def number(value: float) -> str:
    """Return three digits; whole numbers of a hundred and more with commas."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
