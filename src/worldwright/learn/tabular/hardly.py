"""What could hardly be learned, and why: said in the notes, so that few rows are no surprise.

Nothing here names a value; columns are named as they are learned.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .codes import Codes, Named
from .drawing import Chain
from .settings import Settings
from .trees import Coded

FEW_ROWS = 300
FEW_PIECES = 3


def hardly_learned(
    coded: Coded, codes: Sequence[Codes], chain: Chain, settings: Settings
) -> dict[str, str]:
    """Return what stays unlearned: by column, and under "the table" for all of it."""
    said: dict[str, str] = {}
    rows = coded.codes.shape[1]
    if rows < FEW_ROWS:
        said["the table"] = (
            f"few rows: each value and each bin needs {settings.rare} and each leaf "
            f"{settings.leaf}, so the columns are known roughly, and little of what joins them"
        )
    for at, of in enumerate(codes):
        if why := _why(of, coded.codes[at], chain, at, settings.rare):
            said[of.column.name] = why
    return said


def _why(of: Codes, codes: np.ndarray, chain: Chain, at: int, rare: int) -> str:
    """Return why a column is hardly learned; nothing where it is."""
    if isinstance(of, Named):
        told = len(of.values) - (of.rare == len(of.values) - 1)
        if of.merged[0] and told < 1:
            return f"no value is held by {rare} rows, so none is told"
    else:
        known = codes[codes != of.null] if of.null >= 0 else codes
        if len(known) < rare:
            return f"fewer than {rare} rows hold a number, so only its magnitude is told"
        if not of.is_plain and len(of.law.pieces) <= FEW_PIECES:
            return f"a law of {len(of.law.pieces)} pieces: too few rows for more"
    varies = bool(len(codes)) and bool((codes != codes[0]).any())
    trees = chain.trees[at]
    if at and varies and trees is not None and not trees.gains.any():
        return "no earlier column was seen to tell anything of it"
    return ""
