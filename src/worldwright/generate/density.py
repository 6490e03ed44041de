"""How probable rows are, under conditions and constraints too; and how improbable among its own.

Under a condition the density is that of the Generator underneath, over the chance of the condition
where that is known exactly, and -inf where the condition does not hold. What only ranks rows
(`outlierness`) needs no such chance: it divides every row by the same.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ..data.dataset import Dataset
from ..data.expression import Expression
from ..data.lineage import Lineage
from ..data.schema import Kind, Schema
from ..errors import DensityError, Fault, nearest
from .conditioned import Given
from .generator import Dense, Enumerable, Generator

OWN_DRAWS, OWN_SEED = 10_000, 0
_TIE = 1e-9  # rows of equal probability may differ in the last digits of a sum
_NO_PART = (Kind.ID, Kind.TEXT, Kind.NESTED)
_MEND = "use a learner that knows its density, or compare made rows with `ww.judge`"


def log_prob(generator: Generator, rows: Dataset) -> np.ndarray:
    """Return the exact log-probability of each row; raises DensityError where it is not known."""
    if not isinstance(generator, Given):
        return _dense(generator).log_prob(rows)
    drawer, rest = _split(generator)
    logs = log_prob(drawer, rows)
    if rest is None:
        return logs
    return np.where(_holds(rest, rows), logs - np.log(_chance(drawer, rest)), -np.inf)


def unscaled(generator: Generator, rows: Dataset) -> np.ndarray:
    """Return log-probabilities up to one constant for all rows; raises DensityError without any."""
    if not isinstance(generator, Given):
        return _dense(generator).log_prob(rows)
    drawer, rest = _split(generator)
    logs = unscaled(drawer, rows)
    return logs if rest is None else np.where(_holds(rest, rows), logs, -np.inf)


def outlierness(known: np.ndarray, logs: np.ndarray) -> np.ndarray:
    """Return the share of the `known` log-probabilities, in rising order, above each of `logs`."""
    at_most = np.searchsorted(known, logs + _TIE, side="right")
    return np.where(np.isneginf(logs), 1.0, 1.0 - at_most / len(known))


def conformed(rows: Dataset, schema: Schema) -> Dataset:
    """Return the rows with the columns and types of `schema`; others are left out.

    What takes no part in a probability may be absent. Raises DensityError that lists every fault.
    """
    faults, cells = [], {}
    for column in schema.main.columns:
        if column.name not in rows.columns:
            if column.kind not in _NO_PART:
                what = f"the rows have no column {column.name!r}"
                faults.append(Fault(what, "log_prob(rows)", nearest(column.name, rows.columns)))
            cells[column.name] = pa.nulls(rows.rows, column.arrow_type(pa.null()))
            continue
        held = rows.table[column.name]
        try:
            cells[column.name] = _cast(held, column.arrow_type(held.type))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            what = f"the values of {column.name!r} are no {column.kind} of this World"
            mend = f"hand over values that can be read as {column.arrow_type(held.type)}"
            faults.append(Fault(what, "log_prob(rows)", mend))
    if faults:
        raise DensityError.of(faults)
    name = schema.main_name
    return Dataset({name: pa.table(cells)}, Schema({name: schema.main}), Lineage("log_prob"))


def _cast(held: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if held.type == kind:
        return held
    plain = held.cast(held.type.value_type) if pa.types.is_dictionary(held.type) else held
    if not pa.types.is_dictionary(kind):
        return plain.cast(kind)
    return plain.cast(kind.value_type).dictionary_encode().cast(kind)


def _split(under: Given) -> tuple[Generator, Expression | None]:
    """Return what draws and what is left of the condition; all of it where that has no density."""
    drawer, rest = under.honoured
    if isinstance(under.base, Dense) and not isinstance(drawer, Dense):
        return under.base, under.where
    return drawer, rest


def _dense(generator: Generator) -> Dense:
    if isinstance(generator, Dense):
        return generator
    raise DensityError(
        "how probable a row is, is not known: the part gives no density",
        where=f"log_prob of a {type(generator).__name__}",
        mend=_MEND,
    )


def _holds(where: Expression, rows: Dataset) -> np.ndarray:
    return where.mask(rows.table, rows.schema.main)


def _chance(drawer: Generator, where: Expression) -> float:
    """Return the exact probability of a condition."""
    known = drawer.law(where.columns) if isinstance(drawer, Enumerable) else None
    if known is None:
        raise DensityError(
            "how often the condition holds is not known exactly, so neither is a probability",
            where=f"log_prob under '{where}'",
            mend="ask the World without the condition, or for `outlierness`, which needs no chance",
        )
    table, chances = known
    return float(chances[where.mask(table, drawer.schema.main)].sum())
