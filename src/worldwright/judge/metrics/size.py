"""Size: how many rows are there really, when those that repeat each other count once?

A maker that collapsed draws the same few rows again and again: every column may be right. Made rows
are held against as many real rows, which repeat each other as much as is natural. Three places:

    equal rows               rows less distinct rows (`distinct.py`)
    equal but for one column the same, with each column left out in turn
    near rows                made rows whose nearest row is a made one and very near, against
                             real rows whose nearest is a real one (`crowd.py`)

The effect is the share of rows that add nothing: one less effective rows a row, where the effective
size is the number of real rows that show as many distinct rows; of two rows that are too near, one
counts. Only too many repeats are a fault here, never too few. `memory` asks whom rows repeat.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ... import plugins
from ...data.report import Answer, Figure, Picture
from ..aspects import Asked, Aspect, Told, all_concluded, percent, rounded, statistics
from ..case import Case, metric
from ..crowd import NEAREST, Crowd
from ..distinct import effective, redundancy
from ..effects import Z95
from ..family import Outcome, Tests
from ..null import studentised
from ..points import keys_of

MIN_ROWS = 20
MOST_LEFT_OUT = 30
_NEAREST_FIRST = (1, 0, 2, 3)  # places in NEAREST: the one that the figure speaks of comes first
_ROOT_SD = 0.7  # of the difference of the roots of two Poisson counts


@dataclass(frozen=True, slots=True)
class Lost:
    """The share of made rows that add nothing, with its interval."""

    value: float
    low: float
    high: float


@plugins.metrics("size")
@metric(
    questions=("size",), figures=("effective_rows",), tolerance={"size": 0.005, "crowding": 0.02},
    family=True,
)  # fmt: skip
def size(case: Case) -> Tests:
    """Count rows that repeat or nearly repeat each other, among made rows and among real ones."""
    splits, stack = case.null.dealt.shape[1], case.stack
    if min(len(case.null.made), len(case.null.reference)) < MIN_ROWS or not stack.values:
        note = "size and effective_rows were not computed: too few rows or no columns to compare"
        return Tests(np.empty((0, 1 + splits)), lambda _: Answer(notes=(note,)))
    keys, parts = keys_of(stack)
    equal, lost = _equal(case, keys)
    asked, losses = [equal], [lost]
    if len(stack.values) > 1:
        asked.append(_but_one(case, keys, parts))
    if (crowd := case.crowd) is not None:
        near, lost = _near(case, crowd)
        asked.append(near)
        losses.append(lost)
    return Tests(
        statistics(asked, splits), lambda outcome: _concluded(case, asked, losses, outcome)
    )


def _concluded(case: Case, asked: list[Asked], losses: list[Lost], outcome: Outcome) -> Answer:
    lost = max(losses, key=lambda one: one.value)
    means = "effective rows a made row: repeats count once, beyond what real rows repeat"
    value, low, high = (rounded(1 - end) for end in (lost.value, lost.high, lost.low))
    wide = len(case.stack.values)
    note = f"repeats but for one column are looked for in {MOST_LEFT_OUT} of {wide:,} columns"
    return Answer(
        findings=tuple(all_concluded(asked, outcome)),
        figures={"effective_rows": Figure(value, low, high, "higher", means)},
        pictures=(_picture(asked, case),),
        notes=(note,) if wide > MOST_LEFT_OUT else (),
    )


def _equal(case: Case, keys: np.ndarray) -> tuple[Asked, Lost]:
    """Ask for rows that are equal in every column."""
    null, rows = case.null, len(case.null.made)
    made, real = redundancy(null, keys)
    usual = float(made[1:].mean())
    spread = max(_spread(made, case), 3 / Z95 / 2)
    distinct = rows - made[0] + np.array([0.0, Z95 * spread, -Z95 * spread])
    lost = Lost(*(1 - effective(keys[null.pool], distinct, rows) / rows))
    tolerance = case.tolerance["size"]

    def told() -> Told:
        says = (
            f"{percent(made[0] / rows)} of the made rows repeat another made row, where "
            f"{percent(usual / rows)} of as many real rows do; {rows:,} made rows count as "
            f"{rows * (1 - lost.high):,.0f} to {rows * (1 - lost.low):,.0f} real ones"
        )
        measure = "share of made rows that add nothing"
        return Told(says, measure, lost.value, lost.low, lost.high, tolerance)

    aspect = Aspect(_contrast(made, real, case), told)
    return Asked("size", "equal rows", (), (aspect,), _power(lost, tolerance)), lost


def _but_one(case: Case, keys: np.ndarray, parts: np.ndarray) -> Asked:
    """Ask for rows that are equal in every column but one."""
    null, rows = case.null, len(case.null.made)
    whole = np.array(redundancy(null, keys))
    seen = np.zeros_like(whole)
    for part in parts[:MOST_LEFT_OUT]:
        seen += np.array(redundancy(null, keys - part)) - whole
    made, usual = seen[0], float(seen[0, 1:].mean())
    lost = _beyond(made, rows, _spread(made, case))
    tolerance = case.tolerance["crowding"]

    def told() -> Told:
        says = (
            f"{made[0]:,.0f} times a made row repeats another but for one column, where "
            f"{usual:,.1f} times is usual among {rows:,} real rows"
        )
        measure = "repeats but for one column, beyond chance, a made row"
        return Told(says, measure, lost.value, lost.low, lost.high, tolerance)

    aspect = Aspect(_contrast(seen[0], seen[1], case), told)
    power = _power(lost, tolerance)
    return Asked("size", "rows equal but for one column", (), (aspect,), power)


def _near(case: Case, crowd: Crowd) -> tuple[Asked, Lost]:
    """Ask for made rows whose nearest row is a made one more often than for real rows."""
    rows, tolerance = crowd.rows[0], case.tolerance["crowding"]
    aspects, found = [], []
    for place in _NEAREST_FIRST:
        made, real = crowd.twins[:, 0, place], crowd.twins[:, 1, place]
        # Who is nearest to whom has the same law in a split as between fresh rows.
        lost = _beyond(made, rows, float(np.hypot(made[1:].std(), np.sqrt(_excess(made)))))
        found.append(lost)
        tells = _tells(lost, made / rows, NEAREST[place], tolerance)
        aspects.append(Aspect(_contrast(made, real, case), tells))
    half = Lost(found[0].value / 2, found[0].low / 2, found[0].high / 2)
    asked = Asked("size", "near rows", (), tuple(aspects), _power(found[0], tolerance))
    return asked, half


def _tells(lost: Lost, share: np.ndarray, near: float, tolerance: float) -> Callable[[], Told]:
    among = "" if near == 1 else f", at a distance that {percent(near)} of rows have"

    def told() -> Told:
        says = (
            f"the nearest to {percent(float(share[0]))} of the made rows is another made row"
            f"{among}, where {percent(float(share[1:].mean()))} is usual ({percent(lost.low)} to "
            f"{percent(lost.high)} too many; up to {percent(tolerance)} counts as the same)"
        )
        measure = "share of made rows too near to another, beyond chance"
        return Told(says, measure, lost.value, lost.low, lost.high, tolerance)

    return told


def _beyond(seen: np.ndarray, rows: int, spread: float) -> Lost:
    """Return the share of rows beyond the null, not below 0, with its interval."""
    value = float(seen[0] - seen[1:].mean())
    low, high = (value - Z95 * spread) / rows, (value + Z95 * spread) / rows
    return Lost(max(0.0, value / rows), max(0.0, low), min(1.0, max(3 / rows, high)))


def _spread(seen: np.ndarray, case: Case) -> float:
    """Return the standard error of a count of made rows less its null.

    A split takes n of the N rows of the pool, so it varies by a factor 1 - n/N less than fresh rows
    do; the mean of the splits varies itself, by n/N of what fresh rows do. What is in excess varies
    like a Poisson count.
    """
    share = len(case.null.made) / len(case.null.pool)
    return float(np.sqrt(seen[1:].var() * (1 + share) / (1 - share) + _excess(seen)))


def _excess(seen: np.ndarray) -> float:
    return max(0.0, float(seen[0] - seen[1:].mean()))


def _contrast(made: np.ndarray, real: np.ndarray, case: Case) -> np.ndarray:
    """Return the made side's count against the real side's, studentised.

    A contrast of both sides, unlike a count of one, has the same law in a split as between fresh
    rows. Roots make counts alike however many there are.
    """
    odds = len(case.null.made) / len(case.null.reference)
    roots = np.sqrt(np.maximum(made, 0) + 0.375) - np.sqrt(odds * (np.maximum(real, 0) + 0.375))
    return studentised(roots[None], least_mean=-np.inf, least_sd=_ROOT_SD)[0]


def _power(lost: Lost, tolerance: float) -> float:
    """Return the chance to have seen a loss as large as the tolerance (normal law)."""
    from scipy.stats import norm

    error = max((lost.high - lost.low) / (2 * Z95), 1e-9)
    return round(float(norm.cdf(tolerance / error - 3.0)), 3)


def _picture(asked: list[Asked], case: Case) -> Picture:
    from ...data.reporting import charts

    told = [(one.where, one.aspects[0].told()) for one in asked]
    spec = charts.intervals(
        [(where, one.effect, one.low, one.high) for where, one in told],
        axis="share of made rows, beyond what real rows show",
        reference=case.tolerance["size"],
    )
    caption = (
        "Made rows that repeat or nearly repeat each other, less those among as many real rows. "
        "The line is the share of equal rows that still counts as the same."
    )
    return Picture("size", "How many made rows repeat each other", caption, spec)
