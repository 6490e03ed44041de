"""Small cases whose rows are chance alone, for tests that replace what a metric counts in them."""

from __future__ import annotations

import numpy as np

from worldwright import Dataset, seeds
from worldwright.judge.case import Case

from .conftest import dataset_of

ROWS = 1_000


def rows_of(seed: int, rows: int = ROWS, **more: np.ndarray) -> Dataset:
    chance = seeds.stream(seed, "tests", "conclude")
    return dataset_of({"z": chance.normal(size=rows).round(3), **more})


SIDES = [rows_of(seed) for seed in range(3)]


def case_of(sides: list[Dataset] = SIDES, **how: object) -> Case:
    made, real, holdout = sides
    return Case(made, real, holdout, splits=19, **how)  # type: ignore[arg-type]
