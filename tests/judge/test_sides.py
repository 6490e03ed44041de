"""What may be compared, what is refused and in which words, and what a report says of it."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from worldwright import judge, read, seeds
from worldwright.data.fingerprint import keyed
from worldwright.data.lineage import Lineage, Role
from worldwright.data.report import Verdict
from worldwright.errors import AskedError, RoleError, SchemaError

from .conftest import KINDS, columns_of, dataset_of, weighted


def test_a_holdout_that_taught_may_not_judge(draw):
    holdout = draw(100, 2)
    made = replace(draw(100, 3), lineage=Lineage("world", Role.MADE, 1, (keyed(holdout),)))
    with pytest.raises(RoleError) as error:
        judge(made, real=draw(100, 1), holdout=holdout)
    assert str(error.value) == (
        "the holdout taught the made rows, so it cannot judge them\n"
        "  where: judge(holdout=...), made by world\n"
        "  mend:  split first, fit on the one part, and judge by the other"
    )


def test_every_odd_column_is_listed_in_one_error(draw):
    columns = columns_of(50, 3)
    columns["age"] = columns["age"].astype(str)
    columns["extra"] = columns.pop("w")
    kinds = {**KINDS, "age": KINDS["group"]}
    before = dict(KINDS)
    KINDS.update(kinds)
    try:
        made = dataset_of(columns)
    finally:
        KINDS.update(before)
    with pytest.raises(SchemaError) as error:
        judge(made, real=draw(50, 1), holdout=draw(50, 2))
    assert str(error.value) == (
        "the made rows lack column 'w' of the real rows\n"
        "  where: judge(made by tests, real by tests)\n"
        "  mend:  make them too, or select the shared columns first\n"
        "the made rows have column 'extra' that the real rows lack\n"
        "  where: judge(made by tests, real by tests)\n"
        "  mend:  drop them, or select the shared columns first\n"
        "'age' is category in the made rows and integer in the real rows\n"
        "  where: judge(made by tests, real by tests)\n"
        "  mend:  read both with the same schema"
    )


def test_no_rows_are_no_distribution(draw):
    with pytest.raises(SchemaError, match="the made dataset has no rows"):
        judge(draw(50, 3).take(np.arange(0)), real=draw(50, 1), holdout=draw(50, 2))


def test_weights_that_sum_to_nothing_are_refused(draw):
    made = draw(50, 3)
    weights = np.zeros(50)
    weights[0] = 1
    gone = weighted(made, weights).take(np.arange(1, 50))
    with pytest.raises(SchemaError, match="the weights of the made rows are no weights"):
        judge(gone, real=draw(50, 1), holdout=draw(50, 2))


@pytest.mark.parametrize(
    ("asked", "says", "mend"),
    [
        ({"target": "anser"}, "the target 'anser' is not a column", "did you mean 'answer'? "),
        ({"focus": "yes"}, "a focus without a target", "name the target column"),
        (
            {"target": "answer", "focus": "yess"},
            "'yess' is no class of 'answer' with 20 holdout rows",
            "did you mean 'yes'? choose from: no, yes",
        ),
        (
            {"target": "age", "focus": "30"},
            "'age' is learned as a number, so it has no class '30'",
            "leave focus= out, or read the target as a category",
        ),
        (
            {"tolerance": {"colums": 0.1}},
            "there is no tolerance named 'colums'",
            "did you mean 'columns'? choose from: ",
        ),
        (
            {"splits": 9},
            "9 splits cannot show an error of 5 % shared among the questions",
            "ask for at least 99; 199 is usual",
        ),
    ],
)
def test_what_means_nothing_is_refused_with_its_mend(draw, asked, says, mend):
    with pytest.raises(AskedError) as error:
        judge(draw(300, 3), real=draw(300, 1), holdout=draw(300, 2), **asked)
    (fault,) = error.value.faults
    assert fault.what == says
    assert fault.mend.startswith(mend)


@pytest.mark.parametrize("rows", [1, 10])
def test_a_tiny_holdout_cannot_tell(draw, rows):
    report = judge(draw(300, 3), real=draw(300, 1), holdout=draw(rows, 2), target="answer")
    assert set(report.verdicts.values()) == {Verdict.CANNOT_TELL}
    assert any("so few cannot tell much" in note for note in report.notes)
    assert any(note.startswith("worth was not measured: no class") for note in report.notes)


def test_without_a_holdout_a_note_says_that_memory_looks_good(draw):
    report = judge(draw(300, 3), real=draw(600, 1))
    assert any("rows that are memorised look good here" in note for note in report.notes)
    assert [side.role for side in report.sides] == ["made", "real"]


def test_a_wished_shift_is_not_a_fault(draw):
    """Every row of the rare answer is made ten times as often, with a tenth of the weight."""
    real, holdout, wide = draw(2_000, 1), draw(2_000, 2), draw(20_000, 3)
    is_yes = np.array(wide.table["answer"].to_pylist()) == "yes"
    others = np.flatnonzero(~is_yes)[: is_yes.sum()]
    chance = seeds.stream(1, "tests", "shuffled")  # else the file's order would give answers away
    rows = chance.permutation(np.concatenate([np.flatnonzero(is_yes), others]))
    share = is_yes.mean()
    made = weighted(wide.take(rows), np.where(is_yes[rows], share / 0.5, (1 - share) / 0.5))
    assert judge(made, real=real, holdout=holdout, seed=1).faults == ()
    unweighted = replace(made, lineage=Lineage("tests"))
    assert judge(unweighted, real=real, holdout=holdout, seed=1).faults[0].where == "answer"


def test_the_same_arguments_give_the_same_bytes(draw):
    sides = draw(300, 3), draw(300, 1), draw(300, 2)

    def written() -> str:
        report = judge(sides[0], real=sides[1], holdout=sides[2], target="answer", seed=5)
        return json.dumps(report.to_dict())

    assert written() == written()


def test_column_order_and_arrow_chunks_change_no_verdict(draw):
    made, real, holdout = draw(400, 3), draw(400, 1), draw(400, 2)
    turned = made.select(tuple(reversed(made.columns)))
    one, other = (judge(m, real=real, holdout=holdout, seed=2) for m in (made, turned))
    assert one.findings == other.findings


def test_a_column_that_is_always_missing_is_judged_too(draw):
    def sides(seed):
        columns = columns_of(200, seed)
        columns["blank"] = np.full(200, np.nan)
        return columns

    made = sides(3)
    made["blank"][:40] = 1.0
    report = judge(dataset_of(made), real=dataset_of(sides(1)), holdout=dataset_of(sides(2)))
    assert report.faults[0].where == "blank"


def test_no_extreme_and_no_rare_value_of_real_rows_is_shown(draw):
    def rare(columns, chance):
        columns["income"][:3] = 8_675_309.25
        columns["group"][:4] = "planted one"
        columns["age"][:2] = 4_242

    made = draw(400, 3, lambda columns, chance: columns.update(z=columns["z"] + 1))
    report = judge(made, real=draw(400, 1, rare), holdout=draw(400, 2, rare), target="answer")
    written = json.dumps(report.to_dict())
    assert report.faults
    for secret in ("8675309", "8,675,309", "planted one", "4242", "4,242"):
        assert secret not in written, secret


def test_hidden_questions_leave_a_note(draw):
    columns = columns_of(60, 1)
    wide = {f"column {i}": columns["z"] + i for i in range(60)}
    sides = [dataset_of({**columns_of(60, s), **wide}) for s in (1, 2, 3)]
    report = judge(sides[0], real=sides[1], holdout=sides[2])
    assert any("1,500 of 2,346 pairs are compared" in note for note in report.notes)


@pytest.mark.parametrize("value", [-0.1, float("nan"), float("inf"), "wide"])
def test_a_tolerance_is_a_number_of_0_or_more(draw, value):
    with pytest.raises(AskedError) as error:
        judge(draw(50, 3), real=draw(50, 1), tolerance={"columns": value})
    assert str(error.value) == (
        f"{value!r} is no tolerance\n"
        f"  where: judge(tolerance={{'columns': {value!r}}})\n"
        "  mend:  say a number of 0 or more; 0.05 is usual"
    )


@pytest.mark.parametrize(("real", "holdout"), [(1, None), (39, None), (20, 19)])
def test_real_rows_too_few_to_show_chance_are_refused(draw, real, holdout):
    """With 3 real rows the judge accused 5 of 6 perfect generators, with 20 one of ten."""
    with pytest.raises(SchemaError) as error:
        judge(draw(50, 3), real=draw(real, 1), holdout=holdout and draw(holdout, 2))
    assert str(error.value) == (
        f"{real + (holdout or 0)} real rows in all are too few to show what chance does among "
        "them\n  where: judge(real=..., holdout=...)\n"
        "  mend:  hand over 40 or more, real and holdout together"
    )


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ([[1, 2]] * 60, "'x' is nested, which is no target: lists and structs are handed through"),
        (
            [f"C-{i:05}" for i in range(60)],
            "'x' is id, which is no target: ids are made anew in every dataset",
        ),
    ],
)
def test_what_is_not_compared_is_no_target(values, says):
    rows = read(pa.table({"x": values, "z": [i % 7 / 2 for i in range(60)]}))
    with pytest.raises(AskedError) as error:
        judge(rows, real=rows, holdout=rows, target="x")
    assert error.value.faults[0].what == says
    assert "C-0" not in str(error.value)


def test_a_target_without_other_columns_leaves_worth_out_and_says_so(draw):
    sides = [draw(300, seed).select(("answer",)) for seed in (3, 1, 2)]
    report = judge(sides[0], real=sides[1], holdout=sides[2], target="answer")
    why = "worth was not measured: there is no column to learn 'answer' from"
    assert why in report.notes


def test_free_text_leaves_worth_out_and_says_so():
    def side(seed):
        chance = seeds.stream(seed, "tests", "text")
        words = [f"some words of no end {i} {chance.integers(1e9)}" for i in range(100)]
        return read(pa.table({"x": words, "z": chance.normal(size=100)}))

    report = judge(side(3), real=side(1), holdout=side(2), target="x")
    assert "worth was not measured: 'x' is free text, which no model here learns" in report.notes


def test_all_rows_are_a_hundred_percent(draw):
    def gone(columns, chance):
        columns["z"] = np.full(200, np.nan)

    report = judge(draw(200, 3, gone), real=draw(200, 1), holdout=draw(200, 2))
    says = [fault.says for fault in report.faults if fault.question == "rules"]
    assert any("z is never missing: broken in 200 of 200 made rows (100.0 %;" in s for s in says)
