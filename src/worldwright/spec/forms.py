"""A closed form held against what was written: every fault at once, each with its line.

A form is a pydantic model (or a type that pydantic knows). It is read here, at the edge, and turned
into a frozen dataclass by the key that owns it; no pydantic object travels inward.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from ..errors import Fault, nearest
from .marked import Marked, Steps

_WORDS = {
    "string_type": "text",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "dict_type": "a mapping, as in {name: value}",
    "model_type": "a mapping, as in {name: value}",
    "model_attributes_type": "a mapping, as in {name: value}",
    "list_type": "a list, as in [first, second]",
    "tuple_type": "a list, as in [first, second]",
}


class Form(BaseModel):
    """The base of every form: no key that it does not name, no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def fill(form: Any, marked: Marked, steps: Steps) -> tuple[Any, list[Fault]]:
    """Return what was written at `steps` as `form`, or None, and the faults."""
    written = marked.value
    for step in steps:
        written = written[step]
    try:
        return TypeAdapter(form).validate_python(written), []
    except ValidationError as fault:
        return None, [_told(form, error, marked, steps) for error in fault.errors()]


def _told(form: Any, error: Any, marked: Marked, steps: Steps) -> Fault:
    inner = tuple(error["loc"])
    where, name = marked.at(*steps, *inner), (*steps, *inner)[-1]
    match error["type"]:
        case "extra_forbidden":
            mend = nearest(str(name), _fields(form, inner[:-1]))
            return Fault(f"there is no key {name!r} here", where, mend)
        case "missing":
            mend = f"add {name}: to {'.'.join(map(str, (*steps, *inner[:-1])))}"
            return Fault(f"the key {name!r} is missing", where, mend)
        case "value_error":
            what, _, mend = str(error["ctx"]["error"]).partition("; ")
            return Fault(what, where, mend)
        case known if known in _WORDS:
            what = f"{name} is {_shown(error['input'])}"
            return Fault(what, where, f"write {_WORDS[known]}")
        case _:
            return Fault(f"{name} is {_shown(error['input'])}", where, str(error["msg"]).lower())


def _fields(form: Any, steps: Steps) -> list[str]:
    """Return the names that may stand at `steps` of the form."""
    for step in steps:
        form = form.model_fields[step].annotation
        inner = [part for part in getattr(form, "__args__", ()) if hasattr(part, "model_fields")]
        form = inner[0] if inner else form
    return [field.alias or name for name, field in form.model_fields.items()]


def _shown(value: object) -> str:
    """Return what the user wrote, short."""
    match value:
        case None:
            return "empty"
        case bool():
            return str(value).lower()
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case str():
            return repr(value if len(value) <= 40 else f"{value[:40]}…")
        case _:
            return str(value)
