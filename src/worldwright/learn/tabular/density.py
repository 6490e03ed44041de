"""How probable a row is to a forest: the product along its columns, exactly.

    p(row) = product over columns t of  p(code_t | codes before t) * p(value_t | code_t)

The first factor is the mean over the trees of what `kernels/descend.py` says, of the codes that
agree with what holds between columns; the second stands in `inside.py`. A value has one code, so
the product is normalised. Columns that other columns compute take no part where the row is as they
say; else it is impossible. Moments, gaps and orders are made of several drawn numbers in more than
one way: there no single product is the probability, and nothing is claimed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...data.dataset import Dataset
from ...errors import DensityError
from .codes import LEFT_OUT
from .rules import Computed

if TYPE_CHECKING:
    from .forest import Forest


def log_prob(forest: Forest, rows: Dataset) -> np.ndarray:
    """Return the natural logarithm of the probability of each row, (rows,); see `Dense`."""
    _refuse(forest)
    cells = {column.name: rows.table[column.name] for column in forest.recast.outer}
    codes, chances = forest.weighed(rows)
    possible = np.flatnonzero((chances > 0).all(axis=1) & (codes != LEFT_OUT).all(axis=1))
    if forest.recast.rules:
        some = {name: held.take(possible) for name, held in cells.items()}
        possible = possible[~forest.recast.broken(some, ())]
    codes = np.ascontiguousarray(codes[possible])
    for t in range(codes.shape[1]):
        chances[possible, t] *= forest.chain.exact(codes, t)
    logs = np.full(rows.rows, -np.inf)
    with np.errstate(divide="ignore"):
        logs[possible] = np.log(chances[possible]).sum(axis=1)
    return logs


def _refuse(forest: Forest) -> None:
    """Raise DensityError where a row can come about in more than one way."""
    recast = forest.recast
    names = [rule.name for rule in recast.rules if not isinstance(rule, Computed)]
    names += [calendar.name for calendar in recast.calendars]
    if names:
        told = ", ".join(map(repr, dict.fromkeys(names)))
        raise DensityError(
            f"what holds between columns, or the calendar, was learned in {told}: such a row can "
            "come about in several ways, and its exact probability is not known",
            where="log_prob of a forest",
            mend="leave these columns out of what is learned, or compare made rows with `ww.judge`",
        )
