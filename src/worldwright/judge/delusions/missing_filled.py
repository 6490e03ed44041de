"""Gaps are filled: a column that lacks values gets some, drawn from those that it has."""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import gappy, missing
from ..planting import Place, edited, pick, some, taken


@plugins.delusions("missing_filled")
@delusion(group="missingness", ladder=(0.06, 0.12, 0.25, 0.5, 1.0), unit="share of the gaps")
def missing_filled(ground: Ground, strength: float) -> Planted | str:
    """One column lacks its value less often than it should."""
    name = pick(ground, gappy(ground))
    if name is None:
        return "no column lacks its value in 1 to 99 % of the rows"
    gone = missing(ground, name)
    at = some(ground, gone, strength)
    index = np.arange(ground.fresh.rows)
    index[at] = ground.chance("values").choice(np.flatnonzero(~gone), len(gone))[at]
    place = Place((name,), ("missingness", "columns", "rows"), f"the gaps of {name}")
    return edited(ground, {name: taken(ground, name, index)}, place)
