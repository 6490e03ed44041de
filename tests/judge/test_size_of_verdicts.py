"""Quick verdicts, wide tables, and reports that are the same bytes each time."""

from __future__ import annotations

import json
import logging
import subprocess
import sys

import numpy as np
import pyarrow as pa

import worldwright as ww
from worldwright.judge import narrowing
from worldwright.judge.case import Case
from worldwright.loop.keys.judge import JudgeForm


def test_a_quick_verdict_compares_fewer_rows_and_says_so(draw):
    report = ww.judge(
        draw(8_000, 1), real=draw(8_000, 2), holdout=draw(8_000, 3), target="answer", quick=True
    )
    settings = report.settings["judge"]
    assert settings["compared"] == {"made": 2_500, "real": 2_500}
    assert settings["splits"] == 99
    assert report.worth is None
    assert report.faults == ()
    assert any("a quick verdict: at most 2,500 rows" in note for note in report.notes)
    assert "worth was not measured: a quick verdict leaves it out" in report.notes


def test_a_quick_verdict_still_sees_a_gross_fault(draw):
    def doubled(columns, chance):
        columns["age"] = np.minimum(columns["age"] * 2, 130)

    report = ww.judge(draw(2_000, 1, doubled), real=draw(2_000, 2), holdout=draw(2_000, 3),
                      quick=True)  # fmt: skip
    assert "age" in report.faults[0].columns


def test_a_project_file_may_ask_for_a_quick_verdict():
    assert JudgeForm(quick=True).quick
    assert not JudgeForm().quick


def wide(rows: int, columns: int, seed: int) -> ww.Dataset:
    values = np.random.default_rng(seed).normal(size=(columns, rows)).round(2)
    return ww.read(pa.table({f"c{at}": values[at] for at in range(columns)}))


def test_a_very_wide_table_says_what_it_skips_before_it_starts(monkeypatch, caplog):
    monkeypatch.setattr(narrowing, "MOST_COLUMNS", 12)
    sides = [wide(150, 40, seed) for seed in range(3)]
    heard: list[str] = []

    def progress(step):
        if not heard:
            heard.extend(record.message for record in caplog.records)

    with caplog.at_level(logging.WARNING):
        report = ww.judge(sides[0], real=sides[1], holdout=sides[2], target="c39",
                          quick=True, progress=progress)  # fmt: skip
    said = "12 of 40 columns are judged, and 28 are not"
    assert any(said in message for message in heard)
    assert any(said in note for note in report.notes)
    assert [side.columns for side in report.sides] == [40, 40, 40]


def test_the_target_is_among_the_columns_that_are_judged(monkeypatch):
    monkeypatch.setattr(narrowing, "MOST_COLUMNS", 3)
    sides = [wide(20, 30, seed) for seed in range(3)]
    for seed in range(5):
        case, notes = narrowing.narrowed(Case(*sides, target="c7", seed=seed))
        assert "c7" in case.real.columns
        assert len(case.made.columns) == len(case.holdout.columns) == 3
        assert notes


def test_a_table_of_usual_width_keeps_all_its_columns():
    case = Case(*[wide(20, 30, seed) for seed in range(3)])
    assert narrowing.narrowed(case) == (case, ())


PROGRAM = """
import json, sys
import numpy as np, pyarrow as pa, worldwright as ww
def rows(seed):
    chance = np.random.default_rng(seed)
    a = chance.normal(size=300).round(2)
    return ww.read(pa.table({"a": a, "b": chance.choice(["x", "y", "z"], 300),
        "c": (a + chance.normal(size=300)).round(1), "d": chance.integers(0, 9, 300)}))
report = ww.judge(rows(1), real=rows(2), holdout=rows(3), target="b", quick=True)
sys.stdout.write(json.dumps(report.to_dict()))
"""


def test_another_process_and_another_hash_seed_give_the_same_bytes():
    runs = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM], capture_output=True, check=True,
            env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin", "OMP_NUM_THREADS": threads},
        ).stdout
        for seed, threads in (("1", "1"), ("2", "2"))
    ]  # fmt: skip
    assert runs[0] == runs[1]
    assert json.loads(runs[0])["findings"]
