"""`ww.run`: same inputs, same bytes, same name; a failed gate releases nothing.

The learner is the simplest one: what the run promises does not hang on how well it learns.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import worldwright as ww
from worldwright.data.progress import Step
from worldwright.errors import GateError, SpecError, StoreError

from .conftest import Write

QUICK = (("learner: forest", "learner: marginals"), ("  target: late\n", ""))
JUDGE = "judge: {splits: 99}\n"


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder by its path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture
def quick(project: Write) -> Path:
    return project(*QUICK, more=JUDGE)


def test_a_run_makes_judges_and_releases(quick: Path) -> None:
    told: list[Step] = []
    outcome = ww.run(quick, progress=told.append)
    assert outcome.directory.parent == quick.parent / "releases"
    assert outcome.directory.name == outcome.name
    assert outcome.name.startswith("orders-")
    assert outcome.release is not None
    assert outcome.release.verify() == ()
    assert outcome.dataset.rows == 200
    assert not outcome.failed
    assert {"columns", "rules", "copies"} <= set(outcome.report.verdicts)
    assert "membership_auc" in outcome.report.figures
    assert {step.what for step in told} >= {"write", "guard"}
    assert not (quick.parent / ".worldwright").exists()


def test_worth_is_told_where_a_target_is_named(project: Write) -> None:
    outcome = ww.run(project(QUICK[0], more=JUDGE))
    assert outcome.report.worth is not None
    assert "worth" in outcome.report.figures


def test_what_was_released_is_what_was_returned(quick: Path) -> None:
    outcome = ww.run(quick)
    again = ww.open_release(outcome.directory)
    assert again.dataset().fingerprint() == outcome.dataset.fingerprint()
    assert again.report().to_dict() == outcome.report.to_dict()


def test_the_same_inputs_give_the_same_name_and_nothing_is_made_twice(quick: Path) -> None:
    first = ww.run(quick)
    before = bytes_of(first.directory)
    second = ww.run(quick)
    assert not first.existed
    assert second.existed
    assert second.name == first.name
    assert second.report.to_dict() == first.report.to_dict()
    assert bytes_of(first.directory) == before
    assert "(was there: same inputs, intact)" in second.to_text()


@pytest.mark.slow
def test_a_run_elsewhere_gives_the_same_bytes(quick: Path, tmp_path: Path) -> None:
    first = ww.run(quick)
    second = ww.run(quick, out=tmp_path / "elsewhere", workers=2)
    assert second.directory.parent == tmp_path / "elsewhere"
    assert not second.existed
    assert bytes_of(first.directory) == bytes_of(second.directory)


@pytest.mark.slow
def test_another_seed_or_other_rows_have_another_name(project: Write) -> None:
    names = {
        ww.run(project(*QUICK, more=JUDGE)).name,
        ww.run(project(*QUICK, ("seed: 3", "seed: 4"), more=JUDGE)).name,
        ww.run(project(*QUICK, more=JUDGE, rows=599)).name,
    }
    assert len(names) == 3


@pytest.mark.slow
def test_comments_and_the_order_of_keys_are_nothing(project: Write) -> None:
    first = ww.run(project(*QUICK, more=JUDGE))
    second = ww.run(project(*QUICK, ("seed: 3\n", ""), more=f"{JUDGE}# a word\nseed: 3\n"))
    assert second.existed
    assert second.name == first.name


def test_a_release_that_was_changed_is_not_taken_for_the_same(quick: Path) -> None:
    outcome = ww.run(quick)
    (outcome.directory / "card.md").write_text("better than it is")
    with pytest.raises(StoreError) as caught:
        ww.run(quick)
    assert str(caught.value) == (
        "the release was changed after it was made: card.md: changed\n"
        f"  where: {outcome.directory}\n"
        "  mend:  move it away, and run again to make it anew"
    )


def test_a_failed_gate_writes_report_and_verdict_and_releases_nothing(project: Write) -> None:
    path = project(*QUICK, more=f'{JUDGE}gates: {{membership_auc: "<= 0.01"}}\n')
    with pytest.raises(GateError) as caught:
        ww.run(path)
    (name,) = [entry.name for entry in (path.parent / "releases").iterdir()]
    folder = path.parent / "releases" / name
    assert name.endswith(".failed")
    assert sorted(bytes_of(folder)) == ["report.html", "report.json", "verdict.txt"]
    assert (folder / "verdict.txt").read_text() == f"{caught.value}\n"
    assert json.loads((folder / "report.json").read_text())["format"] == "worldwright.report"
    told = str(caught.value).replace(f"{path.parent}/", "").splitlines()
    assert told[0].startswith("membership_auc must be <= 0.01, and is ")
    assert told[1] == (
        "  where: project.yaml:10 gates.membership_auc, "
        "tested at the unfavourable end of the 95 % interval"
    )
    assert not (path.parent / ".worldwright").exists()


def test_a_failed_run_can_be_run_again(project: Write) -> None:
    path = project(*QUICK, more=f'{JUDGE}gates: {{membership_auc: "<= 0.01"}}\n')
    first, second = ww.run(path, require=False), ww.run(path, require=False)
    assert first.release is None
    assert [fault.where for fault in first.failed] == [fault.where for fault in second.failed]
    assert "release  none: a gate failed" in first.to_text()
    assert ww.show(first.directory).to_text() == first.report.to_text()
    with pytest.raises(GateError):
        second.require()


def test_a_run_checks_before_it_works(project: Write) -> None:
    path = project(("target: late", "target: lat"))
    with pytest.raises(SpecError, match="the evidence has no column 'lat'"):
        ww.run(path)
    assert sorted(entry.name for entry in path.parent.iterdir()) == ["orders.csv", "project.yaml"]


def test_a_folder_that_may_not_be_written_is_found_before_any_work(quick: Path) -> None:
    with pytest.raises(StoreError) as caught:
        ww.run(quick, out="/sys/releases")
    assert str(caught.value) == (
        "no permission to write there\n"
        "  where: /sys/releases\n"
        "  mend:  choose a folder that you may write to"
    )
    assert sorted(entry.name for entry in quick.parent.iterdir()) == ["orders.csv", "project.yaml"]


def test_a_holdout_of_its_own_judges_and_all_of_the_evidence_teaches(project: Write) -> None:
    path = project(*QUICK, ("holdout: 0.4", "holdout: held.csv"), more=JUDGE)
    lines = (path.parent / "orders.csv").read_text().splitlines(keepends=True)
    (path.parent / "held.csv").write_text("".join([lines[0], *lines[1:301]]))
    (path.parent / "orders.csv").write_text("".join([lines[0], *lines[301:]]))
    outcome = ww.run(path)
    assert {side.role: side.rows for side in outcome.report.sides} == {
        "made": 200,
        "real": 300,
        "holdout": 300,
    }


def test_what_a_wish_and_a_constraint_say_holds_in_every_row(project: Write) -> None:
    wished = 'rows: 200\n  share: {region: {far: 0.5}}\n  where: "items < 7"'
    constrained = 'learner: marginals\n  constraints: ["amount > 5"]'
    path = project(("learner: forest", constrained), ("rows: 200", wished), more=JUDGE)
    made = ww.run(path).dataset
    frame = made.table.to_pydict()
    assert max(frame["items"]) < 7
    assert min(frame["amount"]) > 5
    assert frame["region"].count("far") == 100
    assert made.weights().mean() == pytest.approx(1.0)


def test_rows_that_are_kept_are_completed(project: Write) -> None:
    path = project(*QUICK, ("rows: 200", "keep: half.csv"), more=JUDGE)
    kept = "".join(f"{region},3\n" for region in ["far", "north"] * 50)
    (path.parent / "half.csv").write_text(f"region,items\n{kept}")
    made = ww.run(path).dataset.table.to_pydict()
    assert made["region"] == ["far", "north"] * 50
    assert made["items"] == [3] * 100
    assert None not in made["late"]


def test_a_saved_world_can_stand_in_for_a_learner(project: Write) -> None:
    path = project()
    real, _ = ww.read(path.parent / "orders.csv").split(0.6, seed=3)
    ww.fit(real, target="late", learner="marginals").save(path.parent / "world")
    path = project(("learner: forest", "load: world"), more=JUDGE)
    assert ww.run(path).dataset.rows == 200
