"""Charts as Vega-Lite dicts with their numbers inside: the same numbers, the same bytes.

Real rows come first and are blue, made rows are orange: both stand out on white and on black, and
to people who confuse red and green. Words, grids and bands take their colour from the page (a theme
sets `config`), so no text colour is fixed here. Bars lie on their side: long names stay readable on
a narrow screen. Altair is imported on use.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

REAL, MADE, CHANCE = "real", "made", "by chance"
BAND = "The grey band is where 95 of 100 samples of real rows would end by chance."
COLOURS = {REAL: "#3f83c8", MADE: "#d9722b", CHANCE: "#8b949e"}
OTHER_COLOURS = ("#3a9a7a", "#a56bc2", "#c0567a", "#8a8a3a", "#5f8f9f")

_LEGEND_PX, _ROW_PX = 600, 26
_LINE_PX = 14
_NAMES: dict[str, Any] = {
    "labelLimit": 320,
    "labelPadding": 8,
    "grid": False,
    "ticks": False,
    "domain": False,
}


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One point of a curve, with the 95 % interval of its height."""

    series: str
    x: float
    y: float
    low: float
    high: float


def shares(
    labels: Sequence[str],
    real: Sequence[float],
    made: Sequence[float],
    *,
    axis: str,
    band: Sequence[tuple[float, float]] | None = None,
    broken_at: str = "",
) -> dict[str, Any]:
    """Draw real against made shares (0 to 1) per bin or category, in the order of `labels`.

    `band` holds, per label, the (low, high) between which a share of real rows lies by chance.
    Labels go on in a new line at each `broken_at`.
    """
    import altair as alt

    sides = [REAL, MADE] if band is None else [REAL, MADE, CHANCE]
    rows = [
        {"label": label, "side": side, "share": _number(share)}
        for label, *pair in zip(labels, real, made, strict=True)
        for side, share in zip((REAL, MADE), pair, strict=True)
    ]
    most = max((label.count(broken_at) for label in labels), default=0) if broken_at else 0
    broken: dict[str, Any] = {}
    if most:
        broken = {
            "labelExpr": f"split(datum.label, '{broken_at}')", "labelLineHeight": _LINE_PX,
            "labelOffset": -_LINE_PX * most / 2,
        }  # fmt: skip
    names = alt.Axis(**_NAMES, **broken)
    y = alt.Y("label:N", sort=list(labels), title=None if most else axis, axis=names)
    chart = (
        alt.Chart(alt.Data(values=rows))
        .mark_bar()
        .encode(
            y=y,
            yOffset=alt.YOffset("side:N", sort=[REAL, MADE]),
            x=_percent(alt, "share"),
            color=_colour(alt, sides),
            tooltip=_hints(alt, label=axis, side="rows", share="share"),
        )
    )
    layers = [chart] if band is None else [chart, _chance(alt, labels, band, y)]
    words = (
        f"{label}: real {_p(r)}, made {_p(m)}"
        for label, r, m in zip(labels, real, made, strict=True)
    )
    lines = len(labels) * (1.2 + 0.7 * most)
    return _finish(alt, layers, lines, f"Shares of {axis}. " + "; ".join(words))


def cells(rows: Sequence[tuple[str, float, float]], *, axis: str) -> dict[str, Any]:
    """Draw named cells as dumbbells: (label, real share, made share), in the order given.

    A label is broken at its commas. Shares that differ by more than a factor of 100 stand on a
    square-root (√) scale.
    """
    import altair as alt

    seen = [s for _, *pair in rows for s in pair if s > 0]
    is_wide = bool(seen) and max(seen) > 100 * min(seen)
    values = [
        {"label": label, "side": side, "share": _number(share)}
        for label, *pair in rows
        for side, share in zip((REAL, MADE), pair, strict=True)
    ]
    ends = [{"label": label, "from": _number(r), "to": _number(m)} for label, r, m in rows]
    is_broken = all(", " in label for label, *_ in rows)
    names = alt.Axis(
        **_NAMES, labelExpr="split(datum.label, ', ')", labelOffset=-6 if is_broken else 0
    )
    y = alt.Y("label:N", sort=[label for label, *_ in rows], title=None, axis=names)
    title = f"{axis} (√ scale)" if is_wide else axis
    x = _percent(alt, "share", title, "sqrt" if is_wide else "linear")
    bars = (
        alt.Chart(alt.Data(values=ends))
        .mark_rule(strokeWidth=2, opacity=0.6)
        .encode(y=y, x=_percent(alt, "from", title, "sqrt" if is_wide else "linear"), x2="to:Q")
    )
    dots = (
        alt.Chart(alt.Data(values=values))
        .mark_point(filled=True, size=90, opacity=1)
        .encode(
            y=y,
            x=x,
            color=_colour(alt, [REAL, MADE]),
            shape=_shape(alt),
            tooltip=_hints(alt, label="cell", side="rows", share="share"),
        )
    )
    words = (f"{label}: real {_p(r)}, made {_p(m)}" for label, r, m in rows)
    lines = len(rows) * (1.3 if any(", " in label for label, *_ in rows) else 1.0)
    return _finish(alt, [bars, dots], lines, f"{axis} per cell. " + "; ".join(words))


def curve(
    points: Sequence[CurvePoint],
    *,
    x_axis: str,
    y_axis: str,
    rule: tuple[str, float] | None = None,
) -> dict[str, Any]:
    """Draw one line per series with its interval; `rule` is a labelled horizontal line.

    x that spans more than a factor of 20 stands on a logarithmic scale.
    """
    import altair as alt

    names = list(dict.fromkeys(point.series for point in points))
    xs = [point.x for point in points]
    is_wide = bool(xs) and min(xs) > 0 and max(xs) > 20 * min(xs)
    rows = [
        {
            "series": p.series, "x": _number(p.x), "y": _number(p.y),
            "low": _number(p.low), "high": _number(p.high),
        }
        for p in points
    ]  # fmt: skip
    scale = alt.Scale(type="log" if is_wide else "linear", zero=False, nice=False)
    x = alt.X(
        "x:Q",
        title=x_axis,
        scale=scale,
        axis=alt.Axis(format=",~r", labelOverlap=True, titleAnchor="end"),
    )
    colour = alt.Color("series:N", scale=_scale(alt, names), legend=_legend(alt))
    base = alt.Chart(alt.Data(values=rows)).encode(x=x, color=colour)
    height = alt.Y("y:Q", title=y_axis, scale=alt.Scale(zero=False))
    hints = _hints(alt, series="series", x=x_axis, y=y_axis, low="low", high="high")
    layers = [
        base.mark_area(opacity=0.2).encode(y=alt.Y("low:Q", title=y_axis), y2="high:Q"),
        base.mark_line(strokeWidth=2).encode(y=height),
        base.mark_point(filled=True, size=60, opacity=1).encode(y=height, tooltip=hints),
    ]
    if rule is not None:
        layers += _horizontal(alt, rule, y_axis)
    words = "; ".join(
        f"{p.series} at {p.x:,g}: {p.y:.3g} [{p.low:.3g}, {p.high:.3g}]" for p in points
    )
    end = f"; line at {rule[1]:.3g}: {rule[0]}" if rule else ""
    return _finish(alt, layers, 10, f"{y_axis} by {x_axis}. {words}{end}")


def intervals(
    rows: Sequence[tuple[str, float, float, float]], *, axis: str, reference: float
) -> dict[str, Any]:
    """Draw (label, value, low, high) as points with their intervals; a rule at `reference`.

    An axis that begins with "share" is marked in percent.
    Where some labels begin with "made", the others stand for real rows and take their colour.
    """
    import altair as alt

    has_made = any(label.startswith(MADE) for label, *_ in rows)
    values = [
        {
            "label": label, "value": _number(v), "low": _number(a), "high": _number(b),
            "side": MADE if label.startswith(MADE) or not has_made else REAL,
        }
        for label, v, a, b in rows
    ]  # fmt: skip
    y = alt.Y("label:N", sort=[label for label, *_ in rows], title=None, axis=alt.Axis(**_NAMES))
    percents = {"format": ".1~%"} if axis.startswith("share") else {}
    x = alt.X(
        "value:Q",
        title=axis,
        scale=alt.Scale(zero=False),
        axis=alt.Axis(tickCount=5, titleAnchor="end", **percents),
    )
    base = alt.Chart(alt.Data(values=values)).encode(y=y)
    colour = alt.Color("side:N", scale=_scale(alt, [REAL, MADE]), legend=None)
    hints = _hints(alt, label="of", value=axis, low="low", high="high")
    span = alt.X("low:Q", title=axis, scale=alt.Scale(zero=False))
    layers = [
        alt.Chart(alt.Data(values=[{"at": _number(reference)}]))
        .mark_rule(strokeDash=[5, 4], strokeWidth=1.5)
        .encode(x=alt.X("at:Q", title=axis)),
        base.mark_rule(strokeWidth=3).encode(x=span, x2="high:Q", color=colour),
        base.mark_point(filled=True, size=90, opacity=1).encode(x=x, color=colour, tooltip=hints),
    ]
    words = "; ".join(f"{label}: {v:.3g} [{a:.3g}, {b:.3g}]" for label, v, a, b in rows)
    return _finish(alt, layers, len(rows), f"{axis}, against {reference:.3g}. {words}")


def _chance(alt: Any, labels: Sequence[str], band: Sequence[tuple[float, float]], y: Any) -> Any:
    """The span of a share of real rows, as a bracket over both bars of a label."""
    rows = [
        {"label": label, "side": CHANCE, "low": _number(low), "high": _number(high)}
        for label, (low, high) in zip(labels, band, strict=True)
    ]
    return (
        alt.Chart(alt.Data(values=rows))
        .mark_bar(opacity=0.45)
        .encode(
            y=y,
            x=_percent(alt, "low"),
            x2="high:Q",
            color=_colour(alt, [REAL, MADE, CHANCE]),
            tooltip=_hints(alt, label="of", low="by chance from", high="to"),
        )
    )


def _horizontal(alt: Any, rule: tuple[str, float], y_axis: str) -> list[Any]:
    """A labelled line across the whole chart."""
    base = alt.Chart(alt.Data(values=[{"at": _number(rule[1]), "says": rule[0]}]))
    y = alt.Y("at:Q", title=y_axis, scale=alt.Scale(zero=False))
    return [
        base.mark_rule(strokeDash=[5, 4], strokeWidth=1.5).encode(y=y),
        base.mark_text(align="left", baseline="bottom", dx=4, dy=-3).encode(
            y=y, x=alt.value(0), text="says:N"
        ),
    ]


def _finish(alt: Any, layers: Sequence[Any], lines: float, description: str) -> dict[str, Any]:
    height = round(max(lines, 2) * _ROW_PX)
    chart = alt.layer(*layers).properties(width="container", height=height, description=description)
    spec: dict[str, Any] = chart.to_dict()
    spec["config"] = {"view": {"stroke": None}}
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    return spec


def _percent(alt: Any, field: str, title: str = "share of rows", scale: str = "linear") -> Any:
    axis = alt.Axis(format=".1~%", tickCount=5, labelOverlap=True, titleAnchor="end")
    return alt.X(f"{field}:Q", title=title, axis=axis, scale=alt.Scale(type=scale))


def _colour(alt: Any, sides: Sequence[str]) -> Any:
    return alt.Color("side:N", scale=_scale(alt, sides), legend=_legend(alt))


def _shape(alt: Any) -> Any:
    shapes = alt.Scale(domain=[REAL, MADE], range=["circle", "diamond"])
    return alt.Shape("side:N", scale=shapes, legend=_legend(alt))


def _scale(alt: Any, names: Sequence[str]) -> Any:
    """A colour for each name: that of real or made rows where it begins so, else a spare one."""
    known = {name: _colour_of(name) for name in names}
    spare = itertools.cycle(OTHER_COLOURS)
    return alt.Scale(domain=list(names), range=[known[n] or next(spare) for n in names])


def _colour_of(name: str) -> str | None:
    return COLOURS.get(name) or COLOURS.get(name.split(" ")[0])


def _legend(alt: Any) -> Any:
    return alt.Legend(
        title=None,
        orient="top",
        direction="horizontal",
        columns=3,
        symbolOpacity=1,
        labelLimit=_LEGEND_PX,
    )


def _hints(alt: Any, **titles: str) -> list[Any]:
    formats = {"share": ".2%", "low": ".4~g", "high": ".4~g", "value": ".4~g", "y": ".4~g"}
    return [
        alt.Tooltip(f"{field}:Q", title=title, format=formats.get(field, ",~r"))
        if field in formats or field == "x"
        else alt.Tooltip(f"{field}:N", title=title)
        for field, title in titles.items()
    ]


def _number(value: float) -> float | None:
    value = float(value)
    return value if math.isfinite(value) else None


def _p(share: float) -> str:
    return f"{100 * share:.3g} %"
