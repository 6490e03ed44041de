"""Coded: rows of a table as numbers, so that figures need to know neither frames nor makers.

One float64 column each, categories as codes over all levels that occur in any of the frames, NaN
where a value is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from .facts import Facts

MISSING = -1e18  # stands for NaN where missing values are to be equal


@dataclass(frozen=True, slots=True)
class Coded:
    """Some rows of a table as numbers, with what is needed to compare them with others of it."""

    matrix: np.ndarray
    columns: tuple[str, ...]
    levels: Mapping[str, tuple[str, ...]]

    @property
    def categorical(self) -> list[int]:
        """Positions of the columns that hold codes."""
        return [at for at, name in enumerate(self.columns) if name in self.levels]

    def column(self, name: str) -> np.ndarray:
        """Return one column, NaN where it is missing."""
        return self.matrix[:, self.columns.index(name)]

    def cells(self, name: str) -> np.ndarray:
        """Return one column, with one value for all that is missing, and one zero."""
        return np.asarray(np.nan_to_num(self.column(name), nan=MISSING) + 0.0)

    def without(self, name: str) -> Coded:
        """Return the rows without column `name`."""
        kept = [at for at, column in enumerate(self.columns) if column != name]
        columns = tuple(self.columns[at] for at in kept)
        return Coded(self.matrix[:, kept], columns, self.levels)

    def and_also(self, other: Coded) -> Coded:
        """Return these rows and then those of `other`, which share their codes."""
        return replace(self, matrix=np.vstack([self.matrix, other.matrix]))

    def filled(self) -> np.ndarray:
        """Return all columns as `cells` gives them."""
        return np.ascontiguousarray(np.nan_to_num(self.matrix, nan=MISSING) + 0.0)


def coded(frames: Mapping[str, pd.DataFrame], facts: Facts) -> dict[str, Coded]:
    """Return each frame as numbers, with codes that mean the same in all of them."""
    levels = {
        name: tuple(sorted({str(v) for rows in frames.values() for v in rows[name].dropna()}))
        for name, kind in facts.kinds.items()
        if kind == "cat"
    }
    return {
        role: Coded(_matrix(rows, facts, levels), tuple(facts.kinds), levels)
        for role, rows in frames.items()
    }


def _matrix(rows: pd.DataFrame, facts: Facts, levels: Mapping[str, tuple[str, ...]]) -> np.ndarray:
    columns: list[np.ndarray] = []
    for name, kind in facts.kinds.items():
        if kind == "cat":
            text = rows[name].astype(object).where(rows[name].notna(), None)
            codes = {value: float(code) for code, value in enumerate(levels[name])}
            columns.append(np.array([np.nan if v is None else codes[str(v)] for v in text], float))
        else:
            numbers = pd.to_numeric(rows[name], errors="coerce").to_numpy(float, na_value=np.nan)
            # Floats made for a whole-number column are rounded in the maker's favour.
            columns.append(np.round(numbers) if kind == "int" else numbers)
    return np.column_stack(columns)
