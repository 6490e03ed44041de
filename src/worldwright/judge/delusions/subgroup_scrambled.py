"""Inside one group a column has lost all that it has to do with others; elsewhere it is right."""

from __future__ import annotations

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import bonds, categories, mobile, values_with, words
from ..planting import Place, edited, mixed, pick, some, taken


@plugins.delusions("subgroup_scrambled")
@delusion(group="subgroups", ladder=(0.06, 0.12, 0.25, 0.5, 1.0), unit="share of the group")
def subgroup_scrambled(ground: Ground, strength: float) -> Planted | str:
    """Inside one group (10 to 40 % of the rows), a column no longer depends on the others."""
    groups = [(c, w) for c in categories(ground) for w in values_with(ground, c, 0.1, 0.4)]
    group = pick(ground, groups)
    if group is None:
        return "no column of categories has a value that 10 to 40 % of the rows hold"
    inside = words(ground, group[0]) == group[1]
    names = [name for name in mobile(ground) if name != group[0]]
    strong = [pair for pair, v in bonds(ground, names, inside).items() if v >= 0.25]
    pair = pick(ground, strong, "pair")
    if pair is None:
        return "no two columns go together clearly inside the group"
    index = mixed(ground, some(ground, inside, strength))
    where = f"{' × '.join(pair)} inside a group of {group[0]}"
    place = Place((pair[0],), ("pairs", "subgroups", "rows", "rules"), where)
    return edited(ground, {pair[0]: taken(ground, pair[0], index)}, place)
