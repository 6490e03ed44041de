"""The section of assumptions: how planted ones ended, by table, and the lines."""

from __future__ import annotations

from collections.abc import Sequence

from .results import Line
from .tabulate import TARGET_HEADER, Target, markdown

_ENDS = ("contradicted", "cannot tell", "untested", "supported")
WORDS = """Definitions stand in the docstring of `bench/assumptions.py`. The ledger sees 2,000 rows.
"""


def section(lines: Sequence[Line]) -> str:
    """Return what RESULTS.md says of assumptions."""
    header = ["table", "samples", "statements", "stated", *_ENDS]
    rows = []
    for name in dict.fromkeys(str(line["key"][0]) for line in lines):
        mine = [line for line in lines if line["key"][0] == name]
        for truth in ("wrong", "true"):
            ends = [str(_sum(mine, f"{truth} {end}")) for end in _ENDS]
            rows.append([name, str(len(mine)), truth, str(_sum(mine, f"{truth} stated")), *ends])
    wrong, true = _sum(lines, "wrong stated"), _sum(lines, "true stated")
    fallen = _sum(lines, "wrong contradicted")
    honest = fallen + _sum(lines, "wrong cannot tell") + _sum(lines, "wrong untested")
    targets = [
        Target("wrong ones contradicted", 0.9, most=False).row(fallen / wrong),
        Target("wrong ones contradicted, or honestly not told", 0.9, most=False).row(
            honest / wrong
        ),
        Target("true ones contradicted", 0.05).row(_sum(lines, "true contradicted") / true),
    ]
    return "\n".join([WORDS, markdown(header, rows), markdown(TARGET_HEADER, targets)])


def _sum(lines: Sequence[Line], field: str) -> int:
    return sum(int(line.get(field, 0)) for line in lines)
