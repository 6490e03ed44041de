"""The law of a number inside its code, exactly: what `kernels/values.py` draws, weighed.

A code of an ordered column is a set of pieces, each as likely as any other; a piece (low, mean,
high) is even on either side of its mean, or a point. Numbers of a grid are rounded to it: a value
has the chance of the cell around it. A number that is an atom of the column has a code of its own,
and a bin draws again instead, so what a bin has left is divided by 1 less the chance of its atoms.
"""

from __future__ import annotations

import numpy as np

from .laws import Law


def chances_inside(law: Law, codes: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Return P(number | code), (n,); on no grid the density of a unit, but of points the chance.

    `codes` are those that `law.encode` gives the numbers.
    """
    chances = np.zeros(len(numbers))
    for code in np.unique(codes).tolist():
        at = np.flatnonzero(codes == code)
        chances[at] = _raw(law, code, numbers[at]) / law.free[code]
    return chances


def free_shares(law: Law) -> np.ndarray:
    """Return, (codes,), which share of the draws inside each code is no atom of another code."""
    free = np.ones(len(law.spans))
    unit = _unit(law)
    for code, (first, many) in enumerate(law.spans.tolist()):
        pieces = law.pieces[first : first + many]
        if many == 0 or (many == 1 and pieces[0, 0] == pieces[0, 2]):
            continue
        low, high = pieces[:, 0].min() - unit, pieces[:, 2].max() + unit
        inside = law.atoms[(law.atoms >= low) & (law.atoms <= high)]
        if len(inside):
            is_point = unit > 0 or (pieces[:, 0] == pieces[:, 2]).any()
            free[code] = 1 - _raw(law, code, inside).sum() if is_point else 1.0
    return free


def _raw(law: Law, code: int, numbers: np.ndarray) -> np.ndarray:
    """Return the chance of each number under the pieces of a code, atoms or not."""
    first, many = law.spans[code].tolist()
    pieces = law.pieces[first : first + many]
    is_point = pieces[:, 0] == pieces[:, 2]
    if many == 1 and is_point[0]:
        return (numbers == pieces[0, 1]).astype(float)
    points, wide = on_grid(law, pieces[is_point, 1]), pieces[~is_point]
    alone = (numbers[:, None] == points).sum(axis=1) / many
    unit = _unit(law)
    if not unit:
        return np.where(alone > 0, alone, _density(wide, numbers) / many)
    half = unit / 2
    cells = (_below(wide, numbers + half) - _below(wide, numbers - half)).sum(axis=1) / many
    return np.where(on_grid(law, numbers) == numbers, alone + cells, 0.0)


def on_grid(law: Law, numbers: np.ndarray) -> np.ndarray:
    """Return the numbers as they are drawn: rounded to the grid, where there is one."""
    scale, width = law.grid.tolist()
    return np.rint(numbers * scale / width) * width / scale + 0.0 if width else numbers + 0.0


def _unit(law: Law) -> float:
    return float(law.grid[1] / law.grid[0])


def _below(wide: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Return the share of each piece, (numbers, pieces), that lies below each number."""
    low, mean, high = wide.T
    x = numbers[:, None]
    lower = np.clip((x - low) / np.where(mean > low, mean - low, 1), 0, 1)
    upper = np.clip((x - mean) / np.where(high > mean, high - mean, 1), 0, 1)
    share = (high - mean) / (high - low)
    return share * np.where(mean > low, lower, x >= low) + (1 - share) * upper


def _density(wide: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Return the sum over the pieces of their densities at each number."""
    low, mean, high = wide.T
    x = numbers[:, None]
    share = (high - mean) / (high - low)
    with np.errstate(divide="ignore", invalid="ignore"):
        lower = np.where((low <= x) & (x < mean), share / (mean - low), 0.0)
        upper = np.where((mean <= x) & (x < high), (1 - share) / (high - mean), 0.0)
    return (lower + upper).sum(axis=1)
