"""Beliefs and rare rows in a project: read, told, refused where they cannot be, and carried out."""

from __future__ import annotations

import pytest

import worldwright as ww
from worldwright.errors import GateError, SpecError

from .conftest import Write

AMPLIFY = ("  rows: 200\n", "  amplify: {late: 'yes'}\n")
FORCED = ("  rows: 200\n", "  amplify: {late: 'yes'}\n  rows: 60\n")
QUICK = "judge: {quick: true}\n"
BELIEFS = """\
beliefs:
  - {says: "late = yes is 3 times likelier when region = far", because: "roads", by: "Ada"}
  - {says: "late = yes rises with items weakly", strength: 25}
"""


def test_check_tells_what_is_believed_and_what_is_wanted(project: Write) -> None:
    told = str(ww.check(project(AMPLIFY, more=BELIEFS)))
    assert "late = yes is 3 times likelier when region = far (roads); worth 10 rows" in told
    assert "late = yes rises with items weakly; worth 25 rows" in told
    assert "rows of late = yes, as many as real rows say are worth it" in told


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ('beliefs: [{says: "late = yes rises with itms"}]\n', "did you mean 'items'"),
        ('beliefs: [{says: "late = yes rises"}]\n', "EVENT rises with COLUMN"),
        ('beliefs: [{says: "late = yes happens in 120 % of rows"}]\n', "from 0 % to 100 %"),
        ('beliefs: [{says: "late = yes rises with items", strength: firm}]\n', "worth, as in 25"),
        (
            'beliefs: [{says: "late = yes rises with items"}, '
            '{says: "late = yes falls with items"}]\n',
            "two beliefs that cannot both be true: 'late = yes rises with items' and",
        ),
    ],
)
def test_a_belief_that_cannot_be_is_told_with_its_line(project: Write, more, says) -> None:
    with pytest.raises(SpecError) as caught:
        ww.check(project(AMPLIFY, more=more))
    assert says in str(caught.value)
    assert "project.yaml:10 beliefs." in str(caught.value)


def test_a_class_that_is_not_there_is_told_with_its_line(project: Write) -> None:
    with pytest.raises(SpecError, match=r"wish\.amplify\.late"):
        ww.check(project(("  rows: 200\n", "  amplify: {late: yess}\n")))
    with pytest.raises(SpecError, match="did you mean 'late'"):
        ww.check(project(("  rows: 200\n", "  amplify: {lat: 'yes'}\n")))


def test_a_forced_number_is_made_judged_and_released_with_its_story(project: Write) -> None:
    outcome = ww.run(project(FORCED, more=BELIEFS + QUICK))
    assert outcome.dataset.table["late"].to_pylist().count("yes") == 60
    (told,) = outcome.dataset.lineage.chosen
    assert told["beliefs used"] == [
        "late = yes is 3 times likelier when region = far",
        "late = yes rises with items weakly",
    ]
    assert any("as many as were asked for" in note for note in outcome.report.notes)
    assert {row.says for row in outcome.report.ledger} >= set(told["beliefs used"])


@pytest.mark.parametrize(
    ("every", "why"),
    [(12, "shift = night: no made rows"), (150, "shift = night: fewer than 5 real rows")],
)
def test_a_class_that_nothing_helps_ends_in_a_verdict_and_makes_nothing(
    project: Write, every, why
) -> None:
    alike = project(AMPLIFY, ("  target: late\n", "  target: shift\n"))
    rows = (alike.parent / "orders.csv").read_text().splitlines()
    shifts = ["shift", *("night" if at % every == 0 else "day" for at in range(len(rows) - 1))]
    text = "".join(f"{row},{shift}\n" for row, shift in zip(rows, shifts, strict=True))
    (alike.parent / "orders.csv").write_text(text)
    alike.write_text(alike.read_text().replace("{late: 'yes'}", "{shift: night}"))
    with pytest.raises(GateError, match=why):
        ww.run(alike)
    assert not (alike.parent / "releases").exists() or not any(
        (alike.parent / "releases").iterdir()
    )
