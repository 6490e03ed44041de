"""What decides another column: found also beside rare values, and kept in every made row."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from worldwright import seeds
from worldwright.data.dataset import Dataset
from worldwright.data.schema import Column, Kind

from .tables import learned, rows_of, words

ROWS = 4_000


def pairs(table: pa.Table, *names: str) -> set[tuple[object, ...]]:
    return set(zip(*(table[name].to_pylist() for name in names), strict=True))


def months(rows: int = ROWS) -> Dataset:
    """A month and rates that an index decides; five rows have an index and a rate of their own."""
    chance = seeds.stream(1, "months")
    index = chance.integers(30, size=rows)
    index[:5] = 30
    rate = np.where(index == 30, 97, index // 4)
    return rows_of(
        {
            Column("size", Kind.CATEGORY): words(chance.integers(3, size=rows)),
            Column("month", Kind.CATEGORY): words(index % 7),
            Column("rate", Kind.NUMBER): pa.array(rate / 10),
            Column("index", Kind.NUMBER): pa.array(index * 1.25 + 90),
        }
    )


@pytest.mark.parametrize("target", [None, "size", "month", "rate", "index"])
def test_rare_values_of_a_column_do_not_hide_what_its_others_decide(target) -> None:
    real = months()
    made = learned(real, target).sample(20_000, seed=1).table
    for decided in ("month", "rate"):
        assert pairs(made, "index", decided) <= pairs(real.table, "index", decided)
    assert pairs(made, "month", "rate") <= pairs(real.table, "month", "rate")


def test_what_decides_others_is_drawn_first_and_nothing_else_moves() -> None:
    forest = learned(months(), "size")
    assert forest.explain()["order"] == ["size", "index", "month", "rate"]
    assert learned(months(), "rate").explain()["order"] == ["rate", "size", "index", "month"]


@pytest.mark.parametrize("turned", [False, True])
def test_a_hierarchy_of_three_levels_with_rare_cities_has_no_impossible_pair(turned) -> None:
    chance = seeds.stream(2, "hierarchy")
    city = np.where(
        chance.random(ROWS) < 0.06,
        200 + chance.integers(60, size=ROWS),
        chance.integers(60, size=ROWS),
    )
    region = city % 12
    columns = {"country": region // 4, "region": region, "city": city}
    names = list(columns)[::-1] if turned else list(columns)
    real = rows_of({Column(name, Kind.CATEGORY): words(columns[name], name) for name in names})
    assert min(np.bincount(city)[200:]) < 10
    for target in (None, *names):
        made = learned(real, target).sample(20_000, seed=1).table
        assert pairs(made, "region", "country") <= pairs(real.table, "region", "country")
        told = made.filter(pa.compute.not_equal(made["city"].cast(pa.string()), "(rarer)"))
        assert pairs(told, *names) <= pairs(real.table, *names)
        # Rare cities are there, each in a region; null: binomial, 5.5 errors and the law's own.
        share = 1 - len(told) / len(made)
        assert abs(share - np.isin(city, np.flatnonzero(np.bincount(city) < 10)).mean()) < 0.02


def test_told_values_of_a_column_of_bins_decide_what_they_decided() -> None:
    chance = seeds.stream(3, "sizes")
    size = np.where(chance.random(ROWS) < 0.6, chance.choice([0, 44, 105], ROWS), 0)
    size = np.where(size + chance.random(ROWS) < 0.4, chance.integers(1_000, 90_000, ROWS), size)
    flagged = np.where(size >= 1_000, chance.random(ROWS) < 0.3, size == 44)
    real = rows_of(
        {
            Column("size", Kind.INTEGER): pa.array(size),
            Column("flag", Kind.BOOLEAN): pa.array(flagged.astype(bool)),
        }
    )
    for target in (None, "flag"):
        made = learned(real, target).sample(20_000, seed=1).table
        held, flag = made["size"].to_numpy(), made["flag"].to_numpy()
        assert np.array_equal(flag[held < 1_000], held[held < 1_000] == 44)
        assert 0.2 < flag[held >= 1_000].mean() < 0.4


def test_ten_rows_that_are_always_together_stay_together() -> None:
    chance = seeds.stream(6, "pools")
    has_pool = np.arange(ROWS) < 10
    real = rows_of(
        {
            Column("district", Kind.CATEGORY): words(chance.integers(9, size=ROWS)),
            Column("pool", Kind.CATEGORY): words(has_pool),
            Column("cover", Kind.CATEGORY): words(np.where(has_pool, 5, 3)),
        }
    )
    made = learned(real, None).sample(50_000, seed=1).table
    assert len(pairs(made, "pool", "cover")) == 2


def test_agreement_that_chance_would_show_is_no_dependency() -> None:
    chance = seeds.stream(4, "chance")
    one = chance.integers(3, size=1_000)
    real = rows_of(
        {
            Column("one", Kind.CATEGORY): words(one),
            Column("other", Kind.CATEGORY): words((np.arange(1_000) < 12).astype(int)),
        }
    )
    assert learned(real).explain()["dependencies"] == []


def test_saved_dependencies_and_orders_draw_the_same_rows() -> None:
    from worldwright import plugins

    chance = seeds.stream(5, "saved")
    big = np.where(chance.random(ROWS) < 0.3, 0, np.exp(chance.normal(6, 2, ROWS)).round())
    few = np.minimum(chance.poisson(0.5, ROWS), big)
    real = rows_of(
        {
            Column("big", Kind.INTEGER): pa.array(big.astype(np.int64)),
            Column("few", Kind.INTEGER): pa.array(few.astype(np.int64)),
        }
    )
    forest = learned(real)
    back = plugins.part_kinds.get("forest")(forest.dump())
    assert back.sample(3_000, seed=2).table == forest.sample(3_000, seed=2).table
    assert len(back.chain.orders) == 1
