"""A forest under evidence on any of its columns: rows of its own joint law, given that it holds.

Candidates are drawn column after column. A column with evidence is drawn from what the evidence
leaves of its law, a column before one is bent towards what lies ahead (`steering.py`), and each
candidate weighs the product of what was divided out: sequential importance sampling (Liu, "Monte
Carlo strategies in scientific computing", 2001, chapter 3). Of a pool of candidates as many are
kept as rows are wanted, by systematic resampling (Kitagawa, JCGS 1996); there are so many of them
that few rows, a share of `REPEATS`, have one that was kept before, unless weights are too uneven
for `MOST` candidates a row. Columns behind the last evidence are then drawn as ever.

A column with evidence is weighed by the mean of all its trees, any other by the one tree that the
candidate took: the chance of rare evidence differs much from tree to tree.

Pools have a fixed size, so a row does not depend on how many rows are asked for. Many of them are
drawn in one go.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from ... import seeds
from ...data.dataset import Dataset
from ...data.lineage import Lineage, Role
from ...data.schema import Schema
from ...errors import GivenError
from .bending import Bend
from .codes import LEFT_OUT, Ordered
from .evidence import Evidence
from .recast import chunked
from .steering import factor

if TYPE_CHECKING:
    from .forest import Forest

POOL, MOST = 1_024, 64
TOGETHER = 2_000_000  # codes of candidates that are drawn in one go
REPEATS = 0.05  # the share of a pool's rows whose candidate was taken before
_PILOT, _ROUNDS = 8_192, 3
_ENOUGH = 0.9  # share of useful candidates above which nothing needs to be steered


@dataclass(frozen=True, slots=True)
class Steering:
    """What each column's law is multiplied by, up to the last one with evidence.

    Attributes:
        bends, factors: By column: evidence times factor, and (codes,) of the factor alone.
        chance: The World's own probability of the evidence, as its own draws estimate it.
        useful: Effective sample size of a candidate, (sum w)^2 / (n sum w^2).
    """

    bends: tuple[Bend, ...]
    factors: tuple[np.ndarray, ...]
    chance: float
    useful: float


@dataclass(frozen=True, eq=False)
class Conditioned:
    """A Forest of which some columns are known to lie in sets of values."""

    forest: Forest
    evidence: Mapping[int, Evidence]
    where: str
    led: float = 1.0  # the chance of what the first column was asked, which the forest honours

    @property
    def schema(self) -> Schema:
        return self.forest.schema

    @property
    def columns(self) -> tuple[str, ...]:
        return self.forest.columns

    def sample(self, rows: int, *, seed: int) -> Dataset:
        """Draw `rows` rows that all meet the evidence."""
        pools = -(-max(rows, 1) // POOL)
        at_once = max(TOGETHER // (self._batch * len(self.forest.columns_as_codes)), 1)
        tables = []
        for pool in range(0, pools, at_once):
            first = pool * POOL
            drawn = self._drawn(np.arange(pool, min(pool + at_once, pools)), seed)
            drawn = drawn[: max(rows - first, 0)]
            numbers = np.arange(first, first + len(drawn))
            for column in range(self._last + 1, drawn.shape[1]):
                self.forest.chain.draw(drawn, column, numbers, seed)
            tables.append(self._decoded(drawn, first, seed))
        table = pa.concat_tables(tables).combine_chunks()
        lineage = Lineage("learn.forest", Role.MADE, seed, self.forest.parents)
        return Dataset({self.schema.main_name: table}, self.schema, lineage)

    def explain(self) -> Mapping[str, Any]:
        """Return what the forest says, and how much a candidate is worth under the evidence."""
        known = self.steering
        return {
            **self.forest.explain(),
            "chance of the evidence": float(f"{known.chance * self.led:.3g}"),
            "effective rows of 100 candidates": round(100 * known.useful, 1),
        }

    @cached_property
    def steering(self) -> Steering:
        """How columns are bent; raises GivenError where the evidence cannot be met."""
        sizes = [self.forest.columns_as_codes[t].size for t in range(self._last + 1)]
        masses = [self._mass(t, size) for t, size in enumerate(sizes)]
        known = tuple(np.ones(size) for size in sizes)
        best: Steering | None = None
        for attempt in range(_ROUNDS + 1):
            bends = tuple(
                self.forest.chain.bend(t, mass * by, is_mean=t in self.evidence)
                for t, (mass, by) in enumerate(zip(masses, known, strict=True))
            )
            codes, steps = self._candidates(
                np.arange(_PILOT), attempt, Steering(bends, known, 1, 1)
            )
            weights = steps.prod(axis=1)
            if not weights.any():
                raise self._impossible(masses)
            useful = float(weights.sum() ** 2 / (_PILOT * (weights**2).sum()))
            if best is None or useful > best.useful:
                best = Steering(bends, known, float(weights.mean()), useful)
            if useful > _ENOUGH or attempt == _ROUNDS:
                break
            known = self._fitted(codes, steps, sizes)
        assert best is not None
        return best

    @property
    def _last(self) -> int:
        return max(self.evidence)

    def _mass(self, column: int, size: int) -> np.ndarray:
        held = self.evidence.get(column)
        return np.ones(size) if held is None else held.mass

    def _fitted(
        self, codes: np.ndarray, steps: np.ndarray, sizes: list[int]
    ) -> tuple[np.ndarray, ...]:
        ahead = np.cumprod(steps[:, ::-1], axis=1)[:, ::-1]
        even = np.ones(len(codes))
        found = [
            factor(codes[:, : t + 1], sizes[: t + 1], ahead[:, t + 1], even)
            if np.ptp(ahead[:, t + 1]) > 0
            else np.ones(sizes[t])
            for t in range(len(sizes) - 1)
        ]
        return (*found, np.ones(sizes[-1]))

    def _candidates(
        self, numbers: np.ndarray, seed: int, steering: Steering
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return codes, (candidates, columns), and the weight that each column up to the last
        evidence adds, (candidates, last + 1).
        """
        # Column after column in memory: that is how they are drawn.
        codes = np.full((len(self.forest.columns_as_codes), len(numbers)), LEFT_OUT, np.uint16).T
        steps = np.ones((self._last + 1, len(numbers))).T
        for t in range(self._last + 1):
            if t not in self.evidence and steering.bends[t].is_even:
                self.forest.chain.draw(codes, t, numbers, seed)
                continue
            totals = self.forest.chain.draw_bent(codes, t, numbers, seed, steering.bends[t])
            if np.ptp(steering.factors[t]) > 0:
                totals /= np.maximum(steering.factors[t], 1e-300)[codes[:, t]]
            steps[:, t] = totals
        return codes, steps

    @property
    def _batch(self) -> int:
        """How many candidates are drawn at once for a pool."""
        return int(POOL * np.clip(0.7 / self.steering.useful, 1, MOST / 4))

    def _drawn(self, pools: np.ndarray, seed: int) -> np.ndarray:
        """Return the codes of `POOL` rows of each pool, (rows, columns), column after column."""
        known, own = self.steering, seeds.child(seed, "given", self.where)
        found = [_Pool(int(pool)) for pool in pools]
        waiting = found
        while waiting:
            numbers = np.concatenate([pool.next(self._batch) for pool in waiting])
            codes, steps = self._candidates(numbers, own, known)
            shares = np.split(steps.prod(axis=1), len(waiting))
            for pool, mine, weights in zip(
                waiting, np.split(codes, len(waiting)), shares, strict=True
            ):
                pool.add(mine, weights)
            waiting = [pool for pool in waiting if not pool.is_enough]
        if not all(pool.weights.any() for pool in found):
            raise self._impossible([])
        return np.concatenate([pool.picked(seed) for pool in found]).T.copy().T

    def _decoded(self, drawn: np.ndarray, first: int, seed: int) -> pa.Table:
        inner: dict[str, pa.ChunkedArray] = {}
        for t, held in self.evidence.items():
            codes = self.forest.columns_as_codes[t]
            if isinstance(codes, Ordered) and len(held.parts):
                key = seeds.child(seed, "given", codes.column.name)
                numbers = held.draw(drawn[:, t], first, key, codes)
                inner[codes.column.name] = chunked(codes.as_column(drawn[:, t], numbers))
        return self.forest.decoded(drawn, first, seed, inner)

    def _impossible(self, masses: list[np.ndarray]) -> GivenError:
        shares = self.forest.chain.shares
        alone = {
            self.forest.columns_as_codes[t].column.name: float(shares[t] @ mass)
            for t, mass in enumerate(masses)
            if t in self.evidence
        }
        never = [name for name, share in alone.items() if share == 0]
        what = "no value that was learned meets the condition"
        if never:
            what += f" on {', '.join(map(repr, never))}"
        elif len(self.evidence) > 1 or self.led < 1:
            what = "each part of the condition can be met, and all of them together cannot"
        return GivenError(
            what,
            where=f"given({self.where}), learned by forest",
            mend="loosen the condition, or learn from rows that meet it",
        )


class _Pool:
    """The candidates of `POOL` rows, and those that are taken. A row depends on its pool alone."""

    def __init__(self, pool: int) -> None:
        self.pool = pool
        self.weights = np.empty(0)
        self.codes: list[np.ndarray] = []

    def next(self, many: int) -> np.ndarray:
        """Return the numbers of the next candidates."""
        first = self.pool * POOL * MOST * 2 + len(self.weights)
        return np.arange(first, first + many)

    def add(self, codes: np.ndarray, weights: np.ndarray) -> None:
        self.codes.append(codes)
        self.weights = np.append(self.weights, weights)

    @property
    def is_enough(self) -> bool:
        """True where few candidates would be taken again, or there are as many as may be."""
        if len(self.weights) >= MOST * POOL:
            return True
        wanted = self.weights * (POOL / max(self.weights.sum(), 1e-300))
        return bool(self.weights.any()) and float(np.maximum(wanted - 1, 0).sum()) <= REPEATS * POOL

    def picked(self, seed: int) -> np.ndarray:
        """Return the codes of `POOL` candidates, taken by weight, in random order."""
        aims = np.arange(POOL) + seeds.stream(seed, "given", "pool", self.pool).random()
        ends = np.cumsum(self.weights) * (POOL / self.weights.sum())
        picks = np.minimum(np.searchsorted(ends, aims, side="right"), len(ends) - 1)
        picks = seeds.stream(seed, "given", "order", self.pool).permutation(picks)
        return np.concatenate(self.codes)[picks]
