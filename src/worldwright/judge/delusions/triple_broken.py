"""Three columns go together wrongly, while each two of them do so exactly as they should.

Each column is read as high or low (or: its most frequent value or not). Four rows, one from each
cell of odd parity, exchange values of the third column in two pairs and so land in the four cells
of even parity; each table of one and of two halves stays as it was, only that of three moves.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import bonds, categories, codes, mobile, numbers
from ..planting import Place, edited, some, taken

_ODD, _EVEN = (1, 2, 4, 7), (0, 3, 5, 6)
_FREE = 0.25  # the greatest bond of a column that moves: what else it goes with is hardly hurt
_FULL = 0.05  # of the rows in each cell: so many can move at the greatest strength


@plugins.delusions("triple_broken")
@delusion(group="dependence", ladder=(0.0125, 0.025, 0.05, 0.1, 0.2))
def triple_broken(ground: Ground, strength: float) -> Planted | str:
    """Three columns go together wrongly, though each two of them do not."""
    triple = _triple(ground)
    if triple is None:
        return "no three columns fall into halves whose eight cells are all well filled"
    names, cells = triple
    start = _ODD if np.isin(cells, _ODD).mean() >= 0.5 else _EVEN
    corners = [some(ground, cells == cell, 1.0, f"corner {cell}") for cell in start]
    moved = min(*map(len, corners), round(strength * len(cells) / 4))
    index = np.arange(len(cells))
    for first, second in ((0, 1), (2, 3)):
        one, other = corners[first][:moved], corners[second][:moved]
        index[one], index[other] = other, one
    place = Place(names, ("pairs", "rows", "subgroups"), " × ".join(names))
    return edited(ground, {names[2]: taken(ground, names[2], index)}, place)


def _triple(ground: Ground) -> tuple[tuple[str, ...], np.ndarray] | None:
    """Return three columns and each row's cell of their eight, all of them well filled.

    The third moves, so it is one that no other column of the table goes together with clearly.
    """
    halves = _halves(ground)
    found = bonds(ground, mobile(ground))
    bound = {name for pair, bond in found.items() if bond > _FREE for name in pair}
    triples = [
        (a, b, c)
        for c in sorted(set(halves) - bound)
        for a, b in combinations(sorted(set(halves) - {c}), 2)
    ]
    for at in ground.chance("place").permutation(len(triples)):
        a, b, c = triples[int(at)]
        cells = 4 * halves[a] + 2 * halves[b] + halves[c]
        if np.bincount(cells, minlength=8).min() >= _FULL * len(cells):
            return (a, b, c), cells
    return None


def _halves(ground: Ground) -> dict[str, np.ndarray]:
    """Return the columns of which neither half holds less than a quarter of the rows."""
    numeric = numbers(ground)
    found = {}
    for name in (*numeric, *categories(ground)):
        cells = codes(ground, name)
        cut = cells >= 3 if name in numeric else cells > 0
        if 0.25 <= cut.mean() <= 0.75:
            found[name] = cut.astype(np.int64)
    return found
