"""What every delusion keeps: a ladder is a ladder, and the fault lies where it says.

Faults are planted in visits of clients (`visits.py`), where each kind has a place, and in a table
that offers none.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..data.dataset import Dataset
from ..data.lineage import Lineage, Role
from ..data.schema import Column, Kind, Schema, TableSchema
from ..judge.delusion import GROUPS, RUNGS, Delusion, Ground, Planted
from .visits import PLANS, TARGET, ZONES, visits

_ROWS, _SEEDS = 1_000, (1, 2)
_LEAST_STEP, _GREATEST_STEP = 1.5, 3.0


def declares_its_ladder(delusion: Delusion) -> None:
    """It says in one sentence what is wrong, and has five strengths, each about twice the last."""
    assert delusion.says.endswith("."), "its docstring is no sentence"
    assert delusion.group in GROUPS, f"{delusion.group!r} is no group"
    assert delusion.unit, "its strengths count nothing"
    steps = np.array(delusion.ladder[1:]) / np.array(delusion.ladder[:-1])
    assert len(delusion.ladder) == RUNGS, f"{len(delusion.ladder)} strengths"
    assert steps.min() >= _LEAST_STEP, f"steps of {steps}"
    assert steps.max() <= _GREATEST_STEP, f"steps of {steps}"


def keeps_its_place(delusion: Delusion) -> None:
    """The place hangs on the ground, never on the strength; the same ground gives the same rows."""
    for seed in _SEEDS:
        ground = _ground(seed)
        climbed = _climbed(delusion, seed)
        places = {(planted.columns, planted.questions, planted.where) for planted in climbed}
        assert len(places) == 1, f"a place for each strength: {places}"
        again = _planted(delusion, ground, delusion.ladder[-1])
        assert _same(again.rows, climbed[-1].rows), "the same ground and strength, other rows"


def keeps_the_form(delusion: Delusion) -> None:
    """The spoiled rows have the same schema, and each knows which row it comes from."""
    for seed in _SEEDS:
        ground = _ground(seed)
        for planted in _climbed(delusion, seed):
            assert planted.rows.schema == ground.fresh.schema, "another schema"
            for name, table in planted.rows.tables.items():
                assert table.schema.types == ground.fresh.tables[name].schema.types, name
            assert len(planted.origin) == planted.rows.rows, "origin is one number a row"
            assert planted.origin.max(initial=-1) < ground.fresh.rows, "origin out of range"


def names_a_place(delusion: Delusion) -> None:
    """Its place is made of columns that are there, in words that give no value away."""
    for seed in _SEEDS:
        ground = _ground(seed)
        planted = _climbed(delusion, seed)[0]
        there = set(ground.fresh.columns)
        there |= {f"{t}.{c}" for t, s in ground.fresh.schema.tables.items() for c in s.names}
        assert set(planted.columns) <= there, f"no columns: {set(planted.columns) - there}"
        assert planted.questions, "no question may name it"
        assert planted.where, "no words for the place"
        told = [word for word in (*PLANS, *ZONES, "buys", "leaves") if word in planted.where]
        assert not told, f"values are told: {told}"


def is_nothing_at_strength_0(delusion: Delusion) -> None:
    """At strength 0 the rows come back as they were."""
    for seed in _SEEDS:
        ground = _ground(seed)
        planted = _planted(delusion, ground, 0.0)
        assert _same(planted.rows, ground.fresh), "rows are spoiled at strength 0"


def spoils_its_place_alone(delusion: Delusion) -> None:
    """Outside the place, each row that came from a fresh one is what that one was."""
    for seed in _SEEDS:
        ground = _ground(seed)
        planted = _climbed(delusion, seed)[-1]
        came = planted.origin >= 0
        table = planted.rows.table.filter(pa.array(came))
        before = ground.fresh.table.take(pa.array(planted.origin[came]))
        for name in set(ground.fresh.columns) - set(planted.columns):
            changed = _unlike(table[name], before[name])
            assert not changed.any(), f"{name} has changed in {changed.sum()} rows"
        for name, other in list(ground.fresh.tables.items())[1:]:
            if not any(column.startswith(f"{name}.") for column in planted.columns):
                assert _equal(planted.rows.tables[name], other), f"table {name} has changed"


def grows_with_its_strength(delusion: Delusion) -> None:
    """A greater strength changes more: rows that are left out, moved or new, cells by how much."""
    for seed in _SEEDS:
        ground = _ground(seed)
        sizes = [_size(ground.fresh, planted) for planted in _climbed(delusion, seed)]
        assert all(one <= two for one, two in pairwise(sizes)), f"{sizes}"
        assert 0 < sizes[RUNGS // 2] < sizes[-1], f"{sizes}"


def says_why_it_has_no_place(delusion: Delusion) -> None:
    """Where it cannot be planted it says why in a sentence; it never fails."""
    for told in (delusion(_barren(), delusion.ladder[2]), delusion(_tiny(), delusion.ladder[2])):
        assert isinstance(told, Planted) or (isinstance(told, str) and told), f"{told!r}"


CONTRACT: tuple[Callable[[Delusion], None], ...] = (
    declares_its_ladder,
    keeps_its_place,
    keeps_the_form,
    names_a_place,
    is_nothing_at_strength_0,
    spoils_its_place_alone,
    grows_with_its_strength,
    says_why_it_has_no_place,
)


@cache
def _ground(seed: int) -> Ground:
    fresh, teachers = visits(_ROWS, 11, role=Role.MADE), visits(_ROWS, 12, role=Role.REAL)
    return Ground(fresh, teachers, TARGET, seed)


def _tiny() -> Ground:
    return Ground(visits(8, 13), visits(8, 14), None, 0)


def _barren() -> Ground:
    """Return a Ground of one column of texts."""
    schema = Schema({"rows": TableSchema((Column("remark", Kind.TEXT),))})
    rows = pa.table({"remark": pa.array(["a remark"] * 200, pa.string())})
    side = Dataset({"rows": rows}, schema, Lineage("testing"))
    return Ground(side, side, None, 0)


@lru_cache(maxsize=4)
def _climbed(delusion: Delusion, seed: int) -> list[Planted]:
    return [_planted(delusion, _ground(seed), strength) for strength in delusion.ladder]


def _planted(delusion: Delusion, ground: Ground, strength: float) -> Planted:
    planted = delusion(ground, strength)
    assert isinstance(planted, Planted), f"it has no place among visits: {planted}"
    return planted


def _same(one: Dataset, other: Dataset) -> bool:
    return all(_equal(one.tables[name], other.tables[name]) for name in other.tables)


def _equal(one: pa.Table, other: pa.Table) -> bool:
    return one.num_rows == other.num_rows and not any(
        _unlike(one[name], other[name]).any() for name in other.column_names
    )


def _unlike(one: pa.ChunkedArray, other: pa.ChunkedArray) -> np.ndarray:
    """Return which cells differ; missing is like missing."""
    if pa.types.is_dictionary(other.type):
        one, other = one.cast(pa.string()), other.cast(pa.string())
    gone = np.array([pc.is_null(side).to_numpy() for side in (one, other)], dtype=bool)
    differs = np.array(pc.fill_null(pc.not_equal(one, other), False).to_numpy(), dtype=bool)
    return np.asarray((gone[0] != gone[1]) | (differs & ~gone[0]))


def _size(fresh: Dataset, planted: Planted) -> float:
    """Return how much has changed: rows and cells, a number's by how far it moved (in spreads)."""
    rows, origin = planted.rows, planted.origin
    came = origin >= 0
    size = float(fresh.rows - rows.rows + 2 * (~came).sum())
    if rows.rows == fresh.rows:
        size += float((origin[came] != np.arange(rows.rows)[came]).sum())
    before = fresh.table.take(pa.array(origin[came]))
    table = rows.table.filter(pa.array(came))
    for name in fresh.columns:
        changed = _unlike(table[name], before[name])
        if fresh.column(name).kind.is_ordered:
            size += float(_far(table[name], before[name], fresh.table[name])[changed].sum())
        else:
            size += float(changed.sum())
    for name in list(fresh.tables)[1:]:
        for column in fresh.tables[name].column_names:
            size += _unlike(rows.tables[name][column], fresh.tables[name][column]).sum()
    return size


def _far(now: pa.ChunkedArray, before: pa.ChunkedArray, whole: pa.ChunkedArray) -> np.ndarray:
    """Return how far each cell has moved, in spreads of the column; 1 where a side is missing."""
    spread = max(float(np.nanstd(_floats(whole))), 1e-12)
    return np.nan_to_num(np.abs(_floats(now) - _floats(before)) / spread, nan=1.0)


def _floats(column: pa.ChunkedArray) -> np.ndarray:
    plain = column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column
    return np.array(plain.cast(pa.float64(), safe=False).to_numpy(), dtype=np.float64)
