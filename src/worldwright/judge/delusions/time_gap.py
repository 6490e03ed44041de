"""A hole in time: rows of one stretch of the period are missing."""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import floats, moments
from ..planting import Place, dropped, pick


@plugins.delusions("time_gap")
@delusion(group="time", ladder=(0.005, 0.01, 0.02, 0.04, 0.08))
def time_gap(ground: Ground, strength: float) -> Planted | str:
    """No row falls into one stretch of time."""
    name = pick(ground, moments(ground)[:1])
    if name is None:
        return "no column of dates"
    when = floats(ground, name)
    order = np.argsort(when, kind="stable")[: int((~np.isnan(when)).sum())]
    start = int(ground.chance("start").uniform(0.1, 0.8) * len(order))
    gone = order[start : start + round(strength * len(order))]
    place = Place((name,), ("time", "columns", "rows", "coverage"), f"a stretch of {name}")
    return dropped(ground, gone, place)
