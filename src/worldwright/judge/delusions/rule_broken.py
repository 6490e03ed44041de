"""A rule of order is broken: one number is above another that it never exceeds."""

from __future__ import annotations

from itertools import permutations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import floats, grain, numbers, to_grain
from ..planting import Place, as_numbers, edited, pick, some


@plugins.delusions("rule_broken")
@delusion(group="rules", ladder=(0.002, 0.004, 0.008, 0.016, 0.032))
def rule_broken(ground: Ground, strength: float) -> Planted | str:
    """One number exceeds another in some rows, which it never does in truth."""
    names = numbers(ground, distinct=4)
    columns = {name: floats(ground, name) for name in names}
    pair = pick(ground, [p for p in permutations(names, 2) if _holds(columns[p[0]], columns[p[1]])])
    if pair is None:
        return "no number stays below another in all rows"
    low, high = columns[pair[0]], columns[pair[1]]
    step = grain(low)
    at = some(ground, ~np.isnan(low) & ~np.isnan(high), strength)
    excess = ground.chance("excess").uniform(0.02, 0.3, len(low))[at] * np.nanstd(low)
    low[at] = to_grain(np.ceil((high[at] + excess) / step + 1e-9) * step, step)
    place = Place(pair, ("rules", "pairs", "columns", "rows", "tails"), " × ".join(pair))
    return edited(ground, {pair[0]: as_numbers(ground, pair[0], low)}, place)


def _holds(low: np.ndarray, high: np.ndarray) -> bool:
    """True where the first never exceeds the second, and the two overlap."""
    known = ~np.isnan(low) & ~np.isnan(high)
    if known.sum() < 100 or (low[known] > high[known]).any():
        return False
    return bool(np.nanmax(low) > np.nanquantile(high, 0.25))
