"""A number is right in all and wrong in one group: it lies too high inside it."""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import categories, floats, numbers, values_with, varies, words
from ..planting import Place, edited, pick, rescored, taken


@plugins.delusions("subgroup_shifted")
@delusion(group="subgroups", ladder=(0.1, 0.2, 0.4, 0.8, 1.6), unit="standard deviations")
def subgroup_shifted(ground: Ground, strength: float) -> Planted | str:
    """One number lies too high inside one group (5 to 25 % of the rows)."""
    groups = [(c, w) for c in categories(ground) for w in values_with(ground, c, 0.05, 0.25)]
    group = pick(ground, groups)
    if group is None:
        return "no column of categories has a value that 5 to 25 % of the rows hold"
    inside = np.flatnonzero(words(ground, group[0]) == group[1])
    free = [n for n in numbers(ground) if varies(floats(ground, n)[inside], 8)]
    name = pick(ground, free, "number")
    if name is None:
        return "no column of numbers varies inside the group"
    index = rescored(ground, name, inside, lambda z: z + strength)
    questions = ("columns", "pairs", "subgroups", "rows", "tails")
    place = Place((group[0], name), questions, f"{name} inside a group of {group[0]}")
    return edited(ground, {name: taken(ground, name, index)}, place)
