"""The label and its gaps: which way a drift goes, what is asked at all, and what is named first."""

from __future__ import annotations

import numpy as np
import pytest

from worldwright import plugins, seeds
from worldwright.data.report import Verdict
from worldwright.judge.case import Case
from worldwright.judge.cells import Cells
from worldwright.judge.family import Outcome, Tests
from worldwright.judge.label import asked
from worldwright.judge.label.drift import LEVEL, SPREAD, WRONG, Direction, Drift, directions, drift
from worldwright.judge.label.gaps import gap_of, seen_gaps
from worldwright.judge.label.grid import Grid, Sums
from worldwright.judge.label.links import Links, as_taught, by_score, in_order
from worldwright.judge.label.targets import Label, labels_of, main_label
from worldwright.judge.label.traits import Trait
from worldwright.judge.null import Splits

from .conftest import dataset_of
from .label_cases import ask, marked

TOLERANCE = 0.02


def label(is_rank: bool = False) -> Label:
    values = np.array([0.0, 1.0])
    return Label("w" if is_rank else "answer = yes", "answer", values, values, is_rank)


def drifting(size: float, error: float = 0.001, fit: bool = True, seen: float = 9.0) -> Drift:
    return Drift(np.array([[seen, 0.0]]), np.array([size]), np.array([error]), np.array([fit]))


@pytest.mark.parametrize(
    ("kind", "is_rank", "size", "words"),
    [
        (LEVEL, False, 0.1, "more of the made rows have answer = yes"),
        (LEVEL, False, -0.1, "less of the made rows have answer = yes"),
        (LEVEL, True, 0.1, "of the ranks higher in made rows"),
        (LEVEL, True, -0.1, "of the ranks lower in made rows"),
        (SPREAD, True, 0.1, "of the ranks farther from what the other columns say"),
        (SPREAD, True, -0.1, "of the ranks nearer to what the other columns say"),
        (WRONG, False, 0.1, "answer is wrong as to answer = yes"),
        (WRONG, True, 0.1, "answer is as if drawn by lot"),
        (WRONG, False, -0.1, "answer follows the other columns too closely"),
    ],
)
def test_a_drift_says_which_way_it_goes(kind, is_rank, size, words):
    (place,) = asked.of_whole(label(is_rank), {kind: drifting(size)}, TOLERANCE)
    told = place.aspects[0].told()
    assert words in told.says
    assert told.effect == pytest.approx(0.1)
    assert told.low == pytest.approx(0.1 - 1.959964e-3)
    assert told.high == pytest.approx(0.1 + 1.959964e-3)
    assert told.is_beyond


def test_a_drift_that_may_be_none_begins_at_nothing():
    (place,) = asked.of_whole(label(), {LEVEL: drifting(0.01, 0.02)}, TOLERANCE)
    told = place.aspects[0].told()
    assert told.low == 0.0
    assert told.high == pytest.approx(0.01 + 1.959964 * 0.02)


def test_only_places_that_can_be_compared_are_asked():
    unfit = {LEVEL: drifting(0.1, fit=False)}
    assert not asked.of_whole(label(), unfit, TOLERANCE)
    assert not asked.of_predictions(label(), unfit[LEVEL], ["any"], TOLERANCE)
    one, two = Cells("a", ("x",), np.zeros(2)), Cells("b", ("x", "y"), np.zeros(2))
    three = Drift(np.ones((3, 2)), np.full(3, 0.1), np.full(3, 0.01), np.array([True, True, False]))
    found = asked.of_cells(label(), {LEVEL: three}, [one, two], TOLERANCE)
    assert [place.where for place in found] == ["answer = yes where b = x"]


def links(made: float, real: float, error: float = 0.001) -> Links:
    shape = (1, 2)
    return Links(
        np.array([[made, 0.5]]), np.array([[real, 0.5]]), np.full(shape, error**2)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("made", "real", "upward", "both", "shortcut"),
    [
        (0.9, 0.51, 390.0, 390.0, True),
        (0.1, 0.51, -410.0, 410.0, True),
        (0.9, 0.8, 100.0, 100.0, False),
        (0.51, 0.9, -390.0, 390.0, False),
        (0.51, 0.5, 10.0, 10.0, False),
    ],
)
def test_a_link_is_asked_upward_or_both_ways(made, real, upward, both, shortcut):
    one = links(made, real)
    (plain,) = asked.of_columns(label(), ["a"], one, (one, []), 0.03)
    assert [aspect.seen[0] for aspect in plain.aspects] == [pytest.approx(upward)]
    (ordered,) = asked.of_columns(label(), ["a"], one, (one, ["a"]), 0.03)
    assert [aspect.seen[0] for aspect in ordered.aspects] == [
        pytest.approx(both), pytest.approx(upward),
    ]  # fmt: skip
    trait = Trait("the order of the rows", (), np.zeros(2), 2)
    (place,) = asked.of_traits(label(), [trait], one, 0.03)
    assert place.aspects[0].seen[0] == pytest.approx(upward)
    for other in (plain, place):
        told = other.aspects[0].told()
        assert ("a shortcut that exists in made rows only" in told.says) is shortcut
        assert told.low < told.effect < told.high
        assert told.effect == pytest.approx(abs(made - real))


def test_wrong_labels_are_named_before_a_link_unless_that_is_clearly_louder():
    def place(seen: float):
        return asked.of_whole(label(), {LEVEL: drifting(0.1, seen=seen)}, TOLERANCE)[0]

    groups = [[place(4.0), place(10.0)], [place(30.0)], [], [place(12.4), place(12.6)]]
    outcome = Outcome(np.full(5, 0.01), np.array([2.0, 5.0, 9.0, 7.0, 7.0]), 0.035)
    told = asked.wrong_labels_first(groups, outcome)
    assert told.strength.tolist() == [2.0, 5.0, 9.0, pytest.approx(4.999), 7.0]
    assert asked.wrong_labels_first([[], [], [], [place(1.0)]], outcome) is outcome


ROWS, SPLITS = 200, 9


def splits() -> Splits:
    """Rows 0-99 are made, 100-199 the reference; with 100 more they are the pool."""
    chance = seeds.stream(1, "tests", "label")
    dealt = np.zeros((ROWS, SPLITS), dtype=np.uint16)
    for split in range(SPLITS):
        dealt[chance.permutation(ROWS)[:100], split] = 1
    return Splits(np.arange(100), np.arange(100, 200), np.arange(100, 300), dealt)


def grid_of(*codes: np.ndarray) -> Grid:
    counts = [int(one.max()) + 1 for one in codes]
    return Grid.of(list(codes), counts, splits(), splits().dealt.astype(np.float32))


def test_only_what_two_halves_taught_each_other_counts_twice():
    chance = seeds.stream(2, "tests", "label")
    codes = chance.integers(0, 4, 300)
    hot = (chance.random(300) < 0.4).astype(float)
    grid = grid_of(codes)
    once, twice = in_order(grid, hot), by_score(codes, 4, hot, grid)
    assert twice.variance[0, 0] > 1.3 * once.variance[0, 0]
    assert np.allclose(twice.variance[0, 1:], once.variance[0, 1:])
    assert np.allclose(twice.made, once.made)
    taught = as_taught(grid, hot, np.arange(300) % 2)
    assert taught.variance[0, 0] > 1.2 * once.variance[0, 0]


def compared(codes: np.ndarray, predicted: np.ndarray, kind: str, among=None) -> np.ndarray:
    """Return which cells are compared."""
    grid = grid_of(codes)
    known = np.ones(300, dtype=bool)
    values = (np.arange(300) % 3 == 0).astype(float)
    way = next(
        one
        for one in directions(Label("y", "y", values, values, False), predicted)
        if one.kind == kind
    )
    counts = grid.sums(np.ones(300))
    return drift(grid, known, counts, way, among).fit


def test_a_cell_of_few_rows_is_not_compared():
    half = np.full(300, 0.3)
    for few, fits in ((20, True), (19, False)):
        codes = np.zeros(300, dtype=int)
        codes[[*range(0, 60, 6), *range(100, 100 + few)]] = 1
        assert compared(codes, half, LEVEL).tolist() == [True, fits]


def test_a_cell_whose_predictions_are_near_a_half_tells_nothing_of_wrong_labels():
    codes = np.arange(300) % 2
    predicted = np.where(codes == 1, 0.49, 0.1)
    assert compared(codes, predicted, WRONG).tolist() == [True, False]
    assert compared(codes, predicted, LEVEL).tolist() == [True, True]


def test_a_cell_that_holds_nearly_all_rows_of_its_predictions_is_not_asked_alone():
    codes, even = np.arange(300) % 2, np.full(300, 0.3)
    assert compared(codes, even, LEVEL, np.zeros(300, dtype=int)).tolist() == [True, True]
    assert compared(codes, even, LEVEL, codes).tolist() == [False, False]


def test_a_direction_is_what_it_says():
    values, predicted = np.array([1.0, 0.0, np.nan]), np.array([0.25, 0.25, 0.25])
    level, wrong = directions(Label("y", "y", values, values, False), predicted)
    assert isinstance(level, Direction)
    assert level.values.tolist() == [0.75, -0.25, 0.0]
    assert wrong.values.tolist() == pytest.approx([0.75 * 8 / 3, -0.25 * 8 / 3, 0.0])
    kinds = [one.kind for one in directions(Label("y", "y", values, values, True), predicted)]
    assert kinds == [LEVEL, WRONG, SPREAD]


def targeted(cells: np.ndarray, target: str = "answer", **how) -> Case:
    rows = len(cells)
    side = dataset_of({target: cells, "z": np.arange(float(rows))})
    return Case(side, side, side, target=target, splits=3, **how)


def words(**counts: int) -> np.ndarray:
    return np.array([word for word, many in counts.items() for _ in range(many)], dtype=object)


def names(case: Case) -> list[str]:
    labels = labels_of(case)
    assert not isinstance(labels, str), labels
    return [one.name for one in labels]


def test_of_two_classes_the_rarer_is_asked_and_of_more_each_that_has_rows():
    assert names(targeted(words(no=60, yes=30))) == ["answer = yes"]
    assert names(targeted(words(a=60, b=30, c=20, d=3))) == [
        "answer = a", "answer = b", "answer = c",
    ]  # fmt: skip
    assert names(targeted(words(a=60, b=30, c=20), focus="c"))[0] == "answer = c"


def test_a_number_of_many_values_is_asked_by_its_rank():
    few, many = np.arange(120.0) % 3, np.arange(120.0) % 11
    assert names(targeted(few, "w")) == ["w = 0", "w = 1", "w = 2"]
    assert names(targeted(many, "w")) == ["w"]


def test_a_target_with_few_values_is_not_asked():
    for known, says in ((39, "fewer than 40 made rows have a value of 'w'"), (40, None)):
        cells = np.where(np.arange(100) < known, np.arange(100.0), np.nan)
        told = labels_of(targeted(cells, "w"))
        assert (told if says else None) == says


def test_models_are_taught_for_the_focus_else_for_the_class_nearest_to_a_half():
    for focus, name in ((None, "answer = a"), ("c", "answer = c"), ("d", "answer = a")):
        case = targeted(words(a=60, b=30, c=20), focus=focus)
        labels = labels_of(case)
        assert not isinstance(labels, str)
        assert main_label(labels, case).name == name


@pytest.fixture(scope="module")
def whole(draw) -> Tests:
    metric = plugins.metrics.get("label")
    sides = (draw(250, seed) for seed in (61, 62, 63))
    tests = metric(Case(*sides, target="answer", splits=19, tolerance=metric.tolerance))
    assert isinstance(tests, Tests)
    return tests


def test_the_whole_table_speaks_first_and_what_is_too_small_is_counted(whole):
    many = len(whole.statistics)
    quiet = whole.conclude(Outcome(np.ones(many), -np.arange(float(many)), 0.035))
    (first, *others) = quiet.findings
    assert first.verdict is Verdict.CANNOT_TELL
    assert first.where.startswith(("answer = yes: ", "ease: "))
    assert all(one.where.startswith(("answer = yes: ", "ease: ")) for one in others)
    assert any("are too small, or too near the tolerance" in note for note in quiet.notes)


def test_of_the_whole_table_what_cannot_be_told_stands_before_what_is_the_same(draw):
    metric = plugins.metrics.get("label")
    sides = (draw(250, seed) for seed in (61, 62, 63))
    bars = {"label": 0.9, "label_ease": 1e-3}
    tests = metric(Case(*sides, target="answer", splits=19, tolerance=bars))
    assert isinstance(tests, Tests)
    many = len(tests.statistics)
    quiet = tests.conclude(Outcome(np.ones(many), np.zeros(many), 0.035))
    assert [one.verdict for one in quiet.findings] == [Verdict.CANNOT_TELL, Verdict.SAME]
    assert [one.where.split(":")[0] for one in quiet.findings] == [
        "a model, taught by made rows",
        "answer = yes",
    ]


def test_a_part_that_is_beyond_chance_and_cannot_be_told_is_named_too(whole):
    many = len(whole.statistics)
    p = np.ones(many)
    p[-1] = 0.01
    told = whole.conclude(Outcome(p, np.zeros(many), 0.035))
    named = [one for one in told.findings if one.p == 0.01]
    assert [one.verdict for one in named] in ([Verdict.CANNOT_TELL], [Verdict.SAME], [])
    p[-1] = 1.0
    again = whole.conclude(Outcome(p, np.zeros(many), 0.035))
    assert len(told.findings) - len(again.findings) == len(named)


def test_a_target_that_cannot_be_asked_is_a_finding_and_none_is_a_note(draw):
    sides = tuple(draw(30, seed) for seed in (1, 2, 3))
    (finding,) = ask("label", sides, "answer").findings
    assert (finding.verdict, finding.where) == (Verdict.CANNOT_TELL, "answer")
    assert not ask("label", sides, None).findings


# --- gaps


def gap(held: float, of: float = 100.0, made: float = 30.0):
    real = np.array([[of, 1.0], [400.0, 1.0]])
    sums = (
        Sums(real, real),
        Sums(np.array([[made, 0], [80.0, 0]]), np.array([[held, 0], [80.0, 0]])),
    )
    grid = Grid(np.empty((0, 1), np.int32), np.array([0, 2]), None, np.empty((0, 1)))
    return gap_of(grid, 0, *sums)


def test_a_count_of_real_rows_that_all_but_a_few_have_is_not_told_either():
    assert gap(97.0, made=70.0) == gap(91.0, made=70.0)
    assert gap(97.0).inside[1] is None
    assert gap(90.0).inside[1] == pytest.approx(0.9)
    assert gap(10.0).inside[1] == pytest.approx(0.1)
    assert gap(90.0) != gap(91.0)


def test_a_group_of_few_rows_shows_no_gap():
    for few, is_asked in ((4.0, False), (5.0, True)):
        rows = np.array([[few, few], [400.0, 400.0]])
        grid = Grid(np.empty((0, 1), np.int32), np.array([0, 2]), None, np.empty((0, 1)))
        held = Sums(np.array([[few, 0], [80.0, 80.0]]), np.array([[0.0, 0], [80.0, 80.0]]))
        assert (seen_gaps(grid, Sums(rows, rows), held)[0, 0] > 0) is np.bool_(is_asked)


def unequal(seed: int, west: float, rows: int = 600):
    """Draw rows where so many of the west say yes, and a fifth of all others."""
    chance = seeds.stream(seed, "tests", "unequal")
    at = np.arange(rows) % 3
    group = np.array(["a", "b"], dtype=object)[chance.permutation(rows) % 2]
    region = np.array(["west", "east", "isle"], dtype=object)[at]
    yes = chance.permutation(rows) / rows < np.where(at == 0, west, 0.2)
    answer = np.where(yes, "yes", "no").astype(object)
    return dataset_of({"region": region, "group": group, "answer": answer})


@pytest.mark.parametrize(
    ("made", "real", "tolerance", "words"),
    [
        (0.9, 0.4, 0.03, "amplified by"),
        (0.4, 0.9, 0.03, "shrunk by"),
        (0.9, 0.1, 0.03, "turned round by"),
        (0.02, 0.7, 0.03, "turned round by"),
        (0.42, 0.4, 0.001, "a change of"),
        (0.4, 0.4, 0.5, "kept but for"),
    ],
)
def test_a_gap_is_kept_changed_or_cannot_be_told(made, real, tolerance, words):
    sides = [marked(unequal(at, share), "region") for at, share in enumerate((made, real, real))]
    answer = ask("bias", tuple(sides), "answer", tolerance={"bias": tolerance})
    finding = answer.findings[0]
    assert words in finding.says
    assert finding.low <= finding.effect <= finding.high
    if words.endswith("by"):
        assert finding.verdict is Verdict.DIFFERS
        assert "with region = west" in finding.says
        assert f"{'+' if real > 0.2 else '-'}" in finding.says.split("points in real")[0][-6:]


def test_two_columns_together_are_asked_only_where_fifty_real_rows_stand():
    def small(seed: int, rows: int):
        chance = seeds.stream(seed, "tests", "small")
        group = np.array(["a", "b"], dtype=object)[np.arange(rows) % 2]
        region = np.array(["west", "east"], dtype=object)[np.arange(rows) // 2 % 2]
        yes = np.where(chance.random(rows) < 0.4, "yes", "no").astype(object)
        return marked(
            dataset_of({"group": group, "region": region, "answer": yes}), "group", "region"
        )

    for rows, together in ((120, 2), (400, 3)):
        sides = tuple(small(seed, rows) for seed in range(3))
        asked_of = {one.columns for one in ask("bias", sides, "answer").findings}
        assert len(asked_of) == together


def test_of_columns_that_nobody_marked_what_cannot_be_told_is_not_listed():
    sides = tuple(unequal(at, share) for at, share in enumerate((0.9, 0.3, 0.3)))
    answer = ask("bias", sides, "answer")
    assert [one.columns for one in answer.findings] == [("answer", "region")]
    assert answer.findings[0].verdict is Verdict.DIFFERS
    kept = tuple(unequal(at, 0.3) for at in range(3))
    unsure = ask("bias", kept, "answer", tolerance={"bias": 1e-4})
    assert {one.verdict for one in unsure.findings} == {Verdict.CANNOT_TELL}


def test_a_column_is_the_same_only_if_its_least_known_group_is():
    def rows(seed: int, rare: int):
        chance = seeds.stream(seed, "tests", "rare group")
        region = np.array(["west", "east", "isle"], dtype=object)[np.arange(1_200) % 2]
        region[:rare] = "isle"
        yes = np.where(chance.permutation(1_200) < 360, "yes", "no").astype(object)
        return marked(dataset_of({"region": region, "answer": yes}), "region")

    for rare, verdict in ((15, Verdict.CANNOT_TELL), (0, Verdict.SAME)):
        sides = tuple(rows(seed, rare) for seed in range(3))
        (finding,) = ask("bias", sides, "answer", tolerance={"bias": 0.2}).findings
        assert finding.verdict is verdict
