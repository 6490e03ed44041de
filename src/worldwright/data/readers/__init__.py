"""File formats: each reader turns one Source into an Arrow table.

    delimited   .csv .tsv .tab .psv: cells as they are written
    parquet     .parquet .pq
    json_lines  .jsonl .ndjson: one object a line

A new format is one more file here: a function from a Source to a pa.Table, registered by name, with
the file endings it reads. The Source decompresses (.gz, .zst) and decodes. Columns whose cells are
text only because the format knows nothing else are marked with `written`, so that their kinds are
inferred from the text:

    @plugins.readers("fixed width")
    @reads("fwf")
    def read_fixed_width(source: Source) -> pa.Table: ...
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, cast

import pyarrow as pa

from ..source import Source

_WRITTEN = {b"worldwright": b"written"}


class Reader(Protocol):
    """A function from a Source to a table, and the endings of the files it reads."""

    extensions: tuple[str, ...]

    def __call__(self, source: Source) -> pa.Table: ...


def reads(*extensions: str) -> Callable[[Callable[[Source], pa.Table]], Reader]:
    """Say which file endings (without a dot or a compression) the decorated reader takes."""

    def mark(reader: Callable[[Source], pa.Table]) -> Reader:
        marked = cast(Reader, reader)
        marked.extensions = extensions
        return marked

    return mark


def written(name: str) -> pa.Field:
    """Return the field of a column that holds cells as they are written."""
    return pa.field(name, pa.string(), metadata=_WRITTEN)


def is_written(field: pa.Field) -> bool:
    """True where the column's text may stand for numbers, dates or truth values."""
    return field.metadata is not None and field.metadata.get(b"worldwright") == b"written"
