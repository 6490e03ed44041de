"""Rows that `World.write` wrote block by block, read back as one table with its trace.

blocks.json        what was made, and the files of every block that is complete
part-*.parquet     the rows            _lineage/part-*.parquet   what differs from row to row
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from ..errors import StoreError
from .lineage import TRACE, Lineage, Role

MANIFEST = "blocks.json"


@dataclass(frozen=True, slots=True)
class Written:
    """The rows of a folder of blocks, and where they came from."""

    table: pa.Table
    lineage: Lineage


def is_written(folder: Path) -> bool:
    """True where `folder` holds blocks that a World wrote."""
    return (folder / MANIFEST).is_file()


def read_written(folder: Path) -> Written:
    """Read every block; raises StoreError where the making was broken off or a file is damaged."""
    manifest = _manifest(folder)
    blocks = manifest["blocks"]
    tables = [_table(folder / block["file"]) for block in blocks]
    traces = [_table(folder / block["lineage"]) for block in blocks if block.get("lineage")]
    trace = pa.concat_tables(traces).cast(TRACE) if traces else TRACE.empty_table()
    lineage = Lineage(
        "world",
        Role.MADE,
        manifest["seed"],
        tuple(manifest["parents"]),
        manifest["spec"],
        trace=trace,
        where=manifest.get("where"),
    )
    return Written(pa.concat_tables(tables).unify_dictionaries(), lineage)


def _manifest(folder: Path) -> Mapping[str, Any]:
    path = folder / MANIFEST
    try:
        manifest: Mapping[str, Any] = json.loads(path.read_bytes())
        is_complete = bool(manifest["complete"] and manifest["blocks"])
        rows = f"{sum(block['rows'] for block in manifest['blocks']):,} of {manifest['rows']:,}"
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise StoreError(
            "the list of blocks is missing, cut short or damaged",
            where=str(path),
            mend="write the rows again to a new folder",
        ) from fault
    if not is_complete:
        raise StoreError(
            f"the making was broken off: {rows} rows are there",
            where=str(path),
            mend="go on with it first: world.write(..., resume=True), or ww sample --resume",
        )
    return manifest


def _table(path: Path) -> pa.Table:
    import pyarrow.parquet as pq

    try:
        return pq.read_table(path)
    except (OSError, pa.ArrowException) as fault:
        raise StoreError(
            "a block is missing, cut short or damaged",
            where=str(path),
            mend="make it again: world.write(..., resume=True), or ww sample --resume",
        ) from fault
