"""What every control keeps: it learns a rare class from real rows alone, repeatably.

The task is one that a straight line solves, so each honest way must do far better than a coin.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .. import seeds
from ..judge.boosting import Matrix, Settings
from ..judge.worth.training import CLASS, Control, TrainingRows

_ROWS, _BETTER_THAN_A_COIN = 600, 0.7


def declares_its_part(control: Control) -> None:
    """It says whether it sets the worth, and its docstring is its page."""
    assert (control.__doc__ or "").strip(), "it has no docstring, which is its page"
    assert isinstance(control.sets_worth, bool)
    assert control.suits, "it suits no task"


def scores_each_row(control: Control) -> None:
    """It returns one finite score a row, in their order."""
    if CLASS not in control.suits:
        return
    values = _task(3).matrix.values
    scores = np.asarray(control(_task(1)).scores(values))
    assert scores.shape == (len(values),), f"{scores.shape} scores for {len(values)} rows"
    assert np.isfinite(scores).all(), "a score that is no number"
    again = np.asarray(control(_task(1)).scores(values[::-1]))
    assert np.array_equal(scores[::-1], again), "a score hangs on the row's place"


def learns_the_rare_class(control: Control) -> None:
    """It ranks unseen rows of an easy rare class above the rest (AUC of 0.7 at least)."""
    if CLASS not in control.suits:
        return
    unseen = _task(2)
    scores = np.asarray(control(_task(1)).scores(unseen.matrix.values))
    rare, rest = scores[unseen.target == 1], scores[unseen.target == 0]
    auc = float((rare[:, None] > rest).mean() + 0.5 * (rare[:, None] == rest).mean())
    assert auc >= _BETTER_THAN_A_COIN, f"an AUC of {auc:.2f} on rows that a line can tell"


def changes_no_row(control: Control) -> None:
    """It leaves the rows that it was handed as they were."""
    if CLASS not in control.suits:
        return
    rows = _task(1)
    control(rows)
    fresh = _task(1)
    assert np.array_equal(rows.matrix.values, fresh.matrix.values, equal_nan=True)
    assert np.array_equal(rows.target, fresh.target)


CONTRACT: tuple[Callable[[Control], None], ...] = (
    declares_its_part,
    scores_each_row,
    learns_the_rare_class,
    changes_no_row,
)


def _task(seed: int) -> TrainingRows:
    """Return rows with two numbers, one of them with gaps, and a category; 8 % are rare."""
    chance = seeds.stream(seed, "testing", "controls")
    values = np.column_stack(
        [chance.normal(size=_ROWS), chance.normal(size=_ROWS), chance.integers(0, 3, _ROWS)]
    )
    lean = values[:, 0] + 0.5 * (values[:, 2] == 1) + 0.3 * chance.normal(size=_ROWS)
    target = (lean >= np.quantile(lean, 0.92)).astype(float)
    values[chance.random(_ROWS) < 0.05, 1] = np.nan
    return TrainingRows(
        matrix=Matrix(values, ("first", "second", "sort"), (2,)),
        target=target,
        task=CLASS,
        added=(0, 100),
        settings=Settings(),
        seed=5,
    )
