"""Draw a code from a column's trees, or weigh one: the two faces of one law.

A row descends one tree, picked at random, to a leaf. From a node v of n rows and d distinct codes
it steps back to the parent with chance b_v = e d / (n + e d), again and again, and then takes the
code of a row of the node where it stands. So along the path from the root to the leaf

    p_v(y) = (1 - b_v) c_v(y) / n_v + b_v p_parent(y),        p_root(y) = c_root(y) / n_root

where c_v(y) counts the rows of v that hold y; the law of the column is the mean over its trees.
This is the escape of Witten & Bell ("The zero-frequency problem", IEEE Trans. IT 37, 1991) on a
tree of contexts: a node whose rows agree is believed, one whose rows all differ is not.
"""

from __future__ import annotations

import numpy as np

from .chance import begin, step, uniform
from .compiled import kernel
from .grow import CHILD, COUNT, DISTINCT, FEATURE, KEY, START

DEEPEST = 64
LARGE = 4_096  # rows of a node that `weigh` does not count any more
SMALL = 1e-4  # weight of what is left of the path that it does not follow any more


@kernel
def below(nodes: np.ndarray, pool: np.ndarray, v: int, row: np.ndarray) -> int:
    """Return the child of node `v` that the codes of `row` lead to."""
    feature = nodes[v, FEATURE]
    code = np.int32(row[feature >> 2])
    key = nodes[v, KEY]
    form = feature & 3
    if form == 2:
        bit = np.int32(pool[key + (code >> 5)] >> np.uint32(code & 31)) & 1
        return nodes[v, CHILD] + 1 - bit
    # Without a branch: which form comes next cannot be predicted, and a wrong guess costs most.
    above = np.int32(code > key)
    absent = 1 - ((key >> (code & 31)) & 1)
    return nodes[v, CHILD] + (above & (1 - form)) + (absent & form)


@kernel
def descend(
    nodes: np.ndarray, pool: np.ndarray, root: int, row: np.ndarray, path: np.ndarray
) -> int:
    """Fill `path` with the nodes from the root to the row's leaf; return the leaf's place in it."""
    v = root
    at = 0
    path[0] = v
    while nodes[v, FEATURE] >= 0:
        v = below(nodes, pool, v, row)
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
def by_tree(
    rows: np.ndarray, trees: int, key: np.uint64
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return each row's stream and tree, and the rows' places in the order of their trees."""
    n = rows.shape[0]
    states = np.empty(n, np.uint64)
    tree = np.empty(n, np.int32)
    begins = np.zeros(trees + 1, np.int64)
    for i in range(n):
        states[i] = begin(key, rows[i])
        tree[i] = int(uniform(states[i]) * trees)
        begins[tree[i] + 1] += 1
    for t in range(trees):
        begins[t + 1] += begins[t]
    order = np.empty(n, np.int32)
    for i in range(n):
        order[begins[tree[i]]] = i
        begins[tree[i]] += 1
    return states, tree, order


@kernel
def draw(
    codes: np.ndarray,
    column: int,
    rows: np.ndarray,
    nodes: np.ndarray,
    spans: np.ndarray,
    pool: np.ndarray,
    leaves: np.ndarray,
    roots: np.ndarray,
    escape: float,
    key: np.uint64,
) -> None:
    """Fill `codes[:, column]`, (rows, columns), with a draw for each row, numbered by `rows`.

    Rows are taken tree by tree, since one tree fits the processor's nearest cache; which tree a row
    takes follows from its own stream, so the order is of no account.
    """
    path = np.empty(DEEPEST, np.int32)
    states, tree, order = by_tree(rows, roots.shape[0], key)
    for i in order:
        at = descend(nodes, pool, roots[tree[i]], codes[i], path)
        v = path[at]
        state = step(states[i])
        while at > 0:
            back = escape * spans[v, DISTINCT]
            if uniform(state) * (spans[v, COUNT] + back) >= back:
                break
            at -= 1
            v = path[at]
            state = step(state)
        pick = int(uniform(step(state)) * spans[v, COUNT])
        codes[i, column] = leaves[spans[v, START] + pick]


@kernel
def weigh(
    codes: np.ndarray,
    wanted: np.ndarray,
    nodes: np.ndarray,
    spans: np.ndarray,
    pool: np.ndarray,
    leaves: np.ndarray,
    roots: np.ndarray,
    escape: float,
    chances: np.ndarray,
) -> None:
    """Fill `chances[i]` with the probability of code `wanted[i]` given the codes of row i.

    `chances` comes in as the root's law at that code, which stands for what is left of a path once
    its weight is below `SMALL` or its node above `LARGE`.
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
            while at > 0 and weight > SMALL and spans[v, COUNT] <= LARGE:
                held = 0
                for r in range(spans[v, START], spans[v, START] + spans[v, COUNT]):
                    held += leaves[r] == code
                back = escape * spans[v, DISTINCT]
                total += weight * held / (spans[v, COUNT] + back)
                weight *= back / (spans[v, COUNT] + back)
                at -= 1
                v = path[at]
            total += weight * chances[i]
        chances[i] = total / trees
