"""Coverage: what real rows have and made rows lack is named, and so is what no real row is like."""

from __future__ import annotations

import numpy as np
import pytest

from worldwright import Dataset, seeds
from worldwright.data.report import MIN_COUNT, Answer, Finding, Verdict
from worldwright.judge.case import Case
from worldwright.judge.cells import cut
from worldwright.judge.family import Tests, settle
from worldwright.judge.holes import MOST_TABLES, choose, tables_of
from worldwright.judge.metrics.coverage import coverage
from worldwright.judge.nearby import find_nearby

from .conftest import Columns, columns_of, dataset_of

ROWS = 1_000


def asked(made: Dataset, real: Dataset, holdout: Dataset, **tolerance: float) -> Answer:
    """Ask the question of coverage alone."""
    case = Case(made=made, real=real, holdout=holdout, splits=199,
                tolerance={**coverage.tolerance, **tolerance})  # fmt: skip
    tests = coverage(case)
    assert isinstance(tests, Tests)
    (answer,) = settle([tests], 0.03)
    return answer


def at(answer: Answer, where: str) -> Finding:
    """Return the finding of one place."""
    return next(finding for finding in answer.findings if finding.where == where)


def worst(answer: Answer) -> Finding:
    """Return the most telling fault."""
    faults = [finding for finding in answer.findings if finding.verdict is Verdict.DIFFERS]
    return max(faults, key=lambda finding: finding.strength)


def without(is_gone) -> Columns:
    """Return columns without the rows of a kind; other rows fill their places."""
    columns = columns_of(2 * ROWS, 60)
    kept = np.flatnonzero(~is_gone(columns))[:ROWS]
    return {name: values[kept] for name, values in columns.items()}


@pytest.fixture(scope="module")
def real(draw):
    """Return teachers and holdout."""
    return draw(ROWS, 61), draw(ROWS, 62)


def test_a_perfect_generator_covers_what_is_real(draw, real):
    answer = asked(draw(ROWS, 60), *real, coverage=0.05)
    assert {finding.verdict for finding in answer.findings} == {Verdict.SAME}
    assert answer.figures["coverage"].low > 0.95
    assert answer.figures["support_precision"].low > 0.95


def test_a_group_of_two_columns_that_is_never_made_is_named_first(real):
    answer = asked(
        dataset_of(without(lambda c: (c["group"] == "b") & (c["answer"] == "yes"))), *real
    )
    finding = worst(answer)
    assert set(finding.columns) == {"group", "answer"}
    assert finding.where == " × ".join(finding.columns)
    assert "group = b" in finding.says
    assert "not one of 1,000 made rows" in finding.says
    assert finding.low > 0.0025


def test_a_group_of_three_columns_that_is_never_made_is_named_first(real):
    def is_gone(columns):
        is_west = columns["region"] == "west"
        return is_west & (columns["answer"] == "yes") & np.isnan(columns["note"])

    finding = worst(asked(dataset_of(without(is_gone)), *real))
    assert finding.columns == ("region", "note", "answer")
    assert "note = (missing)" in finding.says


def test_a_hole_within_the_tolerance_is_no_fault(real):
    made = dataset_of(without(lambda c: (c["group"] == "b") & (c["answer"] == "yes")))
    answer = asked(made, *real, hole=0.5, coverage=0.5)
    assert at(answer, "other combinations").verdict is Verdict.SAME
    assert all(finding.verdict is Verdict.SAME for finding in answer.findings)


def test_a_tolerance_below_what_the_size_can_show_cannot_be_told(draw, real):
    answer = asked(draw(ROWS, 60), *real, coverage=1e-4)
    assert at(answer, "whole rows").verdict is Verdict.CANNOT_TELL


def test_rows_of_a_kind_that_does_not_exist_are_told(real):
    columns = columns_of(ROWS, 60)
    for name in ("income", "w", "note"):
        columns[name][:150] = seeds.stream(6, "tests", name).permutation(columns[name])[:150] * 40
    answer = asked(dataset_of(columns), *real)
    assert at(answer, "made rows where none is real").verdict is Verdict.DIFFERS
    assert answer.figures["support_precision"].high < 0.98


def test_a_collapse_on_few_rows_leaves_real_rows_alone(real):
    columns = columns_of(ROWS, 60)
    source = seeds.stream(7, "tests", "collapse").integers(0, 30, ROWS)
    answer = asked(dataset_of({name: values[source] for name, values in columns.items()}), *real)
    assert at(answer, "whole rows").verdict is Verdict.DIFFERS
    assert at(answer, "combinations of three columns").verdict is Verdict.DIFFERS
    assert answer.figures["coverage"].high < 0.9


def test_what_is_missed_lies_inside_its_interval_which_never_ends_at_nothing(draw, real):
    columns = columns_of(ROWS, 60)
    source = seeds.stream(7, "tests", "collapse").integers(0, 100, ROWS)
    collapsed = dataset_of({name: values[source] for name, values in columns.items()})
    for made, is_gone in ((draw(ROWS, 60), False), (collapsed, True)):
        answer = asked(made, *real)
        for where in ("whole rows", "combinations of three columns"):
            finding = at(answer, where)
            assert finding.low <= finding.effect <= finding.high
            assert finding.high >= 3 / ROWS
            assert (0 < finding.low < finding.effect < finding.high) is is_gone


def test_no_cell_of_fewer_than_ten_real_rows_is_shown(real):
    made = dataset_of(without(lambda c: (c["group"] == "b") & (c["answer"] == "yes")))
    answer = asked(made, *real, hole=0.0)
    for finding in answer.findings:
        if finding.verdict is Verdict.DIFFERS and "not one of" in finding.says:
            assert finding.effect * ROWS >= MIN_COUNT - 1e-6


@pytest.mark.parametrize("name", ["group", "z", "note"])
def test_one_column_or_nothing_but_missing_values_does_no_harm(name):
    def one(seed, missing):
        column = columns_of(40, seed)[name]
        if missing:
            column = np.full(40, None if column.dtype == object else np.nan)
        return dataset_of({name: column})

    for missing in (False, True):
        answer = asked(*(one(seed, missing) for seed in (1, 2, 3)))
        assert all(finding.verdict is not Verdict.DIFFERS for finding in answer.findings)


def test_a_handful_of_rows_is_noted(draw):
    answer = asked(draw(12, 1), draw(30, 2), draw(12, 3))
    assert not answer.findings
    assert any("coverage was not computed" in note for note in answer.notes)


def test_tables_are_counted_as_the_slow_version_counts_them(draw):
    case = Case(made=draw(150, 1), real=draw(200, 2), holdout=draw(140, 3), splits=99)
    columns = [cut(values, case.stack.sizes.pool, 7) for values in case.stack.values]
    chosen = [(0,), (0, 4), (2, 5), (1, 4, 8)]
    null = case.null
    for table in tables_of(columns, chosen, null):
        codes = list(zip(*(columns[i].codes for i in table.columns), strict=True))
        for split in (-1, 0, 57):
            dealt = null.dealt[:, split] > 0
            made = null.made if split < 0 else null.pool[dealt]
            real = null.reference if split < 0 else null.pool[~dealt]
            filled = {codes[row] for row in made}
            alone = [codes[row] for row in real if codes[row] not in filled]
            holes = [alone.count(cell) for cell in set(alone)]
            assert table.hole[1 + split] == max((h for h in holes if h >= 6), default=0)
            assert table.mass[1 + split] == pytest.approx(
                sum(h for h in holes if h >= 6) / len(real)
            )


def test_the_choice_of_tables_is_capped_and_begins_with_the_first_columns(draw):
    case = Case(made=draw(60, 1), real=draw(60, 2), holdout=None)
    columns = [cut(values, case.stack.sizes.pool, 5) for values in case.stack.values] * 5
    first = list(range(len(columns) - 1, -1, -1))
    chosen = choose(columns, 3, first)
    assert len(chosen) == len(set(chosen)) <= MOST_TABLES[3]
    assert tuple(sorted(first[:3])) in chosen
    assert len(choose(columns[:4], 2, [0, 1, 2, 3])) == 6


def test_the_nearest_rows_are_those_of_the_slow_version():
    points = seeds.stream(2, "tests", "points").normal(size=(60, 4)).astype(np.float32)
    nearby = find_nearby(points, points, 7, alike=True)
    apart = ((points[:, None] - points[None]) ** 2).sum(axis=2)
    np.fill_diagonal(apart, np.inf)
    assert np.array_equal(nearby.lists, np.argsort(apart, axis=1, kind="stable")[:, :7])
    member = np.arange(60) % 3 == 0
    rows = np.arange(5, 20)
    second = [np.sort(apart[row][member])[1] for row in rows]
    seen = nearby.until(member, rows, nth=2)
    among = member[nearby.lists[rows]].sum(axis=1) >= 2
    assert seen[among] == pytest.approx(np.array(second)[among], rel=1e-5)
    assert np.array_equal(seen[~among], nearby.squares[rows][~among, -1])
