"""The trees of one column: its law given the columns before it, as flat arrays.

Each tree grows on its own random share of the rows, with its own random projections, so a
draw from a randomly picked tree is a draw from their mixture. Growing is pure in (codes, seed,
settings): threads only decide when a tree is made.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ... import seeds
from ...data.progress import Meter
from .settings import Settings

THREADS = 2
FEW_ROWS = 256  # rows of a node that a law counts one by one


@dataclass(frozen=True)
class Trees:
    """Every tree of one column, one after another; `roots` are their first nodes."""

    nodes: np.ndarray
    spans: np.ndarray
    pool: np.ndarray
    leaves: np.ndarray
    roots: np.ndarray
    backs: np.ndarray
    gains: np.ndarray

    @cached_property
    def parents(self) -> np.ndarray:
        """The node above each node; -1 above a root."""
        from ..kernels.descend import parents_of

        parents = np.empty(len(self.nodes), np.int32)
        parents_of(self.nodes, parents)
        return parents

    @cached_property
    def words(self) -> np.ndarray:
        """The pool, with a word to read where no node has one."""
        return self.pool if len(self.pool) else np.zeros(1, np.uint32)

    def counted(self, size: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the place of each node of many rows (-1: few), and the laws of those nodes."""
        if "_counted" not in self.__dict__:
            from ..kernels.laws import count_large

            is_large = self.spans[:, 1] > max(size, FEW_ROWS)
            place = np.where(is_large, np.cumsum(is_large) - 1, -1).astype(np.int32)
            held = np.zeros((int(is_large.sum()), size), np.float32)
            count_large(self.spans, self.leaves, place, held)
            self.__dict__["_counted"] = place, held
        counted: tuple[np.ndarray, np.ndarray] = self.__dict__["_counted"]
        return counted

    def dump(self) -> dict[str, np.ndarray]:
        """Return the arrays by name."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def load_trees(arrays: Mapping[str, np.ndarray]) -> Trees:
    """Return what `Trees.dump` gave."""
    return Trees(**{name: arrays[name] for name in Trees.__dataclass_fields__})


@dataclass(frozen=True, slots=True)
class Coded:
    """The rows as codes, (columns, rows), the number of codes of each column, and its nature."""

    codes: np.ndarray
    sizes: np.ndarray
    unordered: np.ndarray
    names: Sequence[str]

    def reordered(self, order: Sequence[int]) -> Coded:
        """Return the columns in another order."""
        if list(order) == sorted(order):
            return self
        names = [self.names[j] for j in order]
        return Coded(self.codes[order], self.sizes[order], self.unordered[order], names)


@dataclass(frozen=True, slots=True)
class Job:
    """One column to learn from some columns before it."""

    target: int
    features: np.ndarray


def grow_all(
    coded: Coded, jobs: Sequence[Job], settings: Settings, seed: int, meter: Meter
) -> list[Trees]:
    """Return the trees of each job, in their order; `meter` counts the jobs that are done."""

    def one(which: tuple[Job, int]) -> tuple[np.ndarray, ...]:
        return _grow_one(coded, which[0], which[1], settings, seed)

    with ThreadPoolExecutor(THREADS) as pool:
        grown = pool.map(one, [(job, t) for job in jobs for t in range(settings.trees)])
        trees = []
        for _ in jobs:
            trees.append(_join([next(grown) for _ in range(settings.trees)]))
            meter.add(1)
    return trees


def _grow_one(
    coded: Coded, job: Job, tree: int, settings: Settings, seed: int
) -> tuple[np.ndarray, ...]:
    from ..kernels.grow import Rows, grow
    from ..kernels.shrink import backs_of

    rng = seeds.stream(seed, "grow", coded.names[job.target], tree)
    n = coded.codes.shape[1]
    used = min(math.ceil(settings.share * n), settings.tree_rows)
    rows = rng.permutation(n)[:used].astype(np.int32)
    target = coded.codes[job.target]
    size = int(coded.sizes[job.target])
    scores = projection(target[rows], size, bool(coded.unordered[job.target]), rng)
    tries = max(1, math.ceil(settings.ask * len(job.features)))
    limits = np.array(
        [settings.leaf, settings.look, tries, settings.depth, round(1000 * settings.chance)],
        np.int64,
    )
    of = Rows(coded.codes, coded.sizes, coded.unordered, target, scores)
    nodes, spans, pool, leaves, gains = grow(
        of, job.features, rows, limits, np.uint64(rng.integers(1 << 63))
    )
    backs = np.empty(len(nodes))
    backs_of(nodes, spans, leaves, size, settings.shrink, settings.escape, backs)
    return nodes, spans, pool, leaves, backs, gains


def projection(
    target: np.ndarray, size: int, is_unordered: bool, rng: np.random.Generator
) -> np.ndarray:
    """Return (size, WIDTH) random scores of the codes, centred; the last column counts."""
    from ..kernels.grow import WIDTH

    counts = np.bincount(target, minlength=size)
    share = counts / max(counts.sum(), 1)
    scores = np.ones((size, WIDTH))
    if is_unordered:
        scores[:, :-1] = _signs(size, WIDTH - 1, rng)
        # Between Gini (weight 1) and chi-square (weight 1/p): rare codes count for more.
        scores[:, :-1] *= (np.maximum(share, 1e-3) ** -0.25)[:, None]
    else:
        scores[:, :-1] = _waves(np.cumsum(share) - share / 2, WIDTH - 1, rng)
    scores[:, :-1] -= share @ scores[:, :-1]
    return scores.astype(np.float32)


def _signs(size: int, many: int, rng: np.random.Generator) -> np.ndarray:
    if size <= many:
        return np.eye(size, many)
    return rng.choice([-1.0, 1.0], size=(size, many))


def _waves(rank: np.ndarray, many: int, rng: np.random.Generator) -> np.ndarray:
    """Return functions of the rank: itself, then waves and steps at random places."""
    scores = np.empty((len(rank), many))
    scores[:, 0] = (rank - 0.5) * 5.2
    for q in range(1, many):
        if q % 2:
            turns, phase = rng.uniform(0.5, 4.0), rng.uniform(0, 2 * np.pi)
            scores[:, q] = np.sin(2 * np.pi * turns * rank + phase)
        else:
            scores[:, q] = np.where(rank > rng.random(), 1.0, -1.0)
    return scores


def _join(grown: Sequence[tuple[np.ndarray, ...]]) -> Trees:
    """Put trees into one set of arrays: child, start and pool places move along."""
    node, word, row = 0, 0, 0
    all_nodes, all_spans, roots = [], [], []
    for nodes, spans, pool, leaves, *_ in grown:
        moved = nodes.copy()
        inner = moved[:, 0] >= 0
        moved[inner, 1] += node
        moved[inner & (moved[:, 0] & 3 == 2), 2] += word
        all_nodes.append(moved)
        all_spans.append(spans + np.array([row, 0, 0], np.int32))
        roots.append(node)
        node, word, row = node + len(nodes), word + len(pool), row + len(leaves)
    return Trees(
        np.concatenate(all_nodes),
        np.concatenate(all_spans),
        np.concatenate([one[2] for one in grown]),
        np.concatenate([one[3] for one in grown]),
        np.array(roots, np.int64),
        np.concatenate([one[4] for one in grown]),
        np.sum([one[5] for one in grown], axis=0),
    )
