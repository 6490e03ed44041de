"""The log: entries that are added and never changed, each bound to the one before by its hash.

One JSON object a line: index, kind, facts, time (only if the caller passes one), previous, hash,
where hash = SHA-256 of the entry without it, as JSON with sorted keys, and previous is the hash of
the entry before (64 zeros for the first). A change of any entry breaks the chain there; that the
LAST entries were cut off cannot be seen from the log alone, so who must know keeps `head()`.

`append` holds a file lock and syncs to the disk, so entries of two processes never mix, and what it
returned is there after a crash. A line that a crash left half written was never returned; the next
append takes it away.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ..errors import StoreError
from .atomic import translated

START = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a log."""

    index: int
    kind: str
    facts: Mapping[str, Any]
    previous: str
    hash: str
    time: str | None = None


class Log:
    """The log in one file. The file is made by the first append."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def append(self, kind: str, facts: Mapping[str, Any], *, time: str | None = None) -> Entry:
        """Add an entry and return it, once it is on the disk.

        `facts` must be plain JSON; raises ValueError for NaN, TypeError for objects. Raises
        StoreError if the log cannot be written, or its last entry is broken.
        """
        json.dumps(facts, allow_nan=False)
        with translated(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a+b") as file, _locked(file):
                last = self._last(file)
                entry = _next(last, kind, json.loads(json.dumps(facts)), time)
                file.write(_line(entry))
                file.flush()
                os.fsync(file.fileno())
        return entry

    def entries(self) -> tuple[Entry, ...]:
        """Return every entry, verified, oldest first; a log that was never written has none."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return ()
        entries: list[Entry] = []
        for line in content.split(b"\n")[:-1]:
            entry = self._parse(line, len(entries))
            self._check(entry, entries[-1] if entries else None)
            entries.append(entry)
        return tuple(entries)

    def verify(self) -> int:
        """Return how many entries there are; raises StoreError naming the first that is broken."""
        return len(self.entries())

    def head(self) -> str:
        """Return the hash of the last entry: kept elsewhere, it proves that nothing was cut off."""
        entries = self.entries()
        return entries[-1].hash if entries else START

    def _last(self, file: IO[bytes]) -> Entry | None:
        """Return the last whole entry, after taking off a line that a crash left unfinished."""
        tail = _tail(file)
        torn = tail.rpartition(b"\n")[2]
        if torn:
            file.truncate(file.seek(0, os.SEEK_END) - len(torn))
            tail = tail[: len(tail) - len(torn)]
        lines = tail.split(b"\n")[:-1]
        if not lines:
            return None
        last = self._parse(lines[-1], None)
        self._check_hash(last)
        return last

    def _parse(self, line: bytes, at: int | None) -> Entry:
        try:
            plain = json.loads(line)
            return Entry(
                plain["index"], plain["kind"], plain["facts"], plain["previous"], plain["hash"],
                plain.get("time"),
            )  # fmt: skip
        except (ValueError, KeyError, TypeError) as fault:
            raise self._broken(at, "it is not an entry") from fault

    def _check(self, entry: Entry, before: Entry | None) -> None:
        at = 0 if before is None else before.index + 1
        if entry.index != at:
            raise self._broken(at, f"it says that it is entry {entry.index}")
        if entry.previous != (START if before is None else before.hash):
            raise self._broken(at, "it does not follow the entry before it")
        self._check_hash(entry)

    def _check_hash(self, entry: Entry) -> None:
        if entry.hash != _hash(entry):
            raise self._broken(entry.index, "it was changed after it was written")

    def _broken(self, at: int | None, why: str) -> StoreError:
        return StoreError(
            f"{'the last entry' if at is None else f'entry {at}'} of the log is broken: {why}",
            where=str(self.path),
            mend="bring back a copy of the log; entries before this one are sound",
        )


def _next(last: Entry | None, kind: str, facts: Mapping[str, Any], time: str | None) -> Entry:
    index, previous = (0, START) if last is None else (last.index + 1, last.hash)
    draft = Entry(index, kind, facts, previous, "", time)
    return Entry(index, kind, facts, previous, _hash(draft), time)


def _plain(entry: Entry) -> dict[str, Any]:
    plain = {
        "index": entry.index,
        "kind": entry.kind,
        "facts": entry.facts,
        "previous": entry.previous,
    }
    return plain if entry.time is None else {**plain, "time": entry.time}


def _hash(entry: Entry) -> str:
    return hashlib.sha256(json.dumps(_plain(entry), sort_keys=True).encode()).hexdigest()


def _line(entry: Entry) -> bytes:
    return json.dumps({**_plain(entry), "hash": entry.hash}, sort_keys=True).encode() + b"\n"


def _tail(file: IO[bytes]) -> bytes:
    """Return the end of the file from the start of its last whole line, or all of it."""
    end = file.seek(0, os.SEEK_END)
    size = 4096
    while True:
        start = max(end - size, 0)
        file.seek(start)
        tail = file.read(end - start)
        if start == 0:
            return tail
        if tail.count(b"\n") >= 2:
            return tail.partition(b"\n")[2]
        size *= 4


@contextlib.contextmanager
def _locked(file: IO[bytes]) -> Iterator[None]:
    """Hold the file for this process alone; the end of the process frees it, too."""
    import fcntl

    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)
