"""Density: each maker that offers one, asked how probable rows are that it never saw.

On small tables ours is measured under `effort="thorough"` as well, which chooses its settings by
the log-likelihood of teachers that it held back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..results import Key
from .facts import SMALL, RealTable
from .finite import as_categories, likelihood
from .job import Asked, Figures, Job, table
from .making import Order
from .registry import OURS, WEIGHS

SEEDS = 3
THOROUGH = f"{OURS}, thorough"


def jobs(asked: Asked) -> Iterator[Job]:
    """Yield a job for each maker, table and seed."""
    for name in asked.tables:
        makers = [maker for maker in WEIGHS if maker in asked.makers]
        if OURS in makers and len(table(name, asked.most).rows) < SMALL:
            makers.append(THOROUGH)
        for maker in makers:
            known = maker in (OURS, THOROUGH, "marginals")
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
        maker, settings = self.maker, None
        if maker == THOROUGH:
            maker, settings = OURS, {"effort": "thorough"}
        return weighed(maker, table(self.name, self.most), self.seed, settings)


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
