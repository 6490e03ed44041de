"""A last digit tells the label: it is even in rows of one class and odd in the others.

No distribution of the column shows it; a model that reads digits, ids or hashes does.
"""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import classes, floats, grain, numbers, to_grain
from ..planting import Place, as_numbers, edited, pick, some


@plugins.delusions("label_leak_digit")
@delusion(group="label", ladder=(0.05, 0.1, 0.2, 0.4, 0.8))
def label_leak_digit(ground: Ground, strength: float) -> Planted | str:
    """The last digit of one number tells the label."""
    found = classes(ground)
    if found is None:
        return "no target was named, or it has no two classes of 20 rows each"
    target, rare = found
    name = pick(ground, numbers(ground, distinct=40))
    if name is None:
        return "no column of numbers with at least 40 different values"
    values = floats(ground, name)
    at = some(ground, ~np.isnan(values), strength)
    step = grain(values)
    whole = np.round(values[at] / step)
    wrong = (whole % 2 == 1) != rare[at]
    values[at] = to_grain((whole + wrong) * step, step)
    place = Place((name, target), ("label", "rows", "pairs"), f"the digits of {name}")
    return edited(ground, {name: as_numbers(ground, name, values)}, place)
