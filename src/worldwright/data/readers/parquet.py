"""Parquet files, with the types that they promise."""

from __future__ import annotations

import pyarrow as pa

from ... import plugins
from ...errors import ReadError
from ..source import Source
from . import reads


@plugins.readers("parquet")
@reads("parquet", "pq")
def read_parquet(source: Source) -> pa.Table:
    """Return the table of a Parquet file."""
    import pyarrow.parquet as pq

    content = source.content()
    if not content:
        raise ReadError("the file is empty", where=str(source.path), mend="write it again")
    try:
        return pq.ParquetFile(pa.BufferReader(content)).read()
    except (pa.ArrowInvalid, OSError) as fault:
        raise ReadError(
            "the file is not Parquet, or it is cut short",
            where=str(source.path),
            mend="copy or write it again; nothing was read from it",
        ) from fault
