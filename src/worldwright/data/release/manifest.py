"""The manifest of a release: each file with its SHA-256, and where the rows came from.

The seal is the SHA-256 of everything else in it: it shows an accident or a careless hand, not a
forger. Evidence appears by its keyed fingerprints alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...errors import StoreError
from ..dataset import Dataset
from ..fingerprint import content_hash
from ..report import Report
from ..store import lineage_to_plain

FILE = "manifest.json"
FORMAT = "worldwright.release"
VERSION = 1


def write(folder: Path, made: Dataset, report: Report) -> None:
    """Write the manifest of all that lies in `folder`."""
    facts = {
        "format": FORMAT,
        "version": VERSION,
        "made": {
            "rows": made.rows,
            "columns": len(made.columns),
            "content": content_hash(made),
            **lineage_to_plain(made.lineage),
        },
        "evidence": [
            {"role": side.role, "rows": side.rows, "fingerprint": side.fingerprint}
            for side in report.sides
            if side.role != "made"
        ],
        "report": {
            "seed": report.seed,
            "verdicts": {name: str(verdict) for name, verdict in report.verdicts.items()},
        },
        "versions": dict(report.versions),
        "files": {name: _describe(folder / name) for name in _names(folder)},
    }
    text = json.dumps({**facts, "seal": _seal(facts)}, indent=2, ensure_ascii=False)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


def read(folder: Path) -> dict[str, Any]:
    """Return the manifest in `folder`; raises StoreError where it cannot be read."""
    path = folder / FILE
    try:
        facts = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError) as fault:
        raise StoreError(
            "there is no release", where=str(folder), mend="name the folder that release() wrote"
        ) from fault
    except OSError as fault:
        raise StoreError(
            f"it cannot be read: {fault.strerror}", where=str(path), mend="check its permissions"
        ) from fault
    except ValueError as fault:
        raise _damaged(path, "the manifest is cut short or damaged") from fault
    if not isinstance(facts, dict) or facts.get("format") != FORMAT:
        raise _damaged(path, "it is not the manifest of a release")
    if isinstance(facts.get("version"), int) and facts["version"] > VERSION:
        raise StoreError(
            f"it was released by a newer version (format {facts['version']}; this one reads "
            f"{VERSION})",
            where=str(path),
            mend="update: pip install --upgrade worldwright",
        )
    if not isinstance(facts.get("files"), dict):
        raise _damaged(path, "the manifest has lost its list of files")
    return facts


def differences(folder: Path, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what differs between the folder and its manifest, a line a file, sorted."""
    listed, there = facts["files"], set(_names(folder))
    lines = [f"{name}: missing" for name in listed if name not in there]
    lines += [f"{name}: added" for name in there if name not in listed]
    lines += [
        f"{name}: changed"
        for name, told in listed.items()
        if name in there and told != _describe(folder / name)
    ]
    unsealed = {name: part for name, part in facts.items() if name != "seal"}
    lines += [f"{FILE}: changed"] if facts.get("seal") != _seal(unsealed) else []
    return tuple(sorted(lines))


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _names(folder: Path) -> list[str]:
    """Every file under `folder` but the manifest, by its path with slashes, sorted."""
    files = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(name for name in files if name != FILE)


def _describe(path: Path) -> dict[str, Any]:
    return {"sha256": sha256(path), "bytes": path.stat().st_size}


def _seal(facts: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _damaged(path: Path, what: str) -> StoreError:
    return StoreError(what, where=str(path), mend="bring a whole copy of the release")
