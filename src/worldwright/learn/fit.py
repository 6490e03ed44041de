"""fit: real rows in, a finished World out; what cannot teach is refused before any work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow.compute as pc

from .. import plugins
from ..data.dataset import Dataset
from ..data.expression import Expression
from ..data.fingerprint import keyed
from ..data.lineage import Lineage, Role
from ..data.progress import Progress, silent
from ..data.schema import Kind
from ..errors import Fault, RoleError, SchemaError, SpecError, nearest
from ..generate.world import World

UNLEARNED = (Kind.TEXT, Kind.ID, Kind.NESTED)


def fit(
    real: Dataset,
    *,
    target: str | None = None,
    learner: str = "forest",
    seed: int = 0,
    constraints: Sequence[str | Expression] = (),
    settings: Mapping[str, object] | None = None,
    effort: str | None = None,
    memory: str | None = None,
    memory_limit: float | str | None = None,
    progress: Progress = silent,
) -> World:
    """Learn a World from the main table of `real`.

    `target` is the column that a task asks for; `constraints` hold in every row that is made;
    `settings` are the learner's own. The forest takes `effort` ("quick", "normal", "thorough":
    settings are compared on rows that did not teach), `memory` ("low", "normal": how much of its
    teachers the World may remember) and `memory_limit` (bytes, or a text like "4 GB"; without one,
    what is free): a fit that would take more says how much before it starts.

    Raises SpecError for what is asked wrongly, SchemaError for rows that cannot teach, and
    RoleError for rows that judge.
    """
    _check_role(real)
    _check_rows(real)
    if target is not None:
        _check_target(real, target)
    learn = plugins.learners.get(learner)
    knobs = {"effort": effort, "memory": memory, "memory_limit": memory_limit}
    asked = {**(settings or {}), **{name: knob for name, knob in knobs.items() if knob is not None}}
    part = learn(real, target=target, seed=seed, progress=progress, settings=asked)
    world = World(part, part.schema, target, (), _signed(real, learner, seed), real)
    return world.constrain(*constraints)


def _signed(real: Dataset, learner: str, seed: int) -> Lineage:
    """Name what taught; made rows hand on what had taught them."""
    if real.lineage.role is not Role.MADE:
        return Lineage(
            f"fit: {learner}", seed=seed, parents=(keyed(real),), where=real.lineage.where
        )
    parents = tuple(dict.fromkeys((keyed(real), *real.lineage.parents)))
    maker = f"fit: {learner}, from made rows"
    return Lineage(maker, seed=seed, parents=parents, where=real.lineage.where)


def _check_role(real: Dataset) -> None:
    if real.lineage.role is Role.HOLDOUT:
        raise RoleError(
            "these rows judge, so they may not teach",
            where="fit(real=...): its lineage says holdout",
            mend="hand over the part of the split that teaches",
        )


def _check_rows(real: Dataset) -> None:
    faults = []
    if real.rows < 2:
        mend = "hand over at least 2 rows; below a few hundred little can be learned"
        faults.append(Fault(f"{real.rows} row(s) cannot teach", "fit(real=...)", mend))
    if all(column.kind in UNLEARNED for column in real.schema.main.columns):
        mend = "declare the kind of at least one column in a schema: number, category, ..."
        what = "no column can be learned: all are text, ids, lists or structs"
        faults.append(Fault(what, "fit(real=...)", mend))
    if faults:
        raise SchemaError.of(faults)


def _check_target(real: Dataset, target: str) -> None:
    where = f"fit(target={target!r})"
    if target not in real.columns:
        what = f"the target {target!r} is not a column"
        raise SpecError(what, where=where, mend=nearest(target, real.columns))
    if real.column(target).kind in UNLEARNED:
        raise SpecError(
            f"the target {target!r} is of kind {real.column(target).kind}, which is not learned",
            where=where,
            mend="name another column, or declare its kind as category in a schema",
        )
    if len(pc.unique(pc.drop_null(real.table[target]))) < 2:
        raise SchemaError(
            f"the target {target!r} has fewer than two values, so there is nothing to tell apart",
            where=where,
            mend="name another target, or hand over rows with more of its values",
        )
