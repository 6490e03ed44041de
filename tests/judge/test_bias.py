"""Bias: a gap between groups is kept, shrunk or amplified, and small groups are not told."""

from __future__ import annotations

import numpy as np
import pytest

from worldwright.data.report import Verdict
from worldwright.judge.label.gaps import gap_of
from worldwright.judge.label.grid import Grid, Sums

from .label_cases import ask, faults, marked

ROWS = 1_500


def unequal(share):
    """Give the west `share` more of the answer yes than the others have."""

    def spoil(columns, chance):
        west = columns["region"] == "west"
        hit = west & (chance.random(len(west)) < share)
        columns["answer"][hit] = "yes"

    return spoil


@pytest.fixture(scope="module")
def sides(draw):
    def drawn(made, real, *names):
        given = [(made, 40), (real, 41), (real, 42)]
        return tuple(marked(draw(ROWS, seed, unequal(share)), *names) for share, seed in given)

    return drawn


@pytest.mark.parametrize(
    ("made", "real", "became"), [(0.45, 0.15, "amplified by"), (0.1, 0.4, "shrunk by")]
)
def test_a_changed_gap_is_named_with_its_way(sides, made, real, became):
    first = faults(ask("bias", sides(made, real, "region"), "answer"))[0]
    assert first.columns == ("answer", "region")
    assert became in first.says
    assert first.low > first.tolerance


def test_a_kept_gap_is_the_same_where_the_rows_can_tell(sides):
    answer = ask("bias", sides(0.3, 0.3, "region"), "answer", tolerance={"bias": 0.2})
    assert {one.verdict for one in answer.findings} == {Verdict.SAME}
    assert "kept but for" in answer.findings[0].says


def test_a_kept_gap_cannot_be_told_from_a_slight_change(sides):
    answer = ask("bias", sides(0.3, 0.3, "region"), "answer", tolerance={"bias": 0.001})
    assert {one.verdict for one in answer.findings} == {Verdict.CANNOT_TELL}


def test_a_change_within_the_tolerance_is_no_fault(sides):
    assert not faults(ask("bias", sides(0.45, 0.15, "region"), "answer", tolerance={"bias": 0.5}))


def test_two_sensitive_columns_are_asked_together(sides):
    answer = ask("bias", sides(0.3, 0.3, "region", "group"), "answer")
    assert ("answer", "group", "region") in {one.columns for one in answer.findings}


def test_without_marked_columns_few_are_asked_and_a_note_says_so(sides):
    answer = ask("bias", sides(0.45, 0.15), "answer")
    assert faults(answer)[0].columns == ("answer", "region")
    assert answer.notes[0].startswith("no column is marked sensitive, so bias was asked of")


def test_without_a_target_there_is_a_note(sides):
    answer = ask("bias", sides(0.3, 0.3, "region"), None)
    assert answer.notes == ("bias was not judged: no target was named",)


def test_fresh_samples_keep_their_gaps(draw):
    """Null: P(fault) <= 0.03. P(more than 7 of 20) <= 8e-8."""
    seen = 0
    for run in range(20):
        sides = tuple(marked(draw(500, 900 + 10 * run + part), "group") for part in range(3))
        seen += bool(faults(ask("bias", sides, "answer")))
    assert seen <= 7


def test_a_count_of_real_rows_below_ten_is_not_told():
    def told(held):
        real = np.array([[100.0, 1.0], [400.0, 1.0]])
        sums = (
            Sums(real, real),
            Sums(np.array([[30.0, 0], [80.0, 0]]), np.array([[held, 0], [80.0, 0]])),
        )
        grid = Grid(np.empty((0, 1), np.int32), np.array([0, 2]), None, np.empty((0, 1)))
        return gap_of(grid, 0, *sums)

    assert told(3.0) == told(9.0)
    assert told(3.0).inside[1] is None
    assert told(20.0).inside[1] == pytest.approx(0.2)
