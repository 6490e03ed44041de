"""A perfect generator is a fresh sample of the population. It must rarely be called different."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from worldwright import Dataset, judge, read, seeds
from worldwright.judge.null import step_down

PROJECT = Path(__file__).parents[2]


def alarms(samples: list[tuple[Dataset, Dataset, Dataset]]) -> int:
    """Count the samples with a fault."""
    return sum(
        bool(judge(made, real=real, holdout=holdout, seed=run).faults)
        for run, (made, real, holdout) in enumerate(samples)
    )


def test_fresh_real_samples_are_rarely_called_different(draw):
    """Null: P(fault) <= 0.05. P(more than 7 of 16) <= 7e-7."""
    samples = [[draw(500, 10 * run + part) for part in range(3)] for run in range(16)]
    assert alarms(samples) <= 7


@pytest.mark.slow
@pytest.mark.parametrize("rows", [200, 2_000])
def test_fresh_real_samples_are_rarely_called_different_at_other_sizes(draw, rows):
    """Null: P(fault) <= 0.05. P(more than 14 of 60) <= 4e-7."""
    samples = [[draw(rows, 1_000 + 10 * run + part) for part in range(3)] for run in range(60)]
    assert alarms(samples) <= 14


@pytest.mark.slow
@pytest.mark.parametrize(
    "file", ["examples/bank/bank_calls.csv.gz", "examples/intrusion/network_records.csv.gz"]
)
def test_slices_of_real_files_are_rarely_called_different(file):
    """Null: P(fault) <= 0.05. P(more than 11 of 40) <= 5e-7."""
    whole = read(PROJECT / file)
    samples = []
    for run in range(40):
        order = seeds.stream(run, "tests", "slices").permutation(whole.rows)
        samples.append([whole.take(order[600 * part : 600 * (part + 1)]) for part in range(3)])
    assert alarms(samples) <= 11


@for_all(tests=st.integers(1, 12), splits=st.integers(5, 60), seed=st.integers(0, 10**6))
def test_step_down_agrees_with_the_slow_obvious_version(tests, splits, seed):
    chance = seeds.stream(seed, "step down")
    observed, null = (
        chance.normal(size=tests).round(1),
        chance.normal(size=(tests, splits)).round(1),
    )
    order = sorted(range(tests), key=lambda i: -observed[i])
    expected, before = np.empty(tests), 0.0
    for place, test in enumerate(order):
        still_in = order[place:]
        beyond = sum(max(null[i, s] for i in still_in) >= observed[test] for s in range(splits))
        before = max(before, (1 + beyond) / (1 + splits))
        expected[test] = before
    ties = {v: max(expected[observed == v]) for v in observed}
    found = step_down(observed, null)
    assert [ties[v] for v in observed] == pytest.approx(
        [max(found[observed == v]) for v in observed]
    )
