"""No value that one real row alone holds leaves: not in made rows, not on a page, not in a file.

End to end on a small population: values nobody else has are planted in real and in holdout rows of
every kind of column; then learn, sample, judge, guard, release and save; then look everywhere.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import worldwright as ww
from worldwright import plugins
from worldwright.data.lineage import Role
from worldwright.testing.canary import Planted, plant
from worldwright.testing.people import people

ROWS = 800


class Left:
    """Everything that left, and the canaries that must not be in it."""

    def __init__(self, learner: str, folder: Path) -> None:
        self.real = plant(people(ROWS, 1, role=Role.REAL))
        self.holdout = plant(people(ROWS, 2, role=Role.HOLDOUT), first_row=100)
        real, holdout = self.real.rows, self.holdout.rows
        self.world = ww.fit(real, target="owner", learner=learner, seed=0)
        self.made = self.world.sample(ROWS, seed=7)
        self.report = ww.judge(
            self.made, real=real, holdout=holdout, target="owner", splits=99
        ) + ww.guard(self.made, real=real, holdout=holdout)
        self.folder = folder
        self.world.save(folder / "world")
        ww.release(self.made, self.report, folder / "release", world=self.world)
        self.report.to_html(folder / "report.html")

    @property
    def planted(self) -> tuple[Planted, Planted]:
        return self.real, self.holdout


@pytest.fixture(scope="module", params=plugins.learners.names())
def left(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Left:
    return Left(request.param, tmp_path_factory.mktemp("left"))


def test_the_canaries_are_in_the_real_rows(left: Left) -> None:
    assert left.real.in_rows(left.real.rows.table)
    assert set(left.real.canaries) == set(left.real.rows.columns) - {"owner"}


def test_no_made_row_holds_one(left: Left) -> None:
    for planted in left.planted:
        assert planted.in_rows(left.made.table) == []


def test_the_report_shows_none(left: Left) -> None:
    written = json.dumps(left.report.to_dict()) + left.report.to_text()
    for planted in left.planted:
        assert planted.in_text(written) == []


def test_what_the_world_says_of_itself_shows_none(left: Left) -> None:
    for planted in left.planted:
        assert planted.in_text(json.dumps(left.world.explain(), default=str)) == []


def test_no_file_of_the_saved_world_holds_one(left: Left) -> None:
    assert any((left.folder / "world").rglob("*"))
    for planted in left.planted:
        assert planted.in_folder(left.folder / "world") == {}


def test_no_file_of_the_release_holds_one(left: Left) -> None:
    names = {path.name for path in (left.folder / "release").rglob("*")}
    assert {"report.html", "report.json", "manifest.json"} <= names
    for planted in left.planted:
        assert planted.in_folder(left.folder / "release") == {}


def test_the_page_shows_none(left: Left) -> None:
    page = (left.folder / "report.html").read_text(encoding="utf-8")
    for planted in left.planted:
        assert planted.in_text(page) == []


def test_a_loaded_world_makes_none_either(left: Left) -> None:
    made = ww.load(left.folder / "world").sample(2_000, seed=11)
    for planted in left.planted:
        assert planted.in_rows(made.table) == []
