"""Large values of a number are made too often: rows take values of its highest hundredth."""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import floats, numbers
from ..planting import Place, edited, pick, some, taken


@plugins.delusions("tail_fattened")
@delusion(group="tails", ladder=(0.0025, 0.005, 0.01, 0.02, 0.04))
def tail_fattened(ground: Ground, strength: float) -> Planted | str:
    """The largest values of one number are made too often."""
    name = pick(ground, numbers(ground, distinct=30))
    if name is None:
        return "no column of numbers with at least 30 different values"
    values = floats(ground, name)
    far = np.flatnonzero(values >= np.nanquantile(values, 0.99))
    common = ~np.isnan(values)
    common[far] = False
    at = some(ground, common, strength)
    index = np.arange(len(values))
    index[at] = ground.chance("far").choice(far, len(values))[at]
    place = Place((name,), ("columns", "tails", "pairs", "rows"), f"the high end of {name}")
    return edited(ground, {name: taken(ground, name, index)}, place)
