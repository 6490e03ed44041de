"""Size: rows that repeat each other more than real rows do are found, however they repeat."""

from __future__ import annotations

import numpy as np
import pytest

from worldwright import Dataset, seeds
from worldwright.data.report import Answer, Finding, Verdict
from worldwright.judge.case import Case
from worldwright.judge.distinct import effective, rarefied, redundancy
from worldwright.judge.family import Tests, settle
from worldwright.judge.metrics.size import size

from .conftest import columns_of, dataset_of

ROWS = 1_000


def asked(made: Dataset, real: Dataset, holdout: Dataset, **tolerance: float) -> Answer:
    """Ask the question of size alone."""
    case = Case(made=made, real=real, holdout=holdout, splits=199,
                tolerance={**size.tolerance, **tolerance})  # fmt: skip
    tests = size(case)
    assert isinstance(tests, Tests)
    (answer,) = settle([tests], 0.03)
    return answer


def at(answer: Answer, where: str) -> Finding:
    """Return the finding of one place."""
    return next(finding for finding in answer.findings if finding.where == where)


def repeated(share: float, jitter: float = 0.0, kinds: int = 0) -> Dataset:
    """Return rows of which a share repeats others (`kinds` of them, or each one another)."""
    columns, chance = columns_of(ROWS, 50), seeds.stream(5, "tests", "repeated")
    count = round(share * ROWS)
    source = count + (chance.integers(0, kinds, count) if kinds else np.arange(count))
    for values in columns.values():
        values[:count] = values[source]
        if jitter and values.dtype.kind == "f":
            values[:count] += chance.normal(0, jitter * np.nanstd(values), count)
    return dataset_of(columns)


@pytest.fixture(scope="module")
def real(draw):
    """Return teachers and holdout."""
    return draw(ROWS, 51), draw(ROWS, 52)


def test_a_perfect_generator_is_as_large_as_it_says(draw, real):
    answer = asked(draw(ROWS, 50), *real)
    assert all(finding.verdict is not Verdict.DIFFERS for finding in answer.findings)
    assert at(answer, "equal rows").verdict is Verdict.SAME
    assert answer.figures["effective_rows"].value > 0.98


def test_three_in_a_hundred_equal_rows_differ(real):
    answer = asked(repeated(0.03), *real)
    finding = at(answer, "equal rows")
    assert finding.verdict is Verdict.DIFFERS
    assert finding.says.startswith("3 % of the made rows repeat another made row")
    assert finding.low > 0.005
    assert answer.figures["effective_rows"].high < 0.99


def test_the_same_repeats_within_the_tolerance_are_no_fault(real):
    answer = asked(repeated(0.03), *real, size=0.1, crowding=0.3)
    assert at(answer, "equal rows").p <= 0.03
    assert at(answer, "equal rows").verdict is Verdict.SAME


def test_a_tolerance_below_what_the_size_can_show_cannot_be_told(draw, real):
    answer = asked(draw(ROWS, 50), *real, size=1e-4)
    assert at(answer, "equal rows").verdict is Verdict.CANNOT_TELL


def test_rows_collapsed_on_a_few_kinds_are_found_by_nearness(real):
    answer = asked(repeated(0.15, jitter=0.02, kinds=5), *real)
    assert at(answer, "near rows").verdict is Verdict.DIFFERS
    assert answer.figures["effective_rows"].high < 0.98


def test_what_repeats_lies_inside_its_interval_which_never_ends_at_nothing(draw, real):
    for finding in asked(draw(ROWS, 50), *real).findings:
        assert 0 <= finding.low <= finding.effect <= finding.high <= 1
        assert finding.high >= (1.5 if finding.where == "equal rows" else 3) / ROWS


def test_rows_equal_but_for_one_column_are_found(real):
    columns = columns_of(ROWS, 50)
    for name, values in columns.items():
        if name != "z":
            values[:50] = values[50:100]
    answer = asked(dataset_of(columns), *real)
    assert at(answer, "rows equal but for one column").verdict is Verdict.DIFFERS
    assert at(answer, "equal rows").verdict is not Verdict.DIFFERS


def test_rows_that_repeat_by_nature_are_no_fault():
    def flags(seed):
        chance = seeds.stream(seed, "tests", "flags")
        return dataset_of({name: chance.choice(["yes", "no"], 300).astype(object)
                           for name in ("group", "region", "answer")})  # fmt: skip

    answer = asked(flags(1), flags(2), flags(3))
    assert all(finding.verdict is not Verdict.DIFFERS for finding in answer.findings)


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
    assert any("effective_rows were not computed" in note for note in answer.notes)


def test_redundancy_is_rows_less_distinct_rows(draw):
    case = Case(made=draw(80, 1), real=draw(90, 2), holdout=draw(70, 3), splits=99)
    keys = seeds.stream(0, "tests", "keys").integers(0, 60, case.stack.sizes.pool.stop)
    seen = redundancy(case.null, keys.astype(np.uint64))
    made, pool = keys[case.null.made], keys[case.null.pool]
    assert seen[0][0] == len(made) - len(set(made))
    for split in (0, 50, 98):
        for side, dealt in enumerate((case.null.dealt > 0, case.null.dealt == 0)):
            rows = pool[dealt[:, split]]
            assert seen[side][1 + split] == len(rows) - len(set(rows))


def test_rarefaction_is_the_mean_over_draws():
    """The mean of 4,000 draws lies within 5 standard errors: false alarm 6e-7 each."""
    chance = seeds.stream(1, "tests", "rarefied")
    keys = chance.integers(0, 30, 100).astype(np.uint64)
    for rows in (1, 10, 60, 100):
        draws = [len(set(chance.permutation(keys)[:rows])) for _ in range(4_000)]
        expected = rarefied(keys, np.array([float(rows)]))[0]
        error = np.std(draws) / np.sqrt(4_000) + 1e-9
        assert abs(np.mean(draws) - expected) <= 5 * error


def test_the_effective_size_is_the_rows_that_show_as_many():
    keys = np.arange(200, dtype=np.uint64)
    assert effective(keys, np.array([150.0, 100.0, 250.0]), 150) == pytest.approx([150, 100, 150])
    flat = np.zeros(200, dtype=np.uint64)
    assert effective(flat, np.array([1.0]), 100) == pytest.approx([100])
