"""What metrics tell of a place: the way, the size and its interval, for each way to differ."""

from __future__ import annotations

import numpy as np
import pytest

from worldwright import Dataset, plugins, seeds
from worldwright.data.report import Finding, Verdict
from worldwright.judge.effects import Effect
from worldwright.judge.family import Outcome, Tests
from worldwright.judge.places import Place, told_of_cell, told_of_distance
from worldwright.judge.tallies import Tally

from .conftest import dataset_of
from .small_cases import ROWS, SIDES, case_of, rows_of


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
    assert "in 100.0 % of the made rows z has a value that no real row has" in finding.says
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
    assert f" lie in the {side} " in finding.says
    assert finding.low < finding.effect < finding.high
    far = first_of("tails", sides, tails=9.0)
    assert far.says.startswith(f"the {way} tail of z reaches farther out in made rows")


def test_a_tail_that_is_cut_is_too_empty():
    many = 5_000
    whole = [rows_of(seed, many) for seed in range(3)]
    cut = np.clip(whole[0].table["z"].to_numpy(), -9, 1.5)
    finding = first_of("tails", [rows_of(0, z=cut), *whole[1:]], far=9.0)
    assert finding.verdict is Verdict.DIFFERS
    assert finding.says.startswith("0 % of the made rows and ")
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
    assert f"z, where group = b, lies {way} in" in finding.says or (
        f"z, where group = a, lies {other} in" in finding.says
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
