"""Worth: harm is called harm, help is called help, and chance is called nothing."""

from __future__ import annotations

import numpy as np
import pytest

from worldwright import judge, seeds
from worldwright.data.report import Figure
from worldwright.judge.worth.equivalent import equivalent_rows
from worldwright.judge.worth.score import resamples, score
from worldwright.judge.worth.trial import Trial, Way

from .conftest import columns_of, dataset_of


def rare(rows: int, seed: int, *, flipped: bool = False):
    """Rows of a population in which `yes` is rare and depends on z and w."""
    columns = columns_of(rows, seed)
    chance = seeds.stream(seed, "tests", "worth")
    lean = 2 * columns["z"] + columns["w"] + 0.5 * chance.normal(size=rows)
    says_yes = (lean < -4.6) if flipped else (lean > 4.6)
    return dataset_of({**columns, "answer": np.where(says_yes, "yes", "no").astype(object)})


def kept(rows, count):
    """Keep only `count` rows of yes."""
    is_yes = np.array(rows.table["answer"].to_pylist()) == "yes"
    return rows.take(
        np.sort(np.concatenate([np.flatnonzero(is_yes)[:count], np.flatnonzero(~is_yes)]))
    )


def only_yes(rows):
    return rows.take(np.flatnonzero(np.array(rows.table["answer"].to_pylist()) == "yes"))


@pytest.fixture(scope="module")
def sides():
    return kept(rare(800, 1), 8), rare(3_000, 2)


def test_rows_as_good_as_real_ones_are_worth_something(sides):
    real, holdout = sides
    report = judge(rare(6_000, 3), real=real, holdout=holdout, target="answer", seed=1)
    assert report.worth is not None
    assert report.worth.gain.low > 0
    assert report.worth.task == "answer = yes"
    assert report.worth.says.startswith("The made rows add +0.")
    assert report.figures["worth"] == report.worth.gain
    assert set(report.worth.scores) >= {
        "nothing", "class weights", "equal-size resampling", "SMOTENC", "balanced bagging",
    }  # fmt: skip


def test_rows_with_the_opposite_pattern_do_harm_and_the_advice_says_what_to_do(sides):
    real, holdout = sides
    made = only_yes(rare(12_000, 3, flipped=True))
    report = judge(made, real=real, holdout=holdout, target="answer", focus="yes", seed=1)
    assert report.worth is not None
    assert report.worth.gain.high < 0
    assert report.worth.equivalent_rows is None
    assert report.advice.startswith("The made rows do harm for answer = yes. Use ")
    assert not any(finding.question == "worth" for finding in report.findings)


@pytest.mark.slow
def test_copies_of_real_rows_are_worth_nothing(sides):
    real, holdout = sides
    report = judge(real.sample(500, seed=1), real=real, holdout=holdout, target="answer", seed=1)
    assert report.worth is not None
    assert report.worth.gain.low <= 0
    assert report.advice.startswith("The made rows ")


def test_a_number_is_a_task_too(draw):
    report = judge(draw(1_500, 3), real=draw(80, 1), holdout=draw(800, 2), target="w", seed=1)
    assert report.worth is not None
    assert report.worth.score == "R²"
    assert report.worth.gain.low > 0
    assert set(report.worth.scores) == {"nothing", "equal-size resampling", "made rows added"}


def trial_of(slope: float, gain: float) -> Trial:
    """A trial whose real rows follow 0.5 + slope ln(rows), with made rows `gain` above 80 rows."""
    chance = seeds.stream(3, "trial")
    noise = 0.002 * chance.normal(size=201)
    curve = {
        rows: 0.5 + slope * np.log(rows) + noise + 0.002 * chance.normal(size=(5, 1))
        for rows in (20, 40, 80)
    }
    against = Way("nothing", True, 0.5 + slope * np.log(80) + np.tile(noise, (5, 1)))
    return Trial((against,), Way("made", False, against.scores + gain), against, curve)


def test_a_gain_is_worth_as_many_real_rows_as_the_curve_says():
    """0.05 ln(160 / 80) is the gain of doubling 80 rows: worth 80 more."""
    trial = trial_of(0.05, 0.05 * np.log(2))
    draws = trial.made.scores[0, 1:] - trial.against.scores[0, 1:]
    found = equivalent_rows(trial, draws, seed=1)
    assert isinstance(found, Figure)
    assert found.low <= 80 <= found.high
    assert abs(found.value - 80) < 10


@pytest.mark.parametrize(
    ("slope", "gain", "why"),
    [(0.0, 0.03, "flat within its noise"), (0.05, 0.2, "beyond what the curve can tell")],
)
def test_where_the_curve_cannot_tell_no_number_is_invented(slope, gain, why):
    trial = trial_of(slope, gain)
    draws = trial.made.scores[0, 1:] - trial.against.scores[0, 1:]
    found = equivalent_rows(trial, draws, seed=1)
    assert isinstance(found, str)
    assert why in found


@pytest.mark.parametrize("seed", range(4))
def test_average_precision_of_resamples_agrees_with_scikit_learn(seed):
    from sklearn.metrics import average_precision_score

    chance = seeds.stream(seed, "ap")
    truth = (chance.random(200) < 0.15).astype(float)
    scores = (truth + chance.normal(size=200)).round(1)
    weights = resamples("class", truth, 5, chance)
    found = score("class", scores, truth, weights)
    expected = [average_precision_score(truth, scores, sample_weight=w) for w in weights]
    assert found == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("seed", range(4))
def test_r_squared_of_resamples_agrees_with_scikit_learn(seed):
    from sklearn.metrics import r2_score

    chance = seeds.stream(seed, "r2")
    truth = chance.normal(size=200)
    scores = truth + chance.normal(size=200)
    weights = resamples("number", truth, 5, chance)
    found = score("number", scores, truth, weights)
    assert found == pytest.approx([r2_score(truth, scores, sample_weight=w) for w in weights])
