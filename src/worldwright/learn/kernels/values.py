"""From codes to numbers: each is drawn inside the pieces that its code covers.

A piece (low, mean, high) is uniform on either side of its mean, with the two sides weighted so that
the mean is kept: P(low side) = (high - mean) / (high - low). An atom is a piece without width; a
bin that draws the value of one draws again, so that a value belongs to one code.
"""

from __future__ import annotations

import numpy as np

from .chance import begin, step, uniform
from .compiled import kernel

MOST_TRIALS = 100_000  # of a bin that is nearly all atoms


@kernel
def spread(
    codes: np.ndarray,
    spans: np.ndarray,
    pieces: np.ndarray,
    grid: np.ndarray,
    atoms: np.ndarray,
    is_crowded: np.ndarray,
    key: np.uint64,
    first: int,
    numbers: np.ndarray,
) -> None:
    """Fill `numbers` with a draw for each code; row i is `first + i`.

    `spans[code]` = first piece and number of pieces (0: no number, a null); `grid` = scale and
    step: results are whole multiples of step / scale, or free where step is 0. `atoms` rise, and
    `is_crowded[code]` says whether there are some among what else the code can draw.
    """
    for i in range(codes.shape[0]):
        begins, many = spans[codes[i], 0], spans[codes[i], 1]
        if many == 0:
            numbers[i] = np.nan
            continue
        low, mean, high = pieces[begins, 0], pieces[begins, 1], pieces[begins, 2]
        if many == 1 and low == high:
            numbers[i] = mean
            continue
        state = begin(key, first + i)
        x, state = _inside(pieces, begins, many, grid, state)
        if is_crowded[codes[i]]:
            for _ in range(MOST_TRIALS):
                at = np.searchsorted(atoms, x)
                if at == atoms.shape[0] or atoms[at] != x:
                    break
                x, state = _inside(pieces, begins, many, grid, step(state))
        numbers[i] = x


@kernel
def _inside(
    pieces: np.ndarray, begins: int, many: int, grid: np.ndarray, state: np.uint64
) -> tuple[float, np.uint64]:
    """Return a number from the pieces of a code, and the last state that was used."""
    scale, width = grid[0], grid[1]
    piece = begins
    if many > 1:
        piece += int(uniform(state) * many)
    low, mean, high = pieces[piece, 0], pieces[piece, 1], pieces[piece, 2]
    state = step(state)
    u = uniform(state)
    state = step(state)
    if u * (high - low) < high - mean:
        x = low + (mean - low) * uniform(state)
    else:
        x = mean + (high - mean) * uniform(state)
    if width > 0.0:
        x = np.rint(x * scale / width) * width / scale
    return x + 0.0, state


@kernel
def even(key: np.uint64, first: int, chances: np.ndarray) -> None:
    """Fill `chances`, (rows, k), with uniform numbers; row i is `first + i`."""
    for i in range(chances.shape[0]):
        state = begin(key, first + i)
        for q in range(chances.shape[1]):
            chances[i, q] = uniform(state)
            state = step(state)
