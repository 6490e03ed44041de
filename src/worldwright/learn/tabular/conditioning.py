"""A forest under evidence on any of its columns: rows of its own joint law, given that it holds.

Candidates are drawn column after column. A column with evidence is drawn from what the evidence
leaves of its law, a column before one is bent towards what lies ahead (`steering.py`), and each
candidate weighs the product of what was divided out: sequential importance sampling (Liu, "Monte
Carlo strategies in scientific computing", 2001, chapter 3). Of a pool of candidates as many are
kept as rows are wanted, by systematic resampling (Kitagawa, JCGS 1996); there are so many of them
that none is kept twice, unless weights are too uneven for `MOST` candidates a row. Columns behind
the last evidence are then drawn as ever.

Pools have a fixed size, so a row does not depend on how many rows are asked for.
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
from .codes import LEFT_OUT, Ordered
from .evidence import Evidence
from .recast import chunked
from .steering import factor

if TYPE_CHECKING:
    from .forest import Forest

POOL, MOST = 256, 64
_PILOT, _ROUNDS = 8_192, 2
_ENOUGH = 0.9  # share of useful candidates above which nothing needs to be steered


@dataclass(frozen=True, slots=True)
class Steering:
    """What each column's law is multiplied by, up to the last one with evidence.

    Attributes:
        bends, factors: (codes,) arrays by column: evidence times factor, and the factor alone.
        chance: The World's own probability of the evidence, as its own draws estimate it.
        useful: Effective sample size of a candidate, (sum w)^2 / (n sum w^2).
    """

    bends: tuple[np.ndarray, ...]
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
        tables = []
        for first in range(0, max(rows, 1), POOL):
            drawn = self._pool(first // POOL, seed)[: max(rows - first, 0)]
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
        for attempt in range(_ROUNDS + 1):
            bends = tuple(mass * by for mass, by in zip(masses, known, strict=True))
            codes, steps = self._candidates(
                np.arange(_PILOT), attempt, Steering(bends, known, 1, 1)
            )
            weights = steps.prod(axis=1)
            if not weights.any():
                raise self._impossible(masses)
            useful = float(weights.sum() ** 2 / (_PILOT * (weights**2).sum()))
            if useful > _ENOUGH or attempt == _ROUNDS:
                break
            known = self._fitted(codes, steps, sizes)
        return Steering(bends, known, float(weights.mean()), useful)

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
        codes = np.full((len(numbers), len(self.forest.columns_as_codes)), LEFT_OUT, np.uint16)
        steps = np.ones((len(numbers), self._last + 1))
        for t in range(self._last + 1):
            if t not in self.evidence and np.ptp(steering.bends[t]) == 0:
                self.forest.chain.draw(codes, t, numbers, seed)
                continue
            totals = self.forest.chain.draw_bent(codes, t, numbers, seed, steering.bends[t])
            steps[:, t] = totals / np.maximum(steering.factors[t][codes[:, t]], 1e-300)
        return codes, steps

    def _pool(self, pool: int, seed: int) -> np.ndarray:
        """Return the codes of `POOL` rows, drawn by weight from enough candidates."""
        known = self.steering
        batch = int(POOL * np.clip(2 / known.useful, 1, MOST / 4))
        drawn: list[np.ndarray] = []
        weights = np.empty(0)
        own = seeds.child(seed, "given", self.where)
        while True:
            first = pool * POOL * MOST * 2 + len(weights)
            codes, steps = self._candidates(np.arange(first, first + batch), own, known)
            drawn.append(codes)
            weights = np.append(weights, steps.prod(axis=1))
            is_enough = weights.max() * POOL <= weights.sum() > 0
            if is_enough or len(weights) >= MOST * POOL:
                break
        if not weights.any():
            raise self._impossible([])
        aims = np.arange(POOL) + seeds.stream(seed, "given", "pool", pool).random()
        ends = np.cumsum(weights) * (POOL / weights.sum())
        picks = np.minimum(np.searchsorted(ends, aims, side="right"), len(weights) - 1)
        picks = seeds.stream(seed, "given", "order", pool).permutation(picks)
        return np.concatenate(drawn)[picks]

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
        elif len(self.evidence) > 1:
            what = "each part of the condition can be met, and all of them together cannot"
        return GivenError(
            what,
            where=f"given({self.where}), learned by forest",
            mend="loosen the condition, or learn from rows that meet it",
        )
