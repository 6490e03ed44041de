"""Likeness: each maker on each table with each seed, with use, memory, rules and cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from ..results import Key
from . import figures, memory, rules
from .coded import Coded, coded
from .facts import Facts
from .job import FIRST, Asked, Figures, Job, table
from .making import Order
from .registry import NIGHT, RATED, REAL

COMMON = 10  # unseen rows of a class whose AUC is more than a coin


def jobs(asked: Asked) -> Iterator[Job]:
    """Yield a job for each maker, table and seed."""
    for name in asked.tables:
        for maker in [maker for maker in asked.makers if asked.full or maker not in NIGHT]:
            for seed in asked.seeds_of(maker, name):
                yield Likeness(maker, name, seed, asked.most, asked.budget_s)


@dataclass(frozen=True, slots=True)
class Likeness:
    """One maker on one table with one seed."""

    maker: str
    name: str
    seed: int
    most: int | None = None
    budget_s: float = 120

    @property
    def bench(self) -> str:
        return "tables"

    @property
    def key(self) -> Key:
        return (self.maker, self.name, self.seed, len(table(self.name, self.most).rows))

    def run(self) -> Figures:
        """Return every figure of the job."""
        real = table(self.name, self.most)
        teachers, unseen = real.split(self.seed)
        if self.maker == REAL:
            sides = coded({"taught": teachers, "unseen": unseen, "made": teachers}, real.facts)
            return compared(sides, real.facts, self.seed)
        many = RATED.get(self.maker, 0) if self.name == FIRST else 0
        done = Order(
            self.maker, teachers, real.facts, self.seed, len(teachers), many,
            budget_s=self.budget_s,
        ).carry_out()  # fmt: skip
        if done.made is None:
            return {"failed": done.failed}
        sides = coded({"taught": teachers, "unseen": unseen, "made": done.made}, real.facts)
        return {
            **done.cost,
            **compared(sides, real.facts, self.seed),
            **remembered(sides, self.seed),
            **broken(sides, real.facts),
        }


def compared(sides: Mapping[str, Coded], facts: Facts, seed: int) -> Figures:
    """Return likeness and use of the made side, and the copies that chance alone gives."""
    made, unseen = sides["made"], sides["unseen"]
    found: Figures = {
        "c2st": figures.told_apart(unseen, made, seed),
        "tstr": figures.taught(made, unseen, facts, seed),
        "missing_tvd": figures.missing_apart(unseen, made),
        "copies_unseen": memory.copies(sides["taught"], unseen),
    }
    if facts.has_classes and facts.positive is None:
        found["tstr_common"] = figures.taught(made, unseen, facts, seed, fewest=COMMON)
    return found


def remembered(sides: Mapping[str, Coded], seed: int) -> Figures:
    """Return what the made side gives away of the teachers."""
    taught, made = sides["taught"], sides["made"]
    return {
        "membership": memory.membership(taught, sides["unseen"], made, seed),
        "copies": memory.copies(taught, made),
    }


def broken(sides: Mapping[str, Coded], facts: Facts) -> Figures:
    """Return what the made side breaks: of the known pairs, of firm rules, of any that hold."""
    made, real = sides["made"], sides["taught"].and_also(sides["unseen"])
    pairs = [rules.unknown_pairs(sides["taught"], made, pair) for pair in facts.depends]
    firm = rules.Broken.of(rules.mined(real), real, made)
    loose = rules.Broken.of(rules.mined(real, least=0), real, made)
    return {
        **({"pairs": max(pairs)} if pairs else {}),
        **{f"firm_{name}": value for name, value in asdict(firm).items()},
        **{f"loose_{name}": value for name, value in asdict(loose).items()},
    }
