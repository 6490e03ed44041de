"""Frontier: our learner with other settings, to see what likeness costs in memory.

Makers trade the one for the other: where nodes are split at a slight hint, leaves are true to their
rows, and remember them. Each setting is a point (membership, C2ST), beside the points of the peers
that `likeness.py` measures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..results import Key
from .coded import coded
from .facts import SMALL
from .figures import told_apart
from .job import Asked, Figures, Job, table
from .likeness import remembered
from .making import Order
from .registry import OURS

SEEDS, SEEDS_OF_SMALL = 3, 10
# Beside the default, which is measured with all else. To try others, change this list.
SETTINGS: tuple[Mapping[str, float], ...] = (
    {"chance": 0.02, "leaf": 30, "escape": 1.0},
    {"chance": 0.1, "leaf": 20, "escape": 0.5},  # memory="low"
    {"chance": 0.3},
    {"chance": 0.7},
    {"chance": 1.2},
    {"chance": 4.0},
    {"chance": 8.0},
    {"chance": 20.0, "leaf": 3, "escape": 0.1},
)


def jobs(asked: Asked) -> Iterator[Job]:
    """Yield a job for each setting, table and seed."""
    if OURS not in asked.makers:
        return
    for name in asked.tables:
        is_small = len(table(name, asked.most).rows) < SMALL
        most = SEEDS_OF_SMALL if asked.full or is_small else SEEDS
        for seed in range(min(asked.seeds, most)):
            for settings in SETTINGS:
                yield Frontier(name, seed, tuple(settings.items()), asked.most)


@dataclass(frozen=True, slots=True)
class Frontier:
    """Our learner with some settings on one table with one seed."""

    name: str
    seed: int
    settings: tuple[tuple[str, float], ...]
    most: int | None = None

    @property
    def maker(self) -> str:
        return OURS

    @property
    def bench(self) -> str:
        return "frontier"

    @property
    def key(self) -> Key:
        said = ", ".join(f"{name} {value:g}" for name, value in self.settings)
        return (said, self.name, self.seed, len(table(self.name, self.most).rows))

    def run(self) -> Figures:
        """Return likeness, memory and cost."""
        real = table(self.name, self.most)
        teachers, unseen = real.split(self.seed)
        done = Order(
            OURS, teachers, real.facts, self.seed, len(teachers), settings=dict(self.settings)
        ).carry_out()
        if done.made is None:
            return {"failed": done.failed}
        sides = coded({"taught": teachers, "unseen": unseen, "made": done.made}, real.facts)
        c2st = told_apart(sides["unseen"], sides["made"], self.seed)
        return {**done.cost, "c2st": c2st, **remembered(sides, self.seed)}
