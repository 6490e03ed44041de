"""The bench measures what it says, and measures a job once."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from bench import measure, report, tabulate
from bench.results import Results
from bench.tables import figures, sets
from bench.tables.makers import MAKERS, Lesson

NORMAL = 4.75  # P(|Z| > 4.75) = 2e-6, the false-alarm rate of the statistical tests below


def rows(count: int, seed: int) -> pd.DataFrame:
    """Numbers and a category that decides another one."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(4, size=count)
    return pd.DataFrame(
        {
            "x": rng.normal(size=count),
            "y": rng.normal(size=count),
            "whole": rng.integers(1000, size=count),
            "kind": np.array(["a", "b", "c", "d"])[kind],
            "parity": np.array(["even", "odd"])[kind % 2],
        }
    )


def facts() -> sets.Facts:
    return sets.Facts(sets.kinds(rows(5, 0)), "parity", "odd", (("kind", "parity"),))


def coded(**frames: pd.DataFrame) -> dict[str, figures.Coded]:
    return figures.coded(frames, facts())


def lesson(taught: pd.DataFrame) -> Lesson:
    return Lesson(Path("unused"), taught, facts().kinds, "parity", 0, 1.0)


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


def test_without_a_folder_of_real_tables_the_bench_says_what_to_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("WORLDWRIGHT_DATA", raising=False)
    with pytest.raises(SystemExit) as ended:
        sets.root()
    assert str(ended.value) == (
        "the real tables are not there: WORLDWRIGHT_DATA is ''\n"
        "  where: the environment\n"
        "  mend:  set it to the folder that holds tabular/ and security/, "
        "as in WORLDWRIGHT_DATA=~/tables make bench-tables"
    )


def test_every_copy_is_counted_and_nothing_else() -> None:
    taught = rows(200, 1)
    made = pd.concat([taught.head(30), rows(70, 2)], ignore_index=True)
    sides = coded(taught=taught, made=made)
    assert figures.copies(sides["taught"], sides["made"]) == 0.3


def test_a_pair_that_never_occurs_is_broken() -> None:
    taught, made = rows(200, 1), rows(100, 2)
    made.loc[:24, "parity"] = np.where(made.loc[:24, "parity"] == "odd", "even", "odd")
    sides = coded(taught=taught, made=made)
    assert figures.broken(sides["taught"], sides["made"], (("kind", "parity"),)) == 0.25


def test_a_memoriser_is_told_and_a_fresh_sample_is_not() -> None:
    taught, unseen, fresh = rows(800, 1), rows(800, 2), rows(800, 3)
    copied = MAKERS["bootstrap"](lesson(taught))(800)
    assert isinstance(copied, pd.DataFrame)
    sides = coded(taught=taught, unseen=unseen, copied=copied, fresh=fresh)
    told = figures.membership(sides["taught"], sides["unseen"], sides["copied"], 0)
    guess = figures.membership(sides["taught"], sides["unseen"], sides["fresh"], 0)
    error = (1 / 12 * (1 / 400 + 1 / 400)) ** 0.5  # of an AUC of equal laws, 400 a side
    assert told > 0.65
    assert abs(guess - 0.5) < NORMAL * error


def test_equal_laws_cannot_be_told_apart_and_unlike_ones_can() -> None:
    unseen, fresh, moved = rows(1500, 1), rows(1500, 2), rows(1500, 3)
    moved["x"] += 4
    sides = coded(unseen=unseen, fresh=fresh, moved=moved)
    assert abs(figures.told_apart(sides["unseen"], sides["fresh"], 0) - 0.5) < 0.06
    assert figures.told_apart(sides["unseen"], sides["moved"], 0) > 0.95


def test_a_category_that_decides_the_target_teaches_it() -> None:
    sides = coded(made=rows(500, 1), unseen=rows(500, 2))
    assert figures.taught(sides["made"], sides["unseen"], facts(), 0) == 1.0


def test_sequential_cart_draws_real_values_and_keeps_what_decides() -> None:
    taught = rows(600, 1)
    made = MAKERS["cart"](lesson(taught))(400)
    assert isinstance(made, pd.DataFrame)
    assert list(made.columns) == list(taught.columns)
    assert set(made["x"]) <= set(taught["x"])
    sides = coded(taught=taught, made=made)
    assert figures.broken(sides["taught"], sides["made"], (("kind", "parity"),)) == 0


def test_the_memory_of_children_is_counted() -> None:
    child = "b = bytearray(200_000_000); import time; time.sleep(0.4)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    cost = measure.run([sys.executable, "-c", parent], env={})
    assert cost.code == 0
    assert cost.peak_mb > 190


def test_a_line_is_reached_on_its_own_side_only() -> None:
    most, least = tabulate.Target("fit", 10), tabulate.Target("rate", 10, most=False)
    assert most.row(9)[-1] == "reached"
    assert most.row(11)[-1] == "**not reached**"
    assert least.row(9)[-1] == "**not reached**"
    assert least.row(None)[2:] == ["not measured", "—"]


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
