"""A planted fault is caught, and named where it is."""

from __future__ import annotations

import numpy as np
import pytest

from worldwright import judge
from worldwright.data.report import Verdict

ROWS = 2_000


def shift(columns, chance):
    columns["age"] = columns["age"] + 8


def independence(columns, chance):
    columns["w"] = chance.permutation(columns["w"])


def dropped_value(columns, chance):
    gone = columns["group"] == "h"
    others = chance.choice(np.flatnonzero(~gone), gone.sum())
    for name in columns:
        columns[name][gone] = columns[name][others]


def broken_dependency(columns, chance):
    hit = chance.random(len(columns["region"])) < 0.08
    columns["region"][hit] = chance.permutation(columns["region"][hit])


def broken_order(columns, chance):
    hit = chance.random(len(columns["age"])) < 0.05
    columns["spent"][hit] = np.ceil(columns["income"][hit] * 1.4)


def fewer_nulls(columns, chance):
    fill = np.isnan(columns["note"]) & (chance.random(len(columns["age"])) < 0.6)
    columns["note"][fill] = 0.1


def invented_value(columns, chance):
    columns["group"][chance.random(len(columns["age"])) < 0.03] = "made up"


def below_zero(columns, chance):
    hit = chance.random(len(columns["age"])) < 0.03
    columns["income"][hit] *= -1


@pytest.mark.parametrize(
    ("fault", "question", "where"),
    [
        (shift, "rules", "age"),
        (independence, "pairs", "z × w"),
        (dropped_value, "columns", "group"),
        (broken_dependency, "rules", "group, region"),
        (broken_order, "rules", "spent, income"),
        (fewer_nulls, "columns", "note"),
        (invented_value, "columns", "group"),
        (below_zero, "rules", "income"),
    ],
)
def test_a_planted_fault_is_caught_and_named_first(draw, fault, question, where):
    report = judge(draw(ROWS, 3, fault), real=draw(ROWS, 1), holdout=draw(ROWS, 2), seed=4)
    assert (report.faults[0].question, report.faults[0].where) == (question, where)


def test_the_worst_cell_is_named_with_both_shares(draw):
    made = draw(ROWS, 3, dropped_value)
    report = judge(made, real=draw(ROWS, 1), holdout=draw(ROWS, 2), seed=4)
    assert report.faults[0].says.startswith("group = h in 0 % of made rows and ")


def test_what_three_columns_do_together_is_caught_by_the_classifier(draw):
    def knot(columns, chance):
        sign = np.sign(columns["z"] * columns["w"] * (columns["age"] - 53.5))
        columns["note"] = np.abs(columns["note"]) * sign

    made = draw(4_000, 3, knot)
    report = judge(made, real=draw(4_000, 1), holdout=draw(4_000, 2), seed=4)
    assert report.verdicts["rows"] is Verdict.DIFFERS
    assert report.figures["c2st_auc"].low > 0.55


def test_a_shifted_column_does_not_make_its_pairs_look_broken(draw):
    report = judge(draw(ROWS, 3, shift), real=draw(ROWS, 1), holdout=draw(ROWS, 2), seed=4)
    assert report.verdicts["columns"] is Verdict.DIFFERS
    assert report.verdicts["pairs"] is not Verdict.DIFFERS


def test_more_rows_turn_cannot_tell_into_same(draw):
    few, many = (
        judge(draw(rows, 3), real=draw(rows, 1), holdout=draw(rows, 2), tolerance={"columns": 0.06})
        for rows in (300, 8_000)
    )
    assert few.verdicts["columns"] is Verdict.CANNOT_TELL
    assert many.verdicts["columns"] is Verdict.SAME


def test_a_difference_within_the_tolerance_is_the_same(draw):
    wide = {"columns": 0.5, "cells": 2_000, "share": 0.5, "level": 0.5, "unseen": 0.5}
    report = judge(
        draw(ROWS, 3, shift), real=draw(ROWS, 1), holdout=draw(ROWS, 2), tolerance=wide, seed=4
    )
    age = next(f for f in report.findings if f.question == "columns" and f.where == "age")
    assert age.verdict is Verdict.SAME
    assert age.p is not None
    assert age.p <= 0.01
    assert age.says.startswith("more than chance, yet within the tolerance: ")
