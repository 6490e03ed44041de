"""Growth in RESULTS.md: cost by size, and the exponent of each, as tables and as a picture.

The picture has a panel for rows and one for columns, both axes in powers: the mean CPU seconds of a
fit less those of a fit of next to nothing, bars for the standard error, and the fitted line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..results import Line
from ..tabulate import Mean, markdown, number
from .growth import SIZES, exponent

PICTURE = "growth.svg"
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
            f"![CPU seconds of a fit by rows and by columns]({PICTURE})\n",
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
    known = [(size, cost.value) for size, cost in _costs(lines, along, start)]
    if len(known) < 2:
        return [along, "not measured", "—"]
    sizes, spent = zip(*known, strict=True)
    return [along, number(exponent(sizes, spent)), number(exponent(sizes[-2:], spent[-2:]))]


def _costs(lines: Sequence[Line], along: str, start: float) -> Iterator[tuple[int, Mean]]:
    """Yield each size along one, rising, with what it costs beyond a start, where that is much."""
    mine = [line for line in lines if line["key"][0] == along]
    for size in sorted({int(line["key"][GROWN[along]]) for line in mine}):
        same = [line for line in mine if line["key"][GROWN[along]] == size]
        cost = Mean.of([float(line["fit_cpu_s"]) - start for line in same if "fit_cpu_s" in line])
        if cost and cost.value > start / 10:
            yield size, cost


def draw(lines: Sequence[Line], folder: Path) -> None:
    """Write the picture into `folder`: a panel for each growth of which two sizes are known."""
    import altair as alt
    import vl_convert

    start = _mean([line for line in lines if line["key"][0] == "start"], "fit_cpu_s")
    costs = {along: list(_costs(lines, along, start)) for along in GROWN}
    panels = [_panel(alt, known, along) for along, known in costs.items() if len(known) > 1]
    chart = alt.hconcat(*panels).configure_view(stroke=None).configure_axis(grid=False)
    (folder / PICTURE).write_text(vl_convert.vegalite_to_svg(chart.to_dict()))


def _panel(alt: Any, costs: Sequence[tuple[int, Mean]], along: str) -> Any:
    sizes, spent = [size for size, _ in costs], [cost.value for _, cost in costs]
    slope, above = np.polyfit(np.log(sizes), np.log(spent), 1)
    points = [
        {"size": size, "cost": c.value, "low": max(c.value - c.error, c.value / 10),
         "high": c.value + c.error}
        for size, c in costs
    ]  # fmt: skip
    ends = [sizes[0], sizes[-1]]
    line = [{"size": at, "cost": float(np.exp(above + slope * np.log(at)))} for at in ends]
    x = alt.X("size:Q", scale=alt.Scale(type="log"), title=along, axis=alt.Axis(values=sizes))
    y = alt.Y("cost:Q", scale=alt.Scale(type="log"), title="CPU seconds of a fit, less the start")
    base = alt.Chart(alt.Data(values=points), width=300, height=260).encode(x=x)
    return alt.layer(
        alt.Chart(alt.Data(values=line)).mark_line(color="#595959").encode(x=x, y=y),
        base.mark_rule(color="#0072B2").encode(y="low:Q", y2="high:Q"),
        base.mark_point(filled=True, size=60, opacity=1, color="#0072B2").encode(y=y),
    ).properties(title=f"grows as {along} to the power {slope:.2f}")


def _mean(lines: Sequence[Line], figure: str) -> float:
    mean = Mean.of([float(line[figure]) for line in lines if figure in line])
    return mean.value if mean else 0.0
