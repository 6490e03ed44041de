"""The JSON Schema of `report.json`, worked out from the dataclasses that it is written from.

`docs/reference/report.schema.json` is this, printed by
`python -m worldwright.data.reporting.schema`; a test holds the two together.
"""

from __future__ import annotations

import inspect
import json
from enum import StrEnum
from typing import Any, get_args, get_origin

from ..report import SCHEMA_VERSION, Report, Verdict
from .plain import FORMAT, hints, is_optional

_BASICS: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": ["number", "null"]},
    Any: {},
}


def report_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of what `Report.to_dict` returns."""
    parts: dict[str, Any] = {}
    report = _describe(Report, parts)
    body = parts.pop("Report")
    top = {
        "format": {"const": FORMAT},
        "version": {"const": SCHEMA_VERSION},
        "verdict": {"type": "string", "description": "The outcome in one line, for people."},
        "questions": {
            "type": "object",
            "description": "The verdict of each question: the worst of its findings.",
            "additionalProperties": _describe(Verdict, parts),
        },
    }
    assert report == {"$ref": "#/$defs/Report"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Worldwright report",
        **body,
        "properties": {**top, **body["properties"]},
        "required": [*top, *body["required"]],
        "$defs": dict(sorted(parts.items())),
    }


def _describe(kind: Any, parts: dict[str, Any]) -> dict[str, Any]:
    if kind in _BASICS:
        return _BASICS[kind]
    if is_optional(kind):
        inner = next(part for part in get_args(kind) if part is not type(None))
        return {"anyOf": [_describe(inner, parts), {"type": "null"}]}
    if get_origin(kind) is tuple:
        return {"type": "array", "items": _describe(get_args(kind)[0], parts)}
    if get_origin(kind) is not None:
        return {"type": "object", "additionalProperties": _describe(get_args(kind)[1], parts)}
    if kind.__name__ not in parts:
        parts[kind.__name__] = {}
        parts[kind.__name__] = _definition(kind, parts)
    return {"$ref": f"#/$defs/{kind.__name__}"}


def _definition(kind: Any, parts: dict[str, Any]) -> dict[str, Any]:
    words = " ".join((inspect.getdoc(kind) or "").split())
    if issubclass(kind, StrEnum):
        return {"description": words, "enum": [str(value) for value in kind]}
    fields = {name: _describe(hint, parts) for name, hint in hints(kind).items()}
    return {
        "type": "object",
        "description": words,
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


if __name__ == "__main__":
    print(json.dumps(report_schema(), indent=2))
