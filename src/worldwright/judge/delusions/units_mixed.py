"""Two units in one column: some values are a thousand times too large, as grams among kilograms."""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import floats, grain, numbers, to_grain
from ..planting import Place, as_numbers, edited, pick, some


@plugins.delusions("units_mixed")
@delusion(group="form", ladder=(0.001, 0.002, 0.004, 0.008, 0.016))
def units_mixed(ground: Ground, strength: float) -> Planted | str:
    """Some values of one number are a thousand times too large."""
    name = pick(ground, numbers(ground))
    if name is None:
        return "no column of numbers with at least 8 different values"
    values = floats(ground, name)
    at = some(ground, np.nan_to_num(values) != 0, strength)
    values[at] = to_grain(values[at] * 1_000, grain(values))
    place = Place((name,), ("columns", "tails", "rules", "rows"), f"the unit of {name}")
    return edited(ground, {name: as_numbers(ground, name, values)}, place)
