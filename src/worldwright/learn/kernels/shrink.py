"""How far a draw at a node is pulled towards the node above it.

A split is believed as far as its rows speak for it. Of the chi-square that tells the two sides
apart,

    X2 = sum over sides and codes y of (c(y) - n p(y))^2 / (n p(y)),        p: the law of both sides

k - 1 is what sides without any difference have on average, so sides that are pulled towards their
common law by (k - 1) / X2 are nearest to the truth: the rule of James & Stein ("Estimation with
quadratic loss", 4th Berkeley Symposium, 1961) for one split; here `shrink` times as far. On top
comes the escape of Witten & Bell ("The zero-frequency problem", IEEE Trans. IT 37, 1991) for codes
that a node never saw: e d / (n + e d) for n rows of d codes.
"""

from __future__ import annotations

import numpy as np

from .compiled import kernel
from .grow import CHILD, COUNT, DISTINCT, FEATURE, START


@kernel
def backs_of(
    nodes: np.ndarray,
    spans: np.ndarray,
    leaves: np.ndarray,
    size: int,
    shrink: float,
    escape: float,
    backs: np.ndarray,
) -> None:
    """Fill `backs` with the chance that a draw steps back from each node; 0 at the root."""
    both, one = np.zeros(size, np.int64), np.zeros(size, np.int64)
    backs[:] = 0.0
    for v in range(nodes.shape[0]):
        if nodes[v, FEATURE] < 0:
            continue
        child = nodes[v, CHILD]
        smaller = child if spans[child, COUNT] <= spans[child + 1, COUNT] else child + 1
        pull = 0.0
        if shrink > 0.0:
            pull = min(1.0, shrink * _noise(spans, leaves, v, smaller, both, one))
        for at in range(child, child + 2):
            unseen = escape * spans[at, DISTINCT]
            backs[at] = 1.0 - (1.0 - pull) * spans[at, COUNT] / (spans[at, COUNT] + unseen)


@kernel
def _noise(
    spans: np.ndarray, leaves: np.ndarray, v: int, side: int, both: np.ndarray, one: np.ndarray
) -> float:
    """Return (k - 1) / X2 of the split of node `v`, one of whose sides is `side`."""
    n, whole = spans[side, COUNT], spans[v, COUNT]
    for r in range(spans[v, START], spans[v, START] + whole):
        both[leaves[r]] += 1
    for r in range(spans[side, START], spans[side, START] + n):
        one[leaves[r]] += 1
    told = 0.0
    for r in range(spans[side, START], spans[side, START] + n):
        told += one[leaves[r]] / both[leaves[r]]
    for r in range(spans[v, START], spans[v, START] + whole):
        both[leaves[r]] = 0
        one[leaves[r]] = 0
    apart = told * whole / (float(n) * n) - 1.0
    chi_square = n * apart * whole / (whole - n)
    return (spans[v, DISTINCT] - 1) / max(chi_square, 1e-9)
