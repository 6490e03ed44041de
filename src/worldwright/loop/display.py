"""What lies in a file or a folder, in words: rows, a saved World, a release, or a report.

It shows columns and kinds, counts and settings, and never a value of a row. What a World learned
has a screen of its own (`learned.py`).
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..data.dataset import Dataset
from ..data.read import read
from ..data.release import open_release
from ..data.report import Report
from ..data.reporting.plain import from_dict
from ..errors import ReadError
from ..generate import load
from .learned import learned_lines

_NAME = 18  # a longer name stands in a line of its own


@dataclass(frozen=True, slots=True)
class Shown:
    """What was found at a path: its kind, facts, and what it has of columns, a report, a World."""

    path: Path
    kind: str
    facts: Mapping[str, Any]
    columns: tuple[Mapping[str, Any], ...] = ()
    report: Report | None = None
    learned: Mapping[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        found = {"path": str(self.path), "kind": self.kind, **self.facts}
        return found | (
            {"columns": [dict(column) for column in self.columns]} if self.columns else {}
        )

    def to_text(self, width: int = 80) -> str:
        """Return everything as lines of text."""
        if self.report is not None:
            return self.report.to_text(width)
        lines = [f"{self.path}: {self.kind}"]
        if self.learned is not None:
            return "\n".join([*lines, *learned_lines(self.learned, width)])
        for name, fact in self.facts.items():
            lines += _fact_lines(name, fact, width)
        return "\n".join([*lines, *_column_lines(self.columns, width)])


def describe(path: Path) -> Shown:
    """Describe what lies at `path`; raises ReadError where it is nothing that we know."""
    if not path.exists():
        raise ReadError("there is nothing there", where=str(path), mend="check the path")
    if (path / "world.json").is_file():
        return _world(path)
    if (path / "manifest.json").is_file():
        return _release(path)
    if (path / "report.json").is_file():
        return _report(path / "report.json")
    if path.name == "report.json":
        return _report(path)
    return _rows(path, read(path))


def _rows(path: Path, rows: Dataset) -> Shown:
    main = rows.schema.main
    facts: dict[str, Any] = {"rows": rows.rows, "made by": rows.lineage.maker}
    if rows.lineage.where:
        facts["where"] = rows.lineage.where
    if len(rows.tables) > 1:
        facts["tables"] = {name: table.num_rows for name, table in rows.tables.items()}
    if main.key:
        facts["key"] = main.key
    return Shown(path, "rows", facts, tuple(_column(rows, name) for name in rows.columns))


def _column(rows: Dataset, name: str) -> dict[str, Any]:
    column = rows.column(name)
    missing = rows.table[name].null_count / max(rows.rows, 1)
    described: dict[str, Any] = {"name": name, "kind": column.kind.value, "missing": missing}
    if column.unit:
        described["unit"] = column.unit
    if column.sensitive:
        described["sensitive"] = True
    return described | ({"note": column.note} if column.note else {})


def _world(path: Path) -> Shown:
    world = load(path)
    facts = dict(world.explain())
    columns = tuple(
        {"name": column.name, "kind": column.kind.value} for column in world.schema.main.columns
    )
    return Shown(path, "a saved World", facts, columns, learned=facts)


def _release(path: Path) -> Shown:
    bundle = open_release(path)
    changed, report = bundle.verify(), bundle.report()
    facts = {
        "intact": not changed,
        **({"changed": list(changed)} if changed else {}),
        "rows": bundle.dataset().rows,
        "verdicts": {name: verdict.value for name, verdict in report.verdicts.items()},
        "report": str(path / "report.html"),
    }
    return Shown(path, "a release", facts, _rows(path, bundle.dataset()).columns)


def _report(path: Path) -> Shown:
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as fault:
        mend = "make it again with `ww judge` or `ww run`"
        raise ReadError("this is no report of ours", where=str(path), mend=mend) from fault
    report = from_dict(plain, where=str(path))
    return Shown(path, "a report", plain, report=report)


def _fact_lines(name: str, fact: Any, width: int) -> list[str]:
    if isinstance(fact, Mapping):
        lines = [
            line for key, value in fact.items() for line in _fact_lines(str(key), value, width)
        ]
        return [f"  {name}", *(f"  {line}" for line in lines)] if lines else []
    if isinstance(fact, list | tuple):
        fact = ", ".join(str(entry) for entry in fact) or "none"
    above = [f"  {name}"] if len(name) > _NAME else []
    text = f"  {'' if above else name:<{_NAME}} {_plain(fact)}"
    return above + (textwrap.wrap(text, width - 4, subsequent_indent=" " * (_NAME + 3)) or [text])


def _plain(fact: Any) -> str:
    match fact:
        case None:
            return "none"
        case bool():
            return "yes" if fact else "no"
        case int():
            return f"{fact:,}"
        case float():
            return f"{fact:.6g}"
        case _:
            return str(fact)


def _column_lines(columns: tuple[Mapping[str, Any], ...], width: int) -> list[str]:
    if not columns:
        return []
    longest = min(max(len(str(column["name"])) for column in columns), 30)
    lines = ["", f"  {'column':<{longest}}  {'kind':<9}  missing  note"]
    for column in columns:
        missing = f"{column['missing']:.1%}" if column.get("missing") else ""
        said = [str(column[key]) for key in ("unit", "note") if key in column]
        said += ["sensitive"] if column.get("sensitive") else []
        start = f"  {column['name']:<{longest}}  {column['kind']:<9}  {missing:>7}  "
        lines += textwrap.wrap(
            start + "; ".join(said), width, subsequent_indent=" " * len(start), drop_whitespace=True
        )
    return lines
