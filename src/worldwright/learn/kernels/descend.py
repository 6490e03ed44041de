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
LANES = 16
LARGE = 4_096  # rows of a node that `weigh` does not count any more
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
def parents_of(nodes: np.ndarray, parents: np.ndarray) -> None:
    """Fill `parents` with the node above each node; -1 above a root."""
    parents[:] = -1
    for v in range(nodes.shape[0]):
        if nodes[v, FEATURE] >= 0:
            parents[nodes[v, CHILD]] = v
            parents[nodes[v, CHILD] + 1] = v


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
    parents: np.ndarray,
    escape: float,
    key: np.uint64,
) -> None:
    """Fill `codes[:, column]`, (rows, columns), with a draw for each row, numbered by `rows`.

    Rows are taken tree by tree, since one tree fits the processor's nearest cache, and `LANES` of
    them go down side by side: each waits for its own node, and the waits overlap. Which tree a row
    takes follows from its own stream, so the order is of no account.
    """
    states, tree, order = by_tree(rows, roots.shape[0], key)
    at, row = np.empty(LANES, np.int32), np.empty(LANES, np.int32)
    lanes = min(LANES, order.shape[0])
    waiting = lanes
    for lane in range(lanes):
        row[lane] = order[lane]
        at[lane] = roots[tree[row[lane]]]
    while lanes > 0:
        for lane in range(lanes):
            v, i = at[lane], row[lane]
            feature = nodes[v, FEATURE]
            if feature >= 0:
                at[lane] = below(nodes, pool, v, np.int32(codes[i, feature >> 2]))
                continue
            codes[i, column] = _taken(v, spans, parents, leaves, escape, states[i])
            if waiting < order.shape[0]:
                row[lane] = order[waiting]
                at[lane] = roots[tree[row[lane]]]
                waiting += 1
            else:
                lanes -= 1
                row[lane], at[lane] = row[lanes], at[lanes]
                break


@kernel
def _taken(
    v: int,
    spans: np.ndarray,
    parents: np.ndarray,
    leaves: np.ndarray,
    escape: float,
    state: np.uint64,
) -> int:
    """Step back from leaf `v` as often as chance says; return the code of a row of that node."""
    state = step(state)
    while parents[v] >= 0:
        back = escape * spans[v, DISTINCT]
        if uniform(state) * (spans[v, COUNT] + back) >= back:
            break
        v = parents[v]
        state = step(state)
    return leaves[spans[v, START] + int(uniform(step(state)) * spans[v, COUNT])]


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
