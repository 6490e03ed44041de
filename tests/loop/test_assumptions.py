"""Assumptions from the project file to the ledger beside the release, and against new rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import worldwright as ww
from worldwright.data.ledger import Standing
from worldwright.data.ledger_file import path_beside, standings
from worldwright.data.log import Log
from worldwright.errors import SpecError, StoreError

from .conftest import orders
from .test_run import JUDGE, QUICK

Write = Callable[..., Path]

ASSUMED = """\
assumptions:
  - {says: "amount rises with items", because: "each item has a price", by: "Ada"}
  - {says: "late = yes never happens when region = far"}
"""


@pytest.fixture
def released(project: Write) -> ww.Release:
    outcome = ww.run(project(*QUICK, more=JUDGE + ASSUMED))
    assert outcome.release is not None
    return outcome.release


def test_the_ledger_is_in_the_report_the_card_and_the_file_beside(released: ww.Release) -> None:
    rows = {row.says: row for row in released.report().ledger}
    grown = rows["amount rises with items"]
    assert (grown.verdict, grown.because, grown.by) == (
        Standing.SUPPORTED, "each item has a price", "Ada",
    )  # fmt: skip
    assert rows["late = yes never happens when region = far"].verdict is Standing.CONTRADICTED
    assert rows["as it was in the training period"].verdict is Standing.UNTESTED
    assert "What was assumed?" in (released.path / "card.md").read_text(encoding="utf-8")
    kept = path_beside(released.path)
    assert standings(kept)["amount rises with items"] == "supported"
    assert not released.verify()


def test_new_rows_make_an_assumption_fall_and_the_ledger_remembers(
    released: ww.Release, tmp_path: Path
) -> None:
    lines = orders().splitlines()
    fallen = [
        ",".join([region, str(9 - int(items)), amount, late])
        for region, items, amount, late in (line.split(",") for line in lines[1:])
    ]
    (tmp_path / "new.csv").write_text("\n".join([lines[0], *fallen]) + "\n")
    ledger = ww.reassess(released.path, against=ww.read(tmp_path / "new.csv"))
    assert [row.says for row in ledger.fallen] == ["amount rises with items"]
    assert "supported → contradicted" in ledger.to_text()
    assert ledger.to_dict()["fallen"] == ["amount rises with items"]
    again = ww.reassess(released, against=ww.read(tmp_path / "new.csv"))
    assert not again.fallen, "it had fallen before"
    kept = path_beside(released.path)
    assert Log(kept).verify() == 3
    kept.write_text(kept.read_text().replace("supported", "contradicted", 1))
    with pytest.raises(StoreError, match="it was changed after it was written"):
        ww.reassess(released, against=ww.read(tmp_path / "new.csv"))


def test_a_world_says_what_it_rests_on_and_keeps_it_when_saved(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(orders())
    rows = ww.read(tmp_path / "orders.csv")
    world = ww.fit(rows, learner="marginals", constraints=["items >= 1"])
    assumed = world.assume("amount rises with items", because="each has a price")
    says = [one.says for one in assumed.assumptions]
    assert says == ["amount rises with items", "items >= 1", "as it was in the training period"]
    assert assumed.fingerprint == world.fingerprint, "no row follows from what is assumed"
    loaded = ww.load(assumed.save(tmp_path / "world"))
    assert loaded.assumptions == assumed.assumptions
    assert "amount rises with items" in ww.show(tmp_path / "world").to_text(200)
    with pytest.raises(SpecError, match="there is no column 'weight'"):
        world.assume("amount rises with weight")


def test_check_points_at_the_line_of_an_assumption(project: Write) -> None:
    more = 'assumptions:\n  - says: "amount rises with weight"\n'
    with pytest.raises(SpecError) as caught:
        ww.check(project(*QUICK, more=more))
    assert "there is no column 'weight'" in str(caught.value)
    assert "project.yaml:10 assumptions.0.says" in str(caught.value)
    with pytest.raises(SpecError, match="this cannot be read as an assumption"):
        ww.check(project(*QUICK, more='assumptions: [{says: "amount grows"}]\n'))


def test_gates_on_assumptions_columns_and_groups_are_checked_before_work(project: Write) -> None:
    gates = "gates: {assumptions: not contradicted, fidelity: no fault, columns.amount: same}\n"
    assert "gates: columns.amount must be same" in ww.check(project(*QUICK, more=gates))
    with pytest.raises(SpecError) as caught:
        ww.check(project(*QUICK, more="gates: {assumptions: same, columns.amont: same}\n"))
    assert "write it as assumptions: supported" in str(caught.value)
    assert "the evidence has no column 'amont'" in str(caught.value)


def test_a_path_without_a_world_or_a_release_is_named(tmp_path: Path) -> None:
    (tmp_path / "made.csv").write_text(orders())
    with pytest.raises(StoreError) as error:
        ww.reassess(tmp_path / "made.csv", against=ww.read(tmp_path / "made.csv"))
    assert str(error.value) == (
        "there is neither a saved World nor a release\n"
        f"  where: {tmp_path / 'made.csv'}\n"
        "  mend:  name the folder of a World that was saved, or the one that release() wrote"
    )
