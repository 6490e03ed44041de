"""Rows alone in their cells, against the slow version: by dealing, or by adding up every case."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.stats import kstest, norm

from worldwright import seeds
from worldwright.judge.alone import Law, dealt, foreseen
from worldwright.judge.values import novel


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
        seen = foreseen(np.array(held), 0.5, unseen=0.05).deviates(counts)[0]
        # A Poisson number of cells falls a little more often than each cell at most once.
        assert norm.isf(more) - 0.45 < seen < norm.isf(beyond / 2 + more / 2) + 0.05


def test_eight_rows_of_one_new_value_are_rarer_than_eight_new_rows_here_and_there():
    held = np.array([1] * 12 + [2] * 4 + [900])
    scattered, alike = foreseen(held, 1 / 3, unseen=0.15).deviates(
        np.array([[8.0, 8.0], [1.0, 8.0]])
    )
    assert scattered < 2.5 < 4 < alike


def test_a_column_of_ever_new_values_has_new_ones_among_any_rows():
    law = foreseen(np.ones(1_000), 0.5, unseen=0.15)
    usual, many = law.deviates(np.array([[500.0, 600.0], [1.0, 1.0]]))
    assert abs(usual) < 0.1
    assert many > 5


def test_no_rows_alone_are_no_sign_of_anything():
    assert foreseen(np.array([50, 60]), 0.5, unseen=0.15).deviates(np.zeros((2, 1)))[0] <= 0.5


def deals(held: list[int], counted: int, times: int) -> np.ndarray:
    """Deal the rows of all cells out; return (2, times) rows alone, all and the fullest cell's."""
    chance = seeds.stream(4, "tests")
    cell = np.repeat(np.arange(len(held)), held)
    alone = np.empty((2, times))
    for at in range(times):
        mine = np.bincount(cell[chance.permutation(len(cell))[:counted]], minlength=len(held))
        rows = np.where(mine == held, mine, 0)
        alone[:, at] = rows.sum(), rows.max()
    return alone


HELD = {
    "few": [1] * 12 + [2] * 9 + [3] * 4 + [90, 160],
    "ever new": [1] * 300,
    "nearly all new": [1] * 240 + [2] * 30,
    "none": [60, 240],
}


@pytest.mark.parametrize("kind", HELD)
def test_splits_fill_the_law_of_new_rows_however_little_they_differ(kind):
    # 2,000 deals; the error of a share of 5 % is 0.49 points: 4 are 3e-5.
    held = HELD[kind]
    counted, chance = sum(held) // 2, seeds.stream(7, "tests")
    alone = deals(held, counted, 2_000)
    rarity = dealt(np.array(held), counted).rows.rarity(alone[0], chance.random(2_000))
    assert kstest(rarity, "uniform").pvalue > 1e-4
    for level in (0.05, 0.01):
        assert abs((rarity <= level).mean() - level) < 4 * np.sqrt(level / 2_000)


def test_a_split_is_told_as_the_count_of_new_rows_that_is_as_rare():
    law = foreseen(np.array([1] * 30 + [2] * 10), 0.5, unseen=0.15, growth=1.5)
    alone = np.array([[float(rows) for rows in range(40)], [1.0] * 40])
    same = law.told_of(alone, Law(law.rows, law.fullest), seeds.stream(3, "tests"))
    assert same == pytest.approx(law.deviates(alone))


def test_new_rows_of_a_column_of_ever_new_values_are_no_rarer_than_those_of_splits():
    """Null: at 200 rows a split of ever new values never varies, and fresh rows do."""
    chance = seeds.stream(12, "tests")
    beyond = []
    for run in range(300):
        values = chance.integers(0, 6_000, size=600)
        cells = np.unique(values, return_inverse=True)[1]
        made, reference, pool = cells[:200], cells[200:400], cells[200:]
        sides = []
        for _ in range(60):
            order = chance.permutation(400)
            sides.append((pool[order[:200]], pool[order[200:]]))
        pairs = [(made, reference), *sides]
        left, right = (
            np.column_stack([np.bincount(pair[side], minlength=cells.max() + 1) for pair in pairs])
            for side in (0, 1)
        )
        seen = novel(left, right, seeds.stream(run, "tests", "ties"))[1]
        beyond.append((seen >= seen[0]).mean())
    # A share of 5 % of 300 has an error of 1.3 points: 4 are 3e-5.
    assert (np.array(beyond) <= 0.05).mean() <= 0.05 + 4 * 0.0126
