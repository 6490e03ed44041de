"""Errors that a person can act on: what is wrong, where it is, how to mend it.

    WorldwrightError      anything we raise on purpose                                   exit code
    ├── GateError         a verdict or a figure is not what the gates ask for            1
    ├── AskedError        the request cannot be honoured as it stands                    2
    │   ├── ExpressionError   a condition that cannot be read or bound to columns
    │   ├── GivenError        a condition that this Generator cannot honour
    │   ├── DensityError      a probability that this Generator does not know
    │   ├── WishError         a Wish that no Plan can meet
    │   ├── SpecError         a project, world or schema file with faults
    │   └── PluginError       no such name, a name taken twice, an extra not installed
    └── InputError        what was handed over is at fault                               3
        ├── ReadError         a file or frame that cannot be read as rows
        ├── SchemaError       a Dataset is not what was promised
        ├── RoleError         rows that judge have taught, or a side without lineage
        └── StoreError        a folder that cannot be read or written whole

A fault of ours is never a WorldwrightError: it escapes with its traceback (exit code 70).
No message shows a value from a real row; names of columns and what the user typed may stand in it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, where it is, and how to mend it."""

    what: str
    where: str
    mend: str

    def __str__(self) -> str:
        return f"{self.what}\n  where: {self.where}\n  mend:  {self.mend}"


class WorldwrightError(Exception):
    """A problem that the user can mend. `str()` of it is the message we show, whole."""

    exit_code = 1

    def __init__(self, what: str, *, where: str, mend: str) -> None:
        self.faults: tuple[Fault, ...] = (Fault(what, where, mend),)
        super().__init__(what)

    @classmethod
    def of(cls, faults: Sequence[Fault]) -> Self:
        """Return one error that lists every fault, in the order given."""
        first = faults[0]
        error = cls(first.what, where=first.where, mend=first.mend)
        error.faults = tuple(faults)
        return error

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)

    def __reduce__(self) -> tuple[Any, ...]:
        """Cross to another process whole, where `Exception` would lose where and how to mend."""
        return type(self).of, (self.faults,)


class GateError(WorldwrightError):
    """A verdict or a figure is not what the gates ask for."""


class AskedError(WorldwrightError):
    """The request cannot be honoured as it stands."""

    exit_code = 2


class ExpressionError(AskedError):
    """A condition that cannot be read, or that does not fit the columns."""


class GivenError(AskedError):
    """A condition that this Generator cannot honour."""


class DensityError(AskedError):
    """A probability that this Generator does not know, or rows that it cannot be asked of."""


class WishError(AskedError):
    """A Wish that no Plan can meet."""


class SpecError(AskedError):
    """A project, world or schema file with faults."""


class PluginError(AskedError):
    """No plugin of that name, a name taken twice, or an extra that is not installed."""


class InputError(WorldwrightError):
    """What was handed over is at fault."""

    exit_code = 3


class ReadError(InputError):
    """A file or frame that cannot be read as rows."""


class SchemaError(InputError):
    """A Dataset is not what was promised."""


class RoleError(InputError):
    """Rows that judge have taught, or a side comes without lineage."""


class StoreError(InputError):
    """A folder that cannot be read or written whole."""


def nearest(name: str, known: Iterable[str], most: int = 12) -> str:
    """Return the mend for a name we do not know: the closest one, then the choices."""
    choices = sorted(known)
    close = difflib.get_close_matches(name, choices, n=1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    rest = f", … ({len(choices)} in all)" if len(choices) > most else ""
    return f"{hint}choose from: {', '.join(choices[:most]) or '(none yet)'}{rest}"
