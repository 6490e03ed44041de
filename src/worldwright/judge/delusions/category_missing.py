"""A value is forgotten: its rows hold others of the same column, as often as they are."""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import categories, missing, values_with, words
from ..planting import Place, edited, pick, some, taken


@plugins.delusions("category_missing")
@delusion(group="categories", ladder=(0.06, 0.12, 0.25, 0.5, 1.0), unit="share of its rows")
def category_missing(ground: Ground, strength: float) -> Planted | str:
    """A category that 1 to 10 % of the rows hold is made too seldom."""
    held = [(c, w) for c in categories(ground) for w in values_with(ground, c, 0.01, 0.1)]
    chosen = pick(ground, held)
    if chosen is None:
        return "no column of categories has a value that 1 to 10 % of the rows hold"
    name, word = chosen
    values = words(ground, name)
    others = np.flatnonzero(~missing(ground, name) & (values != word))
    at = some(ground, values == word, strength)
    index = np.arange(len(values))
    index[at] = ground.chance("others").choice(others, len(values))[at]
    place = Place(
        (name,),
        ("columns", "pairs", "coverage", "rows", "subgroups", "rules"),
        f"one value of {name}",
    )
    return edited(ground, {name: taken(ground, name, index)}, place)
