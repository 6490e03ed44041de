"""Evidence: rows under conditions on three columns at random. How fast, how right, and how like.

speed      ten conditions on adult that hold, by the World's own estimate, in about one row of
           100,000: rows a CPU-s with and without the steering, the worth of a candidate, and
           what trial and error would reach: rows a CPU-s of no condition, times the chance
right      a declared network (`evidence_network.py`) teaches 50,000 rows. Rows under evidence
           of probability 1e-5 against its exact law and against the forest's own, enumerated:
           total variation distances, beside what so many draws of the same law would show
likeness   conditions that about one real row in a hundred meets: C2ST of made rows against
           real ones that never taught. Five Worlds are taught by four fifths each; each is
           held against its own fifth, so every real row that meets the condition is unseen
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import numpy as np
import pandas as pd

import worldwright as ww
from worldwright.errors import WorldwrightError

from ..results import Key
from .coded import coded
from .evidence_asked import Condition, conditions
from .evidence_exact import own_chances
from .evidence_network import NAMES, Network, all_rows
from .facts import RealTable
from .figures import told_apart
from .job import FIRST, Asked, Figures, Job, table
from .registry import OURS

SEEDS = 3
RARE, ABOUT = 1e-5, 2.0  # a chance is "about" another within this factor
ROWS, SEARCHED, TRIPLES = 20_000, 1_000_000, 10
LESSON, EVIDENCES = 50_000, 4
TABLES = ("adult", "bank", "credit")
FEWEST, MOST_SHARE, FOLDS, CONDITIONS = 400, 0.02, 5, 3


def jobs(asked: Asked) -> Iterator[Job]:
    """Yield the jobs of each part; a quick look at fewer rows leaves out what needs them all."""
    if OURS not in asked.makers:
        return
    for seed in range(min(asked.seeds, SEEDS)):
        yield Right("network", seed)
        if asked.most is None:
            yield from (Like(name, seed) for name in TABLES if name in asked.tables)
    if FIRST in asked.tables:
        yield from (Speed(FIRST, triple, asked.most) for triple in range(TRIPLES))


@dataclass(frozen=True, slots=True)
class Speed:
    """One rare condition."""

    name: str
    triple: int
    most: int | None = None

    maker = OURS
    bench = "evidence"

    @property
    def key(self) -> Key:
        return ("speed", self.name, self.triple, len(table(self.name, self.most).rows))

    def run(self) -> Figures:
        """Return CPU seconds of steering and of drawing, and what the rows are worth."""
        world, rate = taught(self.name, self.most)
        asked = _rare(self.name, self.most)[self.triple]
        start = time.process_time()
        under = world.given(asked)
        steered = time.process_time()
        made = under.sample(ROWS, seed=self.triple)
        drawn = time.process_time()
        said = under.explain()["part"]
        return {
            "where": asked,
            "chance": said["chance of the evidence"],
            "steer_cpu_s": steered - start,
            "draw_cpu_s": drawn - steered,
            "rows": float(ROWS),
            "effective": said["effective rows of 100 candidates"] / 100,
            "distinct": float(1 - made.to_pandas().duplicated().mean()),
            "rejection_per_cpu_s": rate * said["chance of the evidence"],
        }


@lru_cache(maxsize=1)
def taught(name: str, most: int | None) -> tuple[ww.World, float]:
    """Return the World of a table's teachers, and how many rows a CPU-s it makes at its best."""
    real = table(name, most)
    world = ww.fit(ww.read(real.split(0)[0]), target=real.facts.target, seed=0)
    world.sample(1_000, seed=0)
    start = time.process_time()
    world.sample(SEARCHED, seed=0)
    return world, SEARCHED / (time.process_time() - start)


@lru_cache(maxsize=1)
def _rare(name: str, most: int | None) -> list[str]:
    """Return conditions that hold in about one row of 100,000, as the World says itself."""
    world, _ = taught(name, most)
    rows = world.sample(SEARCHED, seed=1).to_pandas()
    least, highest = RARE / ABOUT, RARE * ABOUT
    facts, rng = table(name, most).facts, np.random.default_rng(0)
    found = (one.text for one in conditions(rows, facts, rng, least, highest))
    fit = (text for text in found if least <= _chance(world, text) <= highest)
    return list(islice(fit, TRIPLES))


def _chance(world: ww.World, where: str) -> float:
    try:
        said = world.given(where).explain()["part"]
    except WorldwrightError:
        return 0.0
    return float(said.get("chance of the evidence", 1.0))


@dataclass(frozen=True, slots=True)
class Right:
    """Evidence on a declared network."""

    name: str
    seed: int

    maker = OURS
    bench = "evidence"

    @property
    def key(self) -> Key:
        return ("right", self.name, self.seed, LESSON)

    def run(self) -> Figures:
        """Return mean distances over a few pieces of evidence."""
        network = Network.of(self.seed)
        lesson = network.rows(LESSON, self.seed)
        world = ww.fit(ww.read(lesson), target=NAMES[0], seed=self.seed)
        asked = network.rarest(RARE, EVIDENCES)
        found = pd.DataFrame([_apart(world, network, given, self.seed) for given in asked])
        return {str(name): float(value) for name, value in found.mean().items()}


def _apart(world: ww.World, network: Network, given: dict[str, int], seed: int) -> dict[str, float]:
    """Return how far rows under the evidence are from the network's law and the forest's own."""
    where = " and ".join(f"{name} = {name}{at}" for name, at in given.items())
    chance, exact = network.under(given)
    cells = all_rows(given)
    own = own_chances(world, cells)
    made = world.given(where).sample(ROWS, seed=seed).to_pandas()
    keys = pd.MultiIndex.from_frame(cells)
    counts = made.astype(str).value_counts().reindex(keys, fill_value=0).to_numpy()
    drawn, law = counts / ROWS, own / own.sum()
    rng = np.random.default_rng(seed)
    alike = rng.multinomial(ROWS, law, size=2_000) / ROWS
    noise = np.abs(alike - law).sum(axis=1) / 2
    apart = float(np.abs(drawn - law).sum() / 2)
    return {
        "chance": chance, "own_chance": float(own.sum()), "outside": 1 - counts.sum() / ROWS,
        "tvd_exact": float(np.abs(drawn - exact.ravel()).sum() / 2),
        "own_tvd_exact": float(np.abs(law - exact.ravel()).sum() / 2),
        "tvd_own": apart, "tvd_noise": float(noise.mean()),
        "beyond_noise": float(apart > noise.max()),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Like:
    """Conditions of about one real row in a hundred, on one table with one seed."""

    name: str
    seed: int

    maker = OURS
    bench = "evidence"

    @property
    def key(self) -> Key:
        return ("likeness", self.name, self.seed, len(table(self.name, None).rows))

    def run(self) -> Figures:
        """Return the mean C2ST over a few conditions, and how many real rows met them."""
        real = table(self.name, None)
        rng = np.random.default_rng(self.seed)
        least = max(0.01, (FEWEST + 10) / len(real.rows))
        asked = list(islice(conditions(real.rows, real.facts, rng, least, MOST_SHARE), CONDITIONS))
        sides = _unseen_and_made(real, asked, self.seed)
        told = []
        for unseen, made in sides:
            both = coded({"unseen": unseen, "made": made}, real.facts)
            told.append(told_apart(both["unseen"], both["made"], self.seed))
        return {
            "c2st": float(np.mean(told)),
            "c2st_worst": max(told),
            "fewest": float(min(len(unseen) for unseen, _ in sides)),
            "share": float(np.mean([one.hits.mean() for one in asked])),
            "conditions": float(len(asked)),
        }


def _unseen_and_made(
    real: RealTable, asked: list[Condition], seed: int
) -> list[tuple[pd.DataFrame, pd.DataFrame]]:
    """Return for each condition all real rows that meet it, and as many made by Worlds that were
    taught without them.
    """
    order = np.random.default_rng(1_000 + seed).permutation(len(real.rows))
    unseen: list[list[pd.DataFrame]] = [[] for _ in asked]
    made: list[list[pd.DataFrame]] = [[] for _ in asked]
    for fold, mine in enumerate(np.array_split(order, FOLDS)):
        teachers = real.rows.iloc[np.setdiff1d(order, mine)].reset_index(drop=True)
        world = ww.fit(ww.read(teachers), target=real.facts.target, seed=seed)
        for at, one in enumerate(asked):
            matches = real.rows.iloc[mine[one.hits[mine]]]
            unseen[at].append(matches)
            rows = world.given(one.text).sample(len(matches), seed=100 * seed + fold)
            made[at].append(rows.to_pandas())
    return [
        (pd.concat(here, ignore_index=True), pd.concat(there, ignore_index=True))
        for here, there in zip(unseen, made, strict=True)
    ]
