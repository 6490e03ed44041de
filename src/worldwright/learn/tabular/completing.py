"""Rows that are given in part, completed by likelihood weighting (Fung & Chang, UAI 1989).

Each row gets `CANDIDATES` completions, drawn column after column with the given cells held fast; a
candidate weighs the product of the given cells' chances in it, and one is drawn by weight. Where
the weights are too uneven, as many again join them, `ROUNDS` times at most. This is exact where the
given columns lead the order of drawing, and approximate elsewhere: the larger the effective sample
size (sum w)^2 / sum w^2, the better.

A rare class is hardly ever drawn, though what is given may ask for it. So a missing cell of few
codes, ahead of given ones, is drawn from a mixture of its law and even chances, and weighed by law
over mixture: a defensive proposal (Hesterberg, Technometrics 1995).
"""

from __future__ import annotations

import logging

import numpy as np

from ... import seeds
from .codes import LEFT_OUT
from .drawing import Chain

log = logging.getLogger(__name__)

CANDIDATES, ROUNDS = 16, 4
ENOUGH = 4.0  # effective candidates, with which a row is content
FEW_CODES = 32
EVEN = 0.5  # the chance that any cell of a candidate is drawn evenly
BLOCK = 4_096
_FINE = np.arange(1.0, 65_537.0)


def complete_codes(chain: Chain, given: np.ndarray, *, seed: int) -> np.ndarray:
    """Return `given`, (rows, columns), with every LEFT_OUT code drawn given the others."""
    if not given.size:
        return given
    parts, sizes = [], []
    for at in range(0, len(given), BLOCK):
        part, size = _complete_block(chain, given[at : at + BLOCK], at, seed)
        parts.append(part)
        sizes.append(size)
    effective = float(np.mean(np.concatenate(sizes)))
    log.info(
        "completed",
        extra={"rows": len(given), "candidates": CANDIDATES, "effective_candidates": effective},
    )
    return np.concatenate(parts)


def _complete_block(
    chain: Chain, given: np.ndarray, at: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return completed rows, and the effective number of candidates of each.

    The pick of a later round takes the place of the one before by its share of all weight so far.
    """
    rows = len(given)
    done = given.copy()
    total, squares = np.full(rows, -np.inf), np.full(rows, -np.inf)  # logs of sums
    waiting = np.arange(rows)
    for turn in range(ROUNDS):
        first = ((at + waiting) * ROUNDS + turn) * CANDIDATES
        numbers = (first[:, None] + np.arange(CANDIDATES)).ravel()
        codes, weight = _candidates(
            chain, np.repeat(given[waiting], CANDIDATES, axis=0), numbers, seed
        )
        weight = weight.reshape(len(waiting), CANDIDATES)
        heap = np.logaddexp.reduce(weight, axis=1)
        total[waiting] = np.logaddexp(total[waiting], heap)
        squares[waiting] = np.logaddexp(squares[waiting], np.logaddexp.reduce(2 * weight, axis=1))
        picks = _picks(weight, first, seed)
        chosen = codes[np.arange(len(waiting)) * CANDIDATES + picks]
        share = np.exp(heap - np.where(np.isfinite(total[waiting]), total[waiting], 0.0))
        taken = (_even(first, seed, "turn") < share) | (turn == 0)
        done[waiting[taken]] = chosen[taken]
        effective = np.where(np.isfinite(total), np.exp(2 * total - squares), 0.0)
        waiting = waiting[effective[waiting] < ENOUGH]
        if not len(waiting):
            break
    return done, effective


def _candidates(
    chain: Chain, wanted: np.ndarray, numbers: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return a completion of each row, and the logarithm of its weight."""
    is_given = wanted != LEFT_OUT
    sizes = np.array([len(law) for law in chain.shares])
    ahead = np.cumsum(is_given[:, ::-1], axis=1)[:, ::-1] > 0
    is_spread = ~is_given & ahead & (sizes <= FEW_CODES)
    evenly = EVEN / np.maximum(is_spread.sum(axis=1), 1)
    codes = wanted.copy()
    weight = np.zeros(len(codes))
    for column in range(wanted.shape[1]):
        held, open_rows = np.flatnonzero(is_given[:, column]), np.flatnonzero(~is_given[:, column])
        if len(open_rows):
            part = codes[open_rows]
            chain.draw(part, column, numbers[open_rows], seed)
            codes[open_rows, column] = part[:, column]
        if len(spread := np.flatnonzero(is_spread[:, column])):
            part, name = codes[spread], chain.names[column]
            swap = _even(numbers[spread], seed, "swap", name) < evenly[spread]
            other = (_even(numbers[spread], seed, "even", name) * sizes[column]).astype(np.uint16)
            part[swap, column] = other[swap]
            law = chain.weigh(part, column, part[:, column])
            # Only what was not drawn may be at odds with what holds between columns.
            law[swap] = chain.exact(np.ascontiguousarray(part[swap]), column)
            by = evenly[spread]
            with np.errstate(divide="ignore"):
                weight[spread] += np.log(law) - np.log((1 - by) * law + by / sizes[column])
            codes[spread, column] = part[:, column]
        if len(held):
            with np.errstate(divide="ignore"):
                weight[held] += np.log(chain.weigh(codes[held], column, wanted[held, column]))
    return codes, weight


def _picks(weight: np.ndarray, rows: np.ndarray, seed: int) -> np.ndarray:
    """Return one candidate a row, drawn by weight; any where no candidate is possible."""
    most = weight.max(axis=1, keepdims=True)
    chances = np.exp(weight - np.where(np.isfinite(most), most, 0.0))
    ends = np.cumsum(chances, axis=1)
    aim = _even(rows, seed, "candidates") * ends[:, -1]
    return np.minimum((ends < aim[:, None]).sum(axis=1), weight.shape[1] - 1)


def _even(rows: np.ndarray, seed: int, *names: str) -> np.ndarray:
    """Return a number between 0 and 1 for each row; a row's does not depend on the others."""
    from ..kernels.descend import draw_first

    u = np.empty((len(rows), 1), np.uint16)
    draw_first(u, 0, rows, _FINE, np.uint64(seeds.child(seed, *names)))
    return (u[:, 0] + 0.5) / 65_536
