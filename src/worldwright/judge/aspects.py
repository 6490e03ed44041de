"""Aspects: the ways in which one place may differ, and the verdict that they add up to.

A place (a column, a pair, a tail) is looked at in several ways: its level, its worst cell, its
digits. Each way is an Aspect: a statistic with its null, and words with an interval when asked. The
place's statistic is its loudest aspect. It *differs* where the family finds it significant and an
aspect that is itself beyond chance has its whole interval beyond its tolerance; it is the *same*
where the whole interval of its overall measure lies inside the tolerance.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..data.report import Finding, Verdict
from .family import Outcome

_BEYOND_CHANCE, _NEARLY = 3.0, 0.6
_MOST_NAMED = 20
WEAK = {
    Verdict.SAME: "more than chance, yet within the tolerance: ",
    Verdict.CANNOT_TELL: "more than chance, yet not surely beyond the tolerance: ",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A size of a difference in words and numbers: 0 is none, `tolerance` is still the same."""

    says: str
    measure: str
    effect: float
    low: float
    high: float
    tolerance: float

    @property
    def is_beyond(self) -> bool:
        return self.low > self.tolerance


@dataclass(frozen=True, slots=True)
class Aspect:
    """One way to look at a place: (1 + splits,) studentised, and what to say of it if asked."""

    seen: np.ndarray
    told: Callable[[], Told]


@dataclass(frozen=True, slots=True)
class Asked:
    """A place with all its aspects; the first one is the overall measure.

    A *joint* place (its tails) has none: it is the same where each of its aspects is.
    `power` is the chance to have seen an overall difference as large as the tolerance.
    """

    question: str
    where: str
    columns: tuple[str, ...]
    aspects: tuple[Aspect, ...]
    power: float | None = None
    is_joint: bool = False

    def overall(self) -> Told:
        """Return the overall measure; of a joint place the aspect that could hide the most."""
        if not self.is_joint:
            return self.aspects[0].told()
        return max((aspect.told() for aspect in self.aspects), key=lambda t: t.high / t.tolerance)


def statistics(asked: Sequence[Asked], splits: int) -> np.ndarray:
    """Return the loudest aspect of each place, observed and in every split."""
    if not asked:
        return np.empty((0, 1 + splits))
    return np.array([np.max([aspect.seen for aspect in one.aspects], axis=0) for one in asked])


def concluded(one: Asked, p: float, strength: float, level: float) -> Finding:
    """Return the finding for one place."""
    overall = one.overall()
    if p > level:
        verdict = Verdict.SAME if overall.high <= overall.tolerance else Verdict.CANNOT_TELL
        return _finding(one, overall, verdict, overall.says, p, strength)
    tellings = [aspect.told() for aspect in _loud(one)]
    beyond = next((told for told in tellings if told.is_beyond), None)
    if beyond is not None:
        return _finding(one, beyond, Verdict.DIFFERS, beyond.says, p, strength)
    told = tellings[0]
    verdict = Verdict.SAME if overall.high <= overall.tolerance else Verdict.CANNOT_TELL
    return _finding(one, told, verdict, WEAK[verdict] + told.says, p, strength)


def _loud(one: Asked) -> list[Aspect]:
    """Return the aspects beyond chance: those that say nearly the most in their order, then others.

    Of aspects that say about as much, the first is the easiest to understand. The overall measure
    says the least about what is wrong, so it comes last of them.
    """
    readable = [*one.aspects[1:], one.aspects[0]]
    most = max(float(aspect.seen[0]) for aspect in readable)
    nearly = min(most, _NEARLY * most)  # below 0, too, the loudest is near itself
    near = [aspect for aspect in readable if float(aspect.seen[0]) >= nearly]
    others = [aspect for aspect in readable if _BEYOND_CHANCE <= float(aspect.seen[0]) < nearly]
    return near + sorted(others, key=lambda aspect: -float(aspect.seen[0]))


def all_concluded(asked: Sequence[Asked], outcome: Outcome) -> list[Finding]:
    """Return the findings of all places, most telling first."""
    order = sorted(range(len(asked)), key=lambda i: (outcome.p[i], -outcome.strength[i]))
    return [
        concluded(asked[i], float(outcome.p[i]), float(outcome.strength[i]), outcome.level)
        for i in order
    ]


def few(findings: Sequence[Finding], kinds: str) -> list[Finding]:
    """Name up to 20 that differ and the first of each other verdict; count the rest in one each."""
    named: list[Finding] = []
    for verdict in (Verdict.DIFFERS, Verdict.CANNOT_TELL, Verdict.SAME):
        mine = [finding for finding in findings if finding.verdict is verdict]
        most = _MOST_NAMED if verdict is Verdict.DIFFERS else 1
        named += mine[:most]
        if len(mine) > most:
            named.append(_rest(mine[most:], verdict, kinds))
    return named


def _rest(findings: list[Finding], verdict: Verdict, kinds: str) -> Finding:
    worst = max(findings, key=lambda finding: finding.strength or 0.0)
    is_one = len(findings) == 1
    words = {
        Verdict.DIFFERS: "differs" if is_one else "differ",
        Verdict.CANNOT_TELL: "cannot be told at this size",
        Verdict.SAME: "is the same" if is_one else "are the same",
    }[verdict]
    first = "the strongest is" if verdict is Verdict.DIFFERS else "nearest to a fault is"
    named = f": {worst.where}" if is_one else f"; {first} {worst.where}"
    says = f"{len(findings):,} more of the {kinds} {words}{named}"
    return replace(worst, where=f"other {kinds}", says=says, columns=())


def _finding(
    one: Asked, told: Told, verdict: Verdict, says: str, p: float, strength: float
) -> Finding:  # fmt: skip
    return Finding(
        question=one.question,
        verdict=verdict,
        says=says,
        where=one.where,
        measure=told.measure,
        effect=rounded(told.effect),
        low=rounded(told.low),
        high=rounded(told.high),
        tolerance=told.tolerance,
        p=rounded(p),
        power=one.power,
        columns=one.columns,
        strength=rounded(strength),
    )


def rounded(number: float) -> float:
    """Return six significant digits: the same bytes wherever the last bits wander."""
    return float(f"{number:.6g}")


def percent(share: float) -> str:
    """Return a share as people read it."""
    if share == 0:
        return "0 %"
    return f"{100 * share:.1f} %" if share >= 0.0995 else f"{100 * share:.2g} %"
