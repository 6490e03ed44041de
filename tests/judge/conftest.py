"""One made-up population whose laws are known, and ways to spoil rows drawn from it.

`group` decides `region`; `spent` is never above `income`; `z` and `w` depend on each other; `yes`
is the rarer answer and depends on `z` alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from worldwright import Column, Dataset, Kind, Lineage, Schema, seeds
from worldwright.data.lineage import TRACE, Role
from worldwright.data.schema import TableSchema

Columns = dict[str, np.ndarray]
Spoil = Callable[[Columns, np.random.Generator], None]

KINDS = {
    "group": Kind.CATEGORY,
    "region": Kind.CATEGORY,
    "income": Kind.NUMBER,
    "spent": Kind.NUMBER,
    "age": Kind.INTEGER,
    "z": Kind.NUMBER,
    "w": Kind.NUMBER,
    "note": Kind.NUMBER,
    "answer": Kind.CATEGORY,
}
GROUPS = np.array(["a", "b", "c", "d", "e", "f", "g", "h"], dtype=object)
SHARES = [0.3, 0.2, 0.15, 0.1, 0.1, 0.07, 0.05, 0.03]
REGIONS = np.array(["west", "west", "west", "east", "east", "east", "isle", "isle"], dtype=object)


def columns_of(rows: int, seed: int) -> Columns:
    """Draw the columns of `rows` rows."""
    chance = seeds.stream(seed, "tests", "judge")
    group = chance.choice(8, rows, p=SHARES)
    income = np.exp(chance.normal(3, 1, rows)).round(2)
    z = chance.normal(size=rows).round(3)
    says_yes = chance.random(rows) < 1 / (1 + np.exp(2.2 - 1.5 * z))
    return {
        "group": GROUPS[group],
        "region": REGIONS[group],
        "income": income,
        "spent": np.floor(income * chance.beta(2, 3, rows)),
        "age": chance.integers(18, 90, rows),
        "z": z,
        "w": (0.7 * z + 0.7 * chance.normal(size=rows)).round(3),
        "note": np.where(chance.random(rows) < 0.2, np.nan, chance.normal(size=rows).round(3)),
        "answer": np.where(says_yes, "yes", "no").astype(object),
    }


def dataset_of(columns: Columns, role: Role | None = None) -> Dataset:
    """Make a Dataset of plain columns."""
    listed = tuple(Column(name, KINDS.get(name, Kind.NUMBER)) for name in columns)
    table = pa.table(
        {
            column.name: pa.array(columns[column.name], from_pandas=True).cast(
                column.arrow_type(pa.null())
            )
            if column.kind is not Kind.CATEGORY
            else pa.array(columns[column.name].tolist(), pa.string()).dictionary_encode()
            for column in listed
        }
    )
    return Dataset({"rows": table}, Schema({"rows": TableSchema(listed)}), Lineage("tests", role))


def weighted(rows: Dataset, weights: np.ndarray) -> Dataset:
    """Give each row its weight, as a wish does."""
    said = {"row": np.arange(rows.rows), "weight": weights / weights.mean()}
    trace = pa.table(
        {f.name: pa.array(said[f.name], f.type) if f.name in said else pa.nulls(rows.rows, f.type)
         for f in TRACE}, schema=TRACE,
    )  # fmt: skip
    return replace(rows, lineage=replace(rows.lineage, trace=trace))


@pytest.fixture(scope="session")
def draw() -> Callable[..., Dataset]:
    """Return a function that draws rows, and spoils them if asked."""

    def drawn(
        rows: int, seed: int, spoil: Spoil | None = None, role: Role | None = None
    ) -> Dataset:
        columns = columns_of(rows, seed)
        if spoil is not None:
            spoil(columns, seeds.stream(seed, "tests", "spoil"))
        return dataset_of(columns, role)

    return drawn
