"""Another unit in some rows: values are 2.54 times too large, as centimetres among inches."""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import floats, grain, numbers, to_grain
from ..planting import Place, as_numbers, edited, pick, some


@plugins.delusions("units_changed")
@delusion(group="form", ladder=(0.02, 0.04, 0.08, 0.16, 0.32))
def units_changed(ground: Ground, strength: float) -> Planted | str:
    """Some values of one number are 2.54 times too large."""
    name = pick(ground, numbers(ground))
    if name is None:
        return "no column of numbers with at least 8 different values"
    values = floats(ground, name)
    step = grain(values)
    at = some(ground, np.nan_to_num(values) != 0, strength)
    values[at] = to_grain(values[at] * 2.54, step)
    place = Place((name,), ("columns", "tails", "rules", "rows"), f"the unit of {name}")
    return edited(ground, {name: as_numbers(ground, name, values)}, place)
