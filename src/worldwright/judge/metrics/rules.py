"""Rules: what holds in 99.9 % of real rows on both sides, is it broken by made rows?

The tolerated rate r of a rule is `rules` (0.5 %) or, where few real rows speak for it, the upper
end of the exact interval of its rate among all real rows, at half of this metric's level shared by
every rule that was tried. Against r stands the exact binomial test of the made rows, at the other
half of the level, by Holm's step-down (1979). So a perfect generator breaks "no rule differs" with
probability at most the level, however the rules were picked. A rule that so few rows speak for
that r would exceed 5 % is not asked. What it cannot see: rules that hold less often, and rules of
three columns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ... import plugins
from ...data.progress import Meter
from ...data.report import Answer, Finding, Picture, Verdict
from ..aspects import percent
from ..case import Case, metric
from ..effects import binomial_interval
from ..family import strength_of
from ..mining import MOST_PAIRED, Mined, Rule, mine

_MOST_TOLERATED = 0.05
_MOST_NAMED, _MOST_DRAWN = 20, 10


@dataclass(frozen=True, slots=True)
class Tried:
    """A rule against the made rows: how often it is broken, and how often it may be."""

    rule: Rule
    hits: int
    rows: int
    tolerated: float
    low: float
    high: float
    p: float


@plugins.metrics("rules")
@metric(questions=("rules",), tolerance={"rules": 0.005})
def rules(case: Case) -> Answer:
    """Find rules that real rows keep, and count how often made rows break them."""
    mined = mine(case.stack)
    meter = Meter(case.progress, "judge: rules", len(mined.rules), unit="rules")
    tried = [_try(case, mined, rule, meter) for rule in mined.rules]
    asked = [one for one in tried if one.tolerated <= _MOST_TOLERATED]
    settings = {"rules": {"tried": mined.tried, "hold": len(mined.rules), "asked": len(asked)}}
    if not asked:
        rows = case.stack.sizes.pool.stop - case.stack.sizes.pool.start
        says = f"no rule of {mined.tried:,} tried can be established on {rows:,} real rows"
        finding = Finding("rules", Verdict.CANNOT_TELL, says, power=0.0)
        return Answer((finding,), notes=_notes(case, tried, asked), settings=settings)
    p = _holm([one.p for one in asked])
    order = sorted(range(len(asked)), key=lambda i: (p[i], -asked[i].hits, asked[i].rule.says))
    ranked = [(asked[i], float(p[i])) for i in order]
    return Answer(
        findings=tuple(_findings(ranked, case)),
        pictures=(_picture([one for one, _ in ranked]),),
        notes=_notes(case, tried, asked),
        settings=settings,
    )


def _notes(case: Case, tried: list[Tried], asked: list[Tried]) -> tuple[str, ...]:
    notes = []
    if dropped := len(tried) - len(asked):
        notes.append(f"{dropped} rules are not asked: too few real rows speak for them")
    if (wide := len(case.stack.values)) > MOST_PAIRED:
        notes.append(
            f"rules of two columns are mined among the first {MOST_PAIRED} of {wide:,} columns"
        )
    return tuple(notes)


def _try(case: Case, mined: Mined, rule: Rule, meter: Meter) -> Tried:
    from scipy.stats import beta, binom

    meter.add(1)
    sizes = case.stack.sizes
    made = rule.broken[: sizes.made]
    hits = int(made.sum())
    spare = max(1, rule.witnesses - rule.breaches)
    worst = float(beta.isf(case.level / 2 / mined.tried, rule.breaches + 1, spare))
    tolerated = max(case.tolerance["rules"], worst)
    low, high = binomial_interval(hits, len(made), 0.05)
    p = float(binom.sf(hits - 1, len(made), tolerated))
    return Tried(rule, hits, len(made), tolerated, low, high, p)


def _holm(p: list[float]) -> np.ndarray:
    order = np.argsort(p, kind="stable")
    steps = np.array(p)[order] * np.arange(len(p), 0, -1)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


def _findings(ranked: list[tuple[Tried, float]], case: Case) -> list[Finding]:
    """Name every rule that differs (up to 20), then the one nearest to it of each other verdict."""
    found = [(_finding(one, p, len(ranked), case), one) for one, p in ranked]
    named: list[Finding] = []
    for verdict in (Verdict.DIFFERS, Verdict.CANNOT_TELL, Verdict.SAME):
        mine = [finding for finding, _ in found if finding.verdict is verdict]
        most = _MOST_NAMED if verdict is Verdict.DIFFERS else 1
        named += mine[:most]
        if len(mine) > most:
            named.append(_rest(mine[most:]))
    return named


def _finding(one: Tried, p: float, tests: int, case: Case) -> Finding:
    from scipy.stats import binom

    rate = one.hits / one.rows
    if p <= case.level / 2 and one.low > one.tolerated:
        verdict = Verdict.DIFFERS
    else:
        verdict = Verdict.SAME if one.high <= one.tolerated else Verdict.CANNOT_TELL
    says = (
        f"{one.rule.says}: broken in {one.hits:,} of {one.rows:,} made rows "
        f"({percent(rate)}; up to {100 * one.tolerated:.2g} % counts as the same)"
    )
    enough = binom.isf(case.level / 2, one.rows, one.tolerated)
    power = round(float(binom.sf(enough, one.rows, 2 * one.tolerated)), 3)
    return Finding(
        "rules",
        verdict,
        says,
        where=", ".join(one.rule.columns),
        measure="share of made rows that break the rule",
        effect=_rounded(rate),
        low=_rounded(one.low),
        high=_rounded(one.high),
        tolerance=_rounded(one.tolerated),
        p=_rounded(p),
        power=power,
        columns=one.rule.columns,
        strength=_rounded(strength_of(one.p, tests)),
    )


def _rest(findings: list[Finding]) -> Finding:
    worst = max(findings, key=lambda finding: finding.high or 0.0)
    words = {
        Verdict.DIFFERS: "broken",
        Verdict.CANNOT_TELL: "not to be told at this size",
        Verdict.SAME: "kept",
    }[worst.verdict]
    are = "rule is" if len(findings) == 1 else "rules are"
    says = f"{len(findings):,} more {are} {words}; nearest to a fault: {worst.says}"
    return Finding("rules", worst.verdict, says, where="other rules", measure=worst.measure)


def _picture(ranked: list[Tried]) -> Picture:
    from ...data.reporting import charts

    drawn = ranked[:_MOST_DRAWN]
    spec = charts.intervals(
        [(one.rule.says, one.hits / one.rows, one.low, one.high) for one in drawn],
        axis="share of made rows that break the rule",
        reference=min(one.tolerated for one in drawn),
    )
    caption = (
        "Rules that hold in at least 99.9 % of real rows, the most broken first. "
        'The line is the rate that still counts as the same. "a decides b": rows that agree in a '
        "agree in b."
    )
    return Picture("rules", "What real rows obey, and how often made rows break it", caption, spec)


def _rounded(number: float) -> float:
    return float(f"{number:.6g}")
