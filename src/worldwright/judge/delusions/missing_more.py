"""Gaps too often: values of a column that has gaps are left out at random."""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import gappy, missing
from ..planting import Place, edited, pick, some, taken


@plugins.delusions("missing_more")
@delusion(group="missingness", ladder=(0.02, 0.04, 0.08, 0.16, 0.32))
def missing_more(ground: Ground, strength: float) -> Planted | str:
    """One column lacks its value more often than it should."""
    name = pick(ground, gappy(ground))
    if name is None:
        return "no column lacks its value in 1 to 99 % of the rows"
    index = np.arange(ground.fresh.rows)
    index[some(ground, ~missing(ground, name), strength)] = -1
    place = Place((name,), ("missingness", "columns", "rows"), f"the gaps of {name}")
    return edited(ground, {name: taken(ground, name, index)}, place)
