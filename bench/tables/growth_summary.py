"""Growth in RESULTS.md: cost by size, and the exponent of each."""

from __future__ import annotations

from collections.abc import Sequence

from ..results import Line
from ..tabulate import Mean, markdown, number
from .growth import SIZES, exponent

GROWN = {"rows": 1, "columns": 2}  # where in the key the size stands


def section(lines: Sequence[Line]) -> str:
    """Return what each size costs, then how cost grows."""
    start = _mean([line for line in lines if line["key"][0] == "start"], "fit_cpu_s")
    sizes = sorted(
        {tuple(line["key"][:3]) for line in lines},
        key=lambda size: (list(SIZES).index(size[0]), *size[1:]),
    )
    rows = [_row([x for x in lines if tuple(x["key"][:3]) == size], size) for size in sizes]
    header = ["along", "rows", "columns", "seeds", "fit CPU-s", "peak MB", "draw CPU-s"]
    grown = [_grown(lines, along, start) for along in GROWN]
    return "\n".join(
        [
            markdown(header, rows),
            markdown(["CPU-s to fit grow with", "exponent", "of the last step"], grown),
        ]
    )


def _row(same: Sequence[Line], size: tuple[str | int, ...]) -> list[str]:
    along, rows, columns = size
    costs = [_mean(same, figure) for figure in ("fit_cpu_s", "peak_mb", "sample_cpu_s")]
    return [str(along), f"{rows:,}", str(columns), str(len(same)), *map(number, costs)]


def _grown(lines: Sequence[Line], along: str, start: float) -> list[str]:
    """Return the exponents along one size; what a fit of next to nothing costs is taken off.

    Sizes that cost hardly more than that say nothing and are left out.
    """
    mine = [line for line in lines if line["key"][0] == along]
    costs = {
        int(size): _mean([x for x in mine if x["key"][GROWN[along]] == size], "fit_cpu_s") - start
        for size in dict.fromkeys(line["key"][GROWN[along]] for line in mine)
    }
    known = sorted((size, cost) for size, cost in costs.items() if cost > start / 10)
    if len(known) < 2:
        return [along, "not measured", "—"]
    sizes, spent = zip(*known, strict=True)
    return [along, number(exponent(sizes, spent)), number(exponent(sizes[-2:], spent[-2:]))]


def _mean(lines: Sequence[Line], figure: str) -> float:
    mean = Mean.of([float(line[figure]) for line in lines if figure in line])
    return mean.value if mean else 0.0
