"""The main job: a project file in, a judged and released data set out.

keys/          the keys of a project file, a file each; a run is its keys in order
state.py       what a run knows, before and after each stage
binding.py     names of the file against the columns and values of the evidence
checking.py    the project against its evidence, before anything is made      -> check
job.py         the run itself: stages, work that survives a kill, the name    -> run
reassessing.py assumptions of a World or a release, held against new real rows -> reassess
outcome.py     what a run leaves in the caller's hands
verdict.py     what it leaves on the disk where a gate failed
starter.py     a project to start from                                        -> init
display.py     what lies in a file or folder, in words                        -> show
learned.py     what a World learned, on one screen
catalogue.py   every registered part                                          -> list_plugins
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..data.progress import Progress, silent

if TYPE_CHECKING:
    from ..data.dataset import Dataset
    from ..data.ledger import Ledger
    from ..data.release import Release
    from ..generate.world import World
    from .catalogue import Catalogue
    from .display import Shown
    from .outcome import Outcome


def run(
    path: str | Path,
    *,
    workers: int = 1,
    resume: bool = False,
    out: str | Path | None = None,
    require: bool = True,
    progress: Progress = silent,
) -> Outcome:
    """Run a project file (or the `project.yaml` of a folder): learn, wish, make, judge, release.

    Args:
        path: The project file; paths in it are relative to it.
        workers: Processes that make rows; the bytes do not depend on it.
        resume: Go on with a run of the same inputs that was killed; same bytes.
        out: The folder for the release, instead of the one that the file names.
        require: Raise GateError where a gate failed; without it, the Outcome says so.
        progress: Called as the work goes on.

    A release that the same inputs gave before is verified and returned as it is. Raises SpecError
    with every fault of the file. Where a gate failed, the report and the verdict lie in
    `<name>.failed`, and nothing is released.
    """
    from ..spec.project import read_project
    from .job import run_project
    from .state import Orders

    project = read_project(path)
    releases = Path(out) if out is not None else project["release"]
    outcome = run_project(project, Orders(workers, resume, progress, releases))
    if require:
        outcome.require()
    return outcome


def check(path: str | Path) -> list[str]:
    """Hold a project file against its evidence, make nothing, and say in lines what it will do.

    Raises SpecError with every fault: keys, columns, values, conditions, gates and folders.
    """
    from .checking import check_project

    return check_project(Path(path))


def init(directory: str | Path, source: str | Path, *, target: str | None = None) -> list[Path]:
    """Write a project file and a schema file for the rows of `source`; returns their paths.

    Refuses to overwrite. `source` is not copied. Raises SchemaError for a target that is no column.
    """
    from .starter import write_project

    return write_project(Path(directory), Path(source), target)


def show(path: str | Path) -> Shown:
    """Describe what lies at `path`: rows, a saved World, a release, or a report."""
    from .display import describe

    return describe(Path(path))


def reassess(
    source: World | Release | str | Path,
    *,
    against: Dataset,
    real: Dataset | None = None,
    seed: int = 0,
) -> Ledger:
    """Test what a World or a release assumes on new real rows, and say what still holds.

    `source` is one of them, or its folder. `real` are the rows that taught: with them, also the
    training period and merged values are tested. `ledger.fallen` lists what was supported before
    and is contradicted now. For a folder, the outcome is added to `<folder>.ledger.jsonl`.
    """
    from .reassessing import reassess_source

    return reassess_source(source, against, real, seed)


def list_plugins() -> Catalogue:
    """List every learner, reader, metric, attack, control and project key, ours and others'."""
    from .catalogue import list_parts

    return list_parts()
