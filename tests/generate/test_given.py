"""given: exact where the Generator can, bounded rejection where not, one conjunction either way."""

from __future__ import annotations

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from small_shop import column

from worldwright.data.dataset import Dataset
from worldwright.errors import ExpressionError, GivenError
from worldwright.generate import given, mix
from worldwright.generate.generator import Enumerable, Generator
from worldwright.generate.world import World
from worldwright.testing.generators import CONTRACT

conditions = st.sampled_from(
    ["region = north", "items > 3", "paid < 9", "not big", "paid is not null", "region != mars"]
)


def makers(world: World, shop: Dataset) -> dict[str, Generator]:
    """Return one Generator of each sort."""
    return {
        "learned": world.part,
        "world": world,
        "dataset": shop,
        "mix": mix({"real": (shop, 0.4), "learned": (world.part, 0.6)}),
    }


@pytest.mark.parametrize("sort", ["learned", "world", "dataset", "mix"])
@settings(max_examples=8)
@for_all(conditions, conditions, st.integers(0, 2**32))
def test_conditions_add_up_to_one_conjunction(world, shop, sort, a, b, seed) -> None:
    generator = makers(world, shop)[sort]
    in_steps = given(given(generator, a), b).sample(40, seed=seed)
    at_once = given(generator, f"{a} and {b}").sample(40, seed=seed)
    assert in_steps.table.equals(at_once.table)


@pytest.mark.parametrize("sort", ["learned", "world", "dataset", "mix"])
def test_a_condition_holds_in_every_row(world, shop, sort) -> None:
    made = given(makers(world, shop)[sort], "items >= 3 and paid < 8 and region in (east, north)")
    rows = made.sample(300, seed=2)
    assert rows.rows == 300
    assert min(column(rows, "items")) >= 3
    assert max(column(rows, "paid")) < 8
    assert set(column(rows, "region")) == {"east", "north"}


@pytest.mark.parametrize("sort", ["learned", "world", "dataset", "mix"])
def test_a_conditioned_generator_is_pure_in_rows_and_seed(world, shop, sort) -> None:
    made = given(makers(world, shop)[sort], "paid > 4")
    first = made.sample(50, seed=3)
    made.sample(7, seed=4)
    assert made.sample(50, seed=3).table.equals(first.table)
    assert not made.sample(50, seed=4).table.equals(first.table)


def test_a_condition_keeps_the_proportions_of_what_is_left(shop) -> None:
    made = given(shop, "region in (north, south)").sample(20_000, seed=1)
    real = [r for r in column(shop, "region") if r in ("north", "south")]
    expected = real.count("north") / len(real)
    # Binomial: the standard deviation is 0.0034; five of them are a chance of 6e-7.
    assert abs(column(made, "region").count("north") / 20_000 - expected) < 0.017


def test_rows_of_a_conditioned_dataset_name_their_evidence(shop) -> None:
    made = given(shop, "region = mars").sample(5, seed=1)
    assert made.lineage.parents == shop.sample(1, seed=0).lineage.parents
    assert made.lineage.seed == 1


def test_a_condition_that_hardly_holds_says_how_rarely_and_why(world) -> None:
    rare = given(world.part, "paid > 6 and paid < 6.01")
    with pytest.raises(GivenError) as caught:
        rare.sample(2000, seed=1)
    said = str(caught.value)
    assert "rows drawn meet the condition, and 2000 are wanted (acceptance rate 0." in said
    assert "where: given(paid > 6 and paid < 6.01): its parts hold one by one ('paid > 6'" in said
    assert said.endswith("mend:  loosen the condition, or use a learner that can honour it exactly")


def test_the_rare_part_of_a_condition_is_named(world) -> None:
    with pytest.raises(
        GivenError, match=r"the rare part is 'paid > 2300', which holds in 0\.0000%"
    ):
        given(world.part, "paid > 2300 and items > 2").sample(10, seed=1)


def test_a_value_that_never_occurs_is_refused_where_the_law_is_known(world) -> None:
    with pytest.raises(GivenError) as caught:
        given(world.part, "region = venus")
    assert str(caught.value) == (
        "no value that was learned meets the condition\n"
        "  where: given(region = venus), learned by marginals\n"
        "  mend:  loosen the condition, or learn from rows that meet it"
    )


def test_a_condition_that_no_row_of_a_dataset_meets_is_refused(shop) -> None:
    with pytest.raises(GivenError, match="no row of the dataset meets the condition"):
        given(shop, "region = venus")


def test_an_unknown_column_names_the_nearest(world) -> None:
    with pytest.raises(ExpressionError, match="there is no column 'regoin'") as caught:
        given(world, "regoin = north")
    assert "did you mean 'region'?" in str(caught.value)


def test_contradictory_conditions_are_named_before_anything_is_drawn(world) -> None:
    with pytest.raises(ExpressionError, match="items > 5 and items < 3"):
        given(given(world.part, "items > 5"), "items < 3")


def test_the_law_of_a_condition_is_bayes_rule_on_the_law(world) -> None:
    made = given(world.part, "region = mars or items > 6")
    assert isinstance(made, Enumerable)
    known = made.law(("items",))
    assert known is not None
    values, chances = known
    assert len(set(values["items"].to_pylist())) == values.num_rows
    joint, shares = world.part.law(("items", "region"))
    held = [r["region"] == "mars" or r["items"] > 6 for r in joint.to_pylist()]
    for value, chance in zip(values["items"].to_pylist(), chances, strict=True):
        of_value = [h and r["items"] == value for h, r in zip(held, joint.to_pylist(), strict=True)]
        assert chance == pytest.approx(shares[of_value].sum() / shares[held].sum())


@pytest.mark.parametrize("clause", CONTRACT, ids=lambda clause: clause.__name__)
@pytest.mark.parametrize("sort", ["learned", "dataset", "mix", "conditioned", "mix of conditioned"])
def test_contract(world, shop, sort, clause) -> None:
    rare = given(world, "items < 7 and (paid is null or paid < 15)")
    sorts = {
        **makers(world, shop),
        "conditioned": given(world.part, "items < 7 and (paid is null or paid < 15)"),
        "mix of conditioned": mix({"rare": (rare, 0.3), "real": (shop, 0.7)}),
    }
    clause(sorts[sort])
