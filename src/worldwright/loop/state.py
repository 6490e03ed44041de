"""What a run knows: before anything is made (Ground), and after each of its stages (Run)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..data.dataset import Dataset
from ..data.progress import Progress
from ..data.report import Report
from ..errors import GateError
from ..spec.project import Project

if TYPE_CHECKING:
    from ..data.release import Release
    from ..generate.world import World


@dataclass(frozen=True, slots=True)
class Ground:
    """The project and its evidence, as they were read; nothing is made yet."""

    project: Project
    evidence: Dataset
    target: str | None

    def counts(self, column: str) -> Mapping[str, int]:
        """Return how many real rows hold each value of `column`, as text. Stays in memory."""
        counted = self.evidence.table[column].combine_chunks().value_counts().to_pylist()
        return {
            _written(entry["values"]): entry["counts"]
            for entry in counted
            if entry["values"] is not None
        }


@dataclass(frozen=True, slots=True)
class Orders:
    """How a run was asked for, which never changes what comes out."""

    workers: int
    resume: bool
    progress: Progress
    releases: Path


@dataclass(frozen=True)
class Run:
    """The state of a run. A stage that has not run yet has left its part None."""

    ground: Ground
    orders: Orders
    name: str
    work: Path
    seed: int = 0
    real: Dataset | None = None
    holdout: Dataset | None = None
    world: World | None = None
    made: Dataset | None = None
    report: Report | None = None
    failed: GateError | None = None
    release: Release | None = None

    @property
    def project(self) -> Project:
        return self.ground.project

    @property
    def target(self) -> str | None:
        return self.ground.target


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
