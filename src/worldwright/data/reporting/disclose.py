"""What may leave from real rows: edges of bins that hold many, and values that many rows hold.

Whatever shows real rows takes its bins from here. A bin holds at least `MIN_COUNT` real values, no
edge lies outside the 1st and 99th percentile, and an edge keeps three digits. Bin i of k edges is
[edge i-1, edge i): below the first edge, between two, and from the last edge on.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np

from ..report import MIN_COUNT

RARER = "(rarer)"


def numeric_edges(real: np.ndarray, bins: int = 12) -> np.ndarray:
    """Return at most `bins - 1` increasing edges, such that every bin holds >= 10 real values.

    Values that are missing or not finite are left out. A value that a whole bin's worth of rows
    hold gets a bin of its own where it can. No edges where there are too few rows to cut.
    """
    values = np.asarray(real, dtype=np.float64)
    values = np.sort(values[np.isfinite(values)])
    if len(values) < 2 * MIN_COUNT or bins < 2:
        return np.empty(0)
    low, high = np.quantile(values, [0.01, 0.99])
    edges = _rounded(_candidates(values, bins), high - low)
    edges = np.unique(edges[(edges >= low) & (edges <= high)])
    return _fewest(values, _merged(values, edges), bins)


def edge_labels(edges: Sequence[float] | np.ndarray) -> list[str]:
    """Return the words for each bin: one more than there are edges."""
    if not len(edges):
        return ["all values"]
    words = [_plain(edge) for edge in edges]
    between = [f"{a} to {b}" for a, b in itertools.pairwise(words)]
    return [f"below {words[0]}", *between, f"{words[-1]} and above"]


def bin_of(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return the position of each value's bin; -1 where it is missing."""
    values = np.asarray(values, dtype=np.float64)
    found = np.searchsorted(np.asarray(edges, dtype=np.float64), values, side="right")
    return np.where(np.isnan(values), -1, found)


def shown_values(counts: Mapping[str, int], most: int = 12) -> list[str]:
    """Return the values with >= 10 real rows, most frequent first; the rest is `RARER`."""
    often = [value for value, count in counts.items() if count >= MIN_COUNT]
    return sorted(often, key=lambda value: (-counts[value], value))[:most]


def _candidates(values: np.ndarray, bins: int) -> np.ndarray:
    """Heavy values with the edge after them, and quantiles of the rest."""
    seen, counts = np.unique(values, return_counts=True)
    heavy = seen[counts >= max(len(values) / bins, MIN_COUNT)]
    rest = values[~np.isin(values, heavy)]
    is_whole = bool(np.all(values == np.rint(values)))
    spread = float(values[-1] - values[0])
    step = 1.0 if is_whole else 10.0 ** (np.floor(np.log10(spread)) - 2) if spread else 0.0
    parts = max(bins - 2 * len(heavy), 2)
    shares = np.linspace(0, 1, parts + 1)[1:-1]
    cuts = np.quantile(rest, shares) if len(rest) else np.empty(0)
    cuts = np.rint(cuts) if is_whole else cuts
    return np.concatenate([heavy, heavy + step, cuts])


def _rounded(edges: np.ndarray, spread: float) -> np.ndarray:
    """Keep 3 digits of the edge, or of the range where that is finer (years, dates)."""
    size = np.minimum(np.abs(edges), spread) if spread > 0 else np.abs(edges)
    size = np.where(size > 0, size, 1.0)
    digits = (2 - np.floor(np.log10(size))).astype(int)
    # Adding zero turns -0 into 0.
    return np.array([round(float(e), int(d)) for e, d in zip(edges, digits, strict=True)]) + 0.0


def _merged(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Drop edges, from the left, until every bin holds enough."""
    kept: list[float] = []
    before = 0
    for edge in edges:
        below = int(np.searchsorted(values, edge))
        if below - before >= MIN_COUNT and len(values) - below >= MIN_COUNT:
            kept.append(float(edge))
            before = below
    return np.array(kept)


def _fewest(values: np.ndarray, edges: np.ndarray, bins: int) -> np.ndarray:
    """Join the two neighbours that hold least together until there are `bins` bins."""
    while len(edges) >= bins:
        starts = np.concatenate([[0], np.searchsorted(values, edges), [len(values)]])
        edges = np.delete(edges, np.argmin(starts[2:] - starts[:-2]))
    return edges


def _plain(edge: float) -> str:
    """Write a number as a person would: no exponent below ten million, no trailing zeros."""
    edge = float(edge)
    if edge and not 1e-4 <= abs(edge) < 1e7:
        return f"{edge:.3g}"
    comma = "," if abs(edge) >= 10_000 else ""
    return f"{edge:{comma}.6f}".rstrip("0").rstrip(".") if edge % 1 else f"{edge:{comma}.0f}"
