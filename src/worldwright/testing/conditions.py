"""What `given` keeps: the condition in every row, the law of all else, and the sum of conditions.

The slow, obvious version is rejection: draw rows without the condition and keep those that meet it.
A Generator that honours a condition itself must give rows of the same law.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..data.expression import Expression, conjunction, parse
from ..data.schema import Column, Kind
from ..errors import GivenError
from ..generate import given
from ..generate.generator import Generator
from .chances import FALSE_ALARM, places_that_differ

ROWS, LEAST_KEPT, MOST_DRAWN = 2_000, 500, 16_000
_MOST_ASKED = 6


def agrees_with_rejection(generator: Generator) -> None:
    """Under a condition, every column and each two neighbours have the law that the rows which meet
    it have; a right Generator fails once in 10,000 seeds at most.
    """
    drawn = generator.sample(MOST_DRAWN, seed=15)
    for number, where in enumerate(conditions(generator)):
        kept = drawn.take(np.flatnonzero(where.mask(drawn.table, drawn.schema.main))[:ROWS])
        if kept.rows < LEAST_KEPT:
            continue
        made = given(generator, where).sample(ROWS, seed=20 + number)
        off = places_that_differ(made, kept)
        chance = f"a chance below {FALSE_ALARM:g} among rows of one law"
        assert not off, f"given a condition on {where.columns}, {', '.join(off)} differ ({chance})"


def holds_in_every_row(generator: Generator) -> None:
    """A condition holds in every one of 2,000 rows, and so does one after another."""
    asked = conditions(generator)
    for where in [*asked, *(conjunction(a, b) for a, b in _pairs(asked))]:
        try:
            made = given(generator, where).sample(ROWS, seed=12)
        except GivenError:
            continue
        broken = int((~where.mask(made.table, generator.schema.main)).sum())
        assert not broken, f"a condition on {where.columns} fails in {broken} of {ROWS} rows"


def takes_conditions_in_any_order(generator: Generator) -> None:
    """given(a).given(b) and given(b).given(a) have the law of given(a and b): the first byte for
    byte.
    """
    for at, (a, b) in enumerate(_pairs(conditions(generator))):
        try:
            whole = given(generator, conjunction(a, b)).sample(ROWS, seed=13)
            stepwise = given(given(generator, a), b).sample(ROWS, seed=13)
            turned = given(given(generator, b), a).sample(ROWS, seed=30 + at)
        except GivenError:
            continue
        same = stepwise.fingerprint() == whole.fingerprint()
        assert same, f"on {a.columns} and {b.columns}, given(a).given(b) is not given(a and b)"
        off = places_that_differ(turned, whole)
        assert not off, f"the order of conditions on {a.columns} and {b.columns} moves {off}"


def conditions(generator: Generator) -> list[Expression]:
    """Return conditions of several forms that hold in a good part of the rows."""
    made = generator.sample(256, seed=14)
    found = []
    for column in generator.schema.main.columns:
        for text in _said(column, made.table[column.name]):
            where = parse(text).check(generator.schema.main)
            if where.mask(made.table, generator.schema.main).mean() >= 0.1:
                found.append(where)
    return found[:: max(1, -(-len(found) // _MOST_ASKED))]


def _said(column: Column, cells: pa.ChunkedArray) -> Iterator[str]:
    name = "`" + column.name.replace("`", "``") + "`"
    held = cells.drop_null()
    if len(held) < 64:
        return
    if column.kind is Kind.BOOLEAN:
        yield f"{name} = true"
    elif column.kind is Kind.CATEGORY:
        counts = pc.value_counts(held.cast(pa.string())).to_pylist()
        ranked = sorted(counts, key=lambda entry: (-entry["counts"], entry["values"]))
        words = ['"' + entry["values"].replace('"', '""') + '"' for entry in ranked[:3]]
        yield f"{name} = {words[0]}"
        yield f"{name} in ({', '.join(words[1:])})" if len(words) > 1 else f"not {name} is null"
    elif column.kind.is_number:
        low, middle, high = np.quantile(held.to_numpy(), [0.2, 0.5, 0.8])
        if column.kind is Kind.INTEGER:
            low, middle, high = np.floor(low), np.floor(middle), np.ceil(high)
        yield f"{name} <= {middle:.12g}"
        yield f"{name} between {low:.12g} and {high:.12g}"


def _pairs(asked: Sequence[Expression]) -> list[tuple[Expression, Expression]]:
    """Return conditions two by two, on different columns, so that they do not contradict."""
    return [(a, b) for a, b in combinations(asked, 2) if a.columns != b.columns][::3]
