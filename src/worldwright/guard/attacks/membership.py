"""Membership: can it be told from the made rows alone whether a person's row taught?

The attacker holds the made rows and a reference sample of the population (one half of the holdout),
and scores a target x by how much denser the made rows are around it than the reference:

    score(x) = log((d_reference(x) + e) / (d_made(x) + e))      d: distance to the nearest row

(density-ratio attack in the manner of DOMIAS, van Breugel et al., AISTATS 2023, with distances in
place of kernels, which handles categories and nulls). Members are real rows, non-members the other
half of the holdout. The attack is fixed beforehand, so nothing is chosen on the outcome. Targets
are random rows, and apart from them the rarest 2 % (farthest from the reference), who have most to
lose. Where a key says which rows are one person's, the person's score is the mean of its rows'.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ... import plugins, seeds
from ...data.report import Answer, Picture
from ..attack import answers
from ..case import Case
from ..chance import (
    LEVEL,
    Interval,
    area,
    clopper_pearson,
    exceedance_tail,
    normal_power,
    null_error,
)
from ..neighbours import nearest
from ..pictures import bars
from ..verdict import FAMILY, Risk

AUC_TOLERANCE = 0.55
TPR_TOLERANCE = 0.03
RARE_AUC_TOLERANCE = 0.65
FALSE_ALARMS = 0.01
RAREST = 0.02
MOST_TARGETS = 3_000
MOST_RARE = 10_000  # rows of a side among which the rarest are looked for
MOST_REFERENCE = 5_000
_E = 1e-3


@dataclass(frozen=True, slots=True)
class Targets:
    """Scores of those who taught (members) and of those who did not, one for each person."""

    members: np.ndarray
    others: np.ndarray

    @property
    def sizes(self) -> tuple[int, int]:
        return len(self.members), len(self.others)


@plugins.attacks("membership")
@answers(
    "membership",
    figures=("membership_auc", "membership_tpr_at_1pct", "membership_auc_rarest"),
)
def membership(case: Case) -> Answer:
    """Guess who taught: density ratio of made rows to a reference, on random and rare rows."""
    random, rarest = _score(case)
    risks = {
        "membership_auc": _auc("random rows", random, AUC_TOLERANCE),
        "membership_tpr_at_1pct": _few_false_alarms(random),
        "membership_auc_rarest": _auc("the rarest 2 %", rarest, RARE_AUC_TOLERANCE),
    }
    means = {
        "membership_auc": "AUC of guessing who taught; 0.5 is a coin",
        "membership_tpr_at_1pct": "members found at 1 % false alarms; 0.01 is chance",
        "membership_auc_rarest": "AUC of guessing who taught among the rarest 2 %; 0.5 is a coin",
    }
    return Answer(
        findings=tuple(risk.finding() for risk in risks.values()),
        figures={name: risk.figure(means[name]) for name, risk in risks.items()},
        pictures=(_picture(risks),),
        settings={"membership": {"random": random.sizes, "rarest": rarest.sizes}},
    )


def _picture(risks: dict[str, Risk]) -> Picture:
    shown = [risks["membership_auc"], risks["membership_auc_rarest"]]
    return bars("membership", "How well an attacker tells who taught", shown, chance=0.5)


@dataclass(frozen=True, slots=True)
class _Side:
    """The rows of one group that targets are drawn from, and whose they are."""

    points: np.ndarray
    units: np.ndarray
    name: str

    def shuffled(self, seed: int) -> _Side:
        order = seeds.stream(seed, "membership", self.name).permutation(len(self.units))[:MOST_RARE]
        return _Side(self.points[order], self.units[order], self.name)

    def score(self, chosen: np.ndarray, far: np.ndarray, made: np.ndarray) -> np.ndarray:
        """Return the mean score of each person among the chosen rows, `far` from the reference."""
        near = nearest(self.points[chosen], made)[0]
        # Rounded, so that a score does not hang on the last bits of a matrix product.
        score = np.round(np.log((far[chosen] + _E) / (near + _E)), 6)
        person = np.unique(self.units[chosen], return_inverse=True)[1]
        return np.bincount(person, score) / np.maximum(np.bincount(person), 1)


def _score(case: Case) -> tuple[Targets, Targets]:
    """Score random targets and the rarest ones, by one reference that holds none of them."""
    holdout, real = case.coded_holdout.points, case.coded_real.points
    persons = np.unique(case.holdout_units)
    shuffled = seeds.stream(case.seed, "membership", "halves").permutation(persons)
    in_reference = np.isin(case.holdout_units, shuffled[: (len(persons) + 1) // 2])
    reference = holdout[in_reference][:MOST_REFERENCE]
    if not len(reference) or not len(case.coded_made.points):
        return Targets(np.zeros(0), np.zeros(0)), Targets(np.zeros(0), np.zeros(0))
    sides = [
        _Side(real, case.real_units, "members"),
        _Side(holdout[~in_reference], case.holdout_units[~in_reference], "others"),
    ]
    sides = [side.shuffled(case.seed) for side in sides]
    far = [nearest(side.points, reference)[0] for side in sides]
    limit = np.quantile(np.concatenate(far), 1 - RAREST)
    made = case.coded_made.points
    random = [
        side.score(np.arange(len(d)) < MOST_TARGETS, d, made)
        for side, d in zip(sides, far, strict=True)
    ]
    rarest = [side.score(d > limit, d, made) for side, d in zip(sides, far, strict=True)]
    return Targets(*random), Targets(*rarest)


def _auc(where: str, targets: Targets, tolerance: float) -> Risk:
    if min(targets.sizes) < 2:
        found, p, power = Interval(0.5, 0.0, 1.0), 1.0, 0.0
    else:
        found, p = area(targets.members, targets.others)
        power = normal_power(tolerance - 0.5, null_error(*targets.sizes), LEVEL / FAMILY)
    measured = (
        f"{where}: shown one who taught and one who did not, an attacker names the right one "
        f"{100 * found.value:.1f} % of the time [{100 * found.low:.1f}, {100 * found.high:.1f}]"
    )
    measure = "AUC of the membership attack"
    return Risk("membership", where, measure, measured, found, p, tolerance, power)


def _few_false_alarms(targets: Targets) -> Risk:
    """Return the share of members found where at most 1 % of the non-members are accused.

    The limit is itself estimated from the non-members, which halves the effective size at equal
    sizes: n = n1·n0 / (n1 + n0).
    """
    n1, n0 = targets.sizes
    allowed = int(FALSE_ALARMS * n0)
    if not (n1 and n0):
        found, p, power = Interval(FALSE_ALARMS, 0.0, 1.0), 1.0, 0.0
    else:
        limit = np.sort(targets.others)[n0 - 1 - allowed]
        above = int((targets.members > limit).sum())
        size = n1 * n0 / (n1 + n0)
        found = clopper_pearson(above / n1 * size, size)
        p = exceedance_tail(n1, n0, above=above, allowed=int((targets.others > limit).sum()))
        error = np.sqrt(TPR_TOLERANCE / n1 + FALSE_ALARMS / n0)
        power = normal_power(TPR_TOLERANCE - FALSE_ALARMS, float(error), LEVEL / FAMILY)
    measured = (
        f"at 1 % false alarms an attacker finds {100 * found.value:.1f} % of those who taught "
        f"[{100 * found.low:.1f}, {100 * found.high:.1f}]"
    )
    measure = "share of members found at 1 % false alarms"
    return Risk(
        "membership", "at 1 % false alarms", measure, measured, found, p, TPR_TOLERANCE, power
    )
