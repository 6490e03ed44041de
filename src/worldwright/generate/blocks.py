"""Blocks as files: each there whole or not at all, however often the work was broken off.

    part-00000.parquet …            the rows, one block a file
    _lineage/part-00000.parquet …   what differs from row to row, where anything does
    blocks.json                     what is being made (world, wish, seed), and what is complete

A block is pure, so a broken run needs no clean-up: what the manifest lists and the hash confirms is
kept, the rest is made again with the same bytes. The manifest is rewritten after every block while
there are few and then ever more rarely, so that its cost stays linear.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ..data.atomic import new_file, new_folder, write_bytes
from ..data.progress import Meter, Progress
from ..data.store import schema_to_plain
from ..errors import AskedError, StoreError
from ..spec.wish import Wish
from .crew import made_by_crew, sweep
from .plan import BLOCK_ROWS, Plan
from .space import check_disk
from .world import World, described

FORMAT = "worldwright blocks"
VERSION = 1
_PROBE_ROWS = 4096
MANIFEST = "blocks.json"
LINEAGE = "_lineage"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be written, and where."""

    world: World
    wish: Wish
    seed: int
    directory: Path


@dataclass(frozen=True, slots=True)
class Written:
    """One complete block: its files' hashes."""

    block: int
    rows: int
    file: str
    sha256: str
    lineage: str | None = None
    lineage_sha256: str | None = None


@dataclass
class _Ledger:
    """The manifest while it grows."""

    directory: Path
    head: Mapping[str, Any]
    done: dict[int, Written] = field(default_factory=dict)
    noted: int = 0

    def add(self, written: Written) -> None:
        self.done[written.block] = written
        if len(self.done) - self.noted >= max(1, self.noted // 32):
            self.note()

    def note(self) -> None:
        """Replace the manifest by what is complete now."""
        self.noted = len(self.done)
        path = self.directory / MANIFEST
        write_bytes(path, _manifest(self.head, [self.done[at] for at in sorted(self.done)]))


def write(order: Order, *, workers: int, resume: bool, progress: Progress) -> Path:
    """Write every block of the order that is not there yet. See `World.write`."""
    if workers < 1:
        raise AskedError(
            f"{workers} workers can do no work", where="world.write", mend="ask for 1 or more"
        )
    if order.wish.rows is not None:
        _check_space(order)
    directory = order.directory
    if not resume:
        _refuse_existing(directory)
    plan = order.world.plan(order.wish, seed=order.seed)
    ledger = _opened(order, plan) if directory.exists() else _begun(order, plan)
    todo = [number for number in range(plan.blocks) if number not in ledger.done]
    meter = Meter(progress, "write", plan.rows)
    meter.add(sum(written.rows for written in ledger.done.values()))
    try:
        for written in _made(order, plan, todo, workers):
            ledger.add(written)
            meter.add(written.rows)
    finally:
        ledger.note()
    return directory


def make_block(plan: Plan, number: int, directory: Path) -> Written:
    """Make one block and write its files."""
    block = plan.block(number)
    name = _name(plan, number)
    sha256 = _write_table(block.table, directory / name)
    if not block.lineage.trace.num_rows:
        return Written(number, block.rows, name, sha256)
    beside = f"{LINEAGE}/{name}"
    lineage_sha256 = _write_table(plan.sidecar(number, block), directory / beside)
    return Written(number, block.rows, name, sha256, beside, lineage_sha256)


def _made(order: Order, plan: Plan, todo: list[int], workers: int) -> Iterator[Written]:
    if workers == 1 or len(todo) < 2:
        return (make_block(plan, number, order.directory) for number in todo)
    return made_by_crew(order, plan, todo, min(workers, len(todo)))


def _name(plan: Plan, number: int) -> str:
    width = max(5, len(str(plan.blocks - 1)))
    return f"part-{number:0{width}}.parquet"


def _write_table(table: pa.Table, path: Path) -> str:
    """Write one file and return its SHA-256."""
    with new_file(path) as temporary:
        # Beside snappy, zstd at level 1 costs 10 ms more a block of 21 columns; files are a quarter
        # smaller.
        pq.write_table(table, temporary, compression="zstd", compression_level=1)
        return _hashed(temporary)


def _hashed(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _begun(order: Order, plan: Plan) -> _Ledger:
    head = _head(order, plan)
    with new_folder(order.directory) as folder:
        (folder / MANIFEST).write_bytes(_manifest(head, []))
    return _Ledger(order.directory, head)


def _opened(order: Order, plan: Plan) -> _Ledger:
    """Return the ledger of a broken run, with the blocks that are really there."""
    head, blocks = _read_manifest(order.directory)
    ours = _head(order, plan)
    differ = [name for name in ("world", "wish", "seed") if head.get(name) != ours[name]]
    if differ:
        raise StoreError(
            f"the folder was begun with another {' and another '.join(differ)}",
            where=str(order.directory / MANIFEST),
            mend="resume with the same world, wish and seed, or write to a new folder",
        )
    sweep(order.directory)
    whole = [written for written in blocks if _is_whole(order.directory, written)]
    return _Ledger(order.directory, ours, {written.block: written for written in whole})


def _is_whole(directory: Path, written: Written) -> bool:
    pairs = [(written.file, written.sha256), (written.lineage, written.lineage_sha256)]
    return all(
        (directory / name).is_file() and _hashed(directory / name) == promised
        for name, promised in pairs
        if name is not None
    )


def _head(order: Order, plan: Plan) -> dict[str, Any]:
    wish = hashlib.sha256(described(order.wish).encode()).hexdigest()
    return {
        "format": FORMAT,
        "version": VERSION,
        "world": order.world.fingerprint,
        "wish": wish,
        "seed": order.seed,
        "rows": plan.rows,
        "block_rows": BLOCK_ROWS,
        "parents": list(plan.lineage.parents),
        "spec": plan.lineage.spec,
        "where": plan.lineage.where,
        "infeasible": list(plan.infeasible),
        "schema": schema_to_plain(plan.schema),
    }


def _manifest(head: Mapping[str, Any], blocks: list[Written]) -> bytes:
    complete = sum(written.rows for written in blocks) == head["rows"]
    listed = [asdict(written) for written in blocks]
    return json.dumps({**head, "complete": complete, "blocks": listed}, indent=1).encode()


def _read_manifest(directory: Path) -> tuple[Mapping[str, Any], list[Written]]:
    path = directory / MANIFEST
    try:
        manifest = json.loads(path.read_bytes())
        if manifest["format"] != FORMAT:
            raise ValueError(manifest["format"])
        version = int(manifest["version"])
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise StoreError(
            "there is nothing here to go on with",
            where=str(path),
            mend="give the folder that world.write() began, or write to a new one",
        ) from fault
    if version > VERSION:
        raise StoreError(
            f"the folder was begun by a newer version (format {version}; this one reads {VERSION})",
            where=str(path),
            mend="update worldwright, or write to a new folder",
        )
    return manifest, [Written(**written) for written in manifest["blocks"]]


def _refuse_existing(directory: Path) -> None:
    if directory.exists() or directory.is_symlink():
        begun = (directory / MANIFEST).is_file()
        raise StoreError(
            "it exists already, and nothing is overwritten",
            where=str(directory),
            mend="go on with it by resume=True, or choose another name"
            if begun
            else "choose another name, or move it away first",
        )


def _check_space(order: Order) -> None:
    rows, columns = order.wish.rows or 0, order.world.schema.main
    probe: Callable[[], Any] = lambda: order.world.part.sample(_PROBE_ROWS, seed=order.seed)  # noqa: E731
    check_disk(rows, columns, order.directory, probe)
