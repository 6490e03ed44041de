"""Saved Datasets: what comes back is what was saved, or an error names what was changed."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from worldwright.data.dataset import Dataset
from worldwright.data.fingerprint import content_hash
from worldwright.data.lineage import Lineage, Role
from worldwright.data.read import read
from worldwright.data.schema import Column, Kind, Reference, Schema, TableSchema
from worldwright.data.store import load, save
from worldwright.errors import StoreError

CELLS = {
    Kind.NUMBER: st.floats(allow_nan=False),
    Kind.INTEGER: st.integers(-(2**63), 2**63 - 1),
    Kind.CATEGORY: st.text(st.characters(exclude_categories=["Cs"]), max_size=4),
    Kind.BOOLEAN: st.booleans(),
    Kind.DATETIME: st.datetimes(datetime(1700, 1, 1), datetime(2300, 1, 1)),
    Kind.DURATION: st.timedeltas(timedelta(-9999), timedelta(9999)),
    Kind.TEXT: st.text(st.characters(exclude_categories=["Cs"]), max_size=9),
    Kind.NESTED: st.lists(st.integers(0, 9), max_size=3),
}


@st.composite
def datasets(draw: st.DrawFn) -> Dataset:
    kinds = draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=5))
    rows = draw(st.integers(0, 6))
    columns, arrays = [], []
    for at, kind in enumerate(kinds):
        column = Column(draw(st.sampled_from(["n", "a b", "é", 'q"', "x.y"])) + str(at), kind)
        cells = draw(st.lists(st.none() | CELLS[kind], min_size=rows, max_size=rows))
        to = column.arrow_type(pa.list_(pa.int64()))
        plain = pa.string() if pa.types.is_dictionary(to) else to
        arrays.append(pa.array(cells, plain).cast(to))
        columns.append(column)
    name = draw(st.sampled_from(["rows", "my table", "trace", "Ä/b"]))
    table = pa.table(arrays, names=[column.name for column in columns])
    lineage = Lineage(
        "tests", draw(st.none() | st.sampled_from(Role)), draw(st.none() | st.just(7))
    )
    return Dataset({name: table}, Schema({name: TableSchema(tuple(columns))}), lineage)


@for_all(datasets())
def test_load_after_save_is_identity(tmp_path_factory: pytest.TempPathFactory, rows) -> None:
    back = load(save(rows, tmp_path_factory.mktemp("store") / "saved"))
    assert back.schema == rows.schema
    assert back.lineage == rows.lineage
    assert content_hash(back) == content_hash(rows)
    for name, table in rows.tables.items():
        assert back.tables[name].to_pylist() == table.to_pylist()


def test_what_was_read_comes_back_equal(visits: Dataset, tmp_path: Path) -> None:
    assert load(visits.save(tmp_path / "saved")) == visits


def test_read_opens_a_saved_dataset(visits: Dataset, tmp_path: Path) -> None:
    assert read(visits.save(tmp_path / "saved")) == visits


def test_read_opens_the_blocks_that_a_world_wrote(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    blocks = []
    for at in range(2):
        name = f"part-{at}.parquet"
        pq.write_table(pa.table({"n": [at, at + 5], "w": ["a", "b"]}), tmp_path / name)
        blocks.append({"file": name, "rows": 2, "lineage": None})
    facts = {"complete": True, "blocks": blocks, "rows": 4, "seed": 7, "parents": [], "spec": "s"}
    (tmp_path / "blocks.json").write_text(json.dumps(facts))
    made = read(tmp_path)
    assert made.table.to_pydict() == {"n": [0, 5, 1, 6], "w": ["a", "b", "a", "b"]}
    assert (made.lineage.role, made.lineage.seed) == (Role.MADE, 7)


def test_several_tables_an_order_column_and_a_trace_come_back(tmp_path: Path) -> None:
    accounts = pa.table({"account": pa.array([1, 2]), "opened": pa.array([3, 4])})
    events = pa.table({"account": pa.array([2, 2, 1]), "at": pa.array([1, 2, 3])})
    schema = Schema(
        {
            "account": TableSchema(
                (Column("account", Kind.ID), Column("opened", Kind.INTEGER)), key="account"
            ),
            "event": TableSchema(
                (Column("account", Kind.ID), Column("at", Kind.INTEGER, unit="s", low=0.0)),
                references=(Reference("account", "account", "account"),),
                order="at",
            ),
        }
    )
    lineage = Lineage("world", Role.MADE, 7, ("ab" * 32,), "spec", (1.0, 1e-6))
    rows = Dataset({"account": accounts, "event": events}, schema, lineage)
    assert load(rows.save(tmp_path / "plain")) == rows
    _, weighted = read(pa.table({"w": ["a", "b"] * 9, "n": range(18)})).split(
        0.5, leave={"w": {"a": 1}}
    )
    back = load(weighted.save(tmp_path / "weighted"))
    assert back == weighted
    assert back.weights().tolist() == weighted.weights().tolist()


def test_a_filtered_dataset_does_not_save_the_words_of_rows_that_are_gone(tmp_path: Path) -> None:
    import numpy as np

    rows = read(pa.table({"word": ["kept", "secret-word"], "n": [1, 2]})).take(np.array([0]))
    path = rows.save(tmp_path / "saved")
    assert all(b"secret-word" not in file.read_bytes() for file in path.iterdir())


def test_nothing_is_overwritten(visits: Dataset, tmp_path: Path) -> None:
    path = visits.save(tmp_path / "saved")
    with pytest.raises(StoreError) as caught:
        visits.save(path)
    assert str(caught.value) == (
        "it exists already, and nothing is overwritten\n"
        f"  where: {path}\n"
        "  mend:  choose another name, or move it away first"
    )


def test_a_folder_that_may_not_be_written_leaves_nothing(visits: Dataset, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir()
    locked.chmod(0o555)
    was_root = os.geteuid() == 0
    if was_root:
        os.seteuid(65534)
    try:
        with pytest.raises(StoreError):
            visits.save(locked / "saved")
    finally:
        if was_root:
            os.seteuid(0)
    assert list(locked.iterdir()) == []


def _cut(path: Path, keep: int) -> None:
    path.write_bytes(path.read_bytes()[:keep])


def _newer(path: Path) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), "version": 9}))


def _other_seed(path: Path) -> None:
    path.write_text(path.read_text().replace('"seed": null', '"seed": 4'))


def _other_rows(path: Path) -> None:
    import pyarrow.parquet as pq

    table = pq.ParquetFile(path).read()
    pq.write_table(table.take([0] * table.num_rows), path)


CHANGES = {
    "cut json": ("dataset.json", lambda path: _cut(path, 90), "the file is cut short or damaged"),
    "no json": ("dataset.json", Path.unlink, "there is no saved dataset"),
    "changed json": ("dataset.json", _other_seed, "the file was changed after it was saved"),
    "newer": ("dataset.json", _newer,
              "it was saved by a newer version (format 9; this one reads 1)"),
    "cut rows": ("rows.parquet", lambda path: _cut(path, 200), "the file is cut short or damaged"),
    "no rows": ("rows.parquet", Path.unlink, "the file is missing"),
    "changed rows": ("rows.parquet", _other_rows, "the rows are not those that were saved"),
}  # fmt: skip


@pytest.mark.parametrize("case", CHANGES)
def test_what_was_changed_on_the_disk_is_named(visits: Dataset, tmp_path: Path, case: str) -> None:
    name, change, message = CHANGES[case]
    path = visits.save(tmp_path / "saved")
    change(path / name)
    with pytest.raises(StoreError) as caught:
        load(path)
    where = path if case == "changed rows" else path / name
    assert str(caught.value).startswith(f"{message}\n  where: {where}\n  mend:  ")
