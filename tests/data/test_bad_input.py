"""Bad input: each fault says what is wrong, where, and how to mend it, and shows no value."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pyarrow as pa
import pytest

import worldwright as ww
from worldwright.data.read import read
from worldwright.errors import ReadError, SchemaError


def written(folder: Path, text: str | bytes, name: str = "people.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def fault_of(source: object, **options: str) -> str:
    with pytest.raises(ReadError) as caught:
        read(source, **options)
    return str(caught.value)


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_an_empty_file_is_told_as_such(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text)
    assert fault_of(path) == (
        "the file is empty\n"
        f"  where: {path}\n"
        "  mend:  bring a file with a header and at least one row below it"
    )


def test_a_header_alone_is_not_rows(tmp_path: Path) -> None:
    path = written(tmp_path, "name,age\n")
    assert fault_of(path) == (
        "there is a header of 2 columns, and no row\n"
        f"  where: {path}\n"
        "  mend:  bring at least one row"
    )


def test_one_row_can_be_read_and_cannot_be_split(tmp_path: Path) -> None:
    one = read(written(tmp_path, "name,age\nAnn,41\n"))
    assert one.table.to_pylist() == [{"name": "Ann", "age": 41}]
    with pytest.raises(ww.WorldwrightError) as caught:
        one.split(0.7)
    assert str(caught.value) == (
        "1 row cannot be split in two\n"
        "  where: split\n"
        "  mend:  bring at least two rows: one to teach, one to judge"
    )


def test_one_column_can_be_read_with_its_empty_cells(tmp_path: Path) -> None:
    one = read(written(tmp_path, "age\n41\n\n39\n"))
    assert one.table.to_pydict() == {"age": [41, None, 39]}


def test_doubled_and_empty_column_names_are_named_with_their_places(tmp_path: Path) -> None:
    path = written(tmp_path, "a,,b,a, \n1,2,3,4,5\n")
    assert fault_of(path) == (
        "columns 2, 5 without a name\n"
        f"  where: {path}\n"
        "  mend:  give every column a name in the first line\n"
        "2 columns are named 'a': 1, 4\n"
        f"  where: {path}\n"
        "  mend:  give every column a name of its own"
    )


def test_names_with_dots_blanks_quotes_and_commas_are_names(tmp_path: Path) -> None:
    path = written(tmp_path, 'a.b,"c d","e ""f""","g,h"\n1,2,3,4\n5,6,7,8\n')
    assert read(path).columns == ("a.b", "c d", 'e "f"', "g,h")


def test_bytes_that_are_not_utf8_are_found_and_can_be_read_by_their_encoding(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, "name,age\nAnn,41\nRenée,39\n".encode("latin-1"))
    assert fault_of(path) == (
        "the text is not UTF-8: byte 19 (line 3) does not fit\n"
        f"  where: {path}\n"
        "  mend:  save the file as UTF-8, or name its encoding: read(..., encoding='cp1252')"
    )
    assert read(path, encoding="latin-1").table["name"].to_pylist() == ["Ann", "Renée"]


def test_utf16_is_known_by_its_mark(tmp_path: Path) -> None:
    path = written(tmp_path, "name,age\nAnn,41\n".encode("utf-16"))
    assert "encoding='utf-16'" in fault_of(path)
    assert read(path, encoding="utf-16").rows == 1


def test_an_encoding_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "name,age\nAnn,41\n")
    assert fault_of(path, encoding="latin-99") == (
        "there is no encoding 'latin-99'\n"
        "  where: read('people.csv', encoding='latin-99')\n"
        "  mend:  use a name such as 'utf-8', 'cp1252', 'latin-1' or 'utf-16'"
    )


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    assert read(written(tmp_path, b"\xef\xbb\xbfname,age\nAnn,41\n")).columns == ("name", "age")


def test_a_gzip_that_was_cut_is_not_read_in_part(tmp_path: Path) -> None:
    whole = gzip.compress(b"name,age\n" + b"Ann,41\n" * 5000)
    path = written(tmp_path, whole[:-20], "people.csv.gz")
    assert fault_of(path) == (
        "the gzip file is cut short\n"
        f"  where: {path}\n"
        "  mend:  copy or download it again; nothing was read from it"
    )


def test_a_zstd_that_was_cut_is_not_read_in_part(tmp_path: Path) -> None:
    whole = pa.compress(b"name,age\n" + b"Ann,41\n" * 5000, codec="zstd", asbytes=True)
    path = written(tmp_path, whole[:-9], "people.csv.zst")
    assert fault_of(path).startswith("the zstd file is cut short")


def test_a_gzip_in_name_only_is_told_from_a_broken_one(tmp_path: Path) -> None:
    path = written(tmp_path, "name,age\nAnn,41\n", "people.csv.gz")
    assert fault_of(path).startswith("the file is not compressed, though its name says so")


def test_ragged_rows_are_named_by_line_and_not_by_content(tmp_path: Path) -> None:
    path = written(tmp_path, 'name,age\n"Ann\nMary",41\nBob,39,secret\nCarl\n')
    message = fault_of(path)
    assert message == (
        "3 cells where the header has 2\n"
        f"  where: {path} line 4\n"
        "  mend:  quote the cells that hold commas, or mend the line\n"
        "1 cell where the header has 2\n"
        f"  where: {path} line 5\n"
        "  mend:  quote the cells that hold commas, or mend the line"
    )
    assert "secret" not in message


def test_a_quoted_line_break_belongs_to_its_cell(tmp_path: Path) -> None:
    rows = read(written(tmp_path, 'name,age\n"Ann\nMary",41\nBob,39\n'))
    assert rows.table["name"].to_pylist() == ["Ann\nMary", "Bob"]


def test_a_quote_that_is_never_closed_does_not_swallow_rows(tmp_path: Path) -> None:
    path = written(tmp_path, 'name,age\nAnn,41\n"Bob,39\nCarl,40\n')
    assert fault_of(path) == (
        "a quote is opened and never closed\n"
        f"  where: {path} line 3\n"
        '  mend:  close it, or double it ("") if it belongs to the cell'
    )


def test_a_missing_file_names_the_one_beside_it(tmp_path: Path) -> None:
    written(tmp_path, "a,b\n1,2\n", "people.csv")
    assert fault_of(tmp_path / "poeple.csv") == (
        "there is no such file or folder\n"
        f"  where: {tmp_path / 'poeple.csv'}\n"
        "  mend:  did you mean 'people.csv'?"
    )


def test_an_unknown_ending_lists_the_known(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b\n1,2\n", "people.xlsx")
    message = fault_of(path)
    assert message.startswith(f"no reader for files that end in .xlsx\n  where: {path}\n")
    assert ".csv" in message
    assert ".parquet" in message


def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b\n1,2\n")
    path.chmod(0)
    was_root = os.geteuid() == 0
    if was_root:  # root may read everything
        tmp_path.chmod(0o755)
        os.seteuid(65534)
    try:
        message = fault_of(path)
    finally:
        if was_root:
            os.seteuid(0)
    assert message.startswith(f"no permission to read it\n  where: {path}\n")


def test_a_folder_without_rows_is_refused(tmp_path: Path) -> None:
    written(tmp_path, "hello", "README.md")
    assert fault_of(tmp_path).startswith(
        f"the folder holds no file that can be read\n  where: {tmp_path}\n"
    )


def test_two_files_of_one_name_are_not_one_table(tmp_path: Path) -> None:
    written(tmp_path, "a\n1\n", "flows.csv")
    written(tmp_path, "a\t1\n", "flows.tsv")
    assert fault_of(tmp_path) == (
        "two files would both be the table 'flows'\n"
        f"  where: {tmp_path / 'flows.csv'} and flows.tsv\n"
        "  mend:  take one of them out of the folder, or rename it"
    )


def test_a_line_that_is_not_json_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, '{"a": 1}\n{"a": \n', "rows.jsonl")
    assert fault_of(path) == (
        "this line is not JSON\n"
        f"  where: {path} line 2, column 7\n"
        '  mend:  write one whole object a line: {"key": value}'
    )
    path = written(tmp_path, '{"a": 1}\n[1, 2]\n', "rows.jsonl")
    assert fault_of(path).startswith("this line holds a list where an object is needed")


def test_a_parquet_file_that_was_cut_is_refused(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"a": [1, 2]}), tmp_path / "a.parquet")
    path = written(tmp_path, (tmp_path / "a.parquet").read_bytes()[:-9], "cut.parquet")
    assert fault_of(path) == (
        "the file is not Parquet, or it is cut short\n"
        f"  where: {path}\n"
        "  mend:  copy or write it again; nothing was read from it"
    )


def test_what_is_no_frame_is_refused() -> None:
    assert fault_of(17) == (
        "rows cannot be read from an object of type int\n"
        "  where: read(source)\n"
        "  mend:  hand over a path, a pandas or polars frame, or an Arrow table"
    )


def test_a_frame_with_doubled_names_is_refused() -> None:
    table = pa.table([[1], [2]], names=["a", "a"])
    assert fault_of(table).startswith("2 columns are named 'a': 1, 2\n  where: a frame")


def test_a_declared_kind_that_does_not_fit_counts_cells_and_shows_none(tmp_path: Path) -> None:
    path = written(tmp_path, "age\n41\nforty\nmany\n")
    declared = written(tmp_path, "columns:\n  age: integer\n", "schema.yaml")
    with pytest.raises(SchemaError) as caught:
        read(path, schema=declared)
    assert str(caught.value) == (
        "'age' is declared integer, but 2 cells cannot be read so\n"
        f"  where: {declared}:2 columns.age; column 'age': not numbers: 2 of 3 cells\n"
        "  mend:  mend these cells, list the words that mean no value as nulls: [...], "
        "or declare another kind"
    )
