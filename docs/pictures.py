"""The pictures of the page "How the forest works", drawn from the example rows.

python docs/pictures.py

forest-law.svg      calls by their length: real rows, and made ones
forest-escape.svg   how readily a draw steps back, by rows and by how much they differ
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import altair as alt
import numpy as np
import vl_convert

import worldwright as ww
from worldwright.learn.tabular.settings import Settings

ROOT = Path(__file__).parents[1]
COLOURS = ("#595959", "#0072B2", "#D55E00", "#009E73")
ROWS, MOST, WIDTH = 12_000, 600, 10


def law() -> alt.Chart:
    """Return the calls of each ten seconds, real and made, and the yeses among them."""
    real = ww.read(ROOT / "examples" / "bank" / "bank_calls.csv.gz")
    real = real.take(np.random.default_rng(0).permutation(real.rows)[:ROWS])
    made = ww.fit(real.select(["y", "contact", "duration"]), target="y", seed=0).sample(
        ROWS, seed=1
    )
    points = []
    for said, rows in (("real", real), ("made", made)):
        seconds = rows.table["duration"].to_numpy()
        yes = np.array(rows.table["y"].to_pylist()) == "yes"
        for low in range(0, MOST, WIDTH):
            inside = (seconds >= low) & (seconds < low + WIDTH)
            points.append({"rows": said, "seconds": low, "what": "calls", "n": int(inside.sum())})
            both = int((inside & yes).sum())
            points.append({"rows": said, "seconds": low, "what": "of them yes", "n": both})
    return _lines(points, "seconds", "n", "rows", title="rows in ten seconds", facet="what")


def escape() -> alt.Chart:
    """Return e d / (n + e d) by the rows n of a node, for a few numbers d of distinct codes."""
    e = Settings().escape
    points = [
        {"rows of the node": n, "steps back": e * d / (n + e * d), "distinct codes": f"{d}"}
        for d in (1, 2, 5, 20)
        for n in np.geomspace(max(d, 5), 1_000, 60).tolist()
    ]
    return _lines(
        points, "rows of the node", "steps back", "distinct codes",
        title="chance of stepping back", log=True,
    )  # fmt: skip


def _lines(
    points: list[Mapping[str, object]], x: str, y: str, by: str, *, title: str,
    facet: str = "", log: bool = False,
) -> alt.Chart:  # fmt: skip
    names = list(dict.fromkeys(str(point[by]) for point in points))
    colour = alt.Color(f"{by}:N", scale=alt.Scale(domain=names, range=COLOURS[: len(names)]))
    across = alt.X(f"{x}:Q", scale=alt.Scale(type="log" if log else "linear"))
    chart = alt.Chart(alt.Data(values=points), width=320, height=220).mark_line()
    chart = chart.encode(x=across, y=alt.Y(f"{y}:Q", title=title), color=colour)
    if not facet:
        return chart
    split = alt.Column(f"{facet}:N", title=None)
    return chart.encode(column=split).resolve_scale(y="independent")


def main() -> None:
    """Write every picture."""
    for name, chart in (("forest-law", law()), ("forest-escape", escape())):
        path = ROOT / "docs" / "images" / f"{name}.svg"
        path.write_text(vl_convert.vegalite_to_svg(chart.to_dict()))
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
