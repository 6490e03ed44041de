"""A crew of processes that make blocks: told a number, each answers when the block is written.

The World goes to them as a saved folder and block numbers go as lines of text, so nothing is
pickled and a script needs no `__main__` guard. A worker has one block in hand at a time, which
bounds memory to a block a worker. When the parent dies the pipes close and the workers end.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING, Any

import pyarrow.parquet as pq

from .. import errors
from ..data.atomic import translated
from ..data.dataset import Dataset
from ..data.lineage import Lineage
from ..data.store import schema_from_plain, schema_to_plain
from ..errors import Fault, StoreError, WorldwrightError
from ..spec.wish import Cover, Wish
from .grid import share_texts
from .saved import load, save
from .world import World

if TYPE_CHECKING:
    from .blocks import Order, Written
    from .plan import Plan


def made_by_crew(order: Order, plan: Plan, todo: list[int], workers: int) -> Iterator[Written]:
    """Yield each block of `todo` once one of `workers` processes has written it."""
    with tempfile.TemporaryDirectory(prefix="worldwright-") as temporary:
        job = Path(temporary)
        _hand_over(order, plan, job)
        crew = [_Worker(job) for _ in range(workers)]
        try:
            yield from _collected(crew, todo)
        finally:
            for worker in crew:
                worker.end()
            sweep(order.directory)


def read_job(job: Path) -> tuple[World, Wish, int, Path, str | None]:
    """Return what a job folder asks for: world, wish, seed, directory, and the Plan's spec."""
    plain = json.loads((job / "job.json").read_text(encoding="utf-8"))
    cover = Cover(**plain["cover"]) if plain["cover"] else None
    keep = None
    if plain["keep"]:
        schema = schema_from_plain(plain["keep"])
        keep = Dataset(
            {schema.main_name: pq.read_table(job / "keep.parquet")}, schema, Lineage("keep")
        )
    wish = Wish(plain["rows"], plain["share"], plain["where"], cover, keep, plain["improbable"])
    return load(job / "world"), wish, plain["seed"], Path(plain["directory"]), plain["spec"]


def _hand_over(order: Order, plan: Plan, job: Path) -> None:
    wish = order.wish
    try:
        save(order.world, job / "world")
    except StoreError as fault:
        raise StoreError(
            "this world cannot be handed to other processes, since it cannot be saved",
            where=f"world.write(workers=...), on {fault.faults[0].where}",
            mend="write with workers=1",
        ) from fault
    if wish.keep is not None:
        pq.write_table(wish.keep.table, job / "keep.parquet")
    plain = {
        "rows": wish.rows,
        "share": share_texts(wish.share or {}),
        "where": wish.where,
        "improbable": wish.improbable,
        "cover": asdict(wish.cover) if wish.cover else None,
        "keep": schema_to_plain(wish.keep.schema) if wish.keep is not None else None,
        "seed": order.seed,
        "directory": str(order.directory.absolute()),
        "spec": plan.lineage.spec,
    }
    (job / "job.json").write_text(json.dumps(plain), encoding="utf-8")


def _collected(crew: list[_Worker], todo: list[int]) -> Iterator[Written]:
    answers: SimpleQueue[Written | BaseException | None] = SimpleQueue()
    waiting: SimpleQueue[int | None] = SimpleQueue()
    for number in [*todo, *[None] * len(crew)]:
        waiting.put(number)
    threads = [
        threading.Thread(target=worker.serve, args=(waiting, answers), daemon=True)
        for worker in crew
    ]
    for thread in threads:
        thread.start()
    working = len(threads)
    while working:
        answer = answers.get()
        if isinstance(answer, BaseException):
            raise answer
        if answer is None:
            working -= 1
        else:
            yield answer


class _Worker:
    """One process, and the thread of ours that talks to it."""

    def __init__(self, job: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        command = [sys.executable, "-m", "worldwright.generate.worker", str(job)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def serve(
        self,
        waiting: SimpleQueue[int | None],
        answers: SimpleQueue[Written | BaseException | None],
    ) -> None:
        """Hand over one number after the other until there are none."""
        try:
            while (number := waiting.get()) is not None:
                answers.put(self._make(number))
            answers.put(None)
        except BaseException as fault:  # whatever it is, the thread that waits raises it
            answers.put(fault)

    def end(self) -> None:
        """Close the pipes and see the process out; one that is still at work is killed."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            _close(pipe)

    def _make(self, number: int) -> Written:
        from .blocks import Written

        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            stdin.write(f"{number}\n")
            stdin.flush()
            line = stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise StoreError(
                f"a worker ended before block {number} was written "
                f"(exit code {self._process.wait()})",
                where="world.write(workers=...)",
                mend="go on with resume=True; what is complete is kept",
            )
        answer = json.loads(line)
        if "faults" in answer:
            raise _fault(answer)
        return Written(**answer)


def _fault(answer: dict[str, Any]) -> WorldwrightError:
    kind: type[WorldwrightError] = getattr(errors, answer["kind"])
    return kind.of([Fault(**fault) for fault in answer["faults"]])


def sweep(directory: Path) -> None:
    """Remove what writers that were broken off left half done."""
    with translated(directory):
        for leftover in sorted(directory.rglob(".*.part")):
            leftover.unlink(missing_ok=True)


def _close(pipe: IO[str] | None) -> None:
    if pipe is not None:
        try:
            pipe.close()
        except BrokenPipeError:
            return
