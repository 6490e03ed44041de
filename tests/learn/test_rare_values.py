"""Values that few real rows hold, in the mode without a budget: no more frequent than by chance.

For each column, of the values that 1 to 9 teachers hold: the share of made rows that have one is
held against that of as many fresh real rows, value for value as written in the file. Null: as
frequent as in the fresh rows; given the teachers both counts are binomial, so the variance of their
difference is at most their sum; 5 standard errors are one alarm in 3.5 million.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from worldwright.data.dataset import Dataset
from worldwright.data.read import read
from worldwright.learn import fit
from worldwright.testing.people import people

EXAMPLES = Path(__file__).parents[2] / "examples"
ROWS = 6_000


def bank() -> Dataset:
    return read(EXAMPLES / "bank" / "bank_calls.csv.gz")


def intrusion() -> Dataset:
    return read(EXAMPLES / "intrusion" / "network_records.csv.gz")


def made_up() -> Dataset:
    return people(2 * ROWS, 3)


def held(rows: Dataset, name: str) -> np.ndarray:
    return np.array(rows.table[name].drop_null().to_pylist(), object)


def in_few(rows: Dataset, name: str, few: set[object]) -> int:
    return sum(value in few for value in held(rows, name))


@pytest.mark.parametrize("source", [bank, intrusion, made_up])
def test_values_of_few_rows_are_no_more_frequent_than_in_fresh_rows(source) -> None:
    whole = source()
    order = np.random.default_rng(7).permutation(whole.rows)[: 2 * ROWS]
    teachers, fresh = whole.take(order[:ROWS]), whole.take(order[ROWS:])
    made = fit(teachers, settings={"trees": 2}).sample(ROWS, seed=1)
    looked_at = 0
    for name in made.columns:
        if made.table[name].null_count == made.rows or made.schema.main[name].kind == "id":
            continue
        values, counts = np.unique(held(teachers, name).astype(str), return_counts=True)
        known = {str(value): value for value in held(teachers, name)}
        few = {known[value] for value in values[counts < 10]}
        looked_at += bool(few)
        one, other = in_few(made, name, few), in_few(fresh, name, few)
        assert one <= other + 5 * np.sqrt(one + other) + 3, (name, one, other, len(few))
    assert looked_at >= 4


@pytest.mark.parametrize("source", [bank, intrusion, made_up])
def test_no_rare_category_stands_alone(source) -> None:
    whole = source()
    teachers = whole.take(np.random.default_rng(8).permutation(whole.rows)[:ROWS])
    made = fit(teachers, settings={"trees": 1}).sample(ROWS, seed=1)
    for column in made.schema.main.columns:
        if column.kind != "category":
            continue
        values, counts = np.unique(held(teachers, column.name), return_counts=True)
        told = set(held(made, column.name)) - {"(rarer)"}
        assert told <= set(values[counts >= 10]), column.name
