"""Pairs: what each two columns say together beyond what they say alone.

    cells       D(a, b) - D(a) - D(b), D the deviance of 7 cells a column: the interaction of the
                two with "made or real" (McGill 1954): a shifted column does not make all its pairs
                look broken; in all, the share of rows that would have to change beyond the columns
    cell        the one cell whose share is furthest off, given both columns' own shares
    novel       rows in cells that the other side leaves empty: combinations that do not exist
    dependence  how much of the dependence among real rows the made rows keep: the mean over rows
                of the pool's pointwise mutual information, made additive-free
    together    rank correlation (linear by linear), for dependence that was invented

Two of these have one degree of freedom and see weak faults that tables of counts cannot. All pairs
are asked, or the 1,500 that depend most on each other among real rows and those with the target.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ... import plugins, seeds
from ...data.progress import Meter
from ...data.report import Answer
from ..aspects import Asked, Aspect, Told, all_concluded, few, percent, statistics
from ..boosting import two_at_a_time
from ..case import Case, metric
from ..cells import Cells, cut
from ..effects import Z95, binomial_interval, deviance, distance, total_variation
from ..family import Outcome, Tests
from ..interplay import Interplay, keeps, moves_together
from ..normal import of_largest, of_size
from ..null import studentised
from ..places import (
    Place,
    band_of,
    interaction_roots,
    picture,
    told_of_cell,
    told_of_distance,
)
from ..values import novel

CELLS_IN_PAIRS = 7
MOST_PAIRS, QUICK_PAIRS, MOST_PAIRED = 1_500, 400, 300
_MEAN, _SD = 0.8, 0.35
_UNSEEN = 0.25  # most combinations are rare or were never seen: more of them turn up than values do
_ROWS_TO_CHOOSE_BY, _LEAST_TEACHERS = 2_000, 100


@dataclass(frozen=True, slots=True)
class Alone:
    """One column of a pair: cells, counts of both sides, and what they say by themselves."""

    cells: Cells
    left: np.ndarray
    right: np.ndarray
    deviance: np.ndarray
    distance: np.ndarray


@plugins.metrics("pairs")
@metric(
    questions=("pairs",),
    tolerance={"pairs": 0.05, "correlation": 0.05, "dependence": 0.1, "novel": 0.001},
    family=True,
)
def pairs(case: Case) -> Tests:
    """Compare how each two columns go together, beyond what they say alone."""
    stack = case.stack
    coarse = [cut(values, stack.sizes.pool, CELLS_IN_PAIRS) for values in stack.values]
    chosen, notes = _chosen(case, coarse)
    meter = Meter(case.progress, "judge: pairs", len(chosen), unit="pairs")
    alone = {i: _alone(case, coarse[i]) for i in sorted({i for pair in chosen for i in pair})}
    looked = []
    jobs = [lambda i=i, j=j: _pair(case, alone[i], alone[j]) for i, j in chosen]
    for one in two_at_a_time(jobs):
        looked.append(one)
        meter.add(1)
    asked = [one for one, _ in looked]
    places = {place.name: place for _, place in looked}
    return Tests(
        statistics(asked, case.splits), lambda outcome: _answer(asked, places, notes, outcome)
    )


def _answer(
    asked: list[Asked], places: dict[str, Place], notes: list[str], outcome: Outcome
) -> Answer:
    findings = all_concluded(asked, outcome)
    return Answer(
        findings=tuple(few(findings, "pairs")),
        pictures=tuple(picture(places[finding.where]) for finding in findings[:1]),
        notes=tuple(notes),
        settings={"pairs": {"pairs": len(asked), "cells": CELLS_IN_PAIRS}},
    )


def _alone(case: Case, cells: Cells) -> Alone:
    left, right = case.null.tables(cells.codes, cells.count)
    return Alone(cells, left, right, deviance(left, right), total_variation(left, right))


def _pair(case: Case, a: Alone, b: Alone) -> tuple[Asked, Place]:
    shape = (a.cells.count, b.cells.count)
    codes = a.cells.codes * shape[1] + b.cells.codes
    left, right = case.null.tables(codes, shape[0] * shape[1])
    margins = _margins(a)[:, None, :] * _margins(b)[None, :, :]
    margins = margins.reshape(left.shape)
    place = _place(case, (a, b), (left, right), margins[:, 0])
    roots = np.abs(interaction_roots(left, right, margins, place.rows))
    worst = int(np.argmax(roots[:, 0]))
    beyond = np.cbrt(deviance(left, right) - a.deviance - b.deviance)[None, :]
    whole = studentised(beyond, least_mean=_MEAN, least_sd=_SD)[0]
    cell = of_largest(roots)
    tolerance = case.tolerance
    aspects = [
        Aspect(whole, lambda: told_of_distance(place, tolerance["pairs"])),
        Aspect(cell, lambda: told_of_cell(place, worst, tolerance)),
    ]
    new, rare = novel(left, right, seeds.stream(case.seed, "pairs", *place.names), _UNSEEN)
    aspects.append(Aspect(rare, lambda: _told_novel(place, new, tolerance["novel"])))
    together = moves_together(left, right, shape)
    aspects.append(
        Aspect(
            of_size(together.seen),
            lambda: _told_together(place, together, tolerance["correlation"]),
        )
    )
    if case.stack.sizes.teachers >= _LEAST_TEACHERS:
        kept = keeps(left, right, _taught(case, codes, shape))
        aspects.append(
            Aspect(of_size(kept.seen), lambda: _told_kept(place, kept, tolerance["dependence"]))
        )
    names = (a.cells.name, b.cells.name)
    return Asked("pairs", place.name, names, tuple(aspects), place.effect.power), place


def _place(
    case: Case,
    pair: tuple[Alone, Alone],
    sides: tuple[np.ndarray, np.ndarray],
    margins: np.ndarray,
) -> Place:
    a, b = pair
    left, right = sides
    names = (a.cells.name, b.cells.name)
    seen = total_variation(left, right) - np.maximum(a.distance, b.distance)
    return Place(
        names=names,
        labels=tuple(
            f"{names[0]} = {x}, {names[1]} = {y}" for x in a.cells.labels for y in b.cells.labels
        ),
        made=left[:, 0],
        real=right[:, 0],
        margins=margins,
        band=band_of(left),
        effect=distance(seen, left[:, 0], right[:, 0], case.tolerance["pairs"]),
    )


def _taught(case: Case, codes: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    start = case.stack.sizes.made + case.stack.sizes.reference
    counts = np.bincount(codes[start:], minlength=shape[0] * shape[1])
    return counts.reshape(shape).astype(np.float64)


def _margins(column: Alone) -> np.ndarray:
    """Return made share over real share of each cell; half a row is added so that none is 0."""
    n, m = column.left.sum(axis=0), column.right.sum(axis=0)
    made = (column.left + 0.5) / (n + 0.5)
    return np.asarray(made / ((column.right + 0.5) / (m + 0.5)))


def _told_novel(place: Place, new: np.ndarray, tolerance: float) -> Told:
    rows = place.rows[0]
    share, usual = float(new[0]) / rows, float(new[1:].mean()) / rows
    low, high = binomial_interval(int(new[0]), rows, 0.05)
    says = (
        f"{percent(share)} of the made rows hold a combination of {place.names[0]} and "
        f"{place.names[1]} that no real row holds ({percent(usual)} is usual)"
    )
    size, low, high = (max(0.0, end - usual) for end in (share, low, high))
    return Told(says, "excess share of rows with new combinations", size, low, high, tolerance)


def _told_kept(place: Place, kept: Interplay, tolerance: float) -> Told:
    whole = max(kept.real, 1e-9)
    size, error = abs(kept.made - kept.real) / whole, Z95 * kept.error / whole
    says = (
        f"{place.names[0]} and {place.names[1]} depend on each other "
        f"{percent(max(0.0, kept.made / whole))} as much as in real rows"
    )
    measure = "relative change of the dependence"
    return Told(says, measure, size, max(0.0, size - error), size + error, tolerance)


def _told_together(place: Place, together: Interplay, tolerance: float) -> Told:
    size, error = abs(together.made - together.real), Z95 * together.error
    says = (
        f"the rank correlation of {place.names[0]} and {place.names[1]} is {together.made:.2f} in "
        f"made rows and {together.real:.2f} in real rows"
    )
    measure = "difference of rank correlations"
    return Told(says, measure, size, max(0.0, size - error), size + error, tolerance)


def _chosen(case: Case, coarse: Sequence[Cells]) -> tuple[list[tuple[int, int]], list[str]]:
    """Return the pairs to compare: all, or those that depend most on each other among real rows."""
    every = len(coarse) * (len(coarse) - 1) // 2
    most = MOST_PAIRS if not case.quick else QUICK_PAIRS
    if every <= most:
        return list(combinations(range(len(coarse)), 2)), []
    wide = sorted(range(len(coarse)), key=lambda i: (coarse[i].name != case.target, i))
    kept = sorted(wide[:MOST_PAIRED])
    rows = np.arange(case.stack.sizes.pool.start, case.stack.sizes.pool.stop)
    rows = seeds.stream(case.seed, "cells", "choose").permutation(rows)[:_ROWS_TO_CHOOSE_BY]
    strength = _dependence([coarse[i] for i in kept], rows)
    for place, i in enumerate(kept):
        if coarse[i].name == case.target:
            strength[place, :] = strength[:, place] = np.inf
    first, second = np.triu_indices(len(kept), 1)
    order = np.argsort(-strength[first, second], kind="stable")[:most]
    chosen = sorted((kept[first[i]], kept[second[i]]) for i in order)
    left_out = f", among the first {MOST_PAIRED} columns" if len(coarse) > MOST_PAIRED else ""
    return chosen, [
        f"{len(chosen):,} of {every:,} pairs are compared: those that depend most on each other "
        f"among real rows{left_out}; the classifier looks at all columns together"
    ]


def _dependence(columns: Sequence[Cells], rows: np.ndarray) -> np.ndarray:
    """Return the mutual information of every two columns (in nats), from one Gram matrix."""
    starts = np.cumsum([0, *(column.count for column in columns)])
    hot = np.zeros((len(rows), int(starts[-1])), dtype=np.float32)
    for column, start in zip(columns, starts, strict=False):
        hot[np.arange(len(rows)), start + column.codes[rows]] = 1
    joint = (hot.T @ hot).astype(np.float64) / len(rows)
    single = np.diag(joint)
    expected = np.outer(single, single)
    terms = np.where(
        joint > 0, joint * np.log(np.maximum(joint, 1e-12) / np.maximum(expected, 1e-12)), 0
    )
    return np.add.reduceat(np.add.reduceat(terms, starts[:-1], axis=0), starts[:-1], axis=1)
