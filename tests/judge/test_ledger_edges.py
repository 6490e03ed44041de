"""How an assumption stands, and what made rows do with it: each branch, from exact counts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import binom

import worldwright as ww
from worldwright import plugins, seeds
from worldwright.data.ledger import Keeping, LedgerRow, Standing
from worldwright.data.report import Answer, Finding, Verdict
from worldwright.judge import family
from worldwright.judge.case import Case
from worldwright.judge.ledger import merged, period
from worldwright.judge.ledger.again import again
from worldwright.judge.ledger.book import LEVEL, Sides, ledger_of, standing
from worldwright.judge.ledger.period import as_trained, is_later
from worldwright.judge.ledger.tested import Tested
from worldwright.spec.assumption import as_assumptions

from .conftest import dataset_of

CONTRADICTED, CANNOT_TELL = Standing.CONTRADICTED, Standing.CANNOT_TELL
SUPPORTED, UNTESTED = Standing.SUPPORTED, Standing.UNTESTED
PERIOD = "as it was in the training period"


def counted(hits: int, of: int, other_hits: int = 0, others: int = 0) -> ww.Dataset:
    """Return `of` rows of age 60 and `others` of age 20, and so many of each that say yes."""
    says = [True] * hits + [False] * (of - hits)
    says += [True] * other_hits + [False] * (others - other_hits)
    age = np.repeat([60, 20], [of, others])
    return dataset_of({"answer": np.where(says, "yes", "no").astype(object), "age": age})


def rows_of(said: str | tuple[str, ...], witness: ww.Dataset, **more) -> list[LedgerRow]:
    words = (said,) if isinstance(said, str) else said
    found = {row.says: row for row in ledger_of(as_assumptions(words), Sides(witness, **more))}
    return [found[says] for says in found]


def stands(said: str, witness: ww.Dataset, **more) -> Standing:
    return rows_of(said, witness, **more)[0].verdict


@pytest.mark.parametrize(
    ("broken", "of", "verdict"),
    [
        (0, 800, SUPPORTED),
        (0, 700, CANNOT_TELL),
        (1, 5_000, CONTRADICTED),
        (5_000, 5_000, CONTRADICTED),
    ],
)
def test_a_constraint_falls_by_one_row_and_needs_many_to_stand(broken, of, verdict):
    assert stands("answer = no", counted(broken, of)) is verdict
    assert stands("answer = yes never happens", counted(broken, of)) is verdict


@pytest.mark.parametrize(
    ("counts", "verdict", "tells_elsewhere"),
    [
        ((0, 1_000, 100, 1_000), SUPPORTED, True),
        ((0, 300, 500, 1_000), CANNOT_TELL, True),
        ((0, 1_000, 3, 1_000), CANNOT_TELL, True),
        ((0, 1_000, 0, 0), SUPPORTED, False),
        ((20, 1_000, 500, 1_000), CONTRADICTED, False),
        ((0, 0, 500, 1_000), UNTESTED, False),
    ],
)
def test_what_never_happens_somewhere_must_happen_elsewhere(counts, verdict, tells_elsewhere):
    (row,) = rows_of("answer = yes never happens when age > 50", counted(*counts))
    assert row.verdict is verdict
    assert ("elsewhere" in row.evidence) is tells_elsewhere


@pytest.mark.parametrize(
    ("says", "hits", "verdict"),
    [
        ("10 % to 30 %", 50, CONTRADICTED),
        ("10 % to 30 %", 110, CANNOT_TELL),
        ("10 % to 30 %", 200, SUPPORTED),
        ("10 % to 30 %", 290, CANNOT_TELL),
        ("10 % to 30 %", 400, CONTRADICTED),
        ("at most 10 %", 0, SUPPORTED),
        ("at most 10 %", 60, SUPPORTED),
        ("at most 10 %", 95, CANNOT_TELL),
        ("at most 10 %", 150, CONTRADICTED),
        ("at least 50 %", 1_000, SUPPORTED),
        ("at least 50 %", 560, SUPPORTED),
        ("at least 50 %", 510, CANNOT_TELL),
        ("at least 50 %", 400, CONTRADICTED),
    ],
)
def test_a_rate_stands_where_its_interval_lies_inside(says, hits, verdict):
    said = f"answer = yes happens in {says} of rows"
    assert stands(said, counted(hits, 1_000)) is verdict
    whole = counted(hits, 1_000, 1_000 - hits, 1_000)
    assert stands(f"{said} when age > 50", whole) is verdict


def test_both_ends_of_a_rate_share_the_error_and_an_open_end_spends_none():
    many = counted(150, 1_000)
    above = float(binom.sf(149, 1_000, 0.12))
    (both,) = rows_of("answer = yes happens in 5 % to 12 % of rows", many)
    (one,) = rows_of("answer = yes happens in at most 12 % of rows", many)
    assert both.p == pytest.approx(2 * above, rel=1e-5)
    assert one.p == pytest.approx(above, rel=1e-5)


def test_a_rate_of_rows_that_are_not_there_is_untested():
    said = "answer = yes happens in 10 % of rows when age > 50"
    assert stands(said, counted(0, 0, 10, 100)) is UNTESTED


@pytest.mark.parametrize(
    ("says", "counts", "verdict"),
    [
        ("2 to 4 times", (300, 1_000, 100, 1_000), SUPPORTED),
        ("2 to 4 times", (210, 1_000, 100, 1_000), CANNOT_TELL),
        ("2 to 4 times", (380, 1_000, 100, 1_000), CANNOT_TELL),
        ("2 to 4 times", (100, 1_000, 100, 1_000), CONTRADICTED),
        ("2 to 4 times", (800, 1_000, 100, 1_000), CONTRADICTED),
        ("at least 2 times", (800, 1_000, 100, 1_000), SUPPORTED),
        ("at least 2 times", (30, 1_000, 0, 1_000), SUPPORTED),
        ("at least 2 times", (15, 1_000, 5, 1_000), CANNOT_TELL),
        ("at least 2 times", (5, 1_000, 15, 1_000), CONTRADICTED),
        ("at most 2 times", (5, 1_000, 15, 1_000), SUPPORTED),
        ("at most 2 times", (30, 1_000, 0, 1_000), CONTRADICTED),
        ("at least 2 times", (0, 0, 100, 1_000), UNTESTED),
        ("at least 2 times", (100, 1_000, 0, 0), UNTESTED),
        ("at least 2 times", (0, 1_000, 0, 1_000), UNTESTED),
    ],
)
def test_a_ratio_stands_where_its_interval_lies_inside(says, counts, verdict):
    assert stands(f"answer = yes is {says} likelier when age > 50", counted(*counts)) is verdict


def test_few_events_are_asked_given_their_sum_and_many_by_the_score():
    said = "answer = yes is at least 2 times likelier when age > 50"
    (few,) = rows_of(said, counted(19, 50, 20, 50))
    assert few.p == pytest.approx(float(binom.cdf(19, 39, 2 / 3)), rel=1e-5)
    (many,) = rows_of(said, counted(20, 50, 20, 50))
    assert many.p is not None
    assert many.p < 0.5 * float(binom.cdf(20, 40, 2 / 3))


def test_at_its_level_an_assumption_is_contradicted():
    assert standing(Tested("", p=LEVEL), LEVEL) is CONTRADICTED
    assert standing(Tested("", p=LEVEL + 1e-9), LEVEL + 1e-9) is CANNOT_TELL
    assert standing(Tested("", p=0.0, untested=True), 0.0) is UNTESTED


def test_an_assumption_among_others_must_hold_against_all_of_them():
    hits = next(n for n in range(100, 200) if binom.sf(n - 1, 1_000, 0.1) <= 0.03)
    says = tuple(f"answer = yes happens in at most 10 % of rows when age > {n}" for n in (40, 50))
    assert stands(says[0], counted(hits, 1_000)) is CONTRADICTED
    assert [row.verdict for row in rows_of(says, counted(hits, 1_000))] == [CANNOT_TELL] * 2


def test_the_training_period_decides_at_a_level_of_its_own(monkeypatch):
    others = tuple(f"answer = yes happens in 10 % to 30 % of rows when age > {n}" for n in (1, 2))
    teachers = counted(200, 1_000)

    def asked(p: float) -> LedgerRow:
        monkeypatch.setattr(period, "as_trained", lambda *_, **__: Tested("so", p=p, rows=9))
        rows = rows_of((PERIOD, *others), counted(200, 1_000), teachers=teachers, newer=True)
        return next(row for row in rows if row.says == PERIOD)

    assert (asked(0.01).verdict, asked(0.01).p) == (CONTRADICTED, 0.01)
    assert asked(0.011).verdict is CANNOT_TELL


def test_a_period_without_its_teachers_or_with_few_rows_is_untested():
    assert stands(PERIOD, counted(200, 1_000), newer=True) is UNTESTED
    assert stands(PERIOD, counted(20, 99), teachers=counted(200, 1_000), newer=True) is UNTESTED
    assert stands(PERIOD, counted(200, 1_000), teachers=counted(20, 99), newer=True) is UNTESTED


@pytest.mark.parametrize(
    ("verdicts", "stands", "says"),
    [
        ((Verdict.SAME, Verdict.SAME), SUPPORTED, "are the same as the teachers"),
        ((Verdict.SAME, Verdict.CANNOT_TELL), CANNOT_TELL, "not all can be told: newer rows so"),
        ((Verdict.CANNOT_TELL, Verdict.DIFFERS), CONTRADICTED, "are unlike the teachers"),
        ((Verdict.DIFFERS, Verdict.DIFFERS), CONTRADICTED, "; 1 more places"),
        ((), CANNOT_TELL, "are the same as the teachers"),
    ],
)
def test_a_period_stands_as_its_worst_place_does(monkeypatch, verdicts, stands, says):
    found = tuple(
        Finding("columns", one, f"made rows so {at}", p=0.005, strength=float(at))
        for at, one in enumerate(verdicts)
    )
    monkeypatch.setattr(family, "settle", lambda *_: [Answer(found)])
    tested = as_trained(counted(20, 100), counted(20, 100), seed=0)
    assert says in tested.says
    assert standing(tested, tested.p, period.LEVEL) is stands
    if len(verdicts) == 2 and verdicts[0] is Verdict.DIFFERS:
        assert "newer rows so 1" in tested.says


def dated(first: int, last: int) -> ww.Dataset:
    days = (np.datetime64("2020-01-01") + np.arange(first, last)).astype("datetime64[us]")
    return ww.read(pa.table({"day": days, "amount": np.arange(float(last - first))}))


@pytest.mark.parametrize(
    ("first", "last", "later"),
    [(100, 150, True), (99, 150, True), (98, 150, False), (0, 150, False), (-50, 0, False)],
)
def test_a_holdout_is_later_where_it_begins_after_the_teachers_end(first, last, later):
    assert is_later(dated(first, last), dated(0, 100)) is later
    assert not is_later(counted(1, 9), counted(1, 9))


def test_what_made_rows_do_with_an_assumption():
    real = counted(200, 1_000)
    for said, made, keeping in (
        ("answer = yes happens in 10 % to 30 % of rows", counted(200, 1_000), Keeping.KEPT),
        ("answer = yes happens in 10 % to 30 % of rows", counted(8, 40), Keeping.CANNOT_TELL),
        ("answer = yes happens in 10 % to 30 % of rows", counted(16, 40), Keeping.CANNOT_TELL),
        ("answer = yes happens in 10 % to 30 % of rows", counted(25, 40), Keeping.BROKEN),
        ("age < 70", counted(2, 40), Keeping.KEPT),
        ("age < 30", counted(2, 40), Keeping.BROKEN),
        ("ages < 30", counted(2, 40), Keeping.UNTESTED),
    ):
        assert rows_of(said, real, made=made)[0].made is keeping, said
    assert rows_of("age < 70", real)[0].made is Keeping.UNTESTED


def test_what_was_learned_of_a_period_or_a_merge_is_not_asked_of_made_rows():
    real, made = counted(200, 1_000), counted(200, 1_000)
    for said in (PERIOD, "values of answer with fewer than 10 rows are alike"):
        (row,) = rows_of(said, real, teachers=real, made=made)
        assert (row.made, row.made_evidence) == (Keeping.UNTESTED, "")


def test_made_rows_that_meet_a_condition_are_asked_of_every_row_and_of_no_share():
    real, made = counted(200, 1_000), counted(900, 1_000)
    rate, rule = "answer = yes happens in 10 % to 30 % of rows", "age < 30"
    for conditioned, keeping in ((True, Keeping.UNTESTED), (False, Keeping.BROKEN)):
        found = rows_of((rate, rule), real, made=made, conditioned=conditioned)
        kept = {row.says: row.made for row in found}
        assert kept == {rate: keeping, rule: Keeping.BROKEN}


def leaning(rows: int, strength: float, seed: int = 1) -> ww.Dataset:
    chance = seeds.stream(seed, "tests", "leaning")
    z, rest = chance.normal(size=(2, rows))
    rest -= z * (z @ rest) / (z @ z)
    return dataset_of({"z": z, "w": strength * z + rest})


@pytest.mark.parametrize(
    ("rows", "strength", "verdict"),
    [
        (2_000, 0.0, SUPPORTED),
        (500, 0.3, CONTRADICTED),
        (100, 0.0, CANNOT_TELL),
        (100, 2.0, CONTRADICTED),
        (99, 2.0, UNTESTED),
    ],
)
def test_independence_stands_where_no_correlation_can_be_large(rows, strength, verdict):
    assert stands("z does not depend on w", leaning(rows, strength)) is verdict


def test_made_rows_keep_an_independence_that_they_break_too_little_to_count():
    made = leaning(4_000, 0.05)
    (row,) = rows_of("z does not depend on w", leaning(99, 0.0), made=made)
    assert (row.verdict, row.made) == (UNTESTED, Keeping.KEPT)
    assert stands("z does not depend on w", made) is SUPPORTED


@pytest.mark.parametrize(
    ("rows", "strength", "rises", "falls"),
    [
        (500, 0.5, SUPPORTED, CONTRADICTED),
        (500, -0.5, CONTRADICTED, SUPPORTED),
        (60, 0.0, CANNOT_TELL, CANNOT_TELL),
        (50, 3.0, SUPPORTED, CONTRADICTED),
        (49, 3.0, UNTESTED, UNTESTED),
    ],
)
def test_a_direction_stands_where_its_interval_lies_on_its_side(rows, strength, rises, falls):
    witness = leaning(rows, strength)
    assert stands("w rises with z", witness) is rises
    assert stands("w falls with z", witness) is falls


def test_an_event_of_few_rows_and_a_column_that_never_changes_tell_no_direction():
    def told(yes: int, varied: bool = True) -> ww.Dataset:
        z = np.arange(200.0) if varied else np.ones(200)
        return dataset_of({"z": z, "answer": np.where(np.arange(200) < yes, "yes", "no")})

    said = "answer = yes falls with z"
    assert stands(said, told(9)) is UNTESTED
    assert stands(said, told(191)) is UNTESTED
    assert stands(said, told(10)) is SUPPORTED
    assert stands(said, told(100, varied=False)) is UNTESTED
    assert stands("answer does not depend on z", told(0)) is UNTESTED
    assert stands("answer does not depend on z", told(100)) is CONTRADICTED


def cities(rows: int, seed: int, unlike: float) -> ww.Dataset:
    chance = seeds.stream(seed, "tests", "cities")
    city = np.arange(rows) % (rows // 5)
    price = chance.normal(size=rows) + unlike * (city % 7 - 3)
    names = np.array([f"c{one}" for one in city], dtype=object)
    return dataset_of({"group": names, "z": price})


def test_merged_values_are_told_of_the_rows_that_hold_them_once():
    said = "values of group with fewer than 10 rows are alike"
    real = cities(400, 1, 1.0)
    (once,) = rows_of(said, real, teachers=real)
    assert (once.verdict, once.rows) == (CONTRADICTED, 400)
    (twice,) = rows_of(said, cities(400, 2, 1.0), teachers=real)
    assert twice.rows == 800
    assert stands(said, real) is UNTESTED
    assert stands("values of group with fewer than 5 rows are alike", real, teachers=real) is (
        UNTESTED
    )
    few = cities(merged.LEAST_ROWS - 5, 1, 1.0)
    assert stands(said, few, teachers=few) is UNTESTED
    many = cities(4_000, 3, 0.0)
    assert stands(said, many, teachers=many) is not CONTRADICTED


def test_what_was_supported_and_is_contradicted_now_has_fallen():
    said = ("answer = no", "age < 70", "answer = yes happens in 90 % of rows")
    before = {said[0]: "supported", said[1]: "supported", said[2]: "cannot tell"}
    told = again(as_assumptions(said), against=counted(5, 1_000), before=before)
    assert [row.says for row in told.fallen] == [said[0]]
    assert {row.says: row.verdict for row in told.rows} == {
        said[0]: CONTRADICTED, said[1]: SUPPORTED, said[2]: CONTRADICTED,
    }  # fmt: skip
    assert [row.verdict for row in told.rows] == [CONTRADICTED, CONTRADICTED, SUPPORTED]


def metric(real: ww.Dataset, holdout: ww.Dataset | None, said: str, **how) -> Answer:
    case = Case(counted(900, 1_000), real, holdout, assumptions=as_assumptions((said,)), **how)
    answer = plugins.metrics.get("assumptions")(case)
    assert isinstance(answer, Answer)
    return answer


def test_the_holdout_speaks_where_there_is_one_and_else_the_teachers():
    said = "answer = yes happens in 10 % to 30 % of rows"
    with_holdout = metric(counted(900, 1_000), counted(200, 1_000), said)
    assert (with_holdout.ledger[0].verdict, with_holdout.notes) == (SUPPORTED, ())
    without = metric(counted(200, 1_000), None, said)
    assert without.ledger[0].verdict is SUPPORTED
    assert without.notes[0].startswith("the assumptions were tested on the rows that taught")


def test_only_a_later_holdout_is_asked_of_the_training_period():
    case = Case(dated(0, 99), dated(0, 99), dated(99, 150), assumptions=as_assumptions((PERIOD,)))
    ask = plugins.metrics.get("assumptions")
    for one, why in (
        (case, "51 rows are too few to compare periods"),
        (replace(case, holdout=dated(50, 120)), "the real rows at hand are of the training period"),
        (replace(case, holdout=None), "the real rows at hand are of the training period"),
    ):
        answer = ask(one)
        assert isinstance(answer, Answer)
        assert why in answer.ledger[0].evidence


def test_a_case_with_a_condition_asks_all_real_rows_and_no_share_of_made_ones():
    said = "answer = yes happens in 10 % to 30 % of rows"
    met = counted(900, 1_000)
    plain = metric(counted(200, 1_000), None, said).ledger[0]
    assert plain.made is Keeping.BROKEN
    asked = metric(met, None, said, every_real=counted(200, 1_000)).ledger[0]
    assert (asked.verdict, asked.made) == (SUPPORTED, Keeping.UNTESTED)
