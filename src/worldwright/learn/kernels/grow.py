"""One density tree, grown on histograms of random projections of the codes that it predicts.

The gain of a split is the drop in variance of `WIDTH - 1` random projections of the one-hot target:
in expectation that is the drop in Gini impurity, at a cost that does not depend on how many codes
the target has (Joly, Geurts & Wehenkel, "Random forests with random projections of the output
space", ECML 2014). Unordered columns are cut along the order of their mean projection (Breiman et
al., "Classification and Regression Trees", 1984, theorem 4.5).

A node is a contiguous range of the permuted rows, and its children are two neighbouring nodes:

    nodes[v] = feature * 4 + form, first child, key        feature < 0: a leaf
    spans[v] = start, count, distinct codes of the target
    form 0: left where code <= key        (ordered)
    form 1: left where bit `code` of key  (up to 32 unordered codes)
    form 2: left where bit `code` of pool[key:]

The search reads at most `look` rows of a node, evenly spread; the cut moves all of them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .chance import begin, step, uniform
from .compiled import kernel
from .vector import LANES, add_row

WIDTH = LANES  # seven projections and a count: one 32-byte vector
FEATURE, CHILD, KEY = 0, 1, 2
START, COUNT, DISTINCT = 0, 1, 2
_LEAST_GAIN = 1e-6  # of variance a row
CUTS = 4.0  # independent cuts of one column, about
SORTED = 0.6  # what a code adds to the gain of nothing once codes are sorted by their mean: 2 / pi


class Rows(NamedTuple):
    """What is grown on: `codes` (columns, rows), their sizes and nature, the target, its scores."""

    codes: np.ndarray
    sizes: np.ndarray
    unordered: np.ndarray
    target: np.ndarray
    scores: np.ndarray


class Bench(NamedTuple):
    """Arrays to work on, made once a tree: the node's rows, histograms, the cut that is best."""

    seen: np.ndarray
    vectors: np.ndarray
    total: np.ndarray
    left: np.ndarray
    sums: np.ndarray
    touched: np.ndarray
    means: np.ndarray
    goes_left: np.ndarray
    spare: np.ndarray
    tally: np.ndarray


@kernel
def grow(
    rows: Rows, features: np.ndarray, order: np.ndarray, limits: np.ndarray, key: np.uint64
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Grow one tree on the rows in `order`, which it permutes, by asking only `features`.

    `limits` = leaf, look, features asked a node, depth. Returns the nodes, their spans, the pool,
    the target's codes in the nodes' order, and the gain of each column.
    """
    leaf, look, deepest = limits[0], limits[1], limits[3]
    n = order.shape[0]
    most = 2 * (n // max(1, leaf)) + 3
    nodes, spans = np.zeros((most, 3), np.int32), np.zeros((most, 3), np.int32)
    depth = np.zeros(most, np.int32)
    pool, used = np.zeros(256, np.uint32), 0
    gains = np.zeros(rows.codes.shape[0], np.float64)
    bench = _bench(rows, features, n, look)
    asked = features.copy()
    state = begin(key, 0)
    spans[0, COUNT] = n
    made, v = 1, 0
    while v < made:
        start, count = spans[v, START], spans[v, COUNT]
        nodes[v, FEATURE] = -1
        feature = -1
        if count >= 2 * leaf and depth[v] < deepest:
            seen = order[start : start + count]
            state, feature, threshold, gain = _search(rows, bench, seen, asked, limits, state)
        if feature >= 0:
            gains[feature] += gain
            size = rows.sizes[feature]
            if not rows.unordered[feature]:
                for c in range(size):
                    bench.goes_left[c] = c <= threshold
                nodes[v, FEATURE], nodes[v, KEY] = feature * 4, threshold
            else:
                pool, used = _write_set(nodes, v, feature, bench.goes_left[:size], pool, used)
            middle = _part(order[start : start + count], rows.codes[feature], bench)
            nodes[v, CHILD] = made
            spans[made, START], spans[made, COUNT] = start, middle
            spans[made + 1, START], spans[made + 1, COUNT] = start + middle, count - middle
            depth[made] = depth[v] + 1
            depth[made + 1] = depth[v] + 1
            made += 2
        v += 1
    leaves = _read_leaves(nodes[:made], spans[:made], rows, order)
    return nodes[:made].copy(), spans[:made].copy(), pool[:used].copy(), leaves, gains


@kernel
def _bench(rows: Rows, features: np.ndarray, n: int, look: int) -> Bench:
    widest = 1
    for j in features:
        widest = max(widest, rows.sizes[j])
    m = min(look, n)
    return Bench(
        np.empty(m, np.int32),
        np.empty((m, WIDTH), np.float32),
        np.zeros(WIDTH, np.float64),
        np.zeros(WIDTH, np.float64),
        np.zeros((widest, WIDTH), np.float32),
        np.empty(widest, np.int32),
        np.empty(widest, np.float64),
        np.zeros(widest, np.bool_),
        np.empty(n, np.int32),
        np.zeros(rows.scores.shape[0], np.int64),
    )


@kernel
def _search(
    rows: Rows,
    bench: Bench,
    order: np.ndarray,
    asked: np.ndarray,
    limits: np.ndarray,
    state: np.uint64,
) -> tuple[np.uint64, int, int, float]:
    """Return the stream's new state, the best feature (-1: none), its threshold and its gain.

    For an unordered feature `bench.goes_left` holds the codes of the left side.
    """
    leaf = limits[0]
    m = min(limits[1], order.shape[0])
    base, within, ways = _gather(rows, bench, order, m)
    best, feature, threshold = -np.inf, -1, 0
    if within <= _LEAST_GAIN * m:
        return state, feature, threshold, 0.0
    tries = min(limits[2], asked.shape[0])
    unit = within / m
    usual = chance_gain(ways, CUTS * tries * 1000.0 / limits[4]) * unit
    for a in range(tries):
        state = step(state)
        b = a + int(uniform(state) * (asked.shape[0] - a))
        j = asked[b]
        asked[b] = asked[a]
        asked[a] = j
        found = _histogram(rows.codes[j], bench, m)
        if found > 1:
            if rows.unordered[j]:
                _by_mean(bench, found)
            elif found * 6 > rows.sizes[j]:
                _by_scan(bench, rows.sizes[j])
            else:
                bench.touched[:found].sort()
            score, place, is_heavy = _best_cut(bench, found, m, leaf)
            usual_here = usual
            if rows.unordered[j]:
                usual_here += SORTED * (found - 2) * unit / ways
            if score - base - usual_here > max(best, 0.0):
                best, feature, threshold = score - base - usual_here, j, bench.touched[place]
                if rows.unordered[j]:
                    # Codes that were not seen here follow the larger side.
                    bench.goes_left[:] = False
                    for at in range(found):
                        bench.goes_left[bench.touched[at]] = (at <= place) != is_heavy
        for at in range(found):
            bench.sums[bench.touched[at]] = 0.0
    return state, feature, threshold, max(best, 0.0) * order.shape[0] / m


@kernel
def _gather(rows: Rows, bench: Bench, order: np.ndarray, m: int) -> tuple[float, float, float]:
    """Collect the scores of `m` rows of the node.

    Return their base, their sum of squares, and in how many independent ways they differ: of codes
    that are as many as 1 + D equal ones, seven random scores tell about 7 D / (7 + D).
    """
    count = order.shape[0]
    for q in range(WIDTH):
        bench.total[q] = 0.0
    spread, pairs = 0.0, 0.0
    for i in range(m):
        row = order[(i * count) // m]
        bench.seen[i] = row
        code = rows.target[row]
        pairs += 2 * bench.tally[code] + 1
        bench.tally[code] += 1
        for q in range(WIDTH):
            z = rows.scores[code, q]
            bench.vectors[i, q] = z
            bench.total[q] += z
            spread += z * z
    for i in range(m):
        bench.tally[rows.target[bench.seen[i]]] = 0
    base = 0.0
    for q in range(WIDTH - 1):
        base += bench.total[q] * bench.total[q] / m
    more = float(m) * m / pairs - 1
    ways = max(1.0, (WIDTH - 1) * more / (WIDTH - 1 + more))
    return base, spread - m - base, ways


@kernel
def chance_gain(ways: float, tests: float) -> float:
    """Return the gain, in variances of a row, that the best of so many splits without meaning has.

    The gain of one is a chi-square of `ways` degrees of freedom over their number; its quantile by
    Wilson & Hilferty (PNAS 1931), the normal one by Abramowitz & Stegun, 26.2.23.
    """
    t = np.sqrt(2 * np.log(max(tests, 2.0)))
    top = 2.515517 + 0.802853 * t + 0.010328 * t * t
    z = t - top / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t)
    part = 2 / (9 * ways)
    return (1 - part + z * np.sqrt(part)) ** 3


@kernel
def _histogram(column: np.ndarray, bench: Bench, m: int) -> int:
    """Sum the scores by code; return how many codes were touched."""
    found = 0
    sums, vectors = bench.sums, bench.vectors
    for i in range(m):
        c = column[bench.seen[i]]
        if sums[c, WIDTH - 1] == 0.0:
            bench.touched[found] = c
            found += 1
        add_row(sums, c, vectors, i)
    return found


@kernel
def _best_cut(bench: Bench, found: int, m: int, leaf: int) -> tuple[float, int, bool]:
    """Return the best score, the place in `touched` where left ends, and if left is larger."""
    left, total, sums = bench.left, bench.total, bench.sums
    best, place, is_heavy = -1.0, 0, False
    for q in range(WIDTH):
        left[q] = 0.0
    for at in range(found - 1):
        c = bench.touched[at]
        for q in range(WIDTH):
            left[q] += sums[c, q]
        lower = left[WIDTH - 1]
        upper = m - lower
        if lower < leaf:
            continue
        if upper < leaf:
            break
        score = 0.0
        for q in range(WIDTH - 1):
            rest = total[q] - left[q]
            score += left[q] * left[q] / lower + rest * rest / upper
        if score > best:
            best, place, is_heavy = score, at, lower > upper
    return best, place, is_heavy


@kernel
def _by_mean(bench: Bench, found: int) -> None:
    """Sort the touched codes by their mean on the projection that tells them apart best."""
    sums, touched = bench.sums, bench.touched
    best, axis = -1.0, 0
    for q in range(WIDTH - 1):
        between = 0.0
        for at in range(found):
            c = touched[at]
            between += sums[c, q] * sums[c, q] / sums[c, WIDTH - 1]
        if between > best:
            best, axis = between, q
    for at in range(found):
        c = touched[at]
        bench.means[at] = sums[c, axis] / sums[c, WIDTH - 1]
    by_mean = np.argsort(bench.means[:found])
    copied = touched[:found].copy()
    for at in range(found):
        touched[at] = copied[by_mean[at]]


@kernel
def _by_scan(bench: Bench, size: int) -> None:
    """List the touched codes in rising order."""
    found = 0
    for c in range(size):
        if bench.sums[c, WIDTH - 1] > 0.0:
            bench.touched[found] = c
            found += 1


@kernel
def _write_set(
    nodes: np.ndarray, v: int, feature: int, members: np.ndarray, pool: np.ndarray, used: int
) -> tuple[np.ndarray, int]:
    """Write the codes that go left as bits, in the node or in the pool; return the pool."""
    words = (members.shape[0] + 31) // 32
    if used + words > pool.shape[0]:
        larger = np.zeros(2 * pool.shape[0] + words, np.uint32)
        larger[:used] = pool[:used]
        pool = larger
    for c in range(members.shape[0]):
        if members[c]:
            pool[used + (c >> 5)] |= np.uint32(1) << np.uint32(c & 31)
    if words > 1:
        nodes[v, FEATURE], nodes[v, KEY] = feature * 4 + 2, used
        return pool, used + words
    nodes[v, FEATURE], nodes[v, KEY] = feature * 4 + 1, np.int32(pool[used])
    pool[used] = 0
    return pool, used


@kernel
def _part(order: np.ndarray, column: np.ndarray, bench: Bench) -> int:
    """Move the rows that go left to the front, both sides in their order; return how many."""
    front, back = 0, 0
    for r in range(order.shape[0]):
        row = order[r]
        if bench.goes_left[column[row]]:
            order[front] = row
            front += 1
        else:
            bench.spare[back] = row
            back += 1
    for r in range(back):
        order[front + r] = bench.spare[r]
    return front


@kernel
def _read_leaves(nodes: np.ndarray, spans: np.ndarray, rows: Rows, order: np.ndarray) -> np.ndarray:
    """Return the target's codes in the nodes' order, sorted in each leaf, and count the distinct.

    Sorted, so that the order of a leaf's codes says nothing about which row is which.
    """
    leaves = np.empty(order.shape[0], np.uint16)
    for r in range(order.shape[0]):
        leaves[r] = rows.target[order[r]]
    last = np.full(rows.scores.shape[0], -1, np.int32)
    for v in range(nodes.shape[0]):
        start, end = spans[v, START], spans[v, START] + spans[v, COUNT]
        if nodes[v, FEATURE] < 0:
            leaves[start:end].sort()
        for r in range(start, end):
            spans[v, DISTINCT] += last[leaves[r]] != v
            last[leaves[r]] = v
    return leaves
