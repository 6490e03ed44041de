"""The guard: who memorises is exposed, who does not is not, and too few rows say so."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from worldwright import plugins
from worldwright.data.fingerprint import content_hash, keyed
from worldwright.data.lineage import Lineage, Role
from worldwright.data.report import Answer, Verdict
from worldwright.data.schema import Column, Kind, Schema, TableSchema
from worldwright.errors import RoleError, SchemaError
from worldwright.guard import guard
from worldwright.guard.case import assemble
from worldwright.guard.chance import Interval
from worldwright.guard.verdict import Risk, promise, settle
from worldwright.testing.strategies import datasets, schemas

FIGURES = {
    "exact_copies",
    "membership_auc",
    "membership_auc_rarest",
    "membership_tpr_at_1pct",
    "nearer_to_real",
}


def questions_exposed(report) -> set[str]:
    return {finding.question for finding in report.faults}


# Null: made, real and holdout are independent samples of one population. Stated false alarms: 5 %
# for the family of a report (an exposed finding needs more), and 5 % for each p at 0.05. `most`
# hits or more in so many runs have a probability below 1e-6 at 5 %.
@pytest.mark.parametrize(("runs", "most"), [(12, 7), pytest.param(200, 28, marks=pytest.mark.slow)])
def test_a_perfect_generator_is_rarely_accused_and_its_p_values_are_not_too_small(
    people, runs, most
) -> None:
    alarms, hits = 0, dict[str, int]()
    for run in range(runs):
        made, real, holdout = (people(250, 3 * run + side) for side in range(3))
        case = assemble(made, real=real, holdout=holdout, seed=run)
        answers = [plugins.attacks.get(name)(case) for name in plugins.attacks.names()]
        for finding in [finding for answer in answers for finding in answer.findings]:
            name = f"{finding.question}, {finding.where}"
            hits[name] = hits.get(name, 0) + (finding.p <= 0.05)
        settled = [finding for answer in settle(answers) for finding in answer.findings]
        alarms += any(finding.p <= 0.05 for finding in settled)
    assert alarms < most
    assert max(hits.values()) < most, hits


def test_a_perfect_generator_is_cleared_where_the_rows_suffice(people) -> None:
    made, real, holdout = people(4_000, 1), people(4_000, 2), people(6_000, 3)
    report = guard(made, real=real, holdout=holdout)
    assert not report.faults
    verdicts = {(f.question, f.where): f.verdict for f in report.findings}
    assert verdicts["copies", "whole rows"] is Verdict.SAME
    assert verdicts["near copies", "nearest rows"] is Verdict.SAME
    assert verdicts["membership", "random rows"] is Verdict.SAME


def test_resampled_rows_are_exposed_by_every_attack(people) -> None:
    real, holdout = people(2_000, 1), people(2_000, 2)
    report = guard(real.sample(2_000, seed=5), real=real, holdout=holdout)
    assert questions_exposed(report) == {"copies", "near copies", "membership"}
    assert report.figures["exact_copies"].low > 0.9
    assert report.figures["membership_auc"].low > 0.7


def test_one_copied_row_in_five_is_exposed(people, stack) -> None:
    real, holdout, fresh = people(2_000, 1), people(2_000, 2), people(1_600, 3)
    report = guard(stack(fresh, real.take(np.arange(400))), real=real, holdout=holdout)
    assert "copies" in questions_exposed(report)
    copied = report.figures["exact_copies"]
    assert copied.low < 0.2 < copied.high


def test_a_small_holdout_does_not_make_copies_look_fewer(people, stack) -> None:
    real, holdout, fresh = people(2_000, 1), people(500, 2), people(1_600, 3)
    report = guard(stack(fresh, real.take(np.arange(400))), real=real, holdout=holdout)
    copied = report.figures["exact_copies"]
    assert copied.low < 0.2 < copied.high


def test_copies_with_a_little_noise_are_exposed(people) -> None:
    real, holdout = people(2_000, 1), people(2_000, 2)
    income = pa.array(real.table["income"].to_numpy() * 1.0001, from_pandas=True)
    noisy = replace(real, tables={"people": real.table.set_column(1, "income", income)})
    report = guard(noisy, real=real, holdout=holdout)
    # Only the rows without an income are copies still: 5 % of them.
    assert 0.03 < report.figures["exact_copies"].value < 0.08
    assert {"near copies", "membership"} <= questions_exposed(report)


def test_a_small_holdout_cannot_tell_and_gives_its_power(people) -> None:
    report = guard(people(500, 1), real=people(500, 2), holdout=people(30, 3))
    finding = next(f for f in report.findings if f.where == "random rows")
    assert finding.verdict is Verdict.CANNOT_TELL
    assert finding.power < 0.8
    assert finding.says.endswith(
        "too few rows to tell: an attack as successful as is tolerated would be noticed "
        f"{100 * finding.power:.0f} % of the time"
    )


@pytest.mark.parametrize("rows", [(1, 1, 1), (1, 2, 3), (3, 1, 2), (5, 5, 1)])
def test_a_handful_of_rows_can_tell_nothing_and_breaks_nothing(people, rows) -> None:
    made, real, holdout = (people(count, side) for side, count in enumerate(rows))
    report = guard(made, real=real, holdout=holdout)
    assert set(report.figures) == FIGURES
    assert Verdict.SAME not in {f.verdict for f in report.findings if f.question != "copies"}
    assert not report.faults


def test_the_same_seed_gives_the_same_report(people) -> None:
    sides = people(300, 1), people(300, 2), people(300, 3)
    reports = [guard(sides[0], real=sides[1], holdout=sides[2], seed=4) for _ in range(2)]
    assert reports[0] == reports[1]


def test_the_order_of_columns_in_the_made_rows_does_not_matter(people) -> None:
    made, real, holdout = people(300, 1), people(300, 2), people(300, 3)
    turned = made.select(made.columns[::-1])
    first, second = (guard(rows, real=real, holdout=holdout) for rows in (made, turned))
    assert first.findings == second.findings


def test_new_ids_are_neither_copies_nor_a_way_to_tell_members(people) -> None:
    made, real, holdout = people(300, 1), people(300, 2), people(300, 3)
    column = real.table["number"]
    same_ids = replace(made, tables={"people": made.table.set_column(0, "number", column)})
    first, second = (guard(rows, real=real, holdout=holdout) for rows in (made, same_ids))
    assert first.findings == second.findings
    assert "the attacks leave out ids and nested columns: number" in first.notes


def test_an_attack_that_wins_inside_its_tolerance_is_told_and_is_no_fault() -> None:
    risk = Risk("q", "w", "m", "an AUC of 0.53", Interval(0.53, 0.51, 0.54), 1e-6, 0.55, 0.99)
    settled = settle([Answer((risk.finding(),))])
    (finding,) = settled[0].findings
    assert finding.verdict is Verdict.SAME
    assert finding.says == (
        "an AUC of 0.53: this attack beats its control, within the tolerance of 0.55"
    )
    assert promise(settled) == (
        "privacy: 1 of 1 attacks beat their control, none clearly beyond its tolerance; "
        "this is no guarantee"
    )


def test_what_is_exposed_alone_is_not_when_the_whole_family_could_have_done_it() -> None:
    lucky = Risk("q", "w", "m", "a", Interval(0.7, 0.56, 0.8), 0.03, 0.55, 0.9)
    none = Risk("q", "w", "m", "b", Interval(0.5, 0.4, 0.6), 0.5, 0.55, 0.9)
    assert lucky.finding().verdict is Verdict.EXPOSED
    (answer,) = settle([Answer((lucky.finding(), none.finding()))])
    assert [finding.p for finding in answer.findings] == [0.06, 0.5]
    assert answer.findings[0].verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize(
    ("low", "high", "p", "verdict"),
    [
        (0.56, 0.8, 0.05, Verdict.EXPOSED),
        (0.56, 0.8, 0.051, Verdict.CANNOT_TELL),
        (0.55, 0.8, 0.01, Verdict.CANNOT_TELL),
        (0.51, 0.55, 0.01, Verdict.SAME),
        (0.45, 0.55, 0.5, Verdict.SAME),
        (0.45, 0.551, 0.5, Verdict.CANNOT_TELL),
    ],
)
def test_a_risk_is_exposed_where_it_wins_and_its_interval_lies_beyond(
    low, high, p, verdict
) -> None:
    risk = Risk("q", "w", "m", "an AUC", Interval(0.6, low, high), p, 0.55, 0.9)
    assert risk.finding().verdict is verdict
    (answer,) = settle([Answer((risk.finding(),))])
    assert answer.findings[0].verdict is verdict
    assert ("this attack beats its control" in answer.findings[0].says) is (p <= 0.05)


@pytest.mark.parametrize(
    ("power", "says"),
    [
        (
            0.79,
            "too few rows to tell: an attack as successful as is tolerated would be noticed 79 %",
        ),
        (0.8, "the interval holds"),
    ],
)
def test_a_risk_that_cannot_be_told_says_whether_rows_were_too_few(power, says) -> None:
    risk = Risk("q", "w", "m", "an AUC", Interval(0.5, 0.4, 0.6), 0.5, 0.55, power)
    (answer,) = settle([Answer((risk.finding(),))])
    assert says in answer.findings[0].says


def test_every_report_says_that_it_is_no_guarantee(people) -> None:
    report = guard(people(50, 1), real=people(50, 2), holdout=people(50, 3))
    assert report.notes[0] == (
        "privacy: no attack that we ran beats its control at the stated power; this is no guarantee"
    )


def test_an_exposed_report_does_not_claim_that_no_attack_won(people) -> None:
    real = people(500, 2)
    report = guard(real.sample(500, seed=1), real=real, holdout=people(500, 3))
    assert report.notes[0].startswith("privacy: 3 of 3 attacks beat their control")


def test_an_uneven_holdout_is_thinned_to_the_population_first(people) -> None:
    # The holdout holds six times too many people of one city; its weights give the shares back.
    real, made = people(3_000, 1), people(3_000, 2)
    wide = people(12_000, 3)
    is_east = wide.table["city"].combine_chunks().dictionary_decode().to_numpy(False) == "east"
    rows = np.concatenate([np.flatnonzero(is_east), np.flatnonzero(~is_east)[:1_800]])
    weights = np.where(is_east[rows], 1 / 6, 1.0)
    weights /= weights.mean()
    uneven = wide.take(rows)
    trace = pa.table({"row": np.arange(len(rows)), "weight": weights})
    uneven = replace(uneven, lineage=Lineage("split", Role.HOLDOUT, trace=trace))
    report = guard(made, real=real, holdout=uneven)
    assert not report.faults
    assert any("were left out of the attacks, so that the rest is like" in n for n in report.notes)
    assert report.settings["guard"]["holdout_rows"] < 2_600


def test_a_person_with_many_rows_is_one_witness(people) -> None:
    # 40 persons with 50 identical rows a side: as rows that would be proof, as persons it is not.
    schema = Schema(
        {"people": TableSchema((Column("who", Kind.CATEGORY), Column("x", Kind.NUMBER)), key="who")}
    )

    def crowd(name: str, seed: int) -> object:
        base = people(40, seed)
        who = pa.array([f"{name}{i}" for i in range(40) for _ in range(50)]).dictionary_encode()
        x = np.repeat(np.arange(40) + seed / 10, 50)
        return replace(base, tables={"people": pa.table({"who": who, "x": x})}, schema=schema)

    report = guard(crowd("m", 5), real=crowd("r", 1), holdout=crowd("h", 2))
    assert report.settings["membership"]["random"] == (40, 20)


sides = schemas(max_columns=3).flatmap(
    lambda schema: st.tuples(*[datasets(of=schema, min_rows=1, max_rows=8) for _ in range(3)])
)


@settings(max_examples=15)
@for_all(sides)
def test_no_table_is_too_odd_to_be_guarded(sides) -> None:
    made, real, holdout = sides
    assume(content_hash(real) != content_hash(holdout))
    report = guard(made, real=real, holdout=holdout)
    assert set(report.figures) == FIGURES
    for figure in report.figures.values():
        assert figure.low <= figure.value <= figure.high


# Roles and columns: who may stand where.


def test_a_holdout_that_taught_is_refused(people) -> None:
    made, real, holdout = people(50, 1), people(50, 2), people(50, 3)
    lineage = Lineage("world", Role.MADE, 1, (keyed(real), keyed(holdout)))
    with pytest.raises(RoleError) as caught:
        guard(replace(made, lineage=lineage), real=real, holdout=holdout)
    assert str(caught.value) == (
        "the holdout taught the made rows\n"
        "  where: guard(made by world, ...)\n"
        "  mend:  split the real rows first (real.split), fit on one part and guard with the other"
    )


def test_real_and_holdout_must_not_be_the_same_rows(people) -> None:
    with pytest.raises(RoleError, match="real and holdout are the same rows"):
        guard(people(50, 1), real=people(50, 2), holdout=people(50, 2))


def test_swapped_sides_of_a_split_are_refused(people) -> None:
    split = people(100, 2).split(0.5, seed=1)
    with pytest.raises(RoleError, match="the other way round"):
        guard(people(50, 1), real=split.holdout, holdout=split.real)


def test_columns_and_empty_sides_are_reported_together(people) -> None:
    made, real, holdout = people(50, 1), people(50, 2), people(50, 3)
    with pytest.raises(SchemaError) as caught:
        guard(made.select(["age", "city"]), real=real, holdout=holdout.take(np.arange(0)))
    assert str(caught.value) == (
        "made and real do not share 4 column(s): income, number, owner, since\n"
        "  where: guard(made=...), made by tests\n"
        "  mend:  select the shared columns from both first\n"
        "the holdout rows are none, so nothing can be told from them\n"
        "  where: guard(holdout=...), made by tests\n"
        "  mend:  check the filter or the split that emptied them"
    )


def test_a_column_of_another_kind_is_named(people) -> None:
    made, real, holdout = people(50, 1), people(50, 2), people(50, 3)
    columns = tuple(
        replace(c, kind=Kind.TEXT) if c.name == "city" else c for c in made.schema.main.columns
    )
    table = made.table.set_column(3, "city", made.table["city"].cast(pa.string()))
    odd = replace(made, tables={"people": table}, schema=Schema({"people": TableSchema(columns)}))
    with pytest.raises(SchemaError, match="column 'city' is text here and category in the real"):
        guard(odd, real=real, holdout=holdout)


def test_rows_whose_lineage_names_no_teacher_get_a_note(people) -> None:
    made, real, holdout = people(50, 1), people(50, 2), people(50, 3)
    unknown = guard(made, real=real, holdout=holdout)
    known = replace(made, lineage=Lineage("world", Role.MADE, 1, (keyed(real),)))
    assert any("does not name these real rows" in note for note in unknown.notes)
    assert not any("does not name" in n for n in guard(known, real=real, holdout=holdout).notes)


# What the report may hold.


def test_figures_and_questions_are_those_that_the_attacks_declare(people) -> None:
    report = guard(people(60, 1), real=people(60, 2), holdout=people(60, 3))
    declared = [plugins.attacks.get(name) for name in plugins.attacks.names()]
    assert set(report.figures) == {f for attack in declared for f in attack.figures} == FIGURES
    assert set(report.verdicts) == {q for attack in declared for q in attack.questions}


def test_the_report_holds_no_value_of_a_real_row(people) -> None:
    real, holdout = people(300, 2), people(300, 3)
    report = guard(real.sample(300, seed=1), real=real, holdout=holdout)
    words = json.dumps(
        [[str(f) for f in report.findings], [dict(p.spec) for p in report.pictures], report.notes]
    )
    incomes = [str(v) for v in real.table["income"].to_pylist() if v is not None]
    assert not any(value in words for value in [*incomes, "far isle", "north"])
    assert max(len(p.spec.get("datasets", {})) for p in report.pictures) <= 3
