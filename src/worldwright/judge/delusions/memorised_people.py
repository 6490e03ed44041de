"""Rare people learned by heart: the oddest made rows are copies of the oddest that taught.

How odd a row is: the sum of the surprise (-log share) of its cells. As many odd rows are there as
should be, so that nothing but the copying tells.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import oddness
from ..planting import Place, replaced


@plugins.delusions("memorised_people")
@delusion(group="memory", ladder=(0.005, 0.01, 0.02, 0.04, 0.08))
def memorised_people(ground: Ground, strength: float) -> Planted | str:
    """The oddest made rows are exact copies of the oddest rows that taught."""
    copies = round(strength * ground.fresh.rows)
    if copies > ground.teachers.rows:
        return "there are too few rows that taught"
    at = np.argsort(-oddness(ground, ground.fresh), kind="stable")[:copies]
    by = np.argsort(-oddness(ground, ground.teachers), kind="stable")[:copies]
    place = Place((), ("memory", "size"), "whole rows")
    return replaced(ground, at, ground.teachers.table.take(pa.array(by)), place)
