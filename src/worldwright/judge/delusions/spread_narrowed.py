"""A number varies too little: every value is drawn towards the middle of its own normal scores.

The middle stays where it is, and no new value appears.
"""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import numbers
from ..planting import Place, edited, pick, rescored, taken


@plugins.delusions("spread_narrowed")
@delusion(group="marginals", ladder=(0.05, 0.1, 0.2, 0.4, 0.8), unit="share of the spread")
def spread_narrowed(ground: Ground, strength: float) -> Planted | str:
    """The values of one number lie too close to its middle."""
    name = pick(ground, numbers(ground))
    if name is None:
        return "no column of numbers with at least 8 different values"
    index = rescored(ground, name, np.arange(ground.fresh.rows), lambda z: z * (1 - strength))
    place = Place((name,), ("columns", "tails", "pairs", "rows"), name)
    return edited(ground, {name: taken(ground, name, index)}, place)
