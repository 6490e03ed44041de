"""Rows that were learned by heart: some made rows are copies of rows that taught."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..planting import Place, replaced, some


@plugins.delusions("memorised_rows")
@delusion(group="memory", ladder=(0.005, 0.01, 0.02, 0.04, 0.08))
def memorised_rows(ground: Ground, strength: float) -> Planted | str:
    """Some made rows are exact copies of rows that taught."""
    at = some(ground, np.arange(ground.fresh.rows), strength)
    if len(at) > ground.teachers.rows:
        return "there are too few rows that taught"
    copied = ground.chance("copied").permutation(ground.teachers.rows)[: len(at)]
    place = Place((), ("memory", "size"), "whole rows")
    return replaced(ground, at, ground.teachers.table.take(pa.array(copied)), place)
