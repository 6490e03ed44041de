"""Delusion: one fault of a World, planted on purpose, so that we know what the judge would catch.

A *Ground* is a fresh slice of real rows, which stands as made by a perfect generator, and the real
rows that taught. A Delusion plants its fault in the fresh slice, on a ladder of five strengths from
slight to gross. Three rules make a ladder a ladder:

    the place (column, pair, subgroup …) hangs on the Ground alone, never on the strength;
    the rows that are spoiled at one strength are spoiled at each greater one too;
    strength 0 is nothing: the rows come back as they were.

A kind that has no place in these rows (no gaps, no dates, one table) says why in a sentence. What
it says, and every `where`, may name columns and never a value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from .. import seeds
from ..data.dataset import Dataset
from ..data.report import Finding

GROUPS = (
    "marginals", "tails", "categories", "dependence", "subgroups", "label", "missingness",
    "memory", "time", "relations", "form", "mixture", "rules",
)  # fmt: skip
RUNGS = 5


@dataclass(frozen=True)
class Ground:
    """Where a delusion is planted.

    Attributes:
        fresh: Real rows that taught nothing; they stand as made by a perfect generator.
        teachers: The real rows that taught.
        target: The column of the task; None where no task was named.
        seed: Decides the place and the rows.
        path: Names the streams of one kind.
    """

    fresh: Dataset
    teachers: Dataset
    target: str | None = None
    seed: int = 0
    path: tuple[str, ...] = ()

    def chance(self, *path: str | int) -> np.random.Generator:
        """Return a stream of this Ground; the same path gives the same numbers each time."""
        return seeds.stream(self.seed, "delusion", *self.path, *path)


@dataclass(frozen=True)
class Planted:
    """Rows with a fault in them, and where it lies.

    Attributes:
        rows: The spoiled rows, of the same schema.
        columns: The place: the columns that a finding must speak of. Empty: the fault lies in whole
            rows or in their order, and the question alone tells. A column of another table than
            the main one stands as `table.column`.
        questions: The questions that may name it.
        where: The place in words, without a value.
        origin: For each row of the main table, the position in `fresh` that it comes from; -1 for
            a row from elsewhere.
    """

    rows: Dataset
    columns: tuple[str, ...]
    questions: tuple[str, ...]
    where: str
    origin: np.ndarray = field(repr=False)

    def is_named_by(self, finding: Finding) -> bool:
        """True where the finding speaks of this place: no other columns, or these and more."""
        if finding.question not in self.questions:
            return False
        ours, named = set(self.columns), set(finding.columns)
        return not ours or (bool(named) and (named <= ours or ours <= named))


@dataclass(frozen=True)
class Delusion:
    """A kind of fault: how it is planted, and how strong it gets.

    Attributes:
        plant: From a Ground and a strength to Planted, or to the reason why it has no place here.
        group: What it is about: one of `GROUPS`.
        ladder: Five strengths, ascending, each about twice the one before.
        unit: What a strength counts, as in "share of rows".
    """

    plant: Callable[[Ground, float], Planted | str]
    group: str
    ladder: tuple[float, ...]
    unit: str

    def __post_init__(self) -> None:
        for name in ("__module__", "__name__", "__qualname__", "__doc__"):
            object.__setattr__(self, name, getattr(self.plant, name))
        if self.group not in GROUPS or len(self.ladder) != RUNGS:
            raise ValueError(f"{self.kind}: a group of {GROUPS} and {RUNGS} strengths are needed")

    @property
    def kind(self) -> str:
        """Its name: that of the function."""
        return self.plant.__name__

    @property
    def says(self) -> str:
        """What is wrong then, in one plain sentence: the function's docstring."""
        return " ".join((self.plant.__doc__ or "").split())

    def __call__(self, ground: Ground, strength: float) -> Planted | str:
        """Plant it; the streams of the Ground are those of this kind alone."""
        own = Ground(ground.fresh, ground.teachers, ground.target, ground.seed, (self.kind,))
        return self.plant(own, strength)


def delusion(
    *, group: str, ladder: tuple[float, ...], unit: str = "share of rows"
) -> Callable[[Callable[[Ground, float], Planted | str]], Delusion]:
    """Make a Delusion of the decorated function."""

    def declare(plant: Callable[[Ground, float], Planted | str]) -> Delusion:
        return Delusion(plant, group, ladder, unit)

    return declare
