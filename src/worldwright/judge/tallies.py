"""Tallies: counts of rows, gaps, steps or families in cells, when they are not dealt row by row.

A Tally is a table of one or two ways to cut the same things, counted on both sides, observed and in
every real-against-real split. What depends on each other (the rows of one customer, the hours of
one day) is dealt out together in those splits, so the null is wider than that of single rows, and
so is the interval: its standard error is the spread of the same difference under the null, where
that is larger than the binomial one. A table of two ways speaks of their interaction alone, as
pairs of columns do: D(a, b) - D(a) - D(b), D the deviance (McGill 1954).

Of a cell that fewer than 10 real rows hold, no share is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..data.report import MIN_COUNT, Picture
from .aspects import Asked, Aspect, Told, percent
from .effects import Z95, Effect, cell_roots, deviance, ratio, total_variation
from .normal import of_largest
from .null import studentised
from .places import band_of

_MEAN, _SD = 0.8, 0.35  # of the cube root of a chi-square with one degree of freedom
_LEVEL = 0.05
_ENDLESS = 1000.0
_MOST_DRAWN = 24


@dataclass(frozen=True)
class Tally:
    """One table of counts.

    Attributes:
        question: "time" or "references". where: Words for the place. columns: Its columns.
        about: What the cells are cells of: "gap between two rows".
        unit: What is counted: "rows", "gaps", "parents".
        labels: One for each cell. left, right: (cells, 1 + splits) counts, observed first.
        shape: (a, b) where the cells are those of two ways to cut; None for one way.
        bar: Name of the tolerance; that of the question where it has none of its own.
    """

    question: str
    where: str
    columns: tuple[str, ...]
    about: str
    unit: str
    labels: tuple[str, ...]
    left: np.ndarray
    right: np.ndarray
    shape: tuple[int, int] | None = None
    bar: str = ""

    @cached_property
    def sizes(self) -> tuple[int, int]:
        return int(self.left[:, 0].sum()), int(self.right[:, 0].sum())

    @property
    def is_filled(self) -> bool:
        """True where both sides hold enough to compare, in every split."""
        if not self.left.size:
            return False
        least = min(int(side.sum(axis=0).min()) for side in (self.left, self.right))
        return least >= 2 * MIN_COUNT

    def asked(self, tolerance: float, factor: float) -> Asked:
        """Return the place with its two aspects: the whole table, and its worst cell."""
        effect = self._effect(tolerance)
        roots = np.abs(self._roots)
        # Of two cells that say the same (one is all but the other), the rarer is the one to name.
        near = roots[:, 0] >= 0.98 * roots[:, 0].max()
        worst = int(np.argmin(np.where(near, self.right[:, 0], np.inf)))
        aspects = (
            Aspect(self._whole, lambda: self._told(effect, tolerance)),
            Aspect(of_largest(roots), lambda: self._told_cell(worst, tolerance, factor)),
        )
        return Asked(self.question, self.where, self.columns, aspects, effect.power)

    def picture(self) -> Picture:
        """Draw the cells of both sides with the band of real against real."""
        from ..data.reporting import charts

        n, m = self.sizes
        order = np.argsort(-np.abs(self._roots[:, 0]), kind="stable")[:_MOST_DRAWN]
        order = np.sort(order) if self.shape is None else order
        real = np.where(self.right[:, 0] >= MIN_COUNT, self.right[:, 0], 0) / max(m, 1)
        made = self.left[:, 0] / max(n, 1)
        band = band_of(self.left)
        spec = charts.shares(
            [self.labels[i] for i in order],
            [float(real[i]) for i in order],
            [float(made[i]) for i in order],
            axis=self.about,
            band=[(float(band[i, 0]), float(band[i, 1])) for i in order],
        )
        caption = (
            f"{n:,} {self.unit} of made rows against {m:,} of real rows. {charts.BAND} "
            f"Below {MIN_COUNT} real ones, none are drawn."
        )
        return Picture(self.question, f"{self.where}: made against real", caption, spec)

    @cached_property
    def _margins(self) -> np.ndarray:
        """How many times as often a made one is expected in each cell: (cells, 1 + splits)."""
        if self.shape is None:
            return np.ones(self.left.shape)
        ways = [_ratios(*(_along(side, self.shape, way) for side in (self.left, self.right)))
                for way in (0, 1)]  # fmt: skip
        return np.asarray((ways[0][:, None] * ways[1][None]).reshape(self.left.shape))

    @cached_property
    def _roots(self) -> np.ndarray:
        if self.shape is None:
            return np.asarray(cell_roots(self.left, self.right))
        scale = self._margins * self.left.sum(axis=0) / self.right.sum(axis=0)
        expected = self.right * scale
        logs = np.log(np.maximum(self.left, 1e-9) / np.maximum(expected, 0.5))
        raw = np.where(self.left > 0, 2 * self.left * logs, 0) - 2 * (self.left - expected)
        roots = np.sqrt(np.maximum(raw, 0) / (1 + scale))
        return np.asarray(np.sign(self.left - expected) * roots)

    @cached_property
    def _whole(self) -> np.ndarray:
        beyond = deviance(self.left, self.right)
        for way in (0, 1) if self.shape else ():
            beyond = beyond - deviance(*self._along(way))
        roots = np.cbrt(beyond)[None, :]
        return np.asarray(studentised(roots, least_mean=_MEAN, least_sd=_SD)[0])

    def _along(self, way: int) -> tuple[np.ndarray, np.ndarray]:
        assert self.shape is not None
        return _along(self.left, self.shape, way), _along(self.right, self.shape, way)

    def _effect(self, tolerance: float) -> Effect:
        """Return the distance as `effects.distance` does, with the null's own standard error."""
        from scipy.stats import norm

        seen = total_variation(self.left, self.right)
        if self.shape:
            seen = seen - np.maximum(*(total_variation(*self._along(way)) for way in (0, 1)))
        n, m = self.sizes
        noise, least = float(seen[1:].mean()), 3 / max(1, min(n, m))
        error = max(self._error(), least / 3)

        def beneath(t: float) -> float:
            return float(np.sqrt(max(0.0, max(0.0, t) ** 2 - noise**2)))

        top = float(seen[0])
        high = min(1.0, max(beneath(top + Z95 * error), least))
        stands_out = noise + 3 * float(seen[1:].std())
        power = round(float(norm.cdf((np.hypot(tolerance, noise) - stands_out) / error)), 3)
        return Effect(min(beneath(top), high), beneath(top - Z95 * error), high, power)

    def _error(self) -> float:
        """Return the standard error of the share of the cells where made ones are too many."""
        shares = [side / side.sum(axis=0) for side in (self.left, self.right)]
        more = shares[0][:, 0] > shares[1][:, 0] * self._margins[:, 0]
        p, q = (float(share[more, 0].sum()) for share in shares)
        n, m = self.sizes
        plain = float(np.sqrt(p * (1 - p) / n + q * (1 - q) / m))
        under = (shares[0][more, 1:] - shares[1][more, 1:]).sum(axis=0)
        return max(plain, float(under.std())) if self.shape is None else plain

    def _told(self, effect: Effect, tolerance: float) -> Told:
        beyond = " beyond what each of the two says alone" if self.shape else ""
        says = f"{self.about}: at most {percent(effect.high)} of the {self.unit} differ{beyond}"
        if effect.low > 0:
            span = f"{percent(effect.low)} to {percent(effect.high)}"
            says = f"{self.about}: {span} of the {self.unit} would have to change{beyond}"
        measure = f"share of {self.unit} that would have to change"
        return Told(says, measure, effect.value, effect.low, effect.high, tolerance)

    def _told_cell(self, cell: int, tolerance: float, factor: float) -> Told:
        """Tell one cell as a ratio where that is beyond its factor, else as a difference."""
        n, m = self.sizes
        margin = max(float(self._margins[cell, 0]), 1e-9)
        made, real = int(self.left[cell, 0]), int(self.right[cell, 0])
        says = self._says_cell(cell, margin)
        plain = ratio(made, real, (n, m), _LEVEL)
        ends = [plain.value / margin, plain.low / margin, plain.high / margin]
        if ends[0] < 1:
            ends = [1 / max(end, 1 / _ENDLESS) for end in (ends[0], ends[2], ends[1])]
        value, low, high = (min(end, _ENDLESS) for end in ends)
        if low > factor:
            return Told(says, "times as often, or as seldom", value, low, high, factor)
        p, q = made / n, min(1.0, real / m * margin)
        error = Z95 * float(np.sqrt(p * (1 - p) / n + q * (1 - q) / m))
        size = abs(p - q)
        measure = f"difference of shares of {self.unit}"
        return Told(says, measure, size, max(0.0, size - error), size + error, tolerance)

    def _says_cell(self, cell: int, margin: float) -> str:
        n, m = self.sizes
        made, real = int(self.left[cell, 0]), int(self.right[cell, 0])
        begin = f"{self.about}: {self.labels[cell]} in {percent(made / n)} of made {self.unit}"
        if real < MIN_COUNT:
            return f"{begin} and in fewer than {MIN_COUNT} of {m:,} real ones"
        says = f"{begin} and {percent(real / m)} of real ones"
        if self.shape:
            expected = min(1.0, real / m * margin)
            says += f" ({percent(expected)} expected from each of the two alone)"
        return says


def _along(side: np.ndarray, shape: tuple[int, int], way: int) -> np.ndarray:
    """Return the counts of one of the two ways to cut: (cells of it, 1 + splits)."""
    return np.asarray(side.reshape(*shape, -1).sum(axis=1 - way))


def _ratios(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    n, m = left.sum(axis=0), right.sum(axis=0)
    return np.asarray((left + 0.5) / (n + 0.5) / ((right + 0.5) / (m + 0.5)))


def asked_of(tallies: list[Tally], tolerance: Mapping[str, float]) -> list[Asked]:
    """Return what is asked about each Tally."""
    return [one.asked(tolerance[one.bar or one.question], tolerance["cells"]) for one in tallies]
