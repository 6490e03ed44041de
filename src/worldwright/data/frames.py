"""Frames: pandas, polars and whatever else speaks the Arrow PyCapsule protocol, in and out.

No frame library is needed to import this file, nor installed with the core.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from ..errors import PluginError, ReadError
from .readers import written

if TYPE_CHECKING:
    import polars

_INDEX = re.compile(r"^__index_level_\d+__$")


def is_frame(source: object) -> bool:
    """True for what `from_frame` can read."""
    return hasattr(source, "__arrow_c_stream__") or _is_pandas(source) or _are_batches(source)


def from_frame(source: Any) -> pa.Table:
    """Return the Arrow table of a frame, without the index of a pandas frame.

    A pandas column of mixed Python objects becomes a column of cells as they are written.
    """
    if isinstance(source, pa.Table):
        table = source
    elif _are_batches(source):
        table = pa.Table.from_batches(list(source))
    elif _is_pandas(source):
        table = _from_pandas(source)
    else:
        table = pa.RecordBatchReader.from_stream(source).read_all()
    kept = [name for name in table.column_names if not _INDEX.match(name)]
    return table if len(kept) == table.num_columns else table.select(kept)


def to_polars(source: object) -> polars.DataFrame:
    """Return a polars frame of anything that speaks the protocol."""
    try:
        import polars
    except ImportError as fault:
        raise PluginError(
            "polars is not installed",
            where="to_polars()",
            mend='install it: pip install "worldwright[polars]"',
        ) from fault
    return polars.DataFrame(source)


def _is_pandas(source: object) -> bool:
    kind = type(source)
    return kind.__module__.split(".")[0] == "pandas" and kind.__name__ == "DataFrame"


def _are_batches(source: object) -> bool:
    return (
        isinstance(source, (list, tuple))
        and bool(source)
        and all(isinstance(batch, pa.RecordBatch) for batch in source)
    )


def _from_pandas(frame: Any) -> pa.Table:
    names = [str(name) for name in frame.columns]
    fields, arrays = [], []
    for at, name in enumerate(names):
        series = frame.iloc[:, at]
        try:
            array = pa.array(series, from_pandas=True)
            field = pa.field(name, array.type)
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            array, field = _as_written(name, series), written(name)
        arrays.append(array)
        fields.append(field)
    try:
        return pa.table(arrays, schema=pa.schema(fields))
    except pa.ArrowInvalid as fault:
        raise ReadError(
            "the columns of the frame are not equally long",
            where=f"a {type(frame).__name__}",
            mend="build the frame again",
        ) from fault


def _as_written(name: str, series: Any) -> pa.Array:
    """Return objects of several types as texts; None and NaN stay empty."""
    cells = [None if cell is None or cell != cell else str(cell) for cell in series]
    return pa.array(cells, pa.string())
