"""Evidence on any columns: it holds in every row, and the rest follows the World's own law."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import chi2_contingency

from worldwright import plugins, seeds
from worldwright.data.dataset import Dataset
from worldwright.data.expression import parse
from worldwright.data.lineage import Lineage, Role
from worldwright.data.progress import silent
from worldwright.data.schema import Column, Kind, Schema, TableSchema
from worldwright.errors import GivenError, WorldwrightError
from worldwright.generate import given
from worldwright.learn.tabular import forest as forest_module
from worldwright.learn.tabular.conditioning import Conditioned
from worldwright.learn.tabular.evidence import evidence_of

from .tables import learned, rows_of


@pytest.fixture(scope="module")
def real() -> Dataset:
    """Towns, ages, incomes, a rare illness and a free number, each depending on those before."""
    chance = seeds.stream(1, "conditioning")
    n = 6_000
    town = chance.choice(["ash", "birch", "cedar", "elm"], n, p=[0.5, 0.3, 0.15, 0.05])
    age = np.clip(chance.normal(40 + 8 * (town == "elm"), 14), 18, 95).round()
    income = (900 * np.exp(0.02 * age + 0.5 * chance.normal(size=n))).round(-1)
    ill = chance.random(n) < 0.01 + 0.08 * (age > 65) + 0.05 * (town == "cedar")
    score = chance.normal(loc=ill * 2.0, size=n)
    cells = {
        "town": (Kind.CATEGORY, pa.array(town.tolist()).dictionary_encode()),
        "age": (Kind.INTEGER, pa.array(age.astype(np.int64))),
        "income": (Kind.NUMBER, pa.array(income, mask=chance.random(n) < 0.1)),
        "ill": (Kind.BOOLEAN, pa.array(ill)),
        "score": (Kind.NUMBER, pa.array(score)),
    }
    schema = TableSchema(tuple(Column(name, kind) for name, (kind, _) in cells.items()))
    table = pa.table({name: column for name, (_, column) in cells.items()})
    return Dataset({"rows": table}, Schema({"rows": schema}), Lineage("tests", Role.REAL))


@pytest.fixture(scope="module")
def forest(real):
    learn = plugins.learners.get("forest")
    return learn(real, target=None, seed=0, progress=silent, settings={})


RARE = [
    "ill = true and town = cedar and age < 22",
    "income between 3000 and 3200 and ill = yes",
    "income is null and town = elm and ill = true",
    "age = 71 and town != ash",
    "score > 2.5 and ill = false and town = elm",
    "age in (33, 34) and income > 2500 and town in (birch, elm)",
]


@pytest.mark.parametrize("where", RARE)
def test_rare_evidence_holds_in_every_row(forest, where) -> None:
    asked = parse(where).check(forest.schema.main)
    drawer, rest = forest.condition(asked)
    assert isinstance(drawer, Conditioned)
    assert rest is None
    made = drawer.sample(1_500, seed=3)
    assert made.rows == 1_500
    assert asked.mask(made.table, made.schema.main).all()


@pytest.mark.parametrize("where", RARE)
def test_rows_under_evidence_are_like_those_that_meet_it_by_chance(forest, where) -> None:
    # Null: one law. Chi-square over the cells of each other column; 6 conditions of at most 5
    # columns at a level of 1e-5 each: a false alarm in 3,000 runs.
    asked = parse(where).check(forest.schema.main)
    plain = forest.sample(600_000, seed=11)
    by_chance = plain.take(np.flatnonzero(asked.mask(plain.table, plain.schema.main)))
    steered = given(forest, where).sample(4_000, seed=5)
    for name in forest.columns:
        cells = [_cells(rows.table[name], by_chance.table[name]) for rows in (by_chance, steered)]
        size = max(int(one.max()) for one in cells) + 1
        counts = np.stack([np.bincount(one, minlength=size) for one in cells])
        counts = counts[:, counts.sum(axis=0) >= 10]
        if counts.shape[1] > 1:
            assert chi2_contingency(counts).pvalue > 1e-5, name


def _cells(cells: pa.ChunkedArray, like: pa.ChunkedArray) -> np.ndarray:
    """Return eight cells of a number by the other rows' quantiles, or the value's place."""
    if pa.types.is_dictionary(cells.type):
        cells, like = cells.cast(pa.string()), like.cast(pa.string())
    if pa.types.is_string(cells.type) or pa.types.is_boolean(cells.type):
        known = {value: at for at, value in enumerate(sorted(set(like.to_pylist())))}
        return np.array([known.get(value, len(known)) for value in cells.to_pylist()])
    numbers, usual = (side.cast(pa.float64()).to_numpy() for side in (cells, like))
    usual = usual[~np.isnan(usual)]
    edges = np.quantile(usual, np.arange(1, 8) / 8) if len(usual) else []
    return np.where(np.isnan(numbers), 8, np.searchsorted(np.unique(edges), numbers))


def test_a_row_under_evidence_does_not_depend_on_how_many_are_drawn(forest) -> None:
    asked = parse(RARE[0]).check(forest.schema.main)
    drawer = forest.condition(asked)[0]
    whole = drawer.sample(1_400, seed=4).table
    assert drawer.sample(37, seed=4).table.to_pydict() == whole.slice(0, 37).to_pydict()
    assert drawer.sample(0, seed=4).rows == 0
    assert drawer.sample(50, seed=5).table.to_pydict() != whole.slice(0, 50).to_pydict()


def test_what_holds_in_many_rows_is_left_to_chance(forest) -> None:
    asked = parse("age > 30 and town = birch").check(forest.schema.main)
    drawer, rest = forest.condition(asked)
    assert not isinstance(drawer, Conditioned)
    assert str(rest) == "age > 30"


def test_each_part_under_a_limit_and_all_of_them_out_of_reach(forest) -> None:
    with pytest.raises(GivenError) as raised:
        forest.condition(parse("age = 400 and ill = true").check(forest.schema.main))
    assert "no value that was learned meets the condition on 'age'" in str(raised.value)
    assert "given(age = 400 and ill)" in str(raised.value).replace(" = true", "")


def test_steering_says_how_probable_the_evidence_is(forest) -> None:
    asked = parse("ill = true and town = elm and age < 30").check(forest.schema.main)
    said = forest.condition(asked)[0].explain()
    plain = forest.sample(400_000, seed=2)
    share = float(asked.mask(plain.table, plain.schema.main).mean())
    assert said["chance of the evidence"] == pytest.approx(share, rel=0.2)
    assert 0 < said["effective rows of 100 candidates"] <= 100


def test_what_steering_says_is_said_of_the_condition(forest) -> None:
    said = given(forest, "ill = true and town = elm and age < 30").explain()
    assert 0 < said["chance of the evidence"] < 0.02


def test_conditions_add_up_to_one_whatever_their_order(forest) -> None:
    one = given(given(forest, "ill = true"), "town = elm and age > 60").sample(200, seed=1)
    both = given(forest, "ill = true and town = elm and age > 60").sample(200, seed=1)
    assert one.table.to_pydict() == both.table.to_pydict()


@pytest.mark.parametrize(
    "where", ["age between 30 and 40", "age > 30.5", "age != 44", "age not between 20 and 90"]
)
def test_the_share_of_each_code_is_that_of_its_values(forest, where) -> None:
    # 200,000 draws; six standard errors.
    codes = forest.columns_as_codes[1]
    asked = parse(where).check(forest.schema.main)
    held = evidence_of(asked, codes, forest.schema.main)
    every = np.arange(codes.size, dtype=np.uint16)
    drawn = np.repeat(every, 200_000 // codes.size)
    table = pa.table({"age": codes.decode(drawn, key=5)})
    hits = asked.mask(table, forest.schema.main)
    for code in every:
        mine = hits[drawn == code]
        error = 6 * np.sqrt(max(held.mass[code] * (1 - held.mass[code]), 1e-4) / len(mine))
        assert abs(mine.mean() - held.mass[code]) <= error, (code, held.mass[code])


@pytest.mark.parametrize("value", ["5076.2", "0.3", "-1.1"])
def test_a_decimal_is_met_where_steps_of_a_tenth_add_up_to_another_float(value) -> None:
    steps = np.repeat([50_762, 3, -11], 400)
    table = pa.table({"rate": steps / 10, "even": np.arange(1_200) % 2 == 0})
    schema = TableSchema((Column("rate", Kind.NUMBER), Column("even", Kind.BOOLEAN)))
    rows = Dataset({"rows": table}, Schema({"rows": schema}), Lineage("tests", Role.REAL))
    learn = plugins.learners.get("forest")
    made = given(
        learn(rows, target="even", seed=0, progress=silent, settings={}), f"rate = {value}"
    ).sample(50, seed=0)
    assert set(made.table["rate"].to_pylist()) == {float(value)}


def test_a_point_of_a_free_number_is_met_exactly(forest) -> None:
    asked = parse("score = 0.125 and ill = true").check(forest.schema.main)
    made = forest.condition(asked)[0].sample(300, seed=1)
    assert set(made.table["score"].to_pylist()) == {0.125}
    assert len(set(made.table["age"].to_pylist())) > 20


def test_columns_behind_the_evidence_are_drawn_as_ever(forest, monkeypatch) -> None:
    monkeypatch.setattr(forest_module, "COMMON", 2.0)
    asked = parse("age between 50 and 60").check(forest.schema.main)
    made = forest.condition(asked)[0].sample(20_000, seed=1)
    plain = forest.sample(200_000, seed=2)
    by_chance = plain.take(np.flatnonzero(asked.mask(plain.table, plain.schema.main)))
    for name in ("ill",):
        seen = np.mean(made.table[name].to_numpy(zero_copy_only=False))
        usual = np.mean(by_chance.table[name].to_numpy(zero_copy_only=False))
        assert abs(seen - usual) < 6 * np.sqrt(usual * (1 - usual) / 20_000) * 1.5


@pytest.mark.parametrize(
    ("where", "what"),
    [
        ("town = atlantis", "no value that was learned meets the condition on 'town'"),
        ("shore = river", "no value that was learned meets the condition on 'shore'"),
        (
            "town = ash and shore = sea",
            "each part of the condition can be met, and all of them together cannot",
        ),
        ("age = old", "'old' does not fit 'age'"),
        ("age between 60 and 40", "no row can meet this"),
    ],
)
def test_evidence_that_cannot_be_met_says_which_part(ashore, where, what) -> None:
    with pytest.raises(WorldwrightError) as raised:
        given(ashore, where).sample(1, seed=0)
    assert what in str(raised.value)
    assert "mend:" in str(raised.value)


@pytest.fixture(scope="module")
def ashore(real):
    """A forest of towns, each of which lies at the sea or at a lake."""
    town = real.table["town"].to_pylist()
    shore = pa.array(["sea" if t in ("birch", "elm") else "lake" for t in town])
    columns = {
        Column("town", Kind.CATEGORY): real.table["town"],
        Column("shore", Kind.CATEGORY): shore.dictionary_encode(),
        Column("age", Kind.INTEGER): real.table["age"],
    }
    return learned(rows_of(columns))
