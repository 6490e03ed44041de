"""What the classifier finds is named as regions that a person can read, with honest shares."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import fisher_exact

import worldwright as ww
from worldwright import Column, Kind, Schema, plugins
from worldwright.data.report import Answer, Verdict
from worldwright.data.schema import TableSchema
from worldwright.judge.boosting import Settings
from worldwright.judge.case import Case
from worldwright.judge.regions import regions
from worldwright.judge.unseen import unseen

ROWS = 2_000
TOLERANCE = {"rows": 0.55, "regions": 1.5}


def raised_inside(columns, chance):
    """West of the young: `note` is three higher there; no column alone says why."""
    inside = (columns["region"] == "west") & (columns["age"] < 40)
    columns["note"] = np.where(inside, columns["note"] + 2.5, columns["note"])


def without(keep):
    def spoil(columns, chance):
        at = np.flatnonzero(keep(columns))
        for name in columns:
            columns[name] = columns[name][at]

    return spoil


DROPPED = without(lambda c: ~((c["region"] == "east") & (c["age"] >= 60) & (c["z"] > 0.4)))


def ask(draw, fault=None, *, seed=4, rows=ROWS, **settings) -> Answer:
    case = Case(
        made=draw(rows, 30 + seed, fault),
        real=draw(rows, 50 + seed),
        holdout=draw(rows, 70 + seed),
        seed=seed,
        tolerance=TOLERANCE,
        level=0.01,
        **settings,
    )
    answer = plugins.metrics.get("classifier")(case)
    assert isinstance(answer, Answer)
    return answer


@pytest.fixture(scope="module")
def raised(draw) -> Answer:
    return ask(draw, raised_inside)


def test_a_distortion_inside_a_subgroup_is_named_by_its_columns(raised):
    first = raised.findings[1]
    assert first.verdict is Verdict.DIFFERS
    assert set(first.columns) == {"region", "age", "note"}
    assert "region = west" in first.where
    assert "age < " in first.where


def test_a_dropped_subgroup_of_three_columns_is_named_by_them(draw):
    first = ask(draw, DROPPED).findings[1]
    assert first.verdict is Verdict.DIFFERS
    assert first.effect < 1
    assert {"region", "age", "z"} >= set(first.columns)
    assert len(first.columns) >= 2


def test_the_classifiers_own_finding_speaks_of_the_region(raised):
    whole, first = raised.findings[:2]
    assert whole.columns == first.columns
    assert f"most clearly where {first.where}" in whole.says


def test_a_region_has_at_most_three_conditions_and_there_are_at_most_five(raised):
    regions = raised.findings[1:]
    assert 1 <= len(regions) <= 5
    assert all(region.where.count(" and ") <= 2 for region in regions)


def inside(rows: ww.Dataset, where: str) -> np.ndarray:
    """Return which rows meet a region as it is written."""
    masks = []
    for part in where.split(" and "):
        name, sign, edge = part.split(" ")
        cells = rows.table[name].to_numpy(zero_copy_only=False)
        tests = {"<": np.less, "≥": np.greater_equal, "=": np.equal}
        masks.append(tests[sign](cells, edge if sign == "=" else float(edge)))
    return np.logical_and.reduce(masks)


def test_shares_of_a_region_are_those_of_fresh_rows(draw, raised):
    """What finds a region does not measure it: 20,000 fresh rows show the same shares."""
    region = raised.findings[1]
    real, made = (row["share"] for row in raised.pictures[1].spec["layer"][0]["data"]["values"][:2])
    fresh, spoiled = draw(20_000, 99), draw(20_000, 98, raised_inside)
    assert abs(real - inside(fresh, region.where).mean()) < 0.03
    assert abs(made - inside(spoiled, region.where).mean()) < 0.03


def test_the_picture_has_the_noise_band_of_real_against_real(raised):
    picture = raised.pictures[1]
    assert picture.question == "rows"
    bands = [row for layer in picture.spec["layer"] for row in layer["data"]["values"]
             if "low" in row]  # fmt: skip
    assert len(bands) == len(raised.findings) - 1
    assert all(0 <= band["low"] <= band["high"] <= 1 for band in bands)


def test_no_count_below_ten_real_rows_is_shown(draw):
    def invented(columns, chance):
        inside = chance.random(len(columns["age"])) < 0.05
        columns["group"] = np.where(inside, "c", columns["group"])
        columns["region"] = np.where(inside, "east", columns["region"])

    answer = ask(draw, invented)
    first = answer.findings[1]
    assert first.verdict is Verdict.DIFFERS
    assert "fewer than 10 of 1,000 real ones" in first.says
    for row in answer.pictures[1].spec["layer"][0]["data"]["values"]:
        assert row["side"] == "made" or row["share"] == 0 or row["share"] >= 10 / 1_000


def test_the_p_of_regions_is_exact_and_corrected_for_all_that_are_measured(draw):
    """Against the slow version: Fisher's exact test of each, then Holm's step-down."""

    def twice(columns, chance):
        columns["age"] = np.where(columns["group"] == "b", 30, columns["age"])
        columns["z"] = np.where(columns["group"] == "c", columns["z"] + 2, columns["z"])

    case = Case(made=draw(800, 31, twice), real=draw(800, 51), holdout=draw(800, 71), splits=19)
    found = regions(case, (), 0.01)
    assert len(found) >= 2
    raw = [
        fisher_exact(
            [[one.made, one.rows[0] - one.made], [one.real, one.rows[1] - one.real]]
        ).pvalue
        for one in found
    ]
    assert raw == sorted(raw)
    steps = [p * (len(raw) - at) for at, p in enumerate(raw)]
    expected = np.minimum(np.maximum.accumulate(steps), 1)
    assert [one.p for one in found] == pytest.approx(list(expected), rel=1e-9)


def test_perfect_rows_have_no_region_that_differs(draw):
    for seed in range(6):
        answer = ask(draw, seed=seed, rows=600)
        assert all(finding.verdict is not Verdict.DIFFERS for finding in answer.findings)


def test_a_wider_tolerance_takes_a_region_off_the_list_of_faults(draw, raised):
    case = Case(
        made=draw(ROWS, 34, raised_inside), real=draw(ROWS, 54), holdout=draw(ROWS, 74), seed=4,
        tolerance={"rows": 0.55, "regions": 500.0}, level=0.01,
    )  # fmt: skip
    answer = plugins.metrics.get("classifier")(case)
    assert all(f.verdict is not Verdict.DIFFERS for f in answer.findings[1:])


def test_the_p_of_unseen_scores_is_right_under_the_null(draw):
    """60 perfect slices: P(p <= 0.1) is 0.1; 15 or more of 60 happen by chance once in 2,000."""
    p = []
    for seed in range(60):
        case = Case(
            made=draw(120, 300 + seed), real=draw(120, 500 + seed), holdout=draw(120, 700 + seed),
            seed=seed, tolerance=TOLERANCE,
        )  # fmt: skip
        p.append(unseen(case, Settings(trees=10, leaves=4, least=10)).p)
    assert sum(one <= 0.1 for one in p) < 15
    assert sum(one >= 0.5 for one in p) > 15


def test_few_rows_are_said_to_be_too_few(draw):
    answer = ask(draw, rows=30)
    assert answer.findings[0].verdict is Verdict.CANNOT_TELL
    assert "too few" in answer.notes[0]


def test_a_table_of_ids_alone_has_nothing_to_compare():
    schema = Schema({"rows": TableSchema((Column("id", Kind.ID),))})
    sides = [
        ww.read(pa.table({"id": [f"{seed}-{row}" for row in range(60)]}), schema=schema)
        for seed in range(3)
    ]
    answer = plugins.metrics.get("classifier")(Case(*sides, tolerance=TOLERANCE))
    assert "no column" in answer.findings[0].says
