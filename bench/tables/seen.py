"""Seen: what was measured on one table, by maker, out of the JSON lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..results import Line
from ..tabulate import Mean
from .registry import REAL


@dataclass(frozen=True, slots=True)
class Seen:
    """The lines of one table with all its rows; those of a quick look at fewer do not count."""

    name: str
    lines: tuple[Line, ...]

    @property
    def size(self) -> int:
        """How many rows the table has."""
        return int(self.lines[0]["key"][3])

    @property
    def makers(self) -> tuple[str, ...]:
        """Who was measured, real rows first."""
        found = dict.fromkeys(str(line["key"][0]) for line in self.lines)
        return tuple(sorted(found, key=lambda maker: maker != REAL))

    def of(self, maker: str, figure: str) -> dict[int, float]:
        """Return the figure of each seed."""
        return {
            int(line["key"][2]): float(line[figure])
            for line in self.lines
            if line["key"][0] == maker and figure in line
        }

    def mean(self, maker: str, figure: str) -> Mean | None:
        """Return the figure's mean over the seeds."""
        return Mean.of(list(self.of(maker, figure).values()))

    def gap(self, maker: str, figure: str) -> Mean | None:
        """Return by how much the maker falls short of real rows, seed by seed."""
        theirs, real = self.of(maker, figure), self.of(REAL, figure)
        return Mean.of([real[seed] - theirs[seed] for seed in theirs if seed in real])


def by_table(lines: Sequence[Line]) -> tuple[Seen, ...]:
    """Return what was seen on each table."""
    found = []
    for name in dict.fromkeys(str(line["key"][1]) for line in lines):
        mine = [line for line in lines if line["key"][1] == name]
        size = max(int(line["key"][3]) for line in mine)
        found.append(Seen(name, tuple(line for line in mine if line["key"][3] == size)))
    return tuple(found)
