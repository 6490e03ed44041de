"""An invented value: rows hold a category that does not exist."""

from __future__ import annotations

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import categories, missing, words
from ..planting import Place, as_words, edited, pick, some


@plugins.delusions("category_new")
@delusion(group="categories", ladder=(0.001, 0.002, 0.004, 0.008, 0.016))
def category_new(ground: Ground, strength: float) -> Planted | str:
    """Some rows hold a category that no real row has."""
    name = pick(ground, categories(ground, words_only=True))
    if name is None:
        return "no column of categories with 2 to 60 values"
    values = words(ground, name)
    at = some(ground, ~missing(ground, name), strength)
    values[at] = "worldwright-made"
    place = Place((name,), ("columns", "rules", "rows", "coverage"), name)
    return edited(ground, {name: as_words(ground, name, values)}, place)
