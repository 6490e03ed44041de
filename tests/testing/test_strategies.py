"""What the strategies draw is legal, and odd enough to be worth drawing."""

from __future__ import annotations

import numpy as np
import pyarrow.parquet
import pytest
from hypothesis import Phase, find, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from worldwright.data.fingerprint import content_hash
from worldwright.data.schema import Kind
from worldwright.testing.canary import plant
from worldwright.testing.people import people
from worldwright.testing.strategies import datasets, schemas


@for_all(datasets())
def test_each_column_has_the_arrow_type_of_its_kind(dataset) -> None:
    for column in dataset.schema.main.columns:
        seen = dataset.table[column.name].type
        assert seen == column.arrow_type(seen)


@for_all(datasets(min_rows=1), st.integers(0, 2**32))
def test_a_resampled_dataset_holds_rows_of_the_original_only(dataset, seed) -> None:
    rows = [repr(row) for row in dataset.table.to_pylist()]
    assert {repr(row) for row in dataset.sample(9, seed=seed).table.to_pylist()} <= set(rows)


@for_all(datasets())
def test_taking_every_row_changes_no_value(dataset) -> None:
    assert content_hash(dataset.take(np.arange(dataset.rows))) == content_hash(dataset)


FIRST_FOUND = settings(max_examples=2_000, phases=(Phase.generate,))


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_is_drawn(kind: Kind) -> None:
    def has_it(schema) -> bool:
        return any(column.kind is kind for column in schema.main.columns)

    find(schemas(), has_it, settings=FIRST_FOUND)


@pytest.mark.parametrize("mark", [".", " ", "'", '"', ",", "`"])
def test_odd_names_are_drawn(mark: str) -> None:
    def has_it(schema) -> bool:
        return any(mark in name for name in schema.main.names)

    find(schemas(), has_it, settings=FIRST_FOUND)


def test_a_planted_value_is_found_in_every_form() -> None:
    planted = plant(people(100, 1))
    assert set(planted.canaries) == set(planted.rows.columns) - {"owner"}
    assert planted.in_rows(planted.rows.table) == [
        name for name in planted.rows.columns if name != "owner"
    ]
    assert planted.in_rows(people(100, 1).table) == []
    for name, values in planted.canaries.items():
        assert planted.in_text(f"a page with {values[0]} in it") == [name]
        assert planted.in_bytes(str(values[0]).encode()) == [name]
    income = planted.rows.table["income"].to_numpy()
    assert planted.in_bytes(income.tobytes()) == ["income"]


def test_planted_values_are_found_in_files(tmp_path) -> None:
    planted = plant(people(100, 1))
    pyarrow.parquet.write_table(planted.rows.table.select(["age"]), tmp_path / "rows.parquet")
    (tmp_path / "page.html").write_text("nothing to see")
    assert planted.in_folder(tmp_path) == {"rows.parquet": ["age"]}
