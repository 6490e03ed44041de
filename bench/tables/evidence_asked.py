"""Conditions at random: three columns, and values of a row that is there, of a wanted share.

A category, a missing cell and a number of few values are asked for as they are; any other number
as a range about the row's own, of a width (in shares of the rows) that is drawn too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .facts import Facts

COLUMNS = 3
FEW = 20  # values of a number that is asked for as it is
WIDTHS = (0.02, 0.05, 0.1, 0.2, 0.4)
TRIES = 20_000


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition as text, its columns, and which rows meet it."""

    text: str
    columns: tuple[str, ...]
    hits: np.ndarray


def conditions(
    rows: pd.DataFrame, facts: Facts, rng: np.random.Generator, least: float, most: float
) -> Iterator[Condition]:
    """Yield conditions that between `least` and `most` of the rows meet, no triple twice."""
    names = [name for name in facts.kinds if name in rows.columns]
    cells = {name: _cells(rows[name], facts.kinds[name]) for name in names}
    ranked = {
        name: np.sort(held[~np.isnan(held)])
        for name, held in cells.items()
        if facts.kinds[name] != "cat" and len(np.unique(held)) > FEW
    }
    seen: set[tuple[str, ...]] = set()
    for _ in range(TRIES):
        chosen = tuple(names[at] for at in sorted(rng.permutation(len(names))[:COLUMNS]))
        row = int(rng.integers(len(rows)))
        left, texts = np.arange(len(rows)), []
        for name in chosen:
            text, met = _about(rows[name].iloc[row], cells[name], row, ranked.get(name), rng)
            left = left[met(cells[name][left])]
            texts.append(f"`{name}` {text}")
        if chosen not in seen and least <= len(left) / len(rows) <= most:
            seen.add(chosen)
            yield Condition(" and ".join(texts), chosen, np.isin(np.arange(len(rows)), left))


def _about(
    value: object,
    cells: np.ndarray,
    row: int,
    ranked: np.ndarray | None,
    rng: np.random.Generator,
) -> tuple[str, Callable[[np.ndarray], np.ndarray]]:
    """Return a condition on one column that the row meets, and what tells which cells meet it."""
    if np.isnan(cells[row]):
        return "is null", np.isnan
    if ranked is None:
        said = f'"{value}"' if isinstance(value, str) else repr(float(cells[row]))
        return f"= {said}", lambda held: held == cells[row]
    place = np.searchsorted(ranked, cells[row]) / len(ranked)
    width = rng.choice(WIDTHS)
    ends = np.clip([place - width / 2, place + width / 2], 0, 1) * (len(ranked) - 1)
    low, high = (float(ranked[int(at)]) for at in ends)
    low, high = min(low, float(cells[row])), max(high, float(cells[row]))
    return f"between {low!r} and {high!r}", lambda held: (low <= held) & (held <= high)


def _cells(column: pd.Series, kind: str) -> np.ndarray:
    """Return a column as numbers, NaN where a cell is missing."""
    if kind == "cat":
        codes = pd.factorize(column)[0].astype(float)
        return np.where(codes < 0, np.nan, codes)
    return np.asarray(pd.to_numeric(column, errors="coerce").to_numpy(float, na_value=np.nan))
