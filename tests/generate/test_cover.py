"""Coverings: every combination that can be made is made, and the rest is listed."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, product

import pytest
from small_shop import column

from worldwright.data.dataset import Dataset
from worldwright.errors import WishError
from worldwright.generate import given
from worldwright.generate.world import World
from worldwright.spec.wish import Cover, Wish


def seen(made: Dataset, names: tuple[str, ...]) -> Counter[tuple[object, ...]]:
    return Counter(zip(*(column(made, name) for name in names), strict=True))


@pytest.mark.parametrize("strength", [1, 2, 3])
@pytest.mark.parametrize("each", [1, 3])
def test_every_combination_that_the_world_makes_appears(world, strength, each) -> None:
    names = ("region", "items", "big")
    cover = Cover(names, strength=strength, each=each)
    plan = world.plan(Wish(cover=cover), seed=3)
    made, pool = plan.all(), world.sample(60_000, seed=8)
    assert plan.infeasible == ()
    for subset in combinations(names, strength):
        counts = seen(made, subset)
        for combination in seen(pool, subset):
            assert counts[combination] >= each, (subset, combination)


def test_a_covering_takes_few_rows(world) -> None:
    made = world.sample(Wish(cover=Cover(["region", "items", "big"], strength=2)), seed=3)
    # 4 regions x 8 numbers of items are 32 pairs, so no covering has fewer than 32 rows.
    assert 32 <= made.rows <= 40


def test_numbers_are_covered_by_bins_and_nulls_are_values(world) -> None:
    made = world.sample(Wish(cover=Cover(["paid", "region"])), seed=3)
    pairs = zip(column(made, "paid"), column(made, "region"), strict=True)
    assert {region for paid, region in pairs if paid is None} == {"north", "south", "east", "mars"}
    assert 24 <= made.rows <= 30


def test_what_cannot_be_made_is_listed(tied) -> None:
    plan = tied.plan(Wish(cover=Cover(["region", "items"])), seed=3)
    assert set(plan.infeasible) == {f'region = "mars" and items = "{n}"' for n in range(2, 9)}
    assert plan.rows == 3 * 8 + 1


def test_constraints_and_where_hold_in_covering_rows_and_rule_combinations_out(world) -> None:
    strict = world.constrain("not (region = mars and big)")
    plan = strict.plan(Wish(cover=Cover(["region", "big"]), where="items < 5"), seed=3)
    made = plan.all()
    assert plan.infeasible == ('region = "mars" and big = "true"',)
    assert max(column(made, "items")) < 5
    assert ("mars", True) not in seen(made, ("region", "big"))


def test_a_combination_that_the_pilot_misses_is_made_where_it_can_be_honoured(world) -> None:
    made_rare = World(given(world.part, "region in (north, mars)"), world.schema)
    pairs = seen(
        made_rare.sample(Wish(cover=Cover(["region", "items"])), seed=1), ("region", "items")
    )
    assert set(pairs) == set(product(["north", "mars"], range(1, 9)))


def test_declared_categories_that_never_come_are_listed_once(shop) -> None:
    from dataclasses import replace

    from worldwright.data.schema import Schema

    main = shop.schema.main
    region = replace(main["region"], categories=("north", "south", "east", "mars", "venus"))
    schema = Schema({"shop": replace(main, columns=(region, *main.columns[1:]))})
    declared = World(replace(shop, schema=schema), schema)
    plan = declared.plan(Wish(cover=Cover(["region", "big"])), seed=1)
    assert plan.infeasible == ('region = "mars" and big = "true"', 'region = "venus"')


def test_covering_rows_count_in_the_rows_of_the_wish(world) -> None:
    made = world.sample(Wish(rows=100, cover=Cover(["region", "items"])), seed=1)
    assert made.rows == 100
    assert len(seen(made, ("region", "items"))) == 32


def test_too_few_rows_for_a_covering_say_how_many_are_needed(world) -> None:
    with pytest.raises(WishError) as caught:
        world.sample(Wish(rows=10, cover=Cover(["region", "items"])), seed=1)
    assert str(caught.value) == (
        "the covering needs 32 rows, and the wish is for 10\n"
        "  where: Wish(rows=10, cover=...)\n"
        "  mend:  wish for at least 32 rows, or cover fewer columns"
    )


def test_a_covering_of_an_unknown_column_names_the_nearest(world) -> None:
    with pytest.raises(WishError, match="did you mean 'region'"):
        world.sample(Wish(cover=Cover(["regoin"], strength=1)), seed=1)


def test_a_column_named_twice_is_refused(world) -> None:
    with pytest.raises(WishError, match="a column is named twice"):
        world.sample(Wish(cover=Cover(["region", "region"])), seed=1)


def test_a_strength_beyond_the_columns_is_refused() -> None:
    with pytest.raises(WishError, match="a covering of strength 4 over 5 column"):
        Cover(["a", "b", "c", "d", "e"], strength=4)
