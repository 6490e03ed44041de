"""Gaps: how the label's share differs between a group and all others, made against real.

    gap = share of the label inside the group - share outside it
    amplification = made gap - real gap, taken in the direction of the real gap

Above 0: the difference between groups is larger among made rows than in life (amplified); below 0:
smaller (shrunk). Groups are the values of a column, or those of two columns together. The null is
the same difference in splits of real rows. A count of real rows below 10 is not told: what is said
then is what the count below 10 that lies nearest to the made rows' share would give.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...data.report import MIN_COUNT
from .grid import Grid, Sums

MIN_GROUP = 5
_ODD_ROWS = 2


@dataclass(frozen=True, slots=True)
class Gap:
    """One group, as observed, in a form that may be shown.

    Attributes:
        made, real: The gaps. inside: Share of the label in the group, made and real; None for the
            real one where fewer than 10 real rows make it.
        change: Made gap less real gap. error: Its standard error.
    """

    made: float
    real: float
    inside: tuple[float, float | None]
    change: float
    error: float

    @property
    def way(self) -> str:
        """Say in a word what became of the gap."""
        if self.made * self.real < 0:
            return "turned round"
        return "amplified" if abs(self.made) > abs(self.real) else "shrunk"


def seen_gaps(grid: Grid, rows: Sums, held: Sums) -> np.ndarray:
    """Return |change of the gap| of each cell, in standard errors: (cells, 1 + splits).

    `rows` counts rows per cell, `held` those of them with the label.
    """
    change = _gaps(grid, rows.left, held.left) - _gaps(grid, rows.right, held.right)
    inside = (rows.left, rows.right, held.left + held.right)
    outside = tuple(_whole(grid, counts) - counts for counts in inside)
    noise = np.sqrt(_variance(*inside) + _variance(*outside))
    is_held = np.minimum(rows.left, rows.right) >= MIN_GROUP
    return np.where(is_held, np.abs(change) / noise, 0)


def gap_of(grid: Grid, cell: int, rows: Sums, held: Sums) -> Gap:
    """Return the observed gap of one cell."""
    whole = slice(*grid.starts[grid.column_of(cell) :][:2])
    n, m = (side[whole, 0].sum() for side in (rows.left, rows.right))
    inside_n, inside_m = rows.left[cell, 0], rows.right[cell, 0]
    made_in = held.left[cell, 0] / max(inside_n, 1)
    made_out = (held.left[whole, 0].sum() - held.left[cell, 0]) / max(n - inside_n, 1)
    has_in, has_out = held.right[cell, 0], held.right[whole, 0].sum() - held.right[cell, 0]
    real_in = _told(has_in, inside_m, made_in) / max(inside_m, 1)
    real_out = _told(has_out, m - inside_m, made_out) / max(m - inside_m, 1)
    error = np.sqrt(
        sum(
            max(share * (1 - share), 1 / max(count, 1)) / max(count, 1)
            for share, count in (
                (made_in, inside_n), (made_out, n - inside_n),
                (real_in, inside_m), (real_out, m - inside_m),
            )
        )
    )  # fmt: skip
    is_shown = MIN_COUNT <= has_in <= inside_m - MIN_COUNT
    made, real = made_in - made_out, real_in - real_out
    return Gap(
        float(made), float(real), (float(made_in), float(real_in) if is_shown else None),
        float(made - real), float(error),
    )  # fmt: skip


def _gaps(grid: Grid, rows: np.ndarray, held: np.ndarray) -> np.ndarray:
    """Return the share inside each cell less that outside it."""
    outside = (_whole(grid, held) - held) / np.maximum(_whole(grid, rows) - rows, 1)
    return np.asarray(held / np.maximum(rows, 1) - outside)


def _whole(grid: Grid, counts: np.ndarray) -> np.ndarray:
    """Return the sum over all cells of its column, for each cell."""
    sums = np.add.reduceat(counts, grid.starts[:-1], axis=0)
    return np.repeat(sums, np.diff(grid.starts), axis=0)


def _variance(left: np.ndarray, right: np.ndarray, held: np.ndarray) -> np.ndarray:
    """Return the variance of a difference of two shares; two odd rows are always thinkable."""
    both = np.maximum(left + right, 1)
    share = held / both
    least = np.maximum(share * (1 - share), _ODD_ROWS / both)
    return np.asarray(least * (1 / np.maximum(left, 1) + 1 / np.maximum(right, 1)))


def _told(hits: float, rows: float, near: float) -> float:
    """Return a count that may be told: one below 10 becomes the nearest to `near` below 10."""
    if hits < MIN_COUNT:
        return float(np.clip(near * rows, 0, min(MIN_COUNT, rows)))
    if rows - hits < MIN_COUNT:
        return float(rows - np.clip((1 - near) * rows, 0, min(MIN_COUNT, rows)))
    return float(hits)
