"""From a measured risk to a verdict: exposed, same, or cannot tell. Never "safe".

    exposed      family-wise significant (Holm over all risks, 5 %), and the favourable end of the
                 95 % interval is beyond the tolerance
    same         the unfavourable end of the interval is inside the tolerance
    cannot tell  neither: more holdout rows, or more made rows, would decide

So a risk inside the tolerance may be there, and one that no attack here looks for may be large.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..data.report import Answer, Figure, Finding, Verdict
from .chance import LEVEL, Interval, holm

POWERFUL = 0.8
FAMILY = 5  # risks that our own attacks measure; used for the power of a single one


@dataclass(frozen=True, slots=True)
class Risk:
    """One thing that was measured. Larger is worse; `tolerance` is what still counts as none.

    `measured` says in words what the number is; `p` is one-sided; `power` is at the tolerance.
    """

    question: str
    where: str
    measure: str
    measured: str
    found: Interval
    p: float
    tolerance: float
    power: float

    def finding(self) -> Finding:
        """Return the Finding of this risk taken alone; `settle` looks at the whole family."""
        verdict = _verdict(self.found, self.p, self.tolerance)
        return Finding(
            self.question, verdict, self.measured, self.where, self.measure,
            effect=self.found.value, low=self.found.low, high=self.found.high,
            tolerance=self.tolerance, p=self.p, power=self.power,
        )  # fmt: skip

    def figure(self, means: str) -> Figure:
        """Return the number for the gates; lower is better for every risk."""
        return Figure(self.found.value, self.found.low, self.found.high, "lower", means)


def settle(answers: Sequence[Answer]) -> list[Answer]:
    """Return the answers with verdicts, and p, that hold for all risks together, said in words."""
    tested = [f.p for answer in answers for f in answer.findings if f.p is not None]
    adjusted = iter(holm(np.array(tested, dtype=float)))
    settled = []
    for answer in answers:
        findings = [_judged(f, None if f.p is None else next(adjusted)) for f in answer.findings]
        settled.append(replace(answer, findings=tuple(findings)))
    return settled


def promise(settled: Sequence[Answer]) -> str:
    """Return the note that stands on every report: what was found, and that it is no guarantee."""
    exposed = sum(any(f.verdict.is_fault for f in answer.findings) for answer in settled)
    winning = sum(any(_beats(f) for f in answer.findings) for answer in settled)
    if exposed:
        return f"privacy: {exposed} of {len(settled)} attacks beat their control beyond tolerance"
    if winning:
        return (
            f"privacy: {winning} of {len(settled)} attacks beat their control, none clearly beyond "
            "its tolerance; this is no guarantee"
        )
    return (
        "privacy: no attack that we ran beats its control at the stated power; this is no guarantee"
    )


def _verdict(found: Interval, p: float, tolerance: float) -> Verdict:
    if p <= LEVEL and found.low > tolerance:
        return Verdict.EXPOSED
    return Verdict.SAME if found.high <= tolerance else Verdict.CANNOT_TELL


def _judged(finding: Finding, adjusted: float | None) -> Finding:
    p = None if adjusted is None else float(adjusted)
    finding = replace(finding, p=p)
    if finding.verdict is Verdict.EXPOSED and p is not None and not _beats(finding):
        finding = replace(finding, verdict=Verdict.CANNOT_TELL)
    return replace(finding, says=f"{finding.says}: {_ending(finding)}")


def _beats(finding: Finding) -> bool:
    return finding.p is not None and finding.p <= LEVEL


def _ending(finding: Finding) -> str:
    if finding.verdict is Verdict.EXPOSED:
        return "this attack beats its control, so people in the real rows are exposed"
    if finding.verdict is Verdict.SAME:
        if _beats(finding):
            return f"this attack beats its control, within the tolerance of {_tolerated(finding)}"
        return "this attack does not beat its control; that is no guarantee"
    if _beats(finding):
        return (
            "this attack beats its control; whether beyond the tolerance of "
            f"{_tolerated(finding)}, these rows cannot tell"
        )
    if finding.power is not None and finding.power < POWERFUL:
        return (
            "too few rows to tell: an attack as successful as is tolerated would be noticed "
            f"{100 * finding.power:.0f} % of the time"
        )
    return "the interval holds both what is tolerated and what is not, so this cannot be told"


def _tolerated(finding: Finding) -> str:
    """Return the tolerance in the unit of what was measured."""
    tolerance = finding.tolerance or 0.0
    return (
        f"{100 * tolerance:g} %"
        if finding.measure.startswith(("share", "AUC"))
        else f"{tolerance:g}"
    )
