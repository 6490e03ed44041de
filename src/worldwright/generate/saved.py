"""A World as a folder: JSON, arrays and tables, each checked by its hash when it is read back.

    manifest.json   format, version, and size and SHA-256 of every other file
    world.json      schema, target, constraints, assumptions, lineage; the part: kind and settings
    arrays/*.npy    numpy arrays (never pickled)        tables/*.parquet    Arrow tables

The rows that taught the World are not in it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from .. import plugins
from ..data.atomic import new_folder, translated
from ..data.expression import parse
from ..data.store import lineage_from_plain, lineage_to_plain
from ..data.store import schema_from_plain as schema_from_plain
from ..data.store import schema_to_plain as schema_to_plain
from ..errors import SpecError, StoreError
from ..spec.assumption import assumption_from_plain
from .generator import Savable, Saved
from .world import World

FORMAT = "worldwright world"
VERSION = 1
_ELSEWHERE = {"pack:": "pack", ".yaml": "world file", ".yml": "world file"}


def save(world: World, directory: Path) -> Path:
    """Write `world` to the new folder `directory`."""
    saved = dumped(world)
    with new_folder(directory) as folder:
        _write(folder, saved)
    return directory


def load(path: str | Path) -> World:
    """Return the World saved in the folder `path`.

    Raises StoreError if it is not one, is not whole, was changed, or is of a newer version.
    """
    elsewhere = _from_elsewhere(str(path))
    if elsewhere is not None:
        return elsewhere
    folder = Path(path)
    files = _manifest(folder)
    for name, seen in files.items():
        _check(folder / name, seen)
    return _read(folder)


def digest(saved: Saved) -> str:
    """Return a hash of a saved part: what it will draw follows from it."""
    total = hashlib.sha256(json.dumps([saved.kind, saved.meta], sort_keys=True).encode())
    for name, array in sorted(saved.arrays.items()):
        total.update(f"{name}{array.dtype}{array.shape}".encode())
        total.update(np.ascontiguousarray(array).data)
    for name, table in sorted(saved.tables.items()):
        total.update(name.encode())
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as stream:
            stream.write_table(table.combine_chunks())
        total.update(sink.getvalue())
    return total.hexdigest()


@dataclass(frozen=True, slots=True)
class _Seen:
    size: int
    sha256: str


def dumped(world: World) -> Saved:
    """Return a World as it is saved; its evidence stays behind."""
    if not isinstance(world.part, Savable):
        raise StoreError(
            f"this world cannot be saved: its part is a {type(world.part).__name__}",
            where="world.save",
            mend="save a world that was learned or declared; a dataset is saved by its own save()",
        )
    part = world.part.dump()
    return replace(
        part, kind="world", meta={**_plain(world), "part": {"kind": part.kind, "meta": part.meta}}
    )


@plugins.part_kinds("world")
def loaded(saved: Saved) -> World:
    """Bring a dumped World back."""
    meta = saved.meta
    inner = replace(saved, kind=meta["part"]["kind"], meta=meta["part"]["meta"])
    schema = schema_from_plain(meta["schema"])
    return World(
        part=plugins.part_kinds.get(inner.kind)(inner),
        schema=schema,
        target=meta["target"],
        constraints=tuple(parse(text).check(schema.main) for text in meta["constraints"]),
        stated=tuple(assumption_from_plain(one) for one in meta.get("assumptions", ())),
        lineage=lineage_from_plain(meta["lineage"]),
    )


def _write(folder: Path, saved: Saved) -> None:
    arrays = {name: f"arrays/{at:05}.npy" for at, name in enumerate(saved.arrays)}
    tables = {name: f"tables/{at:05}.parquet" for at, name in enumerate(saved.tables)}
    for kind in ("arrays", "tables"):
        (folder / kind).mkdir()
    for name, file in arrays.items():
        np.save(folder / file, saved.arrays[name], allow_pickle=False)
    for name, file in tables.items():
        pq.write_table(saved.tables[name], folder / file, compression="zstd")
    whole = {"kind": saved.kind, "meta": saved.meta, "arrays": arrays, "tables": tables}
    _write_json(folder / "world.json", whole)
    names = ["world.json", *arrays.values(), *tables.values()]
    files = {name: asdict(_seen(folder / name)) for name in names}
    _write_json(folder / "manifest.json", {"format": FORMAT, "version": VERSION, "files": files})


def _plain(world: World) -> dict[str, Any]:
    return {
        "schema": schema_to_plain(world.schema),
        "target": world.target,
        "constraints": [str(constraint) for constraint in world.constraints],
        "assumptions": [one.to_plain() for one in world.stated],
        "lineage": lineage_to_plain(world.lineage),
    }


def _read(folder: Path) -> World:
    whole = json.loads((folder / "world.json").read_text(encoding="utf-8"))
    arrays, tables = whole["arrays"], whole["tables"]
    return loaded(
        Saved(
            whole["kind"],
            whole["meta"],
            {k: np.load(folder / file, allow_pickle=False) for k, file in arrays.items()},
            {k: pq.read_table(folder / file) for k, file in tables.items()},
        )
    )


def _manifest(folder: Path) -> dict[str, _Seen]:
    path = folder / "manifest.json"
    if not path.is_file():
        raise StoreError(
            "there is no saved world here",
            where=str(folder),
            mend="give the folder that world.save() wrote",
        )
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT:
            raise ValueError(manifest["format"])
        version = int(manifest["version"])
    except (ValueError, KeyError, TypeError) as fault:
        raise StoreError(
            "the manifest of the saved world cannot be read: it is truncated or not ours",
            where=str(path),
            mend="save the world again, or take it from a backup",
        ) from fault
    if version > VERSION:
        raise StoreError(
            f"the world was saved by a newer version (format {version}; this one reads {VERSION})",
            where=str(path),
            mend="update worldwright, or save the world with this version",
        )
    return {name: _Seen(**seen) for name, seen in manifest["files"].items()}


def _check(path: Path, promised: _Seen) -> None:
    mend = "save the world again, or take it from a backup"
    if not path.is_file():
        raise StoreError("a file of the saved world is missing", where=str(path), mend=mend)
    if path.stat().st_size < promised.size:
        what = f"a file of the saved world is truncated to {path.stat().st_size} of {promised.size}"
        raise StoreError(f"{what} bytes", where=str(path), mend=mend)
    if _seen(path) != promised:
        raise StoreError(
            "a file of the saved world was changed after it was saved", where=str(path), mend=mend
        )


def _seen(path: Path) -> _Seen:
    with path.open("rb") as file:
        return _Seen(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def _write_json(path: Path, plain: Mapping[str, Any]) -> None:
    with translated(path):
        path.write_text(json.dumps(plain, indent=1, ensure_ascii=False), encoding="utf-8")


def _from_elsewhere(path: str) -> World | None:
    """Return what a registered kind makes of a world file or a pack; None for a folder."""
    for mark, kind in _ELSEWHERE.items():
        if not (path.startswith(mark) or path.endswith(mark)):
            continue
        if kind in plugins.part_kinds.names():
            world: World = plugins.part_kinds.get(kind)(Saved(kind, {"path": path}))
            return world
        raise SpecError(
            f"{kind}s are not part of this version",
            where=f"load({path!r})",
            mend="load the folder of a saved world, or fit one from rows",
        )
    return None
