"""Charts: real first, nothing fetched, the same numbers give the same bytes."""

from __future__ import annotations

import json
import math

import pytest

from worldwright.data.reporting import charts

POINTS = [charts.CurvePoint("real rows", x, x / 100, x / 120, x / 90) for x in (40, 80, 160)]
DRAW = {
    "shares": lambda: charts.shares(
        ["a", "b"], [0.6, 0.4], [0.5, 0.5], axis="kind", band=[(0.5, 0.7), (0.3, 0.5)]
    ),
    "cells": lambda: charts.cells([("a = 1", 0.2, 0.1), ("b", 0.001, 0.0)], axis="share of rows"),
    "curve": lambda: charts.curve(
        POINTS, x_axis="real rows", y_axis="score", rule=("with made rows", 0.9)
    ),
    "intervals": lambda: charts.intervals(
        [("nothing", 0.1, 0.05, 0.15)], axis="gain", reference=0.0
    ),
}


@pytest.mark.parametrize("name", DRAW)
def test_a_chart_is_the_same_whenever_it_is_drawn(name: str) -> None:
    first = json.dumps(DRAW[name]())
    for other in DRAW.values():
        other()
    assert json.dumps(DRAW[name]()) == first


@pytest.mark.parametrize("name", DRAW)
def test_a_chart_holds_its_numbers_and_fits_its_place(name: str) -> None:
    chart = DRAW[name]()
    text = json.dumps(chart)
    assert chart["width"] == "container"
    assert chart["description"]
    assert '"url"' not in text
    assert '"values"' in text


@pytest.mark.parametrize("name", DRAW)
def test_a_chart_can_be_drawn(name: str) -> None:
    import vl_convert

    svg = vl_convert.vegalite_to_svg({**DRAW[name](), "width": 400})
    assert svg.startswith("<svg")


def test_real_comes_first_and_keeps_its_colour() -> None:
    for name in ("shares", "cells"):
        scales = [
            layer["encoding"]["color"]["scale"]
            for layer in DRAW[name]()["layer"]
            if "color" in layer["encoding"]
        ]
        assert scales
        for scale in scales:
            assert scale["domain"][:2] == ["real", "made"]
            assert scale["range"][:2] == [charts.COLOURS["real"], charts.COLOURS["made"]]


def test_a_curve_of_real_rows_has_the_colour_of_real_rows() -> None:
    scale = DRAW["curve"]()["layer"][0]["encoding"]["color"]["scale"]
    assert scale == {"domain": ["real rows"], "range": [charts.COLOURS["real"]]}


def test_the_words_of_a_chart_hold_its_numbers() -> None:
    assert DRAW["cells"]()["description"] == (
        "share of rows per cell. a = 1: real 20 %, made 10 %; b: real 0.1 %, made 0 %"
    )


def test_what_is_not_a_number_leaves_a_gap() -> None:
    chart = charts.intervals([("odd", math.nan, -math.inf, 1.0)], axis="gain", reference=0.0)
    json.dumps(chart, allow_nan=False)
    assert {"label": "odd", "value": None, "low": None, "high": 1.0, "side": "made"} in [
        row for layer in chart["layer"] for row in layer["data"]["values"]
    ]


def test_a_way_without_made_rows_has_the_colour_of_real_rows() -> None:
    rows = [("made rows", 0.2, 0.1, 0.3), ("class weights", 0.1, 0.0, 0.2)]
    values = charts.intervals(rows, axis="score", reference=0.0)["layer"][1]["data"]["values"]
    assert [row["side"] for row in values] == ["made", "real"]


def test_shares_are_marked_in_percent_and_other_numbers_are_not() -> None:
    rows = [("copies", 0.01, 0.0, 0.02)]
    share = charts.intervals(rows, axis="share of made rows", reference=0.005)
    assert share["layer"][-1]["encoding"]["x"]["axis"]["format"] == ".1~%"
    score = charts.intervals(rows, axis="average precision", reference=0.005)
    assert "format" not in score["layer"][-1]["encoding"]["x"]["axis"]
