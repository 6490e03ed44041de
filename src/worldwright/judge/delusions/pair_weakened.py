"""Two columns go together too little: in some rows one of them holds the value of another such row.

Every column alone stays exactly as it was.
"""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import bonds, mobile
from ..planting import Place, edited, mixed, pick, some, taken


@plugins.delusions("pair_weakened")
@delusion(group="dependence", ladder=(0.05, 0.1, 0.2, 0.4, 0.8))
def pair_weakened(ground: Ground, strength: float) -> Planted | str:
    """A column that depends on others depends on them less."""
    found = bonds(ground, mobile(ground))
    strong = sorted((pair for pair, v in found.items() if v >= 0.25), key=lambda p: -found[p])
    pair = pick(ground, strong[: max(3, len(strong) // 2)])
    if pair is None:
        return "no two columns depend on each other clearly"
    name = pair[int(ground.chance("which").integers(2))]
    index = mixed(ground, some(ground, np.arange(ground.fresh.rows), strength))
    place = Place((name,), ("pairs", "rows", "rules", "subgroups"), " × ".join(pair))
    return edited(ground, {name: taken(ground, name, index)}, place)
