"""No day and no night: the hour of some dates is drawn anew, any hour as likely as another."""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import floats, moments
from ..planting import Place, as_numbers, edited, in_order, pick, some


@plugins.delusions("hours_flattened")
@delusion(group="time", ladder=(0.06, 0.12, 0.25, 0.5, 1.0))
def hours_flattened(ground: Ground, strength: float) -> Planted | str:
    """The hours of the day are equally frequent in some rows."""
    day, hour = 86_400e6, 3_600e6
    known = [n for n in moments(ground) if _has_hours(floats(ground, n))]
    name = pick(ground, known)
    if name is None:
        return "no column of dates has hours of different frequency"
    when = floats(ground, name)
    at = some(ground, ~np.isnan(when), strength)
    drawn = ground.chance("hours").integers(0, 24, len(when))[at]
    date = np.floor(when[at] / day) * day
    when[at] = date + drawn * hour + when[at] % hour
    place = Place((name,), ("time", "columns", "rows", "pairs"), f"the hours of {name}")
    planted = edited(ground, {name: as_numbers(ground, name, when)}, place)
    return in_order(ground, planted, name)


def _has_hours(when: np.ndarray) -> bool:
    seen = when[~np.isnan(when)]
    counts = np.bincount((seen // 3_600e6 % 24).astype(np.int64), minlength=24)
    return len(seen) >= 100 and 0.06 < counts.max() / len(seen) < 0.9
