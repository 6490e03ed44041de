"""A report with something in each of its places, and names that try to break a page."""

from __future__ import annotations

import pytest
from synthetic_report import EVIL, SIDES, finding

from worldwright.data.report import Figure, Picture, Report, Verdict, Worth
from worldwright.data.reporting import charts


@pytest.fixture
def report() -> Report:
    return Report(
        findings=(
            finding("columns", Verdict.SAME, "the other 40 columns are the same"),
            finding(
                "columns", Verdict.DIFFERS, "3.1 % lie above 1,000, real ones 0.9 %", "duration"
            ),
            finding("rows", Verdict.CANNOT_TELL, "0.55 would be missed half of the time"),
            finding("rules", Verdict.SAME, "all 12 rules hold"),
            finding("copies", Verdict.SAME, "no more exact copies than among fresh real rows"),
            finding("membership", Verdict.EXPOSED, "the rarest 2 % of rows are recognised"),
        ),
        figures={
            "c2st_auc": Figure(0.52, 0.49, 0.56, "lower", "AUC of a classifier"),
            "membership_auc": Figure(0.63, 0.58, 0.68, "lower", "who taught is told from who not"),
        },
        sides=SIDES,
        seed=1,
        versions={"worldwright": "0.1.0"},
        pictures=(
            Picture(
                "columns",
                f"where {EVIL} differs",
                "real against made",
                charts.shares(["a", EVIL], [0.6, 0.4], [0.5, 0.5], axis=EVIL),
            ),
        ),
        worth=Worth(
            task="finding attack = r2l",
            score="average precision",
            gain=Figure(0.085, 0.06, 0.11, "higher", "gain"),
            against="class weights",
            scores={"nothing": 0.47, "class weights": 0.5, "made rows": 0.585},
            equivalent_rows=Figure(60.0, 20.0, 130.0, "higher", "rows"),
            says="Average precision on unseen real rows rises from 0.500 to 0.585.",
        ),
        advice="balanced bagging does as well without made rows: use that instead",
        notes=(f"the column {EVIL} was not compared",),
        settings={"judge": {"splits": 199, "tolerance": 0.01}},
    )
