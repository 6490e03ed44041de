"""Every p of the judge is valid on fresh rows: P(p <= a) <= a, at each size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from worldwright import Dataset, plugins, read, seeds
from worldwright.data.report import Answer
from worldwright.judge.case import FAMILY, Case
from worldwright.judge.family import Outcome, Tests, settle
from worldwright.judge.run import level_of

PROJECT = Path(__file__).parents[2]
LEVELS, FALSE_FAILURE = (0.01, 0.05, 0.10), 1e-6
LEFT_OUT = ("worth", "assumptions")  # neither finds faults; worth trains for minutes


def least_p(sides: tuple[Dataset, ...], target: str, seed: int) -> dict[str, float]:
    """Return the least family-wise p of all places of all questions, and each p of its own."""
    asked = {name: plugins.metrics.get(name) for name in plugins.metrics.names()}
    known = {key: bar for part in asked.values() for key, bar in part.tolerance.items()}
    made, real, holdout = sides
    case = Case(
        made, real, holdout, target=target, seed=seed, tolerance=known, level=level_of(asked)
    )
    told = {name: part(case) for name, part in asked.items() if name not in LEFT_OUT}
    family = [tests for tests in told.values() if isinstance(tests, Tests)]
    seen: list[float] = []

    def look(outcome: Outcome) -> Answer:
        seen.extend(outcome.p)
        return Answer()

    settle([replace(tests, conclude=look) for tests in family], FAMILY)
    least = {"family": min(seen)}
    for name, answer in told.items():
        if isinstance(answer, Answer):
            least[name] = min(f.p for f in answer.findings if f.p is not None)
    return least


def untouched(draw, kind: str, rows: int, runs: int) -> Iterator[tuple[Dataset, ...]]:
    """Yield three disjoint sets of rows of one population, `runs` times."""
    whole = read(PROJECT / "examples/bank/bank_calls.csv.gz") if kind == "calls" else None
    for run in range(runs):
        if whole is None:
            yield tuple(draw(rows, 5_000 + 10 * run + part) for part in range(3))
        else:
            order = seeds.stream(run, "tests", "slices").permutation(whole.rows)
            yield tuple(whole.take(order[rows * i : rows * (i + 1)]) for i in range(3))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "target", "rows", "runs"),
    [
        ("drawn", "answer", 200, 80),
        ("drawn", "answer", 2_000, 30),
        ("drawn", "answer", 10_000, 10),
        ("calls", "y", 200, 40),
    ],
)
def test_every_p_of_the_judge_is_valid(draw, kind, target, rows, runs):
    """Null: P(p <= a) <= a, of the least p of the family and of each p that stands alone.

    A bar is the least count that Binomial(runs, a) exceeds with a probability below 1e-6, so each
    of the 48 comparisons fails falsely less than once in a million: 5e-5 in all.
    """
    from scipy.stats import binom

    sides = untouched(draw, kind, rows, runs)
    least = [least_p(one, target, run) for run, one in enumerate(sides)]
    assert set(least[0]) == {"family", "memory", "classifier", "rules"}
    for name in least[0]:
        for level in LEVELS:
            hits = sum(one[name] <= level + 1e-9 for one in least)
            assert hits <= binom.isf(FALSE_FAILURE, runs, level), (name, level)
