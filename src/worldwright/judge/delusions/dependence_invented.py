"""Two columns that have nothing to do with each other rise together in some of the rows.

Every column alone stays exactly as it was.
"""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import bonds, floats, numbers
from ..planting import Place, edited, pick, some, taken


@plugins.delusions("dependence_invented")
@delusion(group="dependence", ladder=(0.05, 0.1, 0.2, 0.4, 0.8))
def dependence_invented(ground: Ground, strength: float) -> Planted | str:
    """Two numbers that are nearly independent rise together."""
    found = bonds(ground, numbers(ground))
    pair = pick(ground, [pair for pair, v in found.items() if v <= 0.1])
    if pair is None:
        return "no two columns of numbers are nearly independent"
    first, second = floats(ground, pair[0]), floats(ground, pair[1])
    at = np.sort(some(ground, ~np.isnan(first) & ~np.isnan(second), strength))
    tie = ground.chance("ties").random((2, len(first)))
    index = np.arange(len(first))
    index[at[np.lexsort((tie[0, at], first[at]))]] = at[np.lexsort((tie[1, at], second[at]))]
    place = Place(pair, ("pairs", "rows", "subgroups"), " × ".join(pair))
    return edited(ground, {pair[1]: taken(ground, pair[1], index)}, place)
