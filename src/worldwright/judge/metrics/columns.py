"""Columns: each column alone, looked at as a whole, by its level, its cells, values and digits.

    cells     deviance of at most 12 cells; in all, the share of rows that would have to change
    level     is it higher or lower; spread: does it lie further out or nearer to the middle
    cell      the one cell whose share is furthest off
    value     the one exact value that is held too often or too seldom
    unseen    values that no row of the other side holds; lost: the same the other way round
    respelt   known values in another spelling (`spelling.py`)
    distinct  how many distinct values there are
    digits    decimals, trailing zeros, last digit

A column speaks through the loudest of these. Cube roots of deviances are nearly normal (Wilson &
Hilferty 1931), so no test owns the tail of the family. What is small but gone moves the distance
little: the ratio of a cell's shares has a tolerance of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from ... import plugins, seeds
from ...data.progress import Meter
from ...data.report import MIN_COUNT, Answer
from ..aspects import Asked, Aspect, Told, all_concluded, percent, statistics
from ..boosting import two_at_a_time
from ..case import Case, metric
from ..cells import MISSING, Cells, cut
from ..contrasts import Contrasts, contrast
from ..digits import digits
from ..effects import Z95, binomial_interval, cell_roots, deviance, distance, total_variation
from ..family import Outcome, Tests
from ..normal import of_largest, of_size
from ..null import leave_one_out, studentised
from ..places import Place, band_of, picture, told_of_cell, told_of_distance
from ..scores import level, spread
from ..spelling import respelt
from ..stack import Values
from ..values import Held, held, novel

CELLS_ALONE = 12
_MEAN, _SD = 0.8, 0.35  # of the cube root of a chi-square with one degree of freedom


@plugins.metrics("columns")
@metric(
    questions=("columns",),
    tolerance={"columns": 0.05, "cells": 1.5, "share": 0.02, "level": 0.02, "unseen": 0.001},
    family=True,
)
def columns(case: Case) -> Tests:
    """Compare each column alone: how often each value comes, how high it lies, its digits."""
    stack = case.stack
    meter = Meter(case.progress, "judge: columns", len(stack.values), unit="columns")
    looked = []
    jobs = [lambda values=values: _column(case, values) for values in stack.values]
    for one in two_at_a_time(jobs):
        looked.append(one)
        meter.add(1)
    asked = [one for one, _ in looked]
    places = {place.name: place for _, place in looked}
    return Tests(
        statistics(asked, case.splits), lambda outcome: _answer(case, asked, places, outcome)
    )


def _answer(case: Case, asked: list[Asked], places: dict[str, Place], outcome: Outcome) -> Answer:
    findings = all_concluded(asked, outcome)
    return Answer(
        findings=tuple(findings),
        pictures=tuple(picture(places[finding.where]) for finding in findings[:1]),
        notes=tuple(f"{name} is not compared: {why}" for name, why in case.stack.skipped),
        settings={"columns": {"columns": len(asked), "cells": CELLS_ALONE}},
    )


def _column(case: Case, values: Values) -> tuple[Asked, Place]:
    pool = case.stack.sizes.pool
    cells = cut(values, pool, CELLS_ALONE)
    place, whole, worst = _cells(case, cells)
    shape = _shape(case, values) if values.words is None else ()
    aspects = [whole, *shape, worst, *_values(case, values)]
    for written in digits(values, pool):
        aspects.append(_digits(case, written))
    asked = Asked("columns", values.name, (values.name,), tuple(aspects), place.effect.power)
    return asked, place


def _cells(case: Case, cells: Cells) -> tuple[Place, Aspect, Aspect]:
    left, right = case.null.tables(cells.codes, cells.count)
    seen = total_variation(left, right)
    place = Place(
        names=(cells.name,),
        labels=cells.labels,
        made=left[:, 0],
        real=right[:, 0],
        margins=np.ones(cells.count),
        band=band_of(left),
        effect=distance(seen, left[:, 0], right[:, 0], case.tolerance["columns"]),
    )
    roots = np.abs(cell_roots(left, right))
    worst = int(np.argmax(roots[:, 0]))
    return (
        place,
        Aspect(deviances(left, right), lambda: told_of_distance(place, case.tolerance["columns"])),
        Aspect(of_largest(roots), lambda: told_of_cell(place, worst, case.tolerance)),
    )


def deviances(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return the studentised cube root of the deviance of one table: (1 + splits,)."""
    roots = np.cbrt(deviance(left, right))[None, :]
    return np.asarray(studentised(roots, least_mean=_MEAN, least_sd=_SD)[0])


def _shape(case: Case, values: Values) -> Iterator[Aspect]:
    """Yield level and spread of a column with an order."""
    scores = level(values, case.stack.sizes.pool)
    both = np.column_stack([scores, spread(scores, np.isnan(values.values))])
    compared = contrast(case.null, both)
    seen = of_size(compared.studentised())
    tolerance = case.tolerance["level"]
    yield Aspect(seen[0], lambda: _told_level(values.name, compared, tolerance))
    yield Aspect(seen[1], lambda: _told_spread(values.name, compared, tolerance))


def _told_level(name: str, compared: Contrasts, tolerance: float) -> Told:
    size, low, high = (end / 2 for end in compared.interval(0))
    is_higher = compared.seen[0, 0] > 0
    says = (
        f"{name} is {'higher' if is_higher else 'lower'} in a made row than in a real one "
        f"{100 * (0.5 + size):.1f} % of the time (50 % is alike)"
    )
    return Told(says, "chance above one half that a row lies higher", size, low, high, tolerance)


def _told_spread(name: str, compared: Contrasts, tolerance: float) -> Told:
    size, low, high = (end / 2 for end in compared.interval(1))
    where = "further from the middle" if compared.seen[1, 0] > 0 else "closer to the middle"
    says = f"{name} lies {where} in made rows than in real ones (by {size:.3f} of 0.75 at most)"
    return Told(says, "shift of the spread score", size, low, high, tolerance)


def _values(case: Case, values: Values) -> Iterator[Aspect]:
    """Yield what the exact values say: one of them, those of one side alone, their number."""
    chance = seeds.stream(case.seed, "columns", values.name)
    counted = held(values, case.null, chance)
    roots = counted.roots()
    yield Aspect(of_largest(roots), lambda: _told_atom(case, values, counted, roots))
    if (found := respelt(values, case.null, chance)) is not None:
        yield Aspect(found[1], partial(_told_respelt, case, values.name, found[0], counted.among))
    for side, seen, rows in (
        ("made", counted.unseen, counted.among[0]),
        ("real", counted.lost, counted.among[1]),
    ):
        yield Aspect(seen[1], partial(_told_alone, case, values.name, (side, seen[0], rows)))
    more = counted.distinct[0] - counted.distinct[1]
    spread = np.sqrt(leave_one_out(more)[1] ** 2 + 1)  # splits do not know of values to come
    yield Aspect(of_size(np.abs(more) / spread), lambda: _told_distinct(case, values.name, counted))


def _told_atom(case: Case, values: Values, counted: Held, roots: np.ndarray) -> Told:
    worst = int(np.argmax(roots[:, 0]))
    value = counted.atoms[worst]
    pool = case.stack.values_of(values.name)[case.stack.sizes.pool]
    label = MISSING if np.isnan(value) else "one value that fewer than 10 real rows hold"
    if int((pool == value).sum()) >= MIN_COUNT:
        label = values.words[int(value)] if values.words else f"exactly {value:.10g}"
    made, others = int(counted.made[worst, 0]), int(counted.real[worst, 0])
    sizes = len(case.null.made), len(case.null.reference)
    place = Place(
        names=(values.name,),
        labels=(label, "others"),
        made=np.array([made, sizes[0] - made]),
        real=np.array([others, sizes[1] - others]),
        margins=np.ones(2),
        band=np.zeros((2, 2)),
        effect=distance(np.zeros(3), np.array([1]), np.array([1]), 1.0),
    )
    return told_of_cell(place, 0, case.tolerance)


def _told_alone(case: Case, name: str, alone: tuple[str, np.ndarray, int]) -> Told:
    side, seen, rows = alone
    other = "real" if side == "made" else "made"
    hits, usual = int(seen[0]), float(seen[1:].mean())
    low, high = binomial_interval(hits, max(rows, 1), 0.05)
    base = usual / max(rows, 1)
    says = (
        f"in {percent(hits / max(rows, 1))} of the {side} rows {name} has a value that no {other} "
        f"row has ({percent(base)} is usual)"
    )
    ends = [max(0.0, end - base) for end in (hits / max(rows, 1), low, high)]
    measure = f"excess share of {side} rows with values of their own"
    return Told(says, measure, ends[0], ends[1], ends[2], case.tolerance["unseen"])


def _told_respelt(case: Case, name: str, seen: np.ndarray, among: tuple[int, int]) -> Told:
    rows = max(among[0], 1)
    share, base = float(seen[0]) / rows, float(seen[1:].mean()) / rows
    low, high = binomial_interval(int(seen[0]), rows, 0.05)
    says = (
        f"in {percent(share)} of the made rows {name} has a known value in another spelling "
        "(case, accents, blanks or encoding)"
    )
    ends = [max(0.0, end - base) for end in (share, low, high)]
    measure = "excess share of made rows with a known value in another spelling"
    return Told(says, measure, ends[0], ends[1], ends[2], case.tolerance["unseen"])


def _told_distinct(case: Case, name: str, counted: Held) -> Told:
    made, real = (float(side[0]) for side in counted.distinct)
    error = Z95 * float((counted.distinct[0] - counted.distinct[1])[1:].std())
    size = abs(made - real)
    says = (
        f"{name} has {made:,.0f} distinct values in {counted.least:,} made rows, and {real:,.0f} "
        "in as many real rows"
    )
    size, low, high = (max(0.0, end) / max(real, 1.0) for end in (size, size - error, size + error))
    measure = "relative change of distinct values"
    return Told(says, measure, size, low, high, case.tolerance["columns"])


def _digits(case: Case, cells: Cells) -> Aspect:
    left, right = case.null.tables(cells.codes, cells.count)
    roots = np.abs(cell_roots(left, right))
    chance = seeds.stream(case.seed, "digits", cells.name)
    new = novel(left, right, chance)[1]
    seen = np.maximum.reduce([deviances(left, right), of_largest(roots), new])
    place = Place(
        names=(cells.name,),
        labels=cells.labels,
        made=left[:, 0],
        real=right[:, 0],
        margins=np.ones(cells.count),
        band=band_of(left),
        effect=distance(
            total_variation(left, right), left[:, 0], right[:, 0], case.tolerance["columns"]
        ),
        joint=" ",
    )
    worst = int(np.argmax(roots[:, 0]))
    return Aspect(seen, lambda: told_of_cell(place, worst, case.tolerance))
