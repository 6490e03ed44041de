"""Fingerprints: values make them, and the way in which Arrow holds the values does not."""

from __future__ import annotations

import logging
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from worldwright.data.dataset import Dataset
from worldwright.data.fingerprint import content_hash, keyed, secret_path
from worldwright.data.lineage import Lineage
from worldwright.data.read import read
from worldwright.data.schema import Column, Kind, Schema, TableSchema

words = st.lists(st.one_of(st.none(), st.sampled_from(["a", "b", "", "ab"])), min_size=2)
numbers = st.lists(
    st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)), min_size=2
)


def dataset(kind: Kind, column: pa.Array | pa.ChunkedArray, name: str = "x") -> Dataset:
    schema = Schema({"rows": TableSchema((Column(name, kind),))})
    return Dataset({"rows": pa.table({name: column})}, schema, Lineage("tests"))


@for_all(words, st.data())
def test_chunks_slices_and_dictionaries_do_not_enter(cells, draw) -> None:
    plain = pa.array(cells, pa.string())
    cut = draw.draw(st.integers(0, len(cells)))
    padded = pa.concat_arrays([pa.array(["zz", None]), plain, pa.array(["zz"])])[2:-1]
    chunks = pa.chunked_array([plain[:cut], plain[cut:]])
    for kind in (Kind.TEXT, Kind.CATEGORY):
        wanted = content_hash(dataset(kind, plain))
        for same in (padded, chunks, plain.dictionary_encode(), chunks.dictionary_encode()):
            assert content_hash(dataset(kind, same)) == wanted


@for_all(words, st.permutations(["a", "b", "", "ab", "unused"]))
def test_the_order_of_a_dictionary_does_not_enter(cells, order) -> None:
    codes = pa.array([None if cell is None else order.index(cell) for cell in cells], pa.int32())
    permuted = pa.DictionaryArray.from_arrays(codes, pa.array(order))
    wanted = content_hash(dataset(Kind.CATEGORY, pa.array(cells, pa.string())))
    assert content_hash(dataset(Kind.CATEGORY, permuted)) == wanted


@for_all(numbers)
def test_what_lies_under_a_null_does_not_enter(cells) -> None:
    mask = np.array([cell is None for cell in cells])
    hidden = np.array([7.25 if cell is None else cell for cell in cells])
    one = pa.array(cells, pa.float64())
    other = pa.Array.from_buffers(
        pa.float64(), len(cells),
        [pa.py_buffer(np.packbits(~mask, bitorder="little").tobytes()), pa.py_buffer(hidden)],
    )  # fmt: skip
    assert content_hash(dataset(Kind.NUMBER, one)) == content_hash(dataset(Kind.NUMBER, other))


@for_all(numbers, st.data())
def test_one_other_value_is_another_hash(cells, draw) -> None:
    at = draw.draw(st.integers(0, len(cells) - 1))
    other = [*cells[:at], 1.0 if cells[at] is None else None, *cells[at + 1 :]]
    one, two = (dataset(Kind.NUMBER, pa.array(c, pa.float64())) for c in (cells, other))
    assert content_hash(one) != content_hash(two)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["ab", "c"], ["a", "bc"]),
        (["a", None], ["a", ""]),
        ([["a"], ["b"]], [["a", "b"], []]),
        ([[1], None], [[1], []]),
        ([{"a": 1}, {"a": None}], [{"a": 1}, None]),
    ],
)
def test_borders_between_values_enter(one: list[object], other: list[object]) -> None:
    kind = Kind.TEXT if isinstance(one[0], str) else Kind.NESTED
    assert content_hash(dataset(kind, pa.array(one))) != content_hash(
        dataset(kind, pa.array(other))
    )


def test_slices_of_nested_columns_do_not_enter() -> None:
    whole = pa.array([[1, 2], None, [3], [], [{}.get("x")]], pa.list_(pa.int64()))
    rows = pa.array([{"a": "x"}, {"a": None}, None])
    for column in (whole, rows):
        part = pa.array(column[1:3].to_pylist(), column.type)
        assert content_hash(dataset(Kind.NESTED, column[1:3])) == content_hash(
            dataset(Kind.NESTED, part)
        )


def test_names_and_kinds_enter_and_zero_has_no_sign() -> None:
    zeros = pa.array([0.0, 1.0])
    one = content_hash(dataset(Kind.NUMBER, zeros))
    assert content_hash(dataset(Kind.NUMBER, zeros, "y")) != one
    assert content_hash(dataset(Kind.INTEGER, zeros)) != one
    assert content_hash(dataset(Kind.NUMBER, pa.array([-0.0, 1.0]))) == one


def test_every_table_enters(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("n\n1\n2\n")
    (tmp_path / "b.csv").write_text("n\n1\n2\n")
    before = content_hash(read(tmp_path))
    (tmp_path / "b.csv").write_text("n\n1\n3\n")
    assert content_hash(read(tmp_path)) != before


def test_a_hash_takes_a_second_for_100_mb_at_most() -> None:
    rows = np.arange(500_000)
    table = pa.table({"n": rows * 0.5, "i": rows, "s": pa.array(rows).cast(pa.string())})
    many = read(table)
    start = time.process_time()
    content_hash(many)
    assert many.table.nbytes / 1e6 / (time.process_time() - start) > 100


def test_the_secret_is_ours_alone_and_lasts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, visits: Dataset
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    first = keyed(visits)
    assert stat.S_IMODE(secret_path().stat().st_mode) == 0o600
    assert stat.S_IMODE(secret_path().parent.stat().st_mode) == 0o700
    assert keyed(visits) == first
    assert os.listdir(secret_path().parent) == ["secret"]
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "elsewhere"))
    assert keyed(visits) != first
    assert content_hash(visits) not in (first, keyed(visits))


def test_processes_that_start_together_share_one_secret(tmp_path: Path) -> None:
    program = "from worldwright.data import fingerprint as f; print(f._secret().hex())"
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path)}
    started = [
        subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    assert len({process.communicate()[0] for process in started}) == 1


def test_without_a_place_for_the_secret_reports_still_work_and_the_log_says_so(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    visits: Dataset,
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    with caplog.at_level(logging.WARNING):
        assert keyed(visits) == keyed(visits)
    assert [record.message for record in caplog.records] == [
        "no lasting secret: keyed fingerprints hold for this process only"
    ]
