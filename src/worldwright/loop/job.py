"""The main job: from a project file to a judged, released data set, stage by stage.

A run keeps what cost time (the World, the blocks of rows) in `.worldwright/<name>` beside the
project until it is done, so a run that was killed goes on with `resume` and gives the same bytes.
`<name>` holds a fingerprint of all that shapes the result, so no run takes up another's work.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from importlib.metadata import version
from pathlib import Path

from ..data.atomic import check_writable, translated
from ..data.fingerprint import keyed
from ..errors import SpecError, StoreError
from ..spec.project import Project
from .checking import faults_of, survey
from .outcome import Outcome
from .state import Ground, Orders, Run

WORK_FOLDER = ".worldwright"


def run_project(project: Project, orders: Orders) -> Outcome:
    """Run every stage of a project; the Outcome says which gates failed."""
    ground = survey(project)
    faults = faults_of(ground)
    if faults:
        raise SpecError.of(faults)
    name = name_of(ground)
    if (orders.releases / name).exists():
        return _as_it_is(name, orders.releases / name)
    work = project.path.parent / WORK_FOLDER / name
    check_writable(orders.releases)
    if not orders.resume:
        _clear(work)
    with translated(work):
        work.mkdir(parents=True, exist_ok=True)
    run = Run(ground, orders, name, work)
    for key, stage in project.keys.items():
        run = stage.run(project[key], run)
    _clear(work)
    return _told(run)


def name_of(ground: Ground) -> str:
    """Return the project's name with eight signs that stand for all that shapes the result."""
    project = ground.project
    shaping = [project.fingerprint(), keyed(ground.evidence), version("worldwright")]
    for key, stage in project.keys.items():
        shaping += [f"{key}:{_hash_of(path)}" for path in stage.files(project[key])]
    digest = hashlib.sha256(json.dumps(shaping).encode()).hexdigest()
    return f"{project.name}-{digest[:8]}"


def _hash_of(path: Path) -> str:
    """Return a hash of a file, or of every file of a folder with its name."""
    digest = hashlib.sha256()
    for file in [path] if path.is_file() else sorted(path.rglob("*")):
        if file.is_file():
            digest.update(str(file.relative_to(path)).encode())
            with file.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


def _as_it_is(name: str, directory: Path) -> Outcome:
    """Return the release that the same inputs gave before, if nobody touched it since."""
    from ..data.release import open_release

    release = open_release(directory)
    changed = release.verify()
    if changed:
        raise StoreError(
            f"the release was changed after it was made: {', '.join(changed)}",
            where=str(directory),
            mend="move it away, and run again to make it anew",
        )
    return Outcome(name, directory, release.report(), release.dataset(), release, existed=True)


def _clear(work: Path) -> None:
    """Take away the work of a run, and the folder of all work where it is empty then."""
    with translated(work):
        if work.exists():
            shutil.rmtree(work)
    with contextlib.suppress(OSError):
        work.parent.rmdir()


def _told(run: Run) -> Outcome:
    assert run.report is not None
    assert run.made is not None
    folder = run.orders.releases / run.name
    if run.failed is None:
        return Outcome(run.name, folder, run.report, run.made, run.release, run.world)
    beside = folder.with_name(f"{folder.name}.failed")
    return Outcome(
        run.name, beside, run.report, run.made, None, run.world, failed=run.failed.faults
    )
