"""Results: JSON lines that are only ever added to. A job that stands there is not run again.

A line is one job: its key, what was measured, and where, when and under which load. The newest line
of a key counts, so `--again` measures a job once more without losing what was seen before.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .machine import commit, machine, versions

FOLDER = Path(__file__).parent / "results"
Key = tuple[str | int, ...]
Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Results:
    """The lines of one bench, in `path`. With `again`, nothing counts as done."""

    path: Path
    again: bool = False

    @classmethod
    def of(cls, bench: str, *, again: bool = False, folder: Path | None = None) -> Results:
        """Return the lines of the bench of that name."""
        return cls((folder or FOLDER) / f"{bench}.jsonl", again)

    def has(self, key: Key) -> bool:
        """True where the job stands there and need not run."""
        return not self.again and key in self.newest()

    def newest(self) -> dict[Key, Line]:
        """Return the newest line of each key, in the order in which keys were first measured."""
        if not self.path.exists():
            return {}
        lines = [json.loads(text) for text in self.path.read_text().splitlines() if text.strip()]
        return {tuple(line["key"]): line for line in lines}

    def add(self, key: Key, measured: Mapping[str, Any]) -> None:
        """Append one job, with machine, date, commit and load beside it."""
        line = {
            "key": list(key),
            **measured,
            "when": datetime.now(UTC).strftime("%Y-%m-%d %H:%M"),
            "load": round(os.getloadavg()[0], 2),
            "commit": commit(),
            "machine": machine(),
            "versions": versions(),
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
        print(f"{' '.join(map(str, key)):32s} {_short(measured)}", flush=True)


def _short(measured: Mapping[str, Any]) -> str:
    numbers = {name: value for name, value in measured.items() if isinstance(value, int | float)}
    said = [f"{name} {value:.4g}" for name, value in numbers.items()]
    return " · ".join([*said, *[str(measured[name]) for name in ("failed",) if name in measured]])
