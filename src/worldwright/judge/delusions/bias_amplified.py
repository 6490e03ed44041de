"""A gap between two groups grows: labels of the class move from the group that has fewer of them.

The class is as frequent as it should be, and so is each group.
"""

from __future__ import annotations

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import categories, classes, values_with, words
from ..planting import Place, edited, pick, some, swapped, taken


@plugins.delusions("bias_amplified")
@delusion(group="label", ladder=(0.06, 0.12, 0.25, 0.5, 1.0), unit="share of the group's class")
def bias_amplified(ground: Ground, strength: float) -> Planted | str:
    """The gap in the rate of a class between two groups is larger than it is."""
    found = classes(ground)
    if found is None:
        return "no target was named, or it has no two classes of 20 rows each"
    target, rare = found
    groups = [(c, w) for c in categories(ground) for w in values_with(ground, c, 0.2, 0.8)]
    groups = [g for g in groups if (rare & (words(ground, g[0]) == g[1])).sum() >= 20]
    chosen = pick(ground, groups)
    if chosen is None:
        return "no group of 20 to 80 % of the rows has 20 rows of the rarer class"
    inside = words(ground, chosen[0]) == chosen[1]
    if rare[inside].mean() > rare[~inside].mean():
        inside = ~inside
    losing, gaining = some(ground, rare & inside, strength), some(ground, ~rare & ~inside, 1.0)
    moved = min(len(losing), len(gaining))
    questions = ("bias", "pairs", "label", "rows", "subgroups")
    place = Place((chosen[0], target), questions, f"{target} between groups of {chosen[0]}")
    index = swapped(losing[:moved], gaining[:moved], ground.fresh.rows)
    return edited(ground, {target: taken(ground, target, index)}, place)
