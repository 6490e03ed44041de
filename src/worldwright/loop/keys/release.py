"""release: the folder in which the bundle is made, under a name that its inputs give it.

    release: releases/          # the bundle stands in releases/<project>-<8 signs of a fingerprint>

The same inputs give the same name. Where a gate failed there is no bundle: the report and the
verdict lie in `<that name>.failed` instead.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ... import plugins
from ...errors import Fault
from ...spec.project import Place, ProjectKey
from ..state import Ground, Run
from ..verdict import write_failed


def _parse(written: str, place: Place) -> Path:
    return place.path(written)


def _check(releases: Path, ground: Ground) -> Iterator[Fault]:
    where = ground.project.place("release").at()
    standing = next(folder for folder in (releases, *releases.parents) if folder.exists())
    if not standing.is_dir():
        mend = "choose a path whose parents are folders"
        yield Fault(f"a part of the path is a file: {standing}", where, mend)
    elif not os.access(standing, os.W_OK):
        yield Fault(
            f"no permission to write in {standing}", where, "choose a folder that you may write to"
        )


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
    return replace(
        run,
        release=release(run.made, run.report, folder, world=run.world, project=run.project.path),
    )


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
