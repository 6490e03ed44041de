"""Patterns of ids: forms of fixed length, and how a row's number becomes an id that no row had.

A Template is told parts (`ORD`, one of `2023 2024`, `-`) and varying positions with an alphabet
each. Read in order, the varying positions are one counter in mixed bases. The counter of a made id
starts with one of `begins`, with which no real id of that form starts; so what is made is new, and
nothing of a real id is kept to compare with. Row n is number pi_key(n) of the room, with pi a keyed
bijection of [0, room): rows of one draw never collide, and any row is made alone.

A Pattern mixes templates by their shares. Rows whose number is beyond the room of their template go
to the `wider` ones in turn, whose counter has more places. No two templates share a text.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

MOST_ROOM = 1 << 60
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


@dataclass(frozen=True, slots=True)
class Part:
    """A told part (`texts` of one length, with their shares) or varying places (`alphabets`)."""

    texts: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()
    alphabets: tuple[str, ...] = ()

    @property
    def places(self) -> tuple[str, ...]:
        """What may stand at each place."""
        return self.alphabets or tuple("".join(set(at)) for at in zip(*self.texts, strict=True))

    def __str__(self) -> str:
        if self.alphabets:
            return f"<{len(self.alphabets)} {_named(self.alphabets)}>"
        return self.texts[0] if len(self.texts) == 1 else "{" + ",".join(self.texts) + "}"


@dataclass(frozen=True, slots=True)
class Template:
    """Ids of one length. `begins` are beginnings of the counter that no real id has."""

    parts: tuple[Part, ...]
    begins: tuple[str, ...] = ("",)

    @property
    def places(self) -> tuple[str, ...]:
        """What may stand at each place of the text."""
        return tuple(place for part in self.parts for place in part.places)

    @property
    def counter(self) -> tuple[str, ...]:
        """The alphabets of the counter's places."""
        return tuple(place for part in self.parts for place in part.alphabets)

    @property
    def room(self) -> int:
        """How many new ids there are, told parts apart; at most 2**60."""
        if not self.begins:
            return 0
        rest = math.prod(len(place) for place in self.counter[len(self.begins[0]) :])
        return min(len(self.begins) * rest, MOST_ROOM)

    def meets(self, other: Template) -> bool:
        """True where a text may be of both."""
        one, two = self.places, other.places
        return len(one) == len(two) and all(set(a) & set(b) for a, b in zip(one, two, strict=True))

    def make(self, numbers: np.ndarray, rows: np.ndarray, key: int) -> np.ndarray:
        """Return the text of each number below `room`; told parts are drawn by row."""
        out = np.zeros((len(rows), len(self.places)), np.uint32)
        digits = self._digits(numbers, rows, key)
        at = used = 0
        for nth, part in enumerate(self.parts):
            if part.alphabets:
                for place in range(len(part.alphabets)):
                    out[:, at + place] = digits[:, used + place]
                used += len(part.alphabets)
            else:
                picks = _picked(part.shares, uniform(rows, key, nth))
                out[:, at : at + len(part.texts[0])] = _letters(part.texts)[picks]
            at += len(part.places)
        return out.view(f"<U{out.shape[1]}")[:, 0] if len(rows) else np.empty(0, "<U1")

    def _digits(self, numbers: np.ndarray, rows: np.ndarray, key: int) -> np.ndarray:
        """Return the letters of the counter, (rows, places)."""
        places = self.counter
        first = len(self.begins[0])
        out = np.zeros((len(rows), len(places)), np.uint32)
        many = np.uint64(len(self.begins))
        if first:
            out[:, :first] = _letters(self.begins)[(numbers % many).astype(np.int64)]
        rest, spent = numbers // many, len(self.begins)
        for at in range(len(places) - 1, first - 1, -1):
            size = len(places[at])
            if spent < MOST_ROOM:
                digit = (rest % np.uint64(size)).astype(np.int64)
                rest //= np.uint64(size)
            else:  # beyond 2**60 the places need tell nothing apart
                digit = (uniform(rows, key, 1_000 + at) * size).astype(np.int64)
            spent *= size
            out[:, at] = _letters(tuple(places[at]))[digit, 0]
        return out

    def __str__(self) -> str:
        return "".join(str(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Pattern:
    """Templates with their shares, and wider ones for numbers beyond their room."""

    templates: tuple[Template, ...]
    shares: tuple[float, ...]
    wider: tuple[Template, ...]

    def make(self, rows: np.ndarray, *, key: int) -> pa.Array:
        """Return an id for each row number."""
        rows = rows.astype(np.uint64)
        which = _picked(self.shares, uniform(rows, key, 999))
        made: np.ndarray = np.empty(len(rows), object)
        for at, template in enumerate(self.templates):
            mine = np.flatnonzero(which == at)
            fits = rows[mine] < np.uint64(template.room)
            self._fill(made, mine[fits], template, rows, 0, key)
            which[mine[~fits]] = -1
        first = 0
        for template in self.wider:
            late = (which < 0) & (rows < np.uint64(first + template.room))
            self._fill(made, np.flatnonzero(late), template, rows, first, key)
            which[late] = 0
            first += template.room
        return pa.array(made, pa.string())

    def _fill(
        self, made: np.ndarray, at: np.ndarray, of: Template, rows: np.ndarray, first: int, key: int
    ) -> None:
        if len(at):
            numbers = bijection(rows[at] - np.uint64(first), of.room, key)
            made[at] = of.make(numbers, rows[at], key)

    @property
    def room(self) -> int:
        """How many rows get an id of a form that was seen."""
        return max(template.room for template in self.templates)

    def plain(self) -> dict[str, Any]:
        """Return the pattern as JSON can hold it."""
        return {
            "templates": [_plain(template) for template in self.templates],
            "shares": list(self.shares),
            "wider": [_plain(template) for template in self.wider],
        }


def load_pattern(plain: Mapping[str, Any]) -> Pattern:
    """Return what `Pattern.plain` gave."""
    templates, wider = (
        tuple(
            Template(tuple(Part(*map(tuple, part)) for part in of["parts"]), tuple(of["begins"]))
            for of in plain[name]
        )
        for name in ("templates", "wider")
    )
    return Pattern(templates, tuple(plain["shares"]), wider)


def bijection(numbers: np.ndarray, room: int, key: int) -> np.ndarray:
    """Return each number's place in a keyed order of [0, room), by walking cycles of 2**bits."""
    bits = max((room - 1).bit_length(), 2)
    mask, half = np.uint64((1 << bits) - 1), np.uint64(bits // 2)
    x = numbers.astype(np.uint64)
    out = np.arange(len(x))
    while len(out):
        y = (x[out] + np.uint64(key & int(mask))) & mask
        for odd, turn in ((_FIRST, 0), (_SECOND, 1)):
            y = ((y ^ (y >> half)) * odd) & mask
            y ^= np.uint64((key >> (turn + 1)) & int(mask))
        x[out] = y ^ (y >> half)
        out = out[x[out] >= np.uint64(room)]
    return x


def uniform(rows: np.ndarray, key: int, salt: int) -> np.ndarray:
    """Return a number in [0, 1) for each row number: a pure function of (key, salt, row)."""
    start = np.uint64((key * 0x9E3779B97F4A7C15 + salt * 0xD1342543DE82EF95) & (2**64 - 1))
    x = rows.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + start
    for odd, shift in ((_FIRST, 30), (_SECOND, 27)):
        x = (x ^ (x >> np.uint64(shift))) * odd
    return ((x ^ (x >> np.uint64(31))) >> np.uint64(11)).astype(np.float64) / 2.0**53


def _picked(shares: tuple[float, ...], u: np.ndarray) -> np.ndarray:
    ends = np.cumsum(shares)
    return np.minimum(np.searchsorted(ends, u * ends[-1], side="right"), len(ends) - 1)


def _letters(texts: tuple[str, ...]) -> np.ndarray:
    return np.array([[ord(letter) for letter in text] for text in texts], np.uint32)


def _plain(template: Template) -> dict[str, Any]:
    parts = [[list(p.texts), list(p.shares), list(p.alphabets)] for p in template.parts]
    return {"parts": parts, "begins": list(template.begins)}


def _named(alphabets: tuple[str, ...]) -> str:
    letters = set("".join(alphabets))
    if letters <= set("0123456789"):
        return "digits"
    if letters <= set("0123456789abcdefABCDEF") and "0" in letters:
        return "hex digits"
    return "letters and digits" if "0" in letters else "letters"
