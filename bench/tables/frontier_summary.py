"""Frontier in RESULTS.md: points of ours and of the peers, as a table and as a picture.

The picture has a panel for each table, membership across and C2ST up; the corner (0.5, 0.5) is what
real rows would have, and bars are standard errors. A maker whose C2ST is above the top stands there
with its figure; a setting is named by its first value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..results import Line, Results
from ..tabulate import TARGET_HEADER, Mean, Rows, Target, markdown, number
from .registry import OURS
from .seen import Seen, by_table
from .sets import TABLES

PICTURE = "frontier.svg"
SIDES = ("ours, other settings", "ours, default", "another maker")
ENDS = ("bootstrap", "marginals")  # ends of the scales, which would squeeze all that is between
BOTTOM, TOP = 0.48, 0.66
PANELS_A_LINE = 3
COLOURS = ("#0072B2", "#D55E00", "#595959")


@dataclass(frozen=True, slots=True)
class Point:
    """One maker or setting on one table."""

    table: str
    label: str
    side: str
    membership: Mean
    c2st: Mean
    fit_cpu_s: float


def section(lines: Sequence[Line]) -> str:
    """Return the picture, a table of its points, and ours beside each of the peers'."""
    header = ["table", "maker", "seeds", "membership", "C2ST", "fit CPU-s"]
    shown = points(lines, list(Results.of("tables").newest().values()))
    rows = [
        [
            point.table,
            point.label if point.side == SIDES[2] else f"ours: {point.label}",
            str(point.c2st.count),
            str(point.membership),
            str(point.c2st),
            number(point.fit_cpu_s),
        ]
        for point in shown
    ]
    picture = f"![C2ST against membership, ours and the peers]({PICTURE})\n"
    return "\n".join([picture, markdown(header, rows), markdown(TARGET_HEADER, outside(shown))])


def outside(shown: Sequence[Point]) -> Rows:
    """Return for each peer's point the best C2ST of ours at no more membership, less one s.e."""
    lines = []
    for peer in (point for point in shown if point.side == SIDES[2]):
        ours = [
            point.c2st.value
            for point in shown
            if (point.table, point.side) in {(peer.table, side) for side in SIDES[:2]}
            and point.membership.value - point.membership.error <= peer.membership.value
        ]
        says = f"{peer.table}, C2ST at the membership of {peer.label}, {peer.membership.value:.3f}"
        lines.append(Target(says, round(peer.c2st.value, 3)).row(min(ours, default=None)))
    return lines


def points(frontier: Sequence[Line], likeness: Sequence[Line]) -> list[Point]:
    """Return every point, ours first; settings stand in `frontier`, all else in `likeness`."""
    found = [point for seen in by_table(frontier) for point in _points(seen, SIDES[0])]
    known = [x for x in likeness if x["key"][0] not in ENDS]
    for seen in by_table(known):
        found += _points(seen, SIDES[2])
    return sorted(found, key=_place)


def _place(point: Point) -> tuple[int, int, float]:
    return list(TABLES).index(point.table), SIDES.index(point.side), point.membership.value


def _points(seen: Seen, side: str) -> Iterator[Point]:
    for maker in seen.makers:
        membership, c2st = seen.mean(maker, "membership"), seen.mean(maker, "c2st")
        cost = seen.mean(maker, "fit_cpu_s")
        if membership and c2st and cost:
            own = maker == OURS
            label, of = ("default", SIDES[1]) if own else (maker, side)
            yield Point(seen.name, label, of, membership, c2st, cost.value)


def draw(shown: Sequence[Point], folder: Path) -> None:
    """Write the picture of the points into `folder`."""
    import altair as alt
    import vl_convert

    tables = [name for name in TABLES if any(point.table == name for point in shown)]
    panels = [_panel(alt, [p for p in shown if p.table == name], name) for name in tables]
    chart = (
        alt.concat(*panels, columns=PANELS_A_LINE)
        .configure_view(stroke=None)
        .configure_axis(grid=False)
    )
    drawn = vl_convert.vegalite_to_svg(chart.to_dict())
    (folder / PICTURE).write_text(drawn)


def _label(point: Point) -> str:
    name = point.label.partition(",")[0]
    return name if point.c2st.value <= TOP else f"{name} ↑ {point.c2st.value:.2f}"


def _panel(alt: Any, shown: Sequence[Point], title: str) -> Any:
    rows = [
        {
            "label": _label(p), "side": p.side,
            "membership": p.membership.value, "c2st": min(p.c2st.value, TOP),
            "left": p.membership.value - p.membership.error,
            "right": p.membership.value + p.membership.error,
            "low": p.c2st.value - p.c2st.error, "high": p.c2st.value + p.c2st.error,
        }
        for p in shown
    ]  # fmt: skip
    scale = alt.Scale(zero=False, padding=20)
    x = alt.X("membership:Q", scale=scale, title="membership (0.5: no memory)")
    up = alt.Scale(domain=(BOTTOM, TOP), nice=False, clamp=True)
    y = alt.Y("c2st:Q", scale=up, title="C2ST (0.5: like real rows)")
    colour = alt.Color(
        "side:N", title=None, scale=alt.Scale(domain=SIDES, range=COLOURS),
        legend=alt.Legend(orient="bottom"),
    )  # fmt: skip
    base = alt.Chart(alt.Data(values=rows), title=title, width=300, height=300).encode(color=colour)
    return alt.layer(
        base.mark_rule().encode(x=alt.X("left:Q", scale=scale), x2="right:Q", y=y),
        base.mark_rule().encode(x=x, y="low:Q", y2="high:Q"),
        base.mark_point(filled=True, size=60, opacity=1).encode(x=x, y=y),
        base.mark_text(align="left", dx=5, dy=-6, fontSize=9).encode(x=x, y=y, text="label:N"),
    )
