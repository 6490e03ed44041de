"""`ww judge --self-test`: two modes of one command, and what belongs to the other is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from worldwright.serve.cli import app
from worldwright.testing.visits import visits


def called(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], prog_name="ww")


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    main = visits(320, 3).select(["plan", "price", "steps"])
    return main.export(tmp_path / "visits.parquet")


def test_made_rows_without_real_ones_are_refused(rows: Path) -> None:
    said = called("judge", rows)
    assert said.exit_code == 2
    assert "made rows need the real rows that taught them" in said.stderr
    assert "--self-test" in said.stderr


def test_a_self_test_takes_real_rows_alone(rows: Path) -> None:
    said = called("judge", rows, "--self-test", "--real", rows, "--holdout", rows)
    assert said.exit_code == 2
    assert "a self-test takes real rows alone, not --real and --holdout" in said.stderr


def test_a_size_of_the_self_test_without_one_is_refused(rows: Path) -> None:
    said = called("judge", rows, "--real", rows, "--runs", "3")
    assert said.exit_code == 2
    assert "--runs says how to test the judge, and no test was asked for" in said.stderr


def test_an_unknown_kind_names_the_nearest(rows: Path) -> None:
    said = called("judge", rows, "--self-test", "--kinds", "orfans")
    assert said.exit_code == 2
    assert "did you mean 'orphans'?" in said.stderr


@pytest.mark.slow
def test_the_table_is_printed_as_text_and_as_json(rows: Path) -> None:
    asked = ("judge", rows, "--self-test", "--kinds", "units_mixed", "--runs", 1, "--rows", 100)
    told = called(*asked)
    assert told.exit_code == 0
    assert told.stdout.startswith("SELF-TEST  1 kind of fault, planted in 1 run each")
    plain = json.loads(called(*asked, "--json").stdout)
    assert list(plain["kinds"]) == ["units_mixed"]
    assert plain["false_alarms"]["untouched"] == 20
