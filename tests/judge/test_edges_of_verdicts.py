"""Every branch of a verdict from both of its sides, on numbers that were written down by hand."""

from __future__ import annotations

import numpy as np
import pytest

from worldwright.data.report import Answer, Finding, Verdict
from worldwright.judge.aspects import Asked, Aspect, Told, all_concluded, concluded, few, statistics
from worldwright.judge.contrasts import Contrasts
from worldwright.judge.effects import (
    Effect,
    Ratio,
    binomial_interval,
    conclude,
    distance,
    ratio,
)
from worldwright.judge.explained import explained
from worldwright.judge.family import Outcome, Tests, balanced, settle
from worldwright.judge.label.gaps import Gap
from worldwright.judge.scored import Scored, Where

LEVEL, TOLERANCE = 0.03, 0.05


def told(low: float, high: float, says: str = "so") -> Told:
    return Told(says, "share", (low + high) / 2, low, high, TOLERANCE)


def asked(*aspects: tuple[float, Told], where: str = "x", is_joint: bool = False) -> Asked:
    looked = tuple(Aspect(np.array([z, 0.0]), lambda one=one: one) for z, one in aspects)
    return Asked("columns", where, (where,), looked, is_joint=is_joint)


@pytest.mark.parametrize(
    ("p", "low", "high", "verdict"),
    [
        (LEVEL, 0.06, 0.10, Verdict.DIFFERS),
        (LEVEL + 1e-9, 0.06, 0.10, Verdict.CANNOT_TELL),
        (LEVEL, 0.01, TOLERANCE, Verdict.SAME),
        (LEVEL, 0.01, TOLERANCE + 1e-9, Verdict.CANNOT_TELL),
    ],
)
def test_the_level_and_the_tolerance_themselves_still_count(p, low, high, verdict):
    assert concluded(asked((9.0, told(low, high))), p, 1.0, LEVEL).verdict is verdict


@pytest.mark.parametrize("p", [0.005, 0.5])
def test_a_joint_place_is_the_same_only_if_each_of_its_aspects_is(p):
    narrow, wide = told(0.0, 0.01), told(0.0, 0.08)
    for ways in ((narrow, wide), (wide, narrow)):
        one = asked(*((2.0, way) for way in ways), is_joint=True)
        assert concluded(one, p, 1.0, LEVEL).verdict is Verdict.CANNOT_TELL
        plain = asked(*((2.0, way) for way in ways))
        first_is_same = ways[0] is narrow
        assert (concluded(plain, p, 1.0, LEVEL).verdict is Verdict.SAME) is first_is_same
    both = asked((2.0, narrow), (2.0, narrow), is_joint=True)
    assert concluded(both, p, 1.0, LEVEL).verdict is Verdict.SAME


def test_of_quieter_aspects_the_louder_one_speaks():
    one = asked(
        (10.0, told(0.0, 0.04, "whole")),
        (3.5, told(0.1, 0.2, "quiet")),
        (5.0, told(0.1, 0.2, "louder")),
    )
    assert concluded(one, 0.005, 1.0, LEVEL).says == "louder"


def test_a_place_whose_loudest_aspect_lies_below_the_mean_of_its_null_is_told_too():
    """A null with a few huge splits has its mean above nearly all of them."""
    one = asked((-0.4, told(0.0, 0.08, "whole")), (-0.1, told(0.1, 0.2, "cell")))
    finding = concluded(one, 0.005, 1.0, LEVEL)
    assert (finding.verdict, finding.says) == (Verdict.DIFFERS, "cell")


def test_places_are_told_by_their_p_then_by_their_strength():
    places = [asked((9.0, told(0.1, 0.2)), where=name) for name in "abc"]
    outcome = Outcome(np.array([0.02, 0.005, 0.005]), np.array([9.0, 3.0, 5.0]), LEVEL)
    assert [one.where for one in all_concluded(places, outcome)] == ["c", "b", "a"]


def test_the_count_of_the_rest_names_the_one_nearest_to_a_fault():
    findings = [
        Finding("columns", Verdict.SAME, "so", where=f"c{at}", strength=float(at))
        for at in range(4)
    ]
    (first, rest) = few(findings, "columns")
    assert first.where == "c0"
    assert rest.says == "3 more of the columns are the same; nearest to a fault is c3"


def test_one_finding_of_each_kind_is_not_counted_again():
    kinds = (Verdict.SAME, Verdict.CANNOT_TELL, Verdict.DIFFERS)
    named = few([Finding("columns", kind, "so", strength=1.0) for kind in kinds], "columns")
    assert [one.verdict for one in named] == list(reversed(kinds))


def test_a_place_is_as_loud_as_its_loudest_way_in_every_split():
    one = Asked("columns", "x", ("x",), (
        Aspect(np.array([1.0, 4.0]), lambda: told(0, 1)),
        Aspect(np.array([2.0, 3.0]), lambda: told(0, 1)),
    ))  # fmt: skip
    assert statistics([one], 1).tolist() == [[2.0, 4.0]]


def scored(sizes: list[float], errors: list[float]) -> Scored:
    seen = np.column_stack([sizes, np.zeros((len(sizes), 2))])
    compared = Contrasts(seen, np.array(sizes), np.zeros(len(sizes)), np.array(errors))
    places = [
        Where(f"place {at}", ("a",), lambda made, real: f"{made:.2f}") for at in range(len(sizes))
    ]
    return Scored("subgroups", "subgroups", places, compared, "difference", TOLERANCE)


def test_a_scored_place_at_the_level_is_beyond_chance():
    outcome = Outcome(np.array([LEVEL]), np.array([1.0]), LEVEL)
    assert scored([0.2], [0.01]).findings(outcome)[0].verdict is Verdict.DIFFERS
    assert scored([TOLERANCE], [0.0]).findings(outcome)[0].verdict is Verdict.SAME


def test_quiet_places_are_told_by_the_one_that_could_hide_the_most():
    outcome = Outcome(np.array([0.5, 0.4]), np.zeros(2), LEVEL)
    (only,) = scored([0.01, 0.02], [0.03, 0.001]).findings(outcome)
    assert (only.verdict, only.where) == (Verdict.CANNOT_TELL, "all subgroups")
    assert "the one that could hide the most is place 0" in only.says
    assert only.p == 0.4


def test_scored_places_are_told_by_their_p_then_by_their_strength():
    outcome = Outcome(np.array([0.02, 0.005, 0.005, 0.5]), np.array([9.0, 3.0, 5.0, 1.0]), LEVEL)
    found = scored([0.2, 0.2, 0.2, 0.0], [0.01] * 4).findings(outcome)
    assert [one.where for one in found] == ["place 2", "place 1", "place 0", "all other subgroups"]


def test_strength_is_the_distance_to_what_chance_shows_anywhere():
    heard: list[Outcome] = []

    def hear(outcome: Outcome) -> Answer:
        heard.append(outcome)
        return Answer(notes=("asked",))

    block = np.array([[9.0, 1.0, 2.0], [4.0, 3.0, 0.0]])
    given = Answer(notes=("given",))
    answers = settle([given, Tests(block, hear)], LEVEL)
    assert [one.notes for one in answers] == [("given",), ("asked",)]
    assert heard[0].strength.tolist() == [6.5, 1.5]
    assert heard[0].level == LEVEL


def test_blocks_are_measured_by_the_tail_of_their_largest():
    block = np.random.default_rng(1).normal(size=(6, 500))
    for times in (1.0, 40.0):
        largest = balanced(times * block).max(axis=0)
        assert np.quantile(largest, 0.8) == pytest.approx(0.0, abs=1e-9)
        assert largest[largest > 0].mean() == pytest.approx(1.0, rel=0.02)
    assert balanced(np.full((2, 5), 3.0)).tolist() == np.zeros((2, 5)).tolist()


@pytest.mark.parametrize(
    ("low", "high", "beyond"),
    [
        (1.6, 3.0, True),
        (1.5, 3.0, False),
        (0.1, 0.6, True),
        (0.1, 2 / 3, False),
        (0.5, 2.0, False),
        (0.9, 1.1, False),
    ],
)
def test_a_ratio_lies_beyond_on_either_side(low, high, beyond):
    assert Ratio(1.0, low, high).lies_beyond(1.5) is beyond


@pytest.mark.parametrize(
    ("p", "low", "high", "verdict"),
    [
        (0.01, 0.06, 0.10, Verdict.DIFFERS),
        (LEVEL, 0.06, 0.10, Verdict.DIFFERS),
        (0.04, 0.06, 0.10, Verdict.CANNOT_TELL),
        (0.01, TOLERANCE, 0.10, Verdict.CANNOT_TELL),
        (0.01, 0.01, TOLERANCE, Verdict.SAME),
        (0.5, 0.01, TOLERANCE, Verdict.SAME),
        (0.5, 0.01, 0.06, Verdict.CANNOT_TELL),
    ],
)
def test_an_effect_differs_only_if_both_hold(p, low, high, verdict):
    assert conclude(p, LEVEL, Effect(0.05, low, high, 0.9), TOLERANCE) is verdict


def test_a_distance_has_its_interval_around_it_and_never_ends_at_nothing():
    left, right = np.array([600.0, 400.0]), np.array([400.0, 600.0])
    seen = np.array([0.2, 0.01, 0.02, 0.015])
    effect = distance(seen, left, right, TOLERANCE)
    error = 1.959964 * np.sqrt(2 * 0.24 / 1_000)
    assert effect.value == pytest.approx(np.sqrt(0.2**2 - 0.015**2))
    assert effect.low == pytest.approx(np.sqrt((0.2 - error) ** 2 - 0.015**2))
    assert effect.high == pytest.approx(np.sqrt((0.2 + error) ** 2 - 0.015**2))
    nothing = distance(np.array([0.0, 0.1, 0.1]), left, left, TOLERANCE)
    assert (nothing.value, nothing.low, nothing.high) == (0.0, 0.0, 3 / 1_000)


def test_an_interval_of_no_hits_begins_at_nothing_and_one_of_all_ends_at_all():
    assert binomial_interval(0, 50, 0.05)[0] == 0.0
    assert 0.05 < binomial_interval(0, 50, 0.05)[1] < 0.1
    assert binomial_interval(50, 50, 0.05)[1] == 1.0
    assert 0.9 < binomial_interval(50, 50, 0.05)[0] < 0.95
    low, high = binomial_interval(5, 50, 0.05)
    assert 0 < low < 0.1 < high < 1


def test_what_no_real_row_holds_is_endlessly_more_often_and_nothing_is_as_often():
    invented = ratio(30, 0.0, (100, 100), 0.05)
    assert invented.high == invented.value == float("inf")
    assert invented.low > 5
    gone = ratio(0, 30.0, (100, 100), 0.05)
    assert (gone.value, gone.low) == (0.0, 0.0)
    assert gone.high < 0.2
    assert ratio(0, 0.0, (100, 100), 0.05).value == 1.0
    assert ratio(30, 30.0, (100, 200), 0.05).value == pytest.approx(2.0)


def fault(question, columns, strength, verdict=Verdict.DIFFERS):
    return Finding(question, verdict, "so", columns=columns, strength=strength)


def strengths(*faults: Finding) -> list[float | None]:
    answers = explained([Answer((one,)) for one in faults])
    return [answer.findings[0].strength for answer in answers]


@pytest.mark.parametrize(
    ("question", "times"),
    [("pairs", 2.0), ("subgroups", 2.0), ("label", 2.0), ("time", 4.0), ("references", 4.0)],
)
def test_a_fault_that_is_much_stronger_than_a_simpler_one_stands_by_itself(question, times):
    root = fault("columns", ("a",), 10.0)
    _, just = strengths(root, fault(question, ("a", "b"), times * 10))
    _, over = strengths(root, fault(question, ("a", "b"), times * 10 + 0.1))
    assert just == pytest.approx(9.9)
    assert over == times * 10 + 0.1


@pytest.mark.parametrize("question", ["rows", "coverage"])
def test_what_sees_everything_stands_behind_any_simpler_fault(question):
    _, strength = strengths(fault("columns", ("a",), 1.0), fault(question, ("a", "b"), 1_000.0))
    assert strength == pytest.approx(0.99)


@pytest.mark.parametrize(
    "first",
    [
        fault("columns", ("a",), 10.0, Verdict.SAME),
        fault("columns", ("a",), 10.0, Verdict.CANNOT_TELL),
        fault("size", (), 10.0),
        fault("columns", ("c",), 10.0),
        fault("columns", ("a", "b", "c"), 10.0),
        fault("pairs", ("a", "b"), 10.0),
        fault("columns", ("a",), -1.0),
    ],
)
def test_what_is_no_simpler_fault_of_the_same_columns_explains_nothing(first):
    assert strengths(first, fault("pairs", ("a", "b"), 12.0))[1] == 12.0


def test_what_is_no_fault_keeps_its_strength():
    root = fault("columns", ("a",), 10.0)
    for verdict in (Verdict.SAME, Verdict.CANNOT_TELL):
        assert strengths(root, fault("pairs", ("a", "b"), 12.0, verdict))[1] == 12.0
    assert strengths(root, fault("pairs", ("a", "b"), None))[1] is None


def test_a_fault_that_names_no_column_stands_behind_a_simpler_one_that_does():
    root = fault("columns", ("a",), 10.0)
    assert strengths(root, fault("coverage", (), 1_000.0))[1] == pytest.approx(9.9)
    assert strengths(root, fault("size", (), 12.0))[1] == 12.0
    assert strengths(fault("coverage", (), 12.0), fault("rows", (), 14.0)) == [12.0, 14.0]


def test_of_two_roots_the_weaker_one_stands_before_what_both_explain():
    *_, last = strengths(
        fault("columns", ("a",), 20.0),
        fault("columns", ("b",), 10.0),
        fault("pairs", ("a", "b"), 12),
    )
    assert last == pytest.approx(9.9)


@pytest.mark.parametrize(
    ("made", "real", "way"),
    [
        (0.3, 0.1, "amplified"),
        (-0.3, -0.1, "amplified"),
        (0.1, 0.3, "shrunk"),
        (-0.1, -0.3, "shrunk"),
        (0.0, 0.3, "shrunk"),
        (0.3, -0.1, "turned round"),
        (-0.1, 0.3, "turned round"),
    ],
)
def test_what_became_of_a_gap_is_said_in_a_word(made, real, way):
    assert Gap(made, real, (0.5, 0.5), made - real, 0.01).way == way
