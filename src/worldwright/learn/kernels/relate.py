"""How columns of codes go together: does one determine another, and which tell of a target most."""

from __future__ import annotations

import numpy as np

from .compiled import kernel


@kernel
def determines(a: np.ndarray, b: np.ndarray, exempt: int, table: np.ndarray) -> bool:
    """Fill `table[code of a]` with the code of b; False where one code of a meets two of b.

    Rows whose a is `exempt` are passed over. `table` comes in as -1 everywhere.
    """
    for i in range(a.shape[0]):
        c = a[i]
        if c == exempt:
            continue
        if table[c] < 0:
            table[c] = b[i]
        elif table[c] != b[i]:
            return False
    return True


@kernel
def associations(scores: np.ndarray, target: int, strength: np.ndarray) -> None:
    """Fill `strength[j]`, j < target, with the summed squared products of two columns' scores.

    `scores` is (columns, scores a column, rows), centred and of unit norm. Sums run in one fixed
    order, so every machine of one kind agrees on the last bit.
    """
    many, n = scores.shape[1], scores.shape[2]
    for j in range(target):
        total = 0.0
        for p in range(many):
            for q in range(many):
                product = 0.0
                for i in range(n):
                    product += scores[j, p, i] * scores[target, q, i]
                total += product * product
        strength[j] = total
