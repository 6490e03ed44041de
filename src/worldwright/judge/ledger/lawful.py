"""Lawful: does a number follow the law that is claimed of it where an event happens?

The largest distance of two distribution functions (Kolmogorov 1933; Massey, JASA 1951); a law is
never met to the letter, so what is held against it is a distance of at least `FAR`.
"""

from __future__ import annotations

import numpy as np

from ...data.report import MIN_COUNT
from ...spec.statement import LooksLike
from .rows import Rows, rounded
from .tested import Tested, nothing

FAR = 0.1


def looks_like(statement: LooksLike, rows: Rows) -> Tested:
    """Test that a number follows a law, where an event happens."""
    event = rows.holds(statement.event)
    x = rows.values(statement.column[0], rows.table.num_rows).values[event]
    x = np.sort(x[~np.isnan(x)])
    size = len(x)
    if size < MIN_COUNT:
        return nothing(f"fewer than {MIN_COUNT} {rows.role} rows tell it", len(event))
    lawful = statement.law.cumulative(x)
    above = (np.arange(1, size + 1) / size - lawful).max()
    below = (lawful - np.arange(size) / size).max()
    apart = float(max(above, below))
    # Dvoretzky, Kiefer & Wolfowitz with Massart's constant (1990): P(D > d) <= 2 exp(-2 n d^2).
    error = float(np.sqrt(np.log(2 / 0.05) / (2 * size)))
    p = min(1.0, 2 * float(np.exp(-2 * size * max(apart - FAR, 0.0) ** 2)))
    low, high = max(apart - error, 0.0), min(apart + error, 1.0)
    return Tested(
        f"the distribution of {size:,} {rows.role} rows is {apart:.2g} [{low:.2g} to {high:.2g}] "
        f"away from {statement.law}; {FAR:g} is the least that counts",
        p=p,
        fits=high <= FAR,
        rows=size,
        measure="distance of distributions",
        effect=rounded(apart),
        low=rounded(low),
        high=rounded(high),
    )
