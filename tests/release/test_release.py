"""A release: whole or not at all, the same bytes again, and it knows when it was touched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from released_rows import report_on

from worldwright.data.dataset import Dataset
from worldwright.data.fingerprint import content_hash
from worldwright.data.lineage import Role
from worldwright.data.release import open_release, release
from worldwright.data.report import Report, Side
from worldwright.errors import RoleError, StoreError

FILES = {
    "card.md", "croissant.json", "data/dataset.json", "data/flows.parquet", "data/trace.parquet",
    "lineage.parquet", "manifest.json", "report.html", "report.json",
}  # fmt: skip


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_what_is_released_is_intact_and_comes_back(made, report, tmp_path) -> None:
    bundle = release(made, report, tmp_path / "r1")
    assert bundle.verify() == ()
    again = open_release(tmp_path / "r1")
    assert again == bundle
    assert content_hash(again.dataset()) == content_hash(made)
    assert again.dataset().schema == made.schema
    assert again.dataset().weights().tolist() == made.weights().tolist()
    assert again.report() == report
    assert set(files(tmp_path / "r1")) == FILES


def test_the_same_rows_and_report_give_the_same_bytes(made, report, tmp_path) -> None:
    release(made, report, tmp_path / "a")
    release(made, report, tmp_path / "somewhere" / "b")
    assert files(tmp_path / "a") == files(tmp_path / "somewhere" / "b")


def test_the_project_that_asked_for_it_goes_along(made, report, tmp_path) -> None:
    project = tmp_path / "mine.yaml"
    project.write_text("seed: 1\n")
    bundle = release(made, report, tmp_path / "r1", project=project)
    assert (bundle.path / "project.yaml").read_text() == "seed: 1\n"
    assert bundle.verify() == ()


def test_nothing_is_overwritten(made, report, tmp_path) -> None:
    release(made, report, tmp_path / "r1")
    before = files(tmp_path)
    with pytest.raises(StoreError) as caught:
        release(made, report, tmp_path / "r1")
    assert str(caught.value) == (
        "it exists already, and nothing is overwritten\n"
        f"  where: {tmp_path / 'r1'}\n"
        "  mend:  choose another name, or move it away first"
    )
    assert files(tmp_path) == before


# Who may be released.


def test_a_report_on_other_rows_is_refused(made: Dataset, report: Report, tmp_path: Path) -> None:
    with pytest.raises(RoleError) as caught:
        release(made.take(np.arange(40)[::-1].copy()), report, tmp_path / "r1")
    assert str(caught.value) == (
        "the report speaks of other rows than these\n"
        "  where: release(40 rows, a report on 40 rows)\n"
        "  mend:  judge and guard the very rows that you release, on this machine"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("role", [Role.REAL, Role.HOLDOUT])
def test_real_rows_are_not_released(made, report, tmp_path, role: Role) -> None:
    real = replace(made, lineage=replace(made.lineage, role=role, maker="split"))
    with pytest.raises(RoleError) as caught:
        release(real, report, tmp_path / "r1")
    assert str(caught.value) == (
        f"these are real rows that play the part of {role}: they are not released\n"
        "  where: release(rows made by split)\n"
        "  mend:  release what world.sample() made"
    )


# What was touched is named.


def test_each_touched_file_is_named(made, report, tmp_path) -> None:
    bundle = release(made, report, tmp_path / "r1")
    card = bundle.path / "card.md"
    card.write_text(card.read_text() + "It is anonymous.\n")
    (bundle.path / "data" / "flows.parquet").unlink()
    (bundle.path / "more.csv").write_text("1\n")
    assert bundle.verify() == (
        "card.md: changed",
        "data/flows.parquet: missing",
        "more.csv: added",
    )


@pytest.mark.parametrize("name", sorted(FILES - {"manifest.json"}))
def test_one_bit_in_any_file_is_noticed(made, report, tmp_path, name: str) -> None:
    bundle = release(made, report, tmp_path / "r1")
    path = bundle.path / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    assert bundle.verify() == (f"{name}: changed",)


def test_a_manifest_that_was_edited_is_noticed(made, report, tmp_path) -> None:
    bundle = release(made, report, tmp_path / "r1")
    path = bundle.path / "manifest.json"
    path.write_text(path.read_text().replace('"seed": 7', '"seed": 8'))
    assert open_release(bundle.path).verify() == ("manifest.json: changed",)


def test_a_release_with_changed_rows_does_not_hand_them_out(made, report, tmp_path) -> None:
    bundle = release(made, report, tmp_path / "r1")
    pq.write_table(made.table.slice(1), bundle.path / "data" / "flows.parquet")
    with pytest.raises(StoreError):
        bundle.dataset()


# What cannot be opened says why.


def test_a_manifest_that_is_cut_short_is_named(made, report, tmp_path) -> None:
    path = release(made, report, tmp_path / "r1").path / "manifest.json"
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(StoreError) as caught:
        open_release(tmp_path / "r1")
    assert str(caught.value) == (
        "the manifest is cut short or damaged\n"
        f"  where: {path}\n"
        "  mend:  bring a whole copy of the release"
    )


def test_a_manifest_of_a_newer_format_is_named(made, report, tmp_path) -> None:
    path = release(made, report, tmp_path / "r1").path / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "version": 2}))
    with pytest.raises(StoreError) as caught:
        open_release(tmp_path / "r1")
    assert str(caught.value) == (
        "it was released by a newer version (format 2; this one reads 1)\n"
        f"  where: {path}\n"
        "  mend:  update: pip install --upgrade worldwright"
    )


def test_a_manifest_of_something_else_is_named(made, report, tmp_path) -> None:
    path = release(made, report, tmp_path / "r1").path / "manifest.json"
    path.write_text('{"hello": 1}')
    with pytest.raises(StoreError, match="it is not the manifest of a release"):
        open_release(tmp_path / "r1")


def test_a_folder_without_a_release_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        open_release(tmp_path / "none")
    assert str(caught.value) == (
        "there is no release\n"
        f"  where: {tmp_path / 'none'}\n"
        "  mend:  name the folder that release() wrote"
    )


def test_a_report_that_was_cut_short_is_named(made, report, tmp_path) -> None:
    bundle = release(made, report, tmp_path / "r1")
    (bundle.path / "report.json").write_text("{")
    with pytest.raises(StoreError, match="the report is missing, cut short or damaged"):
        bundle.report()


# Nothing half-written stays.

_FULL = """
import json, resource, sys
from worldwright.data import store
from worldwright.data.release import release
from worldwright.data.reporting.plain import from_dict
from worldwright.errors import StoreError

made = store.load(sys.argv[1] + "/data")
report = from_dict(json.load(open(sys.argv[1] + "/report.json")))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
try:
    release(made, report, sys.argv[2])
except StoreError as error:
    print(error.faults[0].what)
"""


@pytest.mark.parametrize("room", [1_000, 4_500, 8_000])
def test_a_disk_without_room_leaves_nothing_behind(made, report, tmp_path, room: int) -> None:
    whole = release(made, report, tmp_path / "whole").path
    (tmp_path / "small").mkdir()
    told = subprocess.run(
        [sys.executable, "-c", _FULL, str(whole), str(tmp_path / "small" / "r1"), str(room)],
        capture_output=True, text=True, env=dict(os.environ), check=True,
    )  # fmt: skip
    assert told.stdout.startswith("cannot write: ")
    assert told.stdout.endswith("File too large\n")
    assert list((tmp_path / "small").iterdir()) == []


def test_a_project_that_is_not_there_leaves_nothing_behind(made, report, tmp_path) -> None:
    with pytest.raises(StoreError):
        release(made, report, tmp_path / "out" / "r1", project=tmp_path / "none.yaml")
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


# What stands in it.


def test_the_trail_has_a_line_for_each_row(made, report, tmp_path) -> None:
    trail = pq.read_table(release(made, report, tmp_path / "r1").path / "lineage.parquet")
    assert trail["row"].to_pylist() == list(range(40))
    assert trail["weight"].to_pylist() == made.weights().tolist()
    assert set(trail["table"].to_pylist()) == {"flows"}


def test_a_value_that_no_made_row_holds_is_nowhere_in_the_release(
    made: Dataset, report: Report, tmp_path: Path
) -> None:
    kinds = made.table["kind"].combine_chunks()
    wider = pa.DictionaryArray.from_arrays(
        kinds.indices, pa.array([*kinds.dictionary.to_pylist(), "planted-canary"])
    )
    table = made.table.set_column(1, made.table.schema.field("kind"), wider)
    table = table.replace_schema_metadata({"pandas": "planted-canary"})
    release(replace(made, tables={"flows": table}), report, tmp_path / "r1")
    for name, content in files(tmp_path / "r1").items():
        assert b"planted-canary" not in content, name
    stored = pq.read_table(tmp_path / "r1" / "data" / "flows.parquet")
    assert "planted-canary" not in str(stored.schema.metadata) + str(stored["kind"].chunks)


def test_the_evidence_stands_there_by_its_keyed_fingerprint_alone(made, report, tmp_path) -> None:
    manifest = release(made, report, tmp_path / "r1").manifest
    assert manifest["evidence"] == [
        {"role": "real", "rows": 900, "fingerprint": "keyed-real"},
        {"role": "holdout", "rows": 300, "fingerprint": "keyed-holdout"},
    ]
    assert manifest["made"]["parents"] == ["keyed-real"]


def test_two_tables_are_released_together(made: Dataset, tmp_path: Path) -> None:
    both = replace(
        made,
        tables={**made.tables, "more": made.table.slice(0, 3)},
        schema=replace(made.schema, tables={**made.schema.tables, "more": made.schema.main}),
    )
    bundle = release(both, report_on(both), tmp_path / "r1")
    trail = pq.read_table(bundle.path / "lineage.parquet")
    assert trail["table"].to_pylist() == ["flows"] * 40 + ["more"] * 3
    assert trail["weight"].to_pylist()[40:] == [1.0, 1.0, 1.0]
    assert bundle.verify() == ()


def test_a_side_of_the_report_without_budget_promises_nothing(made, report, tmp_path) -> None:
    card = (release(made, report, tmp_path / "r1").path / "card.md").read_text()
    assert "No privacy budget was spent, so nothing is promised" in card
    assert "this is no guarantee" in card
    assert isinstance(report.sides[0], Side)
