"""The label: each fault is called by its name, and what is none is not."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

import worldwright as ww
from worldwright.data.report import Verdict

from .label_cases import ask, faults

ROWS = 1_500


def turned(columns, rows):
    """Turn the answer round in these rows."""
    columns["answer"][rows] = np.where(columns["answer"][rows] == "yes", "no", "yes")


def wrong(columns, chance):
    turned(columns, np.flatnonzero(chance.random(len(columns["z"])) < 0.12))


def wrong_in_b(columns, chance):
    inside = columns["group"] == "b"
    turned(columns, np.flatnonzero(inside & (chance.random(len(inside)) < 0.4)))


def leaked(columns, chance):
    told = (columns["answer"] == "yes") * 1.5
    columns["note"] = (told + chance.normal(size=len(told))).round(3)


def in_blocks(columns, chance):
    order = np.argsort((columns["answer"] == "yes") + chance.normal(size=len(columns["z"])))
    for name in columns:
        columns[name] = columns[name][order]


def by_lot(columns, chance):
    columns["answer"] = chance.permutation(columns["answer"])


@pytest.fixture(scope="module")
def sides(draw):
    def drawn(spoil=None, rows=ROWS, seed=10):
        return draw(rows, seed, spoil), draw(rows, seed + 1), draw(rows, seed + 2)

    return drawn


def test_fresh_samples_have_the_same_label(sides):
    """Null: P(fault) <= 0.03. P(more than 4 of 8) <= 1.3e-6."""
    answers = [ask("label", sides(rows=500, seed=50 * run), "answer") for run in range(8)]
    assert sum(bool(faults(answer)) for answer in answers) <= 4


def test_wrong_labels_are_counted(sides):
    first = faults(ask("label", sides(wrong), "answer"))[0]
    assert first.columns == ("answer",)
    assert first.low < 0.12 < first.high
    assert "is wrong as to answer = yes" in first.says


def test_wrong_labels_inside_a_group_name_the_group(sides):
    first = faults(ask("label", sides(wrong_in_b), "answer"))[0]
    assert first.columns == ("answer", "group")
    assert "where group = b" in first.where


def test_a_leak_names_the_column_and_both_shares(sides):
    answer = ask("label", sides(leaked), "answer")
    first = faults(answer)[0]
    assert first.columns == ("answer", "note")
    assert "a shortcut that exists in made rows only" in first.says
    assert answer.figures["label_ease"].low > 0


def test_rows_in_the_order_of_the_label_are_a_shortcut(sides):
    found = faults(ask("label", sides(in_blocks), "answer"))
    assert any("by the order of the rows" in one.where for one in found)


def test_a_shortcut_that_real_rows_have_too_is_none(draw):
    made, real, holdout = (draw(ROWS, seed, in_blocks) for seed in (20, 21, 22))
    assert not faults(ask("label", (made, real, holdout), "answer"))


def test_labels_drawn_by_lot_are_harder_and_teach_less(sides):
    answer = ask("label", sides(by_lot), "answer")
    assert answer.figures["label_ease"].high < 0
    assert answer.figures["tstr_gap"].low > 0
    assert answer.figures["label_wrong"].low > 0


def test_a_label_within_the_tolerance_is_the_same(sides):
    wide = {"label": 0.9, "label_ease": 0.9}
    answer = ask("label", sides(wrong), "answer", tolerance=wide)
    assert not faults(answer)
    assert answer.findings[0].verdict is Verdict.SAME


def test_few_rows_cannot_tell(sides):
    answer = ask("label", sides(rows=150), "answer")
    assert {one.verdict for one in answer.findings} == {Verdict.CANNOT_TELL}
    assert ask("label", sides(rows=30), "answer").notes == (
        "label was not judged: fewer than 40 made rows have a value of 'answer'",
    )


def test_a_number_is_asked_by_its_rank(sides):
    def loosened(columns, chance):
        columns["w"] = np.where(
            chance.random(ROWS) < 0.5, chance.permutation(columns["w"]), columns["w"]
        )

    found = faults(ask("label", sides(loosened), "w"))
    assert any("w is as if drawn by lot" in one.says for one in found)
    assert not faults(ask("label", sides(), "w"))


def test_without_a_target_there_is_a_note_and_no_finding(sides):
    answer = ask("label", sides(), None)
    assert answer.notes == ("label was not judged: no target was named",)
    assert not answer.findings


def test_a_single_class_cannot_tell(draw):
    def settled(columns, chance):
        columns["answer"][:] = "no"

    answer = ask("label", tuple(draw(200, seed, settled) for seed in range(3)), "answer")
    assert answer.findings[0].verdict is Verdict.CANNOT_TELL
    assert "no class of 'answer' has 20 real rows beside 20 others" in answer.notes[0]


def test_copies_of_the_teachers_do_not_follow_the_columns_too_closely(draw):
    """A copy is scored by a model that did not see its original."""
    real = draw(ROWS, 31)
    copied = real.sample(ROWS, seed=3)
    answer = ask("label", (copied, real, None), "answer")
    assert not [one for one in faults(answer) if "too closely" in one.says]


def test_the_same_question_gets_the_same_answer(sides):
    asked = sides(leaked)
    assert ask("label", asked, "answer") == ask("label", asked, "answer")


def test_the_order_of_a_file_that_is_sorted_by_its_label_is_no_shortcut():
    def half_sorted(seed: int) -> ww.Dataset:
        chance = np.random.default_rng(seed)
        label = np.sort(chance.random(1_000) < 0.5)
        return ww.read(pa.table({"x": chance.normal(size=1_000).round(2),
                                 "label": np.where(label, "yes", "no")}))  # fmt: skip

    sides = [half_sorted(seed) for seed in range(3)]
    report = ww.judge(sides[0], real=sides[1], holdout=sides[2], target="label", quick=True)
    said = "the order of the rows tells label among real rows, so it is no shortcut"
    assert said in report.notes
    assert not [one for one in report.findings if "the order of the rows" in one.where]
