"""What is there to choose from: every registered part, with its first line and what it answers.

The list is read from the registries each time, so a new part is in it the moment it is registered.
"""

from __future__ import annotations

import inspect
import sys
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .. import plugins
from ..data.gates import misnamed
from ..errors import SpecError
from ..spec.project import ProjectKey


@dataclass(frozen=True, slots=True)
class Part:
    """One registered part. Questions and figures are what gates may name."""

    kind: str
    name: str
    says: str
    questions: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every part, by kind and name."""

    parts: tuple[Part, ...]

    @property
    def questions(self) -> list[str]:
        """Every question that a metric or an attack may put into a Report."""
        return _told(part.questions for part in self.parts)

    @property
    def figures(self) -> list[str]:
        """Every figure that a metric or an attack may put into a Report."""
        return _told(part.figures for part in self.parts)

    def check_gates(self, gates: Mapping[str, str]) -> None:
        """Raise SpecError that lists each gate which no report could ever decide."""
        if faults := list(misnamed(gates, self.figures, self.questions)):
            raise SpecError.of(faults)

    def to_dict(self) -> dict[str, Any]:
        """Return the parts as plain data, grouped by kind."""
        kinds: dict[str, Any] = {}
        for part in self.parts:
            entry: dict[str, Any] = {"name": part.name, "says": part.says}
            if part.questions or part.figures:
                entry |= {"questions": list(part.questions), "figures": list(part.figures)}
            kinds.setdefault(part.kind, []).append(entry)
        return kinds

    def to_text(self, width: int = 80) -> str:
        """Return the parts as lines of text, a block for each kind."""
        blocks = []
        for kind in dict.fromkeys(part.kind for part in self.parts):
            own = [part for part in self.parts if part.kind == kind]
            room = max(len(part.name) for part in own)
            lines = [line for part in own for line in _lines(part, room, width)]
            blocks.append("\n".join([f"{kind}s".replace("_", " "), *lines]))
        return "\n\n".join(blocks)


def list_parts() -> Catalogue:
    """List every part of every registry."""
    return Catalogue(
        tuple(
            Part(
                registry.kind,
                name,
                _first_line(registry.get(name)),
                tuple(getattr(registry.get(name), "questions", ())),
                tuple(getattr(registry.get(name), "figures", ())),
            )
            for registry in plugins.ALL
            for name in registry.names()
        )
    )


def _told(names: Iterable[tuple[str, ...]]) -> list[str]:
    return sorted({name for group in names for name in group})


def _first_line(part: Any) -> str:
    if isinstance(part, ProjectKey):
        text = sys.modules[part.parse.__module__].__doc__ or ""
        return text.partition(": ")[2].split("\n")[0].partition(". ")[0]
    return (inspect.getdoc(part) or "").split("\n")[0]


def _lines(part: Part, room: int, width: int) -> list[str]:
    indent = " " * (room + 4)
    lines = textwrap.wrap(f"  {part.name:<{room}}  {part.says}", width, subsequent_indent=indent)
    for title, names in (("questions", part.questions), ("figures", part.figures)):
        if names:
            text = f"{indent}{title}: {', '.join(names)}"
            lines += textwrap.wrap(text, width, subsequent_indent=f"{indent}  ")
    return lines
