"""Rows twice: some made rows are copies of other made rows, so there are fewer than it seems."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..planting import Place, replaced, some


@plugins.delusions("duplicates")
@delusion(group="memory", ladder=(0.005, 0.01, 0.02, 0.04, 0.08))
def duplicates(ground: Ground, strength: float) -> Planted | str:
    """Some made rows are exact copies of other made rows."""
    order = some(ground, np.arange(ground.fresh.rows), 1.0)
    half = len(order) // 2
    copies = round(strength * len(order))
    at, by = order[:half][:copies], order[half:][:copies]
    place = Place((), ("memory", "size", "coverage", "rows"), "whole rows")
    return replaced(ground, at, ground.fresh.table.take(pa.array(by)), place)
