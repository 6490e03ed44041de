"""Control: a way to the same end without made rows. Real rows go in, a fitted scorer comes out.

A control with `sets_worth` is so simple that made rows must beat it to be worth anything. The
others are *advice*: where one does as well as the made rows, the report says "use that instead".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..boosting import Matrix, Settings

CLASS, NUMBER = "class", "number"


class Fitted(Protocol):
    """What a control returns: scores for rows, higher where the focus (or the number) is higher."""

    def scores(self, values: np.ndarray) -> np.ndarray: ...


@dataclass(frozen=True, slots=True)
class TrainingRows:
    """Real rows to learn from.

    Attributes:
        matrix: (rows, columns) of floats; NaN is missing; `matrix.words` are places of categories.
        target: (rows,): 1 for the focus and 0 for the rest, or the number itself.
        task: `CLASS` or `NUMBER`.
        added: (rest, focus) rows that the made rows would add, for controls of equal size.
        settings: The boosting that every way uses.
        seed: Of this fit.
    """

    matrix: Matrix
    target: np.ndarray
    task: str
    added: tuple[int, int]
    settings: Settings
    seed: int

    def places(self, label: int) -> np.ndarray:
        """Return the positions of the rows with this label."""
        return np.flatnonzero(self.target == label)


@dataclass(frozen=True)
class Control:
    """A function from TrainingRows to a fitted scorer: what it counts for, what it suits."""

    fit: Callable[[TrainingRows], Fitted]
    sets_worth: bool
    suits: tuple[str, ...]

    def __post_init__(self) -> None:
        for name in ("__module__", "__name__", "__qualname__", "__doc__"):
            object.__setattr__(self, name, getattr(self.fit, name))

    def __call__(self, rows: TrainingRows) -> Fitted:
        return self.fit(rows)


def control(
    *, sets_worth: bool, suits: tuple[str, ...] = (CLASS,)
) -> Callable[[Callable[[TrainingRows], Fitted]], Control]:
    """Make a Control of the decorated function."""

    def declare(fit: Callable[[TrainingRows], Fitted]) -> Control:
        return Control(fit, sets_worth, suits)

    return declare
