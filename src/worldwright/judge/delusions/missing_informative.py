"""Gaps that tell: a column lacks its value in rows where another number is high.

It lacks as much as it should in all, but the gaps have moved.
"""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import bond, codes, floats, gappy, missing, numbers
from ..planting import Place, edited, pick, some, swapped, taken


@plugins.delusions("missing_informative")
@delusion(group="missingness", ladder=(0.06, 0.12, 0.25, 0.5, 1.0), unit="share of the gaps")
def missing_informative(ground: Ground, strength: float) -> Planted | str:
    """One column lacks its value where another number is high, though the two are unrelated."""
    pairs = [
        (gap, name)
        for gap in gappy(ground)
        for name in numbers(ground)
        if name != gap and bond(missing(ground, gap).astype(np.int64), codes(ground, name)) <= 0.15
    ]
    pair = pick(ground, pairs)
    if pair is None:
        return "no column with gaps that are unrelated to a number"
    gap, name = pair
    gone, values = missing(ground, gap), floats(ground, name)
    high = values > np.nanmedian(values)
    leaving, taking = some(ground, gone & ~high, 1.0), some(ground, ~gone & high, 1.0, "high")
    moved = round(strength * min(len(leaving), len(taking)))
    questions = ("missingness", "pairs", "rows", "subgroups")
    place = Place(pair, questions, f"the gaps of {gap} × {name}")
    index = swapped(leaving[:moved], taking[:moved], ground.fresh.rows)
    return edited(ground, {gap: taken(ground, gap, index)}, place)
