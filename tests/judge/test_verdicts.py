"""Each branch of a verdict, for every way in which one is reached."""

from __future__ import annotations

import numpy as np
import pytest

from worldwright.data.report import Answer, Finding, Verdict
from worldwright.judge.aspects import Asked, Aspect, Told, all_concluded, concluded, few, statistics
from worldwright.judge.contrasts import Contrasts
from worldwright.judge.explained import explained
from worldwright.judge.family import Outcome, Tests, settle, strength_of
from worldwright.judge.scored import Scored, Where

LEVEL = 0.03


def told(low, high, says="so"):
    return Told(says, "share", (low + high) / 2, low, high, 0.05)


def asked(*aspects):
    loudness = [Aspect(np.array([z, 0.0]), lambda t=t: t) for z, t in aspects]
    return Asked("columns", "x", ("x",), tuple(loudness))


@pytest.mark.parametrize(
    ("p", "low", "high", "verdict"),
    [
        (0.005, 0.06, 0.10, Verdict.DIFFERS),
        (0.005, 0.05, 0.10, Verdict.CANNOT_TELL),
        (0.005, 0.01, 0.04, Verdict.SAME),
        (0.5, 0.06, 0.10, Verdict.CANNOT_TELL),
        (0.5, 0.00, 0.04, Verdict.SAME),
        (0.5, 0.00, 0.05, Verdict.SAME),
        (0.5, 0.00, 0.06, Verdict.CANNOT_TELL),
    ],
)
def test_a_place_differs_only_if_it_is_beyond_chance_and_beyond_the_tolerance(
    p, low, high, verdict
):
    assert concluded(asked((9.0, told(low, high))), p, 1.0, LEVEL).verdict is verdict


def test_an_aspect_within_chance_cannot_make_a_place_differ():
    quiet_but_wide = asked((9.0, told(0.01, 0.04)), (2.9, told(0.06, 0.1)))
    assert concluded(quiet_but_wide, 0.005, 1.0, LEVEL).verdict is Verdict.SAME
    loud = asked((9.0, told(0.01, 0.04)), (3.1, told(0.06, 0.1, "cell")))
    finding = concluded(loud, 0.005, 1.0, LEVEL)
    assert (finding.verdict, finding.says) == (Verdict.DIFFERS, "cell")


def test_of_aspects_that_say_as_much_the_readable_one_speaks():
    one = asked((10.0, told(0.1, 0.2, "in all")), (7.0, told(0.1, 0.2, "level")))
    assert concluded(one, 0.005, 1.0, LEVEL).says == "level"
    other = asked((10.0, told(0.1, 0.2, "in all")), (5.0, told(0.1, 0.2, "level")))
    assert concluded(other, 0.005, 1.0, LEVEL).says == "in all"


def test_what_is_beyond_chance_yet_tolerated_says_so():
    same = concluded(asked((9.0, told(0.01, 0.04))), 0.005, 1.0, LEVEL)
    assert same.says.startswith("more than chance, yet within the tolerance: ")
    unsure = concluded(asked((9.0, told(0.01, 0.06))), 0.005, 1.0, LEVEL)
    assert unsure.says.startswith("more than chance, yet not surely beyond the tolerance: ")


def test_a_place_is_as_loud_as_its_loudest_aspect():
    places = [asked((1.0, told(0, 1)), (4.0, told(0, 1)))]
    assert statistics(places, 1).tolist() == [[4.0, 0.0]]
    assert statistics([], 3).shape == (0, 4)


def test_many_findings_become_few_and_none_is_lost_from_the_count():
    outcome = Outcome(np.full(50, 0.005), np.linspace(9, 1, 50), LEVEL)
    findings = few(all_concluded([asked((9.0, told(0.1, 0.2)))] * 50, outcome), "columns")
    assert len(findings) == 21
    assert findings[-1].says == "30 more of the columns differ; the strongest is x"


def test_one_that_is_left_is_told_as_one():
    outcome = Outcome(np.full(2, 1.0), np.linspace(2, 1, 2), LEVEL)
    findings = few(all_concluded([asked((1.0, told(0.0, 0.01)))] * 2, outcome), "columns")
    assert findings[-1].says == "1 more of the columns is the same: x"


def scored(size, error, tolerance=0.05):
    difference = np.array([[size, 0.0, 0.0]])
    compared = Contrasts(difference, np.array([size]), np.zeros(1), np.array([error]))
    where = Where("a, where b", ("a", "b"), lambda made, real: f"{made:.2f} against {real:.2f}")
    return Scored("subgroups", "subgroups", [where], compared, "difference", tolerance)


@pytest.mark.parametrize(
    ("p", "size", "error", "verdict"),
    [
        (0.005, 0.2, 0.01, Verdict.DIFFERS),
        (0.005, -0.2, 0.01, Verdict.DIFFERS),
        (0.005, 0.06, 0.01, Verdict.CANNOT_TELL),
        (0.005, 0.02, 0.01, Verdict.SAME),
        (0.5, 0.2, 0.01, Verdict.CANNOT_TELL),
        (0.5, 0.02, 0.01, Verdict.SAME),
    ],
)
def test_a_scored_place_differs_only_if_both_hold(p, size, error, verdict):
    outcome = Outcome(np.array([p]), np.array([1.0]), LEVEL)
    assert scored(size, error).findings(outcome)[0].verdict is verdict


def block(seen, splits=199, tests=5, seed=0):
    null = np.abs(np.random.default_rng(seed).normal(size=(tests, splits)))
    return np.column_stack([np.full(tests, seen), null])


def answers_of(tests):
    heard = []

    def conclude(outcome):
        heard.append(outcome)
        return Answer()

    settle([Tests(one, conclude) for one in tests], LEVEL)
    return heard


def test_the_family_hands_each_question_its_own_p_in_order():
    loud, quiet = answers_of([block(9.0, tests=3), block(0.1, tests=7, seed=1)])
    assert (len(loud.p), len(quiet.p)) == (3, 7)
    assert loud.p.max() == 0.005
    assert quiet.p.min() > 0.5
    assert loud.strength.min() > 5 > quiet.strength.max()


def test_one_more_question_of_thousands_does_not_drown_a_small_one():
    """A question with one test and z = 5 stays significant beside one with 5,000 tests."""
    small, _ = answers_of([block(5.0, tests=1), block(0.1, tests=5_000, seed=1)])
    assert small.p[0] <= LEVEL


def test_an_empty_question_is_asked_too():
    nothing, loud = answers_of([np.empty((0, 200)), block(9.0)])
    assert len(nothing.p) == 0
    assert loud.p.max() <= LEVEL


def test_false_alarms_of_the_family_keep_the_level():
    """Null: P(p <= 3 %) <= 3 %. P(more than 24 of 300) < 1e-5."""
    alarms = 0
    for seed in range(300):
        chance = np.random.default_rng([7, seed])
        blocks = [np.abs(chance.normal(size=(tests, 200))) for tests in (1, 40, 400)]
        alarms += any(outcome.p.min() <= LEVEL for outcome in answers_of(blocks))
    assert alarms <= 24


def test_strength_grows_with_evidence_and_falls_with_the_number_of_tests():
    assert strength_of(1e-9, 10) > strength_of(1e-6, 10) > strength_of(1e-6, 1_000)
    assert strength_of(0.0, 1) < 1_000


def fault(question, columns, strength, verdict=Verdict.DIFFERS):
    return Finding(question, verdict, "so", columns=columns, strength=strength)


def order(*faults):
    found = [f for answer in explained([Answer(tuple(faults))]) for f in answer.findings]
    return [f.question for f in sorted(found, key=lambda f: -f.strength)]


@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        ([("pairs", ("a", "b"), 20.0), ("columns", ("a",), 12.0)], ["columns", "pairs"]),
        ([("pairs", ("a", "b"), 40.0), ("columns", ("a",), 12.0)], ["pairs", "columns"]),
        ([("pairs", ("b", "c"), 30.0), ("columns", ("a",), 12.0)], ["pairs", "columns"]),
        ([("rows", ("a",), 20.0), ("subgroups", ("a",), 10.0)], ["subgroups", "rows"]),
    ],
)
def test_what_a_simpler_fault_explains_stands_behind_it(faults, expected):
    assert order(*(fault(*one) for one in faults)) == expected


def test_only_faults_explain():
    same = fault("columns", ("a",), 12.0, Verdict.SAME)
    assert order(fault("pairs", ("a", "b"), 30.0), same) == ["pairs", "columns"]
