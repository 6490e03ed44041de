"""Scored places: many places with one score each, decided and told without a Place for each.

Subgroups and patterns of missing values are asked of thousands of places. Each is one mean of a
score; only the loud ones, and the one nearest to a fault, are ever put into words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..data.report import Finding, Verdict
from .aspects import WEAK, few, rounded
from .contrasts import Contrasts
from .family import Outcome

_MOST_TOLD = 60
_Z = 4.0


@dataclass(frozen=True, slots=True)
class Where:
    """One place in words: `says(made mean, real mean)` is the sentence."""

    name: str
    columns: tuple[str, ...]
    says: Callable[[float, float], str]


@dataclass(frozen=True, slots=True)
class Scored:
    """Places of one question with their contrasts; `kinds` names them in the plural."""

    question: str
    kinds: str
    places: Sequence[Where]
    contrasts: Contrasts
    measure: str
    tolerance: float

    def findings(self, outcome: Outcome) -> list[Finding]:
        """Return up to 20 places that differ, and for the rest how sure one may be."""
        if not self.places:
            return []
        order = np.lexsort((-outcome.strength, outcome.p))
        loud = [int(i) for i in order if outcome.p[i] <= outcome.level][:_MOST_TOLD]
        told = [self._told(i, outcome) for i in loud]
        quiet = np.setdiff1d(np.arange(len(self.places)), loud)
        found = few(told, self.kinds)
        return [*found, self._quiet(quiet, outcome)] if len(quiet) else found

    def _told(self, at: int, outcome: Outcome) -> Finding:
        size, low, high = self.contrasts.interval(at)
        verdict = Verdict.CANNOT_TELL
        if low > self.tolerance:
            verdict = Verdict.DIFFERS
        elif high <= self.tolerance:
            verdict = Verdict.SAME
        place = self.places[at]
        says = place.says(float(self.contrasts.made[at]), float(self.contrasts.real[at]))
        return Finding(
            question=self.question,
            verdict=verdict,
            says=WEAK.get(verdict, "") + says,
            where=place.name,
            measure=self.measure,
            effect=rounded(size),
            low=rounded(low),
            high=rounded(high),
            tolerance=self.tolerance,
            p=rounded(float(outcome.p[at])),
            power=self._power(at),
            columns=place.columns,
            strength=rounded(float(outcome.strength[at])),
        )

    def _quiet(self, quiet: np.ndarray, outcome: Outcome) -> Finding:
        """Tell of all places that are not beyond chance by the one that could hide the most."""
        finding = self._told(int(quiet[np.argmax(self.contrasts.highest[quiet])]), outcome)
        is_same = (finding.high or 0.0) <= self.tolerance
        verdict = Verdict.SAME if is_same else Verdict.CANNOT_TELL
        kinds = self.kinds if len(quiet) == len(self.places) else f"other {self.kinds}"
        says = (
            f"none of {len(quiet):,} {kinds} is beyond chance; the one that could hide the most is "
            f"{finding.where} (up to {finding.high:.2g}, and {self.tolerance:g} counts as the same)"
        )
        best = rounded(float(outcome.p[quiet].min()))
        return replace(
            finding, verdict=verdict, says=says, where=f"all {kinds}", columns=(), p=best
        )

    def _power(self, at: int) -> float:
        from scipy.stats import norm

        error = max(float(self.contrasts.error[at]), 1e-9)
        return round(float(norm.cdf(self.tolerance / error - _Z)), 3)
