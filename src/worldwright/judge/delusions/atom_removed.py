"""A value that many rows share is lost: its rows take other values of the column.

Zero hours, a standard price: a smooth density passes over such an atom.
"""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import floats, shared_values
from ..planting import Place, edited, pick, some, taken


@plugins.delusions("atom_removed")
@delusion(group="marginals", ladder=(0.06, 0.12, 0.25, 0.5, 1.0), unit="share of its rows")
def atom_removed(ground: Ground, strength: float) -> Planted | str:
    """A value that 2 to 60 % of the rows share in a column of numbers is made too seldom."""
    chosen = pick(ground, shared_values(ground, 0.02, 0.6))
    if chosen is None:
        return "no number with 8 different values has one that 2 to 60 % of the rows share"
    name, atom = chosen
    values = floats(ground, name)
    others = np.flatnonzero(~np.isnan(values) & (values != atom))
    at = some(ground, values == atom, strength)
    index = np.arange(len(values))
    index[at] = ground.chance("others").choice(others, len(values))[at]
    place = Place((name,), ("columns", "tails", "rows", "pairs"), f"one value of {name}")
    return edited(ground, {name: taken(ground, name, index)}, place)
