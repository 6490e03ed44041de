"""Explained: which faults another, simpler one accounts for, so that the root is named first.

A column that is off takes its pairs and subgroups with it, and the classifier sees all of them. The
simpler fault is what a person would mend. So a fault stands behind another one of a simpler
question whose columns are all among its own, unless it is more than twice as strong (time and
references: four times; rows and coverage, which see everything: always). A fault that names no
column says less than one that does, and stands behind those of simpler questions, too. It is still
listed; only its place in the order changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..data.report import Answer, Finding

_ORDER = {
    "pairs": 1,
    "references": 2,
    "time": 2,
    "label": 2,
    "bias": 2,
    "coverage": 3,
    "subgroups": 3,
    "rows": 4,
}
_TIMES = {"rows": np.inf, "coverage": np.inf, "time": 4.0, "references": 4.0}
_USUALLY, _BEHIND = 2.0, 0.99


def explained(answers: Sequence[Answer]) -> list[Answer]:
    """Return the answers with the strength of explained faults set below what explains them."""
    faults = [f for answer in answers for f in answer.findings if f.verdict.is_fault and f.columns]
    faults.sort(key=lambda fault: (_ORDER.get(fault.question, 0), -(fault.strength or 0.0)))
    return [
        replace(answer, findings=tuple(_behind(finding, faults) for finding in answer.findings))
        for answer in answers
    ]


def _behind(finding: Finding, faults: Sequence[Finding]) -> Finding:
    if not finding.verdict.is_fault or finding.strength is None:
        return finding
    place = _ORDER.get(finding.question, 0)
    strength = finding.strength
    for simpler in faults:
        if _ORDER.get(simpler.question, 0) >= place:
            break
        above = simpler.strength or 0.0
        most = above * _TIMES.get(finding.question, _USUALLY) if above > 0 else 0.0
        is_part = set(simpler.columns) <= set(finding.columns) or not finding.columns
        if is_part and finding.strength <= most:
            strength = min(strength, _BEHIND * above)
    return finding if strength == finding.strength else replace(finding, strength=strength)
