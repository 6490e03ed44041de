"""Regions: where made and real rows part, in at most three readable conditions.

"age ≥ 60 and job = retired and balance is missing": found on one half of the rows, measured on the
other, so the shares that are shown are honest. The search adds up evidence as a code length: a
region of k predicates out of P has the gain z²/2 - ln C(P, k), where z is the signed root of the
deviance of "inside or not" against "made or real" (Rissanen 1978; subgroup discovery as in
Friedman & Fisher, "Bump hunting in high-dimensional data", 1999). So one more predicate must pay
for itself, and the shortest description wins. All single predicates and all pairs are tried; a
third is added to the best pairs. The rows of a region are then set aside, and the search goes on
without them.

On the other half membership is settled before its rows are looked at, so the exact p of a region
(Fisher 1935) holds, corrected for the few regions that are measured (Holm 1979). It does not see
what has no corner: a dependence that is a little off everywhere is for the classifier.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from math import comb, log

import numpy as np

from .. import seeds
from .case import Case
from .effects import Ratio, cell_roots, ratio
from .predicates import Predicate, predicates

MOST_REGIONS, MIN_HALF = 5, 50
_MOST_PREDICATES, _MOST_SEARCHED = 600, 6_000
_MOST_PAIRS_GROWN, _LEAST_GAIN, _LEAST_ROWS = 300, 1.0, 10


@dataclass(frozen=True, slots=True)
class Region:
    """Conditions that hold together, with the counts inside and out on the measuring half.

    Attributes:
        made, real: Rows inside. rows: All made and real rows of that half.
        band: Where 95 % of real-against-real splits have the share inside, at that half's size.
        p: Exact, corrected for the regions that were measured.
        ratio: How many times as often made rows lie inside as real ones, at the level asked for.
    """

    predicates: tuple[Predicate, ...]
    made: int
    real: int
    rows: tuple[int, int]
    band: tuple[float, float]
    p: float
    ratio: Ratio

    @property
    def says(self) -> str:
        return " and ".join(predicate.says for predicate in self.predicates)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(predicate.column for predicate in self.predicates))


@dataclass(frozen=True, slots=True)
class Halves:
    """Rows of the Stack to find regions in, and rows to measure them on; made rows first."""

    find_made: np.ndarray
    find_real: np.ndarray
    made: np.ndarray
    real: np.ndarray


def regions(case: Case, columns: Sequence[str], level: float) -> list[Region]:
    """Return up to five regions, most telling first. `columns`: where to look first.

    Intervals have error probability `level` together. Few rows give none.
    """
    halves = _halves(case)
    if min(len(halves.made), len(halves.real)) < MIN_HALF:
        return []
    found = _found(halves, _vocabulary(case, columns))
    measured = [_measured(case, halves, region, level / max(1, len(found))) for region in found]
    order = sorted(range(len(measured)), key=lambda i: measured[i].p)
    return _holm([measured[i] for i in order])


def _halves(case: Case) -> Halves:
    sides = []
    for name, rows in (("made", case.null.made), ("real", case.null.reference)):
        mixed = seeds.stream(case.seed, "regions", name).permutation(rows)
        sides.append((mixed[0::2][:_MOST_SEARCHED], mixed[1::2]))
    (find_made, made), (find_real, real) = sides
    return Halves(find_made, find_real, made, real)


def _vocabulary(case: Case, columns: Sequence[str]) -> list[Predicate]:
    """Return the predicates of all columns, or of the first `columns` where there are too many."""
    rank = {name: place for place, name in enumerate(columns)}
    order = sorted(case.stack.values, key=lambda one: rank.get(one.name, len(rank)))
    known: list[Predicate] = []
    for column in order:
        more = predicates(column, case.stack.sizes.pool)
        if len(known) + len(more) > _MOST_PREDICATES:
            break
        known += more
    return known


class _Search:
    """Counts of made and real rows inside any conjunction, among the rows not yet set aside."""

    def __init__(self, halves: Halves, known: list[Predicate]) -> None:
        self.known = known
        self._sides = [
            np.array([one.holds(rows) for one in known], dtype=np.float32).reshape(len(known), -1)
            for rows in (halves.find_made, halves.find_real)
        ]
        names = {name: i for i, name in enumerate(dict.fromkeys(one.column for one in known))}
        self._column = np.array([names[one.column] for one in known])

    def best(self) -> tuple[int, ...] | None:
        """Return the conjunction with the largest gain, as places of predicates."""
        singles = self._gains(*(side.sum(axis=1) for side in self._sides), predicates=1)
        pairs = self._gains(*(side @ side.T for side in self._sides), predicates=2)
        pairs[self._column[:, None] >= self._column[None, :]] = -np.inf
        order = np.argsort(-pairs, axis=None, kind="stable")[:_MOST_PAIRS_GROWN]
        first, second = np.unravel_index(order, pairs.shape)
        inside = [side[first] * side[second] for side in self._sides]
        counts = (part @ side.T for part, side in zip(inside, self._sides, strict=True))
        triples = self._gains(*counts, predicates=3)
        for side in (first, second):
            triples[self._column[side][:, None] == self._column[None, :]] = -np.inf
        return self._largest(singles, pairs, triples, first, second)

    def set_aside(self, places: tuple[int, ...]) -> None:
        """Leave out the rows inside from here on."""
        for at, side in enumerate(self._sides):
            inside = reduce(np.multiply, (side[place] for place in places)) > 0
            self._sides[at] = np.ascontiguousarray(side[:, ~inside])

    def _gains(self, made: np.ndarray, real: np.ndarray, *, predicates: int) -> np.ndarray:
        n, m = (side.shape[1] for side in self._sides)
        made, real = made.astype(np.float64), real.astype(np.float64)
        z = _root(made, real, n, m)
        gains = z**2 / 2 - log(max(1, comb(len(self.known), predicates)))
        both = made + real
        gains[(both < _LEAST_ROWS) | (n + m - both < _LEAST_ROWS)] = -np.inf
        return gains

    def _largest(
        self,
        singles: np.ndarray,
        pairs: np.ndarray,
        triples: np.ndarray,
        first: np.ndarray,
        second: np.ndarray,
    ) -> tuple[int, ...] | None:
        one = int(singles.argmax())
        two = (int(first[0]), int(second[0]))
        row, third = np.unravel_index(int(triples.argmax()), triples.shape)
        three = (int(first[row]), int(second[row]), int(third))
        ranked = [
            (float(singles[one]), (one,)),
            (float(pairs[two]), two),
            (float(triples[row, third]), three),
        ]
        gain, places = max(ranked, key=lambda pair: pair[0])
        return tuple(sorted(places)) if gain >= _LEAST_GAIN else None


def _found(halves: Halves, known: list[Predicate]) -> list[tuple[Predicate, ...]]:
    found: list[tuple[Predicate, ...]] = []
    if len(known) < 2:
        return found
    search = _Search(halves, known)
    while len(found) < MOST_REGIONS:
        places = search.best()
        if places is None:
            break
        found.append(tuple(known[place] for place in places))
        search.set_aside(places)
    return found


def _measured(case: Case, halves: Halves, region: tuple[Predicate, ...], level: float) -> Region:
    from scipy.stats import fisher_exact

    def inside(rows: np.ndarray) -> np.ndarray:
        return reduce(np.logical_and, (predicate.holds(rows) for predicate in region))

    made, real = int(inside(halves.made).sum()), int(inside(halves.real).sum())
    n, m = len(halves.made), len(halves.real)
    p = float(fisher_exact([[made, n - made], [real, m - real]]).pvalue)
    return Region(
        region, made, real, (n, m), _band(case, inside), p, ratio(made, float(real), (n, m), level)
    )


def _band(case: Case, inside: object) -> tuple[float, float]:
    """Return the band of a share under the null: that of whole splits, widened to a half."""
    assert callable(inside)
    everyone = np.arange(len(case.stack.values[0].values))
    left, _ = case.null.tables(inside(everyone).astype(np.int32), 2)
    shares = left[1, 1:] / len(case.null.made)
    middle = float(np.median(shares))
    low, high = (middle + np.sqrt(2) * (np.quantile(shares, q) - middle) for q in (0.025, 0.975))
    return max(0.0, float(low)), min(1.0, float(high))


def _holm(ordered: list[Region]) -> list[Region]:
    from dataclasses import replace

    worst, corrected = 0.0, []
    for place, region in enumerate(ordered):
        worst = max(worst, min(1.0, region.p * (len(ordered) - place)))
        corrected.append(replace(region, p=worst))
    return corrected


def _root(made: np.ndarray, real: np.ndarray, n: int, m: int) -> np.ndarray:
    """Return the signed root of the deviance of (inside or not) against (made or real)."""
    shape = made.shape
    left = np.stack([made.ravel(), n - made.ravel()])
    right = np.stack([real.ravel(), m - real.ravel()])
    return np.asarray(cell_roots(left, right, moved=0.0)[0].reshape(shape))
