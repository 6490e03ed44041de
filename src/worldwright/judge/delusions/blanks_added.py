"""Blanks at the end: the same category is written with a blank behind it in some rows."""

from __future__ import annotations

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import categories, missing, words
from ..planting import Place, as_words, edited, pick, some


@plugins.delusions("blanks_added")
@delusion(group="form", ladder=(0.002, 0.004, 0.008, 0.016, 0.032))
def blanks_added(ground: Ground, strength: float) -> Planted | str:
    """Some categories of one column have a blank at their end."""
    name = pick(ground, categories(ground, words_only=True))
    if name is None:
        return "no column of categories with 2 to 60 values"
    values = words(ground, name)
    at = some(ground, ~missing(ground, name), strength)
    values[at] = [f"{value} " for value in values[at]]
    place = Place((name,), ("columns", "rules", "rows", "coverage"), f"the spelling of {name}")
    return edited(ground, {name: as_words(ground, name, values)}, place)
