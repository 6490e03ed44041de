"""A YAML file as plain values, and the line that each of them stands on.

What is read is YAML 1.2's core: only `true` and `false` are booleans, so a column called `y` and a
value called `no` stay what they are. Keys are text. Aliases, tags, deep nesting and big files are
refused: a project file needs none of them, and they are how a small file becomes a huge one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yaml import SafeLoader, YAMLError, compose, parse
from yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, NodeEvent
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ..errors import Fault, SpecError

MAX_BYTES = 1_000_000
MAX_DEPTH = 20

_INTEGER = re.compile(r"[-+]?[0-9]+")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: Mapping[str, Any] = {
    "": None, "~": None, "null": None, "true": True, "false": False,
    ".inf": float("inf"), "-.inf": float("-inf"), ".nan": float("nan"),
}  # fmt: skip

Steps = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Marked:
    """What a file says, and the line (from 1) of each value, by the steps that lead there."""

    path: Path
    value: Any
    lines: Mapping[Steps, int]

    def at(self, *steps: str | int) -> str:
        """Return where `steps` stand, as in `project.yaml:14 wish.share.attack`."""
        known = steps
        while known not in self.lines:
            known = known[:-1]
        return f"{self.path}:{self.lines[known]} {'.'.join(map(str, steps))}".rstrip()


def read_yaml(path: Path) -> Marked:
    """Read a YAML file that holds one mapping; raises SpecError with every fault of its form."""
    text = _read_text(path)
    try:
        faults = list(_forbidden(path, text))
        if faults:
            raise SpecError.of(faults)
        node = compose(text, SafeLoader)
    except YAMLError as fault:
        raise _translated(path, fault) from fault
    if not isinstance(node, MappingNode):
        raise SpecError(
            "the file does not say anything of the form `key: value`",
            where=f"{path}:1",
            mend="begin with the key evidence:, and see `ww init` for a file to start from",
        )
    lines: dict[Steps, int] = {}
    value = _plain(node, (), path, lines, faults)
    if faults:
        raise SpecError.of(faults)
    return Marked(path, value, lines)


def _read_text(path: Path) -> str:
    try:
        content = path.read_bytes() if path.stat().st_size <= MAX_BYTES else None
    except OSError as fault:
        raise SpecError(
            f"the file cannot be read: {(fault.strerror or 'no such file').lower()}",
            where=str(path),
            mend="check the path; `ww init DIRECTORY SOURCE` writes a project file to start from",
        ) from fault
    if content is None:
        raise SpecError(
            f"a project file of more than {MAX_BYTES:,} bytes",
            where=str(path),
            mend="keep rows in files of their own, and name them under evidence.read",
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise SpecError(
            f"the file is not UTF-8: byte {fault.start} cannot be read",
            where=str(path),
            mend="save it as UTF-8",
        ) from fault


def _forbidden(path: Path, text: str) -> Iterator[Fault]:
    depth = 0
    for event in parse(text, SafeLoader):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        where = f"{path}:{event.start_mark.line + 1 if event.start_mark else 1}"
        if depth > MAX_DEPTH:
            yield Fault(f"nested more than {MAX_DEPTH} deep", where, "write it flatter")
            return
        if isinstance(event, AliasEvent):
            yield Fault(f"the alias *{event.anchor}", where, "write out what it stands for")
        elif isinstance(event, NodeEvent) and getattr(event, "tag", None):
            yield Fault("a YAML tag (a word after !)", where, "write the plain value")


def _translated(path: Path, fault: YAMLError) -> SpecError:
    mark = getattr(fault, "problem_mark", None)
    problem = getattr(fault, "problem", None) or getattr(fault, "reason", None) or "cannot be read"
    return SpecError(
        f"this is not YAML: {problem}",
        where=f"{path}:{mark.line + 1}, column {mark.column + 1}" if mark else str(path),
        mend="look for a missing quote, bracket or colon, or an indent that does not line up",
    )


def _plain(
    node: Node, steps: Steps, path: Path, lines: dict[Steps, int], faults: list[Fault]
) -> Any:
    """Return the plain value of `node`, noting in `lines` where each value stands."""
    lines.setdefault(steps, node.start_mark.line + 1)
    if isinstance(node, ScalarNode):
        return _scalar(node)
    if isinstance(node, SequenceNode):
        return [
            _plain(child, (*steps, at), path, lines, faults) for at, child in enumerate(node.value)
        ]
    found: dict[str, Any] = {}
    for key, child in node.value:
        where = f"{path}:{key.start_mark.line + 1} {'.'.join(map(str, steps))}".rstrip()
        if not isinstance(key, ScalarNode):
            faults.append(Fault("a key that is a list or a mapping", where, "write a name"))
        elif key.value in found:
            mend = f"keep one of the two; the first is on line {lines[(*steps, key.value)]}"
            faults.append(Fault(f"the key {key.value!r} stands here twice", where, mend))
        else:
            lines[(*steps, key.value)] = key.start_mark.line + 1
            found[key.value] = _plain(child, (*steps, key.value), path, lines, faults)
    return found


def _scalar(node: ScalarNode) -> Any:
    text = node.value
    if node.style is not None:
        return text
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text
