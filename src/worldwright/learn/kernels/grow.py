"""One density tree, grown on histograms of random projections of the codes that it predicts.

The gain of a split is the drop in variance of `WIDTH - 1` random projections of the one-hot target:
in expectation that is the drop in Gini impurity, at a cost that does not depend on how many codes
the target has (extremely wide targets: Joly, Geurts & Wehenkel, "Random forests with random
projections of the output space", ECML 2014). Unordered columns are cut along the order of their
mean projection (Breiman et al., "Classification and Regression Trees", 1984, theorem 4.5).

A node is a contiguous range of the permuted rows, and its children are two neighbouring nodes:

    nodes[v] = feature * 4 + form, first child, key        feature < 0: a leaf
    spans[v] = start, count, distinct codes of the target
    form 0: left where code <= key        (ordered)
    form 1: left where bit `code` of key  (up to 32 unordered codes)
    form 2: left where bit `code` of pool[key:]

The search reads at most `look` rows of a node, evenly spread; the cut moves all of them.
"""

from __future__ import annotations

import numpy as np

from .chance import begin, step, uniform
from .compiled import kernel

WIDTH = 8  # seven projections and a count: one 32-byte vector
FEATURE, CHILD, KEY = 0, 1, 2
START, COUNT, DISTINCT = 0, 1, 2


@kernel
def grow(
    codes: np.ndarray,
    features: np.ndarray,
    sizes: np.ndarray,
    unordered: np.ndarray,
    target: np.ndarray,
    projection: np.ndarray,
    rows: np.ndarray,
    limits: np.ndarray,
    key: np.uint64,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Grow one tree on `rows`; return its nodes, their spans, its pool, its codes, its gains.

    `codes` is (columns, rows); `features` names the columns that may be asked; `projection` is
    (target codes, WIDTH) with ones in its last column; `limits` = leaf, look, features a node, depth.
    """
    leaf, look, tries, deepest = limits[0], limits[1], limits[2], limits[3]
    n = rows.shape[0]
    most = 2 * (n // max(1, leaf)) + 3
    nodes = np.zeros((most, 3), np.int32)
    spans = np.zeros((most, 3), np.int32)
    depth = np.zeros(most, np.int32)
    widest = 1
    for j in features:
        widest = max(widest, sizes[j])
    pool = np.zeros(1024, np.uint32)
    used = 0
    order = rows.copy()
    spare = np.empty(n, np.int32)
    seen = np.empty(min(look, n), np.int32)
    vectors = np.empty((min(look, n), WIDTH), np.float32)
    sums = np.zeros((widest, WIDTH), np.float32)
    touched = np.empty(widest, np.int32)
    means = np.empty(widest, np.float64)
    goes_left = np.zeros(widest, np.bool_)
    best_left = np.zeros(widest, np.bool_)
    asked = features.copy()
    gains = np.zeros(codes.shape[0], np.float64)
    total = np.zeros(WIDTH, np.float64)
    left = np.zeros(WIDTH, np.float64)
    state = begin(key, 0)
    spans[0, COUNT] = n
    made = 1
    v = 0
    while v < made:
        start, count = spans[v, START], spans[v, COUNT]
        nodes[v, FEATURE] = -1
        if count < 2 * leaf or depth[v] >= deepest or asked.shape[0] == 0:
            v += 1
            continue
        m = min(look, count)
        for q in range(WIDTH):
            total[q] = 0.0
        for i in range(m):
            row = order[start + (i * count) // m]
            seen[i] = row
            for q in range(WIDTH):
                z = projection[target[row], q]
                vectors[i, q] = z
                total[q] += z
        base = 0.0
        spread = 0.0
        for q in range(WIDTH - 1):
            base += total[q] * total[q] / m
        for i in range(m):
            for q in range(WIDTH - 1):
                spread += vectors[i, q] * vectors[i, q]
        if spread - base <= 1e-6 * m:
            v += 1
            continue
        best = 1e-6 * m
        feature = -1
        threshold = 0
        for a in range(min(tries, asked.shape[0])):
            state = step(state)
            b = a + int(uniform(state) * (asked.shape[0] - a))
            j = asked[b]
            asked[b] = asked[a]
            asked[a] = j
            found = 0
            column = codes[j]
            for i in range(m):
                c = column[seen[i]]
                if sums[c, WIDTH - 1] == 0.0:
                    touched[found] = c
                    found += 1
                for q in range(WIDTH):
                    sums[c, q] += vectors[i, q]
            if found > 1:
                if unordered[j]:
                    _by_mean(touched, found, sums, means)
                elif found * 6 > sizes[j]:
                    _by_scan(touched, sizes[j], sums)
                else:
                    touched[:found].sort()
                for q in range(WIDTH):
                    left[q] = 0.0
                for a2 in range(found - 1):
                    c = touched[a2]
                    for q in range(WIDTH):
                        left[q] += sums[c, q]
                    lower = left[WIDTH - 1]
                    if lower < leaf:
                        continue
                    upper = m - lower
                    if upper < leaf:
                        break
                    score = 0.0
                    for q in range(WIDTH - 1):
                        rest = total[q] - left[q]
                        score += left[q] * left[q] / lower + rest * rest / upper
                    if score - base > best:
                        best = score - base
                        feature = j
                        threshold = c
                        if unordered[j]:
                            # Codes that were not seen here follow the larger side.
                            flip = lower > upper
                            best_left[:] = False
                            for a3 in range(found):
                                best_left[touched[a3]] = (a3 <= a2) != flip
            for a2 in range(found):
                c = touched[a2]
                for q in range(WIDTH):
                    sums[c, q] = 0.0
        if feature < 0:
            v += 1
            continue
        gains[feature] += best * count / m
        for c in range(sizes[feature]):
            goes_left[c] = best_left[c] if unordered[feature] else c <= threshold
        column = codes[feature]
        front, back = start, 0
        for r in range(start, start + count):
            row = order[r]
            if goes_left[column[row]]:
                order[front] = row
                front += 1
            else:
                spare[back] = row
                back += 1
        for r in range(back):
            order[front + r] = spare[r]
        if not unordered[feature]:
            nodes[v, FEATURE], nodes[v, KEY] = feature * 4, threshold
        else:
            words = (sizes[feature] + 31) // 32
            if used + words > pool.shape[0]:
                larger = np.zeros(2 * pool.shape[0] + words, np.uint32)
                larger[:used] = pool[:used]
                pool = larger
            for c in range(sizes[feature]):
                if goes_left[c]:
                    pool[used + (c >> 5)] |= np.uint32(1) << np.uint32(c & 31)
            if words == 1:
                nodes[v, FEATURE], nodes[v, KEY] = feature * 4 + 1, np.int32(pool[used])
                pool[used] = 0
            else:
                nodes[v, FEATURE], nodes[v, KEY] = feature * 4 + 2, used
                used += words
        nodes[v, CHILD] = made
        spans[made, START], spans[made, COUNT] = start, front - start
        spans[made + 1, START], spans[made + 1, COUNT] = front, start + count - front
        depth[made] = depth[v] + 1
        depth[made + 1] = depth[v] + 1
        made += 2
        v += 1
    leaves = np.empty(n, np.uint16)
    for r in range(n):
        leaves[r] = target[order[r]]
    for v in range(made):
        # Sorted, so that the order of a leaf's codes says nothing about which row is which.
        if nodes[v, FEATURE] < 0:
            leaves[spans[v, START] : spans[v, START] + spans[v, COUNT]].sort()
    _count_distinct(spans[:made], leaves, projection.shape[0])
    return nodes[:made].copy(), spans[:made].copy(), pool[:used].copy(), leaves, gains


@kernel
def _count_distinct(spans: np.ndarray, leaves: np.ndarray, size: int) -> None:
    """Fill in how many different codes each node holds."""
    last = np.full(size, -1, np.int32)
    for v in range(spans.shape[0]):
        for r in range(spans[v, START], spans[v, START] + spans[v, COUNT]):
            spans[v, DISTINCT] += last[leaves[r]] != v
            last[leaves[r]] = v


@kernel
def _by_mean(touched: np.ndarray, found: int, sums: np.ndarray, means: np.ndarray) -> None:
    """Sort the touched codes by their mean on the projection that tells them apart best."""
    best, axis = -1.0, 0
    for q in range(WIDTH - 1):
        between = 0.0
        for a in range(found):
            c = touched[a]
            between += sums[c, q] * sums[c, q] / sums[c, WIDTH - 1]
        if between > best:
            best, axis = between, q
    for a in range(found):
        c = touched[a]
        means[a] = sums[c, axis] / sums[c, WIDTH - 1]
    by_mean = np.argsort(means[:found])
    copied = touched[:found].copy()
    for a in range(found):
        touched[a] = copied[by_mean[a]]


@kernel
def _by_scan(touched: np.ndarray, size: int, sums: np.ndarray) -> None:
    """List the touched codes in rising order."""
    found = 0
    for c in range(size):
        if sums[c, WIDTH - 1] > 0.0:
            touched[found] = c
            found += 1
