"""The self-test: what it counts, what it searches, what its table says and does not say."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import worldwright as ww
from worldwright.data.progress import Step
from worldwright.errors import AskedError, PluginError, SchemaError
from worldwright.judge.ladders import Attempt, Ladder, SelfTest
from worldwright.testing.visits import PLANS, TARGET, visits

KINDS = ("missing_more", "dependency_broken")


def ladder(*attempts: tuple[int, int, bool]) -> Ladder:
    return Ladder(
        kind="spike",
        group="marginals",
        says="A spike.",
        unit="share of rows",
        strengths=(0.01, 0.02, 0.04, 0.08, 0.16),
        attempts=tuple(
            Attempt(run, rung, "price", caught, named=caught and run == 0)
            for run, rung, caught in attempts
        ),
    )


def result(*ladders: Ladder, alarms: int = 1, runs: int = 2) -> SelfTest:
    return SelfTest(
        rows=200,
        columns=3,
        target=None,
        seed=0,
        runs=runs,
        alarms=alarms,
        untouched=20,
        ladders=ladders,
        not_planted={"drift": "no column of dates"},
        judged=26,
    )


def test_what_is_caught_at_one_strength_counts_as_caught_at_each_greater_one() -> None:
    climbed = ladder((0, 2, True), (0, 1, False), (1, 2, False), (1, 3, True))
    assert climbed.rates == (0.0, 0.0, 0.5, 1.0, 1.0)
    assert climbed.runs == 2


def test_the_weakest_caught_needs_ninety_percent_of_the_runs() -> None:
    assert ladder((0, 2, True), (0, 1, False), (1, 2, False), (1, 3, True)).weakest == 0.08
    nine = [(run, 1, True) for run in range(9)]
    assert ladder(*nine, (9, 1, False), (9, 2, True)).weakest == 0.02
    assert ladder(*nine[:8], (8, 1, False), (9, 1, False)).weakest is None


def test_a_strength_that_is_a_share_is_told_in_percent() -> None:
    caught = ladder((0, 2, True), (0, 1, False), (1, 2, False), (1, 3, True))
    text = result(caught).to_text()
    assert "8 % of rows" in text


def test_what_was_never_caught_has_no_weakest_strength() -> None:
    missed = ladder((0, 2, False), (0, 3, False), (0, 4, False))
    assert missed.weakest is None
    assert missed.cells() == ["-", "-", "0", "0", "0"]
    assert "none" in result(missed).to_text()


def test_cells_that_were_not_judged_say_so() -> None:
    assert ladder((0, 2, True), (0, 1, False)).cells() == ["-", "0", "100", "+", "+"]


def test_the_place_is_counted_among_catches_alone() -> None:
    climbed = ladder((0, 2, True), (0, 1, False), (1, 2, False), (1, 3, True))
    assert climbed.named == (1, 2)


def test_the_false_alarm_rate_has_an_exact_interval() -> None:
    rate, low, high = result(ladder((0, 2, True))).false_alarm_rate
    assert rate == 0.05
    assert (round(low, 4), round(high, 4)) == (0.0013, 0.2487)  # Clopper & Pearson 1934


def test_few_runs_are_said_to_be_few_and_many_are_not() -> None:
    assert "2 runs each is few" in result(ladder((0, 2, True))).to_text()
    told = " ".join(result(ladder((0, 2, True))).to_text().split())
    assert "at least 22 % of the time" in told
    assert "few" not in result(ladder((0, 2, True)), runs=29).to_text()


@pytest.mark.parametrize("width", [60, 80, 100])
def test_the_table_fits(width: int) -> None:
    told = result(replace(ladder((0, 2, True)), unit="standard deviations")).to_text(width)
    assert max(map(len, told.splitlines())) <= width


@pytest.fixture(scope="module")
def tested() -> tuple[SelfTest, list[Step]]:
    steps: list[Step] = []
    data = visits(450, 7)
    out = ww.self_test(
        data, target=TARGET, rows=200, runs=1, untouched=2, kinds=KINDS, progress=steps.append
    )
    return out, steps


def test_a_gross_fault_is_caught_and_its_place_is_named(
    tested: tuple[SelfTest, list[Step]],
) -> None:
    found = next(one for one in tested[0].ladders if one.kind == "missing_more")
    assert found.rates[-1] == 1.0
    assert found.named[0] >= 1


def test_slices_are_disjoint_so_they_hold_a_third_of_the_rows_at_most(
    tested: tuple[SelfTest, list[Step]],
) -> None:
    assert tested[0].rows == 150


def test_a_ladder_is_searched_and_not_walked(tested: tuple[SelfTest, list[Step]]) -> None:
    for one in tested[0].ladders:
        rungs = [attempt.rung for attempt in one.attempts]
        assert rungs[0] == 2
        assert len(rungs) <= 3
        assert rungs in ([2, 1, 0], [2, 1], [2, 3], [2, 3, 4])


def test_the_work_is_told_before_it_starts_and_is_done_at_the_end(
    tested: tuple[SelfTest, list[Step]],
) -> None:
    first, last = tested[1][0], tested[1][-1]
    assert (first.done, first.total, first.unit) == (0, 2 + 3 * len(KINDS), "judgements")
    assert last.done == last.total
    assert tested[0].judged <= last.total


def test_no_value_is_told(tested: tuple[SelfTest, list[Step]]) -> None:
    told = tested[0].to_text() + json.dumps(tested[0].to_dict())
    assert not [word for word in (*PLANS, "zonea", "buys", "leaves") if word in told]


def test_a_kind_without_a_place_is_listed_with_its_reason() -> None:
    data = visits(450, 8).select(["plan", "price", "steps"])
    told = ww.self_test(data, rows=150, runs=1, untouched=1, kinds=["bursts", "label_leak"])
    assert told.ladders == ()
    assert told.not_planted == {
        "bursts": "no column of dates",
        "label_leak": "no target was named, or it has no two classes of 20 rows each",
    }
    assert "bursts: no column of dates" in told.to_text()


def test_what_cannot_be_tested_is_refused_before_any_work() -> None:
    data = visits(300, 9)
    with pytest.raises(SchemaError, match="there is no column 'bougth'"):
        ww.self_test(data, target="bougth")
    with pytest.raises(AskedError, match="fewer than 100 rows"):
        ww.self_test(visits(299, 9))
    with pytest.raises(AskedError, match="0 runs"):
        ww.self_test(data, runs=0)
    with pytest.raises(PluginError, match="no delusion is named 'spikes'"):
        ww.self_test(data, kinds=["spikes"])
