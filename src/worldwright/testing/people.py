"""A small population to try parts on: dependences, nulls, heavy tails, and every learnable kind.

What holds in every row: `region` is a function of `city`, and `low` is at most `high`. Two seeds
give two independent samples of the same population.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import seeds
from ..data.dataset import Dataset
from ..data.lineage import Lineage, Role
from ..data.schema import Column, Kind, Schema, TableSchema

CITIES = ("aldermoor", "birkwick", "calverton", "dunmere", "eastholt")
REGIONS = ("coast", "coast", "hills", "hills", "plain")
COLUMNS = (
    Column("number", Kind.ID),
    Column("city", Kind.CATEGORY),
    Column("region", Kind.CATEGORY),
    Column("income", Kind.NUMBER, unit="EUR"),
    Column("age", Kind.INTEGER),
    Column("low", Kind.INTEGER),
    Column("high", Kind.INTEGER),
    Column("owner", Kind.BOOLEAN),
    Column("since", Kind.DATETIME),
    Column("stay", Kind.DURATION),
    Column("remark", Kind.TEXT),
)
TABLE = "people"
_DAY = 86_400_000_000
_REMARKS = ("no remark", "asked twice", "paid late", "moved house")


def people(rows: int, seed: int, *, role: Role | None = None) -> Dataset:
    """Draw `rows` people of the population."""
    chance = seeds.stream(seed, "testing", "people")
    city = chance.choice(5, rows, p=[0.4, 0.25, 0.2, 0.1, 0.05])
    age = chance.integers(18, 90, rows)
    income = np.exp(chance.normal(7.5 + age / 60 + 0.3 * city, 0.7)).round(2)
    low = chance.poisson(3.0 + city)
    owner = chance.random(rows) < 1 / (1 + np.exp(-(np.log(income) - 8.7) * 2))
    columns = {
        "number": pa.array([f"p{seed}-{row}" for row in range(rows)], pa.string()),
        "city": _category(np.array(CITIES)[city]),
        "region": _category(np.array(REGIONS)[city]),
        "income": pa.array(income, mask=chance.random(rows) < 0.06),
        "age": pa.array(age, pa.int64()),
        "low": pa.array(low, pa.int64()),
        "high": pa.array(low + chance.poisson(2.0, rows), pa.int64()),
        "owner": pa.array(owner, mask=chance.random(rows) < 0.03),
        "since": pa.array(chance.integers(7_000, 19_000, rows) * _DAY).cast(pa.timestamp("us")),
        "stay": pa.array(chance.exponential(3e9, rows).astype(np.int64), pa.duration("us")),
        "remark": pa.array([_REMARKS[pick] for pick in chance.integers(0, 4, rows)], pa.string()),
    }
    schema = Schema({TABLE: TableSchema(COLUMNS)})
    return Dataset({TABLE: pa.table(columns)}, schema, Lineage("testing.people", role))


def scrambled(dataset: Dataset, seed: int) -> Dataset:
    """Return grossly wrong rows: each column in an order of its own, and numbers far too large."""
    chance = seeds.stream(seed, "testing", "scrambled")
    table = dataset.table
    for at, column in enumerate(dataset.schema.main.columns):
        values = table[column.name].take(pa.array(chance.permutation(table.num_rows)))
        if column.kind.is_number:
            numbers = values.cast(pa.float64()).to_numpy(zero_copy_only=False) * 3 + 17
            values = pa.array(numbers, from_pandas=True).cast(table[column.name].type)
        table = table.set_column(at, column.name, values)
    return Dataset({dataset.schema.main_name: table}, dataset.schema, Lineage("testing.scrambled"))


def emptied(dataset: Dataset) -> Dataset:
    """Return the rows with every other income gone."""
    table = dataset.table
    at, kept = table.column_names.index("income"), np.arange(table.num_rows) % 2 == 0
    income = pc.if_else(pa.array(kept), table["income"], None)
    return replace(dataset, tables={TABLE: table.set_column(at, "income", income)})


def _category(values: np.ndarray) -> pa.Array:
    return pa.array(values.tolist(), pa.string()).dictionary_encode()
