"""Numbers as files have them: round ones, prices, zeros, limits, missing codes, long tails.

Null of each comparison: made rows are a fresh sample of the teachers' law, so a share differs from
the teachers' with a standard error of sqrt(2 p (1 - p) / n); 5.5 of them are one alarm in 10^7.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest

from worldwright import seeds
from worldwright.data.dataset import Dataset
from worldwright.data.schema import Column, Kind
from worldwright.learn.tabular import laws
from worldwright.learn.tabular.spikes import find_spikes

from .tables import learned, rows_of

ROWS = 12_000


def amounts(seed: int) -> Dataset:
    chance = seeds.stream(seed, "amounts")
    salary, how = np.exp(chance.normal(10.3, 0.5, ROWS)), chance.random(ROWS)
    salary = np.where(how < 0.35, salary.round(-3), np.where(how < 0.5, salary.round(-2), salary))
    price = chance.gamma(2, 10, ROWS)
    price = np.where(chance.random(ROWS) < 0.5, np.floor(price) + 0.99, price)
    spend = np.where(chance.random(ROWS) < 0.55, 0, np.exp(chance.normal(4, 1, ROWS)))
    code = np.where(chance.random(ROWS) < 0.3, -999, chance.normal(50, 10, ROWS).round())
    columns = {
        Column("salary", Kind.INTEGER): salary.round().astype(np.int64),
        Column("price", Kind.NUMBER): price.round(2),
        Column("spend", Kind.NUMBER): spend.round(2),
        Column("rate", Kind.NUMBER): chance.beta(0.5, 0.5, ROWS).round(3),
        Column("score", Kind.NUMBER): np.clip(chance.normal(70, 20, ROWS), 0, 100).round(1),
        Column("code", Kind.INTEGER): code.astype(np.int64),
        Column("tail", Kind.NUMBER): (10 * (1 + chance.pareto(1.8, ROWS))).round(2),
    }
    return rows_of({column: pa.array(x) for column, x in columns.items()})


@pytest.fixture(scope="module")
def real() -> Dataset:
    return amounts(1)


@pytest.fixture(scope="module")
def made(real: Dataset) -> pa.Table:
    return learned(real).sample(ROWS, seed=1).table


@pytest.mark.parametrize(
    ("name", "holds"),
    [
        ("salary", lambda x: x % 1_000 == 0),
        ("salary", lambda x: (x % 100 == 0) & (x % 1_000 != 0)),
        ("price", lambda x: np.rint(100 * x) % 100 == 99),
        ("spend", lambda x: x == 0),
        ("rate", lambda x: x < 0.01),
        ("score", lambda x: x == 100),
        ("code", lambda x: x == -999),
    ],
    ids=["thousands", "hundreds", "ends in 99", "zeros", "near the limit", "at the limit", "code"],
)
def test_what_many_rows_have_in_common_comes_as_often(
    real: Dataset, made: pa.Table, name: str, holds: Callable[[np.ndarray], np.ndarray]
) -> None:
    one, other = (holds(table[name].to_numpy()).mean() for table in (real.table, made))
    assert abs(one - other) < 5.5 * np.sqrt(2 * one * (1 - one) / ROWS) + 0.005


def test_limits_and_digits_are_kept(made: pa.Table) -> None:
    for name, low, high, digits in (("rate", 0, 1, 3), ("score", 0, 100, 1), ("price", 0, 1e3, 2)):
        x = made[name].to_numpy()
        assert low <= x.min() <= x.max() <= high
        assert np.array_equal(x.round(digits), x)
    code = made["code"].to_numpy()
    assert not ((code > -999) & (code < 0)).any()


@pytest.mark.parametrize("name", ["tail", "spend", "salary", "price"])
@pytest.mark.parametrize("share", [0.99, 0.999])
def test_tails_are_as_long_as_those_of_fresh_rows(real: Dataset, name: str, share: float) -> None:
    # Null: how many made rows lie beyond the quantile of fresh ones is binomial on both sides.
    fresh = np.concatenate([amounts(seed).table[name].to_numpy() for seed in range(2, 7)])
    made = learned(real).sample(ROWS, seed=2).table[name].to_numpy()
    beyond = (made > np.quantile(fresh, share)).mean()
    error = np.sqrt((1 - share) * share * (2 + 0.2) / ROWS)
    assert abs(beyond - (1 - share)) < 5.5 * error


def test_no_spike_is_a_value_of_few_rows_and_enough_rows_are_left_beside_them() -> None:
    weight = np.array([1, 2, 1, 30, 1, 9, 2, 1, 1, 2, 12, 1, 1, 1])
    assert np.flatnonzero(find_spikes(weight, 10)).tolist() == [3, 10]
    assert not find_spikes(np.array([1, 2, 40, 1]), 10).any()
    assert not find_spikes(np.full(50, 20), 10).any()


def test_a_bin_of_very_many_pieces_keeps_them() -> None:
    numbers = seeds.stream(3, "pieces").integers(10_000, 1_000_000, 40_000).astype(float)
    law = laws.learn_law(Column("weight", Kind.INTEGER), numbers, rare=10, bins=1)
    assert law.spans[0, 1] == len(law.pieces)
    assert len(law.pieces) > 1_000


def test_heaps_tell_no_value_that_few_rows_hold() -> None:
    # Six rows lie on each of 250 of the 500 hundreds. All hundreds of a bin stand in what is saved,
    # if ten rows lie on them together: a third of those that stand there no row holds.
    chance = seeds.stream(9, "heaps")
    own = chance.permutation(np.arange(100, 600))[:250] * 100
    others = chance.integers(10_000, 60_000, 12_000)
    x = np.concatenate([np.repeat(own, 6), others[others % 100 != 0]])
    forest = learned(rows_of({Column("x", Kind.INTEGER): pa.array(x)}), trees=1)
    pieces = forest.columns_as_codes[0].law.pieces
    points = np.unique(pieces[pieces[:, 0] == pieces[:, 2], 1])
    inside = points[(points >= 10_000) & (points < 60_000)]
    assert len(inside) > 300
    assert np.isin(inside, own).mean() < 0.75
    assert not (inside % 100).any()


def test_one_bin_of_many_groups_keeps_them_all_beside_its_spikes() -> None:
    # Two thousand groups in one bin, each a small part of it: none may be rounded away.
    numbers = np.round(seeds.stream(11, "groups").lognormal(12, 0.5, size=40_000))
    numbers[:60] = 150_000.0
    law = laws.learn_law(Column("x", Kind.INTEGER), numbers, rare=10, bins=1)
    assert len(np.unique(law.pieces[:, 0])) >= 1_000
