"""The ledger: what is true is rarely contradicted, what is wrong is, and no real count shows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest

import worldwright as ww
from worldwright import seeds
from worldwright.data.ledger import Keeping, LedgerRow, Standing
from worldwright.data.report import Report, Side
from worldwright.errors import GateError, SpecError
from worldwright.judge.ledger.again import again
from worldwright.judge.ledger.book import Sides, holm, ledger_of, standing
from worldwright.judge.ledger.tested import Tested
from worldwright.spec.assumption import as_assumptions

from .conftest import Columns, dataset_of, weighted

Draw = Callable[..., ww.Dataset]

TRUE = (
    "spent <= income",
    "answer = yes happens in 10 % to 30 % of rows",
    "region = west never happens when group = d",
    "group = a is at least 2 times likelier when region = west",
    "answer = yes rises with z",
    "z rises with w given age",
    "answer does not depend on age",
    "group does not depend on z",
    "answer does not depend on region given group",
)
WRONG = (
    "income <= 40",
    "answer = yes happens in 1 % of rows",
    "region = west never happens when group in (a, b, c)",
    "answer = yes is at least 4 times likelier when age > 50",
    "answer = yes falls with z",
    "answer does not depend on z",
    "z does not depend on w given age",
    "group does not depend on region",
)


def ledger(says: tuple[str, ...], witness: ww.Dataset, **more: object) -> dict[str, LedgerRow]:
    rows = ledger_of(as_assumptions(says), Sides(witness, **more))  # type: ignore[arg-type]
    return {row.says: row for row in rows}


def test_what_is_true_is_not_contradicted_and_what_is_wrong_is(draw: Draw) -> None:
    rows = ledger((*TRUE, *WRONG), draw(1_500, 1))
    assert not [says for says in TRUE if rows[says].verdict is Standing.CONTRADICTED]
    assert not [says for says in WRONG if rows[says].verdict is not Standing.CONTRADICTED]
    supported = [says for says in TRUE if rows[says].verdict is Standing.SUPPORTED]
    assert len(supported) >= len(TRUE) - 2
    assert next(iter(rows.values())).verdict is Standing.CONTRADICTED, "worst first"


def test_a_ledger_of_true_assumptions_is_rarely_contradicted(draw: Draw) -> None:
    # At 5 % a ledger, 5 or more of 20 have a probability of 3e-3; strata and exact tests alone.
    exact = tuple(says for says in TRUE if " given age" not in says)
    fallen = 0
    for run in range(20):
        rows = ledger(exact, draw(300, 100 + run)).values()
        fallen += any(row.verdict is Standing.CONTRADICTED for row in rows)
    assert fallen <= 4


def test_few_rows_cannot_tell(draw: Draw) -> None:
    rows = ledger(("spent <= income", "answer does not depend on age"), draw(40, 3))
    assert rows["spent <= income"].verdict is Standing.CANNOT_TELL
    assert rows["answer does not depend on age"].verdict is Standing.UNTESTED


def test_words_that_fit_no_row_are_untested_and_say_why(draw: Draw) -> None:
    rows = ledger(("ages > 3", "answer = yes never happens when region = moon"), draw(500, 4))
    assert rows["ages > 3"].evidence == "there is no column 'ages'"
    moon = rows["answer = yes never happens when region = moon"]
    assert (moon.verdict, moon.evidence) == (
        Standing.UNTESTED, "no real row meets region = moon",
    )  # fmt: skip


def test_what_never_happens_is_supported_only_where_it_could_have_happened(draw: Draw) -> None:
    says = "region = moon never happens when group = a"
    assert ledger((says,), draw(3_000, 5))[says].verdict is Standing.CANNOT_TELL


def test_a_count_of_few_real_rows_is_never_told(draw: Draw) -> None:
    def four(columns: Columns, chance: np.random.Generator) -> None:
        columns["spent"][:4] = columns["income"][:4] + 1

    row = ledger(("spent <= income",), draw(2_000, 6, four))["spent <= income"]
    assert row.verdict is Standing.CONTRADICTED
    assert "fewer than 10 of 2,000 real rows" in row.evidence
    assert row.effect is None
    assert not re.search(r"\b[1-9] \(|\b4\b", row.evidence)


def test_made_rows_that_break_what_reality_keeps_are_named(draw: Draw) -> None:
    def overspent(columns: Columns, chance: np.random.Generator) -> None:
        columns["spent"] = columns["spent"] + 20

    says = ("spent <= income", "answer = yes rises with z")
    rows = ledger(says, draw(2_000, 7), made=draw(1_000, 8, overspent))
    assert rows[says[0]].verdict is Standing.SUPPORTED
    assert rows[says[0]].made is Keeping.BROKEN
    assert rows[says[1]].made is Keeping.KEPT


def test_a_wished_shift_breaks_no_rate(draw: Draw) -> None:
    made = draw(4_000, 9)
    is_yes = made.table["answer"].to_numpy(zero_copy_only=False) == "yes"
    kept = np.concatenate([np.flatnonzero(is_yes), np.flatnonzero(~is_yes)[: is_yes.sum()]])
    share = is_yes.mean()
    weights = np.where(is_yes[kept], share, 1 - share)
    says = "answer = yes happens in 10 % to 30 % of rows"
    assert ledger((says,), draw(2_000, 10), made=made.take(kept))[says].made is Keeping.BROKEN
    shaped = weighted(made.take(kept), weights)
    assert ledger((says,), draw(2_000, 10), made=shaped)[says].made is Keeping.KEPT


def test_missing_values_that_break_a_constraint_are_named(draw: Draw) -> None:
    row = ledger(("note < 100",), draw(1_000, 11))["note < 100"]
    assert row.verdict is Standing.CONTRADICTED
    assert "add `or COLUMN is null`" in row.evidence


def confounded(rows: int, seed: int, leak: float = 0.0) -> ww.Dataset:
    """Draw x and y that both bend with z, and touch each other only by `leak`."""
    chance = seeds.stream(seed, "confounded")
    z = chance.normal(size=rows)
    x = np.sin(3 * z) + 0.3 * chance.normal(size=rows)
    y = np.sin(3 * z) + 0.3 * chance.normal(size=rows) + leak * x
    return dataset_of({"x": x, "y": y, "z": z})


def test_a_bent_confounder_explains_what_it_explains_and_no_more() -> None:
    says = ("x does not depend on y given z", "x does not depend on y")
    clean = ledger(says, confounded(1_500, 1))
    assert clean[says[0]].verdict is not Standing.CONTRADICTED
    assert clean[says[1]].verdict is Standing.CONTRADICTED
    assert ledger(says[:1], confounded(1_500, 2, 0.3))[says[0]].verdict is Standing.CONTRADICTED


@pytest.mark.slow
def test_conditional_independence_keeps_its_level_under_a_bent_confounder() -> None:
    # P(p <= 0.05) <= 0.05 + 2 s.e.: 4.7 of 40; one assumption alone, so Holm does nothing.
    says = "x does not depend on y given z"
    p = [ledger((says,), confounded(1_000, 50 + run))[says].p or 0 for run in range(40)]
    assert sum(one <= 0.05 for one in p) <= 4


def test_the_training_period_is_asked_of_rows_of_another_time(draw: Draw) -> None:
    def dearer(columns: Columns, chance: np.random.Generator) -> None:
        columns["income"] = columns["income"] * 1.6

    says = "as it was in the training period"
    teachers = draw(2_000, 20)
    same = ledger((says,), draw(1_000, 21), teachers=teachers, newer=True)[says]
    assert same.verdict is not Standing.CONTRADICTED
    moved = ledger((says,), draw(1_000, 22, dearer), teachers=teachers, newer=True)[says]
    assert moved.verdict is Standing.CONTRADICTED
    assert "income" in moved.evidence
    random_holdout = ledger((says,), draw(1_000, 23), teachers=teachers)[says]
    assert random_holdout.verdict is Standing.UNTESTED


def rare(rows: int, seed: int, unlike: float) -> ww.Dataset:
    """Draw rows with a city that few share; `unlike` says how much the city moves the price."""
    chance = seeds.stream(seed, "rare")
    city = chance.integers(0, 120, rows)
    price = chance.normal(size=rows) + unlike * (city % 7 - 3)
    names = np.array([f"c{one}" for one in city], dtype=object)
    from worldwright import Kind

    from . import conftest

    conftest.KINDS.setdefault("city", Kind.CATEGORY)
    return dataset_of({"city": names, "price": price})


def test_merged_values_are_contradicted_where_they_are_unlike() -> None:
    says = "values of city with fewer than 10 rows are alike"
    for unlike, wanted in ((0.0, False), (1.0, True)):
        row = ledger((says,), rare(400, 2, unlike), teachers=rare(600, 1, unlike))[says]
        assert (row.verdict is Standing.CONTRADICTED) is wanted


def test_holm_corrects_for_what_was_tested_alone() -> None:
    tested = [Tested("", p=0.01), Tested("", untested=True), Tested("", p=0.03), Tested("", p=0.04)]
    assert holm(tested) == pytest.approx([0.03, 1.0, 0.06, 0.06])


def test_what_fits_is_supported_however_many_rows_spoke() -> None:
    assert standing(Tested("", p=1e-9, fits=True), 1e-9) is Standing.SUPPORTED
    assert standing(Tested("", p=1e-9), 1e-9) is Standing.CONTRADICTED
    assert standing(Tested("", p=0.5), 0.5) is Standing.CANNOT_TELL


def report(*rows: LedgerRow) -> Report:
    sides = (Side("made", 10, 2, "world", "k:1"), Side("real", 10, 2, "read", "k:2"))
    return Report((), {}, sides, 0, {}, ledger=rows)


ROW = LedgerRow("a <= b", "constraint", "a person", Standing.SUPPORTED, "none of 2,000 real rows")


def changed(**what: object) -> LedgerRow:
    from dataclasses import replace

    return replace(ROW, **what)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("row", "rule", "passes"),
    [
        (ROW, "supported", True),
        (changed(verdict=Standing.CONTRADICTED), "not contradicted", False),
        (changed(verdict=Standing.CANNOT_TELL), "not contradicted", True),
        (changed(verdict=Standing.CANNOT_TELL), "supported", False),
        (changed(verdict=Standing.UNTESTED), "supported", False),
        (changed(verdict=Standing.UNTESTED, declared="the learner"), "supported", True),
        (changed(made=Keeping.BROKEN), "not contradicted", False),
    ],
)
def test_gates_ask_how_assumptions_stand(row: LedgerRow, rule: str, passes: bool) -> None:
    if passes:
        report(row).require({"assumptions": rule})
    else:
        with pytest.raises(GateError, match="the assumptions must be"):
            report(row).require({"assumptions": rule})


def test_a_contradicted_assumption_is_no_fault_and_is_loud() -> None:
    fallen = report(changed(verdict=Standing.CONTRADICTED, evidence="broken in 45 rows"))
    assert not fallen.faults
    assert "Real rows contradict 1 assumption." in fallen.to_dict()["verdict"]
    assert "CONTRADICTED a <= b: broken in 45 rows" in fallen.to_text()
    assert ww.Report.__add__(fallen, fallen).ledger == fallen.ledger
    from worldwright.data.reporting.plain import from_dict

    assert from_dict(json.loads(json.dumps(fallen.to_dict()))) == fallen


def test_a_gate_on_assumptions_needs_a_ledger() -> None:
    with pytest.raises(SpecError, match="no figure and no question"):
        report().require({"assumptions": "supported"})


def test_a_random_holdout_leaves_the_period_untested_and_says_how_to_test_it(draw: Draw) -> None:
    says = "as it was in the training period"
    row = ledger((says,), draw(200, 23), teachers=draw(200, 20))[says]
    assert row.verdict is Standing.UNTESTED
    assert row.evidence == (
        "not tested by design: the real rows at hand are of the training period, and a holdout "
        "drawn from it at random cannot tell; hold newer real rows against the World: "
        "ww judge WORLD --against NEWER --real TAUGHT"
    )
    few = ledger((says,), draw(30, 23), teachers=draw(200, 20), newer=True)[says]
    assert few.evidence == ("30 rows are too few to compare periods: hand over 100 of each or more")


def test_newer_rows_of_other_columns_are_compared_in_those_they_share(draw: Draw) -> None:
    says = as_assumptions(("as it was in the training period",))

    def other(columns: Columns, chance: np.random.Generator) -> None:
        del columns["w"]
        columns["z"] = np.array(["low", "high"], dtype=object)[(columns["z"] > 0).astype(int)]

    table = draw(200, 24, lambda columns, chance: None).table
    columns: Columns = {name: table[name].to_numpy() for name in table.column_names}
    other(columns, seeds.stream(1))
    newer = ww.read(pa.table(columns))
    told = again(says, against=newer, real=draw(200, 20))
    assert told.rows[0].verdict is not Standing.UNTESTED
    assert told.notes == (
        "columns that taught and that the new rows lack, or hold as another kind, are not looked "
        "at: z, w",
    )
    alien = again(says, against=ww.read(pa.table({"q": np.arange(200.0)})), real=draw(200, 20))
    assert alien.rows[0].evidence == (
        "the newer rows have no column of the teachers, of one kind in both"
    )
