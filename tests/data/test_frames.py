"""Frames: what speaks the Arrow protocol comes in and goes out without a copy of its own kind."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

from worldwright.data.dataset import Dataset
from worldwright.data.read import read
from worldwright.data.schema import Kind

ROWS = {"n": [1, 2, 3], "word": ["a", "b", None]}


class Speaker:
    """Anything with `__arrow_c_stream__`."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return pa.table(ROWS).__arrow_c_stream__(requested_schema)


def test_every_frame_gives_the_same_rows() -> None:
    table = pa.table(ROWS)
    reader = pa.RecordBatchReader.from_batches(table.schema, table.to_batches())
    frames = [table.to_batches(), reader, pd.DataFrame(ROWS), pl.DataFrame(ROWS), Speaker()]
    wanted = read(table)
    assert wanted.table.to_pydict() == ROWS
    assert list(wanted.tables) == ["rows"]
    for frame in frames:
        assert read(frame) == wanted


def test_the_index_of_a_frame_is_no_column() -> None:
    frame = pd.DataFrame(ROWS).iloc[[2, 0]]
    assert read(frame).columns == ("n", "word")


def test_a_pandas_column_of_mixed_objects_is_read_as_cells() -> None:
    frame = pd.DataFrame({"mixed": [1, "N/A", 2.5, None], "n": [1, 2, 3, 4]})
    mixed = read(frame)
    assert mixed.table["mixed"].to_pylist() == [1.0, None, 2.5, None]
    assert mixed.column("mixed").note == "1 cell 'N/A' read as null"


def test_pandas_missing_values_and_categories_are_understood() -> None:
    frame = pd.DataFrame(
        {"n": [1.5, np.nan], "c": pd.Categorical(["x", None]), "i": pd.array([1, None], "Int64")}
    )
    rows = read(frame)
    assert rows.table.to_pydict() == {"n": [1.5, None], "c": ["x", None], "i": [1, None]}
    assert [column.kind for column in rows.schema.main.columns] == [
        Kind.NUMBER, Kind.CATEGORY, Kind.INTEGER,
    ]  # fmt: skip


def test_polars_words_of_every_make_are_categories() -> None:
    makes = {"c": pl.Categorical, "e": pl.Enum(["x", "y"]), "s": pl.String}
    frame = pl.DataFrame({name: pl.Series(["y", "x"], dtype=make) for name, make in makes.items()})
    rows = read(frame)
    assert rows.table.to_pydict() == {"c": ["y", "x"], "e": ["y", "x"], "s": ["y", "x"]}
    assert {column.kind for column in rows.schema.main.columns} == {Kind.CATEGORY}


def test_a_dataset_goes_out_to_every_frame(visits: Dataset) -> None:
    assert visits.to_polars().shape == visits.to_pandas().shape == (12, 4)
    assert visits.to_polars()["kind"].to_list() == visits.table["kind"].to_pylist()
    assert pl.DataFrame(visits).equals(visits.to_polars())
    assert pa.table(visits) == visits.table
