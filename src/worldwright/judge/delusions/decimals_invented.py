"""Too many digits: numbers get a decimal that no real value has, as noise leaves them."""

from __future__ import annotations

import numpy as np

from ... import plugins
from ...data.schema import Kind
from ..delusion import Ground, Planted, delusion
from ..ground import floats, grain, numbers, to_grain
from ..planting import Place, as_numbers, edited, pick, some


@plugins.delusions("decimals_invented")
@delusion(group="form", ladder=(0.004, 0.008, 0.016, 0.032, 0.064))
def decimals_invented(ground: Ground, strength: float) -> Planted | str:
    """Values of one number have a digit more than any real one."""
    coarse = [
        name
        for name in numbers(ground, distinct=3)
        if ground.fresh.column(name).kind is Kind.NUMBER and grain(floats(ground, name)) >= 1e-4
    ]
    name = pick(ground, coarse)
    if name is None:
        return "no column of numbers that are not whole has a fixed count of decimals"
    values = floats(ground, name)
    at = some(ground, ~np.isnan(values), strength)
    digit = ground.chance("digit").integers(1, 10, len(values))[at]
    step = grain(values) / 10
    values[at] = to_grain(values[at] + digit * step, step)
    place = Place((name,), ("columns", "rules", "rows"), f"the digits of {name}")
    return edited(ground, {name: as_numbers(ground, name, values)}, place)
