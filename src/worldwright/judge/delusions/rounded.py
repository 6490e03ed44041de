"""Rounded too much: numbers lose their last digit, as a model with coarse bins writes them."""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import floats, grain, numbers, to_grain
from ..planting import Place, as_numbers, edited, pick, some


@plugins.delusions("rounded")
@delusion(group="form", ladder=(0.05, 0.1, 0.2, 0.4, 0.8))
def rounded(ground: Ground, strength: float) -> Planted | str:
    """Values of one number have a digit less than the real ones."""
    fine = [n for n in numbers(ground, distinct=40) if _is_fine(floats(ground, n))]
    name = pick(ground, fine)
    if name is None:
        return "no column of numbers uses its last digit freely"
    values = floats(ground, name)
    at = some(ground, ~np.isnan(values), strength)
    values[at] = to_grain(values[at], 10 * grain(values))
    place = Place((name,), ("columns", "rows"), f"the digits of {name}")
    return edited(ground, {name: as_numbers(ground, name, values)}, place)


def _is_fine(values: np.ndarray) -> bool:
    """True where less than half of the values end in 0 already."""
    whole = np.round(values[~np.isnan(values)] / grain(values))
    return bool((whole % 10 == 0).mean() < 0.5)
