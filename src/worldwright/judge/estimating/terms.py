"""Terms of a formula: columns of numbers as they are, categories as indicators.

The first value in alphabetical order is the one that the others are compared with. Values held by
fewer than 10 real rows stand together as `(others)`: their names may not be told, and alone they
could not be estimated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...data.dataset import Dataset
from ...data.expression import Expression
from ...data.expression import parse as parse_condition
from ...data.schema import Kind
from ...errors import AskedError, SchemaError, nearest
from .query import Formula

OTHERS = "(others)"
INTERCEPT = "(intercept)"
_MOST_LEVELS = 50
_LEAST = 10
_NUMERIC = {Kind.NUMBER, Kind.INTEGER, Kind.DURATION}


@dataclass(frozen=True, slots=True)
class Design:
    """How rows become a matrix: an intercept, then each term. `levels` are a category's values."""

    terms: tuple[str, ...]
    levels: Mapping[str, tuple[str, ...]]
    names: tuple[str, ...]
    notes: tuple[str, ...]

    def matrix(self, side: Dataset) -> np.ndarray:
        """Return one row of numbers a row; NaN where a value is missing or has no place."""
        columns = [np.ones(side.rows)]
        for term in self.terms:
            if term in self.levels:
                columns.extend(self._indicators(side, term))
            elif side.column(term).kind is Kind.BOOLEAN:
                columns.append(_floats(side.table[term].cast(pa.int8())))
            else:
                columns.append(numbers(side, term, " + ".join(self.terms)))
        return np.column_stack(columns)

    def _indicators(self, side: Dataset, term: str) -> list[np.ndarray]:
        texts = side.table[term].cast(pa.string())
        levels = self.levels[term]
        known = [level for level in levels if level != OTHERS]
        found = pc.index_in(texts, value_set=pa.array(known, pa.string()))
        codes = _floats(found)
        nulls = np.asarray(pc.is_null(texts).to_numpy(zero_copy_only=False), dtype=bool)
        if OTHERS in levels:
            codes = np.where(np.isnan(codes) & ~nulls, float(len(known)), codes)
        return [np.where(np.isnan(codes), np.nan, codes == at) for at in range(1, len(levels))]


def design_of(formula: Formula, real: Dataset) -> Design:
    """Return the Design of a formula, its categories' values read off the real rows."""
    where = f"estimate({formula})"
    levels: dict[str, tuple[str, ...]] = {}
    names, notes = [INTERCEPT], []
    for term in formula.terms:
        if term not in real.columns:
            mend = nearest(term, real.columns)
            raise AskedError(f"there is no column {term!r}", where=where, mend=mend)
        kind = real.column(term).kind
        if kind is Kind.CATEGORY:
            levels[term] = _levels(real, term, where)
            names += [f"{term} = {level}" for level in levels[term][1:]]
            first = levels[term][0]
            notes.append(f"{term}: each value is compared with {first!r}")
        elif kind in _NUMERIC or kind is Kind.BOOLEAN:
            names.append(term)
        else:
            mend = "use columns of numbers, booleans and categories"
            raise AskedError(f"{term!r} is {kind} and cannot be a term", where=where, mend=mend)
    return Design(formula.terms, levels, tuple(names), tuple(notes))


def outcome_of(formula: Formula, real: Dataset) -> Expression | None:
    """Return the condition that a logistic formula explains; None for a column of numbers."""
    name = formula.outcome.strip()
    bare = name[1:-1].replace("``", "`") if len(name) > 1 and name[0] == name[-1] == "`" else name
    if bare in real.columns:
        column = real.column(bare)
        if column.kind in _NUMERIC:
            return None
        if column.kind is not Kind.BOOLEAN:
            raise AskedError(
                f"the outcome {bare!r} is {column.kind}: which value of it?",
                where=f"estimate({formula})",
                mend=f"write a condition: {bare} = VALUE ~ {' + '.join(formula.terms)}",
            )
    elif not any(sign in name for sign in "=<>") and " " not in name:
        mend = nearest(bare, real.columns)
        where = f"estimate({formula})"
        raise AskedError(f"there is no column {bare!r}", where=where, mend=mend)
    return parse_condition(name).check(real.schema.main)


def numbers(side: Dataset, name: str, title: str) -> np.ndarray:
    """Return a column as floats, NaN where null; durations in seconds."""
    if name not in side.columns:
        mend = nearest(name, side.columns)
        raise AskedError(f"there is no column {name!r}", where=f"estimate({title})", mend=mend)
    kind = side.column(name).kind
    if kind not in _NUMERIC:
        raise (SchemaError if side.lineage.role == "made" else AskedError)(
            f"{name!r} is {kind}, and numbers are needed",
            where=f"estimate({title})",
            mend=f"ask for a share: share({name} = VALUE)",
        )
    cells = side.table[name]
    if kind is Kind.DURATION:
        return _floats(cells.cast(pa.int64())) / 1e6
    return _floats(cells)


def _floats(cells: pa.ChunkedArray | pa.Array) -> np.ndarray:
    floats = pc.cast(cells, pa.float64(), safe=False)
    return np.asarray(pc.fill_null(floats, np.nan).to_numpy(zero_copy_only=False), dtype=float)


def _levels(real: Dataset, term: str, where: str) -> tuple[str, ...]:
    counts = pc.value_counts(real.table[term].cast(pa.string()).combine_chunks()).to_pylist()
    held = [(pair["values"], pair["counts"]) for pair in counts if pair["values"] is not None]
    kept = sorted(text for text, count in held if count >= _LEAST)
    if not kept or len(kept) > _MOST_LEVELS:
        raise AskedError(
            f"{term!r} has {len(kept)} values that at least {_LEAST} real rows hold",
            where=where,
            mend=f"use a column with 1 to {_MOST_LEVELS} of them",
        )
    return (*kept, OTHERS) if len(kept) < len(held) else tuple(kept)
