"""Made rows of two kinds of names, kind and awkward, and a report that speaks of them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from released_rows import AWKWARD, report_on

from worldwright import seeds
from worldwright.data.dataset import Dataset
from worldwright.data.lineage import TRACE, Lineage, Role
from worldwright.data.report import Report
from worldwright.data.schema import Column, Kind, Schema, TableSchema


@pytest.fixture
def made() -> Dataset:
    draw = seeds.stream(7, "made rows of the tests")
    rows = 40
    kinds = pa.array(draw.choice(["a", "b"], rows)).dictionary_encode()
    table = pa.table(
        {
            "amount": draw.normal(size=rows).round(3),
            "kind": kinds.cast(pa.dictionary(pa.int32(), pa.string())),
            "count": draw.integers(0, 9, rows),
            "ok": draw.random(rows) < 0.5,
            "at": pa.array(draw.integers(0, 10**15, rows), pa.timestamp("us")),
            AWKWARD: pa.array(["some text"] * rows),
        }
    )
    kinds_of = (Kind.NUMBER, Kind.CATEGORY, Kind.INTEGER, Kind.BOOLEAN, Kind.DATETIME, Kind.TEXT)
    columns = tuple(Column(n, k) for n, k in zip(table.column_names, kinds_of, strict=True))
    trace = pa.table(
        {
            name: pa.array([3, 5] if name == "row" else [None, None], TRACE.field(name).type)
            for name in TRACE.names
        },
        schema=TRACE,
    )
    trace = trace.set_column(5, TRACE.field("weight"), pa.array(np.array([0.5, 2.0])))
    lineage = Lineage("world", Role.MADE, 7, ("keyed-real",), "spec", trace=trace)
    return Dataset({"flows": table}, Schema({"flows": TableSchema(columns)}), lineage)


@pytest.fixture
def report(made: Dataset) -> Report:
    return report_on(made)
