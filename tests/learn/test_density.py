"""The forest's density is exact and normalised, and its draws come as often as it says."""

from __future__ import annotations

from itertools import product

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import chisquare

import worldwright as ww
from worldwright import seeds
from worldwright.data.schema import Column, Kind
from worldwright.errors import DensityError
from worldwright.testing import densities
from worldwright.testing.chances import FALSE_ALARM

from .tables import learned, rows_of, words

DRAWS = 200_000


def discrete(n: int = 3_000):
    """A city that decides its country, a number of few values that is missing with the city."""
    chance = seeds.stream(1, "density")
    city = chance.integers(5, size=n)
    country = np.where(city < 3, 0, 1)
    many = (city + chance.integers(2, size=n)) % 4
    gone = chance.random(n) < np.where(city == 1, 0.5, 0.05)
    flag = chance.random(n) < np.where(gone, 0.8, 0.3)
    return rows_of(
        {
            Column("city", Kind.CATEGORY): words(city),
            Column("country", Kind.CATEGORY): words(country, "c"),
            Column("many", Kind.INTEGER): pa.array(many, mask=gone),
            Column("flag", Kind.BOOLEAN): pa.array(flag),
        }
    )


def every_row(real) -> pa.Table:
    """Each combination of the values that a table has, nulls too."""
    values = [real.table[name].unique().to_pylist() for name in real.columns]
    columns = zip(*product(*values), strict=True)
    return pa.table(dict(zip(real.columns, map(list, columns), strict=True)))


@pytest.mark.parametrize("shrink", [0.0, 1.0])
def test_the_chances_of_all_rows_sum_to_one_and_draws_follow_them(shrink: float) -> None:
    # Null: draws follow the chances; chi-square over rows that expect 10 draws, false alarm 1e-4.
    real = discrete()
    world = ww.fit(real, target="flag", seed=0, settings={"shrink": shrink, "leaf": 20})
    cells = every_row(real)
    chances = np.exp(world.log_prob(ww.read(cells.to_pandas())))
    assert chances.sum() == pytest.approx(1, abs=1e-6)
    made = world.sample(DRAWS, seed=5).table
    seen = made.group_by(real.columns).aggregate([([], "count_all")]).to_pylist()
    counts = {tuple(row[name] for name in real.columns): row["count_all"] for row in seen}
    found = np.array([counts.get(tuple(row.values()), 0) for row in cells.to_pylist()])
    assert found.sum() == DRAWS
    assert not found[chances == 0].any()
    large = chances * DRAWS >= 10
    expected = np.append(chances[large], chances[~large].sum()) * DRAWS
    assert (
        chisquare(
            np.append(found[large], found[~large].sum()), expected * DRAWS / expected.sum()
        ).pvalue
        > FALSE_ALARM
    )


@pytest.mark.parametrize("digits", [0, 1])
def test_numbers_of_a_grid_have_chances_that_sum_to_one(digits: int) -> None:
    # Atoms among bins, a heap at tens, nulls: every number between the ends, and null.
    chance = seeds.stream(2, "grid")
    numbers = np.round(chance.gamma(2.0, 30.0, size=6_000), digits)
    numbers[chance.random(6_000) < 0.2] = 12.0
    tens = chance.random(6_000) < 0.2
    numbers[tens] = np.round(numbers[tens], -1)
    kind = Kind.INTEGER if digits == 0 else Kind.NUMBER
    cells = pa.array(numbers, mask=chance.random(6_000) < 0.1)
    if digits == 0:
        cells = cells.cast(pa.int64())
    world = ww.fit(rows_of({Column("x", kind, digits=digits or None): cells}), target=None, seed=0)
    whole = np.round(np.arange(-50, 2_000, 10.0**-digits), digits)
    grid = pa.array([*whole.tolist(), None], pa.float64())
    grid = grid.cast(pa.int64()) if digits == 0 else grid
    schema_rows = rows_of({Column("x", kind, digits=digits or None): grid})
    chances = np.exp(world.log_prob(schema_rows))
    assert chances.sum() == pytest.approx(1, abs=1e-6)
    made = world.sample(DRAWS, seed=3).table["x"]
    known = made.drop_null().to_numpy(zero_copy_only=False)
    at = np.rint((known + 50) * 10**digits).astype(int)
    found = np.append(np.bincount(at, minlength=len(whole)), made.null_count)
    assert not found[chances == 0].any()
    large = chances * DRAWS >= 10
    expected = np.append(chances[large], chances[~large].sum()) * DRAWS
    seen = np.append(found[large], found[~large].sum())
    assert chisquare(seen, expected * DRAWS / expected.sum()).pvalue > FALSE_ALARM


def test_a_free_number_with_a_heavy_value_has_a_density_that_integrates_to_one() -> None:
    chance = seeds.stream(3, "free")
    numbers = chance.normal(size=4_000)
    numbers[:900] = 0.25
    densities.integrates_to_one(
        learned(rows_of({Column("x", Kind.NUMBER): pa.array(numbers)})), "x"
    )


def mixed(n: int = 3_000):
    """Words, numbers with and without a grid, nulls, a copy and a sum."""
    chance = seeds.stream(4, "mixed")
    word = chance.integers(4, size=n)
    age = 20 + 5 * word + chance.poisson(4, size=n)
    pay = np.round(chance.lognormal(3, 1, size=n), 2)
    free = chance.normal(size=n) + word
    other = chance.integers(50, size=n)
    return rows_of(
        {
            Column("word", Kind.CATEGORY): words(word, gone=chance.random(n) < 0.1),
            Column("age", Kind.INTEGER): pa.array(age),
            Column("pay", Kind.NUMBER, digits=2): pa.array(pay, mask=chance.random(n) < 0.2),
            Column("free", Kind.NUMBER): pa.array(free),
            Column("other", Kind.INTEGER): pa.array(other),
            Column("total", Kind.INTEGER): pa.array(age + other),
        }
    )


def test_a_mixed_table_keeps_the_contract_of_densities() -> None:
    forest = learned(mixed(), trees=8)
    densities.tells_what_can_be(forest)
    densities.agrees_with_its_rows(forest)
    made = forest.sample(500, seed=1)
    assert np.isfinite(forest.log_prob(made)).all()


def test_what_is_never_drawn_has_no_chance() -> None:
    world = ww.fit(mixed(), target=None, seed=0)
    one = world.sample(1, seed=2).to_pandas()

    def log_of(**cells) -> float:
        return float(world.log_prob(ww.read(one.assign(**cells)))[0])

    assert np.isfinite(log_of())
    assert np.isneginf(log_of(word="quetzal"))
    assert np.isneginf(log_of(total=one["total"] + 1)), "a sum that is wrong"
    assert np.isneginf(log_of(age=1_000))
    assert np.isneginf(log_of(pay=12.345))
    assert np.isneginf(log_of(age=None)), "age was never missing"


def test_columns_that_come_about_in_several_ways_are_named() -> None:
    chance = seeds.stream(5, "kept")
    low = chance.integers(1, 500, size=2_000)
    high = low + chance.integers(300, size=2_000)
    forest = learned(
        rows_of(
            {
                Column("low", Kind.INTEGER): pa.array(low),
                Column("high", Kind.INTEGER): pa.array(high),
            }
        )
    )
    assert forest.recast.rules, "an order is found"
    with pytest.raises(DensityError) as raised:
        forest.log_prob(forest.sample(3, seed=0))
    assert "was learned in 'high'" in str(raised.value)
    assert "mend:  leave these columns out" in str(raised.value)


def test_outlierness_and_conditions_follow_the_density() -> None:
    world = ww.fit(mixed(), target="word", seed=0)
    made = world.sample(4_000, seed=9)
    # Of own rows a share q has 1 - q or more: 5 standard deviations of 4,000 and 10,000 draws.
    assert (world.outlierness(made) >= 0.9).mean() == pytest.approx(0.1, abs=0.03)
    under = world.given("word = w1")
    logs = under.log_prob(made)
    is_met = np.array([word == "w1" for word in made.table["word"].to_pylist()])
    assert np.isneginf(logs[~is_met]).all()
    share = float(np.exp(world.log_prob(made)[is_met] - logs[is_met]).mean())
    assert share == pytest.approx(is_met.mean(), abs=0.04)
