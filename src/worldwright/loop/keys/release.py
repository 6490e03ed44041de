"""release: the folder in which the bundle is made, under a name that its inputs give it.

    release: releases/          # the bundle stands in releases/<project>-<8 signs of a fingerprint>

The same inputs give the same name. Where a gate failed there is no bundle: the report and the
verdict lie in `<that name>.failed` instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ... import plugins
from ...data.atomic import check_writable
from ...errors import Fault, StoreError
from ...spec.project import Place, ProjectKey
from ..state import Ground, Run
from ..verdict import write_failed


def _parse(written: str, place: Place) -> Path:
    return place.path(written)


def _check(releases: Path, ground: Ground) -> Iterator[Fault]:
    """Yield the fault of a folder that cannot be written, before hours of work say so."""
    try:
        check_writable(releases)
    except StoreError as error:
        where = ground.project.place("release").at()
        yield from (Fault(f"{f.what}: {f.where}", where, f.mend) for f in error.faults)


def _tell(releases: Path, ground: Ground) -> Iterator[str]:
    yield f"to a new folder in {releases}"


def _run(releases: Path, run: Run) -> Run:
    assert run.report is not None
    assert run.made is not None
    from ...data.release import release

    folder = run.orders.releases / run.name
    if run.failed is not None:
        write_failed(run.report, run.failed, folder.with_name(f"{folder.name}.failed"))
        return run
    bundle = release(run.made, run.report, folder, world=run.world, project=run.project.path)
    _keep_ledger(folder, run)
    return replace(run, release=bundle)


def _keep_ledger(folder: Path, run: Run) -> None:
    """Write how the assumptions stand to the ledger beside the release, and beside the World."""
    from ...data import ledger_file

    assert run.report is not None
    if not run.report.ledger:
        return
    real = [side.fingerprint for side in run.report.sides if side.role != "made"]
    loaded = getattr(run.project["world"], "path", None)
    for place in [folder] + ([loaded] if loaded is not None else []):
        beside = ledger_file.path_beside(place)
        ledger_file.append(beside, run.report.ledger, occasion=run.name, real=real)


plugins.project_keys("release")(
    ProjectKey(
        stage=80,
        form=str,
        parse=_parse,
        check=_check,
        tell=_tell,
        run=_run,
        absent="releases",
        shapes=False,
    )
)
