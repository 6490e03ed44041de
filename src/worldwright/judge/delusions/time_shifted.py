"""Everything happens too late: all dates lie later by part of the period that the rows span."""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import floats, moments
from ..planting import Place, as_numbers, edited, pick

_DAY = 86_400e6


@plugins.delusions("time_shifted")
@delusion(group="time", ladder=(0.02, 0.04, 0.08, 0.16, 0.32), unit="share of the period")
def time_shifted(ground: Ground, strength: float) -> Planted | str:
    """All dates of one column lie later than they should, by whole weeks where these fit."""
    name = pick(ground, moments(ground)[:1])
    if name is None:
        return "no column of dates"
    when = floats(ground, name)
    period = np.nanquantile(when, 0.99) - np.nanquantile(when, 0.01)
    by = strength * period
    step = next((step for step in (7 * _DAY, _DAY) if by >= step), 1.0)
    by = np.round(by / step) * step
    place = Place((name,), ("time", "columns", "tails", "rules", "rows", "pairs"), name)
    return edited(ground, {name: as_numbers(ground, name, when + by)}, place)
