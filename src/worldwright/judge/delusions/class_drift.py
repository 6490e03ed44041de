"""One class looks different: a number lies too high in its rows, and is right in all others."""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import classes, numbers
from ..planting import Place, edited, pick, rescored, taken


@plugins.delusions("class_drift")
@delusion(group="label", ladder=(0.1, 0.2, 0.4, 0.8, 1.6), unit="standard deviations")
def class_drift(ground: Ground, strength: float) -> Planted | str:
    """One number lies too high in the rows of the rarer class."""
    found = classes(ground)
    if found is None:
        return "no target was named, or it has no two classes of 20 rows each"
    name = pick(ground, numbers(ground))
    if name is None:
        return "no column of numbers with at least 8 different values"
    target, rare = found
    index = rescored(ground, name, np.flatnonzero(rare), lambda z: z + strength)
    questions = ("columns", "pairs", "label", "rows", "tails", "subgroups")
    place = Place((name, target), questions, f"{name} inside a class of {target}")
    return edited(ground, {name: taken(ground, name, index)}, place)
