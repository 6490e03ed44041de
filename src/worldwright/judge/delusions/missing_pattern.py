"""Gaps in the wrong rows: each column lacks as much as it should, but not in the same rows.

Rows that lack both values and rows that lack neither exchange those of one column, or the other way
round, whichever the data has more of.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import gappy, missing
from ..planting import Place, edited, pick, some, swapped, taken


@plugins.delusions("missing_pattern")
@delusion(group="missingness", ladder=(0.06, 0.12, 0.25, 0.5, 1.0), unit="share of what can move")
def missing_pattern(ground: Ground, strength: float) -> Planted | str:
    """Two columns lack their values in the wrong rows together."""
    gaps = {name: missing(ground, name) for name in gappy(ground)}
    ends = {(a, b): _ends(gaps[a], gaps[b]) for a, b in combinations(gaps, 2)}
    pair = pick(ground, [p for p, (one, other) in ends.items() if min(len(one), len(other)) >= 40])
    if pair is None:
        return "no two columns lack their values in enough rows"
    one, other = ends[pair]
    moved = round(strength * min(len(one), len(other)))
    first, second = some(ground, one, 1.0)[:moved], some(ground, other, 1.0, "others")[:moved]
    name = pair[1]
    place = Place(pair, ("missingness", "pairs", "rows"), f"the gaps of {' × '.join(pair)}")
    index = swapped(first, second, ground.fresh.rows)
    return edited(ground, {name: taken(ground, name, index)}, place)


def _ends(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows that lie together and may exchange, or those that lie apart."""
    together = np.flatnonzero(a & b), np.flatnonzero(~a & ~b)
    apart = np.flatnonzero(a & ~b), np.flatnonzero(~a & b)
    return together if min(map(len, together)) >= min(map(len, apart)) else apart
