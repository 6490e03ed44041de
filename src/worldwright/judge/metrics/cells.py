"""Cells: each column alone, and each pair of columns beyond what its two columns say alone.

Columns are cut in at most 12 cells for themselves and 7 for pairs. The statistic of a column is
the deviance D of its cells; that of a pair is D(a, b) - D(a) - D(b), the interaction of the two
with "made or real" (McGill 1954): a shifted column does not make all its pairs look broken. Cube
roots of deviances are nearly normal (Wilson & Hilferty 1931), so no test owns the tail. All
columns, all single cells of columns and all pairs form ONE family for step-down max-T.

A place *differs* if it is significant in that family and either the distance lies above the
tolerance or its worst cell occurs more than `cells` times too often or too seldom, whole interval.
The second limb is there for what is small but gone: a value of 1 % of the rows that is never made
moves the distance by 0.01 only. It does not see dependence among three columns or more: `rows`
does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from ... import plugins, seeds
from ...data.progress import Meter
from ...data.report import Answer, Finding, Verdict
from ..case import Case, metric
from ..cells import Cells, cut
from ..effects import cell_roots, deviance, distance, total_variation
from ..family import Outcome, Tests
from ..null import studentised
from ..places import Bounds, Place, concluded, picture

CELLS_ALONE, CELLS_IN_PAIRS = 12, 7
MOST_PAIRS, MOST_PAIRED, MOST_NAMED = 1_500, 300, 20
_LEAST_MEAN, _LEAST_SD = 0.8, 0.35  # of the cube root of a chi-square with one degree of freedom
_ROWS_TO_CHOOSE_BY = 2_000


@dataclass(frozen=True, slots=True)
class Tested:
    """A Place with its deviance and distance (observed first, then splits), its cells' roots."""

    place: Place
    deviance: np.ndarray
    distance: np.ndarray
    roots: np.ndarray


@plugins.metrics("cells")
@metric(
    questions=("columns", "pairs"),
    tolerance={"columns": 0.05, "pairs": 0.05, "cells": 1.5},
    family=True,
)
def cells(case: Case) -> Tests:
    """Compare counts in cells of one and of two columns, against real-against-real splits."""
    stack = case.stack
    alone = [cut(values, stack.sizes.pool, CELLS_ALONE) for values in stack.values]
    meter = Meter(case.progress, "judge: columns", len(alone), unit="columns")
    columns = [_told(meter, _column(case, column)) for column in alone]
    coarse = [cut(values, stack.sizes.pool, CELLS_IN_PAIRS) for values in stack.values]
    chosen, notes = _chosen(case, coarse)
    pairs = _pairs(case, coarse, chosen)
    tests = [*columns, *pairs]
    return Tests(
        _statistics(tests),
        lambda outcome: _concluded(case, tests, len(columns), notes, outcome),
    )


def _concluded(
    case: Case, tests: list[Tested], columns: int, notes: list[str], outcome: Outcome
) -> Answer:
    stack = case.stack
    ranked = sorted(range(len(tests)), key=lambda i: (outcome.p[i], -outcome.strength[i]))
    found = []
    for i in ranked:
        bounds = _bounds(case, outcome.level, tests[i], columns, len(tests) - columns)
        finding = concluded(tests[i].place, float(outcome.p[i]), bounds)
        strength = float(f"{outcome.strength[i]:.6g}")
        found.append((tests[i].place, replace(finding, strength=strength)))
    return Answer(
        findings=(*_all(found, "columns"), *_few(_all(found, "pairs"))),
        pictures=tuple(
            picture(next(place for place, finding in found if finding.question == question))
            for question in ("columns", "pairs")
            if _all(found, question)
        ),
        notes=(*notes, *(f"{name} is not compared: {why}" for name, why in stack.skipped)),
        settings={"cells": {"columns": columns, "pairs": len(tests) - columns}},
    )


def _column(case: Case, column: Cells) -> Tested:
    left, right = case.null.tables(column.codes, column.count)
    seen = total_variation(left, right)
    place = Place(
        names=(column.name,),
        labels=column.labels,
        made=left[:, 0],
        real=right[:, 0],
        margins=np.ones(column.count),
        band=_band(left),
        effect=distance(seen, left[:, 0], right[:, 0], case.tolerance["columns"]),
    )
    return Tested(place, deviance(left, right), seen, np.abs(cell_roots(left, right)))


def _pairs(case: Case, coarse: Sequence[Cells], chosen: Sequence[tuple[int, int]]) -> list[Tested]:
    """Test each chosen pair beyond its columns."""
    meter = Meter(case.progress, "judge: pairs", len(chosen), unit="pairs")
    paired = sorted({column for pair in chosen for column in pair})
    alone = {i: _column(case, coarse[i]) for i in paired}
    return [
        _told(meter, _pair(case, (coarse[i], coarse[j]), (alone[i], alone[j]))) for i, j in chosen
    ]


def _pair(case: Case, pair: tuple[Cells, Cells], alone: tuple[Tested, Tested]) -> Tested:
    first, second = pair
    codes = first.codes * second.count + second.codes
    left, right = case.null.tables(codes, first.count * second.count)
    whole = total_variation(left, right)
    seen = whole - np.maximum(alone[0].distance, alone[1].distance)
    place = Place(
        names=(first.name, second.name),
        labels=tuple(
            f"{first.name} = {a}, {second.name} = {b}" for a in first.labels for b in second.labels
        ),
        made=left[:, 0],
        real=right[:, 0],
        margins=np.outer(_margins(alone[0].place), _margins(alone[1].place)).ravel(),
        band=_band(left),
        effect=distance(seen, left[:, 0], right[:, 0], case.tolerance["pairs"]),
    )
    beyond = deviance(left, right) - alone[0].deviance - alone[1].deviance
    return Tested(place, beyond, seen, np.empty((0, len(seen))))


def _margins(column: Place) -> np.ndarray:
    """Return made share over real share of each cell; half a row is added so that none is 0."""
    n, m = column.rows
    return (column.made + 0.5) / (n + 0.5) / ((column.real + 0.5) / (m + 0.5))


def _band(left: np.ndarray) -> np.ndarray:
    shares = left[:, 1:] / max(1, int(left[:, 0].sum()))
    return np.quantile(shares, [0.025, 0.975], axis=1).T


def _statistics(tests: list[Tested]) -> np.ndarray:
    """Return one row a test. A column speaks through its deviance or its worst cell, the louder."""
    whole = studentised(
        np.cbrt(np.array([test.deviance for test in tests])),
        least_mean=_LEAST_MEAN,
        least_sd=_LEAST_SD,
    )
    for i, test in enumerate(tests):
        if len(test.roots):
            worst = test.roots.max(axis=0, keepdims=True)
            worst = studentised(worst, least_mean=0.0, least_sd=_LEAST_SD)[0]
            whole[i] = np.maximum(whole[i], worst)
    return whole


def _bounds(case: Case, level: float, test: Tested, columns: int, pairs: int) -> Bounds:
    places = (
        columns * CELLS_ALONE
        if test.place.question == "columns"
        else pairs * len(test.place.labels)
    )
    return Bounds(
        level=level,
        distance=case.tolerance[test.place.question],
        factor=case.tolerance["cells"],
        cell_level=level / max(1, places),
    )


def _all(found: Sequence[tuple[Place, Finding]], question: str) -> list[Finding]:
    return [finding for _, finding in found if finding.question == question]


def _few(findings: list[Finding]) -> list[Finding]:
    """Name the pairs that differ, most telling first; count the others in one finding a verdict."""
    few = []
    for verdict in (Verdict.DIFFERS, Verdict.CANNOT_TELL, Verdict.SAME):
        mine = [finding for finding in findings if finding.verdict is verdict]
        named = MOST_NAMED if verdict is Verdict.DIFFERS else 1
        few += mine[:named]
        if len(mine) > named:
            few.append(_rest(mine[named:], verdict))
    return few


def _rest(findings: list[Finding], verdict: Verdict) -> Finding:
    worst = max(findings, key=lambda finding: finding.high or 0.0)
    words = {
        Verdict.DIFFERS: "more pairs differ",
        Verdict.CANNOT_TELL: "more pairs cannot be told at this size",
        Verdict.SAME: "more pairs are the same",
    }[verdict]
    says = (
        f"{len(findings):,} {words}: at most {100 * (worst.high or 0):.2g} % of the rows would "
        f"have to change beyond what its columns explain in the worst, {worst.where}"
    )
    return replace(worst, where="other pairs", says=says, verdict=verdict)


def _chosen(case: Case, coarse: Sequence[Cells]) -> tuple[list[tuple[int, int]], list[str]]:
    """Return the pairs to compare: all, or those that depend most on each other among real rows."""
    every = len(coarse) * (len(coarse) - 1) // 2
    if every <= MOST_PAIRS:
        return list(combinations(range(len(coarse)), 2)), []
    wide = sorted(range(len(coarse)), key=lambda i: (coarse[i].name != case.target, i))
    kept = sorted(wide[:MOST_PAIRED])
    rows = np.arange(case.stack.sizes.pool.start, case.stack.sizes.pool.stop)
    rows = seeds.stream(case.seed, "cells", "choose").permutation(rows)[:_ROWS_TO_CHOOSE_BY]
    strength = _dependence([coarse[i] for i in kept], rows)
    first, second = np.triu_indices(len(kept), 1)
    order = np.argsort(-strength[first, second], kind="stable")[:MOST_PAIRS]
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


def _told(meter: Meter, tested: Tested) -> Tested:
    meter.add(1)
    return tested
