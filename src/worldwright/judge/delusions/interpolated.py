"""Rows between rows: some rows have the numbers of the midpoint to their nearest neighbour.

What SMOTE and its kin make.
"""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import floats, grain, nearest, numbers, to_grain
from ..planting import Place, as_numbers, edited, some


@plugins.delusions("interpolated")
@delusion(group="mixture", ladder=(0.05, 0.1, 0.2, 0.4, 0.8))
def interpolated(ground: Ground, strength: float) -> Planted | str:
    """The numbers of some rows are the mean of two similar rows."""
    names = numbers(ground)
    near = nearest(ground, names, 1)
    if near is None:
        return "fewer than two columns of numbers, or too few rows"
    at = some(ground, np.arange(ground.fresh.rows), strength)
    spoiled = {}
    for name in names:
        values = floats(ground, name)
        step = grain(values)
        between = to_grain((values + values[near[:, 0]]) / 2, step)
        index = np.zeros(len(values), dtype=bool)
        index[at] = True
        spoiled[name] = as_numbers(
            ground, name, np.where(index & ~np.isnan(between), between, values)
        )
    questions = ("columns", "pairs", "rows", "tails", "rules", "memory", "size", "coverage")
    return edited(ground, spoiled, Place(tuple(names), questions, "all numbers"))
