"""Averaged with their likes: each number is drawn towards its mean over the five nearest rows.

What a model that predicts the mean makes: the middle is right, all that is special is lost.
"""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import floats, grain, nearest, numbers, to_grain
from ..planting import Place, as_numbers, edited


@plugins.delusions("smoothed")
@delusion(group="mixture", ladder=(0.05, 0.1, 0.2, 0.4, 0.8), unit="share of the way")
def smoothed(ground: Ground, strength: float) -> Planted | str:
    """All numbers lie too near to those of similar rows."""
    names = numbers(ground)
    near = nearest(ground, names, 5)
    if near is None:
        return "fewer than two columns of numbers, or too few rows"
    spoiled = {}
    for name in names:
        values = floats(ground, name)
        around = values[near].mean(axis=1)
        mean = np.where(np.isnan(around), values, around)
        step = grain(values)
        moved = values + strength * (mean - values)
        spoiled[name] = as_numbers(ground, name, to_grain(moved, step))
    questions = ("columns", "pairs", "rows", "tails", "rules", "memory", "size", "coverage")
    return edited(ground, spoiled, Place(tuple(names), questions, "all numbers"))
