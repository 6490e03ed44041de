"""Case: what one metric is asked about, and Metric: a part that answers.

A Case holds both sides as a metric must see them. Fidelity is asked of rows that stand for the
world's own shares: where rows carry weights w = p/q, a row is kept with probability w / max(w), so
a wished shift is not called a fault. Worth is asked of all rows. What several metrics need (the
stacked columns, the null splits) is worked out once, on first use.

A Metric says which questions it decides and which figures it computes, so that a gate can be
checked before anything runs. `level` is its share of the family-wise 5 %: the share is equal for
all metrics whose findings can be faults, so one more metric needs no change here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ..data.dataset import Dataset
from ..data.progress import Progress, silent
from ..data.report import Answer
from .null import Splits, draw_splits
from .stack import Stack, stacked

FAMILY_WISE = 0.05


@dataclass(frozen=True)
class Case:
    """Both sides, and how they are to be compared.

    Attributes:
        made: All made rows.
        real: The rows that taught.
        holdout: Rows that did not teach; None where there are none, and `real` stands in.
        target: The column of the task; None where no task was named.
        focus: The class of the target that worth is about; None: the judge picks one.
        splits: How many real-against-real splits make the null.
        tolerance: What still counts as the same, by name.
        level: The error probability that each metric may spend.
    """

    made: Dataset
    real: Dataset
    holdout: Dataset | None
    target: str | None = None
    focus: str | None = None
    seed: int = 0
    splits: int = 199
    tolerance: Mapping[str, float] = field(default_factory=dict)
    level: float = FAMILY_WISE
    progress: Progress = silent

    @cached_property
    def stack(self) -> Stack:
        """Return both sides' columns under one coding: made, reference, other real rows."""
        return stacked(self.made, self.real, self.holdout, seed=self.seed)

    @cached_property
    def null(self) -> Splits:
        """Return the real-against-real splits, and the rows of the comparison itself."""
        return draw_splits(self.stack.sizes, self.splits, seed=self.seed)


@dataclass(frozen=True)
class Metric:
    """A function from a Case to an Answer, with what it decides and computes.

    Attributes:
        tolerance: Defaults of the tolerances it reads, by name; the user may set each of them.
        can_fault: True where its findings may be *differs*: it then spends a share of the 5 %.
    """

    ask: Callable[[Case], Answer]
    questions: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    tolerance: Mapping[str, float] = field(default_factory=dict)
    can_fault: bool = True

    def __post_init__(self) -> None:
        for name in ("__module__", "__name__", "__qualname__", "__doc__"):
            object.__setattr__(self, name, getattr(self.ask, name))

    def __call__(self, case: Case) -> Answer:
        return self.ask(case)


def metric(
    *,
    questions: tuple[str, ...] = (),
    figures: tuple[str, ...] = (),
    tolerance: Mapping[str, float] | None = None,
    can_fault: bool = True,
) -> Callable[[Callable[[Case], Answer]], Metric]:
    """Make a Metric of the decorated function."""

    def declare(ask: Callable[[Case], Answer]) -> Metric:
        return Metric(ask, questions, figures, tolerance or {}, can_fault)

    return declare
