"""Control: predictions on labelled and unlabelled real rows, and how far they are to be trusted.

    estimate - lambda (mean of h over labelled - mean of h over unlabelled)

lambda = cov(psi, h) / var(h) over the labelled rows, times N / (n + N): the least variance (PPI++,
Angelopoulos, Duchi & Zrnic, arXiv 2311.01453). A predictor that says nothing gets lambda near 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from .rows import Rows

_LEAST_ROWS = 50
_APART = 5.0


class Reads(Protocol):
    """What reads a real row: fixed functions h, one for each quantity."""

    def controls(self, rows: Rows) -> np.ndarray:
        """Return h for each row and quantity."""
        ...


@dataclass(frozen=True, slots=True)
class Control:
    """h of the labelled and of the unlabelled rows, each (rows, values), and their weights."""

    known: np.ndarray
    other: np.ndarray
    known_weights: np.ndarray
    other_weights: np.ndarray

    def applied(self, parts: np.ndarray, at: int) -> tuple[np.ndarray, float]:
        """Return all contributions to the error with the control taken off, and the shift.

        `parts` are the labelled rows' contributions without a control.
        """
        mine, theirs, gap = self.sides(at)
        spread = float((mine**2).sum() + (theirs**2).sum())
        trust = float(mine @ parts) / spread if spread > 0 else 0.0
        return np.concatenate([parts - trust * mine, trust * theirs]), trust * gap

    def sides(self, at: int) -> tuple[np.ndarray, np.ndarray, float]:
        """Return each side's contributions to the error of its mean of h, and the means' gap."""
        known, other = self.known[:, at], self.other[:, at]
        means = float(self.known_weights @ known), float(self.other_weights @ other)
        mine = self.known_weights * (known - means[0])
        return mine, self.other_weights * (other - means[1]), means[0] - means[1]


def control(real: Rows, predictor: Reads, unlabelled: Rows) -> Control | str:
    """Return the Control, or in words why the unlabelled rows are left aside."""
    if min(len(real.weights), len(unlabelled.weights)) < _LEAST_ROWS:
        return f"the unlabelled rows are not used: fewer than {_LEAST_ROWS} rows on one side"
    found = Control(
        predictor.controls(real),
        predictor.controls(unlabelled),
        real.weights,
        unlabelled.weights,
    )
    if _differ(found):
        return (
            "the unlabelled rows are not used: what is predicted for them differs from what is "
            "predicted for the labelled rows by more than chance, so they follow another law"
        )
    return found


def _differ(found: Control) -> bool:
    """True where the mean prediction differs by more than five errors: 1 in a million by chance."""
    for at in range(found.known.shape[1]):
        mine, theirs, gap = found.sides(at)
        if abs(gap) > _APART * np.hypot(np.linalg.norm(mine), np.linalg.norm(theirs)):
            return True
    return False
