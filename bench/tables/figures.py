"""Figures: likeness, use and memory of made rows, from numbers alone. No maker is known here.

Rows come as `Coded`: one float64 column each, categories as codes over all levels that occur, NaN
where a value is missing. All three figures are defined in the package's docstring.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.neighbors import NearestNeighbors

from .sets import Facts

BOOSTING = {"num_threads": 1, "deterministic": True, "force_row_wise": True, "verbosity": -1}
TOLD_ROWS = 10_000  # rows of each side that a classifier sees
FEWEST = 10  # unseen rows of a class whose AUC counts: of one row it is a coin
NEAR_ROWS = 2_000  # members, and as many non-members
CLOSE = 1e-3  # added to each distance: two rows nearer than this count as equally near


@dataclass(frozen=True, slots=True)
class Coded:
    """Some rows of a table as numbers, with what is needed to compare them with others of it."""

    matrix: np.ndarray
    columns: tuple[str, ...]
    levels: Mapping[str, tuple[str, ...]]

    @property
    def categorical(self) -> list[int]:
        """Positions of the columns that hold codes."""
        return [at for at, name in enumerate(self.columns) if name in self.levels]

    def without(self, name: str) -> Coded:
        """Return the rows without column `name`."""
        kept = [at for at, column in enumerate(self.columns) if column != name]
        columns = tuple(self.columns[at] for at in kept)
        return Coded(self.matrix[:, kept], columns, self.levels)


def coded(frames: Mapping[str, pd.DataFrame], facts: Facts) -> dict[str, Coded]:
    """Return each frame as numbers, with codes that mean the same in all of them."""
    levels = {
        name: tuple(sorted({str(v) for rows in frames.values() for v in rows[name].dropna()}))
        for name, kind in facts.kinds.items()
        if kind == "cat"
    }
    return {
        role: Coded(_matrix(rows, facts, levels), tuple(facts.kinds), levels)
        for role, rows in frames.items()
    }


def _matrix(rows: pd.DataFrame, facts: Facts, levels: Mapping[str, tuple[str, ...]]) -> np.ndarray:
    columns: list[np.ndarray] = []
    for name, kind in facts.kinds.items():
        if kind == "cat":
            text = rows[name].astype(object).where(rows[name].notna(), None)
            codes = {value: float(code) for code, value in enumerate(levels[name])}
            columns.append(np.array([np.nan if v is None else codes[str(v)] for v in text], float))
        else:
            numbers = pd.to_numeric(rows[name], errors="coerce").to_numpy(float, na_value=np.nan)
            # Floats made for a whole-number column are rounded in the maker's favour.
            columns.append(np.round(numbers) if kind == "int" else numbers)
    return np.column_stack(columns)


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


def taught(made: Coded, unseen: Coded, facts: Facts, seed: int) -> float:
    """Return TSTR: the AUC on `unseen` of boosting taught by `made` (macro over the classes)."""
    at = made.columns.index(facts.target)
    inputs, tests = made.without(facts.target), unseen.without(facts.target)
    known = ~np.isnan(made.matrix[:, at])
    goal, truth = made.matrix[known, at].astype(int), unseen.matrix[:, at].astype(int)
    if len(np.unique(goal)) < 2:
        return 0.5
    model = lgb.LGBMClassifier(
        n_estimators=200, learning_rate=0.06, num_leaves=31, random_state=seed, **BOOSTING
    )
    model.fit(inputs.matrix[known], goal, categorical_feature=inputs.categorical)
    levels = made.levels[facts.target]
    chances = np.zeros((len(truth), len(levels)))
    chances[:, np.asarray(model.classes_)] = model.predict_proba(tests.matrix)
    values, counts = np.unique(truth, return_counts=True)
    asked = [levels.index(facts.positive)] if facts.positive else values[counts >= FEWEST]
    scores = [roc_auc_score(truth == value, chances[:, value]) for value in asked]
    return float(np.mean(scores))


def membership(teachers: Coded, unseen: Coded, made: Coded, seed: int) -> float:
    """Return the AUC of telling teachers from unseen rows by a ratio of nearest distances."""
    rng = np.random.default_rng(seed)
    scale = _Scale.of(teachers)
    outside = scale.places(unseen.matrix[rng.permutation(len(unseen.matrix))])
    half = len(outside) // 2
    size = min(NEAR_ROWS, half)
    reference = outside[half:]
    members = scale.places(rng.choice(teachers.matrix, size, replace=False))
    asked = np.vstack([members, outside[:size]])
    drawn = rng.choice(made.matrix, min(len(made.matrix), 20_000), replace=False)
    to_made, to_real = _nearest(scale.places(drawn), asked), _nearest(reference, asked)
    truth = np.repeat([1, 0], size)
    return float(roc_auc_score(truth, (to_real + CLOSE) / (to_made + CLOSE)))


def copies(teachers: Coded, made: Coded) -> float:
    """Return the share of made rows that equal a teacher in every column."""
    known = set(map(bytes, _filled(teachers)))
    return float(np.mean([bytes(row) in known for row in _filled(made)]))


def broken(teachers: Coded, made: Coded, depends: tuple[tuple[str, str], ...]) -> float:
    """Return the worst share of made rows whose pair (a, b) never occurs where a decides b."""
    return max((_unknown_pairs(teachers, made, pair) for pair in depends), default=0.0)


def _unknown_pairs(teachers: Coded, made: Coded, pair: tuple[str, str]) -> float:
    at = [made.columns.index(name) for name in pair]
    known = set(map(tuple, _filled(teachers)[:, at]))
    return float(np.mean([tuple(row) not in known for row in _filled(made)[:, at]]))


def _filled(rows: Coded) -> np.ndarray:
    return np.ascontiguousarray(np.nan_to_num(rows.matrix, nan=-1e18) + 0.0)


def _nearest(base: np.ndarray, asked: np.ndarray) -> np.ndarray:
    neighbours = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(base)
    return np.asarray(neighbours.kneighbors(asked)[0][:, 0])


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where a row lies: numbers as quantiles of the teachers, categories one-hot over sqrt(2)."""

    sorted_values: Mapping[int, np.ndarray]
    sizes: Mapping[int, int]

    @classmethod
    def of(cls, teachers: Coded) -> _Scale:
        codes = {at: len(teachers.levels[teachers.columns[at]]) for at in teachers.categorical}
        columns = {
            at: np.sort(teachers.matrix[~np.isnan(teachers.matrix[:, at]), at])
            for at in range(len(teachers.columns))
            if at not in codes
        }
        return cls(columns, codes)

    def places(self, matrix: np.ndarray) -> np.ndarray:
        """Return the rows as points whose Euclidean distance is like Gower's."""
        parts = [
            self._one_hot(matrix[:, at], self.sizes[at]) if at in self.sizes
            else self._quantile(matrix[:, at], self.sorted_values[at])
            for at in range(matrix.shape[1])
        ]  # fmt: skip
        return np.hstack(parts)

    @staticmethod
    def _one_hot(codes: np.ndarray, size: int) -> np.ndarray:
        points = np.zeros((len(codes), size + 1), np.float32)
        points[np.arange(len(codes)), np.nan_to_num(codes, nan=size).astype(int)] = 0.5**0.5
        return points

    @staticmethod
    def _quantile(values: np.ndarray, known: np.ndarray) -> np.ndarray:
        ranks = np.searchsorted(known, values) + np.searchsorted(known, values, side="right")
        missing = np.isnan(values)
        places = np.where(missing, 0.5, ranks / (2 * max(len(known), 1)))
        return np.column_stack([places, missing * 0.5**0.5]).astype(np.float32)
