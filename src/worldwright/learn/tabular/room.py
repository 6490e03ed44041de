"""How much memory a fit takes, told before it starts.

codes      2 bytes a cell, twice while they are made
columns    one column at a time as numbers, sorted: some float64 a row
rules      the ordered columns of at most a million rows as float64
trees      8 bytes and a few nodes for each row that a tree sees
"""

from __future__ import annotations

import re

from ...data.schema import Kind, TableSchema
from ...errors import SpecError
from .recast import SAMPLED
from .settings import Settings

NUMBERS_A_ROW = 6  # float64 of one column at work
MOMENT_BYTES = 80  # a row of a column of moments: its parts
NODE_BYTES, NODES_A_ROW = 32, 0.4
BASE = 100_000_000  # libraries and machine code


def needed(rows: int, main: TableSchema, settings: Settings) -> float:
    """Return about how many bytes a fit takes beside the rows that are in memory already."""
    columns = len(main.columns)
    ordered = sum(column.kind.is_ordered for column in main.columns)
    codes = 4.0 * rows * columns
    numbers = 8.0 * rows * NUMBERS_A_ROW
    rules = 2 * 8.0 * min(rows, SAMPLED) * ordered
    moments = MOMENT_BYTES * rows * sum(c.kind is Kind.DATETIME for c in main.columns)
    seen = min(settings.share * rows, settings.tree_rows)
    trees = columns * settings.trees * seen * (2 + NODE_BYTES * NODES_A_ROW / settings.leaf)
    return BASE + codes + numbers + moments + rules + trees


def check_room(rows: int, main: TableSchema, settings: Settings, limit: float | None) -> None:
    """Raise SpecError if a fit would take more than `limit` bytes; the machine's without one."""
    from ...generate.space import available_memory, in_words

    free = available_memory() if limit is None else limit
    takes = needed(rows, main, settings)
    if free is None or takes <= free:
        return
    what = "is free" if limit is None else "is allowed"
    raise SpecError(
        f"to learn {rows:,} rows of {len(main.columns)} columns takes about {in_words(takes)} of "
        f"memory, and {in_words(free)} {what}",
        where="fit(real=...)",
        mend="hand over fewer rows or columns, or set fewer tree_rows or trees",
    )


def bytes_of(limit: object) -> float | None:
    """Return a limit like 4e9 or "4 GB" in bytes. Raises SpecError for what is none."""
    if limit is None:
        return None
    units = {"B": 1e0, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12}
    size = limit
    if isinstance(limit, str):
        read = re.fullmatch(r"\s*([0-9.]+(?:e[0-9]+)?)\s*([kMGT]?B)?\s*", limit)
        try:
            size = float(read[1]) * units[read[2] or "B"] if read else None
        except ValueError:
            size = None
    is_number = isinstance(size, int | float) and not isinstance(size, bool)
    if not is_number or not 0 < size < float("inf"):  # type: ignore[operator]
        raise SpecError(
            f"the memory limit is {limit!r}",
            where="fit(memory_limit=...)",
            mend='give bytes, or a text like "4 GB"',
        )
    return float(size)  # type: ignore[arg-type]
