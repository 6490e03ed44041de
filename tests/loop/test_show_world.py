"""`ww.show` of a saved World: what it learned, on one screen, from what it says of itself alone."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import worldwright as ww
from worldwright import seeds
from worldwright.data.lineage import Role
from worldwright.loop.display import Shown
from worldwright.testing.people import people

SAID = {
    "columns": {"late": "category", "region": "category", "zone": "category", "paid": "number",
                "note": "text"},
    "target": "late",
    "constraints": ["paid >= 0"],
    "assumptions": {"late = yes rises with paid": "a person · because", "as it was": "the learner"},
    "learned from": ["0123456789abcdef"],
    "maker": "fit: forest",
    "part": {
        "learner": "forest",
        "settings": {"trees": 8, "bins": 32, "leaf": 12},
        "settings chosen by": {"trees": "default", "bins": "asked for", "leaf": "held-out rows"},
        "rows": 1200,
        "order": ["late", "region", "zone", "paid"],
        "told as": {"late": {"values": 2, "missing": 0}, "region": {"values": 4, "missing": 1},
                    "zone": {"values": 1}, "paid": {"bins": 32, "atoms": 1, "missing": 1}},
        "merged": {"region": {"values": 7, "rows": 31}},
        "dependencies": ["region -> zone"],
        "strongest earlier columns": {"region": {"late": 1.0},
                                      "paid": {"region": 0.714, "late": 0.286}},
        "told by the strongest alone": {"region": 0.0, "paid": 0.5},
        "not learned": {"note": "text is not learned"},
        "something of its own": ["one", "two"],
        "empty": [],
    },
}  # fmt: skip

SCREEN = """\
w: a saved World
  fit: forest, 1,200 rows taught, target late

    #  column  kind      told as          depends on
    1  late    category  2 values
    2  region  category  4 values               late 100 %
    3  zone    category  1 value          decided by region
    4  paid    number    32 bins, 1 atom  ██▌   region 71 %, late 29 %
    -  note    text      not learned
       bar: how much the first column named tells of it alone (full: all);
       shares: of what all splits on earlier columns gained

  in every row        paid >= 0
  assumed             late = yes rises with paid (a person); as it was (the
                      learner)
  evidence            0123456789ab…
  kept                region -> zone
  merged              region: 7 values of 31 rows
  not learned         note: text is not learned
  settings            asked for: bins 32; held-out rows: leaf 12; default: trees
                      8
  something of its own
                      one, two"""


def screen(said: dict) -> str:
    return Shown(Path("w"), "a saved World", said, learned=said).to_text(80)


def test_a_world_is_told_column_by_column_and_then_by_what_holds_for_all() -> None:
    assert screen(SAID) == SCREEN


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    real = people(1_200, 1, role=Role.REAL)
    path = tmp_path_factory.mktemp("shown") / "world"
    return ww.fit(real, target="owner", settings={"bins": 16, "trees": 2}).save(path)


def test_json_gives_what_the_screen_says(folder: Path) -> None:
    told = json.loads(json.dumps(ww.show(folder).to_dict()))
    part = told["part"]
    assert part["order"][0] == told["target"] == "owner"
    assert part["not learned"].keys() == {"remark"}
    assert part["told as"]["city"] == {"values": 5, "missing": 0}
    assert part["told as"]["income"]["bins"] <= 16
    assert part["settings chosen by"]["bins"] == "asked for"
    assert part["settings chosen by"]["leaf"] == "default"
    assert "city -> region" in part["dependencies"]
    screen = ww.show(folder).to_text(80)
    assert "decided by city" in screen
    assert "asked for: trees 2, bins 16;" in screen


def test_shares_of_gain_fall_and_what_one_column_tells_is_a_share(folder: Path) -> None:
    part = ww.show(folder).to_dict()["part"]
    for name, earlier in part["strongest earlier columns"].items():
        shares = list(earlier.values())
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) <= 1.002
        assert set(earlier) <= set(part["order"][: part["order"].index(name)])
    assert all(0 <= share <= 1 for share in part["told by the strongest alone"].values())


def test_what_depends_on_nothing_is_told_apart_from_what_is_a_copy() -> None:
    chance = seeds.stream(1, "show")
    base = chance.normal(size=4_000)
    noise, near = chance.normal(size=4_000), chance.normal(base, 0.01)
    columns = {"base": base, "noise": noise, "copy": near}
    real = ww.read(pa.table({name: pa.array(values) for name, values in columns.items()}))
    told = ww.fit(real, settings={"trees": 2}).explain()["part"]["told by the strongest alone"]
    # Of independent columns in 16 groups the mean of I/H is 0 and its sd below 0.002.
    assert told["noise"] < 0.012
    assert told["copy"] > 0.9


def test_a_wide_world_fits_on_a_screen_and_names_what_depends_most() -> None:
    names = [f"column {at} of a table that is wide" for at in range(300)]
    part = {
        "rows": "fewer than 10",
        "order": names,
        "told as": {name: {"bins": 64, "atoms": 12} for name in names},
        "merged": {name: {"values": 3, "rows": 40} for name in names},
        "dependencies": [f"{name} -> x" for name in names],
        "strongest earlier columns": {name: {names[0]: 0.9} for name in names[1:]},
        "told by the strongest alone": {n: at / 300 for at, n in enumerate(names[1:])},
        "not learned": {"remark": "a reason " * 80},
    }
    text = screen({**SAID, "columns": dict.fromkeys(names, "number"), "part": part})
    lines = text.splitlines()
    assert len(lines) <= 60
    assert max(map(len, lines)) <= 80
    assert "  300  column 299 of a tab…" in text
    assert "    1  column 0 of a table…" in text
    assert "    2  column 1 of a table…" not in text
    assert "… and 276 columns that depend less on others (--json)" in text
    assert "fewer than 10 rows taught" in text
    assert " more (--json)" in text


def test_worlds_of_other_learners_are_shown_by_what_they_say(tmp_path: Path) -> None:
    real = people(300, 1, role=Role.REAL)
    world = ww.fit(real, learner="marginals").given("age >= 30")
    text = ww.show(world.save(tmp_path / "world")).to_text(80)
    assert "  given               age >= 30" in text
    assert "depends on" not in text
    assert " atom" in text
    assert max(map(len, text.splitlines()[1:])) <= 80


def test_no_value_of_a_row_is_shown(folder: Path) -> None:
    text = ww.show(folder).to_text(80) + json.dumps(ww.show(folder).to_dict())
    held = people(1_200, 1).table
    assert not [value for value in ("aldermoor", "hills", "asked twice") if value in text]
    assert not [value for value in held["income"].to_pylist()[:200] if value and str(value) in text]
    assert np.all([number not in text for number in held["number"].to_pylist()[:200]])
