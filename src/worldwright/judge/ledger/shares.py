"""Shares: constraints, what never happens, rates, and how many times likelier.

Rates by the exact binomial test and the interval of Clopper & Pearson (1934). Ratios of two rates
by the score test of Koopman (Biometrics 40, 1984); where fewer than 40 events are seen, given their
sum, by the binomial test, which is exact for rare events and cautious for common ones.

"In every row" means every: a single real row that breaks a constraint contradicts it. Where none
does, it is supported only if so many rows spoke that at most 0.5 % of all rows can break it (95 %);
for something that never happens *when* a condition holds, also only if it happens elsewhere clearly
more often than it could here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import inf

import numpy as np

from ...spec.statement import Always, Likelier, Never, Rate
from ..effects import binomial_interval
from .rows import Rows, percent
from .tested import Tested, nothing

MOST_BROKEN = 0.005
FEW_EVENTS = 40
BREACHES = "share of rows that break it"


def always(statement: Always, rows: Rows) -> Tested:
    """Test that a condition holds in every row."""
    holds = statement.condition.mask(rows.side.table, rows.columns)
    broken, of = int((~holds).sum()), len(holds)
    if not of:
        return nothing(f"there are no {rows.role} rows")
    says = f"broken in {rows.count(broken, of)}"
    empty = int((~holds & rows.missing(statement.columns)).sum())
    if empty and empty == broken:
        says += "; in all of them a value is missing: add `or COLUMN is null` if that may be"
    elif empty:
        says += "; in some of them a value is missing"
    return _in_no_row(says, broken, of, rows)


def never(statement: Never, rows: Rows) -> Tested:
    """Test that an event happens in no row, or in none that meets a condition."""
    table, columns = rows.side.table, rows.columns
    event = statement.event.mask(table, columns)
    if statement.when is None:
        return _in_no_row(f"happens in {rows.count(int(event.sum()), len(event))}",
                          int(event.sum()), len(event), rows)  # fmt: skip
    when = statement.when.mask(table, columns)
    of, hits = int(when.sum()), int((event & when).sum())
    if not of:
        return nothing(f"no {rows.role} row meets {statement.when}")
    elsewhere, others = int((event & ~when).sum()), int((~when).sum())
    says = f"happens in {rows.count(hits, of)} that meet {statement.when}"
    tested = _in_no_row(says, hits, of, rows)
    if hits or not others:
        return tested
    high = binomial_interval(hits, of, 0.05)[1]
    least = binomial_interval(elsewhere, others, 0.05)[0]
    rest = f"; elsewhere in {rows.count(elsewhere, others)}"
    return replace(tested, says=says + rest, fits=tested.fits and high < least)


def rate(statement: Rate, rows: Rows) -> Tested:
    """Test that the share of an event lies between two shares."""
    from scipy.stats import binom

    event = rows.holds(statement.event)
    if statement.when is not None:
        event = event[rows.holds(statement.when)]
    of, hits = len(event), int(event.sum())
    if not of:
        meets = f" meets {statement.when}" if statement.when else ""
        return nothing(f"no {rows.role} row{meets}")
    above = float(binom.sf(hits - 1, of, statement.high)) if statement.high < 1 else inf
    below = float(binom.cdf(hits, of, statement.low)) if statement.low > 0 else inf
    low, high = binomial_interval(hits, of, 0.05)
    value, shown_low, shown_high = rows.share(hits, of)
    return Tested(
        f"happens in {rows.count(hits, of)} [{percent(shown_low)} to {percent(shown_high)}], "
        f"assumed {percent(statement.low)} to {percent(statement.high)}",
        p=_of_two(below, above),
        fits=statement.low <= low and high <= statement.high,
        rows=of,
        measure="share of rows",
        effect=value,
        low=shown_low,
        high=shown_high,
    )


def likelier(statement: Likelier, rows: Rows) -> Tested:
    """Test that the share of an event where a condition holds is so many times that elsewhere."""
    when, event = rows.holds(statement.when), rows.holds(statement.event)
    seen = (int((event & when).sum()), int(when.sum()), int((event & ~when).sum()),
            int((~when).sum()))  # fmt: skip
    hits, of, other_hits, others = seen
    if not of or not others:
        side = "meets" if not of else "does not meet"
        return nothing(f"no {rows.role} row {side} {statement.when}", len(event))
    if not hits + other_hits:
        return nothing(f"no {rows.role} row meets {statement.event}", len(event))
    exceeds = _by_score(*seen) if hits + other_hits >= FEW_EVENTS else _given_the_sum(*seen)
    above = exceeds(statement.high)[0] if statement.high < inf else inf
    below = exceeds(statement.low)[1] if statement.low > 0 else inf
    low, high = _ends(exceeds)
    tells = rows.tells(hits) and rows.tells(other_hits)
    ratio = (hits / of) / (other_hits / others) if other_hits else inf
    told = f": {_times(ratio)} times [{_times(low)} to {_times(high)}]" if tells else ""
    return Tested(
        f"in {rows.count(hits, of)} that meet {statement.when}, elsewhere in "
        f"{rows.count(other_hits, others)}{told}, assumed {_times(statement.low)} to "
        f"{_times(statement.high)} times",
        p=_of_two(below, above),
        fits=statement.low <= low and high <= statement.high,
        rows=of + others,
        measure="ratio of shares",
        effect=_finite(ratio) if tells else None,
        low=_finite(low) if tells else None,
        high=_finite(high) if tells else None,
    )


Exceeds = Callable[[float], tuple[float, float]]


def _by_score(hits: int, of: int, other_hits: int, others: int) -> Exceeds:
    """Return the one-sided p of "at most r" and of "at least r", by Koopman's score."""
    from scipy.stats import norm

    def exceeds(r: float) -> tuple[float, float]:
        whole, events = of + others, hits + other_hits
        b = r * (of + other_hits) + hits + others
        q = (b - np.sqrt(max(b * b - 4 * whole * r * events, 0.0))) / (2 * whole * r)
        p = min(r * q, 1.0)
        spread = np.sqrt(p * (1 - p) / of + r * r * q * (1 - q) / others)
        gap = hits / of - r * other_hits / others
        z = gap / spread if spread > 0 else np.sign(gap) * inf if gap else 0.0
        return float(norm.sf(z)), float(norm.cdf(z))

    return exceeds


def _given_the_sum(hits: int, of: int, other_hits: int, others: int) -> Exceeds:
    from scipy.stats import binom

    def exceeds(r: float) -> tuple[float, float]:
        share, events = r * of / (r * of + others), hits + other_hits
        return float(binom.sf(hits - 1, events, share)), float(binom.cdf(hits, events, share))

    return exceeds


def _ends(exceeds: Exceeds) -> tuple[float, float]:
    """Return the ratios that are not refused at 2.5 % on their side."""
    grid = np.exp(np.linspace(np.log(1e-6), np.log(1e6), 49))

    def edge(side: int) -> float:
        refused = [exceeds(r)[side] < 0.025 for r in grid]
        if side == 0 and not refused[0]:
            return 0.0
        if side == 1 and not refused[-1]:
            return inf
        at = max(i for i, no in enumerate(refused) if no) if side == 0 else refused.index(True)
        low, high = (at, at + 1) if side == 0 else (at - 1, at)
        left, right = np.log(grid[low]), np.log(grid[min(high, len(grid) - 1)])
        for _ in range(30):
            middle = (left + right) / 2
            is_refused = exceeds(float(np.exp(middle)))[side] < 0.025
            if is_refused == (side == 0):
                left = middle
            else:
                right = middle
        return float(np.exp((left + right) / 2))

    return edge(0), edge(1)


def _in_no_row(says: str, hits: int, of: int, rows: Rows) -> Tested:
    value, low, high = rows.share(hits, of)
    at_most = "" if hits else f", so at most {percent(high)} of all rows do (95 %)"
    return Tested(
        says + at_most,
        p=0.0 if hits else 1.0,
        fits=not hits and high <= MOST_BROKEN,
        rows=of,
        measure=BREACHES,
        effect=value,
        low=low,
        high=high,
    )


def _of_two(below: float, above: float) -> float:
    """Return the p of a range from those of its two ends; an open end spends nothing."""
    closed = [p for p in (below, above) if p < inf]
    return min(1.0, len(closed) * min(closed)) if closed else 1.0


def _times(ratio: float) -> str:
    return "any number of" if ratio == inf else f"{ratio:.2g}"


def _finite(ratio: float) -> float | None:
    return float(f"{ratio:.6g}") if ratio < inf else None
