"""The order tells the label: rows of one class stand before the others."""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import classes
from ..planting import Place, kept, some


@plugins.delusions("order_sorted")
@delusion(group="label", ladder=(0.05, 0.1, 0.2, 0.4, 0.8))
def order_sorted(ground: Ground, strength: float) -> Planted | str:
    """Some rows are sorted by the label."""
    found = classes(ground)
    if found is None:
        return "no target was named, or it has no two classes of 20 rows each"
    target, rare = found
    at = np.sort(some(ground, np.arange(ground.fresh.rows), strength))
    order = np.arange(ground.fresh.rows)
    order[at] = at[np.argsort(rare[at], kind="stable")]
    place = Place((), ("label", "time", "rows"), f"the order of the rows × {target}")
    return kept(ground, order, place)
