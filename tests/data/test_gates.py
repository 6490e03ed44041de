"""Gates: each rule passes what it should and fails what it should, at its very edge."""

from __future__ import annotations

import re

import pytest

from worldwright.data.ledger import Keeping, LedgerRow, Standing
from worldwright.data.report import Figure, Finding, Report, Side, Verdict
from worldwright.errors import GateError, SpecError

SIDES = (Side("made", 10, 2, "world", "k:1"), Side("real", 10, 2, "read", "k:2"))
EDGE = Figure(0.5, 0.4, 0.6, "lower", "an AUC")


def report(*findings: Finding, ledger: tuple[LedgerRow, ...] = (), **figures: Figure) -> Report:
    return Report(findings, figures, SIDES, 0, {}, ledger=ledger)


def found(question: str, verdict: Verdict, *columns: str, where: str = "") -> Finding:
    return Finding(question, verdict, f"{verdict} in {where or columns}", where, columns=columns)


def fails(about: Report, name: str, rule: str, why: str) -> None:
    with pytest.raises(GateError, match=re.escape(why)):
        about.require({name: rule})


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ("<= 0.6", True),
        ("< 0.6", False),
        ("< 0.61", True),
        ("<= 0.59", False),
        (">= 0.6", True),
        ("> 0.6", False),
        ("> 0.59", True),
        (">= 0.61", False),
    ],
)
def test_a_figure_is_held_against_its_limit_at_its_unfavourable_end(rule: str, holds: bool) -> None:
    if holds:
        report(auc=EDGE).require({"auc": rule})
    else:
        fails(report(auc=EDGE), "auc", rule, "is 0.5 [0.4, 0.6]")


def test_of_a_figure_that_should_be_high_the_low_end_is_unfavourable() -> None:
    rows = Figure(0.9, 0.8, 0.95, "higher", "effective rows")
    report(rows=rows).require({"rows": ">= 0.8"})
    fails(report(rows=rows), "rows", ">= 0.85", "rows must be >= 0.85")


@pytest.mark.parametrize(
    ("verdict", "same", "no_fault"),
    [
        (Verdict.SAME, True, True),
        (Verdict.CANNOT_TELL, False, True),
        (Verdict.DIFFERS, False, False),
        (Verdict.EXPOSED, False, False),
    ],
)
def test_a_question_passes_by_its_verdict(verdict: Verdict, same: bool, no_fault: bool) -> None:
    about = report(found("columns", verdict, "age"))
    for rule, passes, must in (
        ("same", same, "columns must be the same"),
        (" no  fault ", no_fault, "columns must have no fault"),
    ):
        for name in ("columns", "columns.age"):
            if passes:
                about.require({name: rule})
            else:
                fails(about, name, rule, must.replace("columns", name))


def test_a_question_is_as_good_as_its_worst_finding() -> None:
    some = [found("columns", one, "age") for one in (Verdict.SAME, Verdict.DIFFERS, Verdict.SAME)]
    fails(report(*some), "columns", "same", "the verdict is: differs")
    unsure = report(found("columns", Verdict.SAME), found("columns", Verdict.CANNOT_TELL))
    fails(unsure, "columns", "same", "the verdict is: cannot tell")
    unsure.require({"columns": "no fault"})


def test_the_strongest_of_the_faults_speaks_for_the_question() -> None:
    weak, strong = (
        Finding("columns", Verdict.DIFFERS, says, strength=z) for says, z in (("a", 1.0), ("b", 9))
    )
    with pytest.raises(GateError) as told:
        report(weak, strong).require({"columns": "same"})
    assert "gates.columns: b" in str(told.value)


def test_a_gate_on_a_column_speaks_of_that_column_alone() -> None:
    about = report(
        found("columns", Verdict.SAME, "age"),
        found("columns", Verdict.DIFFERS, "income"),
        found("columns", Verdict.CANNOT_TELL, where="z"),
    )
    about.require({"columns.age": "same"})
    fails(about, "columns.income", "no fault", "the verdict is: differs")
    fails(about, "columns.z", "same", "the verdict is: cannot tell")
    named = (found("size", Verdict.SAME, where="z"), found("size", Verdict.DIFFERS, where="w"))
    report(*named).require({"size.z": "same"})


def test_a_column_that_is_not_named_is_one_of_the_others() -> None:
    about = report(
        found("pairs", Verdict.DIFFERS, "age", "income"),
        found("pairs", Verdict.SAME, where="other pairs"),
    )
    about.require({"pairs.height": "same"})
    with pytest.raises(SpecError, match=r"nothing was found about pairs\.height"):
        report(found("pairs", Verdict.SAME, "age")).require({"pairs.height": "same"})


def test_a_question_whose_own_name_has_a_dot_is_asked_as_a_whole() -> None:
    about = report(found("a.b", Verdict.DIFFERS, "c"), found("a", Verdict.SAME, "b"))
    fails(about, "a.b", "same", "the verdict is: differs")


def test_fidelity_and_privacy_gate_the_questions_of_their_own_side() -> None:
    differs = report(found("columns", Verdict.DIFFERS), found("membership", Verdict.SAME))
    fails(differs, "fidelity", "no fault", "the verdict is: differs")
    differs.require({"privacy": "same"})
    exposed = report(found("columns", Verdict.SAME), found("membership", Verdict.EXPOSED))
    exposed.require({"fidelity": "same"})
    fails(exposed, "privacy", "no fault", "the verdict is: exposed")


def test_a_question_that_is_called_as_a_group_is_that_question() -> None:
    about = report(found("fidelity", Verdict.SAME), found("columns", Verdict.DIFFERS))
    about.require({"fidelity": "same"})


def test_where_a_figure_and_a_question_share_a_name_the_rule_says_which() -> None:
    about = report(found("memory", Verdict.DIFFERS), memory=EDGE)
    about.require({"memory": "<= 0.6"})
    fails(about, "memory", "<= 0.5", "memory must be <= 0.5")
    fails(about, "memory", "same", "the verdict is: differs")


@pytest.mark.parametrize(
    ("name", "rule", "mend"),
    [
        ("auc", "same", "write it as auc: "),
        ("columns", "<= 0.5", "write it as columns: same"),
        ("columns", "supported", "write it as columns: same"),
        ("assumptions", "same", "write it as assumptions: supported"),
    ],
)
def test_a_rule_that_does_not_fit_its_name_says_how_to_write_it(name, rule, mend) -> None:
    row = LedgerRow("a <= b", "constraint", "a person", Standing.SUPPORTED, "none")
    about = report(found("columns", Verdict.SAME), ledger=(row,), auc=EDGE)
    with pytest.raises(SpecError) as told:
        about.require({name: rule})
    assert mend in str(told.value)


def test_a_name_that_stands_for_nothing_is_told_the_names_there_are() -> None:
    for rule in ("same", "<= 3", "supported"):
        with pytest.raises(SpecError, match="did you mean 'columns'"):
            report(found("columns", Verdict.SAME)).require({"colums": rule})


def row(verdict: Standing, made: Keeping = Keeping.KEPT, declared: str = "a person") -> LedgerRow:
    return LedgerRow("a <= b", "constraint", declared, verdict, "real rows", made, "made rows")


@pytest.mark.parametrize(
    ("stands", "supported", "not_contradicted"),
    [
        (row(Standing.SUPPORTED), True, True),
        (row(Standing.CANNOT_TELL), False, True),
        (row(Standing.UNTESTED), False, True),
        (row(Standing.UNTESTED, declared="the learner"), True, True),
        (row(Standing.CANNOT_TELL, declared="the learner"), False, True),
        (row(Standing.CONTRADICTED), False, False),
        (row(Standing.CONTRADICTED, declared="the learner"), False, False),
        (row(Standing.SUPPORTED, Keeping.BROKEN), False, False),
        (row(Standing.SUPPORTED, Keeping.CANNOT_TELL), True, True),
    ],
)
def test_assumptions_pass_by_how_they_stand(
    stands: LedgerRow, supported: bool, not_contradicted: bool
) -> None:
    for rule, passes in (("supported", supported), ("not contradicted", not_contradicted)):
        about = report(ledger=(row(Standing.SUPPORTED), stands))
        if passes:
            about.require({"assumptions": rule})
        else:
            fails(about, "assumptions", rule, f"the assumptions must be {rule}")


def test_a_failing_assumption_says_whether_real_or_made_rows_break_it() -> None:
    made = report(ledger=(row(Standing.SUPPORTED, Keeping.BROKEN),))
    fails(made, "assumptions", "supported", "the made rows break it")
    both = row(Standing.CONTRADICTED, Keeping.BROKEN)
    fails(report(ledger=(both,)), "assumptions", "supported", "it is contradicted")
    worse = (row(Standing.UNTESTED), row(Standing.CONTRADICTED))
    fails(report(ledger=worse), "assumptions", "supported", "it is contradicted, and 1 more")
