"""`ww.init` writes a project that checks, and `ww.show` describes what lies at a path."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import worldwright as ww
from worldwright.errors import ReadError, SchemaError, StoreError
from worldwright.loop.display import Shown

from .conftest import Write, orders


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(orders())
    return path


def test_what_init_writes_checks(source: Path, tmp_path: Path) -> None:
    written = ww.init(tmp_path / "new", source, target="late")
    assert written == [tmp_path / "new" / "project.yaml", tmp_path / "new" / "schema.yaml"]
    lines = ww.check(tmp_path / "new")
    assert f"evidence: 600 rows of 4 columns, read from {tmp_path}/orders.csv" in lines
    assert "wish: 600 rows" in lines
    assert 'target: "late"' in written[0].read_text()


def test_without_a_target_init_says_where_to_name_one(source: Path, tmp_path: Path) -> None:
    project, _ = ww.init(tmp_path / "new", source)
    assert "# target: COLUMN" in project.read_text()
    assert "evidence: no target is named, so the report will say nothing about worth" in ww.check(
        tmp_path / "new"
    )


def test_the_schema_file_declares_what_was_inferred(source: Path, tmp_path: Path) -> None:
    _, schema = ww.init(tmp_path / "new", source)
    again = ww.read(source, schema=schema)
    kinds = {column.name: column.kind for column in again.schema.main.columns}
    assert kinds == {
        "region": ww.Kind.CATEGORY,
        "items": ww.Kind.INTEGER,
        "amount": ww.Kind.NUMBER,
        "late": ww.Kind.CATEGORY,
    }
    assert "north" not in schema.read_text()


def test_init_overwrites_nothing_and_leaves_nothing_half_done(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    (folder / "schema.yaml").write_text("mine")
    with pytest.raises(StoreError) as caught:
        ww.init(folder, source)
    assert str(caught.value) == (
        "it exists already, and nothing is overwritten\n"
        f"  where: {folder}/schema.yaml\n"
        "  mend:  choose another folder, or edit the file that is there"
    )
    assert [entry.name for entry in folder.iterdir()] == ["schema.yaml"]
    assert (folder / "schema.yaml").read_text() == "mine"


def test_init_with_a_target_that_is_not_there_writes_nothing(source: Path, tmp_path: Path) -> None:
    with pytest.raises(SchemaError) as caught:
        ww.init(tmp_path / "new", source, target="lat")
    assert str(caught.value) == (
        "there is no column 'lat'\n"
        f"  where: {source}\n"
        "  mend:  did you mean 'late'? choose from: amount, items, late, region"
    )
    assert not (tmp_path / "new").exists()


def test_show_tells_the_columns_of_rows_and_no_value(source: Path) -> None:
    shown = ww.show(source)
    assert shown.kind == "rows"
    assert shown.to_dict()["rows"] == 600
    assert [column["name"] for column in shown.to_dict()["columns"]] == [
        "region", "items", "amount", "late",
    ]  # fmt: skip
    text = shown.to_text(80)
    assert "amount" in text
    assert "north" not in text
    assert max(map(len, text.splitlines()[1:])) <= 80


def test_show_tells_what_a_saved_world_learned(source: Path, tmp_path: Path) -> None:
    world = ww.fit(ww.read(source), target="late", learner="marginals")
    world.constrain("items > 1").save(tmp_path / "world")
    shown = ww.show(tmp_path / "world").to_dict()
    assert shown["kind"] == "a saved World"
    assert shown["target"] == "late"
    assert shown["constraints"] == ["items > 1"]


@pytest.mark.slow
def test_show_tells_whether_a_release_is_intact(project: Write) -> None:
    path = project(("learner: forest", "learner: marginals"), more="judge: {splits: 99}\n")
    outcome = ww.run(path)
    assert ww.show(outcome.directory).to_dict()["intact"] is True
    (outcome.directory / "card.md").unlink()
    shown = ww.show(outcome.directory).to_dict()
    assert shown["intact"] is False
    assert shown["changed"] == ["card.md: missing"]
    told = ww.show(outcome.directory / "report.json")
    assert told.to_text(80) == outcome.report.to_text(80)


def test_show_of_nothing_and_of_a_broken_report(tmp_path: Path) -> None:
    with pytest.raises(ReadError) as caught:
        ww.show(tmp_path / "none.csv")
    assert str(caught.value) == (
        f"there is nothing there\n  where: {tmp_path}/none.csv\n  mend:  check the path"
    )
    (tmp_path / "report.json").write_text('{"cut')
    with pytest.raises(ReadError) as caught:
        ww.show(tmp_path / "report.json")
    assert str(caught.value) == (
        "this is no report of ours\n"
        f"  where: {tmp_path}/report.json\n"
        "  mend:  make it again with `ww judge` or `ww run`"
    )


def test_the_catalogue_lists_every_registered_part_with_what_gates_may_name() -> None:
    listed = ww.list_plugins().to_dict()
    assert {"forest", "marginals"} <= {entry["name"] for entry in listed["learner"]}
    assert {entry["name"] for entry in listed["project_key"]} == {
        "assumptions", "beliefs", "evidence", "gates", "guard", "judge", "release", "seed", "wish",
        "world",
    }  # fmt: skip
    membership = next(e for e in listed["attack"] if e["name"] == "membership")
    assert "membership_auc" in membership["figures"]
    assert all(entry["says"] for entries in listed.values() for entry in entries)
    assert json.loads(json.dumps(listed)) == listed


def test_a_long_name_stands_in_a_line_of_its_own() -> None:
    shown = Shown(Path("world"), "a saved World", {"as it was in training": "the learner"})
    assert shown.to_text(80).split("\n")[1:3] == [
        "  as it was in training", "                     the learner",
    ]  # fmt: skip
