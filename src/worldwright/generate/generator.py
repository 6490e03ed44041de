"""Generator: a function from (rows, seed) to a Dataset.

A learned model, a simulated world, a writer of texts and a real table all meet this one protocol,
and so does what `given` returns. What only some Generators can do is a small protocol of its own,
with a wrapper in this room that supplies it for those that lack it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
import pyarrow as pa

from ..data.dataset import Dataset
from ..data.expression import Expression
from ..data.schema import Schema

if TYPE_CHECKING:
    from ..spec.assumption import Assumption


@runtime_checkable
class Generator(Protocol):
    """Draws rows. Frozen, and pure in (rows, seed)."""

    @property
    def schema(self) -> Schema: ...

    @property
    def columns(self) -> tuple[str, ...]: ...

    def sample(self, rows: int, *, seed: int) -> Dataset: ...


@runtime_checkable
class Conditionable(Protocol):
    """A Generator that can honour some conditions exactly, without trial and error."""

    def condition(self, where: Expression) -> tuple[Generator, Expression | None]:
        """Return a Generator that honours what it can of `where`, and the rest that it cannot.

        The rest is None where all of it is honoured. Raises GivenError for probability zero.
        """
        ...


@runtime_checkable
class Enumerable(Protocol):
    """A Generator that knows the exact law of some columns."""

    def law(self, columns: tuple[str, ...]) -> tuple[pa.Table, np.ndarray] | None:
        """Return every combination of values with its probability; None if it does not know."""
        ...


@runtime_checkable
class Completable(Protocol):
    """A Generator that can draw the missing cells of given rows."""

    def complete(self, rows: Dataset, *, seed: int) -> Dataset:
        """Return `rows` with every null and every absent column drawn given what is there."""
        ...


@runtime_checkable
class Dense(Protocol):
    """A Generator that knows the exact probability of any row."""

    def log_prob(self, rows: Dataset) -> np.ndarray:
        """Return the natural logarithm of the normalised probability of each row.

        A value on a grid (whole numbers, microseconds, numbers of so many digits), a value with a
        chance of its own, a category and a null count with their probability; other numbers with
        their density for a unit of the column. What is never drawn has -inf. Ids, texts and nested
        values take no part. The rows have the Generator's columns, in its types: a World brings
        others into that form. Raises DensityError where the probability is not known exactly.
        """
        ...


@dataclass(frozen=True, slots=True)
class Saved:
    """A part as it lies on disk: what JSON can hold, and arrays or tables by name. No pickle."""

    kind: str
    meta: Mapping[str, Any]
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)
    tables: Mapping[str, pa.Table] = field(default_factory=dict)


@runtime_checkable
class Savable(Protocol):
    """A Generator that can be saved; `plugins.part_kinds.get(kind)(saved)` brings it back."""

    def dump(self) -> Saved: ...


@runtime_checkable
class Explained(Protocol):
    """A Generator that can say what it learned and what it assumed, for reports and `ww show`."""

    def explain(self) -> Mapping[str, Any]:
        """Return plain data: settings, merged categories, dependencies, what was not learned."""
        ...


@runtime_checkable
class Assuming(Protocol):
    """A Generator that took something for true as it learned, which real rows can contradict."""

    def assumes(self) -> tuple[Assumption, ...]:
        """Return what it assumed, each as a statement that can be tested."""
        ...
