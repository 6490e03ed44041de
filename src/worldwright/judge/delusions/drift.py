"""A trend that is not there: a number lies the higher, the later the row."""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import floats, moments, numbers
from ..planting import Place, edited, pick, some, taken


@plugins.delusions("drift")
@delusion(group="time", ladder=(0.05, 0.1, 0.2, 0.4, 0.8))
def drift(ground: Ground, strength: float) -> Planted | str:
    """One number rises with time in some rows, though it is right in all."""
    moment, name = pick(ground, moments(ground)[:1]), pick(ground, numbers(ground), "number")
    if moment is None or name is None:
        return "no column of dates, or no column of numbers"
    when, values = floats(ground, moment), floats(ground, name)
    at = np.sort(some(ground, ~np.isnan(when) & ~np.isnan(values), strength))
    tie = ground.chance("ties").random((2, len(when)))
    index = np.arange(len(when))
    index[at[np.lexsort((tie[0, at], when[at]))]] = at[np.lexsort((tie[1, at], values[at]))]
    place = Place((moment, name), ("time", "pairs", "rows"), f"{name} over {moment}")
    return edited(ground, {name: taken(ground, name, index)}, place)
