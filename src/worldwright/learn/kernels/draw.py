"""Draws of a column for many rows at once: the law of `descend.py`, sorted through the trees.

Rows of one tree are parted at its root, then at each node below, as a quicksort parts numbers: so a
node is read once for all its rows, and the column that it asks lies in one piece. Few rows that are
left of it go down one by one. Which tree a row takes, and all that it draws, follows from its own
stream, so neither order nor company is of any account.

Indices are unsigned: a signed one would be checked for counting from the end.
"""

from __future__ import annotations

import numpy as np

from .chance import begin, mix, step, uniform
from .compiled import kernel
from .descend import below
from .grow import CHILD, COUNT, FEATURE, KEY, START

ALONE = 4  # so few rows go down one by one
DEEPEST_FIRST = 256  # nodes that wait: more than a tree is deep
NONE, ONE = np.uint64(0), np.uint64(1)
HALF, LOWER, TWO_32 = np.uint64(32), np.uint64(0xFFFFFFFF), 2.0**32


@kernel
def by_tree(
    rows: np.ndarray, trees: int, key: np.uint64
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return each row's stream, where the rows of each tree end, and the rows in that order."""
    n = rows.shape[0]
    states, tree = np.empty(n, np.uint64), np.empty(n, np.uint16)
    ends = np.zeros(trees + 1, np.uint64)
    for i in range(n):
        states[i] = begin(key, rows[i])
        tree[i] = np.uint16(((states[i] >> HALF) * np.uint64(trees)) >> HALF)
        ends[np.uint64(tree[i]) + ONE] += ONE
    for t in range(trees):
        ends[t + 1] += ends[t]
    order = np.empty(n, np.uint32)
    for i in range(n):
        at = np.uint64(tree[i])
        order[ends[at]] = i
        ends[at] += ONE
    return states, ends, order


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
    backs: np.ndarray,
    key: np.uint64,
) -> None:
    """Fill `codes[column]`, (columns, rows), with a draw for each row, numbered by `rows`."""
    states, ends, order = by_tree(rows, roots.shape[0], key)
    spare, leaf_of = np.empty(order.shape[0] + 1, np.uint32), np.empty(order.shape[0], np.int32)
    for t in range(roots.shape[0]):
        first = ends[t - 1] if t else NONE
        settle(codes, nodes, pool, roots[t], order, spare, first, ends[t], leaf_of)
    for i in order:
        leaf = leaf_of[i]
        # One number of 64 bits says both whether to step back and which row to take.
        bits = mix(step(states[i]))
        if np.float64(bits >> HALF) < backs[leaf] * TWO_32:
            state = step(step(states[i]))
            codes[column, i] = _above(parents[leaf], spans, parents, leaves, backs, state)
        else:
            row = ((bits & LOWER) * np.uint64(spans[leaf, COUNT])) >> HALF
            codes[column, i] = leaves[np.uint64(spans[leaf, START]) + row]


@kernel
def settle(
    codes: np.ndarray,
    nodes: np.ndarray,
    pool: np.ndarray,
    root: int,
    order: np.ndarray,
    spare: np.ndarray,
    first: np.uint64,
    end: np.uint64,
    ends_at: np.ndarray,
) -> None:
    """Fill `ends_at` with the leaf of each of the rows `order[first:end]` in one tree.

    They are sorted through the tree, so `order[first:end]` ends in the order of the leaves.
    """
    waiting = np.empty((DEEPEST_FIRST, 3), np.int64)
    waiting[0, 0], waiting[0, 1], waiting[0, 2] = root, first, end
    many = 1
    while many > 0:
        many -= 1
        v, low, high = waiting[many, 0], waiting[many, 1], waiting[many, 2]
        while nodes[v, FEATURE] >= 0 and high - low > ALONE:
            asked, form = codes[nodes[v, FEATURE] >> 2], nodes[v, FEATURE] & 3
            middle = _part(asked, form, nodes[v, KEY], pool, order, spare, low, high)
            v = nodes[v, CHILD]
            if low < middle < high:
                waiting[many, 0], waiting[many, 1], waiting[many, 2] = v + 1, middle, high
                many += 1
                high = middle
            elif middle == low:
                v += 1
        for r in range(low, high):
            i = order[np.uint64(r)]
            leaf = v
            while nodes[leaf, FEATURE] >= 0:
                code = np.int32(codes[nodes[leaf, FEATURE] >> 2, i])
                leaf = below(nodes, pool, leaf, code)
            ends_at[i] = leaf


@kernel
def _above(
    v: int,
    spans: np.ndarray,
    parents: np.ndarray,
    leaves: np.ndarray,
    backs: np.ndarray,
    state: np.uint64,
) -> int:
    """Step back from node `v` as often as chance says; return the code of a row of that node."""
    while uniform(state) < backs[v]:
        v = parents[v]
        state = step(state)
    row = np.uint64(uniform(step(state)) * spans[v, COUNT])
    return leaves[np.uint64(spans[v, START]) + row]


@kernel
def _part(
    asked: np.ndarray,
    form: int,
    key: int,
    pool: np.ndarray,
    order: np.ndarray,
    spare: np.ndarray,
    low: int,
    high: int,
) -> int:
    """Move the rows of `order[low:high]` that go left to the front; return where the others begin.

    One loop for each form of node (`grow.py`), and no branch in it: which way a row goes cannot be
    predicted, and a wrong guess costs most.
    """
    front, back = np.uint64(low), NONE
    if form == 0:
        most = np.uint16(key)
        for r in range(np.uint64(low), np.uint64(high)):
            i = order[r]
            left = np.uint64(asked[i] <= most)
            order[front], spare[back] = i, i
            front += left
            back += ONE - left
    elif form == 1:
        word = np.uint32(key)
        for r in range(np.uint64(low), np.uint64(high)):
            i = order[r]
            left = np.uint64((word >> np.uint32(asked[i])) & np.uint32(1))
            order[front], spare[back] = i, i
            front += left
            back += ONE - left
    else:
        words = np.uint64(key)
        for r in range(np.uint64(low), np.uint64(high)):
            i = order[r]
            code = np.uint32(asked[i])
            word = pool[words + np.uint64(code >> np.uint32(5))]
            left = np.uint64((word >> (code & np.uint32(31))) & np.uint32(1))
            order[front], spare[back] = i, i
            front += left
            back += ONE - left
    for r in range(back):
        order[front + r] = spare[r]
    return int(front)
