"""Progress: one callback for everything that takes time. Only `serve` draws bars.

A step says how many rows of how many are done; rate and time left follow from its clock. The clock
is used for nothing else, so no answer depends on it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """Where a piece of work stands. `total` is 0 where the end is unknown; `price` in dollars."""

    what: str
    done: int
    total: int
    elapsed_s: float
    price: float = 0.0
    unit: str = "rows"

    @property
    def rate(self) -> float:
        """Units a second, so far."""
        return self.done / self.elapsed_s if self.elapsed_s > 0 else 0.0

    @property
    def left_s(self) -> float | None:
        """Seconds to the end at this rate; None while nothing can be said."""
        return (self.total - self.done) / self.rate if self.total and self.rate else None


Progress = Callable[[Step], None]


def silent(step: Step) -> None:
    """Say nothing."""


class Meter:
    """Counts one piece of work and tells `progress` of it."""

    def __init__(self, progress: Progress, what: str, total: int, unit: str = "rows") -> None:
        self._tell, self._what, self._total, self._unit = progress, what, total, unit
        self._start, self._done, self._price = time.monotonic(), 0, 0.0
        self.add(0)

    def add(self, done: int, price: float = 0.0) -> None:
        """Count `done` more units."""
        self._done += done
        self._price += price
        elapsed = time.monotonic() - self._start
        self._tell(Step(self._what, self._done, self._total, elapsed, self._price, self._unit))
