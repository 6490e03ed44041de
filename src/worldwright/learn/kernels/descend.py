"""The law that a column's trees give a code: the way to a leaf, and the weight of a code there.

`draw.py` draws from it.

A row descends one tree, picked at random, to a leaf. From a node v it steps back to the parent with
chance b_v (`shrink.py`), again and again, and then takes the code of a row of the node where it
stands. So along the path from the root to the leaf

    p_v(y) = (1 - b_v) c_v(y) / n_v + b_v p_parent(y),        p_root(y) = c_root(y) / n_root

where c_v(y) counts the rows of v that hold y; the law of the column is the mean over its trees.
"""

from __future__ import annotations

import numpy as np

from .chance import begin, uniform
from .compiled import kernel
from .grow import CHILD, COUNT, FEATURE, KEY, START

DEEPEST = 64
SMALL = 1e-4  # weight of what is left of the path that it does not follow any more


@kernel
def below(nodes: np.ndarray, pool: np.ndarray, v: int, code: np.int32) -> int:
    """Return the child of node `v` that leads on for a row with this code of the node's column."""
    feature = nodes[v, FEATURE]
    key = nodes[v, KEY]
    form = feature & 3
    # Without a branch: which form comes next cannot be predicted, and a wrong guess costs most.
    is_pooled = np.int32(form == 2)
    word = pool[(key + (code >> 5)) * is_pooled]
    word = word if is_pooled else np.uint32(key)
    absent = 1 - (np.int32(word >> np.uint32(code & 31)) & 1)
    above = np.int32(code > key)
    return nodes[v, CHILD] + (absent if form else above)


@kernel
def descend(
    nodes: np.ndarray, pool: np.ndarray, root: int, row: np.ndarray, path: np.ndarray
) -> int:
    """Fill `path` with the nodes from the root to the row's leaf; return the leaf's place in it."""
    v = root
    at = 0
    path[0] = v
    while nodes[v, FEATURE] >= 0:
        v = below(nodes, pool, v, np.int32(row[nodes[v, FEATURE] >> 2]))
        at += 1
        path[at] = v
    return at


@kernel
def draw_first(
    codes: np.ndarray, column: int, rows: np.ndarray, ends: np.ndarray, key: np.uint64
) -> None:
    """Fill `codes[:, column]` with draws by the running sums `ends` of the codes' chances."""
    last = ends.shape[0] - 1
    for i in range(codes.shape[0]):
        u = uniform(begin(key, rows[i])) * ends[last]
        codes[i, column] = min(np.searchsorted(ends, u, side="right"), last)


@kernel
def parents_of(nodes: np.ndarray, parents: np.ndarray) -> None:
    """Fill `parents` with the node above each node; -1 above a root."""
    parents[:] = -1
    for v in range(nodes.shape[0]):
        if nodes[v, FEATURE] >= 0:
            parents[nodes[v, CHILD]] = v
            parents[nodes[v, CHILD] + 1] = v


@kernel
def weigh(
    codes: np.ndarray,
    wanted: np.ndarray,
    nodes: np.ndarray,
    spans: np.ndarray,
    pool: np.ndarray,
    leaves: np.ndarray,
    roots: np.ndarray,
    place: np.ndarray,
    held: np.ndarray,
    backs: np.ndarray,
    chances: np.ndarray,
) -> None:
    """Fill `chances[i]` with the probability of code `wanted[i]` given the codes of row i.

    `chances` comes in as the root's law at that code, which stands for what is left of a path once
    its weight is below `SMALL`.
    """
    path = np.empty(DEEPEST, np.int32)
    trees = roots.shape[0]
    for i in range(codes.shape[0]):
        code = wanted[i]
        total = 0.0
        for t in range(trees):
            at = descend(nodes, pool, roots[t], codes[i], path)
            v = path[at]
            weight = 1.0
            while weight > SMALL:
                stays = weight * (1.0 - backs[v])
                if place[v] >= 0:
                    total += stays * held[place[v], code]
                else:
                    count = 0
                    for r in range(spans[v, START], spans[v, START] + spans[v, COUNT]):
                        count += leaves[r] == code
                    total += stays * count / spans[v, COUNT]
                weight -= stays
                if at == 0:
                    break
                at -= 1
                v = path[at]
            total += weight * chances[i]
        chances[i] = total / trees
