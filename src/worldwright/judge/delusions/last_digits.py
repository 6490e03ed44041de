"""Heaped digits: the last digit of a number becomes 0 or 5, whichever is nearer."""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import floats, grain, numbers, to_grain
from ..planting import Place, as_numbers, edited, pick, some


@plugins.delusions("last_digits")
@delusion(group="form", ladder=(0.05, 0.1, 0.2, 0.4, 0.8))
def last_digits(ground: Ground, strength: float) -> Planted | str:
    """The last digits of one number are 0 and 5 too often."""
    fine = [n for n in numbers(ground, distinct=40) if _is_fine(floats(ground, n))]
    name = pick(ground, fine)
    if name is None:
        return "no column of numbers uses its last digit freely"
    values = floats(ground, name)
    at = some(ground, ~np.isnan(values), strength)
    step = grain(values)
    values[at] = to_grain(5 * np.round(values[at] / step / 5) * step, step)
    place = Place((name,), ("columns", "rows"), f"the last digit of {name}")
    return edited(ground, {name: as_numbers(ground, name, values)}, place)


def _is_fine(values: np.ndarray) -> bool:
    """True where less than half of the values end in 0 or 5 already."""
    whole = np.round(values[~np.isnan(values)] / grain(values))
    return bool((whole % 5 == 0).mean() < 0.5)
