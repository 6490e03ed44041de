"""What will fit: an estimate of bytes, held against memory and disk before work starts."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ..data.dataset import Dataset
from ..data.schema import Kind, TableSchema
from ..errors import StoreError, WishError

_BYTES = {Kind.BOOLEAN: 0.25, Kind.CATEGORY: 4.2, Kind.TEXT: 64.0, Kind.ID: 24.0, Kind.NESTED: 64.0}
_TRACE_BYTES = 64
_USABLE = 0.8


def check_memory(rows: int, columns: TableSchema, *, traced: bool) -> None:
    """Raise WishError if so many rows cannot be held in memory."""
    row = _row_bytes(columns) + (_TRACE_BYTES if traced else 0)
    free = available_memory()
    if free is None or rows * row <= free * _USABLE:
        return
    fits = max(int(free * _USABLE / row), 1)
    raise WishError(
        f"{rows} rows would take about {in_words(rows * row)} of memory, "
        f"and {in_words(free)} is free",
        where=f"sample({rows})",
        mend=f"use world.write(), which streams to disk, or ask for at most {fits} rows",
    )


def check_disk(
    rows: int, columns: TableSchema, directory: Path, probe: Callable[[], Dataset]
) -> None:
    """Raise StoreError if so many rows cannot lie on the disk.

    Where they would not fit as they are, the rows of `probe` tell how small they become.
    """
    existing = next(path for path in (directory, *directory.absolute().parents) if path.exists())
    free = shutil.disk_usage(existing).free
    if rows * _row_bytes(columns) <= free:
        return
    sample = probe()
    sink = pa.BufferOutputStream()
    pq.write_table(sample.table, sink, compression="zstd", compression_level=1)
    needed = rows * sink.tell() / sample.rows
    if needed <= free:
        return
    raise StoreError(
        f"{rows} rows would take about {in_words(needed)} of disk, and {in_words(free)} is free",
        where=str(directory),
        mend="ask for fewer rows, or choose a folder on a larger disk",
    )


def _row_bytes(columns: TableSchema) -> float:
    return sum(_BYTES.get(column.kind, 8.2) for column in columns.columns)


def available_memory() -> int | None:
    """Return the bytes that can still be used, or None where the system does not say."""
    limits = [_free_of_machine(), _free_of_group()]
    return min((limit for limit in limits if limit is not None), default=None)


def in_words(size: float) -> str:
    """Return a size in bytes as people say it."""
    for unit in ("B", "kB", "MB", "GB", "TB", "PB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} EB"


def _free_of_machine() -> int | None:
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    if "SC_PHYS_PAGES" not in os.sysconf_names:
        return None
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _free_of_group() -> int | None:
    """Return what a control group (a container) leaves of its limit."""
    folder = Path("/sys/fs/cgroup")
    try:
        limit = (folder / "memory.max").read_text().strip()
        used = int((folder / "memory.current").read_text())
    except (OSError, ValueError):
        return None
    return max(int(limit) - used, 0) if limit.isdigit() else None
