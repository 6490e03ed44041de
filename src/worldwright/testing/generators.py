"""What every Generator keeps, ours or a plugin's: each clause's docstring is the rule it checks.

The clauses see a Generator from outside: they draw, and hold what came against what was promised.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import plugins
from ..data.dataset import Dataset
from ..data.expression import Expression, conjunction, parse
from ..data.lineage import Role
from ..data.schema import Column, Kind
from ..errors import GivenError, StoreError, WishError
from ..generate import given
from ..generate.generator import Completable, Enumerable, Explained, Generator, Savable
from . import conditions, densities


def keeps_its_promise(generator: Generator) -> None:
    """It returns as many rows as were asked for, none included, with the columns it named.

    What takes Wishes (a World) may refuse a wish for no rows.
    """
    for rows in (0, 1, 17):
        try:
            made = generator.sample(rows, seed=1)
        except WishError:
            assert rows == 0, f"it refuses {rows} rows"
            continue
        assert made.rows == rows, f"asked for {rows} rows, got {made.rows}"
        assert made.columns == generator.columns, f"{made.columns} != {generator.columns}"


def keeps_its_schema(generator: Generator) -> None:
    """Rows have the kinds that the schema names, and each kind has its own Arrow type."""
    made = generator.sample(23, seed=2)
    assert made.schema == generator.schema, "the rows come with another schema"
    for column in generator.schema.main.columns:
        seen = made.table[column.name].type
        promised = column.arrow_type(seen)
        assert seen == promised, f"{column.name} is {seen}, and a {column.kind} is {promised}"


def is_repeatable(generator: Generator) -> None:
    """The same seed gives the same rows, however often and in whatever order it is asked."""
    first = generator.sample(50, seed=3)
    generator.sample(10, seed=4)
    assert _same(generator.sample(50, seed=3), first), "seed 3 drifted"


def signs_its_work(generator: Generator) -> None:
    """The lineage names the maker and the seed, and says that the rows are made."""
    lineage = generator.sample(1, seed=5).lineage
    assert lineage.maker, "no maker"
    assert lineage.seed == 5, f"the seed was 5, and the lineage says {lineage.seed}"
    assert lineage.role is Role.MADE, f"the role is {lineage.role}"


def honours_given(generator: Generator) -> None:
    """A condition holds in every row, and no column goes missing."""
    for condition in _conditions(generator):
        made = given(generator, condition).sample(20, seed=6)
        assert made.rows == 20, f"{condition.columns}: {made.rows} of 20 rows"
        held = condition.mask(made.table, generator.schema.main)
        assert held.all(), f"a condition on {condition.columns} fails in {(~held).sum()} rows"
        assert made.columns == generator.columns


def adds_conditions_up(generator: Generator) -> None:
    """Two conditions one after the other are the conjunction of both, byte for byte."""
    conditions = _conditions(generator)
    if not conditions:
        return
    first, second = conditions[0], conditions[-1]
    try:
        whole = given(generator, conjunction(first, second)).sample(9, seed=7)
    except GivenError:
        return
    stepwise = given(given(generator, first), second).sample(9, seed=7)
    assert _same(stepwise, whole), "given(a).given(b) is not given(a and b)"


def knows_a_true_law(generator: Generator) -> None:
    """Probabilities that it claims to know are at least 0 and sum to 1, once per combination."""
    if not isinstance(generator, Enumerable):
        return
    for width in (1, 2):
        names = generator.columns[:width]
        known = generator.law(names)
        if known is None:
            continue
        values, shares = known
        assert tuple(values.column_names) == names, f"a law of {values.column_names}, not {names}"
        assert len(shares) == values.num_rows
        assert (shares >= 0).all(), "a probability below 0"
        assert abs(shares.sum() - 1) < 1e-6, f"the law of {names} sums to {shares.sum():.6f}"
        distinct = len(set(map(str, values.to_pylist())))
        assert distinct == values.num_rows, "a combination stands twice in the law"


def keeps_given_cells(generator: Generator) -> None:
    """Completing rows changes no cell that was there, fills the others, and keeps the order."""
    if not isinstance(generator, Completable):
        return
    whole = generator.sample(12, seed=8)
    kept = generator.columns[: max(len(generator.columns) // 2, 1)]
    done = generator.complete(whole.select(kept), seed=9)
    assert done.rows == 12, f"12 rows to complete, {done.rows} came back"
    assert done.columns == generator.columns
    for name in kept:
        before, after = whole.table[name], done.table[name].cast(whole.table[name].type)
        known = before.is_valid()
        same = before.filter(known).to_pylist() == after.filter(known).to_pylist()
        assert same, f"a cell of {name} changed"


def survives_saving(generator: Generator) -> None:
    """What was saved and brought back draws the same rows; JSON and plain arrays hold all of it.

    One that is composed of Generators which cannot be saved says so with a StoreError.
    """
    if not isinstance(generator, Savable):
        return
    try:
        saved = generator.dump()
    except StoreError:
        return
    for name, array in saved.arrays.items():
        assert array.dtype != object, f"the array {name} holds Python objects"
    brought = replace(saved, meta=json.loads(json.dumps(dict(saved.meta))))
    back = plugins.part_kinds.get(saved.kind)(brought)
    assert _same(back.sample(30, seed=10), generator.sample(30, seed=10)), "saving changed the rows"


def explains_itself_plainly(generator: Generator) -> None:
    """What it says of itself is plain data that JSON can hold."""
    if isinstance(generator, Explained):
        json.dumps(generator.explain())


CONTRACT: tuple[Callable[[Generator], None], ...] = (
    keeps_its_promise,
    keeps_its_schema,
    is_repeatable,
    signs_its_work,
    honours_given,
    adds_conditions_up,
    conditions.holds_in_every_row,
    conditions.takes_conditions_in_any_order,
    conditions.agrees_with_rejection,
    densities.tells_what_can_be,
    densities.agrees_with_its_rows,
    densities.sums_to_one,
    knows_a_true_law,
    keeps_given_cells,
    survives_saving,
    explains_itself_plainly,
)


def _same(one: Dataset, other: Dataset) -> bool:
    return one.fingerprint() == other.fingerprint()


def _conditions(generator: Generator) -> list[Expression]:
    """Return conditions that hold in a good part of its rows, on columns of several kinds."""
    made = generator.sample(64, seed=11)
    found = []
    for column in generator.schema.main.columns:
        text = _condition(column, made.table[column.name].drop_null())
        if text is not None:
            found.append(parse(text).check(generator.schema.main))
    return found[:4]


def _condition(column: Column, held: pa.ChunkedArray) -> str | None:
    name = "`" + column.name.replace("`", "``") + "`"
    if len(held) < 16:
        return None
    if column.kind is Kind.CATEGORY:
        counts = pc.value_counts(held.cast(pa.string())).to_pylist()
        most = max(counts, key=lambda entry: (entry["counts"], entry["values"]))
        value = most["values"].replace('"', '""')
        return f'{name} = "{value}"' if most["counts"] >= 8 else None
    if column.kind.is_number:
        middle = float(np.median(held.to_numpy(zero_copy_only=False)))
        return f"{name} >= {middle!r}" if column.kind is Kind.NUMBER else f"{name} >= {middle:.0f}"
    return None
