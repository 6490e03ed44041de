"""Files and folders that are there whole, or not at all.

Everything we write goes to a temporary name beside its place, is synced to the disk, and is then
renamed: a crash, a full disk or a kill leaves the old state. Faults of the disk become StoreErrors.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

from ..errors import StoreError

_MENDS = {
    errno.ENOSPC: ("the disk is full", "free some space, or choose a folder on another disk"),
    errno.EDQUOT: ("the disk quota is used up", "free some space, or choose another folder"),
    errno.EACCES: ("no permission to write there", "choose a folder that you may write to"),
    errno.EPERM: ("no permission to write there", "choose a folder that you may write to"),
    errno.EROFS: ("the disk is read-only", "choose a folder that you may write to"),
    errno.ENOENT: ("nothing can be made there", "choose a folder that you may write to"),
    errno.EEXIST: ("a part of the path is a file", "choose a path whose parents are folders"),
    errno.ENOTDIR: ("a part of the path is a file", "choose a path whose parents are folders"),
    errno.EISDIR: ("there is a folder of that name", "choose another file name"),
    errno.ENAMETOOLONG: ("the name is too long", "choose a shorter name"),
}


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn an OSError about `path` into a StoreError with its mend."""
    try:
        yield
    except OSError as fault:
        what, mend = _MENDS.get(fault.errno or 0, (f"cannot write: {fault.strerror}", "try again"))
        raise StoreError(what, where=str(path), mend=mend) from fault


def refuse_existing(path: Path, mend: str = "choose another name, or move it away first") -> None:
    """Raise StoreError if something lies at `path`."""
    if path.exists() or path.is_symlink():
        raise StoreError(
            "it exists already, and nothing is overwritten", where=str(path), mend=mend
        )


def check_writable(folder: Path) -> None:
    """Raise StoreError if nothing could be written below `folder`, which need not exist yet."""
    standing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    with translated(folder), tempfile.TemporaryDirectory(dir=standing, prefix=".probe-"):
        pass


def check_free(path: Path) -> None:
    """Raise StoreError if something lies at `path`, or if nothing could be written there."""
    refuse_existing(path)
    check_writable(path.parent)


@contextlib.contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """Yield a temporary path; what is written there stands at `path` afterwards, or nothing."""
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")
    with translated(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield temporary
            _sync(temporary)
            os.replace(temporary, path)
            _sync(path.parent)
        finally:
            temporary.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content` to `path`, whole or not at all; replaces what is there."""
    with new_file(path) as temporary:
        temporary.write_bytes(content)


@contextlib.contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Yield a temporary folder; it stands at `path` afterwards with all its files, or nothing does.

    Raises StoreError if something lies at `path` already.
    """
    with translated(path):
        refuse_existing(path)
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")
    with translated(path):
        try:
            temporary.mkdir(parents=True)
            yield temporary
            for file in sorted(temporary.rglob("*")):
                _sync(file)
            os.rename(temporary, path)
            _sync(path.parent)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
