"""No week: the weekday of some dates is drawn anew, any day of the same week as likely."""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import floats, moments
from ..planting import Place, as_numbers, edited, in_order, pick, some


@plugins.delusions("weekdays_flattened")
@delusion(group="time", ladder=(0.06, 0.12, 0.25, 0.5, 1.0))
def weekdays_flattened(ground: Ground, strength: float) -> Planted | str:
    """The days of the week are equally frequent in some rows."""
    known = [n for n in moments(ground) if _has_weekdays(floats(ground, n))]
    name = pick(ground, known)
    if name is None:
        return "no column of dates has weekdays of different frequency"
    when = floats(ground, name)
    at = some(ground, ~np.isnan(when), strength)
    drawn = ground.chance("days").integers(0, 7, len(when))[at]
    weekday = _weekdays(when[at])
    when[at] += (drawn - weekday) * _DAY
    place = Place((name,), ("time", "columns", "rows", "pairs"), f"the weekdays of {name}")
    planted = edited(ground, {name: as_numbers(ground, name, when)}, place)
    return in_order(ground, planted, name)


_DAY = 86_400e6


def _weekdays(when: np.ndarray) -> np.ndarray:
    return np.asarray((when // _DAY + 3) % 7, dtype=np.int64)


def _has_weekdays(when: np.ndarray) -> bool:
    seen = when[~np.isnan(when)]
    if len(seen) < 100 or np.ptp(seen) < 28 * _DAY:
        return False
    return bool(np.bincount(_weekdays(seen), minlength=7).min() / len(seen) < 0.115)
