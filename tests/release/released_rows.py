"""A report that speaks of given rows, and a name of a column that tries to break a card."""

from __future__ import annotations

from worldwright.data.dataset import Dataset
from worldwright.data.fingerprint import keyed
from worldwright.data.report import Figure, Finding, Report, Side, Verdict

AWKWARD = "odd, <b>name</b>|`x`"


def report_on(made: Dataset) -> Report:
    return Report(
        findings=(
            Finding("columns", Verdict.DIFFERS, "it leans to the right", AWKWARD),
            Finding("membership", Verdict.SAME, "no attack beats its control"),
        ),
        figures={"membership_auc": Figure(0.51, 0.49, 0.53, "lower", "AUC of the attack")},
        sides=(
            Side("made", made.rows, 6, "world", keyed(made)),
            Side("real", 900, 6, "split", "keyed-real"),
            Side("holdout", 300, 6, "split", "keyed-holdout"),
        ),
        seed=1,
        versions={"worldwright": "0.1.0"},
        notes=("a note on *nothing*",),
    )
