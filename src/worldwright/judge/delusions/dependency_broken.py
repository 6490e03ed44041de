"""A dependency is broken: a category that another one decides is something else in some rows."""

from __future__ import annotations

from itertools import permutations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import categories, words
from ..planting import Place, edited, pick, some, taken


@plugins.delusions("dependency_broken")
@delusion(group="rules", ladder=(0.002, 0.004, 0.008, 0.016, 0.032))
def dependency_broken(ground: Ground, strength: float) -> Planted | str:
    """A category that another column decides is another one in some rows."""
    columns = {name: words(ground, name).astype(str) for name in categories(ground)}
    pairs = [p for p in permutations(columns, 2) if _decides(columns[p[0]], columns[p[1]])]
    pair = pick(ground, pairs)
    if pair is None:
        return "no column of categories decides another one"
    decided = columns[pair[1]]
    order = some(ground, np.arange(len(decided)), 1.0)
    at = order[: round(strength * len(order))]
    others = {word: order[decided[order] != word] for word in np.unique(decided)}
    draws = ground.chance("others").random(len(order))
    index = np.arange(len(order))
    for row, draw in zip(at, draws, strict=False):
        index[row] = others[decided[row]][int(draw * len(others[decided[row]]))]
    place = Place(pair, ("rules", "pairs", "rows", "subgroups"), " × ".join(pair))
    return edited(ground, {pair[1]: taken(ground, pair[1], index)}, place)


def _decides(first: np.ndarray, second: np.ndarray) -> bool:
    """True where each value of the first goes with one of the second, and that says something."""
    pairs = len({*zip(first, second, strict=True)})
    return 3 <= pairs == len(set(first)) and 1 < len(set(second)) < pairs
