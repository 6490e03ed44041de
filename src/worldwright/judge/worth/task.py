"""Task: which column is learned, which class matters, and the rows as matrices under one coding.

The class that matters is the one the user names; else the class that was wished up most (its made
rows weigh less than 1); else the rarest class with at least 20 holdout rows. It is learned against
all others. A target of more than 10 different numbers is learned as a number.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ... import seeds
from ...data.dataset import Dataset
from ...data.report import MIN_COUNT
from ...data.schema import Column, Kind
from ...errors import AskedError, nearest
from ..boosting import Matrix
from ..case import Case
from ..stack import Values, unite
from .training import CLASS, NUMBER

MIN_FOCUS, MOST_REAL, MOST_MADE, MOST_TEST = 20, 8_000, 8_000, 8_000
_MOST_CLASSES = 10
_WISHED_UP = 0.95


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one side: their matrix and their target."""

    matrix: Matrix
    target: np.ndarray

    def take(self, rows: np.ndarray) -> Part:
        return Part(self.matrix.take(rows), self.target[rows])


@dataclass(frozen=True, slots=True)
class Task:
    """A target, the class that matters (None for a number), and the three sides."""

    kind: str
    column: str
    focus: str | None
    real: Part
    made: Part
    test: Part

    @property
    def name(self) -> str:
        return self.column if self.focus is None else f"{self.column} = {self.focus}"


def task_of(case: Case, holdout: Dataset) -> Task | str:
    """Return the Task, or the reason why there is none to measure worth by."""
    if case.target is None:
        return "worth was not measured: no target column was named"
    if case.real.column(case.target).kind is Kind.TEXT:
        return f"worth was not measured: {case.target!r} is free text, which no model here learns"
    if not _features(case.target, case.all_real):
        return f"worth was not measured: there is no column to learn {case.target!r} from"
    sides = (case.all_real, case.made, holdout)
    target = _target(case.target, sides)
    by_side = np.split(target.values, np.cumsum([side.rows for side in sides])[:-1])
    kind = NUMBER if target.words is None else CLASS
    focus = _focus(case, target, by_side)
    if kind == CLASS and focus is None:
        return (
            f"worth was not measured: no class of {case.target!r} has {MIN_FOCUS} holdout rows "
            "beside others, and 2 rows to learn from"
        )
    if focus is not None:
        place = (target.words or ()).index(focus)
        by_side = [np.where(np.isnan(v), np.nan, v == place) for v in by_side]
    matrices = _matrices(case.target, sides)
    caps = (MOST_REAL, MOST_MADE, MOST_TEST)
    real, made, test = (
        _capped(Part(matrix, values), kind, cap, seeds.child(case.seed, "worth", "rows", place))
        for place, (matrix, values, cap) in enumerate(zip(matrices, by_side, caps, strict=True))
    )
    return Task(kind, case.target, focus, real, made, test)


def capped_note(task: Task) -> tuple[str, ...]:
    """Return a note on the rows that worth left out to end in time, if it did."""
    caps = {"real": (task.real, MOST_REAL), "made": (task.made, MOST_MADE)}
    caps["holdout"] = (task.test, MOST_TEST)
    reached = [
        f"{most:,} {role}" for role, (part, most) in caps.items() if len(part.target) >= most
    ]
    if not reached:
        return ()
    kept = f", those with {task.name} first" if task.focus is not None else ""
    return (f"worth looked at {' and '.join(reached)} rows, the most that it takes in{kept}",)


def check_focus(case: Case, holdout: Dataset) -> None:
    """Raise AskedError, before any work, for a focus that worth cannot be measured for."""
    if case.target is not None and case.focus is not None:
        sides = (case.all_real, case.made, holdout)
        target = _target(case.target, sides)
        _focus(case, target, np.split(target.values, np.cumsum([s.rows for s in sides])[:-1]))


def _target(name: str, sides: tuple[Dataset, ...]) -> Values:
    """Return the target of all sides, one after the other; few numbers become words."""
    column = sides[0].column(name)
    target = unite(column, [side.table[name] for side in sides])
    seen = np.unique(target.values[~np.isnan(target.values)])
    if target.words is None and len(seen) <= _MOST_CLASSES:
        codes = np.where(np.isnan(target.values), np.nan, np.searchsorted(seen, target.values))
        return Values(column, codes, tuple(f"{value:g}" for value in seen))
    return target


def _focus(case: Case, target: Values, by_side: list[np.ndarray]) -> str | None:
    """Return the class that matters; None where none has enough rows, and for a number."""
    if target.words is None:
        if case.focus is None:
            return None
        raise AskedError(
            f"{case.target!r} is learned as a number, so it has no class {case.focus!r}",
            where=f"judge(focus={case.focus!r})",
            mend="leave focus= out, or read the target as a category",
        )
    words = target.words
    real, made, test = (_counts(values, len(words)) for values in by_side)
    fit = (test >= MIN_FOCUS) & (test < test.sum()) & (real >= 2) & (real < real.sum())
    if case.focus is not None:
        if case.focus not in words or not fit[words.index(case.focus)]:
            shown = [word for i, word in enumerate(words) if fit[i] and real[i] >= MIN_COUNT]
            raise AskedError(
                f"{case.focus!r} is no class of {case.target!r} with {MIN_FOCUS} holdout rows",
                where=f"judge(focus={case.focus!r})",
                mend=nearest(case.focus, shown),
            )
        return case.focus
    weights = np.bincount(
        by_side[1][~np.isnan(by_side[1])].astype(np.int64),
        case.made.weights()[~np.isnan(by_side[1])],
        minlength=len(words),
    ) / np.maximum(made, 1)
    wished = fit & (made > 0) & (weights < _WISHED_UP)
    if wished.any():
        return words[int(np.where(wished, weights, np.inf).argmin())]
    return words[int(np.where(fit, real, np.inf).argmin())] if fit.any() else None


def _counts(values: np.ndarray, words: int) -> np.ndarray:
    return np.bincount(values[~np.isnan(values)].astype(np.int64), minlength=words)


def _matrices(target: str, sides: tuple[Dataset, ...]) -> list[Matrix]:
    """Return one Matrix a side: every column but the target, ids and nested ones."""
    columns = [
        unite(column, [side.table[column.name] for side in sides])
        for column in _features(target, sides[0])
    ]
    names = tuple(column.name for column in columns)
    words = tuple(i for i, column in enumerate(columns) if column.words is not None)
    whole = np.column_stack([c.values for c in columns])
    ends = np.cumsum([0, *(side.rows for side in sides)])
    return [Matrix(whole[a:b], names, words) for a, b in pairwise(ends)]


def _features(target: str, side: Dataset) -> list[Column]:
    return [
        column
        for column in side.schema.main.columns
        if column.name != target and column.kind not in (Kind.ID, Kind.NESTED)
    ]


def _capped(part: Part, kind: str, most: int, seed: int) -> Part:
    """Drop rows without a target; keep at most `most`, the focus (up to half of them) first."""
    known = np.flatnonzero(~np.isnan(part.target))
    if len(known) <= most:
        return part.take(known)
    drawn = seeds.stream(seed).permutation(known)
    if kind == NUMBER:
        return part.take(np.sort(drawn[:most]))
    focus = drawn[part.target[drawn] == 1]
    rest = drawn[part.target[drawn] == 0]
    share = len(focus) / len(drawn)
    kept = min(len(focus), max(round(most * share), min(len(focus), most // 4)))
    return part.take(np.sort(np.concatenate([focus[:kept], rest[: most - kept]])))
