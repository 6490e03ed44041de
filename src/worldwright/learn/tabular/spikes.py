"""Spikes and heaps: values that come too often for the smooth law of a bin, kept inside it.

A *spike* stands out of its neighbours (a price that ends in 99) and is held by at least `rare`
rows, but by too few for an atom. A *heap* is what lies on round numbers: in a bin of which at least
`rare` rows are multiples of some 10^k or 5 * 10^k, and many more than chance would put there, all
such multiples inside the bin's edges share these rows evenly. So a heap tells how round the numbers
of a bin are, and of no number whether a row holds it.

Both become pieces without width among those of their bin. Each piece of a bin is equally likely,
so pieces stand there again and again, as often as they have rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

TALLER = 4.0  # a spike: times as many rows as the middle one of the values around
AROUND = 8
MORE = 3.0  # a heap: times as many rows as chance puts there
MOST_POINTS = 32  # of a heap in one bin
FINEST = 256  # parts of a bin's rows that its pieces count in; four a piece where they are many

Points = tuple[np.ndarray, np.ndarray]


def find_spikes(weight: np.ndarray, rare: int) -> np.ndarray:
    """Return which of the rising values, with so many rows each, are spikes.

    There is none where fewer than `rare` rows would be left beside them.
    """
    padded = np.pad(weight.astype(float), AROUND, constant_values=np.nan)
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * AROUND + 1)
    found = (weight >= rare) & (weight >= TALLER * np.nanmedian(around, axis=1))
    return found if weight[~found].sum() >= rare else np.zeros(len(weight), bool)


def find_heaps(
    values: np.ndarray, rows: np.ndarray, ends: tuple[float, float], unit: float, rare: int
) -> tuple[Points, np.ndarray]:
    """Return the points of the heaps in one bin, with the rows of each, and what is left of `rows`.

    `unit` is the distance of neighbouring values on the column's grid; 0, and no heaps: none.
    """
    at: list[np.ndarray] = [np.empty(0)]
    many: list[np.ndarray] = [np.empty(0)]
    left = rows.astype(float)
    for step in _steps(ends[1] - ends[0], unit):
        first, last = math.ceil(ends[0] / step), math.floor(ends[1] / step)
        if last - first >= MOST_POINTS:
            break
        chance = unit / step
        on = np.abs(values / step - np.rint(values / step)) < 1e-6
        held, total = float(left[on].sum()), float(left.sum())
        extra = held - (total - held) * chance / (1 - chance)
        if first > last or held < rare or extra < (1 - 1 / MORE) * held:
            continue
        points = np.arange(first, last + 1) * step
        points = points[~np.isin(np.round(points / unit), np.round(np.concatenate(at) / unit))]
        if len(points):
            at.append(points)
            many.append(np.full(len(points), extra / len(points)))
            left[on] *= 1 - extra / held
    return (np.concatenate(at), np.concatenate(many)), left


def _steps(width: float, unit: float) -> Iterator[float]:
    """Yield the round steps of a bin, from the coarsest on."""
    most = math.floor(math.log10(max(width, unit) / unit)) + 1 if unit else 0
    for power in range(most, 0, -1):
        yield unit * 10.0**power
        if power > 1 or unit != 1:
            yield unit * 10.0**power / 2


def mixed(pieces: np.ndarray, rows: np.ndarray, points: Sequence[Points]) -> np.ndarray:
    """Return the pieces of a bin, (n, 3), with its points among them, each as often as its rows."""
    values = np.concatenate([at for at, _ in points])
    every = np.concatenate([pieces, np.repeat(values[:, None], 3, axis=1)])
    held = np.concatenate([rows, *(many for _, many in points)])
    unit = max(held[held > 0].min() / 2, held.sum() / max(FINEST, 4 * len(held)))
    return np.repeat(every, np.rint(held / unit).astype(np.int64), axis=0)
