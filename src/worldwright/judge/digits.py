"""Digits: how finely numbers are written, and what their last digit is.

Rounding, a change of unit, averaging and invented precision all show in the digits before they
show in the shape. Numbers are looked at with the decimals that 99 % of real values need (at most
6; a column that needs more has no last digit to look at).

    grain   more decimals than real values have; else how many zeros it ends in, and whether in a 5
    last    its last digit, 0 to 9
"""

from __future__ import annotations

import numpy as np

from .cells import Cells
from .stack import Values

_MOST_DECIMALS, _NEEDED = 6, 0.99
_ROWS_TO_LEARN_BY = 5_000
_GRAINS = (
    "with more decimals than real values have", "ending in a digit other than 0 and 5",
    "ending in 5", "ending in one zero", "ending in two zeros", "ending in three or more zeros",
)  # fmt: skip


def digits(column: Values, pool: slice) -> list[Cells]:
    """Return the grain and the last digit of each row; nothing for columns without digits."""
    if not column.column.kind.is_number:
        return []
    decimals = _decimals(column.values[pool])
    if decimals is None:
        return []
    whole, is_fine = _whole(column.values, decimals)
    missing = np.isnan(column.values)
    zeros = sum((whole % 10**power == 0).astype(int) for power in (1, 2, 3))
    grain = np.where(zeros > 0, 2 + zeros, np.where(whole % 5 == 0, 2, 1))
    grain = np.where(is_fine, 0, np.where(whole == 0, 5, grain))
    unknown = len(_GRAINS)
    grains = Cells(column.name, (*_GRAINS, "(missing)"), np.where(missing, unknown, grain))
    last = np.where(missing | is_fine, 10, whole % 10)
    tens = tuple(f"with last digit {digit}" for digit in range(10))
    return [grains, Cells(column.name, (*tens, "without one"), last)]


def _decimals(real: np.ndarray) -> int | None:
    """Return the decimals that nearly all real values need; None where 6 do not suffice."""
    seen = real[np.isfinite(real)][:_ROWS_TO_LEARN_BY]
    if not len(seen):
        return None
    for decimals in range(_MOST_DECIMALS + 1):
        if not _whole(seen, decimals)[1].mean() > 1 - _NEEDED:
            return decimals
    return None


def _whole(values: np.ndarray, decimals: int) -> tuple[np.ndarray, np.ndarray]:
    """Return |values| in units of the last decimal, and which of them have more decimals."""
    scaled = np.abs(np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)) * 10.0**decimals
    scaled = np.minimum(scaled, 2.0**53)
    whole = np.rint(scaled)
    is_fine = np.abs(scaled - whole) > 1e-6 * np.maximum(1.0, whole * 1e-9)
    return whole.astype(np.int64), is_fine
