"""Deviates against the slow version: how rare is it, by dealing or by adding up every case?"""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.stats import betabinom, hypergeom, norm

from worldwright import seeds
from worldwright.judge.effects import cell_roots
from worldwright.judge.normal import (
    beta_binomial,
    hypergeometric,
    of_exceedances,
    of_largest,
    of_rows_alone,
    of_size,
)


def test_a_two_sided_size_is_as_rare_as_its_deviate():
    sizes = np.array([0.5, 1.96, 3.0, 4.99, 5.01, 12.0, 35.0])
    assert norm.logsf(of_size(sizes)) == pytest.approx(np.log(2) + norm.logsf(sizes))


def test_the_largest_of_many_cells_is_a_standard_normal_deviate_whatever_their_number():
    # 4,000 deals of normal cells; the error of a share of 5 % is 0.35 points: 4 are 3e-5.
    for cells in (1, 7, 300):
        roots = np.abs(seeds.stream(5, "tests", cells).normal(size=(cells, 4_000)))
        deviates = of_largest(roots)
        assert abs((deviates > norm.isf(0.05)).mean() - 0.05) < 0.014
        assert abs(np.median(deviates)) < 0.08


def test_cells_that_spread_more_than_a_z_are_measured_by_their_own_spread():
    roots = np.abs(seeds.stream(6, "tests").normal(size=(5, 200)))
    assert of_largest(3 * roots) == pytest.approx(of_largest(roots), abs=0.6)


def test_a_louder_cell_never_gives_a_smaller_deviate():
    top = np.linspace(0, 40, 400)
    assert (np.diff(of_size(top)) >= 0).all()


def law_of_rows_alone(held: list[int], share: float) -> dict[int, float]:
    """Return P(so many rows are alone), each cell falling on one side or not."""
    law: dict[int, float] = {}
    for falls in product((0, 1), repeat=len(held)):
        chances = [share**k if on else 1 - share**k for k, on in zip(held, falls, strict=True)]
        rows = sum(k for k, on in zip(held, falls, strict=True) if on)
        law[rows] = law.get(rows, 0.0) + float(np.prod(chances))
    return law


def test_rows_alone_are_as_rare_as_all_ways_to_deal_their_cells_say():
    held = [3, 3, 4, 5, 5, 6, 8, 50, 80]
    law = law_of_rows_alone(held, 0.5)
    for rows in (6, 9, 12, 16):
        more = sum(chance for count, chance in law.items() if count >= rows)
        beyond = sum(chance for count, chance in law.items() if count > rows)
        counts = np.array([[float(rows)], [3.0]])  # no cell of them is large
        seen = of_rows_alone(counts, np.array(held), 0.5, unseen=0.05)[0]
        # A Poisson number of cells falls a little more often than each cell at most once.
        assert norm.isf(more) - 0.45 < seen < norm.isf(beyond / 2 + more / 2) + 0.05


def test_eight_rows_of_one_new_value_are_rarer_than_eight_new_rows_here_and_there():
    held = np.array([1] * 12 + [2] * 4 + [900])
    scattered, alike = of_rows_alone(np.array([[8.0, 8.0], [1.0, 8.0]]), held, 1 / 3, unseen=0.15)
    assert scattered < 2.5 < 4 < alike


def test_a_column_of_ever_new_values_has_new_ones_among_any_rows():
    usual = of_rows_alone(np.array([[500.0], [1.0]]), np.ones(1_000), 0.5, unseen=0.15)[0]
    assert abs(usual) < 0.1
    assert of_rows_alone(np.array([[600.0], [1.0]]), np.ones(1_000), 0.5, unseen=0.15)[0] > 5


def test_no_rows_alone_are_no_sign_of_anything():
    assert of_rows_alone(np.zeros((2, 1)), np.array([50, 60]), 0.5, unseen=0.15)[0] <= 0.5


def test_the_root_of_eight_rows_against_none_is_as_rare_as_a_fair_deal_says():
    left, right = np.array([[8.0], [1_992.0]]), np.array([[0.0], [2_000.0]])
    root = float(cell_roots(left, right)[0, 0])
    assert norm.sf(root) == pytest.approx(0.5**9, rel=0.8)


def exceedances(counts: list[float], out: int, everyone: int) -> np.ndarray:
    chance = seeds.stream(9, "tests")
    return of_exceedances(np.array(counts), (out, everyone), everyone // 2, chance)


def test_new_rows_beyond_a_quantile_of_the_real_ones_are_as_frequent_as_their_deviate_says():
    # 3,000 samples; the error of a share of 5 % is 0.4 points: 4 are 3e-5.
    chance = seeds.stream(8, "tests")
    seen = []
    for _ in range(3_000):
        real, made = chance.normal(size=400), chance.normal(size=200)
        edge = np.quantile(real, 1 - 5 / 400)
        beyond, out = float((made > edge).sum()), int((real > edge).sum())
        seen.append(exceedances([beyond, 2.0], out, 400)[0])
    assert 0.01 < (np.array(seen) > norm.isf(0.05)).mean() < 0.05 + 0.016


def test_splits_of_a_few_rows_fill_the_normal_law():
    # 4,000 deals of five rows; the error of a share of 5 % is 0.35 points: 4 are 3e-5.
    dealt = seeds.stream(8, "tests").hypergeometric(5, 395, 200, size=4_000)
    seen = exceedances([2.0, *dealt], 5, 400)[1:]
    for level in (0.05, 0.01):
        spread = 4 * np.sqrt(level / 4_000)
        assert abs((seen > norm.isf(level)).mean() - level) < spread


def test_no_row_beyond_where_many_should_be_is_told_as_well():
    assert exceedances([0.0, 20.0], 40, 4_000)[0] > 3.5
    assert exceedances([0.0, 0.0], 0, 4_000)[0] <= 0.7


def test_the_laws_of_exceedances_are_those_of_scipy():
    for rows, out, everyone in ((200, 5, 400), (50, 0, 90), (30, 40, 60), (1_000, 20, 3_000)):
        counts = np.arange(min(out, rows) + 1, dtype=float)
        made = float(counts[-1])
        seen = exceedances_of(made, counts, out, everyone, rows)
        assert seen == pytest.approx(
            [
                betabinom.sf(made, rows, out + 1, everyone - out)
                + betabinom.pmf(made, rows, out + 1, everyone - out) / 2,
                *hypergeom.pmf(counts, everyone, out, rows),
            ]
        )


def exceedances_of(
    made: float, counts: np.ndarray, out: int, everyone: int, rows: int
) -> list[float]:
    above = beta_binomial(rows, out + 1, everyone - out)
    at = int(made)
    split = hypergeometric(everyone, out, rows)
    return [above[at + 1 :].sum() + above[at] / 2, *split[counts.astype(int)]]
