"""Schema files: YAML or JSON in which a person says what the columns are.

    columns:
      age:       {kind: integer, unit: years, low: 0, high: 120, nullable: false}
      plan:      {kind: category, categories: [basic, "yes", "no"]}
      joined:    {kind: datetime, format: "%d/%m/%Y"}
      weight:    {kind: number, nulls: [unknown, refused]}      # words that mean no value
      name:      text                                           # short for {kind: text}
    key: customer_id
    order: joined
    references: [{column: account_id, table: account, key: account_id}]

Files for several tables put one such block under each name of `tables:`. What is left out is
inferred. All faults of a file come in one error, each with its line. Scalars are taken as they are
written: `no` and `007` stay words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from ..errors import Fault, SpecError, nearest
from .declared import DeclaredColumn, DeclaredTable
from .infer import is_moment
from .schema import Column, Kind, Reference, Schema, TableSchema

Path_ = tuple[str | int, ...]


def _bound(text: object) -> object:
    try:
        return float(text) if isinstance(text, str) else text
    except ValueError:
        return text


def _long_form(said: object) -> object:
    return {"kind": said} if said is None or isinstance(said, str) else said


Bound = Annotated[float | str | None, BeforeValidator(_bound)]


class ColumnFile(BaseModel):
    """One column of a schema file."""

    model_config = ConfigDict(extra="forbid")
    kind: Kind | None = None
    unit: str | None = None
    nullable: bool = True
    sensitive: bool = False
    low: Bound = None
    high: Bound = None
    categories: list[str] | None = None
    format: str | None = None
    nulls: list[str] | None = None


class ReferenceFile(BaseModel):
    """A column whose values are keys of another table."""

    model_config = ConfigDict(extra="forbid")
    column: str
    table: str
    key: str


class TableFile(BaseModel):
    """One table of a schema file."""

    model_config = ConfigDict(extra="forbid")
    columns: dict[str, Annotated[ColumnFile, BeforeValidator(_long_form)]] = Field(
        default_factory=dict
    )
    key: str | None = None
    references: list[ReferenceFile] = Field(default_factory=list)
    order: str | None = None


class SchemaFile(TableFile):
    """A whole schema file: one table as it stands, or several under `tables`."""

    tables: dict[str, TableFile] = Field(default_factory=dict)


def load_schema(path: str | Path) -> dict[str, DeclaredTable]:
    """Return what a schema file declares by table; a file for one table has it under ''.

    Raises SpecError with every fault of the file.
    """
    path = Path(path)
    plain, lines = _parsed(path)
    where = _Where(path, lines)
    try:
        file = SchemaFile.model_validate(plain)
    except ValidationError as fault:
        raise SpecError.of([_fault(error, where) for error in fault.errors()]) from fault
    if file.tables and (file.columns or file.key or file.references or file.order):
        raise SpecError(
            "one table and several tables in one file",
            where=where(("tables",)),
            mend="put the columns under the name of their table, below tables:",
        )
    declared: dict[str, tuple[TableFile, Path_]] = {"": (file, ())}
    if file.tables:
        declared = {name: (table, ("tables", name)) for name, table in file.tables.items()}
    faults = [
        fault
        for table, at in declared.values()
        for name, column in table.columns.items()
        for fault in _senseless(name, column, where((*at, "columns", name)))
    ]
    if faults:
        raise SpecError.of(faults)
    return {name: _declared(table, at, where) for name, (table, at) in declared.items()}


def schema_to_yaml(schema: Schema) -> str:
    """Return the text of a schema file that declares `schema`; notes stand as comments."""
    if len(schema.tables) == 1:
        return "\n".join(_table_lines(schema.main)) + "\n"
    lines = ["tables:"]
    for name, table in schema.tables.items():
        lines.append(f"  {_scalar(name)}:")
        lines += [f"    {line}" for line in _table_lines(table)]
    return "\n".join(lines) + "\n"


class _Where:
    """Turns a path inside a file into `schema.yaml:14 columns.age`."""

    def __init__(self, path: Path, lines: Mapping[Path_, int]) -> None:
        self.path, self.lines = path, lines

    def __call__(self, at: Path_) -> str:
        known = next((at[:n] for n in range(len(at), 0, -1) if at[:n] in self.lines), ())
        line = f":{self.lines[known]}" if known else ""
        return f"{self.path}{line} {'.'.join(str(part) for part in at)}".rstrip()


def _parsed(path: Path) -> tuple[Any, dict[Path_, int]]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise SpecError(
            "the schema file cannot be read", where=str(path), mend="check its path and permissions"
        ) from fault
    if path.suffix.lower() == ".json":
        text = text.replace("\t", " ")
    try:
        node = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        problem = getattr(fault, "problem", None) or "it cannot be parsed"
        raise SpecError(
            f"the schema file is not YAML: {problem}",
            where=f"{path}:{mark.line + 1}" if mark else str(path),
            mend="check the indentation, the colons and the quotes there",
        ) from fault
    lines: dict[Path_, int] = {}
    faults: list[Fault] = []
    plain = _plain(node, (), lines, faults, path) if node is not None else {}
    if faults:
        raise SpecError.of(faults)
    return plain, lines


def _plain(
    node: yaml.Node, at: Path_, lines: dict[Path_, int], faults: list[Fault], path: Path
) -> Any:
    """Return the node as dicts, lists and texts, noting the line of each path and doubled keys."""
    if isinstance(node, yaml.SequenceNode):
        return [_plain(one, (*at, i), lines, faults, path) for i, one in enumerate(node.value)]
    if isinstance(node, yaml.ScalarNode):
        return None if node.style is None and node.value in ("", "null", "~") else node.value
    plain: dict[str, Any] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if key.value in plain:
            faults.append(
                Fault(
                    f"{key.value!r} stands twice",
                    where=f"{path}:{line} {'.'.join(map(str, (*at, key.value)))}",
                    mend=f"keep one of them; the first is in line {lines[(*at, key.value)]}",
                )
            )
        lines.setdefault((*at, key.value), line)
        plain[key.value] = _plain(value, (*at, key.value), lines, faults, path)
    return plain


_MODELS: dict[str, type[BaseModel]] = {"columns": ColumnFile, "references": ReferenceFile}


def _fault(error: Any, where: _Where) -> Fault:
    at: Path_ = tuple(error["loc"])
    if error["type"] == "extra_forbidden":
        known = _keys_at(at[:-1])
        return Fault(f"unknown key {str(at[-1])!r}", where(at), nearest(str(at[-1]), known))
    if error["type"] == "missing":
        return Fault(f"{at[-1]!r} is missing", where(at[:-1]), f"add {at[-1]}: …")
    typed = error["input"]
    shown = repr(typed) if isinstance(typed, str) else f"a {type(typed).__name__}"
    if error["type"] == "enum":
        return Fault(
            f"{shown} is not a kind", where(at), nearest(str(typed), [kind.value for kind in Kind])
        )
    says = error["msg"].replace("Input should be", "it should be")
    return Fault(f"{shown} does not fit: {says}", where(at), "see the schema file in the docs")


def _keys_at(at: Path_) -> list[str]:
    inside = [part for part in at if part in _MODELS]
    if inside and at[-1] != inside[-1]:
        return list(_MODELS[str(inside[-1])].model_fields)
    return list((TableFile if "tables" in at else SchemaFile).model_fields)


def _senseless(name: str, column: ColumnFile, where: str) -> list[Fault]:
    """Return the faults of a column whose keys are each right but do not go together."""
    faults = []
    kind = column.kind
    if column.categories is not None and kind not in (None, Kind.CATEGORY):
        mend = "declare kind: category, or leave categories away"
        faults.append(Fault(f"categories do not go with kind {kind}", where, mend))
    if column.format is not None and kind not in (None, Kind.DATETIME):
        mend = "declare kind: datetime, or leave format away"
        faults.append(Fault(f"format does not go with kind {kind}", where, mend))
    bounds = [bound for bound in (column.low, column.high) if bound is not None]
    if bounds and kind is not None and not kind.is_ordered:
        faults.append(Fault(f"low and high do not go with kind {kind}", where, "leave them away"))
    elif kind is Kind.DATETIME and not all(is_moment(bound) for bound in bounds):
        mend = "write them like 2025-01-31 or 2025-01-31 12:00"
        faults.append(Fault("low and high must be dates here", where, mend))
    elif kind is not Kind.DATETIME and any(isinstance(bound, str) for bound in bounds):
        faults.append(Fault("low and high must be numbers here", where, "write them like 12.5"))
    elif len(bounds) == 2 and bounds[0] > bounds[1]:  # type: ignore[operator]
        faults.append(Fault(f"low is above high for {name!r}", where, "exchange them"))
    return faults


def _declared(table: TableFile, at: Path_, where: _Where) -> DeclaredTable:
    columns = {
        name: DeclaredColumn(
            name=name,
            kind=said.kind,
            unit=said.unit,
            nullable=said.nullable,
            sensitive=said.sensitive,
            low=said.low,
            high=said.high,
            categories=None if said.categories is None else tuple(said.categories),
            form=said.format,
            nulls=None if said.nulls is None else tuple(said.nulls),
            where=where((*at, "columns", name)),
        )
        for name, said in table.columns.items()
    }
    references = tuple(Reference(r.column, r.table, r.key) for r in table.references)
    return DeclaredTable(columns, table.key, references, table.order, where(at))


def _table_lines(table: TableSchema) -> list[str]:
    lines = ["columns:"]
    for column in table.columns:
        note = f"  # {column.note}" if column.note else ""
        lines.append(f"  {_scalar(column.name)}: {_flow(_said(column))}{note}")
    lines += [f"{role}: {_scalar(name)}" for role, name in _roles(table) if name is not None]
    if table.references:
        lines.append("references:")
        lines += [
            f"  - {_flow({'column': r.column, 'table': r.table, 'key': r.key})}"
            for r in table.references
        ]
    return lines


def _roles(table: TableSchema) -> list[tuple[str, str | None]]:
    return [("key", table.key), ("order", table.order)]


def _said(column: Column) -> dict[str, object]:
    said: dict[str, object] = {"kind": str(column.kind)}
    if not column.nullable:
        said["nullable"] = False
    if column.sensitive:
        said["sensitive"] = True
    for name in ("unit", "low", "high", "categories"):
        if getattr(column, name) is not None:
            said[name] = getattr(column, name)
    return said


def _flow(value: object) -> str:
    """Return the value in YAML's one-line form, of which JSON is a part."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{name}: {_flow(held)}' for name, held in value.items())}}}"
    if isinstance(value, tuple):
        return f"[{', '.join(_flow(held) for held in value)}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return _scalar(str(value))


def _scalar(text: str) -> str:
    plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", text) and text not in ("null", "")
    return text if plain else f'"{"".join(_escaped(character) for character in text)}"'


def _escaped(character: str) -> str:
    if character.isprintable() and character not in '"\\':
        return character
    if ord(character) > 0xFFFF:  # JSON would write two surrogates, which YAML does not join
        return f"\\U{ord(character):08x}"
    return json.dumps(character)[1:-1]
