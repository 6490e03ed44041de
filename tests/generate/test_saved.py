"""A saved World draws the same bytes; one that is not whole, not ours or too new says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from worldwright import plugins
from worldwright.errors import SpecError, StoreError
from worldwright.generate import given, load, mix
from worldwright.generate.world import World


@pytest.fixture
def saved(world: World, tmp_path: Path) -> Path:
    return world.constrain("items < 8").save(tmp_path / "world")


@settings(max_examples=5)
@for_all(st.integers(0, 2**62))
def test_a_loaded_world_draws_the_same_bytes(world, tmp_path_factory, seed) -> None:
    folder = world.save(tmp_path_factory.mktemp("w") / "world")
    again = load(folder)
    assert again.sample(80, seed=seed).table.equals(world.sample(80, seed=seed).table)
    assert again.fingerprint == world.fingerprint


def test_everything_but_the_evidence_comes_back(world, saved) -> None:
    again = load(saved)
    assert again.schema == world.schema
    assert again.target == "region"
    assert [str(constraint) for constraint in again.constraints] == ["items < 8"]
    assert again.lineage.parents == world.lineage.parents
    assert again.lineage.maker == world.lineage.maker
    assert world.evidence is not None
    assert again.evidence is None


def test_conditioned_worlds_and_mixtures_of_worlds_can_be_saved(world, tmp_path) -> None:
    blend = mix({"rare": (given(world, "region = mars"), 0.5), "all": (world.part, 0.5)})
    made = World(blend, world.schema).given("items > 2 and paid < 12")
    again = load(made.save(tmp_path / "blend"))
    assert again.sample(200, seed=4).table.equals(made.sample(200, seed=4).table)


def test_a_conditioned_world_needs_no_evidence_once_loaded(saved) -> None:
    assert set(
        load(saved).given("region = mars").sample(50, seed=1).table["items"].to_pylist()
    ) <= {*range(1, 8)}


def test_saving_over_something_is_refused(world, saved) -> None:
    with pytest.raises(StoreError, match="it exists already, and nothing is overwritten"):
        world.save(saved)


def test_a_world_that_resamples_real_rows_is_not_saved(shop, tmp_path) -> None:
    with pytest.raises(StoreError) as caught:
        World(shop, shop.schema).save(tmp_path / "world")
    assert "its part is a Dataset" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_no_file_of_a_saved_world_is_a_pickle(saved) -> None:
    assert {path.suffix for path in saved.rglob("*") if path.is_file()} == {
        ".json", ".npy", ".parquet",
    }  # fmt: skip


def test_a_truncated_file_is_named(saved) -> None:
    path = next(iter(sorted(saved.glob("arrays/*.npy"))))
    size = path.stat().st_size
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(StoreError) as caught:
        load(saved)
    assert str(caught.value) == (
        f"a file of the saved world is truncated to {size - 5} of {size} bytes\n"
        f"  where: {path}\n"
        "  mend:  save the world again, or take it from a backup"
    )


def test_a_changed_file_is_named(saved) -> None:
    path = saved / "world.json"
    path.write_text(path.read_text().replace("items < 8", "items < 9"))
    with pytest.raises(StoreError) as caught:
        load(saved)
    assert str(caught.value) == (
        "a file of the saved world was changed after it was saved\n"
        f"  where: {path}\n"
        "  mend:  save the world again, or take it from a backup"
    )


def test_a_missing_file_is_named(saved) -> None:
    path = next(iter(sorted(saved.glob("tables/*.parquet"))))
    path.unlink()
    with pytest.raises(StoreError, match="a file of the saved world is missing"):
        load(saved)


def test_a_manifest_cut_short_is_named(saved) -> None:
    path = saved / "manifest.json"
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(StoreError, match="it is truncated or not ours"):
        load(saved)


def test_a_world_from_a_newer_version_says_so(saved) -> None:
    path = saved / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "version": 2}))
    with pytest.raises(StoreError) as caught:
        load(saved)
    assert str(caught.value) == (
        "the world was saved by a newer version (format 2; this one reads 1)\n"
        f"  where: {path}\n"
        "  mend:  update worldwright, or save the world with this version"
    )


def test_a_folder_without_a_world_says_so(tmp_path) -> None:
    with pytest.raises(StoreError, match="there is no saved world here"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("name", "what"), [("ato.yaml", "world files"), ("pack:account-takeover", "packs")]
)
def test_world_files_and_packs_are_not_part_of_this_version(name, what) -> None:
    with pytest.raises(SpecError) as caught:
        load(name)
    assert str(caught.value) == (
        f"{what} are not part of this version\n"
        f"  where: load({name!r})\n"
        "  mend:  load the folder of a saved world, or fit one from rows"
    )


def test_a_room_that_registers_packs_is_asked_for_them(world, monkeypatch) -> None:
    asked = []
    monkeypatch.setitem(plugins.part_kinds._parts, "pack", lambda s: asked.append(s.meta) or world)
    assert load("pack:account-takeover") is world
    assert asked == [{"path": "pack:account-takeover"}]


def test_a_world_shows_no_row_when_it_is_printed(world) -> None:
    assert "evidence" not in repr(world)
    assert "part=" not in repr(world)


def test_explain_says_what_the_world_is(world) -> None:
    said = world.constrain("items < 8").explain()
    assert said["target"] == "region"
    assert said["constraints"] == ["items < 8"]
    assert said["columns"]["paid"] == "number"
    assert said["part"]["learner"] == "marginals"
