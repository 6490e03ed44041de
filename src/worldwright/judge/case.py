"""Case: what one metric is asked about, and Metric: a part that answers.

A Case holds both sides as a metric must see them. Fidelity is asked of rows that stand for the
world's own shares: where rows carry weights w = p/q, a row is kept with probability w / max(w), so
a wished shift is not called a fault. Worth is asked of all rows. What several metrics need (the
stacked columns, the null splits) is worked out once, on first use.

A Metric says which questions it decides and which figures it computes, so that a gate can be
checked before anything runs. Of the family-wise 5 %, 3.5 % belong to the one family of all tests
that have a null by splits (`family.py`), and 1.5 % are shared equally by the metrics that bring an
exact p of their own (`level`), so one more metric needs no change here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ..data.dataset import Dataset
from ..data.progress import Progress, silent
from ..data.report import Answer
from ..spec.assumption import Assumption
from .crowd import Crowd, crowd_of
from .family import Tests
from .null import MOST_COMPARED, Splits, draw_splits
from .stack import MOST_ROWS, Stack, stacked

FAMILY_WISE = 0.05
FAMILY, ALONE = 0.035, 0.015
QUICK_COMPARED, QUICK_SPLITS = 2_500, 99


@dataclass(frozen=True)
class Case:
    """Both sides, and how they are to be compared.

    Attributes:
        made: All made rows.
        real: The rows that taught; of them those that meet the made rows' condition, if any.
        holdout: Rows that did not teach; None where there are none, and `real` stands in.
        target: The column of the task; None where no task was named.
        focus: The class of the target that worth is about; None: the judge picks one.
        splits: How many real-against-real splits make the null.
        tolerance: What still counts as the same, by name.
        level: The error probability that each metric with an exact p of its own may spend.
        quick: Look at fewer rows; a metric leaves out what takes long, and notes what it left out.
        assumptions: What the World takes for true.
        every_real, every_holdout: All rows that were handed over, also those that do not meet
            the made rows' condition; None where there is none. `all_real`, `all_holdout` serve both
            cases; worth is asked of them.
    """

    made: Dataset
    real: Dataset
    holdout: Dataset | None
    target: str | None = None
    focus: str | None = None
    seed: int = 0
    splits: int = 199
    tolerance: Mapping[str, float] = field(default_factory=dict)
    level: float = ALONE
    progress: Progress = silent
    quick: bool = False
    every_real: Dataset | None = None
    every_holdout: Dataset | None = None
    assumptions: tuple[Assumption, ...] = ()

    @property
    def all_real(self) -> Dataset:
        return self.real if self.every_real is None else self.every_real

    @property
    def all_holdout(self) -> Dataset | None:
        return self.holdout if self.every_holdout is None else self.every_holdout

    @property
    def most_compared(self) -> int:
        """The most rows of a side that meet in one comparison: a metric looks at no more."""
        return QUICK_COMPARED if self.quick else MOST_COMPARED

    @cached_property
    def stack(self) -> Stack:
        """Return both sides' columns under one coding: made, reference, other real rows."""
        most = MOST_ROWS if not self.quick else 2 * QUICK_COMPARED
        return stacked(self.made, self.real, self.holdout, seed=self.seed, most=most)

    @cached_property
    def null(self) -> Splits:
        """Return the real-against-real splits, and the rows of the comparison itself."""
        most = self.most_compared
        return draw_splits(self.stack.sizes, self.splits, seed=self.seed, most=most)

    @cached_property
    def crowd(self) -> Crowd | None:
        """Return how near rows lie to each other, with its null; None for too few rows."""
        return crowd_of(self.stack, self.splits, most=self.most_compared, seed=self.seed)


@dataclass(frozen=True)
class Metric:
    """A function from a Case to an Answer or to Tests, with what it decides and computes.

    Attributes:
        family: True where it returns Tests, which the judge decides in one family with all others;
            False where it returns an Answer that it decided by itself, at `case.level`.
        tolerance: Defaults of the tolerances it reads, by name; the user may set each of them.
        can_fault: True where its findings may be *differs*: it then spends a share of the 5 %.
    """

    ask: Callable[[Case], Answer | Tests]
    questions: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    tolerance: Mapping[str, float] = field(default_factory=dict)
    can_fault: bool = True
    family: bool = False

    def __post_init__(self) -> None:
        for name in ("__module__", "__name__", "__qualname__", "__doc__"):
            object.__setattr__(self, name, getattr(self.ask, name))

    def __call__(self, case: Case) -> Answer | Tests:
        return self.ask(case)


def metric(
    *,
    questions: tuple[str, ...] = (),
    figures: tuple[str, ...] = (),
    tolerance: Mapping[str, float] | None = None,
    can_fault: bool = True,
    family: bool = False,
) -> Callable[[Callable[[Case], Answer | Tests]], Metric]:
    """Make a Metric of the decorated function."""

    def declare(ask: Callable[[Case], Answer | Tests]) -> Metric:
        return Metric(ask, questions, figures, tolerance or {}, can_fault, family)

    return declare
