"""Wrong labels anywhere: rows of one class exchange their labels with rows of the others.

The share of each class stays as it was.
"""

from __future__ import annotations

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import classes
from ..planting import Place, edited, some, swapped, taken


@plugins.delusions("label_flipped")
@delusion(group="label", ladder=(0.06, 0.12, 0.25, 0.5, 1.0), unit="share of the rarer class")
def label_flipped(ground: Ground, strength: float) -> Planted | str:
    """Labels are wrong at random, though each class is as frequent as it should be."""
    found = classes(ground)
    if found is None:
        return "no target was named, or it has no two classes of 20 rows each"
    target, rare = found
    few = min(rare.sum(), (~rare).sum())
    moved = round(strength * few)
    one, other = some(ground, rare, 1.0)[:moved], some(ground, ~rare, 1.0, "others")[:moved]
    place = Place((target,), ("pairs", "label", "rows", "subgroups", "bias"), target)
    index = swapped(one, other, ground.fresh.rows)
    return edited(ground, {target: taken(ground, target, index)}, place)
