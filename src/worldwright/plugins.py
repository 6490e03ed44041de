"""Names to things: one Registry for each kind of part that others may add.

Ours register with a decorator, in the file that defines them; the file is found because its folder
is a *home* of the registry, so adding a part touches ONE place: its own file. Other people's parts
stand in the entry point group `worldwright.<kind>`. Nothing is imported before the first question.

    learners      Dataset -> Generator                     metrics   the judge's questions
    part_kinds    a saved part -> Generator                attacks   the guard's questions
    readers       a file -> Arrow table                    controls  the same end, no made rows
    delusions     faults to plant, that test the judge
    amplifiers    a World and real rows -> rare rows that are worth something
    project_keys  keys of a project file -> how to read and run them

The element type of each registry is the protocol of the room that uses it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Any, Generic, TypeVar

from .errors import PluginError, nearest

T = TypeVar("T")


class Registry(Generic[T]):
    """The parts of one kind, by name. A name cannot be taken twice."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._parts: dict[str, T] = {}
        self._homes: list[str] = []
        self._searched = 0
        self._has_looked_outside = False

    def __call__(self, name: str) -> Callable[[T], T]:
        """Register the decorated part as `name`."""

        def register(part: T) -> T:
            if name in self._parts:
                raise PluginError(
                    f"two {self.kind}s are named {name!r}",
                    where=f"{self._parts[name]!r} and {part!r}",
                    mend="rename the second one; it was not registered",
                )
            self._parts[name] = part
            return part

        return register

    def home(self, package: str) -> None:
        """Look for parts in every module of `package`, when somebody first asks."""
        if package not in self._homes:
            self._homes.append(package)

    def get(self, name: str) -> T:
        """Return the part called `name`."""
        self._search()
        if name not in self._parts:
            raise PluginError(
                f"no {self.kind} is named {name!r}",
                where=f"the {self.kind} registry",
                mend=nearest(name, self._parts),
            )
        return self._parts[name]

    def names(self) -> list[str]:
        """Return every name, sorted."""
        self._search()
        return sorted(self._parts)

    def _search(self) -> None:
        while self._searched < len(self._homes):
            package = importlib.import_module(self._homes[self._searched])
            self._searched += 1
            for module in pkgutil.iter_modules(package.__path__):
                importlib.import_module(f"{package.__name__}.{module.name}")
        if self._has_looked_outside:
            return
        # Once: reading the metadata of every installed package takes some 20 ms.
        self._has_looked_outside = True
        for point in entry_points(group=f"worldwright.{self.kind}"):
            if point.name not in self._parts:
                self._parts[point.name] = point.load()


learners: Registry[Any] = Registry("learner")
part_kinds: Registry[Any] = Registry("part_kind")
readers: Registry[Any] = Registry("reader")
metrics: Registry[Any] = Registry("metric")
attacks: Registry[Any] = Registry("attack")
controls: Registry[Any] = Registry("control")
delusions: Registry[Any] = Registry("delusion")
amplifiers: Registry[Any] = Registry("amplifier")
project_keys: Registry[Any] = Registry("project_key")

ALL: tuple[Registry[Any], ...] = (
    learners, part_kinds, readers, metrics, attacks, controls, delusions, amplifiers,
    project_keys,
)  # fmt: skip
