"""The tables bench: figures of hand-made rows whose answers are known, and makers that run."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from bench.tables import figures, growth, likeness, memory, rules, sets
from bench.tables.coded import Coded, coded
from bench.tables.facts import Facts, RealTable, kinds
from bench.tables.job import Asked
from bench.tables.makers import Lesson
from bench.tables.making import Order
from bench.tables.registry import MAKERS

NORMAL = 4.75  # P(|Z| > 4.75) = 2e-6, the false-alarm rate of the statistical tests below


def rows(count: int, seed: int) -> pd.DataFrame:
    """Numbers and a category that decides another one."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(4, size=count)
    return pd.DataFrame(
        {
            "x": rng.normal(size=count),
            "y": rng.normal(size=count),
            "whole": rng.integers(1000, size=count),
            "kind": np.array(["a", "b", "c", "d"])[kind],
            "parity": np.array(["even", "odd"])[kind % 2],
        }
    )


def facts() -> Facts:
    return Facts(kinds(rows(5, 0)), "parity", "odd", (("kind", "parity"),))


def sides(**frames: pd.DataFrame) -> dict[str, Coded]:
    return coded(frames, facts())


def alone(frame: pd.DataFrame) -> Coded:
    return coded({"rows": frame}, Facts(kinds(frame), str(frame.columns[0])))["rows"]


def lesson(taught: pd.DataFrame) -> Lesson:
    return Lesson(Path("unused"), taught, facts().kinds, "parity", 0, 1.0)


def drawn(maker: str, taught: pd.DataFrame, count: int) -> pd.DataFrame:
    made = MAKERS[maker](lesson(taught)).draw(count)
    assert isinstance(made, pd.DataFrame)
    return made


# The real tables.


def test_without_a_folder_of_real_tables_the_bench_says_what_to_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("WORLDWRIGHT_DATA", raising=False)
    with pytest.raises(SystemExit) as ended:
        sets.root()
    assert str(ended.value) == (
        "the real tables are not there: WORLDWRIGHT_DATA is ''\n"
        "  where: the environment\n"
        "  mend:  set it to the folder that holds tabular/ and security/, "
        "as in WORLDWRIGHT_DATA=~/tables make bench-tables"
    )


@pytest.mark.skipif("WORLDWRIGHT_DATA" not in os.environ, reason="the real tables are not there")
@pytest.mark.parametrize(
    ("name", "shape", "missing"),
    [
        ("adult", (48_842, 15), 0), ("bank", (41_188, 21), 0), ("intrusion", (25_192, 41), 0),
        ("credit", (29_998, 24), 0), ("telco", (7_043, 20), 11), ("german", (1_000, 21), 0),
        ("ames", (2_930, 74), 4_599),
    ],
)  # fmt: skip
def test_a_real_table_has_its_rows_columns_and_missing_cells(
    name: str, shape: tuple[int, int], missing: int
) -> None:
    real = sets.read(name)
    assert real.rows.shape == shape
    assert int(real.rows.isna().to_numpy().sum()) == missing
    assert real.facts.target in real.facts.kinds


def test_a_split_parts_all_rows_anew_for_each_seed() -> None:
    real = RealTable("rows", rows(100, 1), facts())
    taught, unseen = real.split(0)
    assert (len(taught), len(unseen)) == (80, 20)
    assert sorted([*taught["x"], *unseen["x"]]) == sorted(real.rows["x"])
    assert set(real.split(1)[1]["x"]) != set(unseen["x"])


# Likeness, use and memory.


def test_every_copy_is_counted_and_nothing_else() -> None:
    taught = rows(200, 1)
    made = pd.concat([taught.head(30), rows(70, 2)], ignore_index=True)
    both = sides(taught=taught, made=made)
    assert memory.copies(both["taught"], both["made"]) == 0.3


def test_a_memoriser_is_told_and_a_fresh_sample_is_not() -> None:
    taught, unseen, fresh = rows(800, 1), rows(800, 2), rows(800, 3)
    all_of = sides(
        taught=taught, unseen=unseen, copied=drawn("bootstrap", taught, 800), fresh=fresh
    )
    told = memory.membership(all_of["taught"], all_of["unseen"], all_of["copied"], 0)
    guess = memory.membership(all_of["taught"], all_of["unseen"], all_of["fresh"], 0)
    error = (1 / 12 * (1 / 400 + 1 / 400)) ** 0.5  # of an AUC of equal laws, 400 a side
    assert told > 0.65
    assert abs(guess - 0.5) < NORMAL * error


def test_equal_laws_cannot_be_told_apart_and_unlike_ones_can() -> None:
    unseen, fresh, moved = rows(1500, 1), rows(1500, 2), rows(1500, 3)
    moved["x"] += 4
    three = sides(unseen=unseen, fresh=fresh, moved=moved)
    assert abs(figures.told_apart(three["unseen"], three["fresh"], 0) - 0.5) < 0.06
    assert figures.told_apart(three["unseen"], three["moved"], 0) > 0.95


def test_a_category_that_decides_the_target_teaches_it() -> None:
    both = sides(made=rows(500, 1), unseen=rows(500, 2))
    assert figures.taught(both["made"], both["unseen"], facts(), 0) == 1.0


def test_what_decides_a_number_teaches_it_too() -> None:
    frames = {"made": rows(500, 1), "unseen": rows(500, 2)}
    for frame in frames.values():
        frame["y"] = frame["kind"].map({"a": 1.0, "b": 2.0, "c": 4.0, "d": 8.0})
    asked = Facts(kinds(frames["made"]), "y")
    both = coded(frames, asked)
    assert figures.taught(both["made"], both["unseen"], asked, 0) > 0.999


def test_a_class_that_was_never_made_counts_as_a_guess() -> None:
    made, unseen = rows(500, 1).query("kind != 'd'").copy(), rows(500, 2)
    unseen = unseen.drop(unseen.index[unseen["kind"] == "d"][20:])
    asked = Facts(kinds(made), "kind")
    for frame in (made, unseen):
        frame["x"] = frame["kind"].map({"a": 1.0, "b": 2.0, "c": 4.0, "d": 8.0})
    both = coded({"made": made, "unseen": unseen}, asked)
    known = figures.taught(both["made"], both["unseen"], asked, 0, fewest=21)
    seen = figures.taught(both["made"], both["unseen"], asked, 0)
    assert known > 0.9
    assert seen == pytest.approx((3 * known + 0.5) / 4)


def test_the_distance_of_missing_patterns_is_the_share_of_rows_to_change() -> None:
    one = alone(pd.DataFrame({"a": [1.0, np.nan, 3.0, 4.0], "b": [1.0, 2.0, np.nan, 4.0]}))
    two = alone(pd.DataFrame({"a": [1.0, np.nan, 3.0, 4.0], "b": [1.0, np.nan, np.nan, 4.0]}))
    assert figures.missing_apart(one, two) == 0.25
    assert figures.missing_apart(one, one) == 0


# Rules.


def test_a_pair_that_never_occurs_is_broken() -> None:
    taught, made = rows(200, 1), rows(100, 2)
    made.loc[:24, "parity"] = np.where(made.loc[:24, "parity"] == "odd", "even", "odd")
    both = sides(taught=taught, made=made)
    assert rules.unknown_pairs(both["taught"], both["made"], ("kind", "parity")) == 0.25


def test_rules_that_hold_in_every_row_are_found_and_no_others() -> None:
    real = rows(400, 1)
    real["high"] = real["whole"] + np.where(real["kind"] == "a", np.nan, 5.0)
    found = {str(rule) for rule in rules.mined(alone(real))}
    assert found == {"kind decides parity", "whole ≤ high"}


def test_one_row_against_it_ends_a_rule() -> None:
    real = rows(400, 1)
    real.loc[7, "parity"] = "odd" if real.loc[7, "parity"] == "even" else "even"
    assert rules.mined(alone(real)) == ()


def test_what_few_rows_could_break_is_no_firm_rule() -> None:
    odd = ["odd" if a == 7 else "even" for a in range(50)] * 2
    real = pd.DataFrame({"a": np.arange(100) % 50, "b": odd})
    firm, loose = (
        {str(rule) for rule in rules.mined(alone(real), least=least)} for least in (rules.LEAST, 0)
    )
    assert firm == set()
    assert loose == {"a decides b"}


def test_made_rows_that_break_a_rule_are_counted_once_each() -> None:
    real = alone(pd.DataFrame({"a": [1, 2, 3] * 40, "b": [10, 20, 20] * 40}))
    made = alone(pd.DataFrame({"a": [1, 1, 2, 9, 30], "b": [10, 20, 20, 7, 20]}))
    found = rules.mined(real)
    assert [str(rule) for rule in found] == ["a decides b"]
    at_most = rules.Rule("a", rules.AT_MOST, "b")
    broken = rules.Broken.of([*found, at_most], real, made)
    assert broken == rules.Broken(2, 2, pytest.approx(3 / 5), "a ≤ b: 0.4; a decides b: 0.2")


def test_nothing_is_broken_by_the_real_rows_themselves() -> None:
    taught, unseen = rows(300, 1), rows(100, 2)
    for frame in (taught, unseen):
        frame["high"] = frame["whole"] + 5.5
    frames = {"taught": taught, "unseen": unseen, "made": taught}
    seen = likeness.broken(coded(frames, Facts(kinds(taught), "parity")), facts())
    assert seen["firm_rules"] == 4  # kind and parity; whole and high: an order, and both ways
    assert (seen["firm_broken"], seen["firm_rows"], seen["pairs"]) == (0, 0, 0)


# Makers and jobs.


def test_sequential_cart_draws_real_values_and_keeps_what_decides() -> None:
    taught = rows(600, 1)
    made = drawn("cart", taught, 400)
    assert list(made.columns) == list(taught.columns)
    assert set(made["x"]) <= set(taught["x"])
    both = sides(taught=taught, made=made)
    assert rules.unknown_pairs(both["taught"], both["made"], ("kind", "parity")) == 0


def test_rows_come_back_from_a_maker_to_the_last_bit() -> None:
    taught = rows(300, 1)
    taught["x"] = taught["x"] / 3
    done = Order("bootstrap", taught, facts(), 0, 200, weighed=taught).carry_out()
    assert done.made is not None
    assert done.log_prob is None
    assert set(done.made["x"]) <= set(taught["x"])
    assert done.cost["peak_mb"] > 0


def test_a_maker_that_fails_says_why() -> None:
    done = Order("cart", rows(50, 1), Facts({"x": "num"}, "lost"), 0, 10).carry_out()
    assert (done.made, done.failed) == (None, "KeyError: 'lost'")


def test_slow_makers_see_the_first_table_alone_unless_the_run_is_full() -> None:
    short = Asked(("cart", "mostlyai"), ("adult", "telco"), seeds=4)
    assert [list(short.seeds_of("mostlyai", name)) for name in short.tables] == [[0], []]
    assert list(short.seeds_of("cart", "telco")) == [0, 1, 2, 3]
    full = Asked(short.makers, short.tables, full=True)
    assert list(full.seeds_of("mostlyai", "telco")) == [0]


def test_a_widened_table_repeats_its_columns_in_another_order_of_rows() -> None:
    real = RealTable("rows", rows(200, 1), facts())
    wide, known = growth.widened(real, 12, 0)
    assert list(wide.columns[:6]) == ["parity", "x", "y", "whole", "kind", "parity_1"]
    assert wide.shape == (200, 12)
    assert dict(known.kinds) == kinds(wide)
    assert sorted(wide["x_1"]) == sorted(real.rows["x"])
    assert not wide["x_1"].equals(wide["x"])
    inside = rules.unknown_pairs(alone(wide), alone(wide), ("kind_1", "parity_1"))
    assert inside == 0


def test_the_exponent_of_a_power_is_its_power() -> None:
    assert growth.exponent([1, 2, 4], [3, 3 * 2**1.5, 3 * 4**1.5]) == pytest.approx(1.5)
