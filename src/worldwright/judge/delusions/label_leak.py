"""A column tells the label: in some rows its values are sorted so that one class has the high ones.

The column alone stays exactly as it was; a model learns from it what no real row says.
"""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import bond, classes, codes, floats, numbers
from ..planting import Place, edited, pick, some, taken


@plugins.delusions("label_leak")
@delusion(group="label", ladder=(0.05, 0.1, 0.2, 0.4, 0.8))
def label_leak(ground: Ground, strength: float) -> Planted | str:
    """A number that says little about the label in truth tells it."""
    found = classes(ground)
    if found is None:
        return "no target was named, or it has no two classes of 20 rows each"
    target, rare = found
    weak = [n for n in numbers(ground) if bond(codes(ground, n), rare.astype(np.int64)) <= 0.15]
    name = pick(ground, weak)
    if name is None:
        return "no column of numbers is nearly independent of the label"
    values = floats(ground, name)
    at = np.sort(some(ground, ~np.isnan(values), strength))
    tie = ground.chance("ties").random((2, len(values)))
    index = np.arange(len(values))
    index[at[np.lexsort((tie[0, at], rare[at]))]] = at[np.lexsort((tie[1, at], values[at]))]
    place = Place((name, target), ("label", "pairs", "rows", "bias"), f"{name} × {target}")
    return edited(ground, {name: taken(ground, name, index)}, place)
