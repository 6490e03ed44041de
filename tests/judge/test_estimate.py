"""Estimates: intervals that hold whatever the made rows say, against slow and obvious versions."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import beta, binom, norm, t

import worldwright as ww
from worldwright import Dataset, Lineage, WorldwrightError, estimate
from worldwright.data.fingerprint import keyed
from worldwright.data.lineage import Role
from worldwright.errors import SchemaError
from worldwright.judge.estimating.interval import Evidence, Ladder, by_count, by_influence, by_rank
from worldwright.judge.estimating.lean import leaning, upright

from .conftest import Columns, dataset_of, weighted

Draw = Callable[..., Dataset]
# Truths of the population in conftest.py.
TRUTHS = {
    "mean(z)": (0.0, 0),
    "share(age < 36)": (0.25, 0),
    "quantile(z, 0.9)": (norm.ppf(0.9), 0),
    "w ~ z": (0.7, 1),
    "answer = yes ~ z": (1.5, 1),
}


@pytest.fixture(scope="module")
def made(draw: Draw) -> Dataset:
    return draw(4_000, 1)


@pytest.fixture(scope="module")
def real(draw: Draw) -> Dataset:
    return draw(400, 2)


def shift(columns: Columns, chance: np.random.Generator) -> None:
    """Move everything that the queries ask about by about two standard errors of 200 rows."""
    columns["w"] = (columns["w"] + 0.14 * columns["z"]).round(3)
    columns["z"] = (columns["z"] + 0.14).round(3)
    columns["age"] = np.where(chance.random(len(columns["age"])) < 0.06, 20, columns["age"])


@pytest.mark.parametrize("spoil", [None, shift], ids=["right", "near"])
@pytest.mark.parametrize("query", TRUTHS)
def test_intervals_hold_also_two_errors_away(
    query: str, spoil: Callable[..., None] | None, draw: Draw
) -> None:
    """60 samples of 200, 500 for the skewed logistic slope; fewer hits come once in a million."""
    rows = 500 if "=" in query else 200
    truth, at = TRUTHS[query]
    believed = draw(3_000, 99, spoil)
    told = [
        estimate(query, made=believed, real=draw(rows, 1_000 + seed)).quantities[at]
        for seed in range(60)
    ]
    hits = sum(one.low <= truth <= one.high for one in told)
    assert hits >= binom.ppf(1e-6, 60, 0.94)
    ratio = np.mean([one.span.width for one in told]) / np.mean([one.alone.width for one in told])
    assert ratio < (0.92 if spoil is None else 1.15)


def test_upright_tails_give_the_textbook_intervals(draw: Draw) -> None:
    for hits, rows in ((0, 30), (3, 40), (20, 20), (250, 1_000)):
        low, high = by_count(hits, rows, upright, 0.5, 0.05)
        exact = (
            beta.ppf(0.025, hits, rows - hits + 1) if hits else 0.0,
            beta.ppf(0.975, hits + 1, rows - hits) if hits < rows else 1.0,
        )
        assert (low, high) == pytest.approx(exact, abs=2e-3 / np.sqrt(rows))
    seen = Evidence(3.0, 2.0, 0.0, 17.0)
    half = 2 * t.ppf(0.975, 17)
    assert by_influence(seen, upright, 9.0, 0.05) == pytest.approx((3 - half, 3 + half))


@pytest.mark.parametrize("rows", [12, 40, 201])
def test_a_quantile_is_the_one_that_counting_gives(rows: int) -> None:
    """Brute force: each value is kept unless too few rows are at or below it, or too many below."""
    values = np.random.default_rng(rows).integers(0, 60, rows).astype(float)
    low, high = by_rank(Ladder.of(values), 0.7, upright, np.zeros((2, 1)), 0.05)
    tried = np.arange(-1, 61.5, 0.5)
    kept = [
        value
        for value in tried
        if binom.cdf((values <= value).sum(), rows, 0.7) >= 0.025
        and binom.sf((values < value).sum() - 1, rows, 0.7) >= 0.025
    ]
    found = low if np.isfinite(low) else tried[0], high if np.isfinite(high) else tried[-1]
    assert found[0] - 0.5 <= kept[0] <= found[0] + 0.5
    assert found[1] - 0.5 <= kept[-1] <= found[1] + 0.5


@pytest.mark.parametrize("centre", [-6.0, -2.0, -0.3, 0.0, 1.0, 4.0])
def test_a_leaning_interval_holds_at_its_level_wherever_the_belief_stands(centre: float) -> None:
    """The chance that the interval of x ~ N(0, 1) holds 0, summed over a fine grid of x."""
    grid = np.linspace(-5, 5, 1_001)
    ends = [
        by_influence(Evidence(x, 1.0, 0.0, 1e8), leaning(0.1, 0.05), centre, 0.05) for x in grid
    ]
    inside = np.array([low <= 0 <= high for low, high in ends])
    chance = norm.pdf(grid) * (grid[1] - grid[0])
    assert 0.947 <= chance[inside].sum() <= 0.96


def test_a_right_belief_saves_an_eighth_and_a_wrong_one_costs_less_than_a_fifth() -> None:
    grid = np.linspace(-6, 6, 151)
    chance = norm.pdf(grid)
    tilt = leaning(0.1, 0.05)

    def mean_width(centre: float) -> float:
        ends = [by_influence(Evidence(x, 1.0, 0.0, 1e8), tilt, centre, 0.05) for x in grid]
        widths = np.array([high - low for low, high in ends])
        return float((widths * chance).sum() / chance.sum() / (2 * norm.ppf(0.975)))

    assert mean_width(0.0) == pytest.approx(0.876, abs=0.006)
    assert max(mean_width(centre) for centre in range(9)) < 1.15
    assert mean_width(30.0) == pytest.approx(1.0, abs=0.003)


def test_regressions_are_those_of_the_libraries(made: Dataset, real: Dataset) -> None:
    from sklearn.linear_model import LogisticRegression

    frame = real.to_pandas()
    line = estimate("w ~ z + region", made=made, real=real)
    dummies = [(frame["region"] == name).astype(float) for name in ("isle", "west")]
    design = np.column_stack([np.ones(400), frame["z"], *dummies])
    wanted = np.linalg.lstsq(design, frame["w"], rcond=None)[0]
    assert [one.name for one in line.quantities] == [
        "(intercept)", "z", "region = isle", "region = west",
    ]  # fmt: skip
    assert [one.value for one in line.quantities] == pytest.approx(wanted)
    told = estimate("answer = yes ~ z + age", made=made, real=real)
    model = LogisticRegression(C=1e9, tol=1e-10, max_iter=10_000)
    model.fit(frame[["z", "age"]], frame["answer"] == "yes")
    assert told["z"].value == pytest.approx(model.coef_[0][0], rel=1e-3)
    assert told["age"].value == pytest.approx(model.coef_[0][1], rel=1e-2, abs=1e-4)


def test_the_value_is_the_real_rows_own(made: Dataset, real: Dataset) -> None:
    frame = real.to_pandas()
    few = frame[frame["region"] == "west"]
    assert estimate("mean(spent)", made=made, real=real).value == pytest.approx(frame.spent.mean())
    told = estimate("mean(age) where region = west", made=made, real=real)
    assert told.value == pytest.approx(few["age"].mean())
    assert told.rows["real"] == len(few)
    share = estimate("rate(answer = yes) where region = west", made=made, real=real)
    assert share.value == pytest.approx((few["answer"] == "yes").mean())
    assert estimate("median(age)", made=made, real=real).value == np.sort(frame["age"])[199]


def without(rows: Dataset, *names: str) -> Dataset:
    return rows.select([name for name in rows.columns if name not in names])


@pytest.mark.parametrize("query", ["mean(w)", "quantile(w, 0.7)", "w ~ age", "share(w > 0.5)"])
def test_unlabelled_rows_narrow_as_far_as_the_label_can_be_told(
    query: str, made: Dataset, real: Dataset, draw: Draw
) -> None:
    others = without(draw(4_000, 3), "w")
    plain = estimate(query, made=made, real=real).quantities[0]
    told = estimate(query, made=made, real=real, unlabelled=others)
    assert "prediction-powered" in told.method
    assert told.quantities[0].span.width < 0.93 * plain.span.width
    assert told.quantities[0].narrower > 0.2


def test_a_useless_predictor_costs_next_to_nothing(real: Dataset, draw: Draw) -> None:
    def mix(columns: Columns, chance: np.random.Generator) -> None:
        columns["w"] = chance.permutation(columns["w"])

    others = without(draw(4_000, 3), "w")
    told = estimate("mean(w)", made=draw(4_000, 1, mix), real=real, unlabelled=others)
    assert told.quantities[0].narrower > 0.03


def test_unlabelled_rows_of_another_law_are_left_aside(
    made: Dataset, real: Dataset, draw: Draw
) -> None:
    def moved(columns: Columns, chance: np.random.Generator) -> None:
        columns["z"] = columns["z"] + 2

    others = without(draw(4_000, 3, moved), "w")
    told = estimate("mean(w)", made=made, real=real, unlabelled=others)
    assert "prediction-powered" not in told.method
    assert any("follow another law" in note for note in told.notes)
    plain = estimate("mean(w)", made=made, real=real)
    assert told.quantities == plain.quantities


def assert_alone(told: ww.Estimate, word: str) -> None:
    assert all(one.span == one.alone and one.made is None for one in told.quantities)
    assert told.method.startswith("real rows alone")
    assert any(word in note for note in told.notes)


def test_rows_that_taught_gain_nothing(real: Dataset) -> None:
    again = real.sample(2_000, seed=3)
    assert_alone(estimate("mean(w)", made=again, real=real), "taught")


def test_rows_cut_off_to_teach_gain_nothing_even_in_part(draw: Draw) -> None:
    teaches, judges = draw(1_000, 4).split(0.5, seed=1)
    learned = draw(2_000, 5)
    lineage = replace(learned.lineage, role=Role.MADE, parents=(keyed(teaches),))
    learned = replace(learned, lineage=lineage)
    part = teaches.take(np.arange(300))
    assert_alone(estimate("mean(w)", made=learned, real=part), "split off to teach")
    assert estimate("mean(w)", made=learned, real=judges).quantities[0].made is not None


def test_copies_whose_lineage_is_lost_gain_nothing(real: Dataset, draw: Draw) -> None:
    lost = replace(real.sample(2_000, seed=3), lineage=Lineage("read"))
    assert_alone(estimate("mean(w)", made=lost, real=real), "copies")
    assert estimate("mean(w)", made=draw(2_000, 7), real=real).notes == ()
    coarse = [without(rows, "income", "spent", "z", "w", "note", "age") for rows in (lost, real)]
    fresh = without(draw(2_000, 7), "income", "spent", "z", "w", "note", "age")
    told = estimate("share(answer = yes)", made=fresh, real=coarse[1])
    assert told.notes == (), "rows of few values are equal by chance"


def test_unlabelled_rows_that_taught_gain_nothing(real: Dataset, draw: Draw) -> None:
    others = without(draw(3_000, 8), "w")
    learned = draw(2_000, 9)
    lineage = replace(learned.lineage, parents=(keyed(others),))
    told = estimate("mean(w)", made=replace(learned, lineage=lineage), real=real, unlabelled=others)
    assert_alone(told, "taught")


def test_a_few_rows_far_out_are_named_and_not_leant_on(made: Dataset) -> None:
    def far(columns: Columns, chance: np.random.Generator) -> None:
        columns["income"] = np.exp(3 * chance.normal(size=len(columns["income"])))

    from .conftest import columns_of

    columns = columns_of(200, 11)
    far(columns, np.random.default_rng(1))
    told = estimate("mean(income)", made=made, real=dataset_of(columns))
    assert told.quantities[0].span == told.quantities[0].alone
    assert any("far out" in note for note in told.notes)


def test_made_rows_that_cannot_speak_are_left_aside(real: Dataset, draw: Draw) -> None:
    def one(columns: Columns, chance: np.random.Generator) -> None:
        for name, cells in columns.items():
            columns[name] = np.repeat(cells[:1], len(cells))

    constant = draw(500, 1, one)
    told = estimate("answer = yes ~ z", made=constant, real=real)
    assert_alone(told, "the same in every row")
    for query in ("mean(z)", "share(answer = yes)", "quantile(z, 0.4)"):
        one_of = estimate(query, made=constant, real=real).quantities[0]
        assert one_of.low <= one_of.value <= one_of.high
        assert one_of.span.width < 1.4 * one_of.alone.width


def test_weights_give_the_base_rates_back(real: Dataset, draw: Draw) -> None:
    rows = draw(4_000, 12)
    is_yes = rows.to_pandas()["answer"].to_numpy() == "yes"
    picks = np.concatenate([np.flatnonzero(is_yes), np.flatnonzero(~is_yes)[: is_yes.sum()]])
    share = is_yes.mean()
    weights = np.where(is_yes[picks], share, 1 - share)
    told = estimate("share(answer = yes)", made=weighted(rows.take(picks), weights), real=real)
    assert told.quantities[0].made is not None
    assert told.quantities[0].made.value == pytest.approx(share)
    mine = estimate("share(answer = yes)", made=rows, real=weighted(rows.take(picks), weights))
    assert mine.value == pytest.approx(share)
    assert mine.low < share < mine.high
    middle = estimate("median(z)", made=rows, real=weighted(rows.take(picks), weights))
    assert middle.low < np.median(rows.to_pandas()["z"]) < middle.high


def test_missing_values_are_counted_in_a_note(made: Dataset, real: Dataset) -> None:
    told = estimate("mean(note)", made=made, real=real)
    lacking = int(real.to_pandas()["note"].isna().sum())
    assert told.rows["real"] == 400 - lacking
    assert any(note.startswith(f"{lacking} real rows lack a value") for note in told.notes)
    share = estimate("share(note > 0)", made=made, real=real)
    assert any("count as not meeting the condition" in note for note in share.notes)


def test_few_rows_are_said_to_be_few(made: Dataset, draw: Draw) -> None:
    told = estimate("quantile(z, 0.95)", made=made, real=draw(12, 3))
    assert any("only 12 real rows" in note for note in told.notes)
    assert told.high == np.inf
    assert told.to_dict()["quantities"][0]["high"] is None
    assert "unknown" in told.to_text()


def test_the_same_arguments_give_the_same_bytes(made: Dataset, real: Dataset, draw: Draw) -> None:
    others = without(draw(1_000, 3), "w")
    told = [
        json.dumps(estimate("w ~ age", made=made, real=real, unlabelled=others, seed=5).to_dict())
        for _ in range(2)
    ]
    assert told[0] == told[1]


def test_the_answer_reads_as_agreed(made: Dataset, real: Dataset) -> None:
    lines = estimate("share(age < 36)", made=made, real=real).to_text().splitlines()
    assert lines == [
        "share(age < 36): 0.2625 [0.2256, 0.3022], 95 % interval",
        "  real rows alone: 0.2625 [0.2200, 0.3085], 400 rows",
        "  made rows alone: 0.2503 [0.2368, 0.2637], right only if the World is",
        "  13 % narrower: as if 533 real rows spoke",
        "method: real rows; tails lean on what the made rows say; exact counts",
    ]


BAD = {
    "men(z)": ("there is no quantity 'men'", "did you mean 'mean'?"),
    "mean(zz)": ("there is no column 'zz'", "did you mean 'z'?"),
    "mean(group)": ("'group' is category, and numbers are needed", "share(group = VALUE)"),
    "mean z": ("this asks for nothing that we know", "write mean(amount)"),
    "mean()": ("mean() of what?", "write mean(amount)"),
    "mean(z": ("the bracket is never closed", "add the closing bracket: )"),
    "mean(z) when age > 3": ("'when age > 3' was not expected", "conditions follow `where`"),
    "quantile(z)": ("which quantile?", "write quantile(z, 0.9)"),
    "quantile(z, 90)": ("'90' is no quantile", "a number between 0 and 1"),
    "share(anser = yes)": ("there is no column 'anser'", "did you mean 'answer'?"),
    "group ~ z": ("the outcome 'group' is category", "write a condition: group = VALUE ~ z"),
    "w ~ zz": ("there is no column 'zz'", "did you mean 'z'?"),
    "w ~ z * age": ("'*' cannot stand among the terms", "columns joined by +"),
    "w ~ z + z": ("the term 'z' stands twice", "name each column once"),
    "w ~ w": ("'w' stands on both sides", "take it away from the terms"),
    "w ~ z ~ age": ("a formula has one ~", "write OUTCOME ~"),
    "~ z": ("a formula without an outcome", "write OUTCOME ~"),
    "w ~ ": ("a column is missing", "name a column"),
}


@pytest.mark.parametrize("query", BAD)
def test_a_query_that_means_nothing_says_how_to_mend_it(
    query: str, made: Dataset, real: Dataset
) -> None:
    with pytest.raises(WorldwrightError) as told:
        estimate(query, made=made, real=real)
    what, mend = BAD[query]
    assert what in told.value.faults[0].what
    assert mend in told.value.faults[0].mend


def test_rows_that_cannot_tell_are_refused(made: Dataset, real: Dataset, draw: Draw) -> None:
    with pytest.raises(ww.WorldwrightError, match="real rows speak of mean"):
        estimate("mean(z) where age > 89", made=made, real=draw(60, 1))
    with pytest.raises(ww.WorldwrightError, match="lack the column 'z'"):
        estimate("mean(z)", made=without(made, "z"), real=real)
    with pytest.raises(ww.WorldwrightError, match="have every column that the query reads"):
        estimate("mean(z)", made=made, real=real, unlabelled=draw(100, 5))
    with pytest.raises(ww.WorldwrightError, match="lack the term 'age'"):
        estimate("w ~ age", made=made, real=real, unlabelled=without(draw(100, 5), "w", "age"))
    with pytest.raises(ww.WorldwrightError, match="is no level"):
        estimate("mean(z)", made=made, real=real, level=95)
    with pytest.raises(ww.WorldwrightError, match="the made dataset has no rows"):
        estimate("mean(z)", made=made.take(np.arange(0)), real=real)
    rows = weighted(real, np.ones(400))
    trace = rows.lineage.trace
    at = trace.schema.get_field_index("weight")
    trace = trace.set_column(at, "weight", [np.zeros(400)])
    rows = replace(rows, lineage=replace(rows.lineage, trace=trace))
    with pytest.raises(ww.WorldwrightError, match="the weights of the real rows are no weights"):
        estimate("mean(z)", made=made, real=rows)


def test_a_term_that_never_changes_is_named_as_the_reason(made: Dataset, draw: Draw) -> None:
    def still(columns: Columns, chance: np.random.Generator) -> None:
        columns["age"] = np.full_like(columns["age"], 30)

    with pytest.raises(WorldwrightError, match="a term never changes"):
        estimate("w ~ z + age", made=made, real=draw(200, 2, still))


def test_names_with_signs_stand_in_backticks(draw: Draw) -> None:
    def named(rows: Dataset) -> Dataset:
        table = rows.table.rename_columns(
            ["a+b, c)" if name == "z" else name for name in rows.columns]
        )
        main = rows.schema.main
        columns = tuple(
            replace(column, name="a+b, c)") if column.name == "z" else column
            for column in main.columns
        )
        schema = ww.Schema({"rows": replace(main, columns=columns)})
        return Dataset({"rows": table}, schema, rows.lineage)

    made, real = named(draw(1_000, 1)), named(draw(300, 2))
    plain = estimate("mean(z)", made=draw(1_000, 1), real=draw(300, 2))
    assert estimate("mean(`a+b, c)`)", made=made, real=real).value == plain.value
    told = estimate("w ~ `a+b, c)` + age", made=made, real=real)
    assert told["a+b, c)"].value == pytest.approx(0.7, abs=0.2)


@pytest.mark.parametrize("query", ["mean(age)", "z ~ age", "share(age > 40)"])
def test_sides_of_different_kinds_are_refused(made: Dataset, real: Dataset, query: str) -> None:
    at = made.columns.index("age")
    words = pa.array([f"aged {age}" for age in made.table["age"].to_pylist()])
    odd = ww.read(made.table.set_column(at, "age", words))
    with pytest.raises(SchemaError) as error:
        estimate(query, made=odd, real=real)
    assert str(error.value) == (
        "'age' is category in the made rows and integer in the real rows\n"
        f"  where: estimate({query}, made=...)\n"
        "  mend:  read both with the same schema"
    )


def test_another_kind_in_a_column_that_is_not_asked_about_hinders_nothing(
    made: Dataset, real: Dataset
) -> None:
    at = made.columns.index("age")
    words = pa.array([f"aged {age}" for age in made.table["age"].to_pylist()])
    odd = ww.read(made.table.set_column(at, "age", words))
    assert (
        estimate("mean(z)", made=odd, real=real).value
        == estimate("mean(z)", made=made, real=real).value
    )


def test_a_condition_that_no_real_row_meets_is_told(made: Dataset, real: Dataset) -> None:
    told = estimate("share(answer = yess)", made=made, real=real)
    assert any(note.startswith("no real row meets answer = yess") for note in told.notes)


def test_unlabelled_rows_of_another_kind_are_read_only_where_kinds_agree(
    made: Dataset, real: Dataset
) -> None:
    """The words of a column that is a number elsewhere are no error, and stand in none."""
    rows = real.table.drop_columns(["spent"])
    at = rows.column_names.index("z")
    words = pa.array([f"about {z}" for z in rows["z"].to_pylist()])
    told = estimate(
        "mean(spent)", made=made, real=real, unlabelled=ww.read(rows.set_column(at, "z", words))
    )
    note = "not of one kind on all sides, so nothing is predicted from them: z"
    assert note in told.notes
