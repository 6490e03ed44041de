"""A group is gone: rows of one value are left out, whole, so nothing else is disturbed."""

from __future__ import annotations

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import categories, values_with, words
from ..planting import Place, dropped, pick, some


@plugins.delusions("subgroup_dropped")
@delusion(group="subgroups", ladder=(0.06, 0.12, 0.25, 0.5, 1.0), unit="share of the group")
def subgroup_dropped(ground: Ground, strength: float) -> Planted | str:
    """Rows of one group (2 to 15 % of the rows) are left out."""
    groups = [(c, w) for c in categories(ground) for w in values_with(ground, c, 0.02, 0.15)]
    group = pick(ground, groups)
    if group is None:
        return "no column of categories has a value that 2 to 15 % of the rows hold"
    name, word = group
    gone = some(ground, words(ground, name) == word, strength)
    place = Place((name,), ("columns", "subgroups", "coverage", "rows"), f"a group of {name}")
    return dropped(ground, gone, place)
