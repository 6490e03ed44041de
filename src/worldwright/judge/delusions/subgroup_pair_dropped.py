"""A small group of two traits is gone, though each of the traits is there."""

from __future__ import annotations

from itertools import combinations

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import categories, values_with, words
from ..planting import Place, dropped, pick, some


@plugins.delusions("subgroup_pair_dropped")
@delusion(group="subgroups", ladder=(0.06, 0.12, 0.25, 0.5, 1.0), unit="share of the group")
def subgroup_pair_dropped(ground: Ground, strength: float) -> Planted | str:
    """Rows of a group that two columns make together (2 to 10 % of the rows) are left out."""
    traits = [(c, w) for c in categories(ground) for w in values_with(ground, c, 0.05, 0.6)]
    masks = {trait: words(ground, trait[0]) == trait[1] for trait in traits}
    groups = [
        (one, two)
        for one, two in combinations(traits, 2)
        if one[0] != two[0] and 0.02 <= (masks[one] & masks[two]).mean() <= 0.1
    ]
    chosen = pick(ground, groups)
    if chosen is None:
        return "no two categories make a group of 2 to 10 % of the rows"
    one, two = chosen
    gone = some(ground, masks[one] & masks[two], strength)
    names = (one[0], two[0])
    questions = ("columns", "pairs", "subgroups", "rows", "coverage")
    return dropped(ground, gone, Place(names, questions, f"a group of {' × '.join(names)}"))
