"""`ww.check`: every fault of a project at once, each with its line; nothing is made."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import worldwright as ww
from worldwright.errors import ReadError, SpecError

from .conftest import Write


def faults_of(path: Path) -> str:
    before = sorted(path.parent.iterdir())
    with pytest.raises(SpecError) as caught:
        ww.check(path)
    assert sorted(path.parent.iterdir()) == before
    return str(caught.value).replace(f"{path.parent}/", "")


def test_a_good_project_says_what_it_will_do(project: Write) -> None:
    path = project(more='gates: {rules: same, membership_auc: "<= 0.55"}\n')
    assert [line.replace(f"{path.parent}/", "") for line in ww.check(path)] == [
        "seed: 3",
        "evidence: 600 rows of 4 columns, read from orders.csv",
        "evidence: 2 category, 1 integer, 1 number",
        "evidence: 60% of them teach, 40% judge",
        "world: learned by the forest",
        "wish: 200 rows",
        "gates: rules must be same",
        "gates: membership_auc must be <= 0.55",
        "release: to a new folder in releases",
    ]


def test_a_folder_stands_for_its_project_file(project: Write) -> None:
    path = project()
    assert ww.check(path.parent) == ww.check(path)


def test_a_target_that_is_not_there_names_the_nearest(project: Write) -> None:
    assert faults_of(project(("target: late", "target: lat"))) == (
        "the evidence has no column 'lat'\n"
        "  where: project.yaml:3 evidence.target\n"
        "  mend:  did you mean 'late'? choose from: amount, items, late, region"
    )


def test_unknown_keys_name_the_nearest_and_missing_ones_are_told(project: Write) -> None:
    path = project(("evidence:", "evidense:"), ("rows: 200", "rowz: 200"))
    assert faults_of(path) == (
        "there is no key 'evidense' in a project file\n"
        "  where: project.yaml:1 evidense\n"
        "  mend:  did you mean 'evidence'? choose from: "
        "assumptions, beliefs, evidence, gates, guard, judge, release, seed, wish, world\n"
        "the key 'evidence' is missing\n"
        "  where: project.yaml:1\n"
        "  mend:  add evidence:, as in the file that `ww init` writes\n"
        "there is no key 'rowz' here\n"
        "  where: project.yaml:8 wish.rowz\n"
        "  mend:  did you mean 'rows'? choose from: "
        "amplify, cover, improbable, keep, rate, rows, share, where"
    )


@pytest.mark.parametrize("key", ["belief", "amplify", "scenarios"])
def test_a_key_that_no_room_registered_is_an_error(project: Write, key: str) -> None:
    assert faults_of(project(more=f"{key}: []\n")).startswith(
        f"there is no key {key!r} in a project file\n  where: project.yaml:10 {key}\n"
    )


def test_values_of_another_type_are_told(project: Write) -> None:
    path = project(("rows: 200", "rows: many\n  share: {late: {yes: often}}\n  cover: 3"))
    assert faults_of(path) == (
        "rows is 'many'\n"
        "  where: project.yaml:8 wish.rows\n"
        "  mend:  write a whole number\n"
        "yes is 'often'\n"
        "  where: project.yaml:9 wish.share.late.yes\n"
        "  mend:  write a number\n"
        "cover is 3\n"
        "  where: project.yaml:10 wish.cover\n"
        "  mend:  write a mapping, as in {name: value}"
    )


@pytest.mark.parametrize("rows", [0, -1])
def test_a_wish_for_no_rows_is_an_error(project: Write, rows: int) -> None:
    assert faults_of(project(("rows: 200", f"rows: {rows}"))) == (
        f"a wish for {rows} rows\n"
        "  where: project.yaml:8 wish.rows\n"
        "  mend:  wish for a whole number of rows, at least one"
    )


def test_more_rows_than_fit_in_memory_are_refused_before_any_work(project: Write) -> None:
    told = faults_of(project(("rows: 200", f"rows: {10**12}")))
    assert re.fullmatch(
        r"1000000000000 rows would take about [\d.]+ TB of memory, and [\d.]+ [kMG]B is free\n"
        r"  where: project.yaml:8 wish.rows\n"
        r"  mend:  ask for fewer; ww sample -o FOLDER streams any number to disk, without a report",
        told,
    )


def test_a_share_for_a_value_that_never_occurred(project: Write) -> None:
    path = project(("rows: 200", "rows: 200\n  share: {late: {maybe: 0.2}, regoin: {far: 0.1}}"))
    assert faults_of(path) == (
        "late is never 'maybe' in the evidence, so nothing can be learned of it\n"
        "  where: project.yaml:9 wish.share.late.maybe\n"
        "  mend:  check the spelling, upper and lower case\n"
        "the evidence has no column 'regoin'\n"
        "  where: project.yaml:9 wish.share.regoin\n"
        "  mend:  did you mean 'region'? choose from: amount, items, late, region"
    )


def test_a_share_of_numbers_is_said_with_a_condition(project: Write) -> None:
    path = project(("rows: 200", "rows: 200\n  share: {amount: {10: 0.2}}"))
    assert faults_of(path) == (
        "amount has no values to count, for '10'\n"
        "  where: project.yaml:9 wish.share.amount.10\n"
        "  mend:  amount is a number column: say it with a condition, under wish.where"
    )


def test_shares_above_one(project: Write) -> None:
    path = project(("rows: 200", "rows: 200\n  share: {region: {far: 0.7, north: 0.6}}"))
    assert faults_of(path) == (
        "the shares of 'region' sum to 1.3\n"
        "  where: project.yaml:9 wish.share.region\n"
        "  mend:  lower them until their sum is at most 1; the rest keeps its proportions"
    )
    path = project(("rows: 200", "rows: 200\n  share: {region: {far: 1.2}}"))
    assert faults_of(path) == (
        "the share of 'far' is 1.2\n"
        "  where: project.yaml:9 wish.share.region\n"
        "  mend:  a share is a number from 0 to 1: 20 % is 0.2"
    )


def test_a_condition_that_cannot_be_read_is_pointed_at(project: Write) -> None:
    path = project(("rows: 200", 'rows: 200\n  where: "amount >"'))
    assert faults_of(path) == (
        "a value or a column was expected, not the end\n"
        "  where: project.yaml:9 wish.where\n"
        "         amount >\n"
        "                 ^\n"
        "  mend:  names with other signs stand in `backticks`, values in quotes"
    )


def test_contradicting_constraints(project: Write) -> None:
    constraints = 'learner: forest\n  constraints: ["items > 5", "items < 3"]'
    assert faults_of(project(("learner: forest", constraints))) == (
        "no row can meet this: items > 5 and items < 3\n"
        "  where: project.yaml:7 world.constraints\n"
        "         items > 5 and items < 3\n"
        "  mend:  take one of the two away"
    )


def test_a_wish_against_a_constraint(project: Write) -> None:
    path = project(
        ("learner: forest", 'learner: forest\n  constraints: ["items > 5"]'),
        ("rows: 200", 'rows: 200\n  where: "items < 3"'),
    )
    assert faults_of(path) == (
        "no row can meet this: items > 5 and items < 3\n"
        "  where: project.yaml:10 wish.where\n"
        "         items > 5 and items < 3\n"
        "  mend:  take one of the two away"
    )


def test_a_gate_on_what_is_not_measured_or_of_the_wrong_form(project: Write) -> None:
    path = project(more='gates: {ruls: same, rules: "<= 3", membership_auc: same}\n')
    told = faults_of(path)
    assert "no figure and no question is named 'ruls'\n  where: project.yaml:10 gates.ruls" in told
    assert "did you mean 'rules'?" in told
    assert (
        "rules is a question, and the gate says <= 3\n"
        "  where: project.yaml:10 gates.rules\n"
        "  mend:  write it as rules: same" in told
    )
    assert (
        "membership_auc is a figure, and the gate says same\n"
        "  where: project.yaml:10 gates.membership_auc\n"
        '  mend:  write it as membership_auc: "<= 0.55"' in told
    )


def test_a_gate_without_a_rule(project: Write) -> None:
    assert faults_of(project(more="gates: {rules: good}\n")) == (
        "the gate 'good' is neither a verdict nor a limit\n"
        "  where: project.yaml:10 gates.rules\n"
        '  mend:  write same, or a comparison such as "<= 0.55"'
    )


def test_a_release_below_a_file(project: Write) -> None:
    path = project(more="release: orders.csv/releases\n")
    assert faults_of(path) == (
        "a part of the path is a file: orders.csv/releases\n"
        "  where: project.yaml:10 release\n"
        "  mend:  choose a path whose parents are folders"
    )


def test_a_holdout_that_leaves_nothing(project: Write) -> None:
    assert faults_of(project(("holdout: 0.4", "holdout: 1"))) == (
        "the holdout is 1\n"
        "  where: project.yaml:4 evidence.holdout\n"
        "  mend:  write a share between 0 and 1, as in 0.3, or the path of a file"
    )


def test_a_learner_that_nobody_registered(project: Write) -> None:
    told = faults_of(project(("learner: forest", "learner: forrest")))
    assert told.startswith(
        "no learner is named 'forrest'\n"
        "  where: project.yaml:6 world.learner\n"
        "  mend:  did you mean 'forest'?"
    )


def test_evidence_that_is_not_there(project: Write) -> None:
    path = project(("read: orders.csv", "read: order.csv"))
    with pytest.raises(ReadError) as caught:
        ww.check(path)
    assert str(caught.value) == (
        "there is no such file or folder\n"
        f"  where: {path.parent}/order.csv\n"
        "  mend:  did you mean 'orders.csv'?"
    )


def test_every_fault_of_the_evidence_comes_at_once(project: Write) -> None:
    path = project(
        ("target: late", "target: lat"),
        ("rows: 200", 'rows: 200\n  where: "amuont > 3"\n  cover: {columns: [region, itmes]}'),
        more="judge: {focus: {lat: yes}}\n",
    )
    told = faults_of(path)
    for place in (
        "project.yaml:3 evidence.target",
        "project.yaml:9 wish.where",
        "project.yaml:10 wish.cover.columns.1",
        "project.yaml:12 judge.focus.lat",
    ):
        assert f"  where: {place}" in told
