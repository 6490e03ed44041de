"""Children in the wrong number: some move to a tenth of the parents, who get too many."""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..kinship import kinship
from ..planting import Place, some


@plugins.delusions("children_crowded")
@delusion(group="relations", ladder=(0.02, 0.04, 0.08, 0.16, 0.32), unit="share of references")
def children_crowded(ground: Ground, strength: float) -> Planted | str:
    """A tenth of the parents have too many children, and the others too few."""
    found = kinship(ground)
    if found is None:
        return "no table refers to another one"
    known = np.unique(found.parents[found.parents >= 0])
    few = some(ground, known, 0.1, "parents")
    if not len(few):
        return "fewer than ten rows are referred to"
    crowded = np.isin(found.parents, few)
    at = some(ground, ~crowded & (found.parents >= 0), strength)
    index = np.arange(len(crowded))
    index[at] = ground.chance("new").choice(np.flatnonzero(crowded), len(crowded))[at]
    questions = ("references", "columns", "pairs", "rows", "coverage")
    place = Place((found.name,), questions, f"the count of rows for each {found.name}")
    return found.moved(index, place)
