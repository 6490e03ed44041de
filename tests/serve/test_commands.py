"""The commands: stdout is the answer, stderr the talk, the exit code says whose fault it is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import worldwright as ww
from worldwright.serve.cli import app

from .conftest import Call, command


def quick(*words: object) -> Result:
    """Run a command in this process, which costs no start."""
    return CliRunner().invoke(app, [str(word) for word in words], prog_name="ww")


def test_nothing_asked_prints_the_help() -> None:
    assert "Usage: ww" in quick().output


def test_the_version_is_the_packages(call: Call) -> None:
    said = call("--version")
    assert (said.code, said.out, said.err) == (0, f"{ww.__version__}\n", "")


def test_an_unknown_command_names_the_nearest_and_exits_2() -> None:
    said = quick("fti")
    assert said.exit_code == 2
    assert "No such command 'fti'. Did you mean 'fit'?" in said.stderr
    assert said.stdout == ""


def test_an_error_is_printed_whole_on_stderr_without_a_traceback(call: Call) -> None:
    said = call("show", "none.csv")
    assert said.code == 3
    assert said.out == ""
    assert said.err == "there is nothing there\n  where: none.csv\n  mend:  check the path\n"


def test_a_project_with_faults_exits_2_with_all_of_them(tmp_path: Path) -> None:
    (tmp_path / "project.yaml").write_text("evidense: {}\nseed: x\n")
    said = quick("check", tmp_path / "project.yaml")
    assert said.exit_code == 2
    assert said.stdout == ""
    assert said.stderr.count("  where: ") == 4
    assert "did you mean 'evidence'?" in said.stderr


def test_check_prints_lines_or_json(orders: Path, tmp_path: Path) -> None:
    (tmp_path / "project.yaml").write_text("evidence: {read: orders.csv}\nwish: {rows: 10}\n")
    lines = quick("check", tmp_path).stdout.splitlines()
    assert "wish: 10 rows" in lines
    assert json.loads(quick("check", tmp_path, "--json").stdout) == lines
    assert quick("run", tmp_path, "--dry-run").stdout.splitlines() == lines
    assert sorted(p.name for p in tmp_path.iterdir()) == ["orders.csv", "project.yaml"]


def test_init_prints_what_it_wrote(orders: Path, tmp_path: Path) -> None:
    said = quick("init", tmp_path / "new", orders, "--target", "late")
    assert said.exit_code == 0
    assert said.stdout.split() == [f"{tmp_path}/new/project.yaml", f"{tmp_path}/new/schema.yaml"]


def test_fit_saves_a_world_and_prints_where(orders: Path, tmp_path: Path) -> None:
    said = quick("fit", orders, "--learner", "marginals", "-o", tmp_path / "w")
    assert (said.exit_code, said.stdout) == (0, f"{tmp_path}/w\n")
    assert ww.load(tmp_path / "w").columns == ("region", "items", "late")


def test_fit_hands_on_effort_memory_and_the_memory_limit(orders: Path, tmp_path: Path) -> None:
    said = quick("fit", orders, "--effort", "quick", "--memory", "low", "-o", tmp_path / "w")
    assert said.exit_code == 0
    part = ww.load(tmp_path / "w").explain()["part"]
    assert part["settings"]["trees"] == 4
    assert list(part["memory"]) == ["low"]
    small = quick("fit", orders, "--memory-limit", "20 MB", "-o", tmp_path / "x")
    assert (small.exit_code, small.stdout) == (2, "")
    assert "and 20 MB is allowed" in small.stderr
    assert not (tmp_path / "x").exists()


def test_a_project_wishes_for_improbable_rows(orders: Path, tmp_path: Path) -> None:
    (tmp_path / "project.yaml").write_text(
        "evidence: {read: orders.csv}\nwish: {rows: 10, improbable: 0.05}\n"
    )
    said = quick("check", tmp_path).stdout
    assert "the least probable 5.000% of what the World makes" in said
    (tmp_path / "project.yaml").write_text(
        "evidence: {read: orders.csv}\nwish: {rows: 10, improbable: 5}\n"
    )
    assert "the improbable share is 5" in quick("check", tmp_path).stderr


def test_fit_says_which_columns_it_keeps_out(tmp_path: Path) -> None:
    rows = [f"{'ab'[k % 2]},please ring twice and leave it at door number {k}" for k in range(300)]
    (tmp_path / "notes.csv").write_text("\n".join(["kind,note", *rows]))
    said = quick("fit", tmp_path / "notes.csv", "-o", tmp_path / "w")
    assert "note: text is not learned: the column is null in every made row" in said.stderr
    assert said.stdout.strip() == str(tmp_path / "w")


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "tsv", "parquet", "jsonl"])
def test_sample_writes_what_the_name_says(world: Path, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"made.{ending}"
    said = quick("sample", world, "--rows", 50, "--seed", 7, "-o", out)
    assert (said.exit_code, said.stdout) == (0, f"{out}\n")
    made = ww.read(out)
    assert made.rows == 50
    assert made.table.to_pydict() == ww.load(world).sample(50, seed=7).table.to_pydict()


def test_sample_to_stdout_is_rows_and_nothing_else(call: Call, world: Path) -> None:
    said = call("sample", world, "--rows", 5, "-o", "-")
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0] == '"region","items","late"' or lines[0] == "region,items,late"
    assert len(lines) == 6
    assert call("sample", world, "--rows", 5, "-o", "-").out == said.out


def test_sample_honours_shares_conditions_and_coverings(world: Path, tmp_path: Path) -> None:
    said = quick(
        "sample", world, "--rows", 100, "--share", "late=yes:0.5", "--where", "items < 5",
        "--cover", "region,late:2", "-o", tmp_path / "made.parquet",
    )  # fmt: skip
    assert said.exit_code == 0, said.output
    made = ww.read(tmp_path / "made.parquet").table.to_pydict()
    assert max(made["items"]) < 5
    assert 49 <= made["late"].count("yes") <= 51
    assert len(set(zip(made["region"], made["late"], strict=True))) == 6


def test_sample_to_a_folder_streams_blocks_that_read_as_one(world: Path, tmp_path: Path) -> None:
    said = quick("sample", world, "--rows", 70_000, "-o", tmp_path / "made")
    assert said.exit_code == 0, said.output
    made = ww.read(tmp_path / "made")
    assert len(made.tables) == 1
    assert made.rows == 70_000
    again = quick("sample", world, "--rows", 70_000, "-o", tmp_path / "made", "--resume")
    assert again.exit_code == 0
    assert quick("sample", world, "--rows", 9, "-o", tmp_path / "made").exit_code == 3


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--share", "late"), "'late' is not of the form COLUMN=VALUE:SHARE"),
        (("--share", "late=yes:much"), "'late=yes:much' is not of the form COLUMN=VALUE:SHARE"),
        (("--cover", "a,b:x"), "'a,b:x' is not of the form COLUMN,COLUMN:STRENGTH"),
    ],
)
def test_an_option_that_cannot_be_read_says_its_form(
    world: Path, tmp_path: Path, words: tuple[str, str], says: str
) -> None:
    said = quick("sample", world, "--rows", 5, *words, "-o", tmp_path / "made.csv")
    assert said.exit_code == 2
    assert says in " ".join(said.stderr.split())


@pytest.mark.parametrize("rows", [0, -1])
def test_no_rows_are_refused(world: Path, tmp_path: Path, rows: int) -> None:
    said = quick("sample", world, "--rows", rows, "-o", tmp_path / "made.csv")
    assert said.exit_code == 2
    assert said.stderr == (
        f"a wish for {rows} rows\n"
        f"  where: Wish(rows={rows})\n"
        "  mend:  wish for a whole number of rows, at least one\n"
    )
    assert not (tmp_path / "made.csv").exists()


@pytest.mark.parametrize("name", ["made.csv", "made"])
def test_more_rows_than_fit_are_refused_at_once(world: Path, tmp_path: Path, name: str) -> None:
    said = quick("sample", world, "--rows", 10**12, "-o", tmp_path / name)
    assert said.exit_code in (2, 3)
    assert said.stderr.startswith("1000000000000 rows would take about ")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["orders.csv", "world"]


def test_a_condition_that_nothing_satisfies_leaves_no_file(world: Path, tmp_path: Path) -> None:
    said = quick("sample", world, "--rows", 5, "--where", "items > 900", "-o", tmp_path / "m.csv")
    assert said.exit_code == 2
    assert "items > 900" in said.stderr
    assert "  mend:  " in said.stderr
    assert not (tmp_path / "m.csv").exists()


def test_a_share_of_a_value_that_never_occurred(world: Path, tmp_path: Path) -> None:
    said = quick(
        "sample", world, "--rows", 5, "--share", "late=maybe:0.5", "-o", tmp_path / "m.csv"
    )
    assert said.exit_code == 2
    assert "'maybe'" in said.stderr
    assert not (tmp_path / "m.csv").exists()


def test_nothing_is_overwritten(world: Path, tmp_path: Path) -> None:
    (tmp_path / "made.csv").write_text("mine")
    said = quick("sample", world, "--rows", 5, "-o", tmp_path / "made.csv")
    assert said.exit_code == 3
    assert said.stderr == (
        "it exists already, and nothing is overwritten\n"
        f"  where: {tmp_path}/made.csv\n"
        "  mend:  choose another name, or move it away first\n"
    )
    assert (tmp_path / "made.csv").read_text() == "mine"


def test_an_ending_that_we_do_not_write_names_the_nearest(world: Path, tmp_path: Path) -> None:
    said = quick("sample", world, "--rows", 5, "-o", tmp_path / "made.csvv")
    assert said.exit_code == 2
    assert said.stderr == (
        "rows are not written as .csvv\n"
        f"  where: {tmp_path}/made.csvv\n"
        "  mend:  did you mean '.csv'? choose from: "
        ".csv, .csv.gz, .jsonl, .jsonl.gz, .parquet, .tsv, .tsv.gz\n"
    )


def test_a_place_below_a_file_or_that_may_not_be_written(world: Path, tmp_path: Path) -> None:
    said = quick("sample", world, "--rows", 5, "-o", tmp_path / "orders.csv" / "made.csv")
    assert said.exit_code == 3
    assert said.stderr == (
        "a part of the path is a file\n"
        f"  where: {tmp_path}/orders.csv\n"
        "  mend:  choose a path whose parents are folders\n"
    )
    said = quick("sample", world, "--rows", 5, "-o", "/sys/made.csv")
    assert said.exit_code == 3
    assert said.stderr == (
        "no permission to write there\n"
        "  where: /sys\n"
        "  mend:  choose a folder that you may write to\n"
    )


def damaged(world: Path, how: str) -> None:
    """Cut a saved World short, change it, or make it newer than we are."""
    manifest = world / "manifest.json"
    if how == "newer":
        plain = json.loads(manifest.read_text())
        manifest.write_text(json.dumps({**plain, "version": 99}))
        return
    content = (world / "world.json").read_bytes()
    broken = content[:-20] if how == "truncated" else content.replace(b"late", b"lama")
    (world / "world.json").write_bytes(broken)


@pytest.mark.parametrize(
    ("how", "says"),
    [("truncated", "world.json"), ("tampered", "world.json"), ("newer", "newer")],
)
def test_a_saved_world_that_is_not_whole_is_not_used(
    world: Path, tmp_path: Path, how: str, says: str
) -> None:
    damaged(world, how)
    said = quick("sample", world, "--rows", 5, "-o", tmp_path / "made.csv")
    assert said.exit_code == 3
    assert says in said.stderr
    assert "  mend:  " in said.stderr
    assert not (tmp_path / "made.csv").exists()


@pytest.fixture
def sides(orders: Path, tmp_path: Path) -> tuple[Path, Path, Path]:
    real, holdout = ww.read(orders).split(0.5, seed=1)
    made = ww.fit(real, learner="marginals").sample(150, seed=2)
    paths = tuple(tmp_path / f"{name}.csv" for name in ("made", "real", "holdout"))
    for rows, path in zip((made, real, holdout), paths, strict=True):
        rows.export(path)
    return paths  # type: ignore[return-value]


def test_guard_prints_a_screen_or_json(sides: tuple[Path, Path, Path]) -> None:
    made, real, holdout = sides
    words = ("guard", made, "--real", real, "--holdout", holdout)
    told = quick(*words)
    assert told.exit_code == 0, told.output
    assert "WHO COULD BE HURT?" in told.stdout
    plain = json.loads(quick(*words, "--json").stdout)
    assert "membership_auc" in plain["figures"]


def test_a_gate_that_fails_exits_1_with_figure_and_limit(sides: tuple[Path, Path, Path]) -> None:
    made, real, holdout = sides
    said = quick(
        "guard", made, "--real", real, "--holdout", holdout, "--gate", "membership_auc<=0.01"
    )
    assert said.exit_code == 1
    assert "membership_auc must be <= 0.01, and is " in said.stderr
    said = quick("guard", made, "--real", real, "--holdout", holdout, "--gate", "membership=same")
    assert said.exit_code in (0, 1)
    said = quick("guard", made, "--real", real, "--holdout", holdout, "--gate", "membership")
    assert said.exit_code == 2


@pytest.mark.parametrize("command", ["judge", "guard", "release"])
def test_a_gate_that_no_report_could_decide_is_told_before_any_work(command: str) -> None:
    words = ["nowhere.csv", "--real", "nowhere.csv", "--holdout", "nowhere.csv", "-o", "out.html"]
    said = quick(command, *words, "--gate", "ruls=same", "--gate", "rules=smae")
    assert said.exit_code == 2
    assert "no figure and no question is named 'ruls'" in said.stderr
    assert "did you mean 'rules'" in said.stderr
    assert "rules is a question, and the gate says smae" in said.stderr


@pytest.mark.slow
def test_judge_writes_a_page_and_release_makes_a_bundle(
    sides: tuple[Path, Path, Path], world: Path, tmp_path: Path
) -> None:
    made, real, holdout = sides
    page = tmp_path / "report.html"
    said = quick("judge", made, "--real", real, "--holdout", holdout, "-o", page)
    assert said.exit_code in (0, 1)
    assert "IS IT LIKE?" in said.stdout
    assert page.read_text().lstrip().lower().startswith("<!doctype html>")
    quick("sample", world, "--rows", 100, "-o", tmp_path / "rows.csv")
    out = tmp_path / "bundle"
    said = quick("release", made, "--real", real, "--holdout", holdout, "-o", out)
    assert said.exit_code == 0, said.output
    assert ww.open_release(out).verify() == ()
    assert f"release  {out}" in said.stderr


def test_plugins_prints_what_there_is() -> None:
    told = quick("plugins")
    assert told.stdout.startswith("learners\n  forest ")
    assert "forest" in {
        part["name"] for part in json.loads(quick("plugins", "--json").stdout)["learner"]
    }


BROKEN = """
from worldwright import plugins
from worldwright.serve.cli import main

@plugins.learners("broken")
def broken(real, **settings):
    raise ZeroDivisionError("a fault of ours")

main()
"""


def test_a_fault_of_ours_shows_its_traceback_and_exits_70(orders: Path, tmp_path: Path) -> None:
    words = ["fit", str(orders), "--learner", "broken", "-o", str(tmp_path / "w")]
    done = subprocess.run(
        [sys.executable, "-c", BROKEN, *words], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 70
    assert done.stdout == ""
    assert "Traceback (most recent call last)" in done.stderr
    assert "ZeroDivisionError: a fault of ours" in done.stderr
    assert done.stderr.endswith("leave out anything that shows your rows.\n")
    assert not (tmp_path / "w").exists()


@pytest.mark.slow
def test_a_user_who_stops_a_run_is_told_and_gets_130(orders: Path, tmp_path: Path) -> None:
    text = "evidence: {read: orders.csv, target: late}\nwish: {rows: 100}\n"
    (tmp_path / "project.yaml").write_text(text)
    process = subprocess.Popen(
        command("run", tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )
    while not list(tmp_path.glob(".worldwright/*/rows/blocks.json")):
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    assert out == ""
    assert err.endswith("stopped; nothing half-written stays\n")
    assert not (tmp_path / "releases").exists()
