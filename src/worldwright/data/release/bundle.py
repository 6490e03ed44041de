"""Release: a folder that stands whole or not at all, and can tell whether somebody touched it.

    data/              the rows, as a saved Dataset (Parquet)
    lineage.parquet    block, part, cell, weight and more of each row
    report.html        the report for people          report.json   the report for machines
    card.md            the data card                  croissant.json  the same as Croissant JSON-LD
    project.yaml       the project that asked for it, where one did
    manifest.json      SHA-256 of each file, and where it all came from

The same rows, report and project give the same bytes: nothing in it knows the time or the place.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ...errors import RoleError, StoreError
from .. import atomic, store
from ..dataset import Dataset
from ..fingerprint import keyed
from ..lineage import Role
from ..report import Report
from . import card, croissant, manifest, trail

DATA = "data"


class ExplainedWorld(Protocol):
    """What a release asks of a World: what it learned and assumed, as plain data."""

    def explain(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Release:
    """A release as it lies on disk: its folder, and what its manifest says."""

    path: Path
    manifest: Mapping[str, Any]

    def verify(self) -> tuple[str, ...]:
        """Return "file: changed", "file: missing" or "file: added" for each; empty is intact."""
        return manifest.differences(self.path, self.manifest)

    def dataset(self) -> Dataset:
        """Return the made rows with their lineage; raises StoreError where they were changed."""
        return store.load(self.path / DATA)

    def report(self) -> Report:
        """Return the report that the rows were released with."""
        from ..reporting.plain import from_dict

        path = self.path / "report.json"
        try:
            plain = json.loads(path.read_bytes())
        except (OSError, ValueError) as fault:
            raise StoreError(
                "the report is missing, cut short or damaged",
                where=str(path),
                mend="bring a whole copy of the release",
            ) from fault
        return from_dict(plain, where=str(path))


def release(
    made: Dataset,
    report: Report,
    directory: str | Path,
    *,
    world: ExplainedWorld | None = None,
    project: str | Path | None = None,
) -> Release:
    """Write `made` and its `report` as a new folder; refuses to overwrite.

    `world` is asked how it came to be, for the card; `project` is the path of the project file that
    asked for the rows, and goes along. Raises RoleError for real rows and for a report on other
    rows, StoreError for what the disk refuses; then nothing is left behind.
    """
    path = Path(directory)
    atomic.refuse_existing(path)
    _check_role(made)
    _check_subject(made, report)
    explained = {} if world is None else dict(world.explain())
    with atomic.new_folder(path) as folder:
        _fill(folder, made, report, explained)
        if project is not None:
            (folder / "project.yaml").write_bytes(Path(project).read_bytes())
        manifest.write(folder, made, report)
    return open_release(path)


def open_release(directory: str | Path) -> Release:
    """Open a release; raises StoreError where there is none, or its manifest cannot be read."""
    path = Path(directory)
    return Release(path, manifest.read(path))


def _fill(folder: Path, made: Dataset, report: Report, explained: Mapping[str, Any]) -> None:
    store.save(made, folder / DATA)
    trail.write(made, folder / trail.FILE)
    report.to_html(folder / "report.html")
    _write_json(folder / "report.json", report.to_dict())
    text = card.card(made, report, explained)
    (folder / "card.md").write_text(text, encoding="utf-8")
    _write_json(folder / "croissant.json", croissant.describe(made, report, folder, DATA))


def _write_json(path: Path, plain: Mapping[str, Any]) -> None:
    text = json.dumps(plain, indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def _check_role(made: Dataset) -> None:
    if made.lineage.role in (Role.REAL, Role.HOLDOUT):
        raise RoleError(
            f"these are real rows that play the part of {made.lineage.role}: they are not released",
            where=f"release(rows made by {made.lineage.maker})",
            mend="release what world.sample() made",
        )


def _check_subject(made: Dataset, report: Report) -> None:
    judged = next(side for side in report.sides if side.role == Role.MADE)
    if judged.fingerprint != keyed(made):
        raise RoleError(
            "the report speaks of other rows than these",
            where=f"release({made.rows:,} rows, a report on {judged.rows:,} rows)",
            mend="judge and guard the very rows that you release, on this machine",
        )
