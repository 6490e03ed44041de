"""Memory: made rows that repeat teachers are found, and rows that repeat by nature are not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from worldwright import Dataset, seeds
from worldwright.data.report import Answer, Finding, Verdict
from worldwright.judge.case import Case
from worldwright.judge.metrics.memory import memory
from worldwright.judge.repeats import MADE, OTHER, TAUGHT, look_exact, look_near

from .conftest import columns_of, dataset_of

ROWS = 1_000


def asked(
    made: Dataset, real: Dataset, holdout: Dataset | None, *, seed: int = 0, **tolerance: float
) -> Answer:
    """Ask the question of memory alone."""
    case = Case(made=made, real=real, holdout=holdout, seed=seed, level=0.005,
                tolerance={**memory.tolerance, **tolerance})  # fmt: skip
    answer = memory(case)
    assert isinstance(answer, Answer)
    return answer


def verdict(answer: Answer) -> Finding:
    """Return the one finding."""
    (finding,) = answer.findings
    return finding


def with_copies(made: Dataset, source: Dataset, count: int) -> Dataset:
    """Put the first rows of another dataset in the place of the first made rows."""
    table = pa.concat_tables([source.table.slice(0, count), made.table.slice(count)])
    return Dataset({"rows": table.unify_dictionaries()}, made.schema, made.lineage)


@pytest.fixture(scope="module")
def sides(draw):
    """Return made, real and holdout of one population, and nothing wrong."""
    return [draw(ROWS, 40 + part) for part in range(3)]


def test_a_perfect_generator_remembers_nothing(sides):
    finding = verdict(asked(*sides))
    assert finding.verdict in (Verdict.SAME, Verdict.CANNOT_TELL)
    assert finding.p > 0.005


def test_nothing_repeated_is_the_same_where_the_tolerance_allows_for_the_size(sides):
    finding = verdict(asked(*sides, memory=0.05, near_copies=0.2))
    assert finding.verdict is Verdict.SAME
    assert finding.where == "near copies"


def test_a_tolerance_below_what_the_size_can_show_cannot_be_told(sides):
    finding = verdict(asked(*sides, memory=1e-4))
    assert finding.verdict is Verdict.CANNOT_TELL
    assert finding.where == "copies"
    assert finding.power < 0.5


def test_two_in_a_hundred_copies_of_teachers_differ(sides):
    made, real, holdout = sides
    answer = asked(with_copies(made, real, 20), real, holdout)
    finding = verdict(answer)
    assert finding.verdict is Verdict.DIFFERS
    assert finding.where == "copies"
    assert finding.says.startswith("2 % of the made rows equal a row that taught")
    assert 0.005 < finding.low < 0.02 < finding.high
    assert answer.figures["memory"].value > 0.005


def test_copies_within_the_tolerance_are_no_fault(sides):
    made, real, holdout = sides
    finding = verdict(
        asked(with_copies(made, real, 20), real, holdout, memory=0.1, near_copies=0.2)
    )
    assert finding.p <= 0.005
    assert finding.verdict is Verdict.SAME


def test_copies_of_rows_that_did_not_teach_are_no_memory(sides):
    made, real, holdout = sides
    finding = verdict(asked(with_copies(made, holdout, 100), real, holdout))
    assert finding.verdict is not Verdict.DIFFERS


def test_teachers_whose_numbers_were_moved_a_little_are_found(sides):
    _, real, holdout = sides
    moved = columns_of(ROWS, 40)
    taught, chance = columns_of(ROWS, 41), seeds.stream(1, "tests", "moved")
    for name in moved:
        moved[name][:100] = taught[name][:100]
    for name in ("income", "spent", "z", "w", "note"):
        spread = np.nanstd(taught[name])
        moved[name][:100] += chance.normal(0, 0.01 * spread, 100)
    finding = verdict(asked(dataset_of(moved), real, holdout))
    assert finding.verdict is Verdict.DIFFERS
    assert finding.where in ("near copies", "rare rows")


def test_rows_that_equal_each_other_by_nature_are_no_memory():
    """Three flags have eight rows in all: every made row equals a teacher, and a holdout row."""

    def flags(seed):
        chance = seeds.stream(seed, "tests", "flags")
        return dataset_of({name: chance.choice(["yes", "no"], 300).astype(object)
                           for name in ("group", "region", "answer")})  # fmt: skip

    answer = asked(flags(1), flags(2), flags(3))
    assert verdict(answer).verdict is not Verdict.DIFFERS


def test_made_rows_that_are_the_teachers_are_loud(sides):
    _, real, holdout = sides
    finding = verdict(asked(real, real, holdout))
    assert finding.verdict is Verdict.DIFFERS
    assert finding.effect > 0.99
    assert finding.strength > 10


def test_without_a_holdout_memory_is_not_judged_and_the_note_counts_equal_rows(sides):
    made, real, _ = sides
    answer = asked(real, real, None)
    assert not answer.findings
    assert not answer.figures
    (note,) = answer.notes
    assert "memory was not judged" in note
    assert "100.0 % of the made rows equal a real row" in note
    assert "; 0 % of the made rows equal a real row" in asked(made, real, None).notes[0]


def test_a_handful_of_rows_cannot_tell(draw):
    answer = asked(draw(40, 1), draw(40, 2), draw(10, 3))
    assert verdict(answer).verdict is Verdict.CANNOT_TELL
    assert any("memory was not computed" in note for note in answer.notes)


@pytest.mark.parametrize("name", ["group", "z", "note"])
def test_one_column_or_nothing_but_missing_values_does_no_harm(name):
    def one(seed, missing):
        column = columns_of(60, seed)[name]
        if missing:
            column = np.full(60, None if column.dtype == object else np.nan)
        return dataset_of({name: column})

    for missing in (False, True):
        answer = asked(*(one(seed, missing) for seed in (1, 2, 3)))
        assert verdict(answer).verdict is not Verdict.DIFFERS


def test_the_finding_holds_no_row_and_no_distance(sides):
    made, real, holdout = sides
    answer = asked(with_copies(made, real, 20), real, holdout)
    (shown,) = answer.pictures
    labels = {one["label"] for one in _values(shown.spec)}
    assert labels == {"copies", "near copies", "rare copies", "rare rows"}


def test_p_of_both_looks_is_valid():
    """Null: P(p <= 0.1) <= 0.1. With 120 samples, P(more than 29) <= 1e-6."""
    near = exact = 0
    for run in range(120):
        chance = seeds.stream(run, "tests", "repeats")
        made, real = chance.normal(size=(60, 3)), chance.normal(size=(150, 3))
        taught = np.arange(150) < 100
        points = made.astype(np.float32), real.astype(np.float32)
        near += look_near(*points, taught, deals=199, seed=run).p <= 0.1
        keys = chance.integers(0, 60, 210).astype(np.uint64)
        labels = np.repeat(np.array([MADE, OTHER, TAUGHT], np.int8), [60, 50, 100])
        exact += look_exact(keys, labels, deals=199, seed=run).p <= 0.1
    assert near <= 29
    assert exact <= 29


def test_equal_rows_are_counted_as_the_slow_version_counts_them():
    chance = seeds.stream(3, "tests", "repeats")
    keys = chance.integers(0, 40, 150).astype(np.uint64)
    labels = np.repeat(np.array([MADE, OTHER, TAUGHT], np.int8), 50)
    taught = other = 0.0
    for key in keys[labels == MADE]:
        a = int(((keys == key) & (labels == TAUGHT)).sum())
        b = int(((keys == key) & (labels == OTHER)).sum())
        taught += a / max(1, a + b)
        other += b / max(1, a + b)
    count = look_exact(keys, labels, deals=199, seed=0).counts["exact"]
    assert (count.taught, count.other) == pytest.approx((taught, other))


def test_the_same_question_has_the_same_answer(sides):
    made, real, holdout = sides
    first, again = (asked(with_copies(made, real, 10), real, holdout) for _ in range(2))
    assert first == again
    assert replace(verdict(first)) == verdict(again)


def _values(spec):
    layers = spec["layer"]
    return [row for layer in layers for row in layer.get("data", {}).get("values", [])
            if "label" in row] or spec["data"]["values"]  # fmt: skip
