"""Iterative scaling of a product of factors, one for each of some columns of codes."""

from __future__ import annotations

import numpy as np

from .compiled import kernel


@kernel
def scale(
    codes: np.ndarray,
    order: np.ndarray,
    seen: np.ndarray,
    weights: np.ndarray,
    sweeps: int,
    pull: float,
    found: np.ndarray,
) -> None:
    """Fit `found`, (columns, codes), so that the product of a row's factors is its mean `seen`.

    `codes` is (columns, rows) and `order` the columns that are fitted, in turn; each code is
    pulled towards the mean by as many rows as `pull` says.
    """
    n = codes.shape[1]
    product = np.ones(n)
    for _sweep in range(sweeps):
        for t in order:
            factors = found[t]
            are, expected = np.zeros(found.shape[1]), np.zeros(found.shape[1])
            total, whole = 0.0, 0.0
            for i in range(n):
                code = codes[t, i]
                product[i] /= factors[code]
                are[code] += seen[i] * weights[i]
                expected[code] += product[i] * weights[i]
                total += product[i] * weights[i]
                whole += weights[i]
            mean = pull * total / whole
            for code in range(found.shape[1]):
                factors[code] = (are[code] + mean) / (expected[code] + mean)
            for i in range(n):
                product[i] *= factors[codes[t, i]]
