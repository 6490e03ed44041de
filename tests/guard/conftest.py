"""Rows of people from one made-up population: correlated, skewed, with nulls and rare values."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest

from worldwright import Column, Dataset, Kind, Lineage, Schema, seeds
from worldwright.data.schema import TableSchema

CITIES = np.array(["north", "south", "east", "west", "far isle"])
COLUMNS = (
    Column("number", Kind.ID),
    Column("income", Kind.NUMBER),
    Column("age", Kind.INTEGER),
    Column("city", Kind.CATEGORY),
    Column("owner", Kind.BOOLEAN),
    Column("since", Kind.DATETIME),
)


def population(rows: int, seed: int) -> Dataset:
    """Draw `rows` people; two seeds give two independent samples of one population."""
    chance = seeds.stream(seed, "people")
    age = chance.integers(18, 90, rows)
    income = np.exp(chance.normal(8 + age / 60, 0.8))
    income[chance.random(rows) < 0.05] = np.nan
    city = CITIES[chance.choice(5, rows, p=[0.5, 0.3, 0.1, 0.09, 0.01])]
    days = chance.integers(0, 9_000, rows)
    table = pa.table(
        {
            "number": pa.array(np.arange(rows) + seed * 1_000_000),
            "income": pa.array(income, from_pandas=True),
            "age": pa.array(age),
            "city": pa.array(city.tolist()).dictionary_encode(),
            "owner": pa.array(income > 9_000, mask=chance.random(rows) < 0.02),
            "since": pa.array(days * 86_400_000_000).cast(pa.timestamp("us")),
        }
    )
    return Dataset({"people": table}, Schema({"people": TableSchema(COLUMNS)}), Lineage("tests"))


def stacked(*parts: Dataset) -> Dataset:
    """Put the rows of these Datasets under one another."""
    table = pa.concat_tables([part.table for part in parts]).unify_dictionaries()
    return Dataset({"people": table}, parts[0].schema, Lineage("tests"))


@pytest.fixture
def people() -> Callable[[int, int], Dataset]:
    return population


@pytest.fixture
def stack() -> Callable[..., Dataset]:
    return stacked
