"""Places: a column or a pair of columns, with what both sides hold in each of its cells.

A Place says in words how far apart the sides are in all, or in one cell, and draws itself. Of a
cell that fewer than 10 reference rows hold, no count, share or ratio is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..data.report import MIN_COUNT, Picture
from .aspects import Told, percent
from .effects import Z95, Effect, ratio

_MOST_CELLS_DRAWN = 12
_LEVEL = 0.05
_ENDLESS = 1000.0


@dataclass(frozen=True, slots=True)
class Place:
    """Observed counts per cell of one column or pair.

    Attributes:
        names: The column, or the two columns. labels: One for each cell. made, real: Rows per cell
        on both sides. margins: How many times as often a made row is expected in the cell, given
        the columns alone; 1 for a column.
        band: (cells, 2): where 95 % of the splits have the cell's share.
        effect: The distance.
        joint: What stands between the column's name and a cell's label.
    """

    names: tuple[str, ...]
    labels: tuple[str, ...]
    made: np.ndarray
    real: np.ndarray
    margins: np.ndarray
    band: np.ndarray
    effect: Effect
    joint: str = " = "

    @property
    def question(self) -> str:
        return "columns" if len(self.names) == 1 else "pairs"

    @property
    def name(self) -> str:
        return " × ".join(self.names)

    @property
    def rows(self) -> tuple[int, int]:
        return int(self.made.sum()), int(self.real.sum())

    def contributions(self) -> np.ndarray:
        """Return how telling each cell is, with its sign."""
        return interaction_roots(self.made, self.real, self.margins, self.rows)


def interaction_roots(
    made: np.ndarray, real: np.ndarray, margins: np.ndarray, rows: tuple[int, int]
) -> np.ndarray:
    """Return signed differences of Anscombe roots of cells and of real rows times `margins`.

    Arrays are (cells,) or (cells, k). 2 sqrt(x + 3/8) of a Poisson count has variance 1 down to
    small means (Anscombe 1948); the noise of the real count is in it too, so the difference is
    divided by sqrt(1 + margins n / m).
    """
    n, m = rows
    times = margins * n / m
    apart = np.sqrt(made + 0.375) - np.sqrt(real * times + 0.375)
    return np.asarray(2 * apart / np.sqrt(1 + times))


def band_of(left: np.ndarray) -> np.ndarray:
    """Return where 95 % of the splits have each cell's share: (cells, 2)."""
    shares = left[:, 1:] / max(1, int(left[:, 0].sum()))
    return np.asarray(np.quantile(shares, [0.025, 0.975], axis=1).T)


def told_of_distance(place: Place, tolerance: float) -> Told:
    """Tell the share of rows that would have to change."""
    effect = place.effect
    beyond = "" if len(place.names) == 1 else " beyond what its columns explain"
    says = f"at most {percent(effect.high)} of the rows would have to change{beyond}"
    if effect.low > 0:
        says = (
            f"{percent(effect.low)} to {percent(effect.high)} of the rows would have to "
            f"change{beyond}"
        )
    measure = "share of rows that would have to change"
    return Told(says, measure, effect.value, effect.low, effect.high, tolerance)


def told_of_cell(place: Place, cell: int, tolerance: Mapping[str, float]) -> Told:
    """Tell how one cell's share is off: as a ratio where that is beyond, else as a difference."""
    times = _times(place, cell)
    says = _says_cell(place, cell)
    if times[1] > tolerance["cells"]:
        measure = "times as often, or as seldom"
        return Told(says, measure, times[0], times[1], times[2], tolerance["cells"])
    n, m = place.rows
    p = float(place.made[cell]) / n
    q = float(place.real[cell]) / m * float(place.margins[cell])
    error = float(np.sqrt(p * (1 - p) / n + min(q, 1.0) * (1 - min(q, 1.0)) / m))
    size = abs(p - q)
    low, high = max(0.0, size - Z95 * error), size + Z95 * error
    return Told(says, "difference of shares of rows", size, low, high, tolerance["share"])


def _times(place: Place, cell: int) -> tuple[float, float, float]:
    """Return how many times as often or as seldom, at least 1, with its interval."""
    plain = ratio(int(place.made[cell]), int(place.real[cell]), place.rows, _LEVEL)
    margin = max(float(place.margins[cell]), 1e-9)
    ends = [plain.value / margin, plain.low / margin, plain.high / margin]
    if ends[0] < 1:
        ends = [1 / max(end, 1 / _ENDLESS) for end in (ends[0], ends[2], ends[1])]
    value, low, high = (min(end, _ENDLESS) for end in ends)
    return value, max(low, 1.0), high


def picture(place: Place) -> Picture:
    """Draw made against real rows: all cells of a column, the worst cells of a pair."""
    from ..data.reporting import charts

    real, made, chance = _shown(place), place.made / place.rows[0], ""
    if place.question == "columns":
        band = [(float(low), float(high)) for low, high in place.band]
        spec = charts.shares(list(place.labels), list(real), list(made), axis=place.name, band=band)
        title = f"{place.name}: made against real"
        chance = f" {charts.BAND}"
    else:
        order = np.argsort(-np.abs(place.contributions()), kind="stable")[:_MOST_CELLS_DRAWN]
        spec = charts.cells(
            [(place.labels[i], float(real[i]), float(made[i])) for i in order],
            axis="share of rows",
        )
        title = f"{place.name}: the cells that differ most"
    caption = (
        f"{place.rows[0]:,} made rows against {place.rows[1]:,} real rows that did not teach. "
        f"What fewer than {MIN_COUNT} real rows hold is drawn as 0.{chance}"
    )
    return Picture(place.question, title, caption, spec)


def _says_cell(place: Place, cell: int) -> str:
    n, m = place.rows
    label = place.labels[cell]
    if len(place.names) == 1:
        label = f"{place.name}{place.joint}{label}"
    made = f"{label} in {percent(place.made[cell] / n)} of made rows"
    if place.real[cell] < MIN_COUNT:
        return f"{made} and in fewer than {MIN_COUNT} of {m:,} real rows"
    expected = place.real[cell] / m * place.margins[cell]
    real = f"{made} and {percent(place.real[cell] / m)} of real rows"
    if len(place.names) > 1:
        return f"{real} ({percent(expected)} expected from the columns alone)"
    return real


def _shown(place: Place) -> np.ndarray:
    """Return shares of real rows per cell, 0 where too few rows hold the cell to show it."""
    return np.where(place.real >= MIN_COUNT, place.real, 0) / place.rows[1]
