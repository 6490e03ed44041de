"""Time: sequences are dealt out whole, what is wrong with them is found and named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from worldwright import Column, Dataset, Kind, Lineage, Schema, plugins, seeds
from worldwright.data.report import Answer, Verdict
from worldwright.data.schema import TableSchema
from worldwright.judge.case import FAMILY, Case
from worldwright.judge.family import Tests, settle
from worldwright.judge.sequences.dealing import dealt
from worldwright.judge.sequences.timeline import timeline
from worldwright.judge.tallies import Tally

from .conftest import weighted

DAY, HOUR = 86_400_000_000, 3_600_000_000
KINDS = {
    "case_id": Kind.ID,
    "at": Kind.DATETIME,
    "step": Kind.CATEGORY,
    "load": Kind.NUMBER,
    "result": Kind.CATEGORY,
}
START = 1_600_000_000_000_000 // DAY * DAY
NEXT = {
    "open": ("work", "wait"),
    "work": ("wait", "done"),
    "wait": ("work", "done"),
    "done": ("done",),
}


def cases(count: int, seed: int) -> dict[str, list]:
    """Draw cases: each opens on a working day, and moves from step to step at growing gaps."""
    chance = seeds.stream(seed, "tests", "cases")
    columns: dict[str, list] = {name: [] for name in KINDS}
    for number in range(count):
        day = int(chance.integers(0, 200))
        day += {5: 2, 6: 1}.get((START // DAY + day + 3) % 7, 0)
        at = START + day * DAY + int(chance.normal(12, 2.5) % 24 * HOUR)
        step, load = "open", float(chance.normal())
        result = "good" if chance.random() < 0.7 else "bad"
        for _ in range(int(chance.integers(2, 7))):
            said = (f"{seed}-{number}", at, step, round(load, 3), result)
            for name, value in zip(KINDS, said, strict=True):
                columns[name].append(value)
            step = str(chance.choice(NEXT[step]))
            load = 0.8 * load + 0.6 * float(chance.normal())
            at += int(chance.exponential(3 * HOUR))
    return columns


def events(columns: dict[str, list], order: str | None = None, role=None) -> Dataset:
    """Make a Dataset of these columns."""
    listed = tuple(Column(name, KINDS[name]) for name in columns)
    table = pa.table(
        {c.name: pa.array(columns[c.name]).cast(c.arrow_type(pa.string())) for c in listed}
    )
    schema = Schema({"events": TableSchema(listed, order=order)})
    return Dataset({"events": table}, schema, Lineage("tests", role))


def drawn(count: int, seed: int) -> Dataset:
    return events(cases(count, seed))


def asked(made: Dataset, real: Dataset, holdout: Dataset | None, **how) -> Answer:
    """Ask about time alone, at the level of the family."""
    time = plugins.metrics.get("time")
    tolerance = {**time.tolerance, **how.pop("tolerance", {})}
    case = Case(made=made, real=real, holdout=holdout, tolerance=tolerance, **how)
    tests = time(case)
    assert isinstance(tests, Tests)
    return settle([tests], FAMILY)[0]


def faults(answer: Answer) -> list[str]:
    found = [finding for finding in answer.findings if finding.verdict is Verdict.DIFFERS]
    return [finding.where for finding in sorted(found, key=lambda one: -(one.strength or 0))]


@pytest.mark.slow
def test_fresh_cases_are_rarely_called_different():
    """Null: P(fault) <= 0.03. P(more than 4 of 8) <= 2e-6."""
    alarms = 0
    for run in range(8):
        made, real, holdout = (drawn(120, 10 * run + part) for part in range(3))
        alarms += bool(faults(asked(made, real, holdout, seed=run)))
    assert alarms <= 4


@pytest.mark.slow
def test_random_rows_of_cases_are_rarely_called_different():
    """Null: P(fault) <= 0.03. P(more than 4 of 8) <= 2e-6."""
    alarms = 0
    for run in range(8):
        whole = drawn(450, 700 + run)
        order = seeds.stream(run, "tests", "rows").permutation(whole.rows)
        parts = [whole.take(np.sort(part)) for part in np.array_split(order, 3)]
        answer = asked(*parts, seed=run)
        assert answer.settings["time"]["dealt"] == "rows"
        alarms += bool(faults(answer))
    assert alarms <= 4


def later(columns, chance):
    columns["at"] = [at + 40 * DAY for at in columns["at"]]


def flat_hours(columns, chance):
    drawn = chance.integers(0, 24, len(columns["at"]))
    columns["at"] = [
        at // DAY * DAY + int(h) * HOUR + at % HOUR
        for at, h in zip(columns["at"], drawn, strict=True)
    ]


def flat_weekdays(columns, chance):
    moved = dict.fromkeys(columns["case_id"], 0)
    for case in moved:
        moved[case] = int(chance.integers(0, 7))
    columns["at"] = [
        at + moved[c] * DAY for at, c in zip(columns["at"], columns["case_id"], strict=True)
    ]


def longer_gaps(columns, chance):
    first: dict[str, int] = {}
    for case, at in zip(columns["case_id"], columns["at"], strict=True):
        first.setdefault(case, at)
    columns["at"] = [
        first[case] + 2 * (at - first[case])
        for case, at in zip(columns["case_id"], columns["at"], strict=True)
    ]


def shuffled_steps(columns, chance):
    steps, owner = np.array(columns["step"]), np.array(columns["case_id"])
    for case in dict.fromkeys(columns["case_id"]):
        at = np.flatnonzero(owner == case)
        steps[at] = steps[chance.permutation(at)]
    columns["step"] = steps.tolist()


def lost_events(columns, chance):
    kept = np.flatnonzero(chance.random(len(columns["at"])) > 0.25)
    for name in columns:
        columns[name] = [columns[name][at] for at in kept]


def sorted_by_result(columns, chance):
    order = np.argsort(columns["result"], kind="stable")
    for name in columns:
        columns[name] = [columns[name][at] for at in order]


def backwards(columns, chance):
    for name in columns:
        columns[name] = columns[name][::-1]


@pytest.mark.parametrize(
    ("spoil", "place"),
    [
        (later, "period of at"),
        (flat_hours, "hour of at"),
        (flat_weekdays, "weekday of at"),
        (longer_gaps, "gap in at within case_id"),
        (shuffled_steps, "step: one row to the next within case_id"),
        (lost_events, "rows per case_id"),
        (sorted_by_result, "row order × result"),
        (backwards, "row order of at"),
    ],
)  # fmt: skip
def test_a_planted_fault_of_time_is_named(spoil, place):
    columns = cases(300, 7)
    spoil(columns, seeds.stream(7, "tests", "spoil"))
    answer = asked(events(columns), drawn(300, 8), drawn(300, 9), seed=1)
    assert place in faults(answer)
    finding = next(finding for finding in answer.findings if finding.where == place)
    assert finding.low > finding.tolerance
    assert finding.columns
    assert finding.p <= FAMILY


def test_what_is_within_the_tolerance_is_the_same():
    columns = cases(300, 7)
    longer_gaps(columns, seeds.stream(7, "tests"))
    answer = asked(
        events(columns), drawn(300, 8), drawn(300, 9), tolerance={"time": 0.9, "cells": 1000.0}
    )
    assert not faults(answer)
    assert {finding.verdict for finding in answer.findings} == {Verdict.SAME}
    assert any(finding.says.startswith("more than chance") for finding in answer.findings)


def test_few_rows_cannot_tell():
    answer = asked(drawn(30, 1), drawn(30, 2), drawn(30, 3))
    assert Verdict.CANNOT_TELL in {finding.verdict for finding in answer.findings}


def test_a_fault_that_may_lie_inside_the_tolerance_cannot_be_told():
    columns = cases(300, 7)
    longer_gaps(columns, seeds.stream(7, "tests"))
    sides = events(columns), drawn(300, 8), drawn(300, 9)
    place = "gap in at within case_id"
    strict = {f.where: f for f in asked(*sides, tolerance={"cells": 1000.0}).findings}[place]
    assert strict.verdict is Verdict.DIFFERS
    middle = {"time": (strict.low + strict.high) / 2, "cells": 1000.0}
    loose = {f.where: f for f in asked(*sides, tolerance=middle).findings}
    assert loose[place].verdict is Verdict.CANNOT_TELL


def test_data_without_a_clock_says_what_was_not_judged(draw):
    answer = asked(draw(300, 1), draw(300, 2), draw(300, 3))
    assert answer.notes == (
        "of time, only the order of the rows was judged: no order column and no column of moments",
    )
    assert all("row order" in f.where or f.where.startswith("other") for f in answer.findings)


def test_the_label_in_blocks_is_found_without_a_clock(draw):
    def sort(columns, chance):
        order = np.argsort(columns["answer"].astype(str), kind="stable")
        for name in columns:
            columns[name] = columns[name][order]

    answer = asked(draw(600, 1, sort), draw(600, 2), draw(600, 3), target="answer")
    assert faults(answer)[0] == "row order × answer"


def test_a_real_file_that_is_sorted_need_not_be_made_sorted(draw):
    def sort(columns, chance):
        order = np.argsort(columns["z"], kind="stable")
        for name in columns:
            columns[name] = columns[name][order]

    answer = asked(draw(600, 1), draw(600, 2, sort), draw(600, 3, sort))
    assert not faults(answer)


def test_too_few_rows_are_a_note_not_an_error():
    answer = asked(drawn(5, 1), drawn(5, 2), drawn(5, 3))
    assert not answer.findings
    assert any("fewer than 40 rows" in note for note in answer.notes)


def test_a_holdout_of_a_later_time_leaves_the_teachers_as_reference():
    whole = drawn(500, 4)
    real, holdout = whole.split(0.6, time="at")
    fresh, _ = drawn(500, 5).split(0.6, time="at")
    answer = asked(fresh, real, holdout, seed=2)
    assert any("from another time" in note for note in answer.notes)
    assert not faults(answer)
    columns = {name: fresh.table[name].to_pylist() for name in fresh.columns}
    columns["at"] = [int(at.timestamp() * 1_000_000) + 60 * DAY for at in columns["at"]]
    assert "period of at" in faults(asked(events(columns), real, holdout, seed=2))


def test_entities_are_dealt_whole_and_rows_in_equal_numbers():
    parts = [drawn(80, seed) for seed in (1, 2, 3)]
    for made, by in ((parts[0], "entities"), (None, "rows")):
        if made is None:
            whole = drawn(240, 4)
            order = seeds.stream(1, "tests", "rows").permutation(whole.rows)
            parts = [whole.take(np.sort(part)) for part in np.array_split(order, 3)]
        line = timeline(Case(made=parts[0], real=parts[1], holdout=parts[2]))
        deal = dealt(line, 20, seed=1)
        assert deal.by == by
        for left, right in deal.sides():
            if by == "entities":
                assert not set(line.entity[left]) & set(line.entity[right])
            else:
                assert len(left) == len(right)


def series(hours: int, start: int, seed: int) -> Dataset:
    """Draw an hourly series: each value is near the one before, and higher by day."""
    chance = seeds.stream(seed, "tests", "series")
    load = np.zeros(hours)
    noise = chance.normal(size=hours)
    for hour in range(1, hours):
        load[hour] = 0.9 * load[hour - 1] + noise[hour]
    at = START + (start + np.arange(hours)) * HOUR
    load = (load + 2 * np.sin((start + np.arange(hours)) / 12 * np.pi)).round(3)
    return events({"at": at.tolist(), "load": load.tolist()}, order="at")


def test_a_series_is_cut_in_runs():
    real, holdout = series(4_000, 0, 1).split(0.7, time="at")
    answer = asked(series(1_000, 500, 2), real, holdout)
    assert answer.settings["time"]["dealt"] == "series"
    assert not faults(answer)
    made = series(1_000, 500, 2)
    mixed = made.table["load"].take(pa.array(seeds.stream(1, "tests").permutation(1_000)))
    table = made.table.set_column(1, made.table.field(1), mixed)
    torn = replace(made, tables={"events": table})
    assert "load: one row to the next" in faults(asked(torn, real, holdout))


@pytest.mark.parametrize(
    ("taught", "judging", "is_apart"),
    [
        ((0, 300), (300, 400), True),
        ((100, 400), (0, 100), True),
        ((0, 300), (200, 300), False),
        ((0, 300), (280, 480), True),
        ((0, 300), (200, 400), False),
    ],
)
def test_a_holdout_lies_apart_before_or_after_the_rows_that_taught(taught, judging, is_apart):
    whole = series(500, 0, 4)
    real, holdout = (whole.take(np.arange(*span)) for span in (taught, judging))
    assert timeline(Case(made=whole, real=real, holdout=holdout)).is_apart is is_apart


def test_without_a_holdout_only_a_regular_series_is_cut_in_two_runs():
    whole = series(400, 0, 4)
    kept = seeds.stream(1, "tests", "kept").permutation(400)[:130]
    sparse = whole.take(np.sort(kept))
    for real, by in ((whole, "series"), (sparse, "rows")):
        assert dealt(timeline(Case(made=whole, real=real, holdout=None)), 3, seed=1).by == by
    loose = Dataset(
        whole.tables, Schema({"events": replace(whole.schema.main, order=None)}), whole.lineage
    )
    assert dealt(timeline(Case(made=loose, real=loose, holdout=None)), 3, seed=1).by == "rows"


def test_rows_dealt_one_by_one_leave_no_run_of_the_clock():
    whole = series(900, 0, 4)
    order = seeds.stream(2, "tests", "kept").permutation(900)
    made, real, holdout = (whole.take(np.sort(part)) for part in np.array_split(order, 3))
    assert dealt(timeline(Case(made=made, real=real, holdout=holdout)), 3, seed=1).by == "rows"


@pytest.mark.parametrize(("is_made_sorted", "says"), [(True, "moves"), (False, "no more in made")])
def test_only_made_rows_that_follow_the_file_more_than_real_ones_are_told(is_made_sorted, says):
    def rows(seed: int, is_sorted: bool) -> Dataset:
        load = seeds.stream(seed, "tests", "filed").normal(size=200).round(3)
        return events({"load": (np.sort(load) if is_sorted else load).tolist()})

    sides = [rows(1, is_made_sorted), *(rows(seed, not is_made_sorted) for seed in (2, 3))]
    (finding,) = asked(*sides).findings
    assert (finding.verdict is Verdict.DIFFERS) is is_made_sorted
    assert says in finding.says


def test_runs_of_the_clock_are_dealt_as_blocks():
    whole = series(6_000, 0, 3)
    part = np.arange(6_000) // 100 % 3
    made, real, holdout = (whole.take(np.flatnonzero(part == side)) for side in range(3))
    answer = asked(made, real, holdout)
    assert answer.settings["time"]["dealt"] == "blocks"
    assert not faults(answer)


def test_weights_leave_sequences_unjudged_and_say_so():
    made = drawn(200, 1)
    made = weighted_events(made)
    answer = asked(made, drawn(200, 2), drawn(200, 3))
    assert any("carry weights" in note for note in answer.notes)
    assert not any("gap in" in finding.where for finding in answer.findings)
    plain = asked(drawn(200, 1), drawn(200, 2), drawn(200, 3))
    assert not any("carry weights" in note for note in plain.notes)
    fewer, every = (one.settings["time"]["places"] for one in (answer, plain))
    assert fewer <= every - 8


def weighted_events(rows: Dataset) -> Dataset:
    return weighted(rows, 1 + seeds.stream(1, "tests").random(rows.rows))


def test_pictures_hold_both_sides_and_the_band_of_chance():
    answer = asked(drawn(200, 1), drawn(200, 2), drawn(200, 3))
    assert answer.pictures
    assert all(picture.question == "time" for picture in answer.pictures)
    assert "by chance" in str(answer.pictures[0].spec)


def test_a_tally_of_two_ways_speaks_of_their_interaction_alone():
    """Against the slow version: D(a, b) - D(a) - D(b), each from its own table."""
    chance = seeds.stream(1, "tests", "tally")
    left, right = (chance.integers(5, 60, (6, 40)) for _ in range(2))
    tally = Tally("time", "here", ("a",), "here", "rows", tuple("abcdef"), left, right, (2, 3))

    def deviance(one, other):
        both = one + other
        n, m = one.sum(), other.sum()
        expected = both * n / (n + m), both * m / (n + m)
        return 2 * sum(
            (o * np.log(o / e)).sum() for o, e in zip((one, other), expected, strict=True)
        )

    slow = []
    for split in range(40):
        a, b = left[:, split].reshape(2, 3), right[:, split].reshape(2, 3)
        beyond = deviance(a, b) - deviance(a.sum(0), b.sum(0)) - deviance(a.sum(1), b.sum(1))
        slow.append(np.cbrt(beyond))
    others = [np.delete(slow, split) for split in range(40)]
    expected = [
        (one - max(rest.mean(), 0.8)) / max(rest.std(), 0.35)
        for one, rest in zip(slow, others, strict=True)
    ]
    assert np.allclose(tally.asked(0.05, 1.5).aspects[0].seen, expected)
