"""Trial: every way to a model, fitted with paired seeds and scored on every unseen row.

All ways share their seeds and the resamples of the test rows, so differences are paired. The
interval of a gain comes from draws that resample both test rows (within classes) and seeds: it
speaks of new test rows and new fits, for *these* real and *these* made rows. It needs no
correction for test sets that overlap (Nadeau & Bengio 2003), since there is one test set and its
chance is drawn openly. The best control is chosen by the same test rows, which favours the
control.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ... import plugins, seeds
from ...data.progress import Meter
from ..boosting import Matrix, Settings, boost, two_at_a_time
from ..case import Case
from ..effects import Z95
from .score import resamples, score
from .task import Part, Task
from .training import CLASS, Control, Fitted, TrainingRows

MADE = "made rows added"
SEEDS, DRAWS, CURVE_DRAWS = 5, 200, 4
_SHARES = (0.25, 0.5)
_LEAST_FOCUS, _LEAST_ROWS = 5, 50
CLASS_SETTINGS = Settings(trees=60, leaves=31, least=10)
_NUMBER_SETTINGS = Settings(task="regression", trees=100, leaves=31, least=10)


@dataclass(frozen=True, slots=True)
class Way:
    """One way: its scores, (fits, 1 + draws), the first on all test rows as they are."""

    name: str
    sets_worth: bool
    scores: np.ndarray

    @property
    def mean(self) -> float:
        """Mean score over the fits."""
        return float(self.scores[:, 0].mean())


@dataclass(frozen=True, slots=True)
class Trial:
    """Every way, the best of those that set the worth, and that one on fewer real rows.

    `curve` maps a number of real rows (of the focus) to scores of the same form as a Way's.
    """

    ways: tuple[Way, ...]
    made: Way
    against: Way
    curve: Mapping[int, np.ndarray]


def run(task: Task, case: Case) -> Trial:
    """Fit and score every way with `SEEDS` paired seeds, then the best control on fewer rows."""
    suited = {name: plugins.controls.get(name) for name in plugins.controls.names()}
    suited = {name: part for name, part in suited.items() if task.kind in part.suits}
    weights = resamples(
        task.kind, task.test.target, DRAWS, seeds.stream(case.seed, "worth", "test")
    )
    fits = [seeds.child(case.seed, "worth", "fit", fit) for fit in range(SEEDS)]
    jobs: list[Callable[[], np.ndarray]] = []
    for part in suited.values():
        jobs += [_job(task, part, _rows(task, task.real, seed), weights) for seed in fits]
    jobs += [_job(task, _with_made(task), _rows(task, task.real, seed), weights) for seed in fits]
    sizes = _sizes(task)
    meter = Meter(
        case.progress, "judge: worth", len(jobs) + CURVE_DRAWS * len(sizes), unit="models"
    )
    scored = _scored(jobs, meter)
    stacks = [np.array(scored[i : i + SEEDS]) for i in range(0, len(scored), SEEDS)]
    ways = tuple(
        Way(name, part.sets_worth, stack)
        for (name, part), stack in zip(suited.items(), stacks, strict=False)
    )
    against = max((way for way in ways if way.sets_worth), key=lambda way: way.mean)
    curve = _curve(task, case, suited[against.name], weights, meter)
    curve[_reach(task)] = against.scores
    return Trial(ways, Way(MADE, False, stacks[-1]), against, curve)


def gain(better: Way, other: Way, *, seed: int) -> tuple[float, float, float, np.ndarray]:
    """Return the paired difference, its 95 % interval, and its draws."""
    stream = seeds.stream(seed, "worth", "seeds")
    fits = stream.integers(len(other.scores), size=(better.scores.shape[1] - 1, len(other.scores)))
    difference = better.scores - other.scores
    draws = difference[fits, np.arange(1, difference.shape[1])[:, None]].mean(axis=1)
    value, error = float(difference[:, 0].mean()), float(draws.std(ddof=1))
    return value, value - Z95 * error, value + Z95 * error, draws


def _rows(task: Task, real: Part, seed: int) -> TrainingRows:
    focus = int((task.made.target == 1).sum()) if task.kind == CLASS else 0
    added = (len(task.made.target) - focus, focus)
    settings = CLASS_SETTINGS if task.kind == CLASS else _NUMBER_SETTINGS
    return TrainingRows(real.matrix, real.target, task.kind, added, settings, seed)


def _with_made(task: Task) -> Callable[[TrainingRows], Fitted]:
    def fit(rows: TrainingRows) -> Fitted:
        values = np.concatenate([rows.matrix.values, task.made.matrix.values])
        matrix = Matrix(values, rows.matrix.names, rows.matrix.words)
        target = np.concatenate([rows.target, task.made.target])
        return boost(matrix, target, rows.settings, seed=rows.seed)

    return fit


def _job(
    task: Task,
    fit: Control | Callable[[TrainingRows], Fitted],
    rows: TrainingRows,
    weights: np.ndarray,
) -> Callable[[], np.ndarray]:
    def run_one() -> np.ndarray:
        scores = fit(rows).scores(task.test.matrix.values)
        return score(task.kind, scores, task.test.target, weights)

    return run_one


def _scored(jobs: Sequence[Callable[[], np.ndarray]], meter: Meter) -> list[np.ndarray]:
    scored = []
    for scores in two_at_a_time(jobs):
        scored.append(scores)
        meter.add(1)
    return scored


def _reach(task: Task) -> int:
    """Return the real rows that the learning curve counts: those of the focus, or all."""
    return int((task.real.target == 1).sum()) if task.kind == CLASS else len(task.real.target)


def _sizes(task: Task) -> list[int]:
    least = _LEAST_FOCUS if task.kind == CLASS else _LEAST_ROWS
    return [size for share in _SHARES if (size := round(_reach(task) * share)) >= least]


def _curve(
    task: Task, case: Case, best: Control, weights: np.ndarray, meter: Meter
) -> dict[int, np.ndarray]:
    jobs = []
    for size in _sizes(task):
        for draw in range(CURVE_DRAWS):
            seed = seeds.child(case.seed, "worth", "curve", size, draw)
            rows = _rows(task, task.real.take(_fewer(task, size, seed)), seed)
            jobs.append(_job(task, best, rows, weights))
    scored = _scored(jobs, meter)
    return {
        size: np.array(scored[i * CURVE_DRAWS : (i + 1) * CURVE_DRAWS])
        for i, size in enumerate(_sizes(task))
    }


def _fewer(task: Task, size: int, seed: int) -> np.ndarray:
    """Return real rows of which `size` are of the focus; all others stay."""
    target = task.real.target
    stream = seeds.stream(seed, "fewer")
    if task.kind != CLASS:
        return np.sort(stream.permutation(len(target))[:size])
    focus = stream.permutation(np.flatnonzero(target == 1))[:size]
    return np.sort(np.concatenate([focus, np.flatnonzero(target != 1)]))
