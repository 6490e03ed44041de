"""Outcome: what a run leaves in the caller's hands, and where it lies on the disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..data.dataset import Dataset
from ..data.report import Report
from ..errors import Fault, GateError

if TYPE_CHECKING:
    from ..data.release import Release
    from ..generate.world import World


@dataclass(frozen=True)
class Outcome:
    """What a run of a project gave.

    Attributes:
        name: The project's name and a short fingerprint of everything that shaped the result.
        directory: The folder of the release, or the one of the report where a gate failed.
        report: What judge and guard found.
        dataset: The made rows.
        release: The bundle; None where a gate failed.
        world: The World that made the rows; None where the release was there already.
        existed: Whether the same inputs had been released before, so that nothing was made again.
        failed: The gates that failed; empty where the release was made.
    """

    name: str
    directory: Path
    report: Report
    dataset: Dataset
    release: Release | None
    world: World | None = None
    existed: bool = False
    failed: tuple[Fault, ...] = ()

    def require(self) -> None:
        """Raise GateError that lists each gate that failed, if any did."""
        if self.failed:
            raise GateError.of(self.failed)

    def to_text(self, width: int = 80) -> str:
        """Return the verdict as a screen of text, and where everything lies."""
        return "\n".join([self.report.to_text(width), "", *self._closing()])

    def to_dict(self) -> dict[str, Any]:
        """Return the outcome as plain data: names and the Report, no rows."""
        return {
            "name": self.name,
            "directory": str(self.directory),
            "released": self.release is not None,
            "existed": self.existed,
            "failed": [{"what": f.what, "where": f.where, "mend": f.mend} for f in self.failed],
            "report": self.report.to_dict(),
        }

    def _closing(self) -> Sequence[str]:
        report = f"report   {self.directory / 'report.html'}"
        if self.release is None:
            gates = "a gate" if len(self.failed) == 1 else f"{len(self.failed)} gates"
            return (f"release  none: {gates} failed", report)
        was = "  (was there: same inputs, intact)" if self.existed else ""
        return (f"release  {self.directory}{was}", report)
