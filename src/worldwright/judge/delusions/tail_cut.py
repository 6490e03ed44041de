"""The largest values of a number are never made: their rows take values of the middle."""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import floats, numbers
from ..planting import Place, edited, pick, taken


@plugins.delusions("tail_cut")
@delusion(group="tails", ladder=(0.0025, 0.005, 0.01, 0.02, 0.04))
def tail_cut(ground: Ground, strength: float) -> Planted | str:
    """The largest values of one number are never made."""
    name = pick(ground, numbers(ground, distinct=30))
    if name is None:
        return "no column of numbers with at least 30 different values"
    values = floats(ground, name)
    order = np.argsort(np.where(np.isnan(values), -np.inf, values), kind="stable")
    cut = len(order) - round(strength * len(order))
    middle = order[len(order) // 2 : int(len(order) * 0.9)]
    index = np.arange(len(order))
    index[order[cut:]] = ground.chance("middle").choice(middle, len(order))[cut:]
    place = Place((name,), ("columns", "tails", "pairs", "rows"), f"the high end of {name}")
    return edited(ground, {name: taken(ground, name, index)}, place)
