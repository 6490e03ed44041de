"""A Report as plain data, and back: what `report.json` holds.

The dataclasses of `report.py` are the one source of its form: each becomes an object with its
fields in their order, and `schema.py` describes the same classes. On top stands what a reader wants
first, worked out from the rest: the verdict in one line, and the verdict of each question.
Numbers stay as they are; what is not finite is null. Reading it back gives an equal Report.
"""

from __future__ import annotations

import dataclasses
import math
import types
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from ...errors import StoreError
from ..report import SCHEMA_VERSION, Report
from .words import verdict_line

FORMAT = "worldwright.report"
# Fields that reports of the first releases do not have; their defaults stand in.
_LATER = frozenset({"columns", "strength", "ledger"})


def to_dict(report: Report) -> dict[str, Any]:
    """Return the Report as objects, lists, texts, numbers, booleans and nulls."""
    return {
        "format": FORMAT,
        "version": SCHEMA_VERSION,
        "verdict": verdict_line(report),
        "questions": {name: str(verdict) for name, verdict in report.verdicts.items()},
        **plain(report),
    }


def from_dict(plain: Mapping[str, Any], where: str = "a report") -> Report:
    """Return the Report that `plain` was made from; StoreError where it was not made by us."""
    if plain.get("format") != FORMAT or not isinstance(plain.get("version"), int):
        raise StoreError(
            "this is not a report", where=where, mend="hand over a report.json of ours"
        )
    if plain["version"] > SCHEMA_VERSION:
        raise StoreError(
            f"the report has format {plain['version']}, and we read up to {SCHEMA_VERSION}",
            where=where,
            mend="install a newer worldwright: pip install --upgrade worldwright",
        )
    try:
        report: Report = _read(Report, plain)
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise StoreError(
            "the report has lost some of its fields, or was changed by hand",
            where=where,
            mend="take an untouched copy of it",
        ) from fault
    return report


@cache
def hints(kind: type) -> dict[str, Any]:
    """Return the type of each field of a dataclass, in order."""
    types_by_name = get_type_hints(kind)
    return {field.name: types_by_name[field.name] for field in dataclasses.fields(kind)}


def is_optional(kind: Any) -> bool:
    """True for `X | None`."""
    return get_origin(kind) in (types.UnionType, Union) and type(None) in get_args(kind)


def plain(value: Any) -> Any:
    """Return dataclasses, enums and arrays as what JSON can hold."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    if isinstance(value, StrEnum):
        return str(value)
    if hasattr(value, "tolist"):  # a numpy scalar or array
        return plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)


def _read(kind: Any, plain: Any) -> Any:
    if is_optional(kind):
        inner = next(part for part in get_args(kind) if part is not type(None))
        return None if plain is None else _read(inner, plain)
    if dataclasses.is_dataclass(kind):
        assert isinstance(kind, type)
        return kind(
            **{
                name: _read(hint, plain[name])
                for name, hint in hints(kind).items()
                if name in plain or name not in _LATER
            }
        )
    if get_origin(kind) is tuple:
        return tuple(_read(get_args(kind)[0], part) for part in plain)
    if get_origin(kind) is not None:
        return {name: _read(get_args(kind)[1], part) for name, part in plain.items()}
    if kind is float:
        return math.nan if plain is None else float(plain)
    return kind(plain) if kind in (str, int) or _is_enum(kind) else plain


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, StrEnum)
