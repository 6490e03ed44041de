"""Timeline: the clock, the entity and the coded columns of made and real rows, in file order.

The clock is the schema's order column; without one, the column of moments that real rows are most
nearly sorted by. The entity is what several rows belong to: a reference, an id that is no key, or a
column named like a key, with at least 20 different values and 1.5 rows for each. Rows lie in the
order made, reference, teachers, each part as in its file; made rows with weights are thinned to
their world's own shares first, in order.

The rows that made rows imitate are those that taught. So where the holdout lies apart from them in
time, it cannot be the reference of season or period: the teachers are then reference and pool.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa

from ... import seeds
from ...data.dataset import Dataset
from ...data.schema import Column, Kind
from ...data.words import has_key_name
from ..case import Case
from ..cells import Cells, cut
from ..stack import Sizes, Values, unite

LEAST_ENTITIES, LEAST_ROWS_EACH = 20, 1.5
_APART = 0.9
_CODED = (Kind.NUMBER, Kind.INTEGER, Kind.CATEGORY, Kind.BOOLEAN)
_MOST_ROWS = 100_000
MOST_COLUMNS = 40


@dataclass(frozen=True)
class Timeline:
    """Rows of all parts with what time asks of them.

    Attributes:
        sizes: Rows of each part. clock_name, entity_name: None where there is none.
        clock: Seconds (or the order column's own unit), NaN where missing; empty without a clock.
        entity: A number for each entity, -1 for rows without; empty where there is none.
        moments: Columns of datetimes in seconds, the clock first.
        coded: Columns that levels, transitions and orders are asked of, the target first.
        is_ordered: True where the schema names the order column.
        is_apart: True where the holdout was taken from another time than the teachers.
        is_weighted: True where made rows carry weights, so that they were thinned one by one.
        relative: Where each row stands in its own file, from 0 to 1.
    """

    sizes: Sizes
    clock_name: str | None
    entity_name: str | None
    clock: np.ndarray
    entity: np.ndarray
    moments: tuple[Values, ...]
    coded: tuple[Values, ...]
    is_ordered: bool
    is_apart: bool
    is_weighted: bool
    relative: np.ndarray

    @cached_property
    def is_of_moments(self) -> bool:
        """True where the clock is a column of datetimes."""
        return any(one.name == self.clock_name for one in self.moments)

    def cells(self, column: Values, most: int) -> Cells:
        """Cut a column into cells that may be shown."""
        return cut(column, self.sizes.pool, most)


def timeline(case: Case) -> Timeline:
    """Return the Timeline of the main tables of a Case."""
    reference = case.real if case.holdout is None else case.holdout
    clock = _clock(case.real)
    entity = _entity(case.real, clock, case.target)
    is_apart = case.holdout is not None and clock is not None
    is_apart = is_apart and _lies_apart(case.real, reference, str(clock))
    parts = [case.made, case.real] if is_apart else [case.made, reference]
    if case.holdout is not None and not is_apart:
        parts.append(case.real)
    tables = [_standing(part, case.seed, at) for at, part in enumerate(parts)]
    counts = [table.num_rows for table in tables]
    main = case.real.schema.main
    moments = sorted(
        (column for column in main.columns if column.kind is Kind.DATETIME),
        key=lambda column: column.name != clock,
    )
    named = {
        one.name: one for one in (_united(main[name], tables) for name in _coded(case, entity))
    }
    return Timeline(
        sizes=Sizes(*counts, *([0] if len(counts) == 2 else [])),
        clock_name=clock,
        entity_name=entity,
        clock=_united(_plain(main[clock]), tables).values if clock else np.empty(0),
        entity=_entities(tables, entity) if entity else np.empty(0, dtype=np.int64),
        moments=tuple(_united(column, tables) for column in moments),
        coded=tuple(one for name, one in named.items() if name != clock),
        is_ordered=main.order is not None,
        is_apart=is_apart,
        is_weighted=float(case.made.weights().max(initial=1.0)) > 1.0,
        relative=np.concatenate([(np.arange(rows) + 0.5) / max(rows, 1) for rows in counts]),
    )


def _clock(real: Dataset) -> str | None:
    main = real.schema.main
    if main.order is not None:
        kind, held = main[main.order].kind, real.table[main.order].type
        if kind.is_ordered or (kind is Kind.ID and pa.types.is_integer(held)):
            return main.order
    moments = [column.name for column in main.columns if column.kind is Kind.DATETIME]
    return max(moments, key=lambda name: _sortedness(real, name)) if moments else None


def _sortedness(real: Dataset, name: str) -> float:
    """Return the share of steps that do not go back; of equals the first column is taken."""
    values = _united(real.column(name), [real.table]).values
    values = values[~np.isnan(values)]
    return round(float(np.mean(np.diff(values) >= 0)), 2) if len(values) > 1 else 0.0


def _entity(real: Dataset, clock: str | None, target: str | None) -> str | None:
    main = real.schema.main
    ids = [reference.column for reference in main.references]
    ids += [column.name for column in main.columns if column.kind is Kind.ID]
    ids += [
        column.name
        for column in main.columns
        if column.kind in (Kind.INTEGER, Kind.CATEGORY, Kind.TEXT) and has_key_name(column.name)
    ]
    for name in dict.fromkeys(ids):
        if name not in (main.key, clock, target):
            values = real.table[name].drop_null()
            different = len(values.unique())
            if different >= LEAST_ENTITIES and len(values) >= LEAST_ROWS_EACH * different:
                return name
    return None


def _lies_apart(real: Dataset, holdout: Dataset, clock: str) -> bool:
    column = _plain(real.column(clock))
    taught, judging = (_united(column, [side.table]).values for side in (real, holdout))
    if np.isnan(taught).all() or np.isnan(judging).all():
        return False
    later = float(np.mean(judging > np.nanmax(taught)))
    earlier = float(np.mean(judging < np.nanmin(taught)))
    return max(later, earlier) >= _APART


def _coded(case: Case, entity: str | None) -> list[str]:
    main = case.real.schema.main
    names = [column.name for column in main.columns if column.kind in _CODED]
    names = sorted(names, key=lambda name: name != case.target)
    return [name for name in names if name not in (entity, main.key)][:MOST_COLUMNS]


def _standing(side: Dataset, seed: int, part: int) -> pa.Table:
    """Return rows that stand for their world's own shares, in the order of the file."""
    weights = side.weights()
    top = float(weights.max(initial=0.0))
    chance = seeds.stream(seed, "time", "standing", part)
    kept = np.flatnonzero(chance.random(side.rows) * top < weights)
    if len(kept) > _MOST_ROWS:
        kept = kept[:_MOST_ROWS]
    return side.table.take(pa.array(kept)) if len(kept) < side.rows else side.table


def _united(column: Column, tables: list[pa.Table]) -> Values:
    return unite(column, [table[column.name] for table in tables])


def _plain(column: Column) -> Column:
    """Return the order column as one that has numbers, where it is an id of whole numbers."""
    return replace(column, kind=Kind.INTEGER) if column.kind is Kind.ID else column


def _entities(tables: list[pa.Table], name: str) -> np.ndarray:
    """Number the entities of all parts; ids are made anew, so made ones are never real ones."""
    made = _numbered([tables[0][name]])
    real = _numbered([table[name] for table in tables[1:]])
    return np.concatenate([made, np.where(real < 0, -1, real + int(made.max(initial=-1)) + 1)])


def _numbered(parts: list[pa.ChunkedArray]) -> np.ndarray:
    texts = [part.cast(pa.string()) for part in parts]
    whole = pa.chunked_array([chunk for part in texts for chunk in part.chunks], pa.string())
    if not len(whole):
        return np.empty(0, dtype=np.int64)
    codes = whole.combine_chunks().dictionary_encode().indices
    return np.asarray(codes.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)
