"""Very many categories and very few rows: all that may be told is made, and the rest is said."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from worldwright import plugins, seeds
from worldwright.data.dataset import Dataset
from worldwright.data.lineage import Role
from worldwright.data.schema import Column, Kind
from worldwright.testing.people import people

from .tables import learned, rows_of, words


def shop(items: int, rows: int, noise: float) -> Dataset:
    """Sales of items: the shelf follows from the item, its kind nearly, its price roughly."""
    law = seeds.stream(1, "items")
    kind, level = law.integers(5, size=items), law.normal(size=items)
    chance = seeds.stream(2, "sales")
    item = np.r_[np.tile(np.arange(items), 10), chance.integers(items, size=rows - 10 * items)]
    own = np.where(chance.random(rows) < noise, chance.integers(5, size=rows), kind[item])
    return rows_of(
        {
            Column("item", Kind.CATEGORY): words(item, "item"),
            Column("kind", Kind.CATEGORY): words(own, "k"),
            Column("shelf", Kind.CATEGORY): words(item % 40, "s"),
            Column("price", Kind.NUMBER): pa.array(
                (level[item] + chance.normal(size=rows)).round(2)
            ),
        }
    )


def agreement(real: Dataset, made: pa.Table) -> float:
    """Return how often a made row's kind is the one that most real rows of its item have."""
    pairs = real.table.group_by(["item", "kind"]).aggregate([([], "count_all")]).to_pylist()
    pairs.sort(key=lambda pair: pair["count_all"])
    usual = {pair["item"]: pair["kind"] for pair in pairs}
    held = zip(made["item"].to_pylist(), made["kind"].to_pylist(), strict=True)
    return float(np.mean([usual[item] == kind for item, kind in held]))


@pytest.fixture(scope="module")
def sales() -> Dataset:
    return shop(10_000, 150_000, 0.1)


@pytest.fixture(scope="module")
def forest(sales: Dataset):
    return learned(sales)


def test_every_one_of_ten_thousand_categories_can_be_made(forest) -> None:
    assert forest.explain()["codes"]["item"] == 10_000
    assert forest.explain()["merged"] == {}
    # Each item has 15 of 150,000 rows, so it is missed with chance exp(-15) = 3e-7 of 150,000.
    made = set(forest.sample(150_000, seed=1).table["item"].to_pylist())
    assert len(made) > 9_990


def test_what_goes_with_a_category_of_many_is_kept_through_its_group(sales, forest) -> None:
    made = forest.sample(20_000, seed=2).table
    # Without the item a kind agrees in 0.2; in the real rows in 0.92.
    assert agreement(sales, sales.table.slice(0, 20_000)) > 0.9
    assert agreement(sales, made) > 0.8
    assert forest.explain()["codes"]["item (group)"] <= 256


def test_what_follows_from_a_category_of_many_still_does(sales: Dataset, forest) -> None:
    assert "item -> shelf" in forest.explain()["dependencies"]
    taught = set(zip(*(sales.table[n].to_pylist() for n in ("item", "shelf")), strict=True))
    for of in (forest, learned(sales, "shelf")):
        made = of.sample(5_000, seed=3).table
        assert set(zip(*(made[n].to_pylist() for n in ("item", "shelf")), strict=True)) <= taught


def test_a_forest_with_groups_is_saved_and_completes_rows(sales: Dataset, forest) -> None:
    back = plugins.part_kinds.get("forest")(forest.dump())
    assert back.sample(500, seed=4).table == forest.sample(500, seed=4).table
    part = sales.take(np.arange(3_000)).select(["item"])
    done = forest.complete(part, seed=1).table
    assert done["item"].to_pylist() == part.table["item"].to_pylist()
    assert agreement(sales, done) > 0.8


def test_a_column_of_many_that_nothing_goes_with_is_not_asked() -> None:
    chance = seeds.stream(5, "noise")
    real = rows_of(
        {
            Column("item", Kind.CATEGORY): words(chance.integers(2_000, size=40_000), "i"),
            Column("size", Kind.NUMBER): pa.array(chance.normal(size=40_000).round(2)),
        }
    )
    forest = learned(real)
    assert "item (group)" not in forest.explain()["codes"]
    assert forest.explain()["strongest earlier columns"] == {"size": {}}


@pytest.mark.parametrize("rows", [1, 9, 50])
def test_a_table_of_few_rows_can_teach_and_says_what_it_could_not(rows: int) -> None:
    real = people(rows, 7, role=Role.REAL)
    forest = learned(real)
    made = forest.sample(200, seed=1)
    assert made.rows == 200
    assert made.table.schema.types == real.table.schema.types
    said = forest.explain()["hardly learned"]
    assert "few rows: each value and each bin needs 10" in said["the table"]
    assert set(said) - {"the table"}
    assert forest.explain()["not learned"].keys() == {"remark"}


def test_enough_rows_leave_nothing_to_say() -> None:
    said = learned(people(3_000, 7, role=Role.REAL), "city").explain()["hardly learned"]
    assert set(said) <= {"age", "since (weekday)", "since (year)", "since (day)", "stay"}
