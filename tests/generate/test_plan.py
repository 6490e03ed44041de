"""From a Wish to blocks: shares, weights, conditions, and rows that do not know of each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from small_shop import column, share

from worldwright.data.expression import parse
from worldwright.errors import ExpressionError, WishError
from worldwright.generate import mix
from worldwright.generate.plan import BLOCK_ROWS
from worldwright.spec.wish import Cover, Wish

WISHES = {
    "plain": Wish(rows=140_000),
    "shares": Wish(rows=150_000, share={"region": {"mars": 0.2}}),
    "condition": Wish(rows=150_000, where="paid < 9"),
    "covering": Wish(rows=150_000, cover=Cover(["region", "items"])),
}


@pytest.mark.parametrize("wish", WISHES.values(), ids=WISHES)
@settings(max_examples=4)
@for_all(st.data())
def test_rows_of_a_plan_do_not_depend_on_which_other_rows_are_made(world, wish, data) -> None:
    plan = world.plan(wish, seed=9)
    start = data.draw(st.integers(0, plan.rows - 1))
    stop = data.draw(st.integers(start + 1, min(start + 70_000, plan.rows)))
    whole, part = plan.all(), plan.between(start, stop)
    expected = whole.take(np.arange(start, stop))
    assert part.fingerprint() == expected.fingerprint()
    assert np.array_equal(part.weights(), expected.weights())


@pytest.mark.parametrize("wish", WISHES.values(), ids=WISHES)
def test_the_same_seed_makes_the_same_rows_and_another_seed_others(world, wish) -> None:
    small = Wish(rows=500, share=wish.share, where=wish.where, cover=wish.cover)
    first = world.sample(small, seed=1)
    assert first.table.equals(world.sample(small, seed=1).table)
    assert not first.table.equals(world.sample(small, seed=2).table)


def test_blocks_hold_their_proportionate_part_of_every_cell(world) -> None:
    plan = world.plan(Wish(rows=150_000, share={"region": {"mars": 0.2}}), seed=9)
    for number in range(plan.blocks):
        block = plan.block(number)
        assert block.rows == min(BLOCK_ROWS, 150_000 - number * BLOCK_ROWS)
        assert abs(column(block, "region").count("mars") - 0.2 * block.rows) <= 1
    assert column(plan.all(), "region").count("mars") == 30_000


def test_the_order_of_rows_says_nothing_about_their_cell(world) -> None:
    made = world.sample(Wish(rows=2000, share={"region": {"mars": 0.5}}), seed=1)
    first_half = column(made, "region")[:1000].count("mars")
    assert 400 < first_half < 600


# Shares and weights.


def test_wished_shares_are_exact_and_the_rest_keeps_its_proportions(world) -> None:
    wish = Wish(rows=20_000, share={"region": {"mars": 0.2, "east": 0.3}})
    made = world.sample(wish, seed=4)
    plain = world.sample(200_000, seed=5)
    assert column(made, "region").count("mars") == 4000
    assert column(made, "region").count("east") == 6000
    ratio = share(made, "region", "north") / share(made, "region", "south")
    expected = share(plain, "region", "north") / share(plain, "region", "south")
    assert ratio == pytest.approx(expected, rel=0.06)


def test_shares_of_several_columns_hold_together(tied) -> None:
    wish = Wish(rows=10_000, share={"region": {"south": 0.6}, "big": {True: 0.5}})
    made = tied.sample(wish, seed=4)
    assert share(made, "region", "south") == pytest.approx(0.6, abs=0.002)
    assert share(made, "big", True) == pytest.approx(0.5, abs=0.002)


def test_integers_and_booleans_can_be_wished_by_value(world) -> None:
    made = world.sample(Wish(rows=1000, share={"items": {"1": 0.5}, "big": {"true": 0.3}}), seed=4)
    assert share(made, "items", 1) == pytest.approx(0.5, abs=0.01)
    assert share(made, "big", True) == pytest.approx(0.3, abs=0.01)


@pytest.mark.parametrize(
    "wish",
    [
        Wish(rows=40_000, share={"region": {"mars": 0.3}}),
        Wish(rows=40_000, share={"region": {"mars": 0.3}, "big": {"true": 0.6}}),
        Wish(rows=40_000, share={"region": {"mars": 0.3}}, cover=Cover(["region", "items"])),
        Wish(rows=40_000, cover=Cover(["region", "items"], each=20)),
    ],
    ids=["one column", "two columns", "with a covering", "a covering in plain rows"],
)
def test_weighted_shares_are_the_worlds_own(world, tied, wish) -> None:
    for maker in (world, tied):
        made, plain = maker.sample(wish, seed=4), maker.sample(200_000, seed=5)
        assert made.weights().mean() == pytest.approx(1, abs=0.02)
        for name, value in [("region", "mars"), ("region", "north"), ("big", True), ("items", 1)]:
            expected = share(plain, name, value)
            got = share(made, name, value, weighted=True)
            # Both sides vary; the pilot's and the weights' spread are within three per cent points
            # of a share, and within a fifth of a rare one.
            assert got == pytest.approx(expected, abs=0.02, rel=0.2), (name, value)


def test_weights_of_a_plain_wish_are_one_and_leave_no_trace(world) -> None:
    made = world.sample(500, seed=1)
    assert made.lineage.trace.num_rows == 0
    assert (made.weights() == 1).all()


def test_the_trace_names_the_cell_of_each_row(world) -> None:
    wish = Wish(rows=300, share={"region": {"mars": 0.2}})
    plan = world.plan(wish, seed=1)
    made = plan.all()
    for region, cell in zip(
        column(made, "region"), made.lineage.trace["cell"].to_pylist(), strict=True
    ):
        assert ("=" in str(plan.cells[cell].where)) == (region == "mars")


def test_weights_of_a_part_are_kept_under_those_of_the_plan(world, shop) -> None:
    shaped = world.sample(Wish(rows=800, share={"region": {"mars": 0.5}}), seed=1)
    inner = mix({"a": (world, 1.0)})
    outer = world.__class__(inner, world.schema)
    made = outer.sample(Wish(rows=100, share={"region": {"mars": 0.5}}), seed=1)
    assert set(made.lineage.trace["part"].to_pylist()) == {"a"}
    assert made.lineage.trace["cell"].null_count == 0
    assert shaped.take(np.arange(5)).weights().tolist() == shaped.weights()[:5].tolist()


# What cannot be wished.


def test_a_share_for_a_value_that_never_occurs_names_the_nearest(world) -> None:
    with pytest.raises(WishError) as caught:
        world.sample(Wish(rows=10, share={"region": {"marz": 0.2}}), seed=1)
    assert str(caught.value) == (
        "'marz' never occurs in 'region'\n"
        "  where: Wish(share={'region': ...})\n"
        "  mend:  did you mean 'mars'? choose from: east, mars, north, south"
    )


def test_a_share_that_the_condition_rules_out_says_so(tied) -> None:
    wish = Wish(rows=10, share={"region": {"mars": 0.2}}, where="items > 3")
    with pytest.raises(WishError) as caught:
        tied.sample(wish, seed=1)
    assert str(caught.value) == (
        "region = 'mars' cannot be made: the other conditions rule it out\n"
        "  where: Wish(share={'region': ...})\n"
        "  mend:  loosen the where= of the wish or the constraints, or wish for no share of it"
    )


def test_shares_that_contradict_each_other_are_named(tied) -> None:
    wish = Wish(rows=10, share={"region": {"mars": 0.8}, "big": {"true": 0.8}})
    with pytest.raises(WishError, match="the shares of 'region' and 'big' cannot be met together"):
        tied.sample(wish, seed=1)


def test_shares_that_leave_something_to_no_other_value_are_refused(world) -> None:
    with pytest.raises(WishError, match=r"the shares of 'big' sum to 0\.9, and there is no other"):
        world.sample(Wish(rows=10, share={"big": {"true": 0.5, "false": 0.4}}), seed=1)


def test_a_share_of_an_unknown_column_names_the_nearest(world) -> None:
    with pytest.raises(WishError, match="did you mean 'region'"):
        world.sample(Wish(rows=10, share={"regoin": {"mars": 0.2}}), seed=1)


def test_a_share_of_a_value_of_the_wrong_kind_is_refused(world) -> None:
    with pytest.raises(WishError, match="'many' does not fit 'items', which is an integer"):
        world.sample(Wish(rows=10, share={"items": {"many": 0.2}}), seed=1)


def test_shares_above_one_are_refused() -> None:
    with pytest.raises(WishError) as caught:
        Wish(rows=10, share={"region": {"mars": 0.7, "east": 0.6}})
    assert str(caught.value) == (
        "the shares of 'region' sum to 1.3\n"
        "  where: Wish(share={'region': ...})\n"
        "  mend:  lower them until their sum is at most 1; the rest keeps its proportions"
    )


@pytest.mark.parametrize("rows", [0, -1, 2.5, True])
def test_a_number_of_rows_that_is_none_is_refused(world, rows) -> None:
    with pytest.raises(WishError) as caught:
        world.sample(rows, seed=1)
    assert str(caught.value) == (
        f"a wish for {rows} rows\n"
        f"  where: Wish(rows={rows})\n"
        "  mend:  wish for a whole number of rows, at least one"
    )


def test_rows_that_do_not_fit_in_memory_are_refused_before_any_is_made(world) -> None:
    with pytest.raises(WishError) as caught:
        world.sample(10**12, seed=1)
    said = str(caught.value)
    assert said.startswith("1000000000000 rows would take about 20.8 TB of memory, and ")
    assert "\n  where: sample(1000000000000)\n" in said
    assert "  mend:  use world.write(), which streams to disk, or ask for at most " in said


# Conditions and constraints.


def test_constraints_hold_in_every_row_whatever_is_wished(world) -> None:
    strict = world.constrain("paid < 9 or paid is null", "not big")
    wish = Wish(rows=3000, share={"region": {"mars": 0.3}}, where="items > 2")
    made = strict.sample(wish, seed=1)
    assert all(paid is None or paid < 9 for paid in column(made, "paid"))
    assert set(column(made, "big")) == {False}
    assert min(column(made, "items")) > 2
    assert share(made, "region", "mars") == 0.3


def test_contradictory_constraints_are_named_before_anything_is_drawn(world) -> None:
    with pytest.raises(ExpressionError, match="items > 5 and items < 3"):
        world.constrain("items > 5", "items < 3")
    with pytest.raises(WishError, match="items > 5 and items < 3"):
        world.constrain("items > 5").sample(Wish(rows=5, where="items < 3"), seed=1)


def test_a_where_that_nothing_satisfies_is_refused_with_its_rate(world) -> None:
    with pytest.raises(WishError) as caught:
        world.sample(Wish(rows=5, where="paid > 500 and items > 2"), seed=1)
    assert str(caught.value) == (
        "0 of 149975 rows drawn meet the condition, and 1 are wanted (acceptance rate 0.0000%)\n"
        "  where: where paid > 500 and items > 2: "
        "the rare part is 'paid > 500', which holds in 0.0000%\n"
        "  mend:  loosen the condition, or use a learner that can honour it exactly"
    )


def test_given_on_a_world_makes_a_world_that_keeps_its_constraints(world) -> None:
    rare = world.constrain("items > 1").given("region = mars and paid < 6")
    made = rare.sample(200, seed=1)
    assert set(column(made, "region")) == {"mars"}
    assert min(column(made, "items")) > 1
    assert rare.evidence is world.evidence
    assert parse("items > 1") in rare.constraints
