"""SelfTest: what a judge caught of the faults that were planted, and how often it cried wolf.

Of each run only the steps around the weakest strength that is caught are judged: what is caught at
one strength counts as caught at each greater one. A table names columns and shares, never a value.

    Attempt   one fault at one strength in one slice: caught or not, named rightly or not
    Ladder    all attempts of one kind
    SelfTest  all ladders, the untouched slices, and what could not be planted
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from .delusion import GROUPS

POWER = 0.9
_LEVEL = 0.05
_SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Attempt:
    """One fault at one strength in one slice. `rung` counts from 0, the slightest."""

    run: int
    rung: int
    where: str
    caught: bool
    named: bool
    question: str = ""


@dataclass(frozen=True, slots=True)
class Ladder:
    """What was caught of one kind, from the slightest strength to the greatest."""

    kind: str
    group: str
    says: str
    unit: str
    strengths: tuple[float, ...]
    attempts: tuple[Attempt, ...]

    @property
    def runs(self) -> int:
        """The number of slices in which it was planted."""
        return len({attempt.run for attempt in self.attempts})

    @property
    def rates(self) -> tuple[float, ...]:
        """For each strength, the share of the runs that caught it, or a slighter one."""
        firsts: dict[int, int] = {}
        for attempt in self.attempts:
            first = firsts.setdefault(attempt.run, len(self.strengths))
            firsts[attempt.run] = min(first, attempt.rung) if attempt.caught else first
        return tuple(
            sum(first <= rung for first in firsts.values()) / max(1, len(firsts))
            for rung in range(len(self.strengths))
        )

    @property
    def weakest(self) -> float | None:
        """The slightest strength that at least 90 % of the runs caught; None where none is."""
        caught = (s for s, rate in zip(self.strengths, self.rates, strict=True) if rate >= POWER)
        return next(caught, None)

    @property
    def named(self) -> tuple[int, int]:
        """How often the first finding spoke of the planted place, and of how many catches."""
        caught = [attempt for attempt in self.attempts if attempt.caught]
        return sum(attempt.named for attempt in caught), len(caught)

    def cells(self) -> list[str]:
        """Return each strength's share in words; + and - where that strength was not judged."""
        tried = {attempt.rung for attempt in self.attempts}
        shown = []
        for rung, rate in enumerate(self.rates):
            sure = {0.0: "-", 1.0: "+"}.get(rate)
            shown.append(sure if sure and rung not in tried else f"{100 * rate:.0f}")
        return shown


@dataclass(frozen=True, slots=True)
class SelfTest:
    """What this judge catches in these data, at this size.

    Attributes:
        rows: Rows of each slice: made, taught and held out. columns: Of the main table.
        runs: Slices that each kind was planted in.
        alarms: How many of the untouched slices were accused. untouched: How many there were.
        ladders: One for each kind that was planted.
        not_planted: The kinds that have no place in these data, with the reason.
        judged: How often the judge was asked in all.
    """

    rows: int
    columns: int
    target: str | None
    seed: int
    runs: int
    alarms: int
    untouched: int
    ladders: tuple[Ladder, ...]
    not_planted: Mapping[str, str]
    judged: int

    @property
    def false_alarm_rate(self) -> tuple[float, float, float]:
        """The share of untouched slices that were accused, with its exact 95 % interval."""
        from .effects import binomial_interval

        low, high = binomial_interval(self.alarms, self.untouched, _LEVEL)
        return self.alarms / max(1, self.untouched), low, high

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data."""
        rate, low, high = self.false_alarm_rate
        return {
            "schema_version": _SCHEMA_VERSION,
            "rows": self.rows,
            "columns": self.columns,
            "target": self.target,
            "seed": self.seed,
            "runs": self.runs,
            "judged": self.judged,
            "false_alarms": {
                "alarms": self.alarms,
                "untouched": self.untouched,
                "rate": rate,
                "low": low,
                "high": high,
            },
            "kinds": {ladder.kind: _plain(ladder) for ladder in self.ladders},
            "not_planted": dict(self.not_planted),
        }

    def to_text(self, width: int = 80) -> str:
        """Return the result as a table of plain text, at most `width` characters wide."""
        lines = [*self._head(width), "", *self._table(), "", *_legend(width), *self._rest(width)]
        return "\n".join(line[:width].rstrip() for line in lines)

    def _head(self, width: int) -> list[str]:
        rate, low, high = self.false_alarm_rate
        least = _LEVEL ** (1 / max(1, self.runs))
        named = [ladder.named for ladder in self.ladders]
        right, caught = sum(n[0] for n in named), sum(n[1] for n in named)
        found = sum(ladder.weakest is not None for ladder in self.ladders)
        told = [
            f"SELF-TEST  {_count(len(self.ladders), 'kind')} of fault, planted in "
            f"{_count(self.runs, 'run')} each; seed {self.seed}",
            f"  slices of {self.rows:,} rows × {self.columns} columns: made, taught, held out",
            f"  false alarms: {self.alarms} of {self.untouched} untouched slices were accused, "
            f"{100 * rate:.1f} % [{100 * low:.1f}, {100 * high:.1f}]; promised are at most 5 %",
            f"  caught: {found} of {len(self.ladders)} kinds at some strength in at least "
            f"{100 * POWER:.0f} % of the runs; the first finding named the place in {right} of "
            f"{caught} catches",
        ]
        if least < POWER:
            told.append(
                f"  {_count(self.runs, 'run')} each is few: what all of them caught is caught at "
                f"least {100 * least:.0f} % of the time (95 % sure); 29 runs would say 90 %"
            )
        return [line for text in told for line in _wrapped(text, width)]

    def _table(self) -> list[str]:
        head = f"{'kind':<22}{'1':>5}{'2':>4}{'3':>4}{'4':>4}{'5':>4} {'place':>5}  weakest caught"
        lines = [head]
        for group in GROUPS:
            mine = [ladder for ladder in self.ladders if ladder.group == group]
            lines += [group, *(f"  {_row(ladder)}" for ladder in mine)] if mine else []
        return lines

    def _rest(self, width: int) -> list[str]:
        if not self.not_planted:
            return []
        lines = [
            "",
            f"NOT PLANTED  {_count(len(self.not_planted), 'kind')} without a place in these data",
        ]
        for kind, reason in self.not_planted.items():
            lines += _wrapped(f"  {kind}: {reason}", width)
        return lines


def _row(ladder: Ladder) -> str:
    weakest = "none" if ladder.weakest is None else _strength(ladder.weakest, ladder.unit)
    right, caught = ladder.named
    place = f"{right}/{caught}" if caught else ""
    cells = "".join(f"{cell:>4}" for cell in ladder.cells())
    return f"{ladder.kind:<21}{cells} {place:>5}  {weakest}"


def _strength(size: float, unit: str) -> str:
    """Return a strength as people read it: a share of something in percent of it."""
    if unit.startswith("share of"):
        return f"{100 * size:g} % {unit.removeprefix('share ')}"
    return f"{size:g} {unit}"


def _legend(width: int) -> list[str]:
    return _wrapped(
        "1 to 5: from slight to gross, each about twice the one before; the share of runs (%) that "
        "caught it. + and - were not judged: a slighter one was caught each time, or a greater one "
        "missed. place: how often the first finding spoke of the planted columns.",
        width,
    )


def _plain(ladder: Ladder) -> dict[str, Any]:
    right, caught = ladder.named
    return {
        "group": ladder.group,
        "says": ladder.says,
        "unit": ladder.unit,
        "strengths": list(ladder.strengths),
        "rates": list(ladder.rates),
        "weakest": ladder.weakest,
        "runs": ladder.runs,
        "named": right,
        "caught": caught,
        "attempts": [asdict(attempt) for attempt in ladder.attempts],
    }


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _wrapped(text: str, width: int) -> list[str]:
    indent = " " * (len(text) - len(text.lstrip()))
    return textwrap.wrap(
        text.strip(), width, initial_indent=indent, subsequent_indent=indent + "  " * bool(indent)
    )
