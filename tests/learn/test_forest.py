"""The forest: what it draws, what it may not tell, and what it keeps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given as for_all
from hypothesis import settings as effort
from hypothesis import strategies as st

from worldwright import plugins, seeds
from worldwright.data.dataset import Dataset
from worldwright.data.expression import parse
from worldwright.data.lineage import Lineage, Role
from worldwright.data.progress import silent
from worldwright.data.schema import Column, Kind, Schema, TableSchema
from worldwright.errors import GivenError, SpecError
from worldwright.learn.tabular import forest as forest_module
from worldwright.learn.tabular import trees as trees_module
from worldwright.testing.people import people


def rows_of(*columns: tuple[Column, pa.Array], key: str | None = None) -> Dataset:
    table = pa.table({column.name: cells for column, cells in columns})
    schema = Schema({"rows": TableSchema(tuple(column for column, _ in columns), key=key)})
    return Dataset({"rows": table}, schema, Lineage("tests", Role.REAL))


def learned(real: Dataset, target: str | None = None, seed: int = 0, **settings: object):
    learn = plugins.learners.get("forest")
    return learn(real, target=target, seed=seed, progress=silent, settings=settings)


def names(values: np.ndarray) -> pa.Array:
    return pa.array(values.astype(str).tolist()).dictionary_encode()


@pytest.fixture(scope="module")
def real() -> Dataset:
    return people(1_500, 1, role=Role.REAL)


@pytest.fixture(scope="module")
def forest(real: Dataset):
    return learned(real, "city")


# What it draws.


def test_row_i_is_the_same_however_many_rows_are_drawn(forest, monkeypatch) -> None:
    whole = forest.sample(500, seed=4).table
    assert forest.sample(123, seed=4).table == whole.slice(0, 123)
    monkeypatch.setattr(forest_module, "BLOCK", 64)
    assert forest.sample(500, seed=4).table.to_pydict() == whole.to_pydict()


def test_threads_do_not_change_a_byte(real: Dataset, monkeypatch) -> None:
    arrays = []
    for threads in (1, 4):
        monkeypatch.setattr(trees_module, "THREADS", threads)
        arrays.append(learned(real.select(["city", "age", "owner", "low"])).dump().arrays)
    assert arrays[0].keys() == arrays[1].keys()
    assert all(np.array_equal(arrays[0][name], arrays[1][name]) for name in arrays[0])


def test_the_law_of_the_target_is_that_of_the_rows_that_taught(real: Dataset, forest) -> None:
    values, chances = forest.law(("city",))
    held = np.array(real.table["city"].to_pylist())
    for value, chance in zip(values["city"].to_pylist(), chances, strict=True):
        assert chance == pytest.approx(np.mean(held == value), abs=1e-12)
    assert forest.law(("city", "region")) is None
    assert forest.law(("region",)) is None


def test_draws_of_the_target_follow_its_law(forest) -> None:
    # Null: binomial with n = 20,000; 5.5 standard deviations: false alarm < 5 * 4e-8 = 2e-7.
    made = np.array(forest.sample(20_000, seed=9).table["city"].to_pylist())
    values, chances = forest.law(("city",))
    for value, chance in zip(values["city"].to_pylist(), chances, strict=True):
        error = np.sqrt(chance * (1 - chance) / 20_000)
        assert abs(np.mean(made == value) - chance) < 5.5 * error


def test_a_condition_on_the_target_is_honoured_and_the_rest_returned(forest) -> None:
    some, rest = forest.condition(parse("city in (dunmere, eastholt) and age < 40"))
    assert set(some.sample(300, seed=1).table["city"].to_pylist()) == {"dunmere", "eastholt"}
    assert str(rest) == "age < 40"
    before = forest.law(("city",))[1]
    after = some.law(("city",))[1]
    assert after[3] / after[4] == pytest.approx(before[3] / before[4])
    again, rest = some.condition(parse("city != dunmere"))
    assert set(again.sample(50, seed=1).table["city"].to_pylist()) == {"eastholt"}
    assert rest is None


def test_a_condition_of_chance_zero_says_so(forest) -> None:
    with pytest.raises(GivenError) as raised:
        forest.condition(parse("city = dunmere"))[0].condition(parse("city = eastholt"))
    assert str(raised.value) == (
        "no value that was learned meets the condition on 'city'\n"
        "  where: given(city = eastholt), learned by forest\n"
        "  mend:  loosen the condition, or learn from rows that meet it"
    )


def test_it_learns_how_columns_go_together() -> None:
    # Null: y independent of x. Taught: y = x for 90 % of rows. 20,000 draws, 10 standard errors.
    chance = seeds.stream(3, "together")
    x = chance.integers(2, size=2_000)
    y = np.where(chance.random(2_000) < 0.9, x, 1 - x)
    columns = [(Column(n, Kind.CATEGORY), names(v)) for n, v in (("x", x), ("y", y))]
    made = learned(rows_of(*columns)).sample(20_000, seed=1).table
    agree = np.mean(np.array(made["x"].to_pylist()) == np.array(made["y"].to_pylist()))
    assert abs(agree - np.mean(x == y)) < 0.02


def test_missing_cells_come_jointly() -> None:
    chance = seeds.stream(4, "nulls")
    gone = chance.random(1_500) < 0.3
    number = pa.array(chance.normal(size=1_500), mask=gone)
    word = pa.array(np.where(chance.random(1_500) < 0.5, "a", "b").tolist(), mask=gone)
    real = rows_of(
        (Column("number", Kind.NUMBER), number),
        (Column("word", Kind.CATEGORY), word.dictionary_encode()),
    )
    made = learned(real).sample(5_000, seed=1).table
    both = np.array(made["number"].is_null()), np.array(made["word"].is_null())
    # Null: 30 % of 5,000 rows, 5.5 standard deviations; step-backs may part a few pairs.
    assert abs(both[0].mean() - gone.mean()) < 5.5 * np.sqrt(0.21 / 5_000)
    assert np.mean(both[0] != both[1]) < 0.02


# What it may not tell.


def test_a_value_of_few_rows_is_made_no_more_often_than_a_fresh_sample_holds_it() -> None:
    # Null: made as often as fresh; both binomial, n = 4,000; 5.5 standard deviations of a gap.
    def draw(seed: int) -> Dataset:
        chance = seeds.stream(seed, "few")
        heavy = np.where(chance.random(4_000) < 0.4, 100.0, np.exp(chance.normal(5, 1, 4_000)))
        days = chance.integers(17_000, 17_900, 4_000) * 86_400_000_000
        return rows_of(
            (Column("amount", Kind.NUMBER), pa.array(heavy.round(1))),
            (Column("count", Kind.INTEGER), pa.array(np.rint(heavy * 7).astype(np.int64))),
            (Column("day", Kind.DATETIME), pa.array(days).cast(pa.timestamp("us"))),
        )

    real, fresh = draw(1), draw(2)
    made = learned(real).sample(4_000, seed=3)
    for name in real.columns:
        values, counts = np.unique(real.table[name].to_numpy(), return_counts=True)
        few = values[counts < 10]
        shares = [np.isin(side.table[name].to_numpy(), few).mean() for side in (made, fresh)]
        margin = 5.5 * np.sqrt(2 * 0.25 / 4_000)
        assert shares[0] <= shares[1] + margin, f"{name}: {shares[0]:.3f} > {shares[1]:.3f}"


def test_extremes_of_single_rows_are_neither_made_nor_saved() -> None:
    chance = seeds.stream(5, "extremes")
    amount = chance.normal(50, 5, 800).round(2)
    amount[[3, 400]] = 9_000_000.0, -123_456.78
    forest = learned(rows_of((Column("amount", Kind.NUMBER), pa.array(amount))))
    made = forest.sample(5_000, seed=1).table["amount"].to_numpy()
    assert made.max() < 1_000
    assert made.min() > -1_000
    for name, array in forest.dump().arrays.items():
        assert not np.isin(amount[[3, 400]], array).any(), name


def test_rare_categories_are_merged_and_counted() -> None:
    word = np.array(["a"] * 500 + ["b"] * 300 + [f"r{i}" for i in range(30)])
    solo = np.array(["x"] * 825 + ["y"] * 5)
    real = rows_of(
        (Column("word", Kind.CATEGORY), names(word)), (Column("solo", Kind.CATEGORY), names(solo))
    )
    forest = learned(real)
    made = forest.sample(3_000, seed=1).table
    assert set(made["word"].to_pylist()) == {"a", "b", "(rarer)"}
    assert set(made["solo"].to_pylist()) == {"x"}
    assert forest.explain()["merged"] == {
        "word": {"values": 30, "rows": 30},
        "solo": {"values": 1, "rows": "fewer than 10"},
    }


def test_rows_of_a_target_class_too_rare_to_tell_do_not_teach_another_class() -> None:
    word = np.array(["no"] * 400 + ["yes"] * 5)
    number = np.r_[np.zeros(400), np.full(5, 1.0)].astype(np.int64)
    real = rows_of(
        (Column("target", Kind.CATEGORY), names(word)),
        (Column("number", Kind.INTEGER), pa.array(number)),
    )
    forest = learned(real, "target", rare=3)
    assert set(forest.sample(2_000, seed=1).table["target"].to_pylist()) == {"no", "yes"}
    without = learned(real, "target")
    made = without.sample(2_000, seed=1).table
    assert set(made["target"].to_pylist()) == {"no"}
    assert set(made["number"].to_pylist()) == {0}
    assert without.explain()["rows left out (target value too rare)"] == "fewer than 10"


def test_declared_categories_are_told_however_rare_they_are() -> None:
    column = Column("word", Kind.CATEGORY, categories=("a", "b"))
    real = rows_of((column, names(np.array(["a"] * 95 + ["b"] * 5))))
    assert set(learned(real).sample(2_000, seed=1).table["word"].to_pylist()) == {"a", "b"}


def test_ids_are_made_anew_and_stay_unique() -> None:
    n = 300
    text = pa.array([f"cust-{i:05}" for i in range(n)])
    uuids = pa.array([f"{i:08x}-0000-4000-8000-000000000000" for i in range(n)])
    real = rows_of(
        (Column("text", Kind.ID), text),
        (Column("uuid", Kind.ID), uuids),
        (Column("key", Kind.INTEGER), pa.array(np.arange(n))),
        (Column("word", Kind.CATEGORY), names(np.arange(n) % 3)),
        key="key",
    )
    forest = learned(real)
    made = forest.sample(70_000, seed=1).table
    for name in ("text", "uuid", "key"):
        values = set(made[name].to_pylist())
        assert len(values) == 70_000
        assert not values & set(real.table[name].to_pylist())
        if name != "text":  # five digits are too few for two draws to stay apart
            assert not values & set(forest.sample(1_000, seed=2).table[name].to_pylist())
    assert all(value.startswith("cust-") for value in made["text"].to_pylist())


def test_texts_and_nested_values_come_out_null_and_are_named() -> None:
    real = rows_of(
        (Column("word", Kind.CATEGORY), names(np.arange(60) % 2)),
        (Column("text", Kind.TEXT), pa.array(["a long remark"] * 60)),
        (Column("list", Kind.NESTED), pa.array([[1, 2]] * 60)),
    )
    forest = learned(real)
    made = forest.sample(20, seed=1).table
    assert made["text"].null_count == made["list"].null_count == 20
    assert made["list"].type == real.table["list"].type
    assert list(forest.explain()["not learned"]) == ["text", "list"]


# What it keeps.


def test_digits_steps_and_types_are_kept() -> None:
    chance = seeds.stream(6, "digits")
    price = np.exp(chance.normal(3, 1, 1_000)).round(2)
    hundreds = chance.integers(1, 5_000, 1_000) * 100
    real = rows_of(
        (Column("price", Kind.NUMBER), pa.array(price)),
        (Column("hundreds", Kind.INTEGER), pa.array(hundreds)),
        (Column("free", Kind.NUMBER), pa.array(chance.normal(size=1_000))),
        (Column("age", Kind.INTEGER, low=18), pa.array(chance.integers(18, 1_000, 1_000))),
    )
    made = learned(real).sample(3_000, seed=1).table
    assert made.schema.types == real.table.schema.types
    assert np.array_equal(made["price"].to_numpy().round(2), made["price"].to_numpy())
    assert (made["price"].to_numpy() >= 0).all()
    assert (made["hundreds"].to_numpy() % 100 == 0).all()
    assert (made["age"].to_numpy() >= 18).all()
    assert not np.isin(made["free"].to_numpy(), real.table["free"].to_numpy()).any()


@pytest.mark.parametrize("target", [None, "region"])
def test_a_dependency_of_the_real_rows_holds_in_every_made_row(real: Dataset, target) -> None:
    forest = learned(real, target)
    assert "city -> region" in forest.explain()["dependencies"]
    made = forest.sample(20_000, seed=2).table
    seen = set(zip(*(made[name].to_pylist() for name in ("city", "region")), strict=True))
    taught = {tuple(row.values()) for row in real.table.select(["city", "region"]).to_pylist()}
    assert seen <= taught


def test_saving_keeps_every_byte_of_what_is_drawn(forest) -> None:
    back = plugins.part_kinds.get("forest")(forest.dump())
    assert back.sample(400, seed=5).table == forest.sample(400, seed=5).table
    assert back.explain() == forest.explain()


def test_nulls_kinds_and_zones_survive(real: Dataset) -> None:
    moments = pa.array(np.arange(200) * 3_600_000_000).cast(pa.timestamp("us", "Europe/Berlin"))
    column = Column("at", Kind.DATETIME, zone="Europe/Berlin")
    made = learned(rows_of((column, moments))).sample(50, seed=1).table
    assert made["at"].type == pa.timestamp("us", "Europe/Berlin")


# Rows given in part.


def test_completing_leaves_given_cells_and_fills_the_rest(real: Dataset, forest) -> None:
    part = real.take(np.arange(80)).select(["income", "city", "remark"])
    done = forest.complete(part, seed=3)
    assert done.columns == forest.columns
    assert done.table["city"].to_pylist() == part.table["city"].to_pylist()
    assert done.table["remark"].to_pylist() == part.table["remark"].to_pylist()
    known = part.table["income"].is_valid()
    assert done.table["income"].filter(known) == part.table["income"].filter(known)
    assert set(done.table["region"].to_pylist()) <= {"coast", "hills", "plain"}


def test_completing_asks_what_later_columns_say() -> None:
    # Taught: x = y in 95 % of rows; so x given y is y in 95 %. n = 3,000, 5.5 deviations = 0.022.
    chance = seeds.stream(8, "later")
    x = chance.integers(2, size=2_000)
    y = np.where(chance.random(2_000) < 0.95, x, 1 - x)
    columns = [(Column(n, Kind.CATEGORY), names(v)) for n, v in (("x", x), ("y", y))]
    real = rows_of(*columns)
    picks = chance.integers(2_000, size=3_000)
    done = learned(real, escape=0.01).complete(real.take(picks).select(["y"]), seed=1).table
    agree = np.mean(np.array(done["x"].to_pylist()) == np.array(done["y"].to_pylist()))
    assert abs(agree - np.mean(x == y)) < 0.03


@pytest.mark.parametrize("order", ["table", "last"])
def test_a_rare_class_is_found_where_the_other_cells_ask_for_it(order: str) -> None:
    """One row in a hundred is rare, and three signs agree with that in 95 % of rows each."""
    chance = seeds.stream(9, "rare class")
    rare = (chance.random(20_000) < 0.01).astype(int)
    signs = {n: np.where(chance.random(20_000) < 0.95, rare, 1 - rare) for n in "abc"}
    columns = [(Column(n, Kind.CATEGORY), names(v)) for n, v in {"rare": rare, **signs}.items()]
    real = rows_of(*columns)
    forest = learned(real, "rare", order=order)

    def completed(signs_that_agree: int) -> np.ndarray:
        rows = np.flatnonzero(sum(signs.values()) == signs_that_agree)
        part = real.take(chance.choice(rows, size=1_500)).select(["a", "b", "c"])
        return np.array(forest.complete(part, seed=1).table["rare"].to_pylist()) == "1"

    share = rare[sum(signs.values()) == 3].mean()  # about 0.98, of 200 rows
    assert completed(3).mean() == pytest.approx(share, abs=0.06)
    assert completed(0).mean() < 0.005


def test_a_completed_row_does_not_depend_on_the_others(real: Dataset, forest) -> None:
    part = real.take(np.arange(60)).select(["income", "city"])
    all_of_them, some = (
        forest.complete(part, seed=3),
        forest.complete(part.take(np.arange(25)), seed=3),
    )
    assert all_of_them.take(np.arange(25)).fingerprint() == some.fingerprint()


def test_a_completed_row_keeps_the_dependency_of_a_given_cell(real: Dataset, forest) -> None:
    done = forest.complete(real.take(np.arange(300)).select(["region"]), seed=1).table
    taught = {tuple(r.values()) for r in real.table.select(["city", "region"]).to_pylist()}
    seen = set(zip(done["city"].to_pylist(), done["region"].to_pylist(), strict=True))
    assert seen <= taught


# Odd tables and settings.

cells = st.one_of(st.none(), st.integers(-5, 5), st.integers(-(10**12), 10**12))


@effort(deadline=None, max_examples=25)
@for_all(st.lists(st.tuples(cells, st.sampled_from([None, "a", "b"])), min_size=1, max_size=40))
def test_any_small_table_can_teach(pairs) -> None:
    number, word = zip(*pairs, strict=True)
    real = rows_of(
        (Column("number", Kind.INTEGER), pa.array(number, pa.int64())),
        (Column("word", Kind.CATEGORY), pa.array(word, pa.string()).dictionary_encode()),
    )
    made = learned(real).sample(30, seed=1)
    assert made.rows == 30
    assert made.table.schema.types == real.table.schema.types


def test_a_lone_row_tells_its_magnitude_at_most() -> None:
    real = rows_of(
        (Column("number", Kind.NUMBER), pa.array([37.25])),
        (Column("word", Kind.CATEGORY), pa.array(["me"]).dictionary_encode()),
    )
    made = learned(real).sample(200, seed=1).table
    numbers = made["number"].to_numpy()
    assert numbers.min() >= 10
    assert numbers.max() <= 100
    assert set(made["word"].to_pylist()) == {"(rarer)"}


def test_unknown_and_impossible_settings_are_listed_together() -> None:
    with pytest.raises(SpecError) as raised:
        learned(people(50, 1), leafs=3, trees=0, share=2)
    assert str(raised.value) == (
        "the forest has no setting 'leafs'\n"
        "  where: settings.leafs\n"
        "  mend:  did you mean 'leaf'? choose from: ask, bins, chance, depth, escape, leaf, look, "
        "order, parents, rare, share, shrink, … (14 in all)\n"
        "trees is 0\n"
        "  where: settings.trees\n"
        "  mend:  give a whole number from 1 to 256\n"
        "share is 2\n"
        "  where: settings.share\n"
        "  mend:  give a number from 0.01 to 1"
    )


def test_a_column_of_a_hundred_thousand_categories_stays_small() -> None:
    chance = seeds.stream(9, "many")
    words = np.array([f"w{i}" for i in chance.integers(100_000, size=60_000)])
    words[:600] = "common"
    real = rows_of(
        (Column("word", Kind.CATEGORY), names(words)),
        (Column("x", Kind.INTEGER), pa.array(chance.integers(4, size=60_000))),
    )
    forest = learned(real, trees=2)
    assert forest.explain()["codes"]["word"] < 100
    told, counts = np.unique(words, return_counts=True)
    held = {"(rarer)", *told[counts >= 10].tolist()}
    assert set(forest.sample(500, seed=1).table["word"].to_pylist()) <= held


@pytest.mark.slow
def test_five_hundred_columns_can_teach() -> None:
    chance = seeds.stream(10, "wide")
    base = chance.normal(size=(1_000, 10))
    wide = base @ chance.normal(size=(10, 500)) + chance.normal(size=(1_000, 500))
    columns = [(Column(f"c{j}", Kind.NUMBER), pa.array(wide[:, j].round(2))) for j in range(500)]
    made = learned(rows_of(*columns), trees=2).sample(200, seed=1)
    assert len(made.columns) == 500
    assert made.rows == 200


def test_the_forest_signs_its_rows(real: Dataset, forest) -> None:
    lineage = forest.sample(3, seed=11).lineage
    assert (lineage.maker, lineage.role, lineage.seed) == ("learn.forest", Role.MADE, 11)
    assert replace(lineage, parents=()).parents == ()
    assert len(lineage.parents) == 1
