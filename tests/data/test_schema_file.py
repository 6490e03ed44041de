"""Schema files: what a person declares is in force, and all faults of a file come at once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from worldwright.data.declared import from_schema
from worldwright.data.read import read
from worldwright.data.schema import Column, Kind, Reference, Schema, TableSchema
from worldwright.data.schema_file import load_schema, schema_to_yaml
from worldwright.errors import SchemaError, SpecError


def file(folder: Path, text: str, name: str = "schema.yaml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_what_is_declared_is_in_force(tmp_path: Path) -> None:
    rows = file(
        tmp_path,
        "id,zip,joined,weight,answer,plan\n"
        "7,01234,03/04/2025,unknown,y,no\n"
        "8,00501,05/06/2025,61.5,n,yes\n",
        "people.csv",
    )
    schema = file(
        tmp_path,
        "columns:\n"
        "  zip: {kind: text, sensitive: true}\n"
        '  joined: {kind: datetime, format: "%d/%m/%Y", low: 2025-01-01}\n'
        "  weight: {kind: number, unit: kg, low: 0, high: 300, nulls: [unknown]}\n"
        "  answer: boolean\n"
        "  plan: {kind: category, categories: [yes, no], nullable: false}\n"
        "key: id\n"
        "order: joined\n",
    )
    people = read(rows, schema=schema)
    assert people.table.to_pylist()[0] == {
        "id": 7, "zip": "01234", "joined": datetime(2025, 4, 3), "weight": None,
        "answer": True, "plan": "no",
    }  # fmt: skip
    weight = people.column("weight")
    assert (weight.unit, weight.low, weight.high) == ("kg", 0.0, 300.0)
    assert weight.note == "1 cell 'unknown' read as null"
    assert people.column("zip").sensitive
    assert people.column("plan").categories == ("yes", "no")
    assert (people.schema.main.key, people.schema.main.order) == ("id", "joined")
    assert people.column("id").kind is Kind.ID


def test_a_schema_can_be_handed_over_as_it_is(visits, tmp_path: Path) -> None:
    frame = visits.to_pandas()
    assert read(frame, schema=visits.schema).schema.main.names == visits.schema.main.names


def test_json_is_a_schema_file_too(tmp_path: Path) -> None:
    path = file(tmp_path, '{\n\t"columns": {"n": {"kind": "number"}}\n}', "schema.json")
    assert read(pa.table({"n": [1, 2]}), schema=path).column("n").kind is Kind.NUMBER


def test_tables_are_declared_by_name_and_the_first_is_the_main_one(tmp_path: Path) -> None:
    folder = tmp_path / "bank"
    folder.mkdir()
    file(folder, "who,n\n1,2\n", "account.csv")
    file(folder, "account,n\n1,2\n", "loan.csv")
    schema = file(
        tmp_path,
        "tables:\n"
        "  loan:\n"
        "    references: [{column: account, table: account, key: who}]\n"
        "  account:\n"
        "    columns: {who: id}\n"
        "    key: who\n",
    )
    bank = read(folder, schema=schema)
    assert list(bank.tables) == ["loan", "account"]
    assert bank.schema.main.references == (Reference("account", "account", "who"),)


def test_every_fault_comes_with_its_line_and_its_mend(tmp_path: Path) -> None:
    path = file(
        tmp_path,
        "columns:\n"
        "  age: {knid: integer}\n"
        "  sex: {kind: categry}\n"
        "  paid: {kind: number, nullable: perhaps}\n"
        "kye: age\n",
    )
    with pytest.raises(SpecError) as caught:
        load_schema(path)
    assert str(caught.value) == (
        "unknown key 'knid'\n"
        f"  where: {path}:2 columns.age.knid\n"
        "  mend:  did you mean 'kind'? choose from: categories, format, high, kind, low, nullable, "
        "nulls, sensitive, unit\n"
        "'categry' is not a kind\n"
        f"  where: {path}:3 columns.sex.kind\n"
        "  mend:  did you mean 'category'? choose from: boolean, category, datetime, duration, id, "
        "integer, nested, number, text\n"
        "'perhaps' does not fit: it should be a valid boolean, unable to interpret input\n"
        f"  where: {path}:4 columns.paid.nullable\n"
        "  mend:  see the schema file in the docs\n"
        "unknown key 'kye'\n"
        f"  where: {path}:5 kye\n"
        "  mend:  did you mean 'key'? choose from: columns, key, order, references, tables"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("columns:\n  a: {kind: integer, categories: [x]}\n",
         "categories do not go with kind integer"),
        ("columns:\n  a: {kind: text, low: 3}\n", "low and high do not go with kind text"),
        ("columns:\n  a: {kind: number, low: 9, high: 3}\n", "low is above high for 'a'"),
        ("columns:\n  a: {kind: number, low: small}\n", "low and high must be numbers here"),
        ("columns:\n  a: {kind: datetime, low: early}\n", "low and high must be dates here"),
        ("columns:\n  a: {kind: text, format: '%Y'}\n", "format does not go with kind text"),
        ("columns:\n  a: text\n  a: id\n", "'a' stands twice"),
        ("columns: {a: text}\ntables: {t: {}}\n", "one table and several tables in one file"),
        ("columns: [\n", "the schema file is not YAML"),
        ("references: [{column: a, table: b}]\n", "'key' is missing"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_told(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        load_schema(file(tmp_path, text))
    assert str(caught.value).startswith(message)
    assert f"where: {tmp_path / 'schema.yaml'}:" in str(caught.value)


def test_rows_that_contradict_the_schema_are_counted_and_not_shown(tmp_path: Path) -> None:
    rows = pa.table({"age": [7, 200, 300], "sex": ["f", "x7", None], "n": [1, 1, 2]})
    path = file(
        tmp_path,
        "columns:\n"
        "  age: {low: 0, high: 120}\n"
        "  sex: {categories: [f, m], nullable: false}\n"
        "  hieght: number\n"
        "key: n\n",
    )
    with pytest.raises(SchemaError) as caught:
        read(rows, schema=path)
    assert str(caught.value) == (
        "there is no column 'hieght'\n"
        f"  where: {path}:4 columns.hieght\n"
        "  mend:  choose from: age, n, sex\n"
        "2 cells of 'age' outside 0 to 120\n"
        f"  where: {path}:2 columns.age\n"
        "  mend:  widen the range, or mend the rows\n"
        "'sex' may not be empty: 1 cell without a value\n"
        f"  where: {path}:3 columns.sex\n"
        "  mend:  declare it nullable: true, or mend the rows\n"
        "1 cell of 'sex' outside the declared categories\n"
        f"  where: {path}:3 columns.sex\n"
        "  mend:  add what is missing to categories, or mend the rows\n"
        "'n' is declared the key, but repeats or is empty in some rows\n"
        f"  where: {path} key\n"
        "  mend:  choose a column with a value of its own in every row, or none"
    )


names = st.sampled_from(["null", "~", "no", "007"]) | st.text(
    st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6
)
bounds = st.none() | st.floats(-1e6, 1e6)


@st.composite
def columns(draw: st.DrawFn) -> Column:
    kind = draw(st.sampled_from(Kind))
    ordered = kind in (Kind.NUMBER, Kind.INTEGER, Kind.DURATION)
    low, high = (draw(bounds), draw(bounds)) if ordered else (None, None)
    if low is not None and high is not None and low > high:
        low, high = high, low
    categories = draw(st.none() | st.lists(names, max_size=3).map(tuple))
    return Column(
        draw(names), kind, unit=draw(st.none() | names),
        nullable=draw(st.booleans()), sensitive=draw(st.booleans()), low=low, high=high,
        categories=categories if kind is Kind.CATEGORY else None, note="said in passing",
    )  # fmt: skip


@for_all(st.lists(columns(), min_size=1, max_size=4, unique_by=lambda column: column.name),
         st.booleans())  # fmt: skip
def test_a_schema_written_and_read_declares_the_same(
    tmp_path_factory: pytest.TempPathFactory, drawn, several
) -> None:
    table = TableSchema(tuple(drawn), key=drawn[0].name)
    schema = Schema({"one": table, "two": table} if several else {"": table})
    path = file(tmp_path_factory.mktemp("schema"), schema_to_yaml(schema))
    loaded, wanted = load_schema(path), from_schema(schema)
    assert list(loaded) == list(wanted)
    for name in wanted:
        assert loaded[name].key == wanted[name].key
        for column, said in wanted[name].columns.items():
            found = loaded[name].columns[column]
            assert (found.kind, found.unit, found.low, found.high, found.categories) == (
                said.kind, said.unit, said.low, said.high, said.categories,
            )  # fmt: skip
            assert (found.nullable, found.sensitive) == (said.nullable, said.sensitive)
