"""Trial: one draw of one task, with beliefs or without: everything that is scored on its third."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score

import worldwright as ww
from worldwright import plugins
from worldwright.judge.boosting import Matrix, boost
from worldwright.judge.stack import unite
from worldwright.judge.worth.training import CLASS, TrainingRows
from worldwright.judge.worth.trial import CLASS_SETTINGS
from worldwright.learn.rare.ground import Rare, ground_of
from worldwright.learn.rare.making import TILT, score_of

from ..results import Key
from ..tables.job import Figures
from .tasks import Draw, Task, beliefs, draw

MORE = (60, 100, 160, 250)
ADDED = 2_000  # rare rows that controls of equal size add where nothing was made
SIMPLE = ("nothing", "class weights", "equal-size resampling", "SMOTENC")
BAGGING, OWN = "balanced bagging", "own model"


@dataclass(frozen=True, slots=True)
class Trial:
    """One draw of one task."""

    task: Task
    seed: int
    believes: bool

    maker = "ours"
    bench = "worth"

    @property
    def key(self) -> Key:
        return (self.task.name, self.seed, "beliefs" if self.believes else "no beliefs")

    def run(self) -> Figures:
        """Return the average precision of everything, and what the engine said beforehand."""
        drawn = draw(self.task, self.seed)
        real = ww.read(drawn.taught)
        world = ww.fit(real, target=self.task.column, seed=self.seed)
        for belief in beliefs(self.task.name) if self.believes else ():
            world = world.believe(belief["says"], because=belief["because"])
        start = time.perf_counter()
        wish = ww.Wish(amplify=ww.Amplify({self.task.column: self.task.value}, rate=drawn.rate))
        made = world.sample(wish, seed=self.seed)
        seconds = time.perf_counter() - start
        told = made.lineage.chosen[0]
        found: Figures = {
            "seconds": seconds, "way": told["way"], "rare_rows": float(told["rare rows"]),
            "against": told["against"], "instead": told["instead"],
            "expected": told["expected"][0], "low": told["expected"][1],
            "high": told["expected"][2],
        }  # fmt: skip
        sides = Sides(drawn, real, made, self.task, self.seed)
        found |= dict(sides.scores(int(told["rare rows"]) or ADDED))
        found[OWN] = self._own(world, real, drawn)
        return found

    def _own(self, world: ww.World, real: ww.Dataset, drawn: Draw) -> float:
        """Return the score of the plain tilt itself, with the beliefs it was given."""
        whole = ww.read(pd.concat([drawn.taught, drawn.judging], ignore_index=True))
        rare = Rare(self.task.column, self.task.value)
        ground = ground_of(world, rare, whole, seed=self.seed, most=whole.rows)
        taught = np.arange(real.rows)
        scores = score_of(ground, TILT, taught, seed=self.seed)[real.rows : whole.rows]
        return _precision(self.task, drawn.judging, scores)


@dataclass(frozen=True)
class Sides:
    """The rows of a draw under one coding, and what models make of them."""

    drawn: Draw
    real: ww.Dataset
    made: ww.Dataset
    task: Task
    seed: int

    def scores(self, added: int) -> Iterator[tuple[str, float]]:
        """Yield the score of every control, of made rows added, and of more real rows."""
        sides = [self.real, self.made, ww.read(self.drawn.judging), ww.read(self.drawn.more)]
        names = [name for name in self.real.columns if name != self.task.column]
        columns = [
            unite(self.real.column(name), [side.table[name] for side in sides]) for name in names
        ]
        values = np.column_stack([column.values for column in columns])
        words = tuple(at for at, column in enumerate(columns) if column.words is not None)
        taught, made, judging, more = np.split(
            values, np.cumsum([side.rows for side in sides])[:-1]
        )
        labels = self._labels(self.real)

        def fitted(rows: np.ndarray, target: np.ndarray) -> TrainingRows:
            matrix = Matrix(rows, tuple(names), words)
            return TrainingRows(matrix, target, CLASS, (0, added), CLASS_SETTINGS, self.seed)

        controls = {name: plugins.controls.get(name) for name in (*SIMPLE, BAGGING)}
        for name, control in controls.items():
            yield name, self._score(control(fitted(taught, labels)).scores(judging))
        rows = np.concatenate([taught, made])
        target = np.concatenate([labels, self._labels(self.made)])
        model = boost(fitted(rows, target).matrix, target, CLASS_SETTINGS, seed=self.seed)
        yield "made", self._score(model.scores(judging))
        yield from self._more(taught, labels, more, judging, fitted, controls)

    def _more(self, taught, labels, more, judging, fitted, controls) -> Iterator[tuple[str, float]]:  # type: ignore[no-untyped-def]
        have = int(labels.sum())
        for many in MORE:
            if many - have <= len(more):
                rows = np.concatenate([taught, more[: many - have]])
                target = np.concatenate([labels, np.ones(many - have)])
                scores = [
                    self._score(controls[name](fitted(rows, target)).scores(judging))
                    for name in SIMPLE[:3]
                ]
                yield f"real {many}", max(scores)

    def _labels(self, side: ww.Dataset) -> np.ndarray:
        said = np.array(side.table[self.task.column].to_pylist(), dtype=object)
        return np.asarray(said == self.task.value, dtype=np.float64)

    def _score(self, scores: np.ndarray) -> float:
        return _precision(self.task, self.drawn.judging, scores)


def _precision(task: Task, judging: pd.DataFrame, scores: np.ndarray) -> float:
    truth = (judging[task.column] == task.value).to_numpy()
    return float(average_precision_score(truth, scores))


def jobs(names: Mapping[str, Task], seeds: range) -> Iterator[Trial]:
    """Yield every trial."""
    for task in names.values():
        for seed in seeds:
            for believes in (False, True):
                yield Trial(task, seed, believes)
