"""Rows that are given in part, completed by likelihood weighting (Fung & Chang, UAI 1989).

Each row gets `CANDIDATES` completions, drawn column after column with the given cells held fast; a
candidate weighs the product of the given cells' chances in it, and one is drawn by weight. This is
exact where the given columns lead the order of drawing, and approximate elsewhere: the closer to
`CANDIDATES` the effective sample size (sum w)^2 / sum w^2, the better.
"""

from __future__ import annotations

import logging

import numpy as np

from ... import seeds
from .codes import LEFT_OUT
from .drawing import Chain

log = logging.getLogger(__name__)

CANDIDATES = 16
BLOCK = 4_096


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
    rows, columns = given.shape
    wanted = np.repeat(given, CANDIDATES, axis=0)
    numbers = np.arange(at * CANDIDATES, (at + rows) * CANDIDATES)
    codes = wanted.copy()
    weight = np.zeros(len(codes))
    for column in range(columns):
        is_given = wanted[:, column] != LEFT_OUT
        if is_given.any():
            held = np.flatnonzero(is_given)
            chances = chain.weigh(codes[held], column, wanted[held, column])
            weight[held] += np.log(np.maximum(chances, 1e-300))
        if not is_given.all():
            open_rows = np.flatnonzero(~is_given)
            part = codes[open_rows]
            chain.draw(part, column, numbers[open_rows], seed)
            codes[open_rows, column] = part[:, column]
    picks, effective = _picks(weight.reshape(rows, CANDIDATES), at, seed)
    return codes[np.arange(rows) * CANDIDATES + picks], effective


def _picks(weight: np.ndarray, at: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return one candidate a row, drawn by weight, and the effective number of candidates."""
    from ..kernels.descend import draw_first

    chances = np.exp(weight - weight.max(axis=1, keepdims=True))
    ends = np.cumsum(chances, axis=1)
    u = np.empty((len(weight), 1), np.uint16)
    even = np.arange(1.0, 65_537.0)
    rows = np.arange(at, at + len(weight))
    draw_first(u, 0, rows, even, np.uint64(seeds.child(seed, "candidates")))
    aim = (u[:, 0] + 0.5) / 65_536 * ends[:, -1]
    picks = np.minimum((ends < aim[:, None]).sum(axis=1), CANDIDATES - 1)
    return picks, ends[:, -1] ** 2 / (chances**2).sum(axis=1)
