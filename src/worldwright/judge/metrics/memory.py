"""Memory: do made rows repeat the rows that taught, more than fresh real rows would?

What fresh real rows do is shown by the holdout: rows of the same world that taught nothing. Three
shares are told, each of them beyond what those rows show (`repeats.py` has the statistics):

    copies        made rows that equal a teacher
    near copies   made rows at least twice as near to a teacher as to any other real row; that
                  counts copies too, and rows whose numbers were moved a little
    rare rows     both of these, of the tenth of the made rows that lie farthest from everything

It *differs* where p is small and one of the shares lies above its tolerance with its whole
interval: `memory` for copies and rare rows, `near_copies` for near ones. The interval of a share is
joined from the exact intervals of two counts (Zou & Donner, Statistics in Medicine 2008). Without a
holdout there is no telling what chance does, so nothing is judged. A distance to the closest record
is no verdict: it is small where rows are crowded, whoever taught. Who could be hurt by what was
remembered is the guard's question; it does not see what an attacker knows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from ... import plugins
from ...data.report import Answer, Figure, Finding, Picture, Verdict
from ..aspects import Told, percent, rounded
from ..case import Case, metric
from ..effects import Z95
from ..points import MOST_COLUMNS, keys_of, points_of
from ..repeats import MADE, OTHER, TAUGHT, Count, Look, look_exact, look_near

MIN_ROWS = 20
MOST_MADE, MOST_OTHER = 4_000, 8_000
_DEALS = (999, 9_999)
_SEEN_Z = 2.0
_COPIES = "{share} of the made rows equal a row that taught"
_TWICE_AS_NEAR = "are at least twice as near to a row that taught as to any other real row"
_NEAR = f"{{share}} of the made rows {_TWICE_AS_NEAR}"
_RARE = f"{{share}} of the rarest tenth of the made rows {_TWICE_AS_NEAR}"
_RARE_COPIES = "{share} of the rarest tenth of the made rows equal a row that taught"
_NO_HOLDOUT = (
    "memory was not judged: only rows that did not teach (a holdout) show what chance repeats"
)


@dataclass(frozen=True, slots=True)
class Scale:
    """Teachers a row that did not teach; real rows a teacher looked at; what counts as the same."""

    odds: float
    reach: float
    tolerance: float


@plugins.metrics("memory")
@metric(
    questions=("memory",),
    figures=("memory",),
    tolerance={"memory": 0.005, "near_copies": 0.01},
)
def memory(case: Case) -> Answer:
    """Count made rows that repeat teachers, against those that repeat rows which did not teach."""
    sizes = case.stack.sizes
    if case.holdout is None:
        return Answer(notes=(f"{_NO_HOLDOUT}; {_equal_to_real(case)}",))
    if min(sizes.made, sizes.reference, sizes.teachers) < MIN_ROWS or not case.stack.values:
        says = (
            f"{sizes.made:,} made rows, {sizes.teachers:,} that taught and {sizes.reference:,} "
            "that did not are too few to tell memory from chance"
        )
        finding = Finding("memory", Verdict.CANNOT_TELL, says, power=0.0)
        note = "the figure memory was not computed: too few rows or columns"
        return Answer((finding,), notes=(note,))
    looks = _looks(case)
    told = _told(case, looks)
    return Answer(
        findings=(_finding(case, looks, told),),
        figures={"memory": _figure(told["near copies"])},
        pictures=(_picture(told),),
        notes=_notes(case),
        settings={"memory": _compared(case)},
    )


def _looks(case: Case) -> tuple[Look, Look]:
    """Look at exact copies among all rows, and at near ones among as many as time allows."""
    stack, sizes = case.stack, case.stack.sizes
    deals = int(np.clip(ceil(8 / case.level) - 1, *_DEALS))
    labels = np.repeat(
        np.array([MADE, OTHER, TAUGHT], np.int8), [sizes.made, sizes.reference, sizes.teachers]
    )
    exact = look_exact(keys_of(stack)[0], labels, deals=deals, seed=case.seed)
    counted = _compared(case)
    start = [0, sizes.made, sizes.made + sizes.reference]
    at = np.concatenate([np.arange(a, a + k) for a, k in zip(start, counted.values(), strict=True)])
    points = points_of(stack, at)
    made = counted["made"]
    taught = labels[at[made:]] == TAUGHT
    near = look_near(points[:made], points[made:], taught, deals=deals, seed=case.seed)
    return exact, near


def _compared(case: Case) -> dict[str, int]:
    """Return how many rows of each part the near look takes."""
    sizes = case.stack.sizes
    return {
        "made": min(sizes.made, MOST_MADE, case.most_compared),
        "did not teach": min(sizes.reference, MOST_OTHER, case.most_compared),
        "taught": min(sizes.teachers, MOST_OTHER, case.most_compared),
    }


def _told(case: Case, looks: tuple[Look, Look]) -> dict[str, Told]:
    """Return the three shares with their intervals, in the order in which they are told."""
    exact, near = looks
    sizes, compared = case.stack.sizes, _compared(case)
    odds, near_odds = (
        sizes.teachers / sizes.reference,
        compared["taught"] / compared["did not teach"],
    )
    # Teachers that were not looked at were copied as often as those that were.
    reach, near_reach = case.real.rows / sizes.teachers, case.real.rows / compared["taught"]
    memory, close = case.tolerance["memory"], case.tolerance["near_copies"]
    whole = Scale(odds, reach, memory)
    rare = Scale(near_odds, near_reach, memory)
    return {
        "copies": _share(_COPIES, exact.counts["exact"], whole),
        "near copies": _share(_NEAR, near.counts["near"], replace(rare, tolerance=close)),
        "rare copies": _share(_RARE_COPIES, near.counts["rare copies"], rare),
        "rare rows": _share(_RARE, near.counts["rare"], rare),
    }


def _share(words: str, count: Count, scale: Scale) -> Told:
    """Return the share of made rows that repeat teachers, beyond what other rows explain."""
    p, p_low, p_high = _interval(count.taught, count.rows)
    q, q_low, q_high = (scale.odds * end for end in _interval(count.other, count.rows))
    ends = (
        p - q,
        p - q - float(np.hypot(p - p_low, q_high - q)),
        p - q + float(np.hypot(p_high - p, q - q_low)),
    )
    value, low, high = (float(np.clip(scale.reach * end, -1, 1)) for end in ends)
    seen, chance = (percent(min(1.0, scale.reach * share)) for share in (p, q))
    says = (
        f"{words.format(share=seen)}, where chance explains {chance}: {percent(max(0.0, low))} to "
        f"{percent(max(0.0, high))} too many; up to {percent(scale.tolerance)} counts as the same"
    )
    measure = "share of made rows that repeat teachers, beyond chance"
    return Told(says, measure, value, low, high, scale.tolerance)


def _interval(hits: float, rows: int) -> tuple[float, float, float]:
    """Return a share with its exact 95 % interval; hits may be shared among rows, so not whole."""
    from scipy.stats import beta

    low = float(beta.ppf(0.025, hits, rows - hits + 1)) if hits > 0 else 0.0
    high = float(beta.ppf(0.975, hits + 1, rows - hits)) if hits < rows else 1.0
    return hits / max(rows, 1), low, high


def _finding(case: Case, looks: tuple[Look, Look], told: dict[str, Told]) -> Finding:
    """Return the verdict on the loudest share; without one, on the share nearest to a fault."""
    p = min(1.0, len(looks) * min(look.p for look in looks))
    beyond = [where for where, one in told.items() if one.is_beyond]
    if p <= case.level and beyond:
        where, verdict = beyond[0], Verdict.DIFFERS
    else:
        asked = [told[name] for name in ("copies", "near copies")]
        where = "copies" if asked[0].high > asked[0].tolerance else "near copies"
        is_same = all(one.high <= one.tolerance for one in asked)
        verdict = Verdict.SAME if is_same else Verdict.CANNOT_TELL
    one = told[where]
    return Finding(
        "memory",
        verdict,
        one.says,
        where=where,
        measure=one.measure,
        effect=rounded(one.effect),
        low=rounded(one.low),
        high=rounded(one.high),
        tolerance=one.tolerance,
        p=rounded(p),
        power=_power(one),
        strength=rounded(max(look.strength for look in looks)),
    )


def _power(one: Told) -> float:
    """Return the chance to have seen a share as large as the tolerance (normal law)."""
    from scipy.stats import norm

    error = max((one.high - one.low) / (2 * Z95), 1e-9)
    return round(float(norm.cdf(one.tolerance / error - _SEEN_Z)), 3)


def _figure(near: Told) -> Figure:
    value, low, high = (rounded(max(0.0, end)) for end in (near.effect, near.low, near.high))
    means = "share of made rows on a row that taught, beyond what rows that did not teach explain"
    return Figure(value, low, high, "lower", means)


def _picture(told: dict[str, Told]) -> Picture:
    from ...data.reporting import charts

    spec = charts.intervals(
        [(where, one.effect, one.low, one.high) for where, one in told.items()],
        axis="share of made rows that repeat teachers, beyond chance",
        reference=min(one.tolerance for one in told.values()),
    )
    near = percent(told["near copies"].tolerance)
    caption = (
        "Made rows that repeat a row that taught, less those that repeat a row that did not. "
        f"The line is the share that still counts as the same; of near copies, {near} does. "
        "Rare rows: a tenth of the made ones."
    )
    return Picture("memory", "How many made rows repeat their teachers", caption, spec)


def _notes(case: Case) -> tuple[str, ...]:
    wide = len(case.stack.values)
    if wide <= MOST_COLUMNS:
        return ()
    return (f"near copies are looked for in the first {MOST_COLUMNS} of {wide:,} columns",)


def _equal_to_real(case: Case) -> str:
    """Say how many made rows equal a real one, and how many real ones equal another."""
    keys, pool = keys_of(case.stack)[0], case.stack.sizes.pool
    real, counts = np.unique(keys[pool], return_counts=True)
    made = float(np.isin(keys[: pool.start], real).mean()) if pool.start else 0.0
    repeated = float(counts[counts > 1].sum() / max(1, counts.sum()))
    return (
        f"{percent(made)} of the made rows equal a real row, and {percent(repeated)} of the real "
        "rows equal another real row"
    )
