"""Trying: every way to rare rows, and every way to do without, on real rows that did not teach.

Repeated stratified folds. In each, a way learns on the teachers (rare ones among them), picks its
rows, and an estimator is fitted on teachers and picked rows, and scored on the rest; beside it the
controls, on the teachers alone. The World that common candidates come from has seen the rows that
judge here; nothing that says what is rare has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ... import plugins, seeds
from ...data.progress import Meter, Progress
from ...judge.boosting import Matrix, boost, two_at_a_time
from ...judge.worth.score import score as scored
from ...judge.worth.training import CLASS, Control, Fitted, TrainingRows
from ...judge.worth.trial import CLASS_SETTINGS
from .ground import Ground, Picked
from .making import OWN, Way, own_rows, pick, score_of, ways

FOLDS, SPLITS = 4, 8
FEWEST = 5  # rare rows below which nothing can be tried
ADVISED, OWN_MODEL = "balanced bagging", "the maker's own model"


@dataclass(frozen=True, slots=True)
class Split:
    """Places of real rows that teach and of real rows that judge."""

    taught: np.ndarray
    judging: np.ndarray


@dataclass(frozen=True, slots=True)
class Tried:
    """Scores by name, one for each split: of the ways, of the controls, of each tilt's own model.

    `ratio` is rows that judge over rows that teach.
    """

    ways: Mapping[Way, np.ndarray]
    controls: Mapping[str, np.ndarray]
    own: Mapping[str, np.ndarray]
    ratio: float


def try_all(ground: Ground, *, seed: int, progress: Progress) -> Tried:
    """Return the score of every way and control on every split."""
    splits = list(_splits(ground.is_rare, seeds.stream(seed, "splits")))
    asked = ways(ground)
    controls = {name: plugins.controls.get(name) for name in plugins.controls.names()}
    ground.matrix, ground.believed  # noqa: B018  # worked out once, before threads ask for it
    meter = Meter(progress, "choose a maker", len(splits), unit="splits")
    rows = []
    jobs = [_job(ground, one, asked, controls, seeds.child(seed, "split", at))
            for at, one in enumerate(splits)]  # fmt: skip
    for found in two_at_a_time(jobs):
        rows.append(found)
        meter.add(1)
    names = list(rows[0])
    table = {name: np.array([row[name] for row in rows]) for name in names}
    one = splits[0]
    return Tried(
        {way: table[str(way)] for way in asked},
        {name: table[name] for name in controls},
        {name: table[f"own {name}"] for name in _scores(asked)},
        len(one.judging) / len(one.taught),
    )


def _job(
    ground: Ground,
    split: Split,
    asked: Sequence[Way],
    controls: Mapping[str, Control],
    seed: int,
) -> Callable[[], dict[str, float]]:
    def run() -> dict[str, float]:
        return dict(_scores_of(ground, split, asked, controls, seed))

    return run


def _scores_of(
    ground: Ground,
    split: Split,
    asked: Sequence[Way],
    controls: Mapping[str, Control],
    seed: int,
) -> Iterator[tuple[str, float]]:
    truth = ground.is_rare[split.judging]
    score = {name: score_of(ground, name, split.taught, seed=seed) for name in _scores(asked)}
    for name, own in score.items():
        yield f"own {name}", _average_precision(own[split.judging], truth, ground.rate)
    most = max(way.rows for way in asked)
    nobody = Picked(np.empty(0, np.int64), np.empty(0, np.int64))
    real = _training(ground, split.taught, nobody, most, seed)
    for name, control in controls.items():
        yield name, _judged(control(real), ground, split)
    takes_own = any(way.name.endswith(OWN) for way in asked)
    conditional = own_rows(ground, split.taught, seed=seed) if takes_own else None
    for way in asked:
        picked = pick(ground, way, score.get(way.score), conditional, seed=seed)
        rows = _training(ground, split.taught, picked, 0, seed)
        model = boost(rows.matrix, rows.target, rows.settings, seed=seed)
        yield str(way), _judged(model, ground, split)


def _training(
    ground: Ground, taught: np.ndarray, picked: Picked, added: int, seed: int
) -> TrainingRows:
    at = np.concatenate([taught, picked.rare, picked.common])
    own = np.empty((0, len(ground.columns))) if picked.own is None else ground.coded(picked.own)
    sizes = [len(picked.rare), len(picked.common), len(own)]
    target = np.concatenate([ground.is_rare[taught], np.repeat([1.0, 0.0, 1.0], sizes)])
    values = np.concatenate([ground.matrix.values[at], own])
    matrix = Matrix(values, ground.matrix.names, ground.matrix.words)
    return TrainingRows(matrix, target, CLASS, (0, added), CLASS_SETTINGS, seed)


def _judged(model: Fitted, ground: Ground, split: Split) -> float:
    scores = model.scores(ground.matrix.values[split.judging])
    return _average_precision(scores, ground.is_rare[split.judging], ground.rate)


def _average_precision(scores: np.ndarray, truth: np.ndarray, rate: float) -> float:
    """Return the average precision where a share `rate` of the rows is rare."""
    rare = int(truth.sum())
    others = rare * (1 - rate) / rate / max(len(truth) - rare, 1)
    weights = np.where(truth, 1.0, others).astype(np.float32)
    return float(scored(CLASS, scores, truth.astype(np.float64), weights[None])[0])


def _scores(asked: Sequence[Way]) -> list[str]:
    return list(dict.fromkeys(way.score for way in asked if way.score))


def _splits(is_rare: np.ndarray, stream: np.random.Generator) -> Iterator[Split]:
    folds = min(FOLDS, int(is_rare.sum()) // 2)
    for at in range(SPLITS):
        if at % folds == 0:
            place = np.empty(len(is_rare), np.int64)
            for label in (False, True):
                rows = stream.permutation(np.flatnonzero(is_rare == label))
                place[rows] = np.arange(len(rows)) % folds
        judges = place == at % folds
        yield Split(np.flatnonzero(~judges), np.flatnonzero(judges))
