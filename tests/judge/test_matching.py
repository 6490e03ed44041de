"""Made rows that were asked to meet a condition are judged by the real rows that meet it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import worldwright as ww
from worldwright.data.lineage import Role
from worldwright.data.store import lineage_from_plain, lineage_to_plain
from worldwright.errors import SchemaError

CONDITION = "age > 60 and region = west"


def meeting(rows: ww.Dataset, where: str = CONDITION) -> ww.Dataset:
    """Return fresh rows that meet the condition, as a perfect World under it would make them."""
    kept = rows.take(
        np.flatnonzero(
            (np.asarray(rows.table["age"]) > 60)
            & (rows.table["region"].to_numpy(zero_copy_only=False) == "west")
        )
    )
    return replace(kept, lineage=replace(kept.lineage, role=Role.MADE, where=where))


@pytest.fixture(scope="module")
def world(draw) -> ww.World:
    return ww.fit(draw(1_000, 5), learner="marginals", seed=0)


def test_a_condition_on_the_world_and_one_in_the_wish_are_joined(world):
    made = world.given("age > 60").sample(ww.Wish(rows=20, where="region = west"), seed=1)
    assert made.lineage.where == CONDITION


def test_conditions_add_up_however_deep_they_stand(world):
    made = world.given("age > 60").given("region = west").sample(20, seed=1)
    assert made.lineage.where == CONDITION


def test_rows_of_an_unconditioned_world_have_no_condition(world):
    wish = ww.Wish(rows=20, share={"region": {"west": 0.8}})
    assert world.sample(wish, seed=1).lineage.where is None


def test_shares_that_leave_values_out_are_a_condition(world):
    only = ww.Wish(rows=20, share={"region": {"west": 0.5, "isle": 0.5}})
    none = ww.Wish(rows=20, share={"region": {"isle": 0}})
    assert world.sample(only, seed=1).lineage.where == "region in (west, isle)"
    assert world.sample(none, seed=1).lineage.where == "region not in (isle)"


def test_a_world_learned_from_conditioned_rows_hands_the_condition_on(world):
    taught = world.given("age > 60").sample(300, seed=1)
    again = ww.fit(taught, learner="marginals", seed=0).sample(20, seed=2)
    assert again.lineage.where == "age > 60"


def test_the_condition_is_kept_on_disk_by_every_road(world, tmp_path):
    old = world.given("age > 60")
    old.save(tmp_path / "world")
    old.sample(20, seed=1).save(tmp_path / "rows")
    old.write(20, tmp_path / "blocks", seed=1)
    loaded = ww.load(tmp_path / "world").sample(20, seed=1)
    rows = [ww.read(tmp_path / "rows"), ww.read(tmp_path / "blocks"), loaded]
    assert [made.lineage.where for made in rows] == ["age > 60"] * 3


def test_a_lineage_saved_before_conditions_were_recorded_still_loads(world):
    plain = lineage_to_plain(world.sample(5, seed=1).lineage)
    del plain["where"]
    assert lineage_from_plain(plain).where is None


def test_a_perfect_world_under_a_condition_has_no_fault(draw):
    report = ww.judge(meeting(draw(6_000, 3)), real=draw(4_000, 1), holdout=draw(4_000, 2))
    assert report.faults == ()


def test_the_same_rows_without_their_condition_differ(draw):
    made = meeting(draw(6_000, 3))
    bare = replace(made, lineage=replace(made.lineage, where=None))
    report = ww.judge(bare, real=draw(4_000, 1), holdout=draw(4_000, 2))
    assert {"age", "region"} & {name for fault in report.faults for name in fault.columns}


def test_a_note_counts_the_rows_that_match_on_both_sides(draw):
    real, holdout = draw(4_000, 1), draw(4_000, 2)
    report = ww.judge(meeting(draw(3_000, 3)), real=real, holdout=holdout)
    counts = [meeting(side).rows for side in (real, holdout)]
    said = f"{counts[0]:,} of 4,000 real rows and {counts[1]:,} of 4,000 holdout rows"
    assert any(CONDITION in note and said in note for note in report.notes)
    assert [side.rows for side in report.sides[1:]] == [4_000, 4_000]


def test_too_few_matching_rows_end_in_an_error_that_says_so(draw):
    made = replace(draw(100, 3), lineage=ww.Lineage("tests", Role.MADE, where="age > 88"))
    with pytest.raises(SchemaError, match="fewer than 20 holdout rows meet the condition") as seen:
        ww.judge(made, real=draw(500, 1), holdout=draw(500, 2))
    assert "age > 88" in str(seen.value)


def test_a_condition_on_a_column_that_is_not_there_is_an_error(draw):
    made = meeting(draw(3_000, 3)).select(["z", "w", "region"])
    real, holdout = (draw(500, seed).select(["z", "w", "region"]) for seed in (1, 2))
    with pytest.raises(SchemaError, match="cannot be asked of the real rows"):
        ww.judge(made, real=real, holdout=holdout)


def test_worth_is_still_asked_of_all_real_rows(draw):
    made = draw(3_000, 3)
    yes = np.flatnonzero(made.table["answer"].to_numpy(zero_copy_only=False) == "yes")
    lineage = replace(made.lineage, role=Role.MADE, where="answer = yes")
    rare = replace(made.take(yes), lineage=lineage)
    report = ww.judge(rare, real=draw(800, 1), holdout=draw(1_000, 2), target="answer", focus="yes")
    assert report.worth is not None
    assert report.worth.task == "answer = yes"


def test_the_guard_attacks_those_whom_the_condition_reaches(draw):
    real, holdout = draw(3_000, 1), draw(3_000, 2)
    report = ww.guard(meeting(draw(3_000, 3)), real=real, holdout=holdout)
    sizes = report.settings["guard"]
    assert (sizes["real_rows"], sizes["holdout_rows"]) == (
        meeting(real).rows,
        meeting(holdout).rows,
    )
    assert any(CONDITION in note and "no others" in note for note in report.notes)


def test_the_guard_says_where_too_few_meet_the_condition(draw):
    made = replace(draw(200, 3), lineage=ww.Lineage("tests", Role.MADE, where="age > 87"))
    report = ww.guard(made, real=draw(1_000, 1), holdout=draw(1_000, 2))
    assert report.settings["guard"]["real_rows"] == 1_000
    assert any("may be larger than shown" in note for note in report.notes)
