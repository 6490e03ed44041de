"""A run that was killed goes on with `resume`, and gives the bytes of an unbroken one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import worldwright as ww

from .conftest import Write
from .test_run import JUDGE, bytes_of

ROWS = 140_000  # three blocks

CHANGES = (
    ("learner: forest", "learner: marginals"),
    ("  target: late\n", ""),
    ("rows: 200", f"rows: {ROWS}"),
)

MOMENTS = {
    "after the fit": ".worldwright/*/world/world.json",
    "between two blocks": ".worldwright/*/rows/part-00000.parquet",
    "after the last block": ".worldwright/*/rows/part-00002.parquet",
}


def killed_when(seen: str, path: Path) -> None:
    """Start a run, and kill it the moment a file is there."""
    process = subprocess.Popen(
        [sys.executable, "-m", "worldwright", "run", str(path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=dict(os.environ),
    )
    while not list(path.parent.glob(seen)):
        assert process.poll() is None, "the run ended before it could be killed"
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_run_goes_on_and_gives_the_same_bytes(
    project: Write, tmp_path: Path, moment: str
) -> None:
    path = project(*CHANGES, more=JUDGE)
    unbroken = ww.run(path, out=tmp_path / "unbroken")
    killed_when(MOMENTS[moment], path)
    assert not (path.parent / "releases").exists()
    assert list(path.parent.glob(".worldwright/*"))
    resumed = ww.run(path, resume=True)
    assert resumed.name == unbroken.name
    assert bytes_of(resumed.directory) == bytes_of(unbroken.directory)
    assert not (path.parent / ".worldwright").exists()


@pytest.mark.slow
def test_without_resume_a_killed_run_begins_again(project: Write, tmp_path: Path) -> None:
    path = project(*CHANGES, more=JUDGE)
    killed_when(MOMENTS["between two blocks"], path)
    begun = ww.run(path)
    assert begun.dataset.rows == ROWS
    assert not (path.parent / ".worldwright").exists()
