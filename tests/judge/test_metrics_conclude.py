"""The verdicts that metrics reach by themselves: each branch, from counts on either side of it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import beta, binom

from worldwright import plugins
from worldwright.data.report import Answer, Finding, Verdict
from worldwright.judge.case import Case
from worldwright.judge.cells import Cells
from worldwright.judge.effects import Ratio, binomial_interval
from worldwright.judge.metrics import classifier, memory, rules
from worldwright.judge.mining import Mined, Rule
from worldwright.judge.predicates import Predicate
from worldwright.judge.regions import Region
from worldwright.judge.repeats import Count, Look
from worldwright.judge.unseen import Unseen

from .small_cases import ROWS, case_of, rows_of


def alone(name: str, case: Case) -> Answer:
    answer = plugins.metrics.get(name)(case)
    assert isinstance(answer, Answer)
    return answer


# --- rules


def ruled(monkeypatch, hits: list[int], witnesses: int = 10**6, **how: object) -> Answer:
    """Ask of rules that so many of 1,000 made rows break."""
    tried = [
        Rule(f"rule {at}", ("z",), np.arange(3 * ROWS) < broken, 0, witnesses)
        for at, broken in enumerate(hits)
    ]
    monkeypatch.setattr(rules, "mine", lambda stack: Mined(tuple(tried), len(tried)))
    return alone("rules", case_of(**{"tolerance": {"rules": 0.005}, **how}))


def p_of(hits: int) -> float:
    return float(binom.sf(hits - 1, ROWS, 0.005))


@pytest.mark.parametrize(
    ("hits", "level", "verdict"),
    [
        (20, 0.015, Verdict.DIFFERS),
        (11, 2 * p_of(11), Verdict.DIFFERS),
        (11, 1.99 * p_of(11), Verdict.CANNOT_TELL),
        (6, 1.0, Verdict.CANNOT_TELL),
        (5, 0.015, Verdict.CANNOT_TELL),
        (0, 0.015, Verdict.SAME),
    ],
)
def test_a_rule_is_broken_where_its_p_holds_and_its_whole_interval_lies_beyond(
    monkeypatch, hits, level, verdict
):
    (finding,) = ruled(monkeypatch, [hits], level=level).findings
    assert finding.verdict is verdict
    assert finding.p == pytest.approx(p_of(hits), rel=1e-4)


def test_a_rule_whose_interval_ends_at_what_is_tolerated_holds(monkeypatch):
    end = binomial_interval(2, ROWS, 0.05)[1]
    for tolerated, verdict in ((end, Verdict.SAME), (end - 1e-9, Verdict.CANNOT_TELL)):
        (finding,) = ruled(monkeypatch, [2], tolerance={"rules": tolerated}).findings
        assert finding.verdict is verdict


def test_a_rule_that_few_real_rows_speak_for_is_tolerated_more_or_not_asked(monkeypatch):
    (finding,) = ruled(monkeypatch, [15], witnesses=200).findings
    assert finding.tolerance == pytest.approx(float(beta.isf(0.0075, 1, 200)), rel=1e-4)
    assert finding.verdict is not Verdict.DIFFERS
    answer = ruled(monkeypatch, [900], witnesses=50)
    assert answer.findings[0].verdict is Verdict.CANNOT_TELL
    assert answer.findings[0].says.startswith("no rule of 1 tried can be established")
    assert answer.notes == ("1 rules are not asked: too few real rows speak for them",)


def test_the_p_of_rules_are_corrected_step_by_step_and_the_worst_is_first(monkeypatch):
    found = ruled(monkeypatch, [12, 20, 13]).findings
    assert [one.says.split(":")[0] for one in found[:1]] == ["rule 1"]
    p = [3 * p_of(20), 2 * p_of(13), 2 * p_of(13)]
    assert found[0].p == pytest.approx(p[0], rel=1e-4)
    first = ruled(monkeypatch, [12, 20, 13], level=1.0).findings
    assert [one.p for one in first] == pytest.approx([p[0], p[1], max(p[1], p_of(12))], rel=1e-4)
    assert [one.says.split(":")[0] for one in first] == ["rule 1", "rule 2", "rule 0"]


def test_every_broken_rule_is_named_and_of_the_others_one(monkeypatch):
    found = ruled(monkeypatch, [60] * 22 + [0] * 3).findings
    verdicts = [one.verdict for one in found]
    assert verdicts == [Verdict.DIFFERS] * 21 + [Verdict.SAME] * 2
    assert found[20].says.startswith("2 more rules are broken")
    assert found[22].says.startswith("2 more rules are kept")


# --- memory


def remembered(monkeypatch, p: float, bar: float = 0.005, **hits: tuple[float, float]) -> Finding:
    """Ask of looks with this p that found so many repeats of teachers, and of other rows."""

    def count(name: str) -> Count:
        return Count(*hits.get(name, (0.0, 0.0)), ROWS)

    exact = Look({"exact": count("exact")}, p, 5.0)
    near = Look(
        {name: count(name.replace(" ", "_")) for name in ("near", "rare", "rare copies")}, 1.0, 1.0
    )
    monkeypatch.setattr(memory, "look_exact", lambda *_, **__: exact)
    monkeypatch.setattr(memory, "look_near", lambda *_, **__: near)
    tolerance = {"memory": bar, "near_copies": 0.01}
    (finding,) = alone("memory", case_of(level=0.005, tolerance=tolerance)).findings
    return finding


@pytest.mark.parametrize(
    ("p", "hits", "where", "verdict"),
    [
        (0.0025, {"exact": (20, 0)}, "copies", Verdict.DIFFERS),
        (0.0026, {"exact": (20, 0)}, "copies", Verdict.CANNOT_TELL),
        (0.5, {"exact": (20, 0)}, "copies", Verdict.CANNOT_TELL),
        (0.001, {"exact": (20, 20)}, "copies", Verdict.CANNOT_TELL),
        (0.001, {"near": (40, 0)}, "near copies", Verdict.DIFFERS),
        (0.001, {"rare_copies": (40, 0)}, "rare copies", Verdict.DIFFERS),
        (0.001, {"rare": (40, 0)}, "rare rows", Verdict.DIFFERS),
        (0.5, {"near": (40, 0)}, "near copies", Verdict.CANNOT_TELL),
        (0.5, {"near": (20, 20)}, "near copies", Verdict.CANNOT_TELL),
        (0.5, {"exact": (5, 5)}, "copies", Verdict.CANNOT_TELL),
        (0.001, {}, "near copies", Verdict.SAME),
        (0.5, {}, "near copies", Verdict.SAME),
    ],
)
def test_memory_differs_where_both_looks_say_so_together_and_a_share_lies_beyond(
    monkeypatch, p, hits, where, verdict
):
    finding = remembered(monkeypatch, p, **hits)
    assert (finding.verdict, finding.where) == (verdict, where)
    assert finding.p == min(1.0, 2 * p)


def test_a_share_of_copies_that_ends_at_the_tolerance_is_the_same(monkeypatch):
    end = float(beta.ppf(0.975, 1, ROWS))
    for bar, verdict in ((end, Verdict.SAME), (end - 1e-9, Verdict.CANNOT_TELL)):
        assert remembered(monkeypatch, 0.5, bar).verdict is verdict


@pytest.mark.parametrize("few", [0, 1, 2])
def test_a_handful_of_rows_on_any_side_cannot_tell_memory(few):
    sides = [rows_of(seed, 19 if seed == few else 60) for seed in range(3)]
    (finding,) = alone("memory", case_of(sides, tolerance={"memory": 0.005})).findings
    assert (finding.verdict, finding.power) == (Verdict.CANNOT_TELL, 0.0)
    assert "are too few to tell memory from chance" in finding.says


# --- the classifier and its regions


def parted(
    monkeypatch, auc: float, p: float, *regions: Region, error: float = 0.01
) -> tuple[Finding, ...]:
    """Ask of a classifier that found this, with a level of 1 % for it and for its regions."""
    seen = np.linspace(0, 1, 40)
    told = Unseen(auc, error, p, seen, seen > 0.5, (("z", 0.9),), ("z",))
    monkeypatch.setattr(classifier, "unseen", lambda *_: told)
    monkeypatch.setattr(classifier, "regions", lambda *_: list(regions))
    tolerance = {"rows": 0.55, "regions": 1.5}
    return alone("classifier", case_of(level=0.02, tolerance=tolerance)).findings


@pytest.mark.parametrize(
    ("auc", "p", "verdict"),
    [
        (0.6, 0.01, Verdict.DIFFERS),
        (0.6, 0.011, Verdict.CANNOT_TELL),
        (0.56, 0.001, Verdict.CANNOT_TELL),
        (0.52, 0.001, Verdict.SAME),
        (0.52, 0.5, Verdict.SAME),
        (0.54, 0.5, Verdict.CANNOT_TELL),
    ],
)
def test_the_classifier_differs_where_both_hold(monkeypatch, auc, p, verdict):
    (finding,) = parted(monkeypatch, auc, p)
    assert finding.verdict is verdict
    assert finding.where == ("z" if verdict is Verdict.DIFFERS else "all columns")
    assert ("it leans on z (90 %)" in finding.says) is (p <= 0.01)


def region(p: float, low: float, high: float, real: int = 100) -> Region:
    where = Predicate("z ≥ 1", Cells("z", ("a", "b"), np.zeros(1, dtype=int)), 1, 1)
    ratio = Ratio((low * high) ** 0.5, low, high)
    return Region((where,), 300, real, (500, 500), (0.1, 0.2), p, ratio)


@pytest.mark.parametrize(
    ("p", "low", "high", "verdict"),
    [
        (0.01, 1.6, 3.0, Verdict.DIFFERS),
        (0.01, 0.2, 0.6, Verdict.DIFFERS),
        (0.011, 1.6, 3.0, Verdict.CANNOT_TELL),
        (0.01, 1.4, 3.0, Verdict.CANNOT_TELL),
        (0.01, 0.2, 0.7, Verdict.CANNOT_TELL),
        (0.01, 1.1, 1.5, Verdict.SAME),
        (0.04, 0.7, 1.5, Verdict.SAME),
        (0.04, 0.6, 1.2, Verdict.CANNOT_TELL),
        (0.04, 1.2, 1.6, Verdict.CANNOT_TELL),
        (0.04, 0.5, 3.0, Verdict.CANNOT_TELL),
    ],
)
def test_a_region_differs_where_its_p_holds_and_its_ratio_lies_beyond(
    monkeypatch, p, low, high, verdict
):
    first, found = parted(monkeypatch, 0.6, 0.001, region(p, low, high))
    assert found.verdict is verdict
    weak = {
        Verdict.SAME: "more than chance, yet within the tolerance",
        Verdict.CANNOT_TELL: "too few rows to hold that against the tolerance",
    }
    for other, words in weak.items():
        assert (words in found.says) is (other is verdict)
    assert "most clearly where z ≥ 1" in first.says


def test_a_region_that_chance_explains_is_not_shown(monkeypatch):
    assert len(parted(monkeypatch, 0.6, 0.001, region(0.05, 1.6, 3.0))) == 2
    assert len(parted(monkeypatch, 0.6, 0.001, region(0.051, 1.6, 3.0))) == 1
    (whole, _) = parted(monkeypatch, 0.6, 0.5, region(0.01, 1.6, 3.0))
    assert "most clearly" not in whole.says
