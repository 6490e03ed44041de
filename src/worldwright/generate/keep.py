"""Rows that are given in part, completed: what is there stays, what is missing is drawn given it.

A Generator that can complete rows is asked; for any other, rows with the same known values are
drawn together under the condition that they hold. Free text, ids and nested values are carried over
and condition nothing. A null is a cell to be drawn.
"""

from __future__ import annotations

from functools import reduce

import numpy as np
import pyarrow as pa

from .. import seeds
from ..data.dataset import Dataset
from ..data.expression import Expression, conjunction
from ..data.lineage import Lineage
from ..data.schema import Kind, Schema
from ..errors import Fault, WishError, nearest
from .conditioned import Given, given
from .generator import Completable, Generator
from .grid import equals, written
from .trace import joined, one_chunk

_ATTEMPTS = 64
_CARRIED = (Kind.TEXT, Kind.ID, Kind.NESTED)


def conformed(source: Generator, keep: Dataset) -> Dataset:
    """Return the kept rows with the columns and types of `source`, absent columns all null."""
    schema = source.schema
    unknown = [name for name in keep.columns if name not in source.columns]
    if unknown:
        raise WishError.of(
            [
                Fault(
                    f"there is no column {name!r}", "Wish(keep=...)", nearest(name, source.columns)
                )
                for name in unknown
            ]
        )
    types = source.sample(1, seed=0).table.schema
    columns = {name: _cast(keep, name, types.field(name).type) for name in source.columns}
    name = schema.main_name
    return Dataset({name: pa.table(columns)}, Schema({name: schema.main}), Lineage("keep"))


def completed(source: Generator, rows: Dataset, *, seed: int) -> Dataset:
    """Return `rows` with every null drawn. Raises WishError if a condition rules some rows out."""
    base, where = (source.base, source.where) if isinstance(source, Given) else (source, None)
    if not isinstance(base, Completable):
        return _grouped(source, rows, seed)
    done: list[tuple[np.ndarray, Dataset]] = []
    waiting = np.arange(rows.rows)
    for attempt in range(_ATTEMPTS if where is not None else 1):
        made = base.complete(rows.take(waiting), seed=seeds.child(seed, "keep", attempt))
        holds = np.ones(made.rows, bool)
        if where is not None:
            holds = where.mask(made.table, made.schema.main)
        done.append((waiting[holds], made.take(np.flatnonzero(holds))))
        waiting = waiting[~holds]
        if not len(waiting):
            return _in_order(done)
    raise WishError(
        f"{len(waiting)} of {rows.rows} kept rows were not completed in {_ATTEMPTS} attempts",
        where=f"Wish(keep=...), under the condition {where}",
        mend="keep rows that can meet the constraints of the world, or loosen the constraints",
    )


def _grouped(source: Generator, rows: Dataset, seed: int) -> Dataset:
    groups: dict[Expression | None, list[int]] = {}
    for at, known in enumerate(_known(rows)):
        groups.setdefault(known, []).append(at)
    done = []
    for number, (known, members) in enumerate(groups.items()):
        drawer = source if known is None else given(source, known)
        made = drawer.sample(len(members), seed=seeds.child(seed, "keep", number))
        done.append((np.array(members), made))
    return _carried(_in_order(done), rows)


def _known(rows: Dataset) -> list[Expression | None]:
    """Return for each row the condition that its known values state."""
    columns = [
        (column.name, rows.table[column.name].to_pylist())
        for column in rows.schema.main.columns
        if column.kind not in _CARRIED
    ]
    known = []
    for at in range(rows.rows):
        parts = [
            equals(name, written(cells[at])) for name, cells in columns if cells[at] is not None
        ]
        known.append(reduce(conjunction, parts) if parts else None)
    return known


def _carried(made: Dataset, rows: Dataset) -> Dataset:
    table = made.table
    for at, column in enumerate(rows.schema.main.columns):
        if column.kind in _CARRIED:
            kept = rows.table[column.name]
            mask = kept.is_valid().to_numpy()
            both = pa.chunked_array([*kept.chunks, *table[column.name].chunks], kept.type)
            picks = np.where(mask, np.arange(len(kept)), len(kept) + np.arange(len(kept)))
            table = table.set_column(at, table.schema.field(at), both.take(pa.array(picks)))
    return Dataset({made.schema.main_name: table}, made.schema, made.lineage)


def _in_order(done: list[tuple[np.ndarray, Dataset]]) -> Dataset:
    if len(done) == 1:
        return done[0][1]
    places = np.concatenate([at for at, _ in done])
    return one_chunk(joined([made for _, made in done])).take(np.argsort(places, kind="stable"))


def _cast(keep: Dataset, name: str, kind: pa.DataType) -> pa.ChunkedArray:
    if name not in keep.columns:
        return pa.chunked_array([pa.nulls(keep.rows, kind)])
    cells = keep.table[name]
    try:
        return cells if cells.type == kind else cells.cast(kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as fault:
        raise WishError(
            f"the kept values of {name!r} do not fit the column of the world",
            where="Wish(keep=...)",
            mend=f"hand over values that can be read as {kind}",
        ) from fault
