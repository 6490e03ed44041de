"""mix: each row from one part, by its share, and the trace says from which."""

from __future__ import annotations

import pytest
from small_shop import column

from worldwright.errors import SpecError
from worldwright.generate import given, mix


def test_shares_hold_and_the_trace_names_the_part_of_each_row(world) -> None:
    blend = mix(
        {
            "few": (given(world.part, "items <= 2"), 0.25),
            "many": (given(world.part, "items >= 7"), 0.75),
        }
    )
    made = blend.sample(8000, seed=3)
    parts = made.lineage.trace["part"].to_pylist()
    assert made.lineage.trace["row"].to_pylist() == list(range(8000))
    for items, part in zip(column(made, "items"), parts, strict=True):
        assert (items <= 2) == (part == "few")
    # Binomial: the standard deviation is 0.0048; five of them are a chance of 6e-7.
    assert abs(parts.count("few") / 8000 - 0.25) < 0.025


def test_parts_lie_in_mixed_order(world) -> None:
    made = mix({"a": (world.part, 0.5), "b": (world.part, 0.5)}).sample(1000, seed=3)
    halves = made.lineage.trace["part"].to_pylist()
    assert 150 < halves[:500].count("a") < 350


def test_a_mix_is_pure_in_rows_and_seed_and_can_be_empty(world, shop) -> None:
    blend = mix({"real": (shop, 0.5), "learned": (world, 0.5)})
    assert blend.sample(90, seed=1).table.equals(blend.sample(90, seed=1).table)
    assert blend.sample(0, seed=1).rows == 0
    assert blend.sample(0, seed=1).columns == shop.columns


def test_the_parents_of_all_parts_are_parents_of_the_mix(world, shop) -> None:
    made = mix({"real": (shop, 0.5), "learned": (world, 0.5)}).sample(50, seed=1)
    assert made.lineage.parents == world.lineage.parents


def test_parts_with_other_columns_are_refused(world, shop) -> None:
    with pytest.raises(SpecError) as caught:
        mix({"all": (world, 0.5), "few": (shop.select(["region", "items"]), 0.5)})
    assert str(caught.value) == (
        "'all' and 'few' have different columns: they differ in paid, big\n"
        "  where: mix\n"
        "  mend:  select the same columns, of the same kinds and in the same order"
    )


def test_shares_that_do_not_sum_to_one_are_refused(world) -> None:
    with pytest.raises(SpecError, match=r"the shares of the parts sum to 0\.8"):
        mix({"a": (world, 0.5), "b": (world, 0.3)})
    with pytest.raises(SpecError, match="the share of 'a' is -1"):
        mix({"a": (world, -1.0), "b": (world, 0.3)})
    with pytest.raises(SpecError, match="a mix of nothing"):
        mix({})
