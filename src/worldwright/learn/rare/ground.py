"""Ground: real rows and the World's own candidates under one coding, and what is asked of them.

Candidates are common rows that the World drew, so no made row is a real one with another label. A
tilt picks from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from ... import seeds
from ...data.canonical import canonical
from ...data.dataset import Dataset
from ...data.expression import Expression, conjunction, parse
from ...data.expression.tree import ColumnName, Compare, Value
from ...data.lineage import Lineage
from ...data.report import MIN_COUNT
from ...data.schema import Kind, TableSchema
from ...judge.boosting import Matrix
from ...judge.stack import Values, unite
from ...spec.assumption import Assumption
from ...spec.statement import Rate
from .features import Features, features
from .prior import Believed, Rows, believed

if TYPE_CHECKING:
    from ...generate.world import World

CANDIDATES, MOST_CELLS = 40_000, 4_000_000
MOST_COMMON = 20_000  # real common rows that are looked at
_LEFT_OUT = (Kind.ID, Kind.NESTED, Kind.TEXT)


@dataclass(frozen=True, slots=True)
class Picked:
    """Places of candidates, as rare rows and as common ones; `own` are rare rows made otherwise."""

    rare: np.ndarray
    common: np.ndarray
    own: Dataset | None = None


@dataclass(frozen=True, slots=True)
class Rare:
    """A value of a column, as the event whose rows are wanted."""

    column: str
    value: str

    @property
    def event(self) -> Expression:
        """The condition that the rows meet."""
        return Expression(Compare(ColumnName(self.column), "=", Value(self.value, quoted=True)))

    def is_said_by(self, event: Expression) -> bool:
        """True where a condition is this event in words, however its value is quoted."""
        match event.root:
            case Compare(ColumnName(name), "=", Value() as value):
                return (name, value.text) == (self.column, self.value)
        return False

    def __str__(self) -> str:
        return f"{self.column} = {self.value}"


@dataclass(frozen=True)
class Ground:
    """All rows: real ones, then candidates.

    Attributes:
        rare: What is amplified.
        evidence: Real rows: all rare ones and at most `MOST_COMMON` others.
        is_rare: Of each real row, whether it is one.
        common: The World's candidates.
        constraints: What holds in every row of the World.
        beliefs: What is believed, of any event.
        rate: The rare value's share of rows where it is to be found.
    """

    rare: Rare
    evidence: Dataset
    is_rare: np.ndarray
    common: Dataset
    constraints: tuple[Expression, ...]
    beliefs: tuple[Assumption, ...]
    rate: float

    @cached_property
    def columns(self) -> tuple[Values, ...]:
        """The columns that tell the rare rows, of all rows, under one coding."""
        parts = (self.evidence, self.common)
        return tuple(
            unite(column, [part.table[column.name] for part in parts])
            for column in self.evidence.schema.main.columns
            if column.name != self.rare.column and column.kind not in _LEFT_OUT
        )

    @cached_property
    def matrix(self) -> Matrix:
        """All rows as an estimator reads them."""
        values = np.column_stack([column.values for column in self.columns])
        words = tuple(at for at, column in enumerate(self.columns) if column.words is not None)
        return Matrix(values, tuple(column.name for column in self.columns), words)

    @cached_property
    def believed(self) -> Believed:
        """Features of all rows, and what is believed of their coefficients."""
        told: Features = features(self.columns, len(self.is_rare))
        common = np.zeros(len(told.values), bool)
        common[self.common_places] = True
        rows = Rows(told, self.mask, self._numbers, self._sign, self.rare.column, common)
        return believed(self.beliefs, rows)

    @property
    def common_places(self) -> np.ndarray:
        """Where the common candidates stand."""
        return np.arange(len(self.is_rare), len(self.is_rare) + self.common.rows)

    def coded(self, rows: Dataset) -> np.ndarray:
        """Return other rows under the same coding, (rows, columns); an unknown word is missing."""
        return np.column_stack([_coded(column, rows) for column in self.columns])

    def mask(self, condition: Expression) -> np.ndarray:
        """Return where a condition holds, in all rows."""
        main = self.evidence.schema.main
        sides = (self.evidence, self.common)
        return np.concatenate([condition.mask(side.table, main) for side in sides])

    def _numbers(self, name: str) -> np.ndarray:
        return next(column.values for column in self.columns if column.name == name)

    def _sign(self, event: Expression) -> int:
        """Return 1 if the event is the rare one, -1 if it is its opposite, else 0.

        Rows decide; where no real row is rare, the words do.
        """
        main = self.evidence.schema.main
        asked = event.check(main)
        if not self.is_rare.any():
            return int(self.rare.is_said_by(asked))
        held = asked.mask(self.evidence.table, main)
        return int((held == self.is_rare).all()) - int((held != self.is_rare).all())


def ground_of(
    world: World,
    rare: Rare,
    evidence: Dataset,
    *,
    rate: float | None = None,
    most: int = MOST_COMMON,
    seed: int,
) -> Ground:
    """Return the Ground of one rare value, of at most so many common real rows.

    `rate` None: as a belief says, or as in the evidence.
    """
    main = evidence.schema.main
    event = rare.event.check(main)
    known = np.flatnonzero(evidence.table[rare.column].is_valid().to_numpy())
    is_rare = event.mask(evidence.table, main)[known]
    stream = seeds.stream(seed, "amplify", "common")
    common = stream.permutation(known[~is_rare])[:most]
    kept = np.sort(np.concatenate([known[is_rare], common]))
    real = evidence.take(kept)
    many = max(1_000, min(CANDIDATES, MOST_CELLS // max(len(main.columns), 1)))
    others = parse(f"not ({event})")
    beliefs = tuple(one for one in world.assumptions if one.strength)
    return Ground(
        rare,
        real,
        event.mask(real.table, main),
        drawn(world, others, world.constraints, many, seeds.child(seed, "amplify", "candidates")),
        world.constraints,
        beliefs,
        rate or _believed_rate(beliefs, rare, main) or _share(is_rare),
    )


def _share(is_rare: np.ndarray) -> float:
    """Return the share of rare rows; of fewer than ten what ten would be, since it is told."""
    return max(int(is_rare.sum()), MIN_COUNT) / max(len(is_rare), MIN_COUNT)


def _believed_rate(beliefs: Iterable[Assumption], rare: Rare, main: TableSchema) -> float | None:
    for belief in beliefs:
        said = belief.statement
        if isinstance(said, Rate) and said.when is None and rare.is_said_by(said.event.check(main)):
            return float(np.sqrt(max(said.low, said.high / 4) * said.high))
    return None


def drawn(
    world: World, where: Expression, constraints: Sequence[Expression], rows: int, seed: int
) -> Dataset:
    """Return rows of a World for which the condition and all constraints hold."""
    asked = conjunction(where, *constraints) if constraints else where
    return world.given(asked.check(world.schema.main)).sample(rows, seed=seed)


def labelled(ground: Ground, picked: Picked) -> Dataset:
    """Return the picked rows: those picked as rare with the rare value, then rare, then common."""
    first, whole = len(ground.is_rare), ground.common.table
    rare, common = (whole.take(pa.array(at - first)) for at in (picked.rare, picked.common))
    at = whole.schema.get_field_index(ground.rare.column)
    field = whole.schema.field(at)
    said = pa.array([ground.rare.value] * rare.num_rows, pa.string())
    if pa.types.is_dictionary(field.type):
        said = said.dictionary_encode()
    parts = [rare.set_column(at, field, said.cast(field.type))]
    if picked.own is not None:
        parts.append(picked.own.table.cast(whole.schema))
    main_name, schema = ground.common.schema.main_name, ground.common.schema
    table = canonical(pa.concat_tables([*parts, common]), schema.main)
    return Dataset({main_name: table}, schema, Lineage("amplify"))


def _coded(column: Values, rows: Dataset) -> np.ndarray:
    told = unite(column.column, [rows.table[column.name]])
    if column.words is None or told.words is None:
        return told.values
    places = {word: float(at) for at, word in enumerate(column.words)}
    known = np.array([*(places.get(word, np.nan) for word in told.words), np.nan])
    gone = np.isnan(told.values)
    return np.asarray(known[np.where(gone, len(told.words), told.values).astype(np.int64)])
