"""The project file: one registered key for each of its top-level names, all faults at once.

A project is its keys, in the order of their stages. Each key brings its form (what may be written),
turns it into a frozen value, checks that value against the evidence without making anything, and
runs. Whoever adds a key touches its own file alone; a key that nobody registered is an error.
Paths in the file are relative to it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import plugins
from ..errors import Fault, SpecError, WorldwrightError, nearest
from .forms import fill
from .marked import Marked, read_yaml

FILE_NAME = "project.yaml"


class Required:
    """Stands for the absence of a key that a project cannot do without."""


def _nothing(*facts: Any) -> tuple[()]:
    return ()


@dataclass(frozen=True, slots=True)
class ProjectKey:
    """How one top-level key is read, checked and run.

    Attributes:
        stage: Its place in the run; keys run from the lowest to the highest.
        form: What may be written: a `Form`, or a type that pydantic knows.
        parse: From the filled form to a frozen value; an error of ours becomes a fault of the file.
        run: From the value and the state of the run to the next state.
        check: Faults that only the evidence can show; makes nothing.
        tell: What the key will do, in plain words, for `ww check`.
        files: The files and folders that the value names; their content enters the fingerprint.
        absent: What counts as written where the key is missing; `Required` where it must be there.
        shapes: Whether it shapes the result; what does not is left out of the fingerprint.
    """

    stage: int
    form: Any
    parse: Callable[[Any, Place], Any]
    run: Callable[[Any, Any], Any]
    check: Callable[[Any, Any], Iterable[Fault]] = _nothing
    tell: Callable[[Any, Any], Iterable[str]] = _nothing
    files: Callable[[Any], Iterable[Path]] = _nothing
    absent: Any = field(default_factory=Required)
    shapes: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """Where a key stands: its file, and the line of everything under it."""

    marked: Marked
    key: str

    def at(self, *steps: str | int) -> str:
        """Return the file, the line and the path of `steps` under the key."""
        return self.marked.at(self.key, *steps)

    def path(self, written: str) -> Path:
        """Return a path of the file, which is relative to the file's folder."""
        return self.marked.path.parent / Path(written).expanduser()


@dataclass(frozen=True)
class Project:
    """A project file that can be run: its path, and the value of each key, in order of stages."""

    marked: Marked
    keys: Mapping[str, ProjectKey]
    values: Mapping[str, Any]

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    @property
    def path(self) -> Path:
        return self.marked.path

    @property
    def name(self) -> str:
        """The file's name, or its folder's where the file is called as all are."""
        own = self.path.resolve()
        return own.parent.name if own.name == FILE_NAME else own.stem

    def place(self, key: str) -> Place:
        """Return where `key` stands in the file."""
        return Place(self.marked, key)

    def fingerprint(self) -> str:
        """Return a hash of what was written and shapes the result, whatever order it stands in."""
        written = {k: v for k, v in self.marked.value.items() if self.keys[k].shapes}
        return hashlib.sha256(json.dumps(written, sort_keys=True).encode()).hexdigest()


def read_project(path: str | Path) -> Project:
    """Read a project file, or the `project.yaml` of a folder.

    Raises SpecError with all its faults, from top to bottom.
    """
    path = Path(path).expanduser()
    marked = read_yaml(path / FILE_NAME if path.is_dir() else path)
    known = plugins.project_keys.names()
    keys = {name: plugins.project_keys.get(name) for name in known}
    keys = dict(sorted(keys.items(), key=lambda pair: pair[1].stage))
    faults = [
        Fault(f"there is no key {name!r} in a project file", marked.at(name), nearest(name, known))
        for name in marked.value
        if name not in keys
    ]
    values: dict[str, Any] = {}
    for name, key in keys.items():
        value, found = _read_key(name, key, marked)
        faults += found
        values[name] = value
    if faults:
        raise SpecError.of(sorted(faults, key=lambda fault: _line(fault, marked)))
    return Project(marked, keys, values)


def _read_key(name: str, key: ProjectKey, marked: Marked) -> tuple[Any, list[Fault]]:
    if name not in marked.value:
        if isinstance(key.absent, Required):
            mend = f"add {name}:, as in the file that `ww init` writes"
            return None, [Fault(f"the key {name!r} is missing", marked.at(), mend)]
        marked = Marked(marked.path, {name: key.absent}, marked.lines)
    filled, faults = fill(key.form, marked, (name,))
    if faults:
        return None, faults
    try:
        return key.parse(filled, Place(marked, name)), []
    except WorldwrightError as error:
        return None, list(error.faults)


def _line(fault: Fault, marked: Marked) -> int:
    """Return the line of a fault, so that faults are told from top to bottom."""
    number = fault.where.removeprefix(f"{marked.path}:").split(" ")[0].rstrip(",")
    return int(number) if number.isdigit() else 0
