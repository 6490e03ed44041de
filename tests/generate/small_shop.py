"""A small shop whose columns depend on each other, and how to look at rows made of it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from worldwright.data.dataset import Dataset
from worldwright.data.lineage import Lineage, Role
from worldwright.data.schema import Column, Kind, Schema, TableSchema


def shop_rows(rows: int = 4000, seed: int = 5) -> Dataset:
    """Return rows in which `big` follows `items`, and mars is rare and buys little."""
    rng = np.random.default_rng(seed)
    region = rng.choice(["north", "south", "east", "mars"], rows, p=[0.5, 0.3, 0.19, 0.01])
    items = np.where(region == "mars", 1, rng.integers(1, 9, rows))
    paid = np.where(rng.random(rows) < 0.1, np.nan, np.round(items * rng.uniform(1, 3, rows), 2))
    table = pa.table(
        {
            "region": pa.array(region).dictionary_encode(),
            "items": pa.array(items),
            "paid": pa.array(paid, mask=np.isnan(paid)),
            "big": pa.array(items > 6),
        }
    )
    columns = (
        Column("region", Kind.CATEGORY),
        Column("items", Kind.INTEGER),
        Column("paid", Kind.NUMBER, digits=2),
        Column("big", Kind.BOOLEAN),
    )
    return Dataset(
        {"shop": table}, Schema({"shop": TableSchema(columns)}), Lineage("tests", Role.REAL)
    )


def column(made: Dataset, name: str) -> list[object]:
    values: list[object] = made.table[name].to_pylist()
    return values


def share(made: Dataset, name: str, value: object, *, weighted: bool = False) -> float:
    """Return the share of rows with this value."""
    cells = made.table[name]
    plain = cells.cast(cells.type.value_type) if pa.types.is_dictionary(cells.type) else cells
    hit = pc.fill_null(pc.equal(plain, value), False).to_numpy()
    return float((made.weights() * hit).mean() if weighted else hit.mean())
