"""Gaps where there are none: a column that always has its value lacks it now and then."""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import missing
from ..planting import Place, edited, pick, some, taken


@plugins.delusions("missing_invented")
@delusion(group="missingness", ladder=(0.001, 0.002, 0.004, 0.008, 0.016))
def missing_invented(ground: Ground, strength: float) -> Planted | str:
    """A column that always has its value lacks it in some rows."""
    main = ground.fresh.schema.main
    kept = {main.key, main.order, ground.target, *(r.column for r in main.references)}
    names = [n for n in main.names if n not in kept and not missing(ground, n).any()]
    name = pick(ground, names)
    if name is None:
        return "every column lacks a value somewhere"
    index = np.arange(ground.fresh.rows)
    index[some(ground, index, strength)] = -1
    place = Place((name,), ("missingness", "columns", "rules", "rows"), f"the gaps of {name}")
    return edited(ground, {name: taken(ground, name, index)}, place)
