"""Events come in bursts: some happen at the very moment of the one before them."""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import floats, moments
from ..planting import Place, edited, pick, some, taken


@plugins.delusions("bursts")
@delusion(group="time", ladder=(0.02, 0.04, 0.08, 0.16, 0.32))
def bursts(ground: Ground, strength: float) -> Planted | str:
    """Some dates are exactly that of the event before."""
    name = pick(ground, moments(ground)[:1])
    if name is None:
        return "no column of dates"
    when = floats(ground, name)
    order = np.argsort(when, kind="stable")[: int((~np.isnan(when)).sum())]
    if len(np.unique(when[order])) < 0.5 * len(order):
        return "most events share their moment with another one already"
    at = some(ground, np.arange(1, len(order)), strength)
    index = np.arange(len(when))
    index[order[at]] = order[at - 1]
    place = Place((name,), ("time", "rows", "memory", "columns"), f"the gaps between {name}")
    return edited(ground, {name: taken(ground, name, index)}, place)
