"""A share is off: whole rows of a frequent value are left out, so all that goes with it is kept."""

from __future__ import annotations

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import categories, values_with, words
from ..planting import Place, dropped, pick, some


@plugins.delusions("category_share")
@delusion(group="categories", ladder=(0.06, 0.12, 0.25, 0.5, 0.9), unit="share of its rows")
def category_share(ground: Ground, strength: float) -> Planted | str:
    """A category that 20 to 80 % of the rows hold is made too seldom."""
    held = [(c, w) for c in categories(ground) for w in values_with(ground, c, 0.2, 0.8)]
    chosen = pick(ground, held)
    if chosen is None:
        return "no column of categories has a value that 20 to 80 % of the rows hold"
    name, word = chosen
    gone = some(ground, words(ground, name) == word, strength)
    place = Place((name,), ("columns", "subgroups", "rows", "coverage"), f"one value of {name}")
    return dropped(ground, gone, place)
