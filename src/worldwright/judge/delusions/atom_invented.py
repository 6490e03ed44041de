"""A spike: rows of a number take one value from the middle of it, which nobody shares that much."""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import floats, numbers
from ..planting import Place, edited, pick, some, taken


@plugins.delusions("atom_invented")
@delusion(group="marginals", ladder=(0.004, 0.008, 0.016, 0.032, 0.064))
def atom_invented(ground: Ground, strength: float) -> Planted | str:
    """One value of a column of numbers, rare in truth, is made again and again."""
    name = pick(ground, numbers(ground, distinct=50))
    if name is None:
        return "no column of numbers with at least 50 different values"
    values = floats(ground, name)
    seen, first, counts = np.unique(values, return_index=True, return_counts=True)
    low, high = np.nanquantile(values, [0.2, 0.8])
    rare = first[(counts <= np.median(counts)) & (seen >= low) & (seen <= high)]
    spikes = rare if len(rare) else first
    index = np.arange(len(values))
    index[some(ground, ~np.isnan(values), strength)] = ground.chance("spike").choice(spikes)
    place = Place((name,), ("columns", "tails", "pairs", "rows", "memory"), f"one value of {name}")
    return edited(ground, {name: taken(ground, name, index)}, place)
