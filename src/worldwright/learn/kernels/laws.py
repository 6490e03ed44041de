"""The whole law of a column for each row, from one of its trees, and draws from it, bent.

`descend.draw` needs one code and never sees the law. Where evidence lies ahead, or the code must be
one of a few, the law is needed as a vector: the counts along the path from the leaf to the root,
each with the chance that a draw stops there. Nodes of many rows have their counts in `held`, so a
law costs about as much for a million rows as for a thousand.
"""

from __future__ import annotations

import numpy as np

from .chance import begin, step, uniform
from .compiled import kernel
from .descend import DEEPEST, descend
from .grow import COUNT, START

NOTHING = 1e-12  # what is left of a path when its root may stand for the rest
HARDLY = 1e-5  # the same where a code is drawn: no draw of 100,000 is another one


@kernel
def count_large(spans: np.ndarray, leaves: np.ndarray, place: np.ndarray, held: np.ndarray) -> None:
    """Fill `held[place[v]]` with the shares of the codes of each node that has a place."""
    for v in range(spans.shape[0]):
        at = place[v]
        if at < 0:
            continue
        one = np.float32(1.0 / spans[v, COUNT])
        for r in range(spans[v, START], spans[v, START] + spans[v, COUNT]):
            held[at, leaves[r]] += one


@kernel
def read_law(
    row: np.ndarray,
    root: int,
    nodes: np.ndarray,
    spans: np.ndarray,
    pool: np.ndarray,
    leaves: np.ndarray,
    place: np.ndarray,
    held: np.ndarray,
    backs: np.ndarray,
    path: np.ndarray,
    law: np.ndarray,
    scale: float,
    least: float,
) -> None:
    """Add `scale` times the law that one tree gives the row to `law`."""
    at = descend(nodes, pool, root, row, path)
    weight = scale
    while True:
        v = path[at]
        n = spans[v, COUNT]
        stays = weight * (1.0 - backs[v])
        if place[v] >= 0:
            for code in range(law.shape[0]):
                law[code] += stays * held[place[v], code]
        else:
            for r in range(spans[v, START], spans[v, START] + n):
                law[leaves[r]] += stays / n
        weight -= stays
        if at == 0:
            return
        at = at - 1 if weight > least * scale else 0


@kernel
def draw_bent(
    codes: np.ndarray,
    column: int,
    rows: np.ndarray,
    nodes: np.ndarray,
    spans: np.ndarray,
    pool: np.ndarray,
    leaves: np.ndarray,
    roots: np.ndarray,
    place: np.ndarray,
    held: np.ndarray,
    backs: np.ndarray,
    base: np.ndarray,
    bend: np.ndarray,
    key: np.uint64,
    totals: np.ndarray,
) -> None:
    """Fill `codes[:, column]` with draws from law * base * bend.

    `totals`, (rows, 2), gets the sums of law * base and of law * base * bend.

    One tree a row, drawn like in `descend.draw`: so the pair (tree, code) is weighed exactly.
    """
    path = np.empty(DEEPEST, np.int32)
    law = np.empty(bend.shape[0], np.float64)
    for i in range(codes.shape[0]):
        state = begin(key, rows[i])
        root = roots[int(uniform(state) * roots.shape[0])]
        law[:] = 0.0
        read_law(
            codes[i], root, nodes, spans, pool, leaves, place, held, backs, path, law, 1.0, HARDLY
        )
        totals[i, 0] = (law * base).sum()
        law *= base
        codes[i, column], totals[i, 1] = _pick(law, bend, uniform(step(state)))


@kernel
def _pick(law: np.ndarray, bend: np.ndarray, u: float) -> tuple[int, float]:
    """Return a code drawn by law * bend, and the sum of it; the likeliest where the sum is 0."""
    total = 0.0
    for code in range(law.shape[0]):
        law[code] *= bend[code]
        total += law[code]
    aim, last = u * total, 0
    for code in range(law.shape[0]):
        if law[code] > 0.0:
            last = code
            aim -= law[code]
            if aim < 0.0:
                break
    return last, total


@kernel
def weigh_exactly(
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
    allowed: np.ndarray,
    chances: np.ndarray,
    totals: np.ndarray,
) -> None:
    """Fill `chances[i]` with P(wanted[i]) under the mean of the trees, and `totals[i]` with the
    chance of all codes that are `allowed`.
    """
    path = np.empty(DEEPEST, np.int32)
    law = np.empty(held.shape[1], np.float64)
    trees = roots.shape[0]
    for i in range(codes.shape[0]):
        law[:] = 0.0
        for t in range(trees):
            read_law(
                codes[i], roots[t], nodes, spans, pool, leaves, place, held, backs, path, law,
                1.0 / trees, NOTHING,
            )  # fmt: skip
        chances[i] = law[wanted[i]]
        totals[i] = (law * allowed).sum()


@kernel
def draw_allowed(
    codes: np.ndarray,
    column: int,
    rows: np.ndarray,
    nodes: np.ndarray,
    spans: np.ndarray,
    pool: np.ndarray,
    leaves: np.ndarray,
    roots: np.ndarray,
    place: np.ndarray,
    held: np.ndarray,
    backs: np.ndarray,
    allowed: np.ndarray,
    key: np.uint64,
    totals: np.ndarray,
) -> None:
    """Fill `codes[:, column]` with draws from the mean of the trees, of the codes that are allowed.

    `totals[i]` gets the chance of all of them; where that is 0 the code drawn is of no account.
    """
    path = np.empty(DEEPEST, np.int32)
    law = np.empty(allowed.shape[0], np.float64)
    trees = roots.shape[0]
    for i in range(codes.shape[0]):
        law[:] = 0.0
        for t in range(trees):
            read_law(
                codes[i], roots[t], nodes, spans, pool, leaves, place, held, backs, path, law,
                1.0 / trees, NOTHING,
            )  # fmt: skip
        codes[i, column], totals[i] = _pick(law, allowed, uniform(begin(key, rows[i])))
