"""Figures: likeness and use of made rows, from numbers alone. No maker is known here.

All of them are defined in the package's docstring; memory stands in `memory.py`, what must hold in
every row in `rules.py`.
"""

from __future__ import annotations

from collections import Counter

import lightgbm as lgb
import numpy as np
from sklearn.metrics import r2_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold

from .coded import Coded
from .facts import Facts

BOOSTING = {"num_threads": 1, "deterministic": True, "force_row_wise": True, "verbosity": -1}
TOLD_ROWS = 10_000  # rows of each side that a classifier sees


def told_apart(unseen: Coded, made: Coded, seed: int) -> float:
    """Return C2ST: the mean AUC, over 5 folds, of boosting that tells `made` from `unseen`."""
    rng = np.random.default_rng(seed)
    size = min(len(unseen.matrix), len(made.matrix), TOLD_ROWS)
    rows = np.vstack([rng.choice(side.matrix, size, replace=False) for side in (unseen, made)])
    sides = np.repeat([0, 1], size)
    folds = StratifiedKFold(5, shuffle=True, random_state=seed).split(rows, sides)
    scores = []
    for learn, test in folds:
        model = lgb.LGBMClassifier(
            n_estimators=150, learning_rate=0.1, num_leaves=31, random_state=seed, **BOOSTING
        )
        model.fit(rows[learn], sides[learn], categorical_feature=made.categorical)
        scores.append(roc_auc_score(sides[test], model.predict_proba(rows[test])[:, 1]))
    return float(np.mean(scores))


def missing_apart(one: Coded, other: Coded) -> float:
    """Return the total variation distance between the two laws of which cells are missing."""
    here, there = _patterns(one), _patterns(other)
    sizes = len(one.matrix), len(other.matrix)
    return sum(abs(here[p] / sizes[0] - there[p] / sizes[1]) for p in here | there) / 2


def _patterns(rows: Coded) -> Counter[bytes]:
    return Counter(map(bytes, np.packbits(np.isnan(rows.matrix), axis=1)))


def taught(made: Coded, unseen: Coded, facts: Facts, seed: int, *, fewest: int = 1) -> float:
    """Return TSTR: what boosting taught by `made` is worth on `unseen`.

    R2 of a number, AUC of a positive value, or the mean AUC over the classes that at least `fewest`
    unseen rows have; a class that was never made counts with 0.5.
    """
    if not facts.has_classes:
        return _taught_number(made, unseen, facts.target, seed)
    inputs, goal = _lesson(made, facts.target)
    truth = unseen.column(facts.target).astype(int)
    if len(np.unique(goal)) < 2:
        return 0.5
    model = lgb.LGBMClassifier(
        n_estimators=200, learning_rate=0.06, num_leaves=31, random_state=seed, **BOOSTING
    )
    model.fit(inputs.matrix, goal.astype(int), categorical_feature=inputs.categorical)
    levels = made.levels[facts.target]
    chances = np.zeros((len(truth), len(levels)))
    chances[:, np.asarray(model.classes_)] = model.predict_proba(
        unseen.without(facts.target).matrix
    )
    values, counts = np.unique(truth, return_counts=True)
    asked = [levels.index(facts.positive)] if facts.positive else values[counts >= fewest]
    scores = [roc_auc_score(truth == value, chances[:, value]) for value in asked]
    return float(np.mean(scores))


def _taught_number(made: Coded, unseen: Coded, target: str, seed: int) -> float:
    inputs, goal = _lesson(made, target)
    model = lgb.LGBMRegressor(
        n_estimators=200, learning_rate=0.06, num_leaves=31, random_state=seed, **BOOSTING
    )
    model.fit(inputs.matrix, goal, categorical_feature=inputs.categorical)
    foreseen = model.predict(unseen.without(target).matrix)
    return float(r2_score(unseen.column(target), foreseen))


def _lesson(made: Coded, target: str) -> tuple[Coded, np.ndarray]:
    """Return the inputs and the goal of the rows whose target is there."""
    goal, inputs = made.column(target), made.without(target)
    known = ~np.isnan(goal)
    return Coded(inputs.matrix[known], inputs.columns, inputs.levels), goal[known]
