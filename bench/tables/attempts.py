"""Attempts at likeness: what was tried beside the default, on the splits of `likeness.py`.

    as it is               the default settings
    pulled splits          shrink 1: a split is believed as far as James & Stein would
    few splits, many       chance 0.3 and 8: how readily a node is split
    32 trees               the mean of four times as many trees
    larger leaves          leaf 20, escape 1: fewer rows are drawn again as they were
    few values first       columns of few values are drawn first, behind the target
    target last            the target is drawn last, given all else
    tilted                 rows of the default are kept by a classifier's odds that they are real
    a world of its own     the default where its own law is the truth: rows of a World teach another
                           one, which is held against other rows of the first

The last one has no wrong assumption left: what it shows is what so many teachers leave unknown. It
is what `c2st_taught` shows too, the C2ST against the teachers themselves: about 0.5 says that
nothing of the teachers was missed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
import pandas as pd

from ..results import Key
from . import figures, memory, rules
from .coded import Coded, coded
from .density import weighed
from .facts import RealTable
from .figures import BOOSTING
from .job import Asked, Figures, Job, table
from .making import Done, Order
from .registry import OURS

SEEDS, SEEDS_IN_FULL = 3, 10
SETTINGS: Mapping[str, Mapping[str, object]] = {
    "as it is": {},
    "pulled splits": {"shrink": 1.0},
    "few splits": {"chance": 0.3},
    "many splits": {"chance": 8.0},
    "32 trees": {"trees": 32},
    "larger leaves": {"leaf": 20, "escape": 1.0},
    "few values first": {"order": "few"},
    "target last": {"order": "last"},
}
TILTED, OWN_WORLD = "tilted", "a world of its own"
CANDIDATES = 4  # rows drawn for each that is kept or not
KEPT_LEAST = 0.01  # the share of candidates whose odds are cut off at the top


def jobs(asked: Asked) -> Iterator[Job]:
    """Yield a job for each attempt, table and seed."""
    if OURS not in asked.makers:
        return
    for name in asked.tables:
        for seed in range(min(asked.seeds, SEEDS_IN_FULL if asked.full else SEEDS)):
            for attempt in (*SETTINGS, TILTED, OWN_WORLD):
                yield Attempt(attempt, name, seed, asked.most)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt on one table with one seed."""

    attempt: str
    name: str
    seed: int
    most: int | None = None

    @property
    def maker(self) -> str:
        return OURS

    @property
    def bench(self) -> str:
        return "attempts"

    @property
    def key(self) -> Key:
        return (self.attempt, self.name, self.seed, len(table(self.name, self.most).rows))

    def run(self) -> Figures:
        """Return likeness, also to the teachers, use and memory; of the first seed nats."""
        real = table(self.name, self.most)
        teachers, unseen = real.split(self.seed)
        if self.attempt == OWN_WORLD:
            world = self._made(real, teachers, len(teachers) + len(unseen)).made
            if world is None:
                return {"failed": "the first World came to no end"}
            teachers = world.iloc[: len(teachers)].reset_index(drop=True)
            unseen = world.iloc[len(teachers) :].reset_index(drop=True)
        many = CANDIDATES * len(teachers) if self.attempt == TILTED else len(teachers)
        done = self._made(real, teachers, many)
        if done.made is None:
            return {"failed": done.failed}
        sides = coded({"taught": teachers, "unseen": unseen, "made": done.made}, real.facts)
        if self.attempt == TILTED:
            sides["made"] = tilted(sides["taught"], sides["made"], self.seed)
        found = {**done.cost, **_figures(sides, real, self.seed)}
        if self.attempt in SETTINGS:
            found["copies"] = memory.copies(sides["taught"], sides["made"])
            real_rows = sides["taught"].and_also(sides["unseen"])
            firm = rules.mined(real_rows)
            found["firm_rows"] = rules.Broken.of(firm, real_rows, sides["made"]).rows
            nats = weighed(OURS, real, self.seed, SETTINGS[self.attempt]) or {}
            found |= {name: nats[name] for name in ("loglik", "loglik_se") if name in nats}
        return found

    def _made(self, real: RealTable, teachers: pd.DataFrame, rows: int) -> Done:
        settings = SETTINGS.get(self.attempt, {})
        return Order(OURS, teachers, real.facts, self.seed, rows, settings=settings).carry_out()


def _figures(sides: Mapping[str, Coded], real: RealTable, seed: int) -> Figures:
    taught, unseen, made = sides["taught"], sides["unseen"], sides["made"]
    some = np.random.default_rng(seed).permutation(len(taught.matrix))[: len(unseen.matrix)]
    near = Coded(taught.matrix[some], taught.columns, taught.levels)
    return {
        "c2st": figures.told_apart(unseen, made, seed),
        "c2st_taught": figures.told_apart(near, made, seed),
        "tstr": figures.taught(made, unseen, real.facts, seed),
        "tstr_taught": figures.taught(taught, unseen, real.facts, seed),
        "membership": memory.membership(taught, unseen, made, seed),
    }


def tilted(teachers: Coded, drawn: Coded, seed: int) -> Coded:
    """Return drawn rows, each kept by the odds that a classifier gives it of being a teacher.

    The first half of the rows teaches the classifier, with teachers on the other side; a part of
    both stops it in time. Rows of the second half are kept with odds over the largest odds.
    """
    rng = np.random.default_rng(seed)
    half = len(drawn.matrix) // 2
    rows = np.vstack([teachers.matrix, drawn.matrix[:half]])
    sides = np.repeat([1, 0], [len(teachers.matrix), half])
    weights = np.where(sides == 1, 1.0, len(teachers.matrix) / half)
    order = rng.permutation(len(rows))
    learn, stop = np.split(order, [int(0.8 * len(order))])
    model = lgb.LGBMClassifier(
        n_estimators=600, learning_rate=0.1, num_leaves=8, min_child_samples=50, reg_lambda=5.0,
        random_state=seed, **BOOSTING,
    )  # fmt: skip
    model.fit(
        rows[learn], sides[learn], sample_weight=weights[learn],
        eval_X=(rows[stop],), eval_y=(sides[stop],), eval_sample_weight=[weights[stop]],
        categorical_feature=teachers.categorical,
        callbacks=[lgb.early_stopping(30, verbose=False)],
    )  # fmt: skip
    others = drawn.matrix[half:]
    odds = np.exp(np.asarray(model.predict(others, raw_score=True)))
    kept = rng.random(len(others)) * np.quantile(odds, 1 - KEPT_LEAST) < odds
    return Coded(others[kept][: len(teachers.matrix)], drawn.columns, drawn.levels)
