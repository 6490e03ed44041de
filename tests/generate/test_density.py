"""log_prob is exact and normalised, also under conditions; outlierness ranks rows by it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from small_shop import shop_rows

import worldwright as ww
from worldwright import seeds
from worldwright.data.dataset import Dataset
from worldwright.data.lineage import Lineage
from worldwright.data.schema import Column, Kind, Schema, TableSchema
from worldwright.errors import DensityError, WishError
from worldwright.generate.world import World
from worldwright.learn import fit

DISCRETE = ("region", "items", "big")


@pytest.fixture(scope="module")
def discrete() -> World:
    return fit(shop_rows().select(DISCRETE), learner="marginals")


def cells_of(world: World) -> tuple[Dataset, np.ndarray]:
    """Return every row that a discrete World can make, with the law it claims."""
    table, chances = world.part.law(world.columns)
    return Dataset({"shop": table}, world.schema, Lineage("tests")), chances


def one_column(values: pa.Array, column: Column) -> Dataset:
    schema = Schema({"t": TableSchema((column,))})
    return Dataset({"t": pa.table({column.name: values})}, schema, Lineage("tests"))


def test_log_prob_is_the_law_and_sums_to_one(discrete: World) -> None:
    cells, chances = cells_of(discrete)
    logs = discrete.log_prob(cells)
    assert logs == pytest.approx(np.log(chances))
    assert np.exp(logs).sum() == pytest.approx(1)


def test_a_condition_takes_mass_away_and_the_rest_sums_to_one(discrete: World) -> None:
    cells, chances = cells_of(discrete)
    where = "region = north and (items > 6 or big = true)"
    logs = discrete.given(where).log_prob(cells)
    held = (
        ww.World(cells, cells.schema).given(where).part.where.mask(cells.table, cells.schema.main)
    )
    assert np.exp(logs).sum() == pytest.approx(1)
    assert np.isneginf(logs[~held]).all()
    assert np.exp(logs[held]) == pytest.approx(chances[held] / chances[held].sum())
    constrained = discrete.constrain("region = north").given("items > 6 or big = true")
    assert constrained.log_prob(cells) == pytest.approx(logs)


def test_numbers_on_a_grid_have_masses_that_sum_to_one() -> None:
    chance = seeds.stream(1, "grid")
    paid = np.where(chance.random(3_000) < 0.2, 9.99, chance.gamma(2.0, 5.0, 3_000).round(2))
    column = Column("paid", Kind.NUMBER, digits=2)
    real = one_column(pa.array(paid, mask=chance.random(3_000) < 0.1), column)
    world = fit(real, learner="marginals")
    grid = [None, *np.round(np.arange(-100, 10_000) / 100, 2)]
    masses = np.exp(world.log_prob(one_column(pa.array(grid, pa.float64()), column)))
    assert masses.sum() == pytest.approx(1)
    assert masses[0] == pytest.approx(real.table["paid"].null_count / 3_000)
    assert masses[1 + 100 + 999] > 0.15, "the heavy value has its own mass, and its bin's"
    between = one_column(pa.array([9.995, 5.001]), column)
    assert np.isneginf(world.log_prob(between)).all()


@pytest.mark.parametrize("kind", [Kind.INTEGER, Kind.DATETIME, Kind.DURATION])
def test_whole_numbers_and_times_have_masses_that_sum_to_one(kind: Kind) -> None:
    values = seeds.stream(2, "whole").integers(0, 3_000, 2_000)
    column = Column("n", kind)
    typed = column.arrow_type(pa.null())
    world = fit(one_column(pa.array(values).cast(typed), column), learner="marginals")
    every = one_column(pa.array(np.arange(-10, 3_100)).cast(typed), column)
    masses = np.exp(world.log_prob(every))
    assert masses.sum() == pytest.approx(1)
    assert masses[0] == 0


def test_free_numbers_have_a_density_beside_their_heavy_values() -> None:
    chance = seeds.stream(3, "free")
    values = np.where(chance.random(4_000) < 0.25, 0.0, chance.normal(3.0, 1.0, 4_000))
    column = Column("x", Kind.NUMBER)
    world = fit(one_column(pa.array(values), column), learner="marginals")
    step = 1e-3
    midpoints = np.arange(-2, 8, step) + step / 3
    density = np.exp(world.log_prob(one_column(pa.array(midpoints), column)))
    alone = np.exp(world.log_prob(one_column(pa.array([0.0]), column)))[0]
    assert alone == pytest.approx((values == 0).mean())
    assert density.sum() * step + alone == pytest.approx(1, abs=2e-3)


def test_ids_and_texts_take_no_part_and_may_be_absent() -> None:
    from worldwright.data.lineage import Role
    from worldwright.testing.people import people

    real = people(400, 1, role=Role.REAL)
    world = fit(real, target="owner", learner="marginals")
    made = world.sample(50, seed=1)
    alone = made.select([name for name in made.columns if name not in ("number", "remark")])
    assert np.array_equal(world.log_prob(made), world.log_prob(alone))
    assert np.isfinite(world.log_prob(made)).all()


def test_rows_of_other_types_and_with_more_columns_are_read(discrete: World) -> None:
    table = discrete.sample(30, seed=1).table
    as_text = table.set_column(0, "region", table["region"].cast(pa.string()))
    as_float = as_text.set_column(1, "items", table["items"].cast(pa.float64()))
    wider = ww.read(as_float.append_column("more", pa.array(np.arange(30))))
    assert np.array_equal(discrete.log_prob(wider), discrete.log_prob(discrete.sample(30, seed=1)))


def test_rows_that_cannot_be_asked_of_are_refused_with_every_fault(discrete: World) -> None:
    table = pa.table({"regoin": ["north"], "items": [2.5]})
    with pytest.raises(DensityError) as caught:
        discrete.log_prob(ww.read(table))
    assert str(caught.value) == (
        "the rows have no column 'region'\n"
        "  where: log_prob(rows)\n"
        "  mend:  did you mean 'regoin'? choose from: items, regoin\n"
        "the values of 'items' are no integer of this World\n"
        "  where: log_prob(rows)\n"
        "  mend:  hand over values that can be read as int64\n"
        "the rows have no column 'big'\n"
        "  where: log_prob(rows)\n"
        "  mend:  choose from: items, regoin"
    )


def test_a_part_without_a_density_says_so(tied: World) -> None:
    rows = tied.sample(3, seed=1)
    for ask in (tied.log_prob, tied.outlierness, tied.given("items > 2").log_prob):
        with pytest.raises(DensityError) as caught:
            ask(rows)
        assert str(caught.value) == (
            "how probable a row is, is not known: the part gives no density\n"
            "  where: log_prob of a Dataset\n"
            "  mend:  use a learner that knows its density, or compare made rows with `ww.judge`"
        )


def test_a_condition_of_unknown_chance_leaves_the_rank_alone(world: World) -> None:
    rows = world.sample(200, seed=2)
    under = world.constrain("paid > 4")
    with pytest.raises(DensityError) as caught:
        under.log_prob(rows)
    assert str(caught.value) == (
        "how often the condition holds is not known exactly, so neither is a probability\n"
        "  where: log_prob under 'paid > 4'\n"
        "  mend:  ask the World without the condition, or for `outlierness`, which needs no chance"
    )
    fails = ~np.array([paid is not None and paid > 4 for paid in rows.table["paid"].to_pylist()])
    assert (under.outlierness(rows)[fails] == 1).all()
    assert (under.outlierness(rows)[~fails] < 1).all()


def test_outlierness_is_the_share_of_own_draws_that_are_more_probable(discrete: World) -> None:
    cells, chances = cells_of(discrete)
    exact = np.array([chances[chances > p * (1 + 1e-9)].sum() for p in chances])
    # 10,000 draws: a share is off by more than 0.03 (6 sd) in fewer than 1 of 10^8 tables.
    assert discrete.outlierness(cells) == pytest.approx(exact, abs=0.03)
    assert discrete.outlierness(cells)[chances.argmax()] == 0
    never = cells.take(np.zeros(1, int)).table.set_column(1, "items", pa.array([77]))
    assert discrete.outlierness(replace(cells, tables={"shop": never})) == [1.0]


def test_where_all_rows_are_alike_none_is_an_outlier() -> None:
    table = pa.table({"a": pa.array(["x", "y", "z", "w"] * 50).dictionary_encode()})
    world = fit(ww.read(table), learner="marginals")
    assert (world.outlierness(ww.read(table)) == 0).all()


def test_outlierness_survives_saving_to_the_last_bit(world: World, tmp_path) -> None:
    rows = world.sample(100, seed=3)
    back = ww.load(world.save(tmp_path / "world"))
    assert np.array_equal(back.outlierness(rows), world.outlierness(rows))
    assert np.array_equal(back.log_prob(rows), world.log_prob(rows))


def test_own_rows_are_outliers_as_often_as_their_rank_says(world: World) -> None:
    ranks = world.outlierness(world.sample(20_000, seed=5))
    # Own draws and rows are both counted: sd of a share below 0.0062; 6 sd, false alarm < 1e-8.
    for share in (0.05, 0.2, 0.5):
        assert (ranks > 1 - share).mean() < share + 0.038


def test_no_rows_have_no_probabilities(discrete: World) -> None:
    none = discrete.sample(1, seed=1).take(np.arange(0))
    assert discrete.log_prob(none).shape == discrete.outlierness(none).shape == (0,)


def test_improbable_rows_are_the_tail_of_the_worlds_own_law(discrete: World) -> None:
    made = discrete.sample(400, seed=3, improbable=0.1)
    everything = np.sort(discrete.log_prob(discrete.sample(20_000, seed=4)))
    # The end of the tail is estimated from 10,000 draws: 6 standard errors of 0.1 are 0.018.
    at = np.searchsorted(everything, discrete.log_prob(made) - 1e-9) / len(everything)
    assert at.max() <= 0.1 + 0.018
    assert made.rows == 400
    again = discrete.sample(150, seed=3, improbable=0.1)
    assert again.table.equals(made.table.slice(0, 150)), "row i does not depend on how many"


def test_improbable_rows_under_a_condition_meet_it(discrete: World) -> None:
    name = discrete.columns[0]
    value = discrete.sample(1, seed=0).table[name][0].as_py()
    made = discrete.sample(ww.Wish(rows=60, where=f"{name} = '{value}'", improbable=0.2), seed=1)
    assert set(made.table[name].to_pylist()) == {value}


@pytest.mark.parametrize("share", [0, 1, -0.1, "low", True, float("nan")])
def test_an_improbable_share_that_is_none_is_refused(discrete: World, share: object) -> None:
    with pytest.raises(WishError) as raised:
        discrete.sample(10, seed=0, improbable=share)
    assert f"the improbable share is {share!r}" in str(raised.value)
    assert "mend:  give a share between 0 and 1" in str(raised.value)


def test_improbable_rows_need_a_density_and_no_other_shape(tied: World, discrete: World) -> None:
    with pytest.raises(WishError, match="improbable rows need a density"):
        tied.sample(10, seed=0, improbable=0.1)
    column = discrete.columns[0]
    with pytest.raises(WishError, match="improbable rows cannot be shaped as well"):
        ww.Wish(rows=10, share={column: {"a": 0.5}}, improbable=0.1)
