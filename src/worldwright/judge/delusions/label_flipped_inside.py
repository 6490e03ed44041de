"""Wrong labels in one group: inside it, rows of one class exchange their labels with the others."""

from __future__ import annotations

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import categories, classes, values_with, words
from ..planting import Place, edited, pick, some, swapped, taken


@plugins.delusions("label_flipped_inside")
@delusion(group="label", ladder=(0.06, 0.12, 0.25, 0.5, 1.0), unit="share of the rarer class")
def label_flipped_inside(ground: Ground, strength: float) -> Planted | str:
    """Labels are wrong inside one group, though each class is as frequent in it as it should be."""
    found = classes(ground)
    if found is None:
        return "no target was named, or it has no two classes of 20 rows each"
    target, rare = found
    groups = [(c, w) for c in categories(ground) for w in values_with(ground, c, 0.1, 0.5)]
    groups = [g for g in groups if (rare & (words(ground, g[0]) == g[1])).sum() >= 20]
    chosen = pick(ground, groups)
    if chosen is None:
        return "no group of 10 to 50 % of the rows has 20 rows of the rarer class"
    inside = words(ground, chosen[0]) == chosen[1]
    moved = round(strength * min((rare & inside).sum(), (~rare & inside).sum()))
    one, other = (
        some(ground, rare & inside, 1.0)[:moved],
        some(ground, ~rare & inside, 1.0, "others")[:moved],
    )
    questions = ("pairs", "label", "rows", "subgroups", "bias")
    place = Place((target,), questions, f"{target} inside a group of {chosen[0]}")
    index = swapped(one, other, ground.fresh.rows)
    return edited(ground, {target: taken(ground, target, index)}, place)
