"""Draws from a column's law times a bend (a number of each code), as fast as from the law itself.

The law along the path from a leaf to the root (`descend.py`) is a mixture, so for one bend f its
sum needs no law: with F_v the mean of f over the rows of node v,

    s_v = (1 - b_v) F_v,        S_v = s_v + b_v S_parent,        S_root = F_root

is the sum of law times f of every row that ends at v. A draw stays at v with chance s_v / S_v, else
steps back to the parent; where it stays it takes a row of v by f, found in the running sums of f.
"""

from __future__ import annotations

import numpy as np

from .chance import begin, step, uniform
from .compiled import kernel
from .draw import by_tree, settle
from .grow import COUNT, START

STAYS, WHOLE, MEAN = 0, 1, 2
EASY = 0.2  # five trials on average cost about what one search does


@kernel
def bend_nodes(
    spans: np.ndarray,
    leaves: np.ndarray,
    parents: np.ndarray,
    backs: np.ndarray,
    bend: np.ndarray,
    heaps: np.ndarray,
    sums: np.ndarray,
) -> None:
    """Fill `heaps`, (rows + 1,), with running sums of the bend, and `sums[v]` with s_v, S_v, F_v.

    A node stands behind the node above it.
    """
    heaps[0] = 0.0
    for r in range(leaves.shape[0]):
        heaps[r + 1] = heaps[r] + bend[leaves[r]]
    for v in range(spans.shape[0]):
        first, n = spans[v, START], spans[v, COUNT]
        mean = (heaps[first + n] - heaps[first]) / n
        back = backs[v] if parents[v] >= 0 else 0.0
        above = sums[parents[v], WHOLE] if parents[v] >= 0 else 0.0
        sums[v, STAYS] = (1.0 - back) * mean
        sums[v, WHOLE] = sums[v, STAYS] + back * above
        sums[v, MEAN] = mean


@kernel
def draw_bent_nodes(
    codes: np.ndarray,
    column: int,
    rows: np.ndarray,
    nodes: np.ndarray,
    spans: np.ndarray,
    pool: np.ndarray,
    leaves: np.ndarray,
    roots: np.ndarray,
    parents: np.ndarray,
    bend: np.ndarray,
    heaps: np.ndarray,
    sums: np.ndarray,
    key: np.uint64,
    totals: np.ndarray,
) -> None:
    """Fill `codes[column]`, (columns, rows), with draws by law times bend, and `totals` with the
    sum of that product in the tree that the row takes: which one, is left to chance.
    """
    top = bend.max()
    states, ends, order = by_tree(rows, roots.shape[0], key)
    spare = np.empty(order.shape[0] + 1, np.uint32)
    ends_at = np.empty(order.shape[0], np.int32)
    for t in range(roots.shape[0]):
        first = ends[t - 1] if t else np.uint64(0)
        settle(codes, nodes, pool, roots[t], order, spare, first, ends[t], ends_at)
    for i in range(ends_at.shape[0]):
        totals[i] = sums[ends_at[i], WHOLE]
        codes[column, i] = _taken(
            ends_at[i], spans, leaves, parents, bend, top, heaps, sums, step(states[i])
        )


@kernel
def draw_bent_mean(
    codes: np.ndarray,
    column: int,
    rows: np.ndarray,
    nodes: np.ndarray,
    spans: np.ndarray,
    pool: np.ndarray,
    leaves: np.ndarray,
    roots: np.ndarray,
    parents: np.ndarray,
    bend: np.ndarray,
    heaps: np.ndarray,
    sums: np.ndarray,
    key: np.uint64,
    totals: np.ndarray,
) -> None:
    """Do the same with the mean over all trees: the tree is drawn by the sum that it gives.

    It costs a way down every tree, and the totals differ less from row to row.
    """
    n, trees, top = rows.shape[0], roots.shape[0], bend.max()
    order, spare = np.arange(n).astype(np.uint32), np.empty(n + 1, np.uint32)
    ends_at = np.empty((trees, n), np.int32)
    for t in range(trees):
        settle(codes, nodes, pool, roots[t], order, spare, np.uint64(0), np.uint64(n), ends_at[t])
    for i in range(n):
        state = begin(key, rows[i])
        total = 0.0
        for t in range(trees):
            total += sums[ends_at[t, i], WHOLE]
        aim, taken = uniform(state) * total, 0
        for t in range(trees):
            s = sums[ends_at[t, i], WHOLE]
            if s > 0.0:
                taken = t
                aim -= s
                if aim < 0.0:
                    break
        totals[i] = total / trees
        codes[column, i] = _taken(
            ends_at[taken, i], spans, leaves, parents, bend, top, heaps, sums, step(state)
        )


@kernel
def _taken(
    v: int,
    spans: np.ndarray,
    leaves: np.ndarray,
    parents: np.ndarray,
    bend: np.ndarray,
    top: float,
    heaps: np.ndarray,
    sums: np.ndarray,
    state: np.uint64,
) -> int:
    """Step back from leaf `v` as often as chance says; return a code of that node by its bend.

    Where the bend is high for most rows of the node, rows are tried until one is accepted; else it
    is looked for in the running sums, which lie far apart in memory.
    """
    while parents[v] >= 0 and uniform(state) * sums[v, WHOLE] >= sums[v, STAYS]:
        v = parents[v]
        state = step(state)
    low, n = spans[v, START], spans[v, COUNT]
    if sums[v, MEAN] > EASY * top:
        while True:
            state = step(state)
            code = leaves[low + int(uniform(state) * n)]
            state = step(state)
            if uniform(state) * top < bend[code]:
                return code
    high = low + n - 1
    aim = heaps[low] + uniform(step(state)) * (heaps[high + 1] - heaps[low])
    while low < high:
        middle = (low + high) >> 1
        if heaps[middle + 1] > aim:
            high = middle
        else:
            low = middle + 1
    while low > spans[v, START] and heaps[low + 1] == heaps[low]:
        low -= 1  # a sum that was rounded up has gone beyond the last row that may be taken
    return leaves[low]
