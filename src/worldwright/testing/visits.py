"""Visits of clients: two tables in which every kind of delusion that we ship has a place.

Visits refer to clients, stand in the order of their moments (more by day and on working days), and
have numbers with a shared value, categories that decide others, numbers that never exceed others,
and two columns that lack their values together. No word of it is a word of a sentence, so that a
value which a sentence gives away is found.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import seeds
from ..data.dataset import Dataset
from ..data.lineage import Lineage, Role
from ..data.schema import Column, Kind, Reference, Schema, TableSchema

TARGET = "bought"
PLANS = tuple(f"plan{letter}" for letter in "abcdefgh")
ZONES = ("zonea", "zonea", "zonea", "zoneb", "zoneb", "zoneb", "zonec", "zonec")
_SHARES = (0.28, 0.2, 0.15, 0.12, 0.1, 0.07, 0.05, 0.03)
_CLIENTS = 300
_HOUR, _DAY = 3_600_000_000, 86_400_000_000
_VISITS = (
    Column("visit", Kind.ID),
    Column("client", Kind.ID),
    Column("moment", Kind.DATETIME),
    Column("plan", Kind.CATEGORY),
    Column("zone", Kind.CATEGORY),
    Column("guest", Kind.BOOLEAN),
    Column("price", Kind.NUMBER),
    Column("steps", Kind.INTEGER),
    Column("low", Kind.INTEGER),
    Column("high", Kind.INTEGER),
    Column("first", Kind.NUMBER),
    Column("second", Kind.NUMBER),
    Column(TARGET, Kind.CATEGORY),
)


def visits(rows: int, seed: int, *, role: Role | None = None) -> Dataset:
    """Draw `rows` visits, and the clients that they refer to."""
    chance = seeds.stream(seed, "testing", "visits")
    plan = chance.choice(len(PLANS), rows, p=_SHARES)
    price = np.exp(chance.normal(2.5 + 0.15 * plan, 0.5, rows)).round(2)
    low = chance.poisson(12, rows)
    buys = chance.random(rows) < 1 / (1 + np.exp(3.0 - price / 14 - 0.2 * plan))
    gone = chance.random(rows) < 0.12
    table = pa.table(
        {
            "visit": pa.array([f"v{seed}-{row}" for row in range(rows)], pa.string()),
            "client": pa.array(_client(plan, chance), pa.int64()),
            "moment": pa.array(_moments(rows, chance), pa.timestamp("us")),
            "plan": _category(np.array(PLANS)[plan]),
            "zone": _category(np.array(ZONES)[plan]),
            "guest": pa.array(chance.random(rows) < 0.4),
            "price": pa.array(np.where(chance.random(rows) < 0.1, 19.99, price)),
            "steps": pa.array(chance.integers(100, 9_000, rows), pa.int64()),
            "low": pa.array(low, pa.int64()),
            "high": pa.array(low + chance.poisson(6, rows), pa.int64()),
            "first": _number(chance, gone | (chance.random(rows) < 0.05)),
            "second": _number(chance, gone | (chance.random(rows) < 0.05)),
            TARGET: _category(np.where(buys, "buys", "leaves")),
        }
    )
    schema = Schema(
        {
            "visits": TableSchema(
                _VISITS, "visit", (Reference("client", "clients", "client"),), "moment"
            ),
            "clients": TableSchema(
                (Column("client", Kind.ID), Column("sort", Kind.CATEGORY)), "client"
            ),
        }
    )
    sorts = _category(np.array(["sorta", "sortb", "sortc"])[np.arange(_CLIENTS) % 3])
    clients = pa.table({"client": pa.array(np.arange(_CLIENTS), pa.int64()), "sort": sorts})
    lineage = Lineage("testing.visits", role)
    return Dataset({"visits": table, "clients": clients}, schema, lineage)


def torn(dataset: Dataset) -> Dataset:
    """Return the visits with every third one's client unknown, and all clients of one sort."""
    table, clients = dataset.tables["visits"], dataset.tables["clients"]
    lost = pa.array(np.arange(table.num_rows) % 3 == 0)
    client = pc.if_else(lost, pc.add(table["client"], 10 * _CLIENTS), table["client"])
    one = _category(np.full(clients.num_rows, "sorta"))
    made = {
        "visits": table.set_column(table.column_names.index("client"), "client", client),
        "clients": clients.set_column(clients.column_names.index("sort"), "sort", one),
    }
    return replace(dataset, tables=made)


def _client(plan: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Return a client for each visit; clients of a sort prefer some plans."""
    wished = chance.integers(0, _CLIENTS // 3, len(plan)) * 3 + plan % 3
    anybody = chance.integers(_CLIENTS, size=len(plan))
    return np.where(chance.random(len(plan)) < 0.7, wished, anybody)


def _moments(rows: int, chance: np.random.Generator) -> np.ndarray:
    """Return rising moments of a year, most of them by day and on working days."""
    day = chance.integers(19_000, 19_364, 4 * rows)
    working = (day + 3) % 7 < 5
    day = day[working | (chance.random(4 * rows) < 0.3)][:rows]
    hour = np.clip(chance.normal(14, 3, rows), 0, 23).astype(np.int64)
    within = chance.integers(0, _HOUR, rows)
    return np.sort(day * _DAY + hour * _HOUR + within)


def _number(chance: np.random.Generator, gone: np.ndarray) -> pa.Array:
    return pa.array(chance.normal(50, 10, len(gone)).round(1), mask=gone)


def _category(words: np.ndarray) -> pa.Array:
    return pa.array(words.tolist(), pa.string()).dictionary_encode()
