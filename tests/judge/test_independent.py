"""Beside the classifier's figure stands that of rows which know each column alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from worldwright import Dataset, judge, seeds
from worldwright.data.report import Answer
from worldwright.judge.case import Case
from worldwright.judge.metrics.classifier import classifier

from .conftest import dataset_of

FLOOR = "c2st_auc_independent"


def pair(seed: int, rows: int = 1_500, tied: float = 0.9) -> Dataset:
    chance = seeds.stream(seed, "tests", "independent")
    x, noise = chance.normal(size=(2, rows))
    word = np.where(x + chance.normal(size=rows) > 0, "up", "down")
    y = tied * x + (1 - tied**2) ** 0.5 * noise
    return dataset_of({"x": x.round(3), "y": y.round(3), "answer": word})


def alone(dataset: Dataset, seed: int) -> Dataset:
    """Return the rows with every column shuffled by itself, the slow way."""
    chance = seeds.stream(seed, "tests", "alone")
    columns = {
        name: np.array(cells.to_pylist())[chance.permutation(dataset.rows)]
        for name, cells in zip(dataset.columns, dataset.table.columns, strict=True)
    }
    return dataset_of(columns)


def asked(made: Dataset, real: Dataset, holdout: Dataset | None, **how: object) -> Answer:
    tolerance = dict(classifier.tolerance)
    return classifier(Case(made, real, holdout, tolerance=tolerance, splits=19, **how))


def test_rows_that_know_the_dependence_lie_below_the_floor_and_say_so() -> None:
    answer = asked(pair(1), pair(2), pair(3))
    floor, figure = answer.figures[FLOOR], answer.figures["c2st_auc"]
    assert floor.low > 0.7
    assert figure.high < floor.low
    assert answer.notes == ()
    assert f"; rows that know each column alone: {100 * floor.value:.1f} %)" in (
        answer.findings[0].says
    )


@pytest.mark.parametrize("quick", [False, True])
def test_rows_that_know_each_column_alone_do_not_beat_the_floor(quick: bool) -> None:
    answer = asked(alone(pair(1), 4), pair(2), pair(3), quick=quick)
    (note,) = answer.notes
    assert note == (
        "rows: made rows do not beat rows that know each column alone: a classifier names them "
        f"{100 * answer.figures['c2st_auc'].value:.1f} % of the time, and those "
        f"{100 * answer.figures[FLOOR].value:.1f} %"
    )
    # Both are rows of one law, scored by models of other rows: 6 standard errors are below 0.12.
    assert answer.figures[FLOOR].value == pytest.approx(answer.figures["c2st_auc"].value, abs=0.12)


def test_columns_that_do_not_depend_have_a_floor_that_is_guessing() -> None:
    answer = asked(alone(pair(1), 1), alone(pair(2), 2), alone(pair(3), 3))
    assert answer.figures[FLOOR].low <= 0.5
    (note,) = answer.notes
    assert note.endswith("so it sees no dependence between columns here")


def test_the_floor_follows_from_real_rows_and_the_seed_alone() -> None:
    one, other = (asked(made, pair(2), pair(3)) for made in (pair(1), alone(pair(5), 5)))
    assert one.figures[FLOOR] == other.figures[FLOOR]
    again = asked(pair(1), pair(2), pair(3), seed=1)
    assert again.figures[FLOOR] != one.figures[FLOOR]


def test_without_a_holdout_the_floor_is_that_of_the_teachers_themselves() -> None:
    assert asked(pair(1), pair(2), None).figures[FLOOR].low > 0.7


def test_one_column_and_few_teachers_have_no_floor() -> None:
    single = [dataset_of({"x": pair(seed).table["x"].to_numpy()}) for seed in (1, 2, 3)]
    for sides in (single, [pair(1), pair(2, rows=30), pair(3)]):
        answer = asked(*sides)
        assert FLOOR not in answer.figures
        assert answer.notes == ()
        assert "each column alone" not in answer.findings[0].says


def test_the_floor_is_no_fault_and_stands_in_the_report(tmp_path: Path) -> None:
    report = judge(pair(1), real=pair(2), holdout=pair(3), splits=99)
    assert report.figures[FLOOR].better == "lower"
    assert not [finding for finding in report.findings if "alone" in finding.where]
    assert FLOOR in report.to_html(tmp_path / "report.html").read_text()
