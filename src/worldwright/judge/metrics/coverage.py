"""Coverage: what happens among real rows and never among made ones, and the other way round.

    combinations   tables of cells of one, two, three columns (`holes.py`): the share of real rows
                   in cells that no made row fills, and the largest such cell by name
    recall         real rows that have a made row near (`crowd.py`): rows of a whole kind that were
                   forgotten, in whatever columns
    precision      made rows that lie where real rows are: rows of a kind that does not exist

Each is held against as many fresh real rows, which miss some combinations too. `coverage` is the
share of rows that may be missed, or be out of place, beyond that; `hole` is the share of real rows
that one combination may hold and never be made. It does not see what is made too seldom, as long
as it is made: `subgroups` and `pairs` do.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

import numpy as np

from ... import plugins
from ...data.report import MIN_COUNT, Answer, Figure, Picture
from ..aspects import Asked, Aspect, Told, all_concluded, few, percent, rounded, statistics
from ..case import Case, metric
from ..cells import Cells, cut
from ..crowd import Crowd
from ..effects import Z95, binomial_interval
from ..family import Outcome, Tests, balanced
from ..holes import Table, choose, surprise, tables_of
from ..null import studentised
from ..stack import Values

MIN_ROWS = 20
CELLS = {1: 12, 2: 12, 3: 8}
_WORDS = {1: "values", 2: "combinations of two columns", 3: "combinations of three columns"}
_MOST_DRAWN, _FEW_VALUES = 12, 20
_LEAST_ROWS = 6.0  # what one hole holds at least


@plugins.metrics("coverage")
@metric(
    questions=("coverage",),
    figures=("coverage", "support_precision"),
    tolerance={"coverage": 0.02, "hole": 0.0025},
    family=True,
)
def coverage(case: Case) -> Tests:
    """Look for what real rows have and made rows lack, in combinations and among neighbours."""
    splits = case.null.dealt.shape[1]
    if min(len(case.null.made), len(case.null.reference)) < MIN_ROWS or not case.stack.values:
        note = "coverage was not computed: too few rows or no columns to compare"
        return Tests(np.empty((0, 1 + splits)), lambda _: Answer(notes=(note,)))
    tables, named, notes = _tables(case)
    totals = [_total(case, [one for one in tables if len(one.columns) == t], t) for t in CELLS]
    whole = _whole(case, case.crowd) if case.crowd is not None else []
    asked = [*whole, *(one for one in totals if one is not None)]
    places = [_place(case, table, named[len(table.columns)]) for table in tables]
    blocks = [balanced(statistics(block, splits)) for block in (asked, places)]
    return Tests(
        np.concatenate(blocks),
        lambda outcome: _concluded(case, (asked, places), notes, outcome),
    )


def _concluded(
    case: Case, asked: tuple[list[Asked], list[Asked]], notes: list[str], outcome: Outcome
) -> Answer:
    general, places = asked
    many = len(general)
    found = all_concluded(general, _part(outcome, slice(None, many)))
    named = all_concluded(places, _part(outcome, slice(many, None)))
    figures = _figures(case.crowd) if case.crowd is not None else {}
    missing = () if figures else ("coverage and support_precision need more rows or columns",)
    return Answer(
        findings=(*found, *few(named, "combinations")),
        figures=figures,
        pictures=(_picture(case, general),) if general else (),
        notes=(*notes, *missing),
        settings={"coverage": {"tables": len(places)}},
    )


def _part(outcome: Outcome, which: slice) -> Outcome:
    return Outcome(outcome.p[which], outcome.strength[which], outcome.level)


def _tables(case: Case) -> tuple[list[Table], dict[int, list[Cells]], list[str]]:
    """Return all tables, the columns' cells at each strength, and what was left out."""
    stack = case.stack
    names = [_names_groups(values, stack.sizes.pool) for values in stack.values]
    order = sorted(
        range(len(names)), key=lambda i: (stack.values[i].name != case.target, not names[i], i)
    )
    named, tables, notes = {}, [], []
    fine = {
        most: [cut(values, stack.sizes.pool, most) for values in stack.values]
        for most in sorted(set(CELLS.values()))
    }
    for strength, most in CELLS.items():
        columns = named[strength] = fine[most]
        chosen = choose(columns, strength, order)
        tables += tables_of(columns, chosen, case.null)
        every = comb(sum(column.count > 1 for column in columns), strength)
        if len(chosen) < every:
            notes.append(
                f"coverage looks at {len(chosen):,} of {every:,} {_WORDS[strength]}: those of the "
                "target and of columns of few values come first"
            )
    return tables, named, notes


def _names_groups(column: Values, pool: slice) -> bool:
    """Return whether a column is one of words, or of few values."""
    return column.words is not None or len(np.unique(column.values[pool])) <= _FEW_VALUES


def _place(case: Case, table: Table, columns: Sequence[Cells]) -> Asked:
    """Ask one table for its missing mass and for its largest hole."""
    names = tuple(columns[i].name for i in table.columns)
    mass = _mass(case, table.mass, "combinations of these columns")
    hole = surprise(table, case.null)

    def told() -> Told:
        rows, worst = len(case.null.reference), int(table.hole[0])
        low, high = binomial_interval(worst, rows, 0.05)
        if worst < MIN_COUNT:
            says = f"no value or combination of {MIN_COUNT} real rows or more is never made"
        else:
            cells = zip(table.columns, table.places(), strict=True)
            label = ", ".join(f"{columns[i].name} = {columns[i].labels[at]}" for i, at in cells)
            says = (
                f"{label}: {percent(worst / rows)} of real rows and not one of "
                f"{len(case.null.made):,} made rows"
            )
        measure = "share of real rows in the largest combination that is never made"
        return Told(says, measure, worst / rows, low, high, case.tolerance["hole"])

    return Asked("coverage", " × ".join(names), names, (mass, Aspect(hole, told)))


def _total(case: Case, tables: Sequence[Table], strength: int) -> Asked | None:
    """Ask all tables of one strength for their missing mass, as a mean."""
    if not tables:
        return None
    mass = _mass(case, np.mean([table.mass for table in tables], axis=0), _WORDS[strength])
    return Asked("coverage", _WORDS[strength], (), (mass,))


def _mass(case: Case, mass: np.ndarray, words: str) -> Aspect:
    rows = min(len(case.null.made), len(case.null.reference))
    seen = studentised(mass[None], least_mean=0.0, least_sd=_LEAST_ROWS / rows)[0]
    tolerance = case.tolerance["coverage"]

    def told() -> Told:
        value, low, high = _beyond(mass, rows)
        says = (
            f"{percent(float(mass[0]))} of the real rows have {words} that no made row has, where "
            f"{percent(float(mass[1:].mean()))} is usual: {percent(low)} to {percent(high)} are "
            f"missed; up to {percent(tolerance)} counts as the same"
        )
        measure = "share of real rows in combinations that are never made, beyond chance"
        return Told(says, measure, value, low, high, tolerance)

    return Aspect(seen, told)


def _whole(case: Case, crowd: Crowd) -> list[Asked]:
    """Ask for real rows without a made row near, and for made rows where no real row is."""
    words = {
        "whole rows": "{seen} of the real rows have a made row near",
        "made rows where none is real": "{seen} of the made rows lie near real rows",
    }
    return [
        _near(case, where, says, share, rows)
        for (where, says), share, rows in zip(
            words.items(), (crowd.reached, crowd.grounded), reversed(crowd.rows), strict=True
        )
    ]


def _near(case: Case, where: str, words: str, share: np.ndarray, rows: int) -> Asked:
    tolerance = case.tolerance["coverage"]
    lost = 1 - share
    value, low, high = _beyond(lost, rows)
    says = words.format(seen=percent(float(share[0])))

    def told() -> Told:
        ends = (
            f"where {percent(float(share[1:].mean()))} is usual: {percent(low)} to "
            f"{percent(high)} too few; up to {percent(tolerance)} counts as the same"
        )
        measure = "share of rows without a row of the other side near, beyond chance"
        return Told(f"{says}, {ends}", measure, value, low, high, tolerance)

    seen = studentised(lost[None], least_mean=0.0, least_sd=1 / rows)[0]
    return Asked("coverage", where, (), (Aspect(seen, told),), _power(low, high, tolerance))


def _beyond(share: np.ndarray, rows: int) -> tuple[float, float, float]:
    """Return how far the observed share lies above its null, at least 0, with its interval."""
    value = float(share[0] - share[1:].mean())
    spread = float(np.sqrt(share[1:].var() + max(0.0, value) / rows))
    low, high = max(0.0, value - Z95 * spread), max(3 / rows, value + Z95 * spread)
    return max(0.0, value), low, min(1.0, high)


def _power(low: float, high: float, tolerance: float) -> float:
    """Return the chance to have seen a share as large as the tolerance (normal law)."""
    from scipy.stats import norm

    error = max((high - low) / (2 * Z95), 1e-9)
    return round(float(norm.cdf(tolerance / error - 3.0)), 3)


def _figures(crowd: Crowd) -> dict[str, Figure]:
    means = {
        "coverage": "share of real rows with a made row near, over that of as many fresh real rows",
        "support_precision": "share of made rows near real rows, over that of fresh real rows",
    }
    figures = {}
    for (name, words), share, rows in zip(
        means.items(), (crowd.reached, crowd.grounded), reversed(crowd.rows), strict=True
    ):
        usual = max(float(share[1:].mean()), 1e-9)
        lost = _beyond(1 - share, rows)
        value, high, low = (rounded(1 - min(1.0, end / usual)) for end in lost)
        figures[name] = Figure(value, low, high, "higher", words)
    return figures


def _picture(case: Case, asked: list[Asked]) -> Picture:
    from ...data.reporting import charts

    told = [(one.where, one.aspects[0].told()) for one in asked][:_MOST_DRAWN]
    spec = charts.intervals(
        [(where, one.effect, one.low, one.high) for where, one in told],
        axis="share of rows, beyond what fresh real rows miss",
        reference=case.tolerance["coverage"],
    )
    caption = (
        "Rows of the one side that have nothing of their kind on the other side, beyond what as "
        "many fresh real rows lack. The line is the share that still counts as the same."
    )
    return Picture("coverage", "What real rows have and made rows lack", caption, spec)
