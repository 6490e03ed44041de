"""Impossible values: rows lie beyond the largest real value, by up to half of the whole range."""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import floats, grain, numbers, to_grain
from ..planting import Place, as_numbers, edited, pick, some


@plugins.delusions("range_exceeded")
@delusion(group="tails", ladder=(0.001, 0.002, 0.004, 0.008, 0.016))
def range_exceeded(ground: Ground, strength: float) -> Planted | str:
    """Some values of one number are larger than any real one."""
    name = pick(ground, numbers(ground))
    if name is None:
        return "no column of numbers with at least 8 different values"
    values = floats(ground, name)
    taught = ground.teachers.table[name].cast("float64", safe=False).to_numpy()
    top = np.nanmax(np.concatenate([values, taught]))
    step = grain(values)
    room = max(step, 0.5 * (top - np.nanmin(values)))
    at = some(ground, ~np.isnan(values), strength)
    beyond = ground.chance("beyond").uniform(0.1, 1.0, len(values))[at] * room
    values[at] = to_grain(top + np.ceil(beyond / step) * step, step)
    place = Place((name,), ("columns", "tails", "rules", "rows"), f"the range of {name}")
    return edited(ground, {name: as_numbers(ground, name, values)}, place)
