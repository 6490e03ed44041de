"""The reference pages, made from docstrings, registries and the commands themselves.

    python docs/generate.py            writes docs/reference/
    python docs/generate.py --check    exits 1 where a page is stale, and names it

Nothing on these pages is typed by hand: to change one, change the docstring it comes from.
"""

from __future__ import annotations

import argparse
import enum
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import typer

import worldwright as ww
from worldwright import errors, plugins

FOLDER = Path(__file__).parent / "reference"
MADE = "<!-- made by docs/generate.py; change the docstring, not this page -->"
RETURNED = {
    "World": "worldwright.generate.world",
    "Split": "worldwright.data.split",
    "Outcome": "worldwright.loop.outcome",
    "Release": "worldwright.data.release",
    "Figure": "worldwright.data.report",
    "Finding": "worldwright.data.report",
    "Worth": "worldwright.data.report",
    "Verdict": "worldwright.data.report",
    "Estimate": "worldwright.judge.estimating.answer",
    "SelfTest": "worldwright.judge.ladders",
    "Ladder": "worldwright.judge.ladders",
}
PLAIN = (str, int, float, bool, tuple, type(None))
SECTION = re.compile(r"^(Args|Attributes|Returns|Raises):$")


def api() -> str:
    """Return the page of the Python API: every name of `worldwright.__all__`."""
    parts = ["# Python API", MADE, "```python\nimport worldwright as ww\n```"]
    names = [name for name in ww.__all__ if not name.startswith("_")]
    functions = [name for name in names if inspect.isfunction(getattr(ww, name))]
    classes = [name for name in names if name not in functions]
    parts.append("## Functions")
    parts += [_callable(f"ww.{name}", getattr(ww, name), "###") for name in functions]
    parts.append("## What flows")
    parts += [_class(name, getattr(ww, name)) for name in classes]
    parts.append("## What functions return")
    returned = {name: home for name, home in RETURNED.items() if name not in names}
    parts += [_class(name, getattr(import_module(home), name)) for name, home in returned.items()]
    return _page(parts)


def _class(name: str, kind: Any) -> str:
    shown = f"ww.{name}" if name in ww.__all__ else name
    head = f"### `{shown}`"
    if inspect.isclass(kind) and issubclass(kind, enum.Enum):
        values = ", ".join(f"`{member.value}`" for member in kind)
        return f"{head}\n\n{_prose(kind)}\n\nOne of {values}."
    if not inspect.isclass(kind):
        return f"{head}\n\n{_prose(kind)}"
    parts = [head, _prose(kind)]
    if not issubclass(kind, Exception):
        parts.insert(1, f"```text\n{shown}{_signature(kind)}\n```")
    for member, thing in _members(kind):
        if isinstance(thing, property):
            parts.append(f"**`.{member}`**: {_prose(thing) or 'see the class'}")
        else:
            parts.append(_callable(f".{member}", thing, "####"))
    return "\n\n".join(parts)


def _members(kind: type) -> Iterator[tuple[str, Any]]:
    """Yield the documented public methods and properties, as they stand in the class."""
    for name, thing in vars(kind).items():
        plain = thing.__func__ if isinstance(thing, classmethod | staticmethod) else thing
        is_known = isinstance(plain, property) or inspect.isfunction(plain)
        if not name.startswith("_") and is_known and inspect.getdoc(plain):
            yield name, plain


def _callable(name: str, function: Any, level: str) -> str:
    code = f"```text\n{name}{_signature(function)}\n```"
    return f"{level} `{name}`\n\n{code}\n\n{_prose(function)}"


def _signature(function: Any) -> str:
    """Return the signature, on several lines where it does not fit in one."""
    signature = inspect.signature(function)
    shown = [_plain(p) for p in signature.parameters.values() if p.name != "self"]
    returns = signature.return_annotation
    arrow = "" if returns in (inspect.Signature.empty, "None", None) else f" -> {_word(returns)}"
    text = f"{inspect.Signature(shown)}{arrow}"
    if len(text) <= 80:
        return text
    words = str(inspect.Signature([p.replace(default=p.empty) for p in shown]))
    star = ["*"] if "*, " in words else []
    first = [p for p in shown if p.kind is not p.KEYWORD_ONLY]
    lines = [*map(str, first), *star, *(str(p) for p in shown if p.kind is p.KEYWORD_ONLY)]
    return "(\n" + "".join(f"    {line},\n" for line in lines) + f"){arrow}"


def _plain(parameter: inspect.Parameter) -> inspect.Parameter:
    """Show annotations without quotes, and a default that is a function by its name."""
    annotation = parameter.annotation
    if annotation is not parameter.empty:
        parameter = parameter.replace(annotation=_Named(_word(annotation)))
    if parameter.default is parameter.empty or isinstance(parameter.default, PLAIN):
        return parameter
    name = getattr(parameter.default, "__name__", "…")
    return parameter.replace(default=_Named(name))


def _word(annotation: Any) -> str:
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)


class _Named:
    """What is shown by a bare name."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


def _prose(thing: Any) -> str:
    """Return a docstring as Markdown: its sections become lists, its indented blocks code."""
    return markdown(inspect.getdoc(thing) or "")


def markdown(text: str) -> str:
    """Return plain text with indented blocks and `Args:` sections as Markdown."""
    lines: list[str] = []
    for block in re.split(r"\n\s*\n", text.strip("\n")):
        first, _, rest = block.partition("\n")
        if SECTION.match(first):
            lines.append(_list(textwrap.dedent(rest)))
        elif all(line.startswith("    ") for line in block.splitlines()):
            lines.append(f"```text\n{textwrap.dedent(block)}\n```")
        else:
            lines.append(block)
    joined = "\n\n".join(lines)
    return joined.replace("\n```\n\n```text\n", "\n\n")


def _list(text: str) -> str:
    """Return `name: what it is` lines, continued by indentation, as a list."""
    entries: list[str] = []
    for line in text.splitlines():
        if line.startswith(" ") and entries:
            entries[-1] += f" {line.strip()}"
        else:
            name, colon, rest = line.partition(":")
            entries.append(f"- `{name}`:{rest}" if colon else f"- {line}")
    return "\n".join(entries)


def cli() -> str:
    """Return the page of the commands, read off the command line's own description."""
    command: Any = typer.main.get_command(import_module("worldwright.serve.cli").app)
    parts = ["# Commands", MADE, markdown(inspect.cleandoc(command.help or ""))]
    for name, sub in sorted(command.commands.items()):
        parts += [f"## `ww {name}`", f"```text\n{_usage(name, sub)}\n```"]
        parts += [markdown(_plain_text(sub.help)), _parameters(sub)]
        if sub.epilog:
            title, _, lines = _plain_text(sub.epilog).partition("\n")
            parts.append(f"{title}\n\n```text\n{textwrap.dedent(lines)}\n```")
    return _page(parts)


def _plain_text(text: str | None) -> str:
    """Return help text without the mark that keeps a terminal from wrapping it."""
    return inspect.cleandoc((text or "").replace("\b\n", ""))


def _usage(name: str, command: Any) -> str:
    words = [_metavar(p) for p in command.params if p.param_type_name == "argument"]
    return " ".join(["ww", name, "[OPTIONS]", *words])


def _metavar(parameter: Any) -> str:
    word = (parameter.metavar or parameter.name).upper()
    return word if parameter.required else f"[{word.strip('[]')}]"


def _parameters(command: Any) -> str:
    rows = ["| | | default |", "| --- | --- | --- |"]
    for parameter in command.params:
        is_argument = parameter.param_type_name == "argument"
        options = [_metavar(parameter)] if is_argument else parameter.opts
        names = ", ".join(f"`{option}`" for option in [*options, *parameter.secondary_opts])
        default = parameter.default
        bare = default is None or default is False or callable(default) or parameter.required
        shown = "" if bare or "Sentinel" in type(default).__name__ else f"`{default}`"
        rows.append(f"| {names} | {(parameter.help or '').replace('|', '/')} | {shown} |")
    return "\n".join(rows)


EXPLAINED = (
    plugins.learners, plugins.metrics, plugins.attacks, plugins.controls, plugins.delusions,
)  # fmt: skip
INTRO = """`ww plugins` prints the same list. A part is one file in its registry's home folder, or
an entry point of another package in the group `worldwright.<kind>`. The keys of a project file are
parts too, and have [a page of their own](project-file.md)."""


def parts_page() -> str:
    """Return the page of every registered part: its docstring is its page."""
    out = ["# Parts", MADE, INTRO]
    for registry in plugins.ALL:
        if registry is not plugins.project_keys:
            out.append(f"## {registry.kind.replace('_', ' ').capitalize()}s")
            for name in registry.names():
                out += [f"### `{name}`", _part(registry.get(name), registry in EXPLAINED)]
    return _page(out)


def _part(part: Any, with_its_file: bool) -> str:
    home = inspect.getmodule(part) or sys.modules.get(getattr(part, "__module__", ""))
    lines = [_prose(part), _prose(home) if with_its_file and home else ""]
    if ladder := getattr(part, "ladder", ()):
        rungs = ", ".join(f"{rung:g}" for rung in ladder)
        lines.append(f"About {part.group}. Strengths: {rungs} ({part.unit}).")
    for title in ("questions", "figures"):
        if named := getattr(part, title, ()):
            lines.append(f"{title.capitalize()}: {', '.join(f'`{name}`' for name in named)}.")
    return "\n\n".join(line for line in lines if line)


def errors_page() -> str:
    """Return the page of the error tree."""
    out = [
        "# Errors",
        MADE,
        markdown(inspect.cleandoc(errors.__doc__ or "")),
    ]
    for name, kind in error_classes().items():
        out += [f"## `{name}`", f"{_prose(kind)} Exit code {kind.exit_code}."]
    return _page(out)


def error_classes() -> dict[str, type[errors.WorldwrightError]]:
    """Return every class of the error tree, by name, as they stand in the file."""
    return {
        name: kind
        for name, kind in vars(errors).items()
        if inspect.isclass(kind) and issubclass(kind, errors.WorldwrightError)
    }


def project_page() -> str:
    """Return the page of the project file: one section for each registered key."""
    intro = "A project file is YAML; unknown keys are errors. Paths in it are relative to it."
    out = ["# Project file", MADE, intro]
    keys = {name: plugins.project_keys.get(name) for name in plugins.project_keys.names()}
    for name, key in sorted(keys.items(), key=lambda pair: pair[1].stage):
        described = _prose(inspect.getmodule(key.parse)).removeprefix(f"{name}: ")
        title, _, example = described.partition("\n\n")
        out += [f"## `{name}`", f"{title[0].upper()}{title[1:]}"]
        out += [f"```yaml\n{example}\n```"] if example else []
    return _page(out)


def expressions_page() -> str:
    """Return the page of the expression language."""
    described = inspect.cleandoc(import_module("worldwright.data.expression").__doc__ or "")
    kept = re.sub(r"\n\n(?: {4}\w+\.py .*\n?)(?:.+\n?)*$", "", described)
    return _page(["# Expressions", MADE, markdown(kept)])


def schema_page() -> str:
    """Return the page of the schema file."""
    kinds = import_module("worldwright.data.schema").__doc__ or ""
    return _page(
        [
            "# Schema file",
            MADE,
            _prose(import_module("worldwright.data.schema_file")),
            "## Kinds",
            markdown(inspect.cleandoc(kinds)),
        ]
    )


PAGES: Mapping[str, Callable[[], str]] = {
    "api.md": api,
    "cli.md": cli,
    "plugins.md": parts_page,
    "errors.md": errors_page,
    "project-file.md": project_page,
    "schema-file.md": schema_page,
    "expressions.md": expressions_page,
}


def stale() -> list[str]:
    """Return the names of the pages that are not what the code says."""
    return [
        name
        for name, write in PAGES.items()
        if not (FOLDER / name).exists() or (FOLDER / name).read_text() != write()
    ]


def _page(parts: list[str]) -> str:
    return "\n\n".join(part.strip("\n") for part in parts if part.strip()) + "\n"


def main() -> int:
    """Write the pages, or with --check say which are stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if stale")
    if parser.parse_args().check:
        for name in (old := stale()):
            print(f"stale: docs/reference/{name}; run python docs/generate.py", file=sys.stderr)
        return 1 if old else 0
    for name, write in PAGES.items():
        (FOLDER / name).write_text(write())
    return 0


if __name__ == "__main__":
    sys.exit(main())
