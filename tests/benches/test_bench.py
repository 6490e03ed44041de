"""The bench measures what it says, and measures a job once."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from bench import measure, report, tabulate
from bench.results import Results


def test_a_job_that_stands_there_is_not_run_again(tmp_path: Path) -> None:
    results = Results.of("tables", folder=tmp_path)
    assert not results.has(("ours", 1))
    results.add(("ours", 1), {"c2st": 0.5})
    assert results.has(("ours", 1))
    assert not Results.of("tables", folder=tmp_path, again=True).has(("ours", 1))


def test_the_newest_line_of_a_job_counts_and_the_older_stays(tmp_path: Path) -> None:
    results = Results.of("tables", folder=tmp_path)
    results.add(("ours",), {"c2st": 0.6})
    results.add(("ours",), {"c2st": 0.5})
    assert results.newest()[("ours",)]["c2st"] == 0.5
    assert len(results.path.read_text().splitlines()) == 2


def test_the_memory_of_children_is_counted() -> None:
    child = "b = bytearray(200_000_000); import time; time.sleep(0.4)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    cost = measure.run([sys.executable, "-c", parent], env={})
    assert cost.code == 0
    assert cost.peak_mb > 190


def test_the_memory_of_who_started_a_process_is_not_counted() -> None:
    held = bytearray(os.urandom(1 << 16) * 6_400)
    cost = measure.run([sys.executable, "-c", "import time; time.sleep(0.2)"], env={})
    assert len(held) > 400_000_000
    assert cost.peak_mb < 100


def test_a_line_is_reached_on_its_own_side_only() -> None:
    most, least = tabulate.Target("fit", 10), tabulate.Target("rate", 10, most=False)
    assert most.row(9)[-1] == "reached"
    assert most.row(11)[-1] == "**not reached**"
    assert least.row(9)[-1] == "**not reached**"
    assert least.row(None)[2:] == ["not measured", "—"]


def test_a_line_is_reached_within_one_standard_error() -> None:
    assert tabulate.Target("C2ST", 0.5).row(0.51, 0.01)[2:] == ["0.51 ± 0.01", "reached"]
    assert tabulate.Target("C2ST", 0.5).row(0.511, 0.01)[-1] == "**not reached**"


def test_the_error_of_a_mean_is_that_of_the_mean() -> None:
    assert tabulate.Mean.of([1, 2, 3, 4]) == tabulate.Mean(2.5, pytest.approx(0.645497), 4)
    assert tabulate.Mean.of([]) is None
    assert str(tabulate.Mean.of([0.5])) == "0.500"


def test_the_interval_of_a_rate_is_exact() -> None:
    assert tabulate.clopper_pearson(0, 100) == pytest.approx((0, 0.036217), abs=1e-6)
    assert tabulate.clopper_pearson(5, 100) == pytest.approx((0.016432, 0.112835), abs=1e-6)


def test_the_page_says_only_what_was_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bench.results.FOLDER", tmp_path)
    page = report.page()
    assert page.count("was not run yet.") == len(report.SECTIONS)
    Results.of("start").add(("ww --help",), {"median_s": 0.4, "least_s": 0.3, "most_s": 0.5})
    assert "| ww --help, s | ≤ 0.5 | 0.4 | reached |" in report.page()
