"""The judge's statistics agree with their slow, obvious versions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import rankdata, spearmanr

from worldwright import Column, Kind, judge, seeds
from worldwright.judge.case import Case
from worldwright.judge.contrasts import contrast, joined
from worldwright.judge.digits import digits
from worldwright.judge.interplay import keeps, moves_together
from worldwright.judge.null import Splits, leave_one_out, step_down, studentised
from worldwright.judge.scores import half, level, spread
from worldwright.judge.stack import Values
from worldwright.judge.values import held

MADE, REAL, SPLITS = 30, 20, 6


def numbers(values, kind=Kind.NUMBER):
    return Values(Column("x", kind), np.asarray(values, dtype=float), None)


@pytest.fixture
def splits():
    """Rows 0-29 are made, 30-49 the reference, 30-79 the pool."""
    chance = seeds.stream(1, "tests", "splits")
    dealt = np.zeros((MADE + REAL, SPLITS), dtype=np.uint16)
    for split in range(SPLITS):
        dealt[chance.permutation(MADE + REAL)[:MADE], split] = 1
    pool = np.arange(MADE, MADE + MADE + REAL)
    return Splits(np.arange(MADE), np.arange(MADE, MADE + REAL), pool, dealt)


def sides(splits, values):
    """Yield (left, right) values: observed first, then of each split."""
    yield values[splits.made], values[splits.reference]
    for split in range(SPLITS):
        plays = splits.dealt[:, split] == 1
        yield values[splits.pool[plays]], values[splits.pool[~plays]]


def test_contrasts_are_differences_of_means(splits):
    scores = seeds.stream(2, "tests").normal(size=(80, 3)).astype(np.float32)
    compared = contrast(splits, scores)
    expected = [left.mean(axis=0) - right.mean(axis=0) for left, right in sides(splits, scores)]
    assert compared.seen == pytest.approx(np.array(expected).T, abs=1e-5)
    assert compared.made - compared.real == pytest.approx(compared.seen[:, 0])
    assert joined([compared, compared]).seen.shape == (6, 1 + SPLITS)


def test_the_error_of_a_contrast_never_trusts_a_side_of_one_row_alone(splits):
    scores = np.arange(80.0, dtype=np.float32)[:, None]
    alone = Splits(splits.made, splits.reference[:1], splits.pool, splits.dealt)
    assert contrast(alone, scores).error[0] >= scores[splits.pool].std()


def test_level_is_the_midrank_and_spread_its_second_polynomial():
    values = np.array([3.0, 1.0, 2.0, 2.0, np.nan, 9.0])
    scores = level(numbers(values), slice(0, 4))
    ranks = (rankdata(values[:4]) - 0.5) / 4 * 2 - 1
    assert scores[:4] == pytest.approx(ranks)
    assert (scores[4], scores[5]) == (0, 1)
    assert spread(scores, np.isnan(values))[4] == 0
    assert spread(scores, np.isnan(values))[5] == 1


def test_half_cuts_categories_where_the_score_says():
    words = Values(Column("x", Kind.CATEGORY), np.array([0, 0, 1, 1, 2, 2, 3, 3.0]), tuple("abcd"))
    towards = np.array([1, 1, -1, -1, 1, 1, -1, -1.0])
    scores = half(words, slice(0, 8), towards)
    assert (np.sign(scores) == towards).all()
    assert scores.mean() == pytest.approx(0)


def test_exact_values_are_counted_on_both_sides(splits):
    chance = seeds.stream(3, "tests")
    values = chance.integers(0, 40, 80).astype(float)
    values[[2, 33]] = np.nan
    counted = held(numbers(values), splits, seeds.stream(1, "tests"))
    for at, (left, right) in enumerate(sides(splits, values)):
        left, right = (np.nan_to_num(side, nan=-1) for side in (left, right))
        known = right if at else np.nan_to_num(values[splits.pool], nan=-1)
        assert counted.unseen[0, at] == (~np.isin(left, known)).sum()
        assert counted.lost[0, at] == (~np.isin(right, left)).sum()
        for place, atom in enumerate(np.nan_to_num(counted.atoms, nan=-1)):
            assert counted.made[place, at] == (left == atom).sum()
            assert counted.real[place, at] == (right == atom).sum()
    first = [side[:REAL] for side in next(iter(sides(splits, values)))]
    distinct = [len(np.unique(side)) for side in first]
    assert counted.distinct[:, 0].tolist() == distinct


def test_rank_correlation_is_spearmans():
    chance = seeds.stream(4, "tests")
    a, b = chance.integers(0, 4, 400), chance.integers(0, 5, 400)
    b[:200] = a[:200]
    tables = [
        np.bincount(a[at] * 5 + b[at], minlength=20) for at in (slice(0, 200), slice(200, 400))
    ]
    left, right = (np.column_stack([table] * 3) for table in tables)
    together = moves_together(left, right, (4, 5))
    both = spearmanr(a, b).statistic
    assert (together.made + together.real) / 2 == pytest.approx(both, abs=0.01)
    assert together.made > together.real


def test_kept_dependence_is_nothing_where_columns_are_independent():
    taught = np.outer([30, 70], [50, 50]) / 100 + np.array([[10.0, -10.0], [-10.0, 10.0]])
    alike = np.column_stack([taught.ravel()] * 4)
    apart = np.column_stack([np.outer([30, 70], [50, 50]).ravel()] * 4)
    kept = keeps(apart, alike, taught)
    assert kept.made == pytest.approx(0, abs=1e-9)
    assert kept.real > 0.02


@pytest.mark.parametrize(
    ("value", "grain", "last"),
    [
        (12.34, "ending in a digit other than 0 and 5", "with last digit 4"),
        (12.35, "ending in 5", "with last digit 5"),
        (12.3, "ending in one zero", "with last digit 0"),
        (12.0, "ending in two zeros", "with last digit 0"),
        (120.0, "ending in three or more zeros", "with last digit 0"),
        (12.3456, "with more decimals than real values have", "without one"),
    ],
)
def test_digits_tell_how_a_number_is_written(value, grain, last):
    real = (seeds.stream(5, "tests").integers(0, 10_000, 500) / 100).tolist()
    grains, lasts = digits(numbers([*real, value]), slice(0, 500))
    assert grains.labels[grains.codes[-1]] == grain
    assert lasts.labels[lasts.codes[-1]] == last


def test_numbers_of_endless_precision_have_no_digits():
    assert not digits(numbers(seeds.stream(6, "tests").normal(size=200)), slice(0, 200))


def test_the_null_is_shared_by_all_questions(draw):
    case = Case(draw(200, 1), draw(200, 2), draw(200, 3))
    assert case.null is case.null
    assert judge(draw(200, 1), real=draw(200, 2), holdout=draw(200, 3)) == judge(
        draw(200, 1), real=draw(200, 2), holdout=draw(200, 3)
    )


def test_each_entry_is_held_against_all_others():
    table = seeds.stream(8, "tests").normal(1e6, 3, size=(4, 9))
    mean, sd = leave_one_out(table)
    for row in range(4):
        for at in range(9):
            others = np.delete(table[row], at)
            assert mean[row, at] == pytest.approx(others.mean())
            assert sd[row, at] == pytest.approx(others.std())


@pytest.mark.slow
def test_the_largest_of_many_studentised_tests_keeps_its_level():
    """Null: P(p <= a) <= a. With 400 samples, P(more than 2.5 a + 12 hits) < 1e-4 at each a."""
    lowest = []
    for seed in range(400):
        raw = seeds.stream(seed, "tests", "largest").normal(size=(3_000, 100))
        seen = studentised(raw, least_mean=-np.inf, least_sd=0.0)
        lowest.append(step_down(seen[:, 0], seen[:, 1:]).min())
    for bar, most in ((0.01, 14), (0.05, 36), (0.10, 60)):
        assert sum(p <= bar + 1e-9 for p in lowest) <= most, bar
