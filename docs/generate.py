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
    return _page(parts)


def _class(name: str, kind: Any) -> str:
    head = f"### `ww.{name}`"
    if inspect.isclass(kind) and issubclass(kind, enum.Enum):
        values = ", ".join(f"`{member.value}`" for member in kind)
        return f"{head}\n\n{_prose(kind)}\n\nOne of {values}."
    if not inspect.isclass(kind):
        return f"{head}\n\n{_prose(kind)}"
    parts = [head, _prose(kind)]
    if not issubclass(kind, Exception):
        parts.insert(1, f"```text\nww.{name}{_signature(kind)}\n```")
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
    shown = [p for p in signature.parameters.values() if p.name != "self"]
    signature = signature.replace(parameters=[_plain(parameter) for parameter in shown])
    text = str(signature).replace("'", "")
    if len(text) <= 80:
        return text
    returns = text.rpartition(" -> ")[2] if " -> " in text else ""
    lines, star = [], False
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not star:
            lines.append("*,")
            star = True
        lines.append(str(parameter).replace("'", "") + ",")
    body = textwrap.indent("\n".join(lines), "    ")
    return f"(\n{body}\n)" + (f" -> {returns}" if returns else "")


def _plain(parameter: inspect.Parameter) -> inspect.Parameter:
    """Show a default that is a function or an object by its name."""
    if parameter.default is parameter.empty or isinstance(
        parameter.default, str | int | float | bool | tuple | type(None)
    ):
        return parameter
    name = getattr(parameter.default, "__name__", type(parameter.default).__name__)
    return parameter.replace(default=_Named(name))


class _Named:
    """A default whose text is a bare name."""

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
        parts += [_reflow(sub.help), _parameters(sub)]
        if sub.epilog:
            parts.append(_reflow(sub.epilog))
    return _page(parts)


def _reflow(text: str | None) -> str:
    """Return help text without the marks that only a terminal reads."""
    clean = inspect.cleandoc(text or "").replace("\b\n", "").replace("\x0c", "")
    return markdown(re.sub(r"\[/?(?:bold|dim|cyan|green|red|italic)\]", "", clean))


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


def parts_page() -> str:
    """Return the page of every registered part: its docstring is its page."""
    out = ["# Parts", MADE, f"`ww plugins` prints the same list. {_registries()}"]
    for registry in plugins.ALL:
        out.append(f"## {registry.kind.replace('_', ' ').capitalize()}s")
        for name in registry.names():
            out += [f"### `{name}`", _part(registry.get(name))]
    return _page(out)


def _registries() -> str:
    return (
        "A part is one file in its registry's home folder, or an entry point of another package "
        "in the group `worldwright.<kind>`."
    )


def _part(part: Any) -> str:
    lines = [_prose(part)]
    for title in ("questions", "figures"):
        if named := getattr(part, title, ()):
            lines.append(f"{title.capitalize()}: {', '.join(f'`{name}`' for name in named)}.")
    return "\n\n".join(line for line in lines if line)


def errors_page() -> str:
    """Return the page of the error tree."""
    out = [
        "# Errors",
        MADE,
        markdown(inspect.cleandoc(errors.__doc__ or "")).replace("text", "text"),
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
    out = ["# Project file", MADE, _prose(import_module("worldwright.loop.keys"))]
    for name in plugins.project_keys.names():
        key = plugins.project_keys.get(name)
        home = inspect.getmodule(key if hasattr(key, "__module__") else type(key))
        out += [f"## `{name}`", _prose(key) or _prose(home)]
    return _page(out)


def expressions_page() -> str:
    """Return the page of the expression language."""
    described = inspect.cleandoc(import_module("worldwright.data.expression").__doc__ or "")
    kept = re.sub(r"\n\n(?: {4}\w+\.py .*\n?)(?:.+\n?)*$", "", described)
    return _page(["# Expressions", MADE, markdown(kept)])


PAGES: Mapping[str, Callable[[], str]] = {
    "api.md": api,
    "cli.md": cli,
    "plugins.md": parts_page,
    "errors.md": errors_page,
    "project-file.md": project_page,
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
