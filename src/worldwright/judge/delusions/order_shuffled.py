"""Rows that follow each other in truth are dealt out anew."""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import floats, moments, numbers
from ..planting import Place, kept, mixed, some


@plugins.delusions("order_shuffled")
@delusion(group="time", ladder=(0.05, 0.1, 0.2, 0.4, 0.8))
def order_shuffled(ground: Ground, strength: float) -> Planted | str:
    """Some rows do not stand in the order that the others keep."""
    ordered = [n for n in (*moments(ground), *numbers(ground)) if _rises(floats(ground, n))]
    if not ordered:
        return "the rows are in no order that a column tells"
    order = mixed(ground, some(ground, np.arange(ground.fresh.rows), strength))
    place = Place((), ("time", "rows", "label"), "the order of the rows")
    return kept(ground, order, place)


def _rises(values: np.ndarray) -> bool:
    seen = values[~np.isnan(values)]
    return len(seen) > 2 and bool((np.diff(seen) >= 0).mean() >= 0.9)
