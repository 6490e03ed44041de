"""Rows learned by heart and disguised: copies of rows that taught, each number moved a little."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ... import plugins
from ...data.schema import Kind
from ..delusion import Ground, Planted, delusion
from ..ground import grain, to_grain
from ..planting import Place, replaced, some


@plugins.delusions("jittered_copies")
@delusion(group="memory", ladder=(0.01, 0.02, 0.04, 0.08, 0.16))
def jittered_copies(ground: Ground, strength: float) -> Planted | str:
    """Some made rows are rows that taught, with a little noise on each number."""
    at = some(ground, np.arange(ground.fresh.rows), strength)
    picks = ground.chance("copied").permutation(ground.teachers.rows)[: len(at)]
    if len(picks) < len(at):
        return "there are too few rows that taught"
    table = ground.teachers.table.take(pa.array(picks))
    spoiled = [c.name for c in ground.fresh.schema.main.columns if c.kind in _NUMBERS]
    if not spoiled:
        return "no column of numbers to put the noise on"
    for name in spoiled:
        noisy = _jittered(ground, name, table[name])
        table = table.set_column(table.column_names.index(name), table.field(name), noisy)
    place = Place((), ("memory", "size", "rows"), "whole rows")
    return replaced(ground, at, table, place)


_NUMBERS = (Kind.NUMBER, Kind.INTEGER)


def _jittered(ground: Ground, name: str, column: pa.ChunkedArray) -> pa.Array:
    """Return the numbers moved by a fiftieth of their spread, on the column's own grain."""
    values = np.array(column.cast(pa.float64(), safe=False).to_numpy(), dtype=np.float64)
    every = ground.teachers.table[name].cast(pa.float64(), safe=False).to_numpy()
    noise = ground.chance("noise", name).normal(size=ground.fresh.rows)[: len(values)]
    step = grain(every)
    moved = to_grain(values + 0.02 * np.nanstd(every) * noise, step)
    inside = np.clip(moved, np.nanmin(every, initial=np.inf), np.nanmax(every, initial=-np.inf))
    gone = np.isnan(inside)
    if pa.types.is_floating(column.type):
        return pa.array(inside, column.type, mask=gone)
    return pa.array(np.where(gone, 0, inside).astype(np.int64), column.type, mask=gone)
