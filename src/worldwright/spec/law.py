"""Law: a distribution of a number that a person names, with its parameters.

    normal(mean, spread)     lognormal(mean, spread)  of the natural logarithm
    uniform(low, high)       exponential(mean)        gamma(shape, scale)      poisson(mean)

Parameters are those of Johnson, Kotz & Balakrishnan, "Continuous Univariate Distributions" (1994).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from ..errors import Fault, SpecError, nearest

LAWS: Mapping[str, tuple[str, ...]] = {
    "normal": ("mean", "spread"),
    "lognormal": ("mean", "spread"),
    "uniform": ("low", "high"),
    "exponential": ("mean",),
    "gamma": ("shape", "scale"),
    "poisson": ("mean",),
}
_ABOVE_ZERO = ("spread", "shape", "scale")


@dataclass(frozen=True, slots=True)
class Law:
    """One of `LAWS` with its parameters, in the order that stands there."""

    name: str
    numbers: tuple[float, ...]

    def __post_init__(self) -> None:
        fault = self._fault()
        if fault is not None:
            raise SpecError.of([fault])

    def __str__(self) -> str:
        return f"{self.name}({', '.join(f'{number:.12g}' for number in self.numbers)})"

    def cumulative(self, x: np.ndarray) -> np.ndarray:
        """Return P(X <= x) for each x."""
        return np.asarray(self._frozen().cdf(x), dtype=np.float64)

    def _frozen(self) -> Any:
        from scipy import stats

        a, b = (*self.numbers, 0.0)[:2]
        match self.name:
            case "normal":
                return stats.norm(a, b)
            case "lognormal":
                return stats.lognorm(b, scale=np.exp(a))
            case "uniform":
                return stats.uniform(a, b - a)
            case "exponential":
                return stats.expon(scale=a)
            case "gamma":
                return stats.gamma(a, scale=b)
        return stats.poisson(a)

    def _fault(self) -> Fault | None:
        if self.name not in LAWS:
            return Fault(f"there is no law {self.name!r}", str(self), nearest(self.name, LAWS))
        asked = LAWS[self.name]
        shape = f"{self.name}({', '.join(asked)})"
        if len(self.numbers) != len(asked) or not all(map(isfinite, self.numbers)):
            what = f"{self.name} takes {len(asked)} finite number(s)"
            return Fault(what, str(self), f"write {shape}")
        given = dict(zip(asked, self.numbers, strict=True))
        above = [*_ABOVE_ZERO, *(["mean"] if self.name in ("exponential", "poisson") else [])]
        if any(given[name] <= 0 for name in above if name in given):
            return Fault(
                f"a {self.name} of that shape does not exist",
                str(self),
                f"write {shape} with {' and '.join(n for n in above if n in given)} > 0",
            )
        if self.name == "uniform" and given["low"] >= given["high"]:
            return Fault("the range is empty", str(self), "write the lower end first")
        return None
