"""Prior: beliefs about a rare event as means and precisions of a tilt's coefficients.

    rises | falls with          the coefficient of the number: 0.5 a standard deviation (weakly
                                0.2, strongly 0.8): Cohen's medium, small and large (1988)
    K times likelier when       log K on the flag of the condition
    never happens when          a very low coefficient, and no such row is made
    does not depend on          0 on every feature of the column, firmly
    looks like LAW              the log of the law's density over the common rows' own, times 1

What is believed is worth as many rows as its strength says; all else is pulled to 0. A belief about
another event, and one that says nothing about where the event is found, leaves the tilt alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from ...data.expression import Expression
from ...spec.assumption import Assumption
from ...spec.statement import (
    RATIO_ROOM,
    Direction,
    Independent,
    Likelier,
    LooksLike,
    Manner,
    Never,
    Statement,
)
from .features import Features

STEEP = {Manner.WEAKLY: 0.2, Manner.PLAINLY: 0.5, Manner.STRONGLY: 0.8}
UNTOLD = 10.0  # rows that "nothing is known" is worth
IMPOSSIBLE, FIRM = -8.0, 1_000.0
_LARGEST_RATIO = 1_000.0
_CELLS, _LEAST_LOG = 200, 6.0

Mask = Callable[[Expression], np.ndarray]


@dataclass(frozen=True, slots=True)
class Prior:
    """What is known of each coefficient: its mean, and how many rows that is worth."""

    means: np.ndarray
    precisions: np.ndarray

    @classmethod
    def flat(cls, many: int, precision: float = UNTOLD) -> Prior:
        """Return the prior of somebody who knows nothing."""
        return cls(np.zeros(many), np.full(many, precision))


@dataclass(frozen=True, slots=True)
class Believed:
    """Features with those that beliefs add, the prior of all, and what no rare row may meet."""

    features: Features
    prior: Prior
    never: tuple[Expression, ...]
    used: tuple[Assumption, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows as beliefs see them: features, masks of conditions, numbers; evidence comes first.

    `sign` says of an event whether it is the rare one (1), its opposite (-1) or another (0).
    """

    features: Features
    mask: Mask
    numbers: Callable[[str], np.ndarray]
    sign: Callable[[Expression], int]
    target: str
    common: np.ndarray


def believed(beliefs: Iterable[Assumption], rows: Rows) -> Believed:
    """Return what beliefs say of the tilt towards the event."""
    known = _Known(rows)
    used = tuple(belief for belief in beliefs if known.take(belief))
    added = [rows.features.values, *(feature[:, None] for feature in known.added)]
    names = (*rows.features.names, *known.names)
    prior = Prior(np.array(known.means), np.array(known.precisions))
    return Believed(Features(np.hstack(added), names), prior, tuple(known.never), used)


class _Known:
    """What was taken from beliefs so far."""

    def __init__(self, rows: Rows) -> None:
        flat = Prior.flat(len(rows.features.names))
        self.rows = rows
        self.means, self.precisions = flat.means.tolist(), flat.precisions.tolist()
        self.added: list[np.ndarray] = []
        self.names: list[tuple[str, str]] = []
        self.never: list[Expression] = []

    def take(self, belief: Assumption) -> bool:
        """Note what a belief says; False where it says nothing of the event's place."""
        worth = belief.pseudo_rows
        if worth is None:
            return False
        said: Statement = belief.statement
        match said:
            case Direction() if said.whole is None:
                return self._direction(said, worth)
            case Likelier() if sign := self.rows.sign(said.event):
                self._flag(said.when, sign * float(np.log(_middle(said))), worth)
            case Never() if said.when is not None and self.rows.sign(said.event) == 1:
                self.never.append(said.when)
                self._flag(said.when, IMPOSSIBLE, FIRM)
            case Independent() if tuple(said.of) == (self.rows.target,):
                for at in self.rows.features.of(said.on):
                    self._know(at, 0.0, FIRM)
            case LooksLike() if self.rows.sign(said.event) == 1:
                self._add((said.column[0], str(said.law)), self._ratio(said), 1.0, worth)
            case _:
                return False
        return True

    def _direction(self, said: Direction, worth: float) -> bool:
        sign, at = self.rows.sign(said.of), self.rows.features.place(said.column[0])
        if not sign or at is None:
            return False
        self._know(at, sign * (1 if said.rises else -1) * STEEP[said.manner], worth)
        return True

    def _know(self, at: int, mean: float, worth: float) -> None:
        """Add a belief to what is known of a coefficient: two beliefs meet by their worth."""
        if self.precisions[at] == UNTOLD and self.means[at] == 0:
            self.means[at], self.precisions[at] = mean, worth
            return
        whole = self.precisions[at] + worth
        self.means[at] = (self.means[at] * self.precisions[at] + mean * worth) / whole
        self.precisions[at] = whole

    def _flag(self, when: Expression, mean: float, worth: float) -> None:
        flag = self.rows.mask(when).astype(np.float64)
        alike = [at for at, one in enumerate(self.rows.features.values.T) if (one == flag).all()]
        if alike:
            self._know(alike[0], mean, worth)
        else:
            self._add((" and ".join(when.columns), str(when)), flag, mean, worth)

    def _add(self, name: tuple[str, str], feature: np.ndarray, mean: float, worth: float) -> None:
        self.added.append(feature)
        self.names.append(name)
        self.means.append(mean)
        self.precisions.append(worth)

    def _ratio(self, said: LooksLike) -> np.ndarray:
        """Return the log of the law over the common rows' law, counted in cells of equal rows."""
        x = self.rows.numbers(said.column[0])
        common = x[self.rows.common]
        common = common[~np.isnan(common)]
        if not len(common):
            return np.zeros(len(x))
        ends = np.unique(np.quantile(common, np.linspace(0, 1, _CELLS + 1)))
        ends = np.concatenate([[-np.inf], ends[1:-1], [np.inf]])
        cell = np.searchsorted(ends, x, side="right") - 1
        counts = np.bincount(np.searchsorted(ends, common, side="right") - 1, minlength=len(ends))
        shares = counts[: len(ends) - 1] / len(common)
        asked = np.diff(said.law.cumulative(ends))
        logs = np.log(np.maximum(asked, 1e-12)) - np.log(np.maximum(shares, 1e-12))
        logs = np.clip(logs, -_LEAST_LOG, _LEAST_LOG)
        return np.where(np.isnan(x), 0.0, logs[np.clip(cell, 0, len(logs) - 1)])


def _middle(said: Likelier) -> float:
    """Return the ratio in the middle of a range; of an open one a little inside its end."""
    low, high = max(said.low, 1 / _LARGEST_RATIO), min(said.high, _LARGEST_RATIO)
    if said.high == inf:
        return min(low * RATIO_ROOM, _LARGEST_RATIO)
    return high / RATIO_ROOM if said.low == 0 else float(np.sqrt(low * high))


def strongest(names: Sequence[tuple[str, str]], coefficients: np.ndarray, most: int) -> list[str]:
    """Return the features that tell the rare rows most, in words, the strongest first."""
    order = np.argsort(-np.abs(coefficients), kind="stable")[:most]
    return [
        f"{' '.join(part for part in names[at] if part)} {coefficients[at]:+.2g}"
        for at in order
        if abs(coefficients[at]) >= 0.05
    ]
