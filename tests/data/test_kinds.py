"""Kinds of columns: what is inferred from text and types, and what is never guessed in silence."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from worldwright.data.dataset import Dataset
from worldwright.data.read import read
from worldwright.data.schema import Column, Kind
from worldwright.errors import SchemaError


def column_of(folder: Path, cells: list[str], name: str = "x") -> tuple[Column, list[object]]:
    path = folder / "cells.csv"
    quoted = [f'"{cell}",1' for cell in cells]
    path.write_text("\n".join([f"{name},other", *quoted]) + "\n")
    rows = read(path)
    return rows.column(name), rows.table[name].to_pylist()


def inferred(folder: Path, cells: list[str], name: str = "x") -> tuple[Kind, list[object], str]:
    column, values = column_of(folder, cells, name)
    return column.kind, values, column.note


@pytest.mark.parametrize(
    ("cells", "kind", "values", "note"),
    [
        (["1", "-2", ""], Kind.INTEGER, [1, -2, None], ""),
        (["1.5", "-.25", "3"], Kind.NUMBER, [1.5, -0.25, 3.0], ""),
        (["+5", " 6 "], Kind.INTEGER, [5, 6], ""),
        (["1e3", "2.5"], Kind.NUMBER, [1000.0, 2.5], ""),
        (["12", "N/A", "N/A", "?"], Kind.INTEGER, [12, None, None, None],
         "1 cell '?', 2 cells 'N/A' read as null"),
        (["1,234", "56", "7,654,321"], Kind.INTEGER, [1234, 56, 7654321],
         "2 cells with thousands commas"),
        (["1,234.50", "56"], Kind.NUMBER, [1234.5, 56.0], "1 cell with thousands commas"),
        (["2,5", "17"], Kind.NUMBER, [2.5, 17.0], "1 cell with decimal commas"),
        (["1.0", "2.0", ""], Kind.INTEGER, [1, 2, None],
         "whole numbers written with a decimal point"),
        (["1.5", "inf", "-Infinity", "nan"], Kind.NUMBER, [1.5, None, None, None],
         "1 cell 'nan' read as null; 2 infinite cells read as null"),
        (["1.5", "1e999"], Kind.NUMBER, [1.5, None], "1 infinite cell read as null"),
        (["007", "012", "345"], Kind.CATEGORY, ["007", "012", "345"],
         "2 cells with leading zeros, kept as text"),
        (["0x1f", "10"], Kind.CATEGORY, ["0x1f", "10"],
         "1 cell with leading zeros, kept as text"),
        (["12", "40", "many", "41"], Kind.CATEGORY, ["12", "40", "many", "41"],
         "not numbers: 1 of 4 cells"),
        (["99999999999999999999", "1"], Kind.CATEGORY, ["99999999999999999999", "1"],
         "1 cell beyond 64 bits, kept as text"),
        (["true", "False", ""], Kind.BOOLEAN, [True, False, None], ""),
        (["yes", "no", "yes"], Kind.CATEGORY, ["yes", "no", "yes"], ""),
        (["?", "None", "a"], Kind.CATEGORY, ["?", "None", "a"], ""),
        (["NA", "a", "b"], Kind.CATEGORY, [None, "a", "b"], "1 cell 'NA' read as null"),
        ([" a", " b"], Kind.CATEGORY, ["a", "b"], "leading blanks taken off"),
        (["", "", ""], Kind.CATEGORY, [None, None, None], "no values"),
        (["NA", "", "NaN"], Kind.CATEGORY, [None, None, None],
         "no values; 1 cell 'NA', 1 cell 'NaN' read as null"),
        (["7", "7", "7"], Kind.INTEGER, [7, 7, 7], "one value in every row"),
        (["01:30:00", "36:00:15"], Kind.DURATION,
         [timedelta(hours=1, minutes=30), timedelta(hours=36, seconds=15)],
         "read as hours:minutes:seconds"),
        (["P1DT2H", "PT0.5S"], Kind.DURATION,
         [timedelta(days=1, hours=2), timedelta(seconds=0.5)], "read as ISO 8601 durations"),
    ],
)  # fmt: skip
def test_cells_are_read_as_a_person_would(
    tmp_path: Path, cells: list[str], kind: Kind, values: list[object], note: str
) -> None:
    assert inferred(tmp_path, cells) == (kind, values, note)


JAN_31 = datetime(2025, 1, 31)


@pytest.mark.parametrize(
    ("cells", "values", "note"),
    [
        (["2025-01-31", ""], [JAN_31, None], ""),
        (["2025-01-31T10:20:30.5", "2025-02-01 00:00"],
         [datetime(2025, 1, 31, 10, 20, 30, 500000), datetime(2025, 2, 1)], ""),
        (["2025/1/31", "2025/02/01"], [JAN_31, datetime(2025, 2, 1)], ""),
        (["31/01/2025", "01/02/2025"], [JAN_31, datetime(2025, 2, 1)], "read day first"),
        (["1/31/2025 1:05 PM", "2/1/2025 12:00 AM"],
         [datetime(2025, 1, 31, 13, 5), datetime(2025, 2, 1)], "read month first"),
        (["01.02.2025", "02.03.2025"], [datetime(2025, 2, 1), datetime(2025, 3, 2)],
         "read day first"),
        (["31 Jan 2025", "1 February 2025"], [JAN_31, datetime(2025, 2, 1)], ""),
        (["Jan 31, 2025", "Feb 1, 2025"], [JAN_31, datetime(2025, 2, 1)], ""),
        (["31-Jan-25", "01-Feb-99"], [JAN_31, datetime(1999, 2, 1)],
         "years of two digits read as 1969 to 2068"),
        (["2025-01-31", "0000-00-00"], [JAN_31, None], "1 cell '0000-00-00' read as null"),
        (["2025-01-31T00:00:00.123456789", "2025-01-31T00:00:00"],
         [datetime(2025, 1, 31, 0, 0, 0, 123456), JAN_31], "nanoseconds cut to microseconds"),
    ],
)  # fmt: skip
def test_dates_in_one_format_are_datetimes(
    tmp_path: Path, cells: list[str], values: list[object], note: str
) -> None:
    assert inferred(tmp_path, cells) == (Kind.DATETIME, values, note)


@pytest.mark.parametrize(
    ("cells", "note"),
    [
        (["2025-01-31", "31.01.2025", "01/31/2025"],
         "dates in 3 formats, which cannot be told apart safely"),
        (["03/04/2025", "05/06/2025"], "dates that could be day first or month first"),
        (["31/01/2025", "01/31/2025"],
         "days stand first in some dates and second in others"),
        (["2025-02-30", "2025-01-31"], "not dates: 1 cell that no calendar has"),
        (["2025-01-31", "2025-02-01", "soon"], "not dates: 1 of 3 cells"),
        (["2025-01-31T10:00:00Z", "2025-01-31T10:00:00"],
         "some cells have a time zone and some have none"),
    ],
)  # fmt: skip
def test_dates_that_would_have_to_be_guessed_stay_text_and_say_why(
    tmp_path: Path, cells: list[str], note: str
) -> None:
    assert inferred(tmp_path, cells) == (Kind.CATEGORY, cells, note)


@pytest.mark.parametrize(
    ("cells", "zone", "note"),
    [
        (["2025-01-31T12:00:00Z", "2025-01-31T12:00:00Z"], "UTC", "one value in every row"),
        (["2025-01-31T14:00:00+02:00"], "+02:00", ""),
        (["2025-01-31T14:00:00+02:00", "2025-01-31T12:00:00Z"], "UTC",
         "2 different offsets, held in UTC; one value in every row"),
        (["2025/1/31 14:00 +0200"], "+02:00", ""),
    ],
)  # fmt: skip
def test_offsets_are_kept_where_they_agree(
    tmp_path: Path, cells: list[str], zone: str, note: str
) -> None:
    column, values = column_of(tmp_path, cells)
    assert (column.kind, column.zone, column.note) == (Kind.DATETIME, zone, note)
    assert {value.astimezone(UTC) for value in values} == {datetime(2025, 1, 31, 12, tzinfo=UTC)}


def test_bare_digits_are_dates_only_where_the_name_says_date(tmp_path: Path) -> None:
    cells = ["20250131", "20250201"]
    kind, values, note = inferred(tmp_path, cells, "start_date")
    assert (kind, values[0], note) == (Kind.DATETIME, JAN_31, "digits read as year, month, day")
    assert inferred(tmp_path, cells, "amount")[0] is Kind.INTEGER


def test_decimals_are_counted(tmp_path: Path) -> None:
    assert column_of(tmp_path, ["1.50", "2.125", "3"])[0].digits == 3
    assert column_of(tmp_path, ["1.5", "2e-3"])[0].digits is None


def test_a_name_that_keys_have_makes_an_id_of_distinct_values(tmp_path: Path) -> None:
    cells = [str(7 * at + 3) for at in range(30)]
    assert inferred(tmp_path, cells, "customer_id")[0] is Kind.ID
    assert inferred(tmp_path, cells, "amount")[0] is Kind.INTEGER
    assert inferred(tmp_path, [*cells, "3"], "customer_id")[0] is Kind.INTEGER
    assert inferred(tmp_path, ["paid", "valid", "grid"], "rapid")[0] is Kind.CATEGORY
    assert inferred(tmp_path, [f"C-{at:05d}" for at in range(30)], "who")[0] is Kind.ID
    assert inferred(tmp_path, [str(at + 1) for at in range(9)], "No")[0] is Kind.ID


def test_the_first_id_is_the_key(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("age,person_id\n41,9\n39,8\n")
    assert read(path).schema.main.key == "person_id"


def test_long_and_nearly_unique_strings_are_text(tmp_path: Path) -> None:
    said = [f"the customer called about parcel {at} and was not pleased" for at in range(30)]
    assert inferred(tmp_path, said)[0] is Kind.TEXT
    names = [chr(65 + at) + "name" for at in range(25)]
    assert inferred(tmp_path, names) == (Kind.TEXT, names, "25 different values in 25 cells")


def test_a_column_of_100_000_categories_is_read_and_noted(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("shop,n\n" + "".join(f"shop {at % 100_000},1\n" for at in range(200_000)))
    rows = read(path)
    assert rows.column("shop").kind is Kind.CATEGORY
    assert rows.column("shop").note == "100,000 different values"
    assert rows.table["shop"].chunk(0).dictionary[0].as_py() == "shop 0"


@pytest.mark.parametrize(
    ("cells", "kind", "values", "note"),
    [
        (pa.array([1, 2, None], pa.int16()), Kind.INTEGER, [1, 2, None], ""),
        (pa.array([1.5, float("nan"), float("inf")]), Kind.NUMBER, [1.5, None, None],
         "1 NaN cell read as null; 1 infinite cell read as null"),
        (pa.array([1.0, 2.0, None]), Kind.INTEGER, [1, 2, None], "whole numbers held as floats"),
        (pa.array([Decimal("1.25"), None]), Kind.NUMBER, [1.25, None], ""),
        (pa.array([True, None]), Kind.BOOLEAN, [True, None], ""),
        (pa.array([date(2025, 1, 31)]), Kind.DATETIME, [JAN_31], ""),
        (pa.array([time(1, 30)]), Kind.DURATION, [timedelta(hours=1, minutes=30)],
         "time of day, as the time since midnight"),
        (pa.array(["a", None]).dictionary_encode(), Kind.CATEGORY, ["a", None], ""),
        (pa.array([3, None]).dictionary_encode(), Kind.CATEGORY, ["3", None], ""),
        (pa.array(["2025-01-31", None]), Kind.DATETIME, [JAN_31, None], ""),
        (pa.array(["1", "2"]), Kind.CATEGORY, ["1", "2"], "numbers held as text"),
        (pa.nulls(2), Kind.CATEGORY, [None, None], "no values"),
        (pa.array([None, float("nan")]), Kind.NUMBER, [None, None],
         "1 NaN cell read as null; no values"),
        (pa.array([[1], None]), Kind.NESTED, [[1], None],
         "list<item: int64>, handed through as it came"),
        (pa.array([{"a": 1}, None]), Kind.NESTED, [{"a": 1}, None],
         "struct<a: int64>, handed through as it came"),
        (pa.array([2**63, 1], pa.uint64()), Kind.ID, [str(2**63), "1"],
         "whole numbers beyond 64 bits, kept as text"),
    ],
)  # fmt: skip
def test_types_tell_kinds(cells: pa.Array, kind: Kind, values: list[object], note: str) -> None:
    rows = read(pa.table({"x": cells}))
    column = rows.column("x")
    assert (column.kind, rows.table["x"].to_pylist(), column.note) == (kind, values, note)
    assert rows.table["x"].type == column.arrow_type(rows.table["x"].type)


def test_floats_of_32_bits_have_the_decimals_that_they_show() -> None:
    assert read(pa.table({"x": pa.array([0.1, 2.25], pa.float32())})).column("x").digits == 2


def test_json_lines_give_each_key_its_kind(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(
        '{"a": 1, "when": "2025-01-31T00:00:00Z", "mixed": 1, "tags": ["x"]}\n'
        '{"a": 2.5, "when": "2025-02-01T00:00:00Z", "mixed": "N/A", "more": true}\n'
    )
    rows = read(path)
    kinds = {column.name: str(column.kind) for column in rows.schema.main.columns}
    assert kinds == {
        "a": "number", "when": "datetime", "mixed": "integer", "tags": "nested", "more": "boolean",
    }  # fmt: skip
    assert rows.column("mixed").note == "1 cell 'N/A' read as null"


def test_whole_numbers_beyond_64_bits_in_json_stay_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"a": 123456789012345678901}\n{"a": 7}\n')
    assert read(path).table["a"].to_pylist() == ["123456789012345678901", "7"]


def test_shapes_that_do_not_fit_one_type_are_kept_as_json(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"a": {"x": 1}}\n{"a": {"x": "y"}}\n')
    assert read(path).table["a"].to_pylist() == ['{"x": 1}', '{"x": "y"}']


@pytest.mark.parametrize(("ending", "delimiter"), [("csv", ";"), ("csv", "|"), ("tsv", "\t")])
def test_the_delimiter_is_found(tmp_path: Path, ending: str, delimiter: str) -> None:
    path = tmp_path / f"a.{ending}"
    path.write_text(f"a{delimiter}b\n1{delimiter}x, y\n2{delimiter}z\n")
    assert read(path).table.to_pydict() == {"a": [1, 2], "b": ["x, y", "z"]}


def test_a_folder_is_one_table_a_file_with_the_references_that_names_show(tmp_path: Path) -> None:
    (tmp_path / "account.csv").write_text("account_id,town\n7,A\n8,B\n9,A\n")
    (tmp_path / "loan.csv").write_text("loan_id,account_id\n1,9\n2,9\n3,7\n4,77\n")
    (tmp_path / "NOTES.md").write_text("not rows")
    rows = read(tmp_path)
    assert list(rows.tables) == ["account", "loan"]
    reference = rows.schema.tables["loan"].references[0]
    assert (reference.column, reference.table, reference.key) == (
        "account_id", "account", "account_id",
    )  # fmt: skip
    assert rows.schema.tables["loan"]["account_id"].kind is Kind.ID


words = st.sampled_from(["red", "green", "dark blue", "so-so", 'a "b"', "c,d", "e\nf"])
tables = st.fixed_dictionaries(
    {
        "whole": st.lists(st.integers(-(10**12), 10**12), min_size=2, max_size=2),
        "cents": st.lists(st.integers(-9999, 9999), min_size=2, max_size=2),
        "word": st.lists(words, min_size=2, max_size=2),
        "truth": st.lists(st.booleans(), min_size=2, max_size=2),
        "when": st.lists(
            st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)), min_size=2, max_size=2
        ),
    }
)


@for_all(tables)
def test_what_is_written_as_csv_is_read_back_with_its_kinds(tmp_path: Path, rows) -> None:
    import pyarrow.csv as arrow_csv

    cents = np.array(rows.pop("cents")) / 100 + 0.001  # three decimals, so never whole
    table = pa.table({**rows, "price": np.round(cents, 3)})
    arrow_csv.write_csv(table, tmp_path / "rows.csv")
    back: Dataset = read(tmp_path / "rows.csv")
    assert back.table.select(table.column_names).to_pylist() == table.to_pylist()
    assert {column.name: str(column.kind) for column in back.schema.main.columns} == {
        "whole": "integer", "price": "number", "word": "category", "truth": "boolean",
        "when": "datetime",
    }  # fmt: skip


def accounts(folder: Path, keys: list[object], refers: list[object]) -> Path:
    """Write two tables as pandas does: whole numbers beside empty cells get a decimal point."""
    folder.mkdir()
    rows = ["account_id,balance", *(f"{key},{i}" for i, key in enumerate(keys))]
    (folder / "account.csv").write_text("\n".join(rows) + "\n")
    rows = ["account_id,amount", *(f"{one},{i % 5}.5" for i, one in enumerate(refers))]
    (folder / "loan.csv").write_text("\n".join(rows) + "\n")
    return folder


def met(rows: Dataset) -> float:
    keys = set(rows.tables["account"]["account_id"].cast(pa.string()).to_pylist())
    values = rows.tables["loan"]["account_id"].cast(pa.string()).drop_null().to_pylist()
    return sum(value in keys for value in values) / len(values)


def test_whole_number_ids_meet_however_they_were_written(tmp_path: Path) -> None:
    keys = list(range(100, 150))
    plain = read(accounts(tmp_path / "plain", keys, keys * 2))
    gappy = accounts(tmp_path / "gappy", keys, ["", *(f"{key}.0" for key in keys)])
    for rows in (plain, read(gappy), read(gappy, schema=plain.schema)):
        assert met(rows) == 1.0
        assert rows.schema.tables["loan"]["account_id"].kind is Kind.ID
        assert rows.tables["loan"]["account_id"].type == pa.int64()


def test_a_text_that_names_a_numbered_key_refers_to_it(tmp_path: Path) -> None:
    folder = accounts(tmp_path / "mixed", [*range(100, 149), "A7"], [*range(100, 149)] * 2)
    rows = read(folder)
    (reference,) = rows.schema.tables["loan"].references
    assert (reference.table, met(rows)) == ("account", 1.0)


def test_a_declared_reference_of_which_nothing_meets_is_refused(tmp_path: Path) -> None:
    keys = list(range(100, 150))
    schema = read(accounts(tmp_path / "plain", keys, keys)).schema
    folder = accounts(tmp_path / "zeros", keys, [f"{key:06}" for key in keys])
    with pytest.raises(SchemaError) as error:
        read(folder, schema=schema)
    assert str(error.value) == (
        "loan.account_id refers to account.account_id, and not one of its values is there: whole "
        "numbers on the one side, text on the other\n"
        f"  where: {folder} references\n"
        "  mend:  write both alike (leading zeros, blanks), or take the reference away"
    )


def test_rows_that_do_not_fit_the_schema_of_others_are_named_by_their_file(tmp_path: Path) -> None:
    (tmp_path / "made.csv").write_text("a\n1\n2\n")
    known = read(pa.table({"a": [1, 2], "b": [1.5, 2.5]})).schema
    with pytest.raises(SchemaError) as error:
        read(tmp_path / "made.csv", schema=known)
    assert error.value.faults[0].where == (
        f"{tmp_path / 'made.csv'}, read by the schema of other rows"
    )
