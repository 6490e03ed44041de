"""Upper and lower case exchanged: the same category is written in another way in some rows."""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import categories, missing, words
from ..planting import Place, as_words, edited, pick, some


@plugins.delusions("case_changed")
@delusion(group="form", ladder=(0.002, 0.004, 0.008, 0.016, 0.032))
def case_changed(ground: Ground, strength: float) -> Planted | str:
    """Some categories of one column are written in the other case."""
    named = categories(ground, words_only=True)
    name = pick(ground, [n for n in named if _has_letters(words(ground, n))])
    if name is None:
        return "no column of categories has letters"
    values = words(ground, name)
    at = some(ground, ~missing(ground, name), strength)
    values[at] = [value.swapcase() for value in values[at]]
    place = Place((name,), ("columns", "rules", "rows", "coverage"), f"the spelling of {name}")
    return edited(ground, {name: as_words(ground, name, values)}, place)


def _has_letters(values: np.ndarray) -> bool:
    return all(value is None or value.swapcase() != value for value in values)
