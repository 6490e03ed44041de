"""Amplify: rare rows that are worth something, of a maker and a number that real rows choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ... import plugins, seeds
from ...data.dataset import Dataset
from ...data.expression import Expression
from ...data.lineage import TRACE, Lineage, Role
from ...data.progress import Progress, silent
from ...data.report import MIN_COUNT
from ...data.schema import Kind
from ...errors import Fault, WishError, nearest
from ...spec.amplify import ALL, Amplify
from .choosing import Choice, choose
from .ground import Ground, Picked, Rare, ground_of, labelled
from .making import OWN, TILT, Way, own_rows, pick, score_of, ways
from .telling import of_choice, of_forced, of_too_few
from .trying import FEWEST, try_all

if TYPE_CHECKING:
    from ...generate.world import World

FORCED = 2_000  # most rows of a way that is tried where a number is forced


@plugins.amplifiers("rare")
def amplify(
    world: World,
    asked: Amplify,
    evidence: Dataset,
    *,
    seed: int,
    spec: str,
    progress: Progress = silent,
) -> Dataset:
    """Return the made rows: rare ones with made common ones beside them, or none.

    Each row's weight gives the rate of its class back. How each class was decided stands in
    the lineage. Raises WishError for a column or class that the real rows do not have.
    """
    parts = [
        _one(world, rare, asked, evidence, seeds.child(seed, "amplify", str(rare)), progress)
        for rare in rare_classes(asked, evidence, world)
    ]
    tables = [part.table for part, _ in parts]
    lineage = Lineage(
        "amplify", Role.MADE, seed, world.lineage.parents, spec, world.lineage.spent,
        trace=_trace(parts), chosen=tuple(told for _, told in parts),
    )  # fmt: skip
    return Dataset({world.schema.main_name: pa.concat_tables(tables)}, world.schema, lineage)


def rare_classes(asked: Amplify, evidence: Dataset, world: World) -> tuple[Rare, ...]:
    """Return each class that is asked for; raises WishError that lists every unknown one."""
    found: list[Rare] = []
    faults: list[Fault] = []
    for column, value in asked.classes:
        where = f"Wish(amplify={{{column!r}: {value!r}}})"
        if column not in evidence.columns:
            faults.append(
                Fault(f"there is no column {column!r}", where, nearest(column, evidence.columns))
            )
            continue
        kind = evidence.column(column).kind
        if kind not in (Kind.CATEGORY, Kind.BOOLEAN):
            what = f"{column!r} is a {kind}, and has no classes"
            faults.append(Fault(what, where, "name a category, or read the column as one"))
            continue
        counts = _counts(evidence, column)
        known = {*counts, *(evidence.column(column).categories or ())}
        if value == ALL and ALL not in known:
            middle = float(np.median(list(counts.values()))) if counts else 0
            found += [Rare(column, one) for one, many in counts.items() if many < middle]
        elif value in known or _is_believed(world, Rare(column, value)):
            found.append(Rare(column, value))
        else:
            shown = [one for one, many in counts.items() if many >= MIN_COUNT]
            faults.append(Fault(f"no real row has {column} = {value!r}", where,
                                nearest(value, shown)))  # fmt: skip
    if faults:
        raise WishError.of(faults)
    return tuple(dict.fromkeys(found))


def _is_believed(world: World, rare: Rare) -> bool:
    """True where a belief speaks of the event, so that it may be one that no real row shows."""
    main = world.schema.main
    said = [getattr(one.statement, "event", None) or getattr(one.statement, "of", None)
            for one in world.assumptions if one.strength]  # fmt: skip
    events = [event for event in said if isinstance(event, Expression)]
    return any(rare.is_said_by(event.check(main)) for event in events)


def _counts(evidence: Dataset, column: str) -> Mapping[str, int]:
    words = evidence.table[column].cast(pa.string()).combine_chunks()
    counted = pc.value_counts(words).to_pylist()
    return {one["values"]: one["counts"] for one in counted if one["values"] is not None}


Part = tuple[Dataset, Mapping[str, Any]]


def _one(
    world: World, rare: Rare, asked: Amplify, evidence: Dataset, seed: int, progress: Progress
) -> Part:
    rows, ground = asked.rows, ground_of(world, rare, evidence, rate=asked.rate, seed=seed)
    many = int(ground.is_rare.sum())
    if many < FEWEST or many == len(ground.is_rare):
        told = of_too_few(ground, rows)
        return _made(ground, Way(TILT, rows) if rows else None, seed), told
    tried = try_all(ground, seed=seed, progress=progress)
    sets_worth = frozenset(
        name for name in plugins.controls.names() if plugins.controls.get(name).sets_worth
    )
    choice: Choice = choose(tried, sets_worth)
    if rows is None:
        return _made(ground, choice.way, seed), of_choice(ground, choice)
    best = max(ways(ground), key=lambda way: choice.scores[str(way)])
    way = Way(best.name, rows)
    return _made(ground, way, seed), of_forced(ground, choice, way)


def _made(ground: Ground, way: Way | None, seed: int) -> Dataset:
    if way is None:
        return labelled(ground, Picked(np.empty(0, np.int64), np.empty(0, np.int64)))
    every = np.arange(len(ground.is_rare))
    score = score_of(ground, way.score, every, seed=seed) if way.score else None
    own = own_rows(ground, every, seed=seed) if way.name.endswith(OWN) else None
    return labelled(ground, pick(ground, way, score, own, seed=seed))


def _trace(parts: Sequence[Part]) -> pa.Table:
    """Return the weights that give the rate of each class back."""
    first = 0
    rows: list[int] = []
    weights: list[float] = []
    part: list[str] = []
    for made, told in parts:
        rare, whole = int(told["rare rows"]), made.rows
        share = float(told["rate"])
        if whole:
            q = rare / whole
            rows += range(first, first + whole)
            weights += [share / q] * rare + [(1 - share) / (1 - q)] * (whole - rare)
            part += ["rare"] * rare + ["common"] * (whole - rare)
        first += whole
    columns = {
        name: pa.nulls(len(rows), kind) for name, kind in zip(TRACE.names, TRACE.types, strict=True)
    }
    columns |= {
        "row": pa.array(rows, pa.int64()), "weight": pa.array(weights, pa.float64()),
        "part": pa.array(part, pa.string()),
    }  # fmt: skip
    return pa.table(columns, schema=TRACE)
