"""Repeats: do made rows lie on rows that taught, more than on rows that did not?

Two looks, each with an exact null of its own; t is the number of teachers over that of others.

**Near.** Each made row has a nearest and a second nearest among all real rows, at d1 <= d2. If the
maker knew nothing of which real rows taught, then which of them did is a fresh deal, however good
or bad the maker is. With the margin m = ln(d2 / d1), and s = 1 where the nearest row taught and
s = -t where it did not, these have mean 0 and are dealt anew by shuffling who taught:

    leaning   sum of s min(m, 1.5): many rows that lean on teachers a little
    near      sum of s [d2 >= 2 d1]: rows that lie on one real row and no other
    rare      leaning, of the tenth of the made rows that lie farthest from everything

**Exact.** Of the real rows that equal a made row, a taught and b did not: the sum over made rows of
(a - t b) / (a + b). All three labels (made, taught, did not teach) are dealt anew among all rows,
which a perfect generator leaves exchangeable. That real rows never repeat each other counts too, so
that five copies tell, where five coin tosses would not.

Both are centred on what the *other* real rows show; so a table whose rows repeat by nature, and a
maker that keeps to the middle of the crowd, are not called memory. p of a look is that of its
largest studentised statistic (Westfall & Young 1993), and stops early where it is not small
(Besag & Clifford 1991).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .. import seeds
from .nearby import find_nearby

MADE, OTHER, TAUGHT = 0, 1, 2
_NEIGHBOURS, _MOST_MARGIN, _RARE = 6, 1.5, 0.1
_LEAST_SD, _FIRST_DEALS, _ENOUGH_BEYOND = 0.5, 199, 20
_TWICE = float(np.log(2.0))


@dataclass(frozen=True, slots=True)
class Count:
    """Made rows that repeat a teacher, and those that repeat another real row, of so many."""

    taught: float
    other: float
    rows: int


@dataclass(frozen=True, slots=True)
class Look:
    """What one look found: counts by name, its p, and its strength on the scale of the family."""

    counts: dict[str, Count]
    p: float
    strength: float


def look_near(
    made: np.ndarray, real: np.ndarray, taught: np.ndarray, *, deals: int, seed: int
) -> Look:
    """Look at nearest rows. `made`, `real` are points; `taught` says which real rows did."""
    nearby = find_nearby(made, real, _NEIGHBOURS)
    usual = float(np.median(nearby.squares[:, 0]))
    logs = np.log(nearby.squares + np.float32(0.01 * usual + 1e-4))
    margin = (logs[:, 1] - logs[:, 0]).astype(np.float64)
    leaning, near = np.minimum(margin, _MOST_MARGIN), margin >= _TWICE
    far = nearby.squares[:, -1]
    rare = far >= np.quantile(far, 1 - _RARE)
    nearest, which = np.unique(nearby.lists[:, 0], return_inverse=True)
    weights = np.stack([np.bincount(which, weights) for weights in (leaning, near, leaning * rare)])
    odds = taught.sum() / max(1, (~taught).sum())

    def statistics(labels: np.ndarray) -> np.ndarray:
        return weights @ np.where(labels[nearest], 1.0, -odds)

    p, strength = _deal(statistics, taught, deals, seeds.child(seed, "memory", "near"))
    mine = taught[nearby.lists[:, 0]]
    # Rare rows repeat no other by nature, so that a few copies of them tell where many would not.
    copies = rare & near & (nearby.squares[:, 0] == 0)
    counts = {
        "near": _count(near, mine, len(made)),
        "rare": _count(near & rare, mine, int(rare.sum())),
        "rare copies": _count(copies, mine, int(rare.sum())),
    }
    return Look(counts, p, strength)


def _count(repeats: np.ndarray, taught: np.ndarray, rows: int) -> Count:
    return Count(float((repeats & taught).sum()), float((repeats & ~taught).sum()), rows)


def look_exact(keys: np.ndarray, labels: np.ndarray, *, deals: int, seed: int) -> Look:
    """Look at equal rows. `labels` are MADE, OTHER or TAUGHT."""
    _, code, count = np.unique(keys, return_inverse=True, return_counts=True)
    repeated = np.flatnonzero(count[code] > 1)
    group = np.unique(code[repeated], return_inverse=True)[1]
    most = int(group.max(initial=0)) + 1
    odds = (labels == TAUGHT).sum() / max(1, (labels == OTHER).sum())
    rows = int((labels == MADE).sum())
    if not len(repeated):
        return Look({"exact": Count(0.0, 0.0, rows)}, 1.0, strength=-3.0)

    def equal(dealt: np.ndarray) -> tuple[float, float]:
        made, other, taught = (
            np.bincount(group[dealt[repeated] == who], minlength=most)
            for who in (MADE, OTHER, TAUGHT)
        )
        real = np.maximum(other + taught, 1)
        return float((made * taught / real).sum()), float((made * other / real).sum())

    def statistics(dealt: np.ndarray) -> np.ndarray:
        repeats, others = equal(dealt)
        return np.array([repeats - odds * others])

    p, strength = _deal(statistics, labels, deals, seeds.child(seed, "memory", "exact"))
    return Look({"exact": Count(*equal(labels), rows)}, p, strength)


def _deal(
    statistics: Callable[[np.ndarray], np.ndarray], labels: np.ndarray, deals: int, seed: int
) -> tuple[float, float]:
    """Return p of the largest statistic by shuffling the labels, and its strength."""
    seen = statistics(labels)
    drawn: list[np.ndarray] = []
    stream = seeds.stream(seed)
    for deal in range(deals):
        drawn.append(statistics(stream.permutation(labels)))
        if deal + 1 == _FIRST_DEALS:
            beyond, p, strength = _beyond(seen, np.array(drawn))
            if beyond >= _ENOUGH_BEYOND:
                return p, strength
    _, p, strength = _beyond(seen, np.array(drawn))
    return p, strength


def _beyond(seen: np.ndarray, drawn: np.ndarray) -> tuple[int, float, float]:
    mean, spread = drawn.mean(axis=0), np.maximum(drawn.std(axis=0), _LEAST_SD)
    largest = ((drawn - mean) / spread).max(axis=1)
    top = float(((seen - mean) / spread).max())
    beyond = int((largest >= top - 1e-9).sum())
    strength = (top - float(largest.mean())) / max(float(largest.std()), 0.1)
    return beyond, (1 + beyond) / (1 + len(drawn)), strength
