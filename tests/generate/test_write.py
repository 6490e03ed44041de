"""Blocks on disk: the same rows as in memory, whatever breaks off and however many workers."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from small_shop import shop_rows

from worldwright.data.lineage import Lineage
from worldwright.data.progress import Step
from worldwright.errors import AskedError, StoreError
from worldwright.generate import given, load, plan, space
from worldwright.generate.world import World
from worldwright.learn import fit
from worldwright.spec.wish import Cover, Wish

SHAPED = Wish(rows=2500, share={"region": {"mars": 0.3}}, cover=Cover(["region", "items"]))


@pytest.fixture
def small_blocks(monkeypatch) -> None:
    """Blocks of 1,000 rows, so that few rows are many blocks."""
    monkeypatch.setattr(plan, "BLOCK_ROWS", 1000)


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rows_of(folder: Path) -> pa.Table:
    return pa.concat_tables([pq.read_table(path) for path in sorted(folder.glob("part-*.parquet"))])


def test_improbable_rows_are_the_same_in_memory_and_from_two_workers(tmp_path) -> None:
    plain = fit(shop_rows().select(["region", "items", "big"]), learner="marginals")
    wish = Wish(rows=70_000, improbable=0.5)
    alone = plain.write(wish, tmp_path / "alone", seed=3)
    together = plain.write(wish, tmp_path / "together", seed=3, workers=2)
    assert files(alone) == files(together)
    assert rows_of(together).to_pylist() == plain.sample(wish, seed=3).table.to_pylist()


@pytest.mark.parametrize("wish", [2500, SHAPED], ids=["plain", "shaped"])
def test_what_is_written_is_what_is_sampled(world, tmp_path, small_blocks, wish) -> None:
    folder = world.write(wish, tmp_path / "out", seed=3)
    made = world.sample(wish, seed=3)
    assert rows_of(folder).to_pylist() == made.table.to_pylist()
    beside = sorted((folder / "_lineage").glob("*.parquet"))
    traces = [pq.read_table(path) for path in beside] or [made.lineage.trace]
    lineage = Lineage("world", trace=pa.concat_tables(traces))
    assert np.array_equal(lineage.weights(made.rows), made.weights())
    manifest = json.loads((folder / "blocks.json").read_text())
    assert manifest["complete"]
    assert manifest["parents"] == list(made.lineage.parents)
    assert manifest["spec"] == made.lineage.spec


def test_two_workers_write_the_bytes_of_one(world, tmp_path) -> None:
    wish = Wish(rows=70_000, share={"region": {"mars": 0.2}}, where="items > 2")
    alone = world.write(wish, tmp_path / "alone", seed=3)
    together = world.write(wish, tmp_path / "together", seed=3, workers=2)
    assert files(alone) == files(together)


def test_a_broken_run_goes_on_to_the_same_bytes(world, tmp_path, small_blocks) -> None:
    whole = files(world.write(SHAPED, tmp_path / "whole", seed=3))

    class Stop(Exception):
        pass

    for stop in range(1, 4):
        folder = tmp_path / f"broken-{stop}"
        steps: list[Step] = []

        def break_off(step: Step, steps: list[Step] = steps, stop: int = stop) -> None:
            steps.append(step)
            if len([s for s in steps if s.what == "write"]) > stop + 1:
                raise Stop

        with pytest.raises(Stop):
            world.write(SHAPED, folder, seed=3, progress=break_off)
        assert len(list(folder.glob("part-*.parquet"))) == stop
        world.write(SHAPED, folder, seed=3, resume=True)
        assert files(folder) == whole


def test_resuming_mends_what_is_gone_or_changed_and_sweeps_up(
    world, tmp_path, small_blocks
) -> None:
    folder = world.write(SHAPED, tmp_path / "out", seed=3)
    whole = files(folder)
    (folder / "part-00000.parquet").unlink()
    (folder / "part-00001.parquet").write_bytes(b"half a fi")
    (folder / ".part-00002.parquet.0a1b2c3d.part").write_bytes(b"a writer was killed here")
    world.write(SHAPED, folder, seed=3, resume=True)
    assert files(folder) == whole


def test_resuming_what_was_never_begun_begins_it(world, tmp_path) -> None:
    folder = world.write(10, tmp_path / "out", seed=3, resume=True)
    assert rows_of(folder).num_rows == 10


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"wish": 900}, "wish"),
        ({"seed": 4}, "seed"),
        ({"where": "items > 2"}, "world"),
        ({"wish": 900, "seed": 4}, "wish and another seed"),
    ],
)
def test_resuming_with_something_else_is_refused_and_says_what(
    world, tmp_path, change, named
) -> None:
    folder = world.write(1000, tmp_path / "out", seed=3)
    other = world.given(change["where"]) if "where" in change else world
    with pytest.raises(StoreError) as caught:
        other.write(change.get("wish", 1000), folder, seed=change.get("seed", 3), resume=True)
    assert str(caught.value) == (
        f"the folder was begun with another {named}\n"
        f"  where: {folder / 'blocks.json'}\n"
        "  mend:  resume with the same world, wish and seed, or write to a new folder"
    )


def test_an_existing_folder_is_not_written_to(world, tmp_path) -> None:
    with pytest.raises(StoreError) as caught:
        world.write(10, tmp_path, seed=3)
    assert str(caught.value) == (
        "it exists already, and nothing is overwritten\n"
        f"  where: {tmp_path}\n"
        "  mend:  choose another name, or move it away first"
    )
    world.write(10, tmp_path / "out", seed=3)
    with pytest.raises(StoreError, match="go on with it by resume=True"):
        world.write(10, tmp_path / "out", seed=3)


def test_a_folder_that_is_not_ours_is_not_resumed(world, tmp_path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(StoreError, match="there is nothing here to go on with"):
        world.write(10, tmp_path, seed=3, resume=True)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_what_a_newer_version_began_is_not_resumed(world, tmp_path) -> None:
    folder = world.write(10, tmp_path / "out", seed=3)
    manifest = json.loads((folder / "blocks.json").read_text())
    (folder / "blocks.json").write_text(json.dumps({**manifest, "version": 9}))
    with pytest.raises(StoreError, match="newer version"):
        world.write(10, folder, seed=3, resume=True)


def test_a_wish_that_cannot_be_met_leaves_no_folder(world, tmp_path) -> None:
    with pytest.raises(AskedError):
        world.write(Wish(rows=10, share={"region": {"venus": 0.1}}), tmp_path / "out", seed=3)
    assert list(tmp_path.iterdir()) == []


def test_rows_that_do_not_fit_on_the_disk_are_refused_before_any_is_made(world, tmp_path) -> None:
    with pytest.raises(StoreError) as caught:
        world.write(10**13, tmp_path / "out", seed=3)
    assert str(caught.value).startswith("10000000000000 rows would take about ")
    assert "  mend:  ask for fewer rows, or choose a folder on a larger disk" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_may_not_be_written_to_is_named(world) -> None:
    with pytest.raises(StoreError) as caught:
        world.write(10, "/proc/out", seed=3)
    assert "/proc/out" in str(caught.value)


def test_no_worker_is_too_few(world, tmp_path) -> None:
    with pytest.raises(AskedError, match="0 workers can do no work"):
        world.write(10, tmp_path / "out", seed=3, workers=0)


def test_a_world_that_cannot_be_saved_cannot_be_handed_to_workers(shop, tmp_path) -> None:
    resampled = World(shop, shop.schema)
    with pytest.raises(StoreError) as caught:
        resampled.write(70_000, tmp_path / "out", seed=3, workers=2)
    assert "cannot be handed to other processes" in str(caught.value)
    assert str(caught.value).endswith("mend:  write with workers=1")


def test_progress_tells_rows_and_ends_at_all_of_them(world, tmp_path, small_blocks) -> None:
    steps: list[Step] = []
    world.write(2500, tmp_path / "out", seed=3, progress=steps.append)
    assert [step.done for step in steps] == [0, 0, 1000, 2000, 2500]
    assert {step.total for step in steps} == {2500}


def test_sizes_read_as_people_say_them() -> None:
    assert [space.in_words(size) for size in (12, 3_400, 5_600_000, 7.8e10, 9e21)] == [
        "12 B", "3.4 kB", "5.6 MB", "78 GB", "9e+03 EB",
    ]  # fmt: skip


# Killed and starved: real processes.

SCRIPT = """
import sys, resource
from worldwright.generate import load
from worldwright.errors import StoreError
world, out, rows, workers, limit = sys.argv[1:]
if int(limit):
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
try:
    load(world).write(int(rows), out, seed=3, workers=int(workers), resume=True)
except StoreError as fault:
    print(fault)
    sys.exit(3)
"""


def run(*words: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SCRIPT, *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_full_disk_is_an_error_and_leaves_no_half_file(world, tmp_path, workers) -> None:
    # A limit on the size of files makes the kernel refuse the bytes, as a full disk does.
    saved = world.save(tmp_path / "world")
    broken = run(saved, tmp_path / "out", 140_000, workers, 20_000)
    said, _ = broken.communicate(timeout=120)
    assert broken.returncode == 3, said
    assert "mend:" in said
    left = [path.name for path in (tmp_path / "out").rglob("*")]
    assert left == ["blocks.json"]


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_killed_at_any_point_goes_on_to_the_same_bytes(world, tmp_path, workers) -> None:
    saved, rows = world.save(tmp_path / "world"), 1_000_000
    whole = files(load(saved).write(rows, tmp_path / "whole", seed=3))
    for blocks in (0, 1, 5, 11):
        folder = tmp_path / f"killed-{blocks}"
        victim = run(saved, folder, rows, workers, 0)
        while victim.poll() is None and len(list(folder.glob("part-*.parquet"))) < blocks:
            time.sleep(0.002)
        os.killpg(victim.pid, signal.SIGKILL)
        victim.wait()
        load(saved).write(rows, folder, seed=3, resume=True)
        assert files(folder) == whole
        shutil.rmtree(folder)


def test_a_conditioned_world_is_written_like_any_other(world, tmp_path) -> None:
    rare = world.given("region = mars")
    folder = rare.write(100, tmp_path / "out", seed=3)
    assert (
        rows_of(folder).to_pylist()
        == given(world, "region = mars").sample(100, seed=3).table.to_pylist()
    )
