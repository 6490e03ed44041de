"""Density: each maker that offers one, asked how probable rows are that it never saw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..results import Key
from .facts import RealTable
from .finite import as_categories, likelihood
from .job import Asked, Figures, Job, table
from .making import Order
from .registry import OURS, WEIGHS

SEEDS = 3


def jobs(asked: Asked) -> Iterator[Job]:
    """Yield a job for each maker, table and seed."""
    for name in asked.tables:
        for maker in [maker for maker in WEIGHS if maker in asked.makers]:
            known = maker in (OURS, "marginals")
            for seed in range(min(asked.seeds, SEEDS)) if known else asked.seeds_of(maker, name):
                yield Density(maker, name, seed, asked.most)


@dataclass(frozen=True, slots=True)
class Density:
    """One maker on one table as categories with one seed."""

    maker: str
    name: str
    seed: int
    most: int | None = None

    @property
    def bench(self) -> str:
        return "density"

    @property
    def key(self) -> Key:
        return (self.maker, self.name, self.seed, len(table(self.name, self.most).rows))

    def run(self) -> Figures | None:
        """Return the log-likelihood of unseen rows, and what it cost."""
        return weighed(self.maker, table(self.name, self.most), self.seed)


def weighed(
    maker: str, real: RealTable, seed: int, settings: Mapping[str, object] | None = None
) -> Figures | None:
    """Return what a maker thinks of unseen rows of a table as categories, and what it cost."""
    teachers, unseen, facts = as_categories(*real.split(seed), real.facts)
    asked = Order(maker, teachers, facts, seed, weighed=unseen, settings=settings or {})
    done = asked.carry_out()
    if done.failed:
        return {"failed": done.failed}
    if done.log_prob is None:
        return None
    return {**done.cost, **likelihood(done.log_prob, teachers, unseen)}
