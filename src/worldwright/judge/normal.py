"""Normal: statistics whose law is known, as the normal deviates that are as rare under the null.

Where thousands of tests are one family, the one with the longest tail sets the bar for all. The
largest of many cells and a count of rare rows have long tails in units of their own spread: six
rows of one value that all fall on one side look like six spreads, and happen once in 64 deals. So
both are told by how rare they are, and not by how far out they lie.

    of_size        |z|, which is large on either side
    of_largest     the largest of k normal |z| (Sidak 1967): P(all below r) = (2 Phi(r) - 1)^k
    of_exceedances rows beyond the c-th largest real one: beta-binomial for new rows, whatever the
                   law of the column (Gumbel & von Schelling 1950), hypergeometric in a split

Rows whose cell the other side leaves empty have a file of their own (`alone.py`). The null by
splits still decides: these only make the tests alike before they meet.
"""

from __future__ import annotations

import numpy as np
from scipy.special import betaln, log_ndtr, ndtri, ndtri_exp

_FAR, _LARGEST = 5.0, 1e3


def of_size(seen: np.ndarray) -> np.ndarray:
    """Return the deviates that are as rare as |z| of a normal z: two-sided becomes one-sided."""
    return _of_largest(seen, 1)


def of_largest(roots: np.ndarray) -> np.ndarray:
    """Return the deviates of the largest of (cells, 1 + splits) |z| in each column: (1 + splits,).

    Where rows are dealt out together, cells spread more than a z: each is measured by its root mean
    square in all *other* deals, the observed one like every split, if that is above 1.
    """
    squares = roots**2
    others = (squares.sum(axis=1, keepdims=True) - squares) / max(1, roots.shape[1] - 1)
    largest = (roots / np.sqrt(np.maximum(others, 1.0))).max(axis=0, initial=0.0)
    return _of_largest(largest, max(1, len(roots)))


def _of_largest(top: np.ndarray, cells: int) -> np.ndarray:
    top = np.clip(top, 1e-6, _LARGEST)
    one = np.log(2.0) + log_ndtr(-top)
    inside = cells * np.log1p(-np.exp(np.minimum(one, -1e-9)))
    beyond = np.where(
        top > _FAR, np.log(cells) + one, np.log(-np.expm1(np.minimum(inside, -1e-300)))
    )
    return np.asarray(-ndtri_exp(np.minimum(beyond, -1e-12)))


def of_exceedances(
    beyond: np.ndarray, pool: tuple[int, int], rows: int, chance: np.random.Generator
) -> np.ndarray:
    """Return the deviates of rows beyond a threshold, two-sided: (1 + splits,).

    `pool` has the real rows beyond the threshold, which is one of their own quantiles, and all of
    them; `rows` says how many each entry of `beyond` counts of. The first are new rows, told by
    mid-p. The others are some of the pool, and there are few numbers that they can be: `chance`
    spreads each over its step, so that they fill the whole normal law that new rows are held to.
    """
    out, everyone = pool
    made = int(beyond[0])
    # The threshold lies between two real values: each side is told by the one that excuses more.
    above = beta_binomial(rows, out + 1, everyone - out)
    below = beta_binomial(rows, max(out, 1), everyone - max(out, 1) + 1)
    up = above[made + 1 :].sum() + above[made] / 2
    down = below[:made].sum() + below[made] / 2
    split = hypergeometric(everyone, out, rows)
    at = beyond[1:].astype(np.int64)
    below_it = (np.cumsum(split) - split)[at]
    level = np.clip(below_it + chance.random(len(at)) * split[at], 1e-16, 1 - 1e-16)
    seen = -ndtri(np.clip(2 * min(up, down), 1e-300, 1 - 1e-16))
    return np.append(seen, of_size(np.abs(ndtri(level))))


def beta_binomial(rows: int, a: int, b: int) -> np.ndarray:
    """Return P(k), k = 0 .. rows."""
    k = np.arange(rows + 1)
    return np.asarray(np.exp(_choose(rows, k) + betaln(k + a, rows - k + b) - betaln(a, b)))


def hypergeometric(everyone: int, out: int, rows: int) -> np.ndarray:
    """Return P(k of the `out` are among `rows` of everyone), k = 0 .. out."""
    k = np.arange(out + 1)
    fits = (k <= rows) & (out - k <= everyone - rows)
    k = np.where(fits, k, np.clip(out, 0, rows))
    log = _choose(rows, k) + _choose(everyone - rows, out - k) - _choose(everyone, np.array(out))
    return np.where(fits, np.exp(log), 0.0)


def _choose(n: int, k: np.ndarray) -> np.ndarray:
    return np.asarray(-np.log(n + 1) - betaln(n - k + 1, k + 1))
