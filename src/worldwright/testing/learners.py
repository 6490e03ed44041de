"""What every learner keeps: it learns from any rows, repeatably, without keeping a single one.

A learner is a function of real rows that returns a finished Generator, which keeps the contract of
Generators in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

import numpy as np
import pyarrow as pa

from .. import seeds
from ..data.dataset import Dataset
from ..data.lineage import Role
from ..data.progress import Progress, silent
from ..data.schema import Column, Kind, Schema, TableSchema
from ..generate.generator import Generator, Savable
from . import densities, generators
from .canary import plant
from .people import people


class Learner(Protocol):
    """From real rows to a Generator."""

    def __call__(
        self,
        real: Dataset,
        *,
        target: str | None,
        seed: int,
        progress: Progress,
        settings: Mapping[str, object],
    ) -> Generator: ...


def learns_a_generator(learner: Learner) -> None:
    """What it learns keeps every clause of the contract of Generators, with the columns it saw."""
    real = people(300, 1, role=Role.REAL)
    generator = _fit(learner, real)
    assert set(generator.columns) <= set(real.columns), "it invented a column"
    for clause in generators.CONTRACT:
        try:
            clause(generator)
        except AssertionError as broken:
            raise AssertionError(f"{clause.__name__}: {broken}") from None


def learns_the_same_twice(learner: Learner) -> None:
    """The same rows and seed give a Generator that draws the same rows."""
    real = people(200, 2, role=Role.REAL)
    one, other = (_fit(learner, real).sample(40, seed=1) for _ in range(2))
    assert one.fingerprint() == other.fingerprint(), "two fits with one seed differ"


def learns_from_odd_tables(learner: Learner) -> None:
    """One row, one column, a constant and a column of nulls are tables like others."""
    real = people(40, 3, role=Role.REAL)
    odd = {
        "one row": real.take(np.arange(1)),
        "one column": real.select(["city"]),
        "a constant and a column of nulls": _degenerate(),
    }
    for what, rows in odd.items():
        made = _fit(learner, rows, target=None).sample(25, seed=1)
        assert made.rows == 25, f"{what}: {made.rows} of 25 rows"
        assert made.columns == rows.columns, f"{what}: {made.columns}"


def makes_ids_anew(learner: Learner) -> None:
    """No id of a real row stands in a made row."""
    real = people(300, 4, role=Role.REAL)
    made = _fit(learner, real).sample(300, seed=1)
    if "number" in made.columns:
        held = set(real.table["number"].to_pylist())
        assert not held & set(made.table["number"].to_pylist()), "ids were copied"


def keeps_no_rare_value(learner: Learner) -> None:
    """A value that one real row alone holds is neither made nor saved, nor explained."""
    planted = plant(people(400, 5, role=Role.REAL))
    generator = _fit(learner, planted.rows)
    made = generator.sample(1_000, seed=1)
    assert not planted.in_rows(made.table), f"made: {planted.in_rows(made.table)}"
    if not isinstance(generator, Savable):
        return
    saved = generator.dump()
    for name, array in saved.arrays.items():
        hits = planted.in_bytes(np.ascontiguousarray(array).tobytes())
        assert not hits, f"the saved array {name} holds values of {hits}"
    for name, table in saved.tables.items():
        hits = planted.in_rows(table)
        assert not hits, f"the saved table {name} holds values of {hits}"
    assert not planted.in_text(repr(dict(saved.meta))), "the saved description holds rare values"


def knows_its_density(learner: Learner) -> None:
    """If what it learns says how probable rows are, that is right on small tables: of words, of
    whole numbers, and of a free number with a heavy value and gaps.
    """
    real = people(600, 7, role=Role.REAL)
    for names in (["city", "region", "owner"], ["low", "owner"]):
        generator = _fit(learner, real.select(names))
        densities.tells_what_can_be(generator)
        densities.agrees_with_its_rows(generator)
        densities.sums_to_one(generator)
    densities.integrates_to_one(_fit(learner, _free_number(), target=None), "x")


CONTRACT: tuple[Callable[[Learner], None], ...] = (
    learns_a_generator,
    learns_the_same_twice,
    learns_from_odd_tables,
    makes_ids_anew,
    keeps_no_rare_value,
    knows_its_density,
)


def _fit(learner: Learner, real: Dataset, target: str | None = "owner") -> Generator:
    if target not in real.columns:
        target = None
    return learner(real, target=target, seed=0, progress=silent, settings={})


def _degenerate() -> Dataset:
    base = people(30, 6, role=Role.REAL)
    columns = (Column("same", Kind.INTEGER), Column("none", Kind.NUMBER))
    table = pa.table({"same": pa.array([7] * 30), "none": pa.nulls(30, pa.float64())})
    name = base.schema.main_name
    return replace(base, tables={name: table}, schema=Schema({name: TableSchema(columns)}))


def _free_number() -> Dataset:
    chance = seeds.stream(8, "testing", "free number")
    x = np.where(chance.random(2_000) < 0.1, 0.0, chance.normal(3.0, 1.0, 2_000))
    base = people(2_000, 6, role=Role.REAL)
    table = pa.table({"x": pa.array(x, mask=chance.random(2_000) < 0.05)})
    name = base.schema.main_name
    schema = Schema({name: TableSchema((Column("x", Kind.NUMBER),))})
    return replace(base, tables={name: table}, schema=schema)
