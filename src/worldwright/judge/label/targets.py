"""Labels: the target as numbers from 0 to 1, one Label for each class that has enough rows.

A class stands against all others: 1 where the row has it, 0 where not. Of two classes only the
rarer is asked, since the other says the same. A target of more than 10 different numbers becomes
its rank among the real rows; where a yes or no is needed it is "above the median". Rows whose
target is missing take no part (that they are missing is another question's business).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...data.schema import Kind
from ..case import Case
from ..stack import Values

MIN_ROWS, MIN_CLASS, MOST_LABELS = 40, 20, 4
_MOST_CLASSES = 10
_UNFIT = {
    Kind.ID: "an id",
    Kind.NESTED: "a list or struct",
    Kind.TEXT: "free text",
}


@dataclass(frozen=True, slots=True)
class Label:
    """One question about the target.

    Attributes:
        name: As a reader says it: "salary = >50K", or the target's own name for a number.
        column: The target.
        values: For every row of the Stack: 0 or 1, or a rank in [0, 1]; NaN where missing.
        hot: 1 where the class is had or the rank lies above the middle, else 0; NaN where missing.
        is_rank: True for a number.
    """

    name: str
    column: str
    values: np.ndarray
    hot: np.ndarray
    is_rank: bool

    @property
    def hot_name(self) -> str:
        """Name what `hot` says."""
        return f"{self.column} above its median" if self.is_rank else self.name

    @property
    def known(self) -> np.ndarray:
        return ~np.isnan(self.values)


def real_rows(case: Case) -> np.ndarray:
    """Return the positions of all real rows that take part: reference and pool."""
    return np.union1d(case.null.reference, case.null.pool)


def labels_of(case: Case) -> tuple[Label, ...] | str:
    """Return the labels to ask about, or the reason why there is none."""
    if case.target is None:
        return "no target was named"
    kind = case.real.column(case.target).kind
    if kind in _UNFIT:
        return f"{case.target!r} is {_UNFIT[kind]}, which has no share and no order"
    if len(case.stack.values) < 2:
        return "there is no other column to hold it against"
    target = next(one for one in case.stack.values if one.name == case.target)
    known = ~np.isnan(target.values)
    real = real_rows(case)
    real = real[known[real]]
    sides = {"made": case.null.made, "real": case.null.reference}
    for role, rows in sides.items():
        if known[rows].sum() < MIN_ROWS:
            return f"fewer than {MIN_ROWS} {role} rows have a value of {case.target!r}"
    distinct = np.unique(target.values[real])
    if target.words is None and len(distinct) > _MOST_CLASSES:
        return (_ranked(target, real),)
    labels = _classes(case, target, real)
    if not labels:
        return f"no class of {case.target!r} has {MIN_CLASS} real rows beside {MIN_CLASS} others"
    return labels


def main_label(labels: tuple[Label, ...], case: Case) -> Label:
    """Return the label that models are taught for: the focus, else the one nearest to a half."""
    named = [one for one in labels if case.focus and one.name == f"{case.target} = {case.focus}"]
    if named:
        return named[0]
    rows = case.null.reference
    return min(labels, key=lambda one: abs(float(np.nanmean(one.hot[rows])) - 0.5))


def _classes(case: Case, target: Values, real: np.ndarray) -> tuple[Label, ...]:
    values, counts = np.unique(target.values[real], return_counts=True)
    reference = target.values[case.null.reference]
    fit = [
        (int(count), float(value))
        for value, count in zip(values, counts, strict=True)
        if MIN_CLASS <= count <= len(real) - MIN_CLASS
        and MIN_CLASS / 2 <= (reference == value).sum() <= len(reference) - MIN_CLASS / 2
    ]
    fit.sort(key=lambda one: (_name(target, one[1]) != f"{case.target} = {case.focus}", -one[0]))
    if len(values) == 2:
        fit = fit[-1:]
    return tuple(_class(target, value) for _, value in fit[:MOST_LABELS])


def _class(target: Values, value: float) -> Label:
    is_had = np.where(np.isnan(target.values), np.nan, target.values == value)
    return Label(_name(target, value), target.name, is_had, is_had, is_rank=False)


def _name(target: Values, value: float) -> str:
    said = f"{value:g}" if target.words is None else target.words[int(value)]
    return f"{target.name} = {said}"


def _ranked(target: Values, real: np.ndarray) -> Label:
    known = np.sort(target.values[real])
    below = np.searchsorted(known, target.values, side="left")
    upto = np.searchsorted(known, target.values, side="right")
    missing = np.isnan(target.values)
    ranks = np.where(missing, np.nan, (below + upto) / (2 * len(known)))
    hot = np.where(missing, np.nan, target.values > np.median(known))
    return Label(target.name, target.name, ranks, hot, is_rank=True)
