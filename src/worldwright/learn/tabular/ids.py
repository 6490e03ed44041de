"""Ids made anew: unique in a draw, and unlike any real one but for their pattern.

Of the real ids only the form is learned: whole numbers, UUIDs, a pattern (`patterns.py`), or where
there is none a prefix that all of them share. A made number, and what follows such a prefix, is
10**18 + pi_key(row), where pi_key is a keyed bijection of 60-bit numbers (rounds of xor-shift and
odd multiplication), so rows of one draw never collide, and draws under different seeds hardly ever
(10 million ids in all: once in 20,000 times). It has 19 digits: more than any real id of up to 18.
Patterns of few places promise that for one draw alone.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .patterns import Pattern, load_pattern
from .shapes import learn_pattern

_BITS = 60
MOST_SAID = 4
_MASK = np.uint64((1 << _BITS) - 1)
_ODD = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_UUID = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"


@dataclass(frozen=True, slots=True)
class Ids:
    """The form of an id column: `"number"`, `"uuid"`, `"pattern"`, or `"text"` after a prefix."""

    form: str
    prefix: str = ""
    pattern: Pattern | None = None

    def make(self, rows: np.ndarray, *, key: int) -> pa.Array:
        """Return an id for each row number."""
        if self.pattern is not None:
            return self.pattern.make(rows, key=key)
        numbers = _bijection(rows, key)
        if self.form == "uuid":
            return pa.array([_uuid(int(n), key) for n in numbers], pa.string())
        whole = pa.array((numbers + np.uint64(10**18)).astype(np.int64))
        if self.form == "number":
            return whole
        return pc.binary_join_element_wise(self.prefix, whole.cast(pa.string()), "")

    def plain(self) -> dict[str, Any]:
        """Return the form as JSON can hold it."""
        pattern = self.pattern.plain() if self.pattern is not None else None
        return {"form": self.form, "prefix": self.prefix, "pattern": pattern}

    @property
    def is_narrow(self) -> bool:
        """True where draws under two seeds may make the same id."""
        return self.pattern is not None

    def says(self) -> str:
        """Return what was learned, in words."""
        if self.pattern is None:
            return {"number": "whole numbers of 19 digits", "uuid": "UUIDs"}.get(
                self.form, f"{self.prefix!r} and 19 digits: no pattern that enough rows share"
            )
        forms = " or ".join(str(template) for template in self.pattern.templates[:MOST_SAID])
        room = f"{self.pattern.room:,}" if self.pattern.room < 10**12 else "over 10**12"
        return f"{forms}: room for {room} new ids, then the counter gets longer"


def load_ids(plain: Mapping[str, Any]) -> Ids:
    """Return what `Ids.plain` gave."""
    pattern = plain.get("pattern")
    return Ids(plain["form"], plain["prefix"], load_pattern(pattern) if pattern else None)


def learn_ids(cells: pa.ChunkedArray, *, rare: int) -> Ids:
    """Return the form of the ids; a prefix only where at least `rare` rows share it."""
    if pa.types.is_integer(cells.type):
        return Ids("number")
    known = cells.cast(pa.string()).drop_null()
    if len(known) < rare:
        return Ids("text")
    if pc.all(pc.match_substring_regex(known, _UUID)).as_py():
        return Ids("uuid")
    if (pattern := learn_pattern(_one_chunk(known), rare=rare)) is not None:
        return Ids("pattern", pattern=pattern)
    ends = pc.min_max(known)
    shared = _common(ends["min"].as_py(), ends["max"].as_py())
    # Digits may be a part of somebody's number; letters and marks that all share are the form.
    return Ids("text", re.sub(r"\d.*$", "", shared, flags=re.DOTALL))


def _one_chunk(cells: pa.ChunkedArray) -> pa.Array:
    whole = cells.combine_chunks()
    return pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole


def _common(one: str, other: str) -> str:
    """Return the longest beginning that two texts share."""
    same = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        same += 1
    return one[:same]


def _bijection(rows: np.ndarray, key: int) -> np.ndarray:
    x = (rows.astype(np.uint64) + np.uint64(key)) & _MASK
    for odd in _ODD:
        x ^= x >> np.uint64(29)
        x = (x * odd) & _MASK
        x ^= np.uint64(key) & _MASK
    return x ^ (x >> np.uint64(31))


def _uuid(number: int, key: int) -> str:
    low = (number * 0x9E3779B97F4A7C15 ^ key) & ((1 << 62) - 1)
    return str(uuid.UUID(int=(number << 64) | low, version=4))
