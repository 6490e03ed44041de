"""A project held against its evidence before anything is made: all its faults, or what it will do.

It reads the evidence whole, which costs little beside a fit, since only the rows know which values
there are.
"""

from __future__ import annotations

from pathlib import Path

from ..data.read import read
from ..errors import Fault, SpecError
from ..spec.project import Project, read_project
from .state import Ground


def check_project(path: Path) -> list[str]:
    """Return what the project at `path` will do; raises SpecError with all its faults."""
    ground = survey(read_project(path))
    faults = faults_of(ground)
    if faults:
        raise SpecError.of(faults)
    return lines_of(ground)


def survey(project: Project) -> Ground:
    """Read the evidence of a project; raises ReadError where it cannot be read."""
    evidence = project["evidence"]
    rows = read(evidence.path, schema=evidence.schema)
    return Ground(project, rows, evidence.target)


def faults_of(ground: Ground) -> list[Fault]:
    """Return what the evidence shows to be wrong with the project, key by key."""
    project = ground.project
    return [
        fault for key, stage in project.keys.items() for fault in stage.check(project[key], ground)
    ]


def lines_of(ground: Ground) -> list[str]:
    """Return what the project will do, in plain words."""
    project = ground.project
    return [
        f"{key}: {line}"
        for key, stage in project.keys.items()
        for line in stage.tell(project[key], ground)
    ]
