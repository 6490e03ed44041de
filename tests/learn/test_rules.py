"""Rules between columns: what holds in every real row holds in every made row."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given as for_all
from hypothesis import settings as effort
from hypothesis import strategies as st

from worldwright import seeds
from worldwright.data.dataset import Dataset
from worldwright.data.schema import Column, Kind
from worldwright.learn import fit
from worldwright.learn.tabular.rules import Gap, Grid, Kept

from .tables import learned, rows_of, words

DAY = 86_400_000_000


def orders(rows: int, seed: int) -> Dataset:
    """Orders with a start, a send-off and an end, a total, and cells missing together."""
    chance = seeds.stream(seed, "orders")
    start = chance.integers(18_000, 19_000, rows)
    sent = start + chance.poisson(2, rows)
    end = sent + 1 + chance.geometric(0.3, rows)
    net, freight = np.exp(chance.normal(3, 1, rows)).round(2), chance.gamma(2, 3, rows).round(2)
    tip = np.where(chance.random(rows) < 0.4, chance.integers(1, 20, rows), 0) / 1.0
    pieces, price = chance.integers(1, 9, rows), chance.integers(100, 5_000, rows) / 100
    open_yet = chance.random(rows) < 0.2
    city = chance.choice(8, rows)
    return rows_of(
        {
            Column("start", Kind.DATETIME): moments(start),
            Column("sent", Kind.DATETIME): moments(sent, open_yet),
            Column("end", Kind.DATETIME): moments(end, open_yet),
            Column("carrier", Kind.CATEGORY): words(chance.choice(3, rows), gone=open_yet),
            Column("net", Kind.NUMBER): pa.array(net),
            Column("freight", Kind.NUMBER): pa.array(freight),
            Column("tip", Kind.NUMBER): pa.array(tip),
            Column("total", Kind.NUMBER): pa.array((net + freight + tip).round(2)),
            Column("cents", Kind.INTEGER): pa.array(np.rint(net * 100).astype(np.int64)),
            Column("billed", Kind.NUMBER): pa.array(net),
            Column("pieces", Kind.INTEGER): pa.array(pieces),
            Column("price", Kind.NUMBER): pa.array(price),
            Column("worth", Kind.NUMBER): pa.array((pieces * price).round(2)),
            Column("city", Kind.CATEGORY): words(city),
            Column("region", Kind.CATEGORY): words(city // 2),
            Column("country", Kind.CATEGORY): words(city // 4),
        }
    )


def moments(days: np.ndarray, gone: np.ndarray | None = None) -> pa.Array:
    return pa.array(days * DAY, mask=gone).cast(pa.timestamp("us"))


def numbers(table: pa.Table, name: str) -> np.ndarray:
    cells = table[name]
    if pa.types.is_timestamp(cells.type):
        cells = cells.cast(pa.int64())
    return cells.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)


def check(table: pa.Table) -> None:
    """Assert all that holds in every row of `orders`."""
    start, sent, end = (numbers(table, name) for name in ("start", "sent", "end"))
    assert not (start > sent).any()
    assert not (sent >= end).any()
    assert (start % DAY == 0).all()
    gone = [table[name].is_null().to_numpy() for name in ("sent", "end", "carrier")]
    assert (gone[0] == gone[1]).all()
    assert (gone[0] == gone[2]).all()
    parts = sum(numbers(table, name) for name in ("net", "freight", "tip"))
    assert np.array_equal(numbers(table, "total"), np.round(parts, 2))
    assert np.array_equal(numbers(table, "billed"), numbers(table, "net"))
    assert np.array_equal(numbers(table, "cents"), np.rint(numbers(table, "net") * 100))
    worth = numbers(table, "pieces") * numbers(table, "price")
    assert np.abs(numbers(table, "worth") - worth).max() < 0.006


@pytest.fixture(scope="module")
def real() -> Dataset:
    return orders(3_000, 1)


@pytest.fixture(scope="module")
def forest(real: Dataset):
    return learned(real, "city")


def test_the_rules_are_found_and_told(forest) -> None:
    assert set(forest.explain()["rules"]) == {
        "start <= sent", "sent < end", "total = net + freight + tip", "cents = 100 * net",
        "billed = net", "worth = pieces * price",
        "learned as start (year), start (day), start (weekday)",
    }  # fmt: skip
    assert forest.explain()["missing together"] == ["sent, end", "sent, carrier"]


@pytest.mark.parametrize("target", [None, "city", "total", "billed", "end", "cents", "worth"])
def test_rules_hold_in_every_made_row_whatever_the_target(real: Dataset, target) -> None:
    made = learned(real, target).sample(20_000, seed=2)
    check(made.table)
    assert made.table.schema.types == real.table.schema.types


def test_rules_hold_under_conditions_and_in_saved_worlds(real: Dataset, tmp_path) -> None:
    from worldwright.generate import load

    world = fit(real, target="city", settings={"trees": 2})
    made = world.given("total > 60 and end > '2021-01-01'").sample(3_000, seed=3)
    check(made.table)
    assert min(numbers(made.table, "total")) > 60
    again = load(world.save(tmp_path / "world"))
    assert again.sample(500, seed=4).table == world.sample(500, seed=4).table


def test_made_rows_stay_in_the_ranges_of_the_real_ones(real: Dataset, forest) -> None:
    made = forest.sample(20_000, seed=5).table
    for name in ("start", "sent", "end", "net", "freight", "tip", "price", "pieces"):
        seen, drawn = numbers(real.table, name), numbers(made, name)
        wide = 0.1 * (np.nanmax(seen) - np.nanmin(seen))
        assert np.nanmin(drawn) >= np.nanmin(seen) - wide, name
        assert np.nanmax(drawn) <= np.nanmax(seen) + wide, name


def test_gaps_are_kept_finer_than_the_bins_of_either_column(real: Dataset, forest) -> None:
    # Null: made gaps differ as a second sample's would: 5.5 standard errors of both means.
    made = forest.sample(3_000, seed=6).table
    for low, high in (("start", "sent"), ("sent", "end")):
        seen, drawn = ((numbers(t, high) - numbers(t, low)) / DAY for t in (real.table, made))
        error = 5.5 * np.sqrt(np.nanvar(seen) * 2 / (0.8 * 3_000))
        assert abs(np.nanmean(seen) - np.nanmean(drawn)) < error
        assert np.nanmax(drawn) <= np.nanmax(seen) + 3


@pytest.mark.parametrize(
    "given",
    [["total"], ["end"], ["start", "net"], ["billed"], ["cents"], ["sent", "total", "tip"]],
)
def test_rules_hold_in_rows_that_are_given_in_part(real: Dataset, forest, given) -> None:
    known = real.take(np.flatnonzero(~real.table["end"].is_null().to_numpy())[:400])
    done = forest.complete(known.select(given), seed=1).table
    for name in given:
        assert done[name].to_pylist() == known.table[name].to_pylist()
    keep = [name for name in ("sent", "end") if name in given]
    assert all(done[name].null_count == 0 for name in keep)
    check(done)


def test_a_chain_of_dependencies_holds_together(real: Dataset) -> None:
    names = ("city", "region", "country")
    taught = set(zip(*(real.table[name].to_pylist() for name in names), strict=True))
    for target in (None, "city", "region", "country"):
        made = learned(real, target).sample(20_000, seed=7).table
        assert set(zip(*(made[name].to_pylist() for name in names), strict=True)) <= taught


def test_a_chain_with_rare_cities_holds_as_far_as_it_is_told() -> None:
    chance = seeds.stream(9, "rare cities")
    city = np.where(chance.random(4_000) < 0.005, 100 + chance.integers(9, size=4_000), 0)
    city = np.where(city, city, chance.integers(40, size=4_000))
    columns = {"city": city, "region": city // 10, "country": city // 20}
    real = rows_of({Column(name, Kind.CATEGORY): words(x) for name, x in columns.items()})
    made = learned(real).sample(20_000, seed=1).table
    taught = set(zip(columns["region"].tolist(), columns["country"].tolist(), strict=True))
    seen = set(zip(made["region"].to_pylist(), made["country"].to_pylist(), strict=True))
    assert seen <= {(f"w{region}", f"w{country}") for region, country in taught}


# What is no rule.


def test_ranges_that_hardly_overlap_and_few_rows_prove_nothing() -> None:
    chance = seeds.stream(2, "no rule")
    low = chance.normal(size=3_000).round(3)
    real = rows_of(
        {
            Column("low", Kind.NUMBER): pa.array(low),
            Column("high", Kind.NUMBER): pa.array(low.max() + chance.random(3_000).round(3)),
        }
    )
    assert learned(real).explain()["rules"] == []
    assert [r for r in learned(orders(150, 1)).explain()["rules"] if "learned as" not in r] == []


def test_a_rule_that_one_row_breaks_is_none(real: Dataset) -> None:
    total = real.table["total"].to_numpy().copy()
    total[17] += 0.01
    at = real.columns.index("total")
    table = real.table.set_column(at, "total", pa.array(total))
    broken = Dataset({"rows": table}, real.schema, real.lineage)
    assert not [rule for rule in learned(broken).explain()["rules"] if "total =" in rule]


def test_an_order_without_a_common_scale_is_kept_by_mirroring() -> None:
    chance = seeds.stream(3, "kept")
    low, high = np.sort(np.exp(chance.normal(0, 1, (2, 3_000))), axis=0)
    low[chance.random(3_000) < 0.3] = np.nan
    real = rows_of(
        {
            Column("high", Kind.NUMBER): pa.array(high.round(2)),
            Column("low", Kind.NUMBER): pa.array(low.round(2), from_pandas=True),
        }
    )
    forest = learned(real)
    assert forest.explain()["rules"] == ["low <= high"]
    made = forest.sample(20_000, seed=1).table
    assert not (numbers(made, "low") > numbers(made, "high")).any()
    assert forest.law(("high",)) is None


def test_moments_far_apart_keep_their_order_and_their_weekdays() -> None:
    chance = seeds.stream(5, "apart")
    first, last = np.sort(chance.integers(17_000, 17_700, (2, 4_000)), axis=0)
    first, last = (x - np.maximum((x + 3) % 7 - 4, 0) for x in (first, last))
    columns = {Column(n, Kind.DATETIME): moments(x) for n, x in (("first", first), ("last", last))}
    forest = learned(rows_of(columns))
    assert "first <= last" in forest.explain()["rules"]
    made = forest.sample(10_000, seed=1).table
    begun, ended = numbers(made, "first"), numbers(made, "last")
    assert (begun <= ended).all()
    assert ((begun / DAY + 3) % 7 <= 4).all()
    assert np.mean((ended / DAY + 3) % 7 <= 4) > 0.97


def test_rules_of_a_long_table_hold_in_every_row(real: Dataset, monkeypatch) -> None:
    from worldwright.learn.tabular import recast

    monkeypatch.setattr(recast, "SAMPLED", 1_000)
    total = real.table["total"].to_numpy().copy()
    total[1] += 0.01  # in a row that is not among those that suggest
    at = real.columns.index("total")
    table = real.table.set_column(at, "total", pa.array(total))
    broken = Dataset({"rows": table}, real.schema, real.lineage)
    rules = learned(broken).explain()["rules"]
    assert "cents = 100 * net" in rules
    assert not [rule for rule in rules if "total =" in rule]


def test_columns_in_order_are_equal_as_often_as_they_were() -> None:
    # Null: binomial with n = 10,000; 5.5 standard deviations are 0.025.
    chance = seeds.stream(4, "ties")
    low, high = np.sort(np.exp(chance.normal(4, 1, (2, 5_000))).round(2), axis=0)
    first = chance.random(5_000) < 0.3
    high[first] = low[first]
    columns = {
        Column("month", Kind.CATEGORY): words(
            np.where(first, 0, 1 + chance.integers(3, size=5_000))
        ),
        Column("charge", Kind.NUMBER): pa.array(low),
        Column("total", Kind.NUMBER): pa.array(high),
    }
    forest = learned(rows_of(columns))
    assert forest.explain()["rules"] == ["charge <= total"]
    made = forest.sample(10_000, seed=1).table
    is_tie = numbers(made, "charge") == numbers(made, "total")
    assert abs(is_tie.mean() - first.mean()) < 0.025
    assert not (numbers(made, "charge") > numbers(made, "total")).any()
    is_first = np.array(made["month"].to_pylist()) == "w0"
    assert np.mean(is_tie == is_first) > 0.97


@pytest.mark.parametrize("target", [None, "few", "big"])
def test_an_order_that_few_rows_would_break_is_kept_without_new_values(target) -> None:
    # `few` is mostly 0, so that independent columns would break the order in about 40 rows.
    chance = seeds.stream(6, "few")
    big = np.where(chance.random(4_000) < 0.1, 0, 40 * chance.integers(1, 20, 4_000))
    few = np.where(big, (chance.random(4_000) < 0.1) * chance.integers(1, 4, 4_000), 0)
    real = rows_of(
        {
            Column("big", Kind.INTEGER): pa.array(big),
            Column("few", Kind.INTEGER): pa.array(few),
        }
    )
    forest = learned(real, target)
    assert forest.explain()["rules"] == ["few <= big"]
    made = forest.sample(20_000, seed=1).table
    assert not (numbers(made, "few") > numbers(made, "big")).any()
    # What is drawn again takes a value that was learned; mirrored ones would be 1 to 3.
    assert set(np.unique(numbers(made, "big"))) <= set(np.unique(big))


@effort(deadline=None, max_examples=100)
@for_all(
    st.lists(st.tuples(st.integers(-9, 9), st.integers(0, 19)), min_size=1, max_size=9),
    st.booleans(),
    st.sampled_from([0.0, 1.0]),
    st.booleans(),
)
def test_a_column_learned_as_a_gap_stays_in_its_own_range(pairs, is_strict, step, moves) -> None:
    other, gap = (np.array(x, float) for x in zip(*pairs, strict=True))
    grid = Grid(1.0, step, -5.0, 5.0)
    rule = Gap("low", "high", is_strict, "high" if moves else "low", grid)
    columns = {"low" if moves else "high": other.copy(), rule.inner: gap}
    rule.join(columns)
    made = columns[rule.name]
    assert not (columns["low"] > columns["high"]).any()
    reached = other < 5 if moves else other > -5
    assert ((made[reached] >= -5) & (made[reached] <= 5)).all()
    plain = other + gap if moves else other - gap
    kept = (np.abs(plain) <= 5) & ((gap > 0) | (not is_strict))
    assert np.array_equal(made[kept], plain[kept])


@effort(deadline=None, max_examples=100)
@for_all(
    st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=1, max_size=9),
    st.booleans(),
    st.sampled_from([0.0, 1.0, 3.0]),
    st.booleans(),
)
def test_mirroring_puts_any_two_numbers_in_order(pairs, is_strict, step, high_moves) -> None:
    low, high = (np.array(x, float) * max(step, 0.1) for x in zip(*pairs, strict=True))
    columns = {"low": low.copy(), "high": high.copy()}
    rule = Kept("low", "high", is_strict, "high" if high_moves else "low", Grid(1, step, -5, 5))
    rule.join(columns)
    assert ((columns["low"] < columns["high"]) | (columns["low"] == columns["high"])).all()
    assert not is_strict or (columns["low"] < columns["high"]).all()
    fine = low < high
    assert np.array_equal(columns["low"][fine], low[fine])
    assert np.array_equal(columns["high"][fine], high[fine])


def test_rules_keep_no_value_of_a_single_row(real: Dataset) -> None:
    at = int(np.flatnonzero(~real.table["end"].is_null().to_numpy())[0])
    row = {**real.table.slice(at, 1).to_pylist()[0], "end": dt.datetime(2203, 4, 5)}
    row |= {"net": 91_376_542.25, "billed": 91_376_542.25, "cents": 9_137_654_225}
    row["total"] = round(row["net"] + row["freight"] + row["tip"], 2)
    odd = pa.Table.from_pylist([row], schema=real.table.schema)
    table = pa.concat_tables([real.table, odd]).unify_dictionaries().combine_chunks()
    forest = learned(Dataset({"rows": table}, real.schema, real.lineage))
    assert {"sent < end", "total = net + freight + tip"} <= set(forest.explain()["rules"])
    made = forest.sample(20_000, seed=1).table
    check(made)
    assert np.nanmax(numbers(made, "end")) < 20_000 * DAY
    assert numbers(made, "total").max() < 10_000
    saved = forest.dump()
    held = [row["net"], row["cents"], row["total"], numbers(odd, "end")[0]]
    held.append(held[-1] - numbers(odd, "sent")[0])
    assert not any(f"{value:.0f}"[:6] in repr(saved.meta) for value in held)
    assert not any(np.isin(held, array).any() for array in saved.arrays.values())
