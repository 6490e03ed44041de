"""The verdicts that metrics reach by themselves: each branch, from counts on either side of it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import beta, binom

from worldwright import Dataset, plugins, seeds
from worldwright.data.report import Answer, Finding, Verdict
from worldwright.judge.case import Case
from worldwright.judge.cells import Cells
from worldwright.judge.effects import Effect, Ratio, binomial_interval
from worldwright.judge.family import Outcome, Tests
from worldwright.judge.metrics import classifier, memory, rules
from worldwright.judge.mining import Mined, Rule
from worldwright.judge.places import Place, told_of_cell, told_of_distance
from worldwright.judge.predicates import Predicate
from worldwright.judge.regions import Region
from worldwright.judge.repeats import Count, Look
from worldwright.judge.tallies import Tally
from worldwright.judge.unseen import Unseen

from .conftest import dataset_of

ROWS = 1_000


def rows_of(seed: int, rows: int = ROWS, **more: np.ndarray) -> Dataset:
    chance = seeds.stream(seed, "tests", "conclude")
    return dataset_of({"z": chance.normal(size=rows).round(3), **more})


SIDES = [rows_of(seed) for seed in range(3)]


def case_of(sides: list[Dataset] = SIDES, **how: object) -> Case:
    made, real, holdout = sides
    return Case(made, real, holdout, splits=19, **how)  # type: ignore[arg-type]


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
    assert found[22].says.startswith("2 more rules hold")


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


# --- what a cell says: a ratio where that is beyond, else a difference


def place(made: list[int], real: list[int], low: float = 0.0) -> Place:
    effect = Effect(low, low, 0.2, 0.9)
    labels = tuple(f"v{at}" for at in range(len(made)))
    ones, band = np.ones(len(made)), np.zeros((len(made), 2))
    return Place(("x",), labels, np.array(made), np.array(real), ones, band, effect)


@pytest.mark.parametrize(
    ("made", "real", "measure", "beyond"),
    [
        ([200, 800], [50, 950], "times as often, or as seldom", True),
        ([50, 950], [200, 800], "times as often, or as seldom", True),
        ([600, 400], [500, 500], "difference of shares of rows", True),
        ([400, 600], [500, 500], "difference of shares of rows", True),
        ([500, 500], [500, 500], "difference of shares of rows", False),
        ([12, 988], [10, 990], "difference of shares of rows", False),
    ],
)
def test_a_cell_is_told_as_a_ratio_only_where_that_is_beyond(made, real, measure, beyond):
    told = told_of_cell(place(made, real), 0, {"cells": 1.5, "share": 0.02})
    assert (told.measure, told.is_beyond) == (measure, beyond)
    assert told.low <= told.effect <= told.high
    tally = Tally(
        "time", "x", ("x",), "x", "rows", ("a", "b"),
        np.column_stack([made, [500, 500], [500, 500]]),
        np.column_stack([real, [500, 500], [500, 500]]),
    )  # fmt: skip
    told = tally.asked(0.02, 1.5).aspects[1].told()
    assert told.measure.split(",")[0] == measure.split(",")[0]
    assert told.is_beyond is beyond
    assert told.low <= told.effect <= told.high


def test_a_distance_whose_interval_holds_nothing_is_told_by_its_upper_end():
    assert told_of_distance(place([1, 1], [1, 1]), 0.05).says.startswith("at most 20.0 %")
    assert told_of_distance(place([1, 1], [1, 1], 0.1), 0.05).says.startswith("10.0 % to 20.0 %")


def test_a_tally_says_at_most_where_there_may_be_no_difference():
    def said(made: list[int]) -> str:
        left = np.column_stack([made, [500, 500], [505, 495]])
        tally = Tally("time", "x", ("x",), "x", "rows", ("a", "b"), left, 1_000 - left)
        return tally.asked(0.02, 1.5).aspects[0].told().says

    assert said([500, 500]).startswith("x: at most ")
    assert "of the rows would have to change" in said([800, 200])


def test_a_tally_of_a_side_with_few_counts_is_left_out():
    def tally(left: int, right: int) -> Tally:
        counts = [np.full((2, 3), side // 2) for side in (left, right)]
        return Tally("time", "x", ("x",), "x", "rows", ("a", "b"), *counts)

    assert tally(20, 20).is_filled
    assert not tally(18, 200).is_filled
    assert not tally(200, 18).is_filled


def test_the_noise_of_what_is_dealt_in_groups_widens_its_interval():
    left = np.array([[60, 80, 20, 80, 20], [40, 20, 80, 20, 80]])
    right = 100 - left
    whole = Tally("time", "x", ("x",), "x", "rows", ("a", "b"), left, right)
    calm = np.array([[60, 50, 50, 51, 49], [40, 50, 50, 49, 51]])
    narrow = Tally("time", "x", ("x",), "x", "rows", ("a", "b"), calm, 100 - calm)
    widths = [one.asked(0.05, 1.5).aspects[0].told().high for one in (whole, narrow)]
    assert widths[0] > 1.5 * widths[1]


# --- what columns say, each aspect by the words that it ends in


def first_of(name: str, sides: list[Dataset], target: str | None = None, **bars: float) -> Finding:
    """Ask one metric of the family as if chance explained nothing."""
    metric = plugins.metrics.get(name)
    case = case_of(sides, tolerance={**metric.tolerance, **bars}, target=target)
    tests = metric(case)
    assert isinstance(tests, Tests)
    many = len(tests.statistics)
    loud = Outcome(np.full(many, 0.01), tests.statistics[:, 0], 0.035)
    return tests.conclude(loud).findings[0]


def moved(sign: float, times: float = 1.0) -> list[Dataset]:
    z = seeds.stream(9, "tests", "conclude").normal(size=ROWS).round(3)
    return [rows_of(0, z=(sign + times * z).round(3)), *SIDES[1:]]


SILENT = {"columns": 9.0, "cells": 9e9, "share": 9.0, "unseen": 9.0}


@pytest.mark.parametrize(("sign", "way"), [(0.5, "higher"), (-0.5, "lower")])
def test_a_column_that_moved_says_which_way(sign, way):
    finding = first_of("columns", moved(sign), **SILENT)
    assert finding.verdict is Verdict.DIFFERS
    assert finding.says.startswith(f"z is {way} in a made row than in a real one")
    assert finding.low < finding.effect < finding.high


@pytest.mark.parametrize(("times", "way"), [(2.0, "further from"), (0.4, "closer to")])
def test_a_column_that_spread_says_which_way(times, way):
    finding = first_of("columns", moved(0.0, times), **SILENT)
    assert finding.verdict is Verdict.DIFFERS
    assert finding.says.startswith(f"z lies {way} the middle in made rows")


def grained(seed: int, steps: int, rows: int = ROWS) -> np.ndarray:
    """Draw numbers from 0 to 1 in so many steps."""
    return seeds.stream(seed, "tests", "grained").integers(0, steps, rows) / steps


def grained_sides(made: np.ndarray, steps: int) -> list[Dataset]:
    return [rows_of(0, z=made), *(rows_of(at, z=grained(at, steps)) for at in (1, 2))]


@pytest.mark.parametrize(
    ("steps", "named"),
    [(100, "z = exactly 0.5"), (1_000, "z = one value that fewer than 10 real rows hold")],
)
def test_one_value_held_too_often_is_named_where_ten_real_rows_hold_it(steps, named):
    made = grained(0, steps)
    made[np.abs(made - 0.5) < 0.05] = 0.5
    quiet = {"columns": 9.0, "unseen": 9.0, "level": 9.0}
    finding = first_of("columns", grained_sides(made, steps), **quiet)
    assert finding.verdict is Verdict.DIFFERS
    assert finding.says.startswith(f"{named} in ")


def test_values_of_one_side_alone_are_told_beyond_what_is_usual():
    quiet = {"columns": 9.0, "cells": 9e9, "share": 9.0, "level": 9.0}
    finding = first_of("columns", grained_sides(grained(0, 1_000) + 0.0005, 1_000), **quiet)
    assert finding.verdict is Verdict.DIFFERS
    assert "z holds a value that no real row holds in 100.0 % of the made rows" in finding.says
    assert finding.low < finding.effect < 1.0


def test_fewer_distinct_values_are_told_by_their_share():
    quiet = {"unseen": 9.0, "cells": 9e9, "share": 9.0, "level": 9.0, "columns": 0.2}
    finding = first_of("columns", grained_sides(grained(0, 250), 500), **quiet)
    assert finding.measure == "relative change of distinct values"
    assert finding.verdict is Verdict.DIFFERS
    assert 0.3 < finding.low < finding.effect < finding.high < 0.6


@pytest.mark.parametrize(
    ("sign", "side", "way"), [(2, "highest", "upper"), (-2, "lowest", "lower")]
)
def test_a_tail_says_which_end_it_is_and_whether_it_is_too_full(sign, side, way):
    z = seeds.stream(9, "tests", "conclude").normal(size=ROWS).round(3)
    z[:60] = sign * np.abs(z[:60]) + 2 * sign
    sides = [rows_of(0, z=z), *SIDES[1:]]
    finding = first_of("tails", sides, far=9.0)
    assert finding.verdict is Verdict.DIFFERS
    assert finding.says.startswith(f"z lies where the {side} ")
    assert finding.low < finding.effect < finding.high
    far = first_of("tails", sides, tails=9.0)
    assert far.says.startswith(f"the {way} tail of z reaches farther out in made rows")


def test_a_tail_that_is_cut_is_too_empty():
    many = 5_000
    whole = [rows_of(seed, many) for seed in range(3)]
    cut = np.clip(whole[0].table["z"].to_numpy(), -9, 1.5)
    finding = first_of("tails", [rows_of(0, z=cut), *whole[1:]], far=9.0)
    assert finding.verdict is Verdict.DIFFERS
    assert "in 0.0 % of made rows" in finding.says
    assert 0.002 < finding.low < finding.effect < finding.high < 0.05
    far = first_of("tails", [rows_of(0, z=cut), *whole[1:]], tails=9.0, far=1e-4)
    assert "reaches less far out" in far.says


@pytest.mark.parametrize("side", [1, -1])
def test_tails_are_the_same_only_if_both_ends_are(side):
    metric, quiet = plugins.metrics.get("tails"), Outcome(np.ones(1), np.zeros(1), 0.035)
    z = SIDES[0].table["z"].to_numpy().copy()
    z[:80] = side * (2.0 + np.abs(z[:80]))
    for made, verdict in ((SIDES[0], Verdict.SAME), (rows_of(0, z=z), Verdict.CANNOT_TELL)):
        tests = metric(case_of([made, *SIDES[1:]], tolerance={"tails": 0.03, "far": 0.06}))
        assert isinstance(tests, Tests)
        (finding,) = tests.conclude(quiet).findings
        assert finding.verdict is verdict


def test_words_and_few_values_have_no_tails():
    group = np.array(["a", "b"], dtype=object)[np.arange(ROWS) % 2]
    sides = [dataset_of({"group": group, "age": np.arange(ROWS) % 40}) for _ in range(3)]
    case = case_of(sides, tolerance={"tails": 0.002, "far": 0.02})
    tests = plugins.metrics.get("tails")(case)
    assert isinstance(tests, Tests)
    assert len(tests.statistics) == 0
    answer = tests.conclude(Outcome(np.empty(0), np.empty(0), 0.035))
    assert answer.notes == ("tails were not judged: no column has 50 distinct numbers",)


def gappy(seed: int, share: float, high: bool = False) -> Dataset:
    """Draw rows whose note is missing in this share of them, or where z is high."""
    chance = seeds.stream(seed, "tests", "gappy")
    z, note = chance.normal(size=ROWS).round(3), chance.normal(size=ROWS).round(3)
    order = np.argsort(-z) if high else chance.permutation(ROWS)
    note[order[: int(share * ROWS)]] = np.nan
    return dataset_of({"z": z, "note": note})


def test_what_is_missing_more_often_or_elsewhere_is_told():
    real = [gappy(seed, 0.1) for seed in (1, 2)]
    more = first_of("missingness", [gappy(3, 0.3), *real])
    assert more.verdict is Verdict.DIFFERS
    assert more.says.startswith("note is missing in 30.0 % of made rows and 10.0 % of real rows")
    informed = first_of("missingness", [gappy(3, 0.1, high=True), *real])
    assert informed.where == "note × z"
    assert informed.verdict is Verdict.DIFFERS


@pytest.mark.parametrize(("together", "way"), [(True, "more"), (False, "less")])
def test_what_is_missing_together_is_told_with_its_way(together, way):
    def two(seed: int, alike: bool) -> Dataset:
        chance = seeds.stream(seed, "tests", "together")
        a, b = (chance.normal(size=ROWS).round(3) for _ in range(2))
        rows = chance.permutation(ROWS)
        a[rows[:200]] = np.nan
        b[rows[:200] if alike else rows[200:400]] = np.nan
        return dataset_of({"z": a, "w": b})

    sides = [two(1, together), two(2, not together), two(3, not together)]
    finding = first_of("missingness", sides)
    assert finding.where == "z × w"
    assert f"are missing together {way} often" in finding.says


def test_a_column_that_real_rows_never_leave_empty_is_not_asked_about():
    tests = plugins.metrics.get("missingness")(case_of(tolerance={"missingness": 0.01}))
    assert isinstance(tests, Tests)
    answer = tests.conclude(Outcome(np.empty(0), np.empty(0), 0.035))
    assert answer.notes[0].startswith("missingness was not judged")


@pytest.mark.parametrize(("by", "way"), [(1.0, "higher"), (-1.0, "lower")])
def test_a_column_that_moved_inside_a_subgroup_says_which_way(by, way):
    def grouped(seed: int, shift: float) -> Dataset:
        chance = seeds.stream(seed, "tests", "grouped")
        group = np.array(["a", "b"], dtype=object)[(chance.random(ROWS) < 0.3).astype(int)]
        return dataset_of({"group": group, "z": chance.normal(size=ROWS) + shift * (group == "b")})

    finding = first_of("subgroups", [grouped(1, by), grouped(2, 0.0), grouped(3, 0.0)])
    assert finding.verdict is Verdict.DIFFERS
    other = {"higher": "lower", "lower": "higher"}[way]
    assert f"where group = b, z lies {way} in" in finding.says or (
        f"where group = a, z lies {other} in" in finding.says
    )


def test_one_column_alone_has_no_subgroups():
    sides = [dataset_of({"z": np.arange(float(ROWS))}) for _ in range(3)]
    tests = plugins.metrics.get("subgroups")(case_of(sides, tolerance={"subgroups": 0.01}))
    assert isinstance(tests, Tests)
    answer = tests.conclude(Outcome(np.empty(0), np.empty(0), 0.035))
    assert answer.notes[0].startswith("subgroups were not judged")


def bound(seed: int, strength: float) -> Dataset:
    chance = seeds.stream(seed, "tests", "bound")
    z = chance.normal(size=ROWS)
    w = strength * z + np.sqrt(1 - strength**2) * chance.normal(size=ROWS)
    return dataset_of({"z": z.round(3), "w": w.round(3)})


def test_a_bond_that_is_weaker_says_by_how_much():
    sides = [bound(1, 0.4), bound(2, 0.8), bound(3, 0.8)]
    quiet = {"pairs": 9.0, "cells": 9e9, "share": 9.0, "novel": 9.0}
    ranks = first_of("pairs", sides, dependence=9.0, **quiet)
    assert ranks.measure == "difference of rank correlations"
    assert 0.3 < ranks.effect < 0.5
    assert ranks.verdict is Verdict.DIFFERS
    kept = first_of("pairs", sides, correlation=9.0, **quiet)
    assert kept.measure == "relative change of the dependence"
    assert 0.4 < kept.effect < 1.0
    assert kept.low < kept.effect < kept.high


def test_combinations_that_no_real_row_holds_are_told_with_their_share():
    def both(seed: int, odd: int = 0) -> Dataset:
        chance = seeds.stream(seed, "tests", "novel")
        at = chance.integers(0, 4, ROWS)
        group = np.array(["a", "b", "c", "d"], dtype=object)[at]
        region = np.array(["west", "west", "east", "east"], dtype=object)[at]
        region[:odd] = np.where(region[:odd] == "west", "east", "west")
        return dataset_of({"group": group, "region": region})

    quiet = {"pairs": 9.0, "cells": 9e9, "share": 9.0, "correlation": 9.0, "dependence": 9.0}
    finding = first_of("pairs", [both(1, 50), both(2), both(3)], **quiet)
    assert finding.says.startswith("5 % of the made rows hold a combination of group and region")
    assert finding.verdict is Verdict.DIFFERS
    assert 0.03 < finding.low < finding.effect == 0.05 < finding.high < 0.08


def test_where_all_pairs_are_compared_no_note_says_which():
    sides = [bound(seed, 0.5) for seed in range(3)]
    tests = plugins.metrics.get("pairs")(
        case_of(
            sides, tolerance=plugins.metrics.get("pairs").tolerance | {"cells": 1.5, "share": 1}
        )
    )
    assert isinstance(tests, Tests)
    answer = tests.conclude(Outcome(np.ones(1), np.zeros(1), 0.035))
    assert answer.settings["pairs"]["pairs"] == 1
    assert answer.notes == ()
