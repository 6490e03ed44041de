"""A number lies too high: every value is moved up along the column's own normal scores.

No new value appears and no digit changes, so only the distribution of the one column tells.
"""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import numbers
from ..planting import Place, edited, pick, rescored, taken


@plugins.delusions("marginal_shift")
@delusion(group="marginals", ladder=(0.05, 0.1, 0.2, 0.4, 0.8), unit="standard deviations")
def marginal_shift(ground: Ground, strength: float) -> Planted | str:
    """All values of one number are somewhat too high."""
    name = pick(ground, numbers(ground))
    if name is None:
        return "no column of numbers with at least 8 different values"
    index = rescored(ground, name, np.arange(ground.fresh.rows), lambda z: z + strength)
    place = Place((name,), ("columns", "tails", "pairs", "rows"), name)
    return edited(ground, {name: taken(ground, name, index)}, place)
