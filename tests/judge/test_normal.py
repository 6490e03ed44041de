"""Deviates against the slow version: how rare is it, by dealing or by adding up every case?"""

from __future__ import annotations

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
