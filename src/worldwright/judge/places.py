"""Places: a column or a pair of columns, with what both sides hold in each of its cells.

A Place knows its worst cell, says in one sentence how far apart the sides are, and draws itself.
Of a cell that fewer than 10 reference rows hold, no count, share or ratio is shown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..data.report import MIN_COUNT, Finding, Picture, Verdict
from .effects import Effect, Ratio, conclude, ratio

_MOST_CELLS_DRAWN = 12
_WEAK = {
    Verdict.SAME: "more than chance, yet within the tolerance: ",
    Verdict.CANNOT_TELL: "more than chance, yet not surely beyond the tolerance: ",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Observed counts per cell of one column or pair.

    Attributes:
        names: The column, or the two columns. labels: One for each cell. made, real: Rows per cell
        on both sides. margins: How many times as often a made row is expected in the cell, given
        the columns alone;
            1 for a column.
        band: (cells, 2): where 95 % of the splits have the cell's share.
        effect: The distance.
    """

    names: tuple[str, ...]
    labels: tuple[str, ...]
    made: np.ndarray
    real: np.ndarray
    margins: np.ndarray
    band: np.ndarray
    effect: Effect

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
        """Return how telling each cell is: its signed Poisson deviance root."""
        n, m = self.rows
        expected = self.real * self.margins * n / m
        spread = np.sqrt(1 + self.margins * n / m)
        raw = 2 * (self.made * np.log(np.maximum(self.made, 1e-9) / np.maximum(expected, 0.5)))
        raw = np.maximum(np.where(self.made > 0, raw, 0) - 2 * (self.made - expected), 0)
        return np.sign(self.made - expected) * np.sqrt(raw) / spread

    def worst(self, factor: float, level: float) -> tuple[int, Ratio]:
        """Return the cell that tells most and its ratio; cells beyond `factor` come first."""
        telling = np.abs(self.contributions())
        order = np.argsort(-telling, kind="stable")
        ratios = {}
        for cell in order[: _MOST_CELLS_DRAWN * 4]:
            ratios[int(cell)] = self._ratio(int(cell), level)
            if ratios[int(cell)].lies_beyond(factor):
                return int(cell), ratios[int(cell)]
        return int(order[0]), ratios[int(order[0])]

    def _ratio(self, cell: int, level: float) -> Ratio:
        plain = ratio(int(self.made[cell]), int(self.real[cell]), self.rows, level)
        margin = float(self.margins[cell])
        return Ratio(plain.value / margin, plain.low / margin, plain.high / margin)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What counts as the same: the error probability, the distance, the factor for one cell."""

    level: float
    distance: float
    factor: float
    cell_level: float


def concluded(place: Place, p: float, bounds: Bounds) -> Finding:
    """Return the finding for one place."""
    verdict = conclude(p, bounds.level, place.effect, bounds.distance)
    cell, times = 0, None
    if p <= bounds.level:
        cell, times = place.worst(bounds.factor, bounds.cell_level)
        if times.lies_beyond(bounds.factor):
            verdict = Verdict.DIFFERS
    return Finding(
        question=place.question,
        verdict=verdict,
        says=_says(place, verdict, cell if times else None, bounds),
        where=place.name,
        measure="share of rows that would have to change",
        effect=_figure(place.effect.value),
        low=_figure(place.effect.low),
        high=_figure(place.effect.high),
        tolerance=bounds.distance,
        p=_figure(p),
        power=place.effect.power,
        columns=place.names,
    )


def picture(place: Place) -> Picture:
    """Draw made against real rows: all cells of a column, the worst cells of a pair."""
    from ..data.reporting import charts

    real, made = _shown(place), place.made / place.rows[0]
    if place.question == "columns":
        band = [(float(low), float(high)) for low, high in place.band]
        spec = charts.shares(list(place.labels), list(real), list(made), axis=place.name, band=band)
        title = f"{place.name}: where made and real rows differ most"
    else:
        order = np.argsort(-np.abs(place.contributions()), kind="stable")[:_MOST_CELLS_DRAWN]
        spec = charts.cells(
            [(place.labels[i], float(real[i]), float(made[i])) for i in order],
            axis="share of rows",
        )
        title = f"{place.name}: the cells that differ most"
    caption = (
        f"{place.rows[0]:,} made rows against {place.rows[1]:,} real rows that did not teach. "
        f"What fewer than {MIN_COUNT} real rows hold is drawn as 0."
    )
    return Picture(place.question, title, caption, spec)


def _says(place: Place, verdict: Verdict, cell: int | None, bounds: Bounds) -> str:
    effect = place.effect
    beyond = "" if place.question == "columns" else " beyond what its columns explain"
    if verdict is Verdict.SAME and cell is None:
        return f"at most {_percent(effect.high)} of the rows would have to change{beyond}"
    size = f"{_percent(effect.low)} to {_percent(effect.high)} of the rows would have to change"
    if cell is None:
        limit = _percent(bounds.distance)
        return f"{size}{beyond}: too few rows to hold that against the tolerance of {limit}"
    told = _says_cell(place, cell)
    if verdict is Verdict.DIFFERS and effect.low <= bounds.distance:
        return f"{told}; in all, {size}{beyond}"
    return f"{_WEAK.get(verdict, '')}{size}{beyond}; most telling: {told}"


def _says_cell(place: Place, cell: int) -> str:
    n, m = place.rows
    label = place.labels[cell] if len(place.names) > 1 else f"{place.name} = {place.labels[cell]}"
    made = f"{label} in {_percent(place.made[cell] / n)} of made rows"
    if place.real[cell] < MIN_COUNT:
        return f"{made} and in fewer than {MIN_COUNT} of {m:,} real rows"
    expected = place.real[cell] / m * place.margins[cell]
    real = f"{made} and {_percent(place.real[cell] / m)} of real rows"
    if len(place.names) > 1:
        return f"{real} ({_percent(expected)} expected from the columns alone)"
    return real


def _shown(place: Place) -> np.ndarray:
    """Return shares of real rows per cell, 0 where too few rows hold the cell to show it."""
    return np.where(place.real >= MIN_COUNT, place.real, 0) / place.rows[1]


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %" if share >= 0.0995 or share == 0 else f"{100 * share:.2g} %"


def _figure(number: float) -> float:
    return float(f"{number:.6g}")
