"""Rows: the columns of a query as arrays, in one form for real, made and unlabelled rows.

Rows that lack a value which the query needs are left out, and a note counts them. In a share they
stay: a condition on a null is false there, as everywhere in the expression language.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...data.dataset import Dataset
from ...data.expression import Expression
from ...data.schema import Kind
from ...errors import AskedError, Fault, InputError, SchemaError, nearest
from .query import Formula, Mean, Quantile, Query, Share
from .terms import Design, design_of, numbers, outcome_of

LEAST = 10
FEW = 30


@dataclass(frozen=True, slots=True)
class Rows:
    """One side: `y` is NaN where unknown; `design` is there for a formula; `weights` have sum 1."""

    table: pa.Table
    y: np.ndarray
    inside: np.ndarray
    weights: np.ndarray
    design: np.ndarray | None = None

    @property
    def is_even(self) -> bool:
        """True where all rows weigh the same, so that exact counts can be used."""
        return bool(np.ptp(self.weights) <= 1e-12)

    def take(self, kept: np.ndarray) -> Rows:
        """Return these rows alone, their weights summing to 1 again."""
        weights = self.weights[kept]
        design = None if self.design is None else self.design[kept]
        total = weights.sum()
        return Rows(
            self.table.filter(pa.array(kept)),
            self.y[kept],
            self.inside[kept],
            weights / total if total > 0 else weights,
            design,
        )


@dataclass(frozen=True, slots=True)
class Sides:
    """A query bound to its rows. `names` are those of the quantities; `columns` what it reads."""

    query: Query
    names: tuple[str, ...]
    unit: str | None
    level: float
    made: Rows
    real: Rows
    unlabelled: Rows | None
    features: tuple[str, ...]
    is_logistic: bool = False
    notes: tuple[str, ...] = ()

    @property
    def alpha(self) -> float:
        return 1 - self.level


def bind(
    query: Query, *, made: Dataset, real: Dataset, unlabelled: Dataset | None, level: float
) -> Sides:
    """Return the query's rows, or raise everything that stands in its way."""
    if not 0.5 <= level < 1:
        mend = "choose a number from 0.5 to below 1; 0.95 is usual"
        raise AskedError(f"{level:g} is no level", where=f"estimate(level={level:g})", mend=mend)
    for role, side in (("made", made), ("real", real), ("unlabelled", unlabelled)):
        _check_weights(role, side)
    bound = _Binding.of(query, real)
    _check_made(bound, made)
    for role, side in (("made", made), ("unlabelled", unlabelled)):
        if side is not None:
            _check_kinds(bound, real, side, role)
    whole = bound.rows(real)
    kept = bound.complete(whole)
    facts = whole.take(kept)
    spoken = int(facts.inside.sum())
    least = LEAST + (0 if bound.design is None else len(bound.design.names))
    if spoken < least:
        raise InputError(
            f"{spoken} real rows speak of {bound.title}, and {least} are needed",
            where=f"estimate({bound.title})",
            mend="hand over more real rows, or ask a wider question",
        )
    imagined = bound.rows(made)
    imagined = imagined.take(bound.complete(imagined))
    extra = _without_label(bound, unlabelled) if unlabelled is not None else None
    features = _features(bound, made, real, unlabelled) if unlabelled is not None else ()
    return Sides(
        bound.query,
        bound.names,
        bound.unit(real),
        level,
        imagined,
        facts,
        extra,
        features,
        bound.is_logistic,
        (
            *bound.notes(real, int((~kept).sum()), spoken),
            *(() if unlabelled is None else _unread(made, real, unlabelled)),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Binding:
    """A query whose names are resolved against the real rows' schema."""

    query: Query
    title: str
    needs: tuple[str, ...]
    label: Expression | None = None
    design: Design | None = None

    @classmethod
    def of(cls, query: Query, real: Dataset) -> _Binding:
        schema = real.schema.main
        where = getattr(query, "where", None)
        inside = where.check(schema).columns if where is not None else ()
        match query:
            case Mean(column) | Quantile(column):
                numbers(real, column, str(query))
                return cls(query, str(query), tuple(dict.fromkeys((column, *inside))))
            case Share(of, _):
                label = of.check(schema)
                needs = tuple(dict.fromkeys((*label.columns, *inside)))
                return cls(query, str(query), needs, label)
        explained = outcome_of(query, real)
        design = design_of(query, real)
        first = (_bare(query.outcome),) if explained is None else explained.columns
        needs = tuple(dict.fromkeys((*first, *query.terms)))
        if twice := sorted(set(first) & set(query.terms)):
            raise AskedError(
                f"{twice[0]!r} stands on both sides of the formula",
                where=f"estimate({query})",
                mend="take it away from the terms: an outcome cannot explain itself",
            )
        plain = replace(query, outcome=_bare(query.outcome)) if explained is None else query
        return cls(plain, str(query), needs, explained, design)

    @property
    def is_logistic(self) -> bool:
        return self.design is not None and self.label is not None

    @property
    def names(self) -> tuple[str, ...]:
        return (self.title,) if self.design is None else self.design.names

    @property
    def outcome(self) -> tuple[str, ...]:
        """Columns of what is asked; those of the terms and conditions are not among them."""
        if self.label is not None:
            return self.label.columns
        return (self.query.outcome if isinstance(self.query, Formula) else self.needs[0],)

    def unit(self, real: Dataset) -> str | None:
        if isinstance(self.query, Share | Formula):
            return None
        column = real.column(self.query.column)
        return "s" if column.kind is Kind.DURATION else column.unit

    def rows(self, side: Dataset, *, labelled: bool = True) -> Rows:
        """Return a side's arrays; without `labelled` what is asked about stays unknown."""
        table, schema, count = side.table, side.schema.main, side.rows
        where = getattr(self.query, "where", None)
        y = np.full(count, np.nan)
        inside = np.ones(count, dtype=bool)
        if labelled:
            if where is not None:
                inside = where.mask(table, schema)
            if self.label is not None:
                y = self.label.mask(table, schema).astype(float)
                if self.design is not None:
                    y[_any_null(table, self.label)] = np.nan
            else:
                y = numbers(side, self.outcome[0], self.title)
        design = None if self.design is None else self.design.matrix(side)
        weights = side.weights()
        return Rows(table, y, inside, weights / max(weights.sum(), 1e-300), design)

    def complete(self, rows: Rows) -> np.ndarray:
        """Return which rows have all that is needed."""
        kept = ~(np.isnan(rows.y) & rows.inside) & (rows.weights > 0)
        if rows.design is not None:
            kept &= ~np.isnan(rows.design).any(axis=1)
        return kept

    def notes(self, real: Dataset, dropped: int, spoken: int) -> list[str]:
        notes = [] if self.design is None else list(self.design.notes)
        if dropped:
            notes.append(
                f"{dropped:,} real rows lack a value that the query needs and are left out: the "
                "estimate speaks of rows that have it"
            )
        if isinstance(self.query, Share) and self.label is not None:
            unknown = int(_any_null(real.table, self.label).sum())
            if unknown:
                names = ", ".join(self.label.columns)
                notes.append(
                    f"{unknown:,} real rows have no value in {names} and count as not meeting "
                    "the condition; add `where ... is not null` to leave them out"
                )
            if not self.label.mask(real.table, real.schema.main).any():
                notes.append(
                    f"no real row meets {self.label}: see that its values are written as they are "
                    "in the rows"
                )
        if spoken < FEW:
            notes.append(f"only {spoken} real rows speak of it: intervals of so few are rough")
        return notes


def _bare(name: str) -> str:
    stripped = name.strip()
    is_quoted = len(stripped) > 1 and stripped[0] == stripped[-1] == "`"
    return stripped[1:-1].replace("``", "`") if is_quoted else stripped


def _any_null(table: pa.Table, condition: Expression) -> np.ndarray:
    """Return which rows lack a value that `condition` reads; none where it asks for null itself."""
    unknown = np.zeros(table.num_rows, dtype=bool)
    if " null" in str(condition):
        return unknown
    for name in condition.columns:
        unknown |= np.asarray(pc.is_null(table[name]).to_numpy(zero_copy_only=False), dtype=bool)
    return unknown


def _check_weights(role: str, side: Dataset | None) -> None:
    if side is None:
        return
    where = f"estimate({role}=...)"
    if not side.rows:
        mend = "hand over rows, or check the filter that emptied them"
        raise SchemaError(f"the {role} dataset has no rows", where=where, mend=mend)
    weights = side.weights()
    if not (np.isfinite(weights).all() and weights.min() >= 0 and weights.sum() > 0):
        what = f"the weights of the {role} rows are no weights: 0 or more, with a sum above 0"
        raise SchemaError(what, where=where, mend="make the rows anew")


def _check_made(bound: _Binding, made: Dataset) -> None:
    for name in bound.needs:
        if name not in made.columns:
            raise SchemaError(
                f"the made rows lack the column {name!r}",
                where=f"estimate({bound.title}), made by {made.lineage.maker}",
                mend=nearest(name, made.columns),
            )


def _check_kinds(bound: _Binding, real: Dataset, side: Dataset, role: str) -> None:
    faults = []
    for name in bound.needs:
        if name in side.columns:
            ours, theirs = side.column(name).kind, real.column(name).kind
            if not ours.compares_with(theirs):
                what = f"{name!r} is {ours} in the {role} rows and {theirs} in the real rows"
                where = f"estimate({bound.title}, {role}=...)"
                faults.append(Fault(what, where, "read both with the same schema"))
    if faults:
        raise SchemaError.of(faults)


def _without_label(bound: _Binding, unlabelled: Dataset) -> Rows:
    """Return the rows that lack what is asked about, and have what a formula's terms need."""
    where = f"estimate({bound.title}, unlabelled=...)"
    held = [name for name in bound.needs if _is_held(unlabelled, name)]
    if len(held) == len(bound.needs):
        raise AskedError(
            "the unlabelled rows have every column that the query reads",
            where=where,
            mend="join them to the real rows: they are as good",
        )
    if bound.design is not None:
        missing = [name for name in bound.needs if name not in held and name not in bound.outcome]
        if missing:
            raise AskedError(
                f"the unlabelled rows lack the term {missing[0]!r}",
                where=where,
                mend="only the outcome of a formula may be missing there",
            )
    rows = bound.rows(unlabelled, labelled=False)
    kept = rows.weights > 0
    if rows.design is not None:
        kept &= ~np.isnan(rows.design).any(axis=1)
    return rows.take(kept)


def _is_held(side: Dataset, name: str) -> bool:
    return name in side.columns and side.table[name].null_count < side.rows


_READABLE = {
    Kind.NUMBER, Kind.INTEGER, Kind.BOOLEAN, Kind.CATEGORY, Kind.DATETIME, Kind.DURATION,
}  # fmt: skip


def _features(
    bound: _Binding, made: Dataset, real: Dataset, unlabelled: Dataset | None
) -> tuple[str, ...]:
    """Return the columns that all sides hold, and that a predictor can read."""
    if unlabelled is None:
        return ()
    return tuple(
        column.name
        for column in real.schema.main.columns
        if column.kind in _READABLE
        and all(
            _is_held(side, column.name) and column.kind.compares_with(side.column(column.name).kind)
            for side in (unlabelled, made)
        )
    )


def _unread(made: Dataset, real: Dataset, unlabelled: Dataset) -> tuple[str, ...]:
    """Return a note on the columns that no predictor reads because their kinds differ."""
    odd = [
        column.name
        for column in real.schema.main.columns
        for side in (unlabelled, made)
        if _is_held(side, column.name)
        and not column.kind.compares_with(side.column(column.name).kind)
    ]
    if not odd:
        return ()
    listed = ", ".join(dict.fromkeys(odd))
    return (f"not of one kind on all sides, so nothing is predicted from them: {listed}",)
