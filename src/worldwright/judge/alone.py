"""Alone: how rare are so many rows whose cell the other side leaves empty.

A cell of k rows falls on one side with probability share^k. Two laws of their number:

    foreseen  rows that nobody has dealt yet: compound Poisson, by Panjer's recursion (1981). Where
              cells are known of fewer rows than meet, their number is a Gamma-Poisson one; and a
              cell that nobody has seen may turn up as well
    dealt     a pool that is dealt out: hypergeometric for cells of one row, binomial for others; a
              normal law with the exact mean and variance where many rows are alone

Both tell all such rows and those of the fullest such cell, and the rarer of the two counts. A
column of ever new values has as many of them in each split: a split is therefore told by the count
of new rows that would be as rare (a randomised probability transform spreads each step).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, log_ndtr, ndtri

from .normal import hypergeometric

_MOST_ROWS, _MOST_CLUMP = 400, 40
_MANY = _MOST_ROWS / 8
_NEVER, _FAR = 1e-20, 10


@dataclass(frozen=True, slots=True)
class Steps:
    """The law of a count: P(so many or more) for 0, 1, .."""

    reach: np.ndarray

    def deviates(self, counts: np.ndarray) -> np.ndarray:
        """Return normal deviates as rare as the counts, by mid-p."""
        middle = (self.reach + np.append(self.reach[1:], 0.0)) / 2
        least = np.minimum(counts, len(self.reach) - 1).astype(np.int64)
        return np.asarray(-ndtri(np.clip(middle, 1e-300, 1 - 1e-16))[least])

    def rarity(self, counts: np.ndarray, chance: np.ndarray) -> np.ndarray:
        """Return P(more) and a part of P(as many), `chance` says which: uniform if drawn."""
        at = np.minimum(counts, len(self.reach) - 1).astype(np.int64)
        more = np.append(self.reach[1:], 0.0)[at]
        return np.asarray(more + chance * (self.reach[at] - more))

    def as_rare(self, rarity: np.ndarray) -> np.ndarray:
        """Return the deviates of the counts that `rarity` falls on."""
        return self.deviates(len(self.reach) - 1 - np.searchsorted(self.reach[:0:-1], rarity))


@dataclass(frozen=True, slots=True)
class Bell:
    """The law of a large count: normal."""

    mean: float
    spread: float

    def deviates(self, counts: np.ndarray) -> np.ndarray:
        """Return how far the counts lie from the mean, in spreads."""
        return np.asarray((counts - self.mean) / self.spread)

    def rarity(self, counts: np.ndarray, chance: np.ndarray) -> np.ndarray:
        """Return P(more) and a part of P(as many), as Steps do."""
        spread = max(self.spread, 1e-9)
        more = np.exp(log_ndtr(-(counts + 0.5 - self.mean) / spread))
        least = np.exp(log_ndtr(-(counts - 0.5 - self.mean) / spread))
        return np.asarray(more + chance * (least - more))

    def as_rare(self, rarity: np.ndarray) -> np.ndarray:
        """Return the deviates that are as rare."""
        return np.asarray(-ndtri(np.clip(rarity, 1e-300, 1 - 1e-16)))


@dataclass(frozen=True, slots=True)
class Law:
    """The laws of all rows alone in their cells, and of those of the fullest such cell."""

    rows: Steps | Bell
    fullest: Steps

    def deviates(self, alone: np.ndarray) -> np.ndarray:
        """Return the rarer of both counts as normal deviates; `alone` is (2, k)."""
        return np.maximum(self.rows.deviates(alone[0]), self.fullest.deviates(alone[1]))

    def told_of(self, alone: np.ndarray, law: Law, chance: np.random.Generator) -> np.ndarray:
        """Return deviates of counts that `law` deals, each told as a count of this law as rare."""
        spread = chance.random(alone[0].shape)
        rows = self.rows.as_rare(law.rows.rarity(alone[0], spread))
        return np.maximum(rows, self.fullest.as_rare(law.fullest.rarity(alone[1], spread)))


def foreseen(held: np.ndarray, share: float, *, unseen: float, growth: float = 1.0) -> Law:
    """Return the law of rows of the counted side that are alone in their cells.

    `held` says how many rows each cell holds, `share` how large a part of all rows the counted
    side is. `unseen` / k cells of k rows that nobody has seen are taken for granted. Where `held`
    is known of fewer rows than meet, `growth` is how many times as many meet: cells grow at most as
    rows do, and how many of k rows there are is then known no better than a Poisson count tells.
    """
    sizes = _sizes(held)
    clump = np.arange(1, len(sizes) + 1)
    cells = sizes + np.where(clump <= _MOST_CLUMP, unseen / clump, 0.0)
    each = growth * share**clump
    if growth > 1:
        rate, whole, spread = _predicted(clump, cells, each), cells * np.log1p(each), 1 + each
    else:
        rate, whole, spread = cells * each, cells * each, 1 - each
    mean = float((clump * cells * each).sum())
    reach = -np.expm1(-np.cumsum(whole[::-1])[::-1])  # P(a cell of so many rows or more)
    fullest = Steps(np.concatenate([[1.0], reach]))
    if mean > _MANY:
        return Law(Bell(mean, float(np.sqrt((clump**2 * cells * each * spread).sum()))), fullest)
    return Law(Steps(_upwards(_compound(rate, mean))), fullest)


def dealt(held: np.ndarray, counted: int) -> Law:
    """Return the law of rows alone on a side of `counted` rows, all of `held` being dealt out."""
    sizes = _sizes(held)
    clump, everyone = np.arange(1, len(sizes) + 1), int(held.sum())
    together = _together(2 * len(sizes), counted, everyone)
    each = together[: len(sizes)]
    mean = float((clump * sizes * each).sum())
    none = sizes * np.log1p(-np.minimum(each, 1 - 1e-16))
    fullest = Steps(np.concatenate([[1.0], -np.expm1(np.cumsum(none[::-1])[::-1])]))
    if mean > _MANY:
        return Law(Bell(mean, _spread(clump, sizes, together)), fullest)
    law = hypergeometric(everyone, int(sizes[0]), counted)[: _MOST_ROWS + 1]
    for k in range(2, len(sizes) + 1):
        if sizes[k - 1] * each[k - 1] > _NEVER:
            law = np.convolve(law, _binomial(int(sizes[k - 1]), float(each[k - 1]), k))
            law = law[: _MOST_ROWS + 1]
    return Law(Steps(_upwards(law)), fullest)


def _sizes(held: np.ndarray) -> np.ndarray:
    """Return how many cells hold 1, 2, .. rows; fuller ones than 400 fall on both sides."""
    few = held[(held > 0) & (held <= _MOST_ROWS)].astype(np.int64)
    return np.bincount(few, minlength=_MOST_CLUMP + 1)[1:]


def _together(most: int, counted: int, everyone: int) -> np.ndarray:
    """Return P(k given rows are all among `counted` of everyone), k = 1 .. most."""
    k = np.arange(1, most + 1)
    fits = k <= counted
    k = np.where(fits, k, 0)
    logs = gammaln(counted + 1) - gammaln(counted - k + 1)
    logs -= gammaln(everyone + 1) - gammaln(everyone - k + 1)
    return np.where(fits, np.exp(logs), 0.0)


def _spread(clump: np.ndarray, sizes: np.ndarray, together: np.ndarray) -> float:
    """Return the exact standard deviation of the rows of cells that fall on one side as a whole."""
    clump = clump[(sizes > 0) & (together[clump - 1] > _NEVER)]
    weight, each = clump * sizes[clump - 1], together[clump - 1]
    both = together[np.add.outer(clump, clump) - 1] - np.outer(each, each)
    variance = weight @ both @ weight + clump * weight @ (each - together[2 * clump - 1])
    return float(np.sqrt(max(variance, 0.0)))


def _binomial(cells: int, chance: float, clump: int) -> np.ndarray:
    """Return P(S = s) of `clump` rows for each of a binomial number of cells."""
    at = np.arange(min(cells, _MOST_ROWS // clump) + 1)
    logs = gammaln(cells + 1) - gammaln(at + 1) - gammaln(cells - at + 1)
    logs += at * np.log(chance) + (cells - at) * np.log1p(-min(chance, 1 - 1e-16))
    law = np.zeros(clump * int(at[-1]) + 1)
    law[::clump] = np.exp(logs)
    return law


def _upwards(law: np.ndarray) -> np.ndarray:
    return np.minimum(np.cumsum(law[::-1])[::-1], 1.0)


def _predicted(clump: np.ndarray, cells: np.ndarray, each: np.ndarray) -> np.ndarray:
    """Return the rates of clumps of 1, 2, .. rows that a Gamma-Poisson number of cells adds up to.

    A negative binomial count is a compound Poisson one: r t^j / j groups of j, t = s / (1 + s).
    """
    rate = np.zeros(_MOST_ROWS)
    for at in np.flatnonzero(cells * each > _NEVER):
        k, t = clump[at], each[at] / (1 + each[at])
        groups = np.arange(1, _MOST_ROWS // k + 1)
        rate[groups * k - 1] += cells[at] * t**groups / groups
    return rate


def _compound(rate: np.ndarray, mean: float) -> np.ndarray:
    """Return P(S = s), s = 0, 1, .. far out, of a sum of Poisson(rate[k - 1]) clumps of k rows."""
    clump = np.arange(1, len(rate) + 1)
    weighted = rate * clump
    most = min(_MOST_ROWS, 20 + int(mean + _FAR * np.sqrt(weighted @ clump)))
    law = np.zeros(most + 1)
    law[0] = np.exp(-rate.sum())
    for total in range(1, most + 1):
        upto = min(total, len(rate))
        law[total] = weighted[:upto] @ law[total - upto : total][::-1] / total
    return law
