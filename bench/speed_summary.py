"""What the judge's speed bench adds to RESULTS.md: each kind of verdict, and what was asked."""

from __future__ import annotations

from collections.abc import Sequence

from .results import Line
from .tabulate import TARGET_HEADER, Target, markdown, number

_HEADER = ["verdict", "rows", "columns", "call s", "call CPU-s", "peak MB", "load before"]
_FIELDS = ("call_s", "call_cpu_s", "peak_mb", "load_before")
_ASKED = (
    ("full verdict with worth, s", "full", "call_s", 60),
    ("full verdict with worth, peak MB", "full", "peak_mb", 2_000),
    ("quick verdict, s", "quick", "call_s", 10),
    ("10,000 columns × 500 rows, s", "wide", "call_s", 90),
)


def section(lines: Sequence[Line]) -> str:
    """Return both tables."""
    rows, seen = [], {}
    for line in lines:
        kind, size, columns = line["key"]
        seen[kind] = line
        rows.append([kind, f"{size:,}", f"{columns:,}", *[number(line[f]) for f in _FIELDS]])
    targets = [
        Target(says, limit).row(float(seen[kind][field]) if kind in seen else None)
        for says, kind, field, limit in _ASKED
    ]
    return "\n".join([markdown(_HEADER, rows), markdown(TARGET_HEADER, targets)])
