"""Ease: models that made rows taught, against models that as many real rows taught.

Four models see half of the made rows or as many real ones each. Shown a row that has the label and
one that has not, how often does a model name the right one (AUC)?

    made in made    taught by one half of the made rows, asked of the other half
    made in real    the same models, asked of real rows (train on synthetic, test on real)
    real in real    taught by real rows, asked of real rows that they did not see

    label_ease = made in made - real in real    above 0: the label is easier than in life, a leak
    tstr_gap   = real in real - made in real    above 0: what made rows teach is worth less

A model that was taught by made rows knows neither the other made rows nor any real row, so how it
fares on both has a null by splits, given the model. A tree of depth 3 is asked in the same way: it
sees the traits of the file too. Standard errors are DeLong's (1988), plus the spread between two
models taught alike: the luck of rows and of training, for models of this kind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from ... import seeds
from ...data.report import Figure
from ..aspects import rounded
from ..boosting import Booster, Matrix, auc, boost, two_at_a_time
from ..case import Case
from ..effects import Z95
from .grid import Grid
from .links import Links, by_score
from .predictions import dealt_out, settings_for
from .targets import Label, real_rows

MIN_TAUGHT, MIN_HOT = 40, 8
_BINS, _DEPTH, _HUGE = 40, 3, 1e30
# Two models alone may agree by luck: then a share of the paired variance stands for training.
_LEAST_TRAINING = 0.25


@dataclass(frozen=True, slots=True)
class Ease:
    """What the models found: links of made-taught scores, columns leaned on, and the figures."""

    boosted: Links
    tree: Links
    leaned_on: tuple[str, ...]
    tree_on: tuple[str, ...]
    figures: dict[str, Figure]


@dataclass(frozen=True, slots=True)
class _Tree:
    """A fitted tree of depth 3."""

    model: Any

    def scores(self, values: np.ndarray) -> np.ndarray:
        return np.asarray(self.model.predict_proba(_bounded(values))[:, 1])


@dataclass(frozen=True, slots=True)
class _Halves:
    """Which half each row is in (-1: none), and the rows that taught, by side and half."""

    half: np.ndarray
    made: tuple[np.ndarray, np.ndarray]
    real: tuple[np.ndarray, np.ndarray]


def ease(
    case: Case,
    matrix: Matrix,
    label: Label,
    features: tuple[np.ndarray, tuple[str, ...]],
    grid: Grid,
) -> Ease | str:
    """Return how easy the label is, or the reason why that cannot be told.

    `features` is the matrix of the tree (columns and traits, for every row) and its names; of
    `grid` only the splits are used.
    """
    halves = _dealt(case, label)
    if isinstance(halves, str):
        return halves
    taught = _taught(case, matrix, label, halves)
    made, real = taught[:2], taught[2:]
    compared = np.concatenate([case.null.made, real_rows(case)])
    scores = [_every(model.scores, matrix.values, compared) for model in made]
    trees = _trees(features[0], label, halves)
    tree_scores = [_every(tree.scores, features[0], compared) for tree in trees]
    gains = (made[0].gains() + made[1].gains()) / 2
    weights = trees[0].model.feature_importances_ + trees[1].model.feature_importances_
    return Ease(
        boosted=_links(case, label, halves, scores, grid),
        tree=_links(case, label, halves, tree_scores, grid),
        leaned_on=_largest(gains, matrix.names),
        tree_on=_largest(weights, features[1]),
        figures=_figures(case, matrix, label, halves, (scores, real)),
    )


def _dealt(case: Case, label: Label) -> _Halves | str:
    known = label.known
    made = case.null.made[known[case.null.made]]
    real = real_rows(case)
    real = real[known[real]]
    half = dealt_out(len(known), (made, real), 2, case.seed, "halves")
    by_half = [[rows[half[rows] == k] for k in (0, 1)] for rows in (made, real)]
    taught = min(len(rows) for side in by_half for rows in side)
    parts = [(side[0][:taught], side[1][:taught]) for side in by_half]
    for role, side in zip(("made", "real"), parts, strict=True):
        hot = min(float(min(np.sum(label.hot[r] == v) for v in (0, 1))) for r in side)
        if taught < MIN_TAUGHT or hot < MIN_HOT:
            return (
                f"half of the {role} rows are too few to teach a model: it takes {MIN_TAUGHT}, "
                f"{MIN_HOT} of them with and {MIN_HOT} without {label.hot_name}"
            )
    return _Halves(half, parts[0], parts[1])


def _taught(case: Case, matrix: Matrix, label: Label, halves: _Halves) -> list[Booster]:
    jobs: list[Callable[[], Booster]] = []
    for role, sides in (("made", halves.made), ("real", halves.real)):
        for k, rows in enumerate(sides):
            jobs.append(
                partial(
                    boost,
                    matrix.take(rows),
                    label.hot[rows],
                    settings_for(label, len(rows), hot=True),
                    seed=seeds.child(case.seed, "label", "ease", role, k),
                )
            )
    return list(two_at_a_time(jobs))


def _trees(values: np.ndarray, label: Label, halves: _Halves) -> list[_Tree]:
    from sklearn.tree import DecisionTreeClassifier

    least = max(5, len(halves.made[0]) // 100)
    trees = []
    for rows in halves.made:
        tree = DecisionTreeClassifier(max_depth=_DEPTH, min_samples_leaf=least, random_state=0)
        trees.append(_Tree(tree.fit(_bounded(values[rows]), label.hot[rows])))
    return trees


def _bounded(values: np.ndarray) -> np.ndarray:
    """Keep numbers within what a tree's single precision holds."""
    return np.clip(values, -_HUGE, _HUGE)


def _every(
    scored: Callable[[np.ndarray], np.ndarray], values: np.ndarray, rows: np.ndarray
) -> np.ndarray:
    scores = np.full(len(values), np.nan)
    scores[rows] = scored(values[rows])
    return scores


def _links(
    case: Case, label: Label, halves: _Halves, scores: list[np.ndarray], grid: Grid
) -> Links:
    """Compare made and real rows by the scores of a model that saw neither."""
    real = real_rows(case)
    codes = np.zeros(len(label.hot), dtype=np.int64)
    for k, score in enumerate(scores):
        inner = np.quantile(score[real], np.linspace(0, 1, _BINS + 1)[1:-1])
        mine = halves.half == 1 - k
        codes[mine] = np.searchsorted(np.unique(inner), score[mine], side="left")
    return by_score(codes, _BINS, label.hot, grid)


def _figures(
    case: Case,
    matrix: Matrix,
    label: Label,
    halves: _Halves,
    taught: tuple[list[np.ndarray], list[Booster]],
) -> dict[str, Figure]:
    made_scores, real_models = taught
    known = case.null.made[label.known[case.null.made]]
    inside, gaps, spreads, alone = [], [], [], []
    for k in (0, 1):
        rows = known[halves.half[known] == 1 - k]
        inside.append(auc(made_scores[k][rows], label.hot[rows]))
        rows = case.null.reference[halves.half[case.null.reference] == 1 - k]
        hot = label.hot[rows]
        if min(hot.sum(), (1 - hot).sum()) < MIN_HOT:
            return {}
        mine = _placed(real_models[k].scores(matrix.values[rows]), hot)
        theirs = [_placed(score[rows], hot) for score in made_scores]
        alone.append((float(mine[hot == 1].mean()), _variance(mine, hot)))
        both = mine - (theirs[0] + theirs[1]) / 2
        gaps.append((float(both[hot == 1].mean()), _variance(both, hot)))
        spreads.append(float((theirs[0] - theirs[1])[hot == 1].mean()) / 2)
    paired = sum(v for _, v in gaps) / 4
    training = max(float(np.mean(spreads)) ** 2, _LEAST_TRAINING * paired)
    made_value = (inside[0].value + inside[1].value) / 2
    made_noise = (inside[0].error ** 2 + inside[1].error ** 2) / 4
    real_value = float(np.mean([value for value, _ in alone]))
    noise = made_noise + sum(v for _, v in alone) / 4 + 2 * training
    says = f"AUC for {label.hot_name}"
    return {
        "label_ease": _figure(
            made_value - real_value, noise, f"{says} inside made rows less inside real ones"
        ),
        "tstr_gap": _figure(
            float(np.mean([value for value, _ in gaps])),
            paired + 2 * training,
            f"{says} on unseen real rows: taught by real rows less taught by made ones",
        ),
    }


def _placed(scores: np.ndarray, hot: np.ndarray) -> np.ndarray:
    """Return each row's placement: the share of rows of the other kind that it beats rightly."""
    from scipy.stats import rankdata

    placed = np.empty(len(hot))
    ranks = rankdata(scores)
    for kind in (0, 1):
        mine = hot == kind
        below = (ranks[mine] - rankdata(scores[mine])) / max(1, int((~mine).sum()))
        placed[mine] = below if kind else 1 - below
    return placed


def _variance(placed: np.ndarray, hot: np.ndarray) -> float:
    return sum(
        float(placed[hot == kind].var()) / max(1, (hot == kind).sum() - 1) for kind in (0, 1)
    )


def _figure(value: float, variance: float, means: str) -> Figure:
    reach = Z95 * float(np.sqrt(variance))
    return Figure(rounded(value), rounded(value - reach), rounded(value + reach), "lower", means)


def _largest(gains: np.ndarray, names: tuple[str, ...]) -> tuple[str, ...]:
    order = np.argsort(-gains, kind="stable")[:3]
    return tuple(names[i] for i in order if gains[i] > 0.1 * gains.sum())
