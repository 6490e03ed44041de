"""Two values become one: rows of the one are written as the other."""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import categories, values_with, words
from ..planting import Place, edited, pick, some, taken


@plugins.delusions("category_merged")
@delusion(group="categories", ladder=(0.06, 0.12, 0.25, 0.5, 1.0), unit="share of the value's rows")
def category_merged(ground: Ground, strength: float) -> Planted | str:
    """Rows of one category are written as another one, which takes both up."""
    pairs = [
        (name, word, into)
        for name in categories(ground)
        for word in values_with(ground, name, 0.02, 0.25)
        for into in values_with(ground, name, 0.05, 0.6)
        if word != into
    ]
    chosen = pick(ground, pairs)
    if chosen is None:
        return "no column of categories has two values frequent enough to be merged"
    name, word, into = chosen
    values = words(ground, name)
    at = some(ground, values == word, strength)
    index = np.arange(len(values))
    index[at] = np.flatnonzero(values == into)[0]
    place = Place(
        (name,),
        ("columns", "pairs", "coverage", "rows", "subgroups", "rules"),
        f"two values of {name}",
    )
    return edited(ground, {name: taken(ground, name, index)}, place)
