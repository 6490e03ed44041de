"""Wish -> Plan: everything that can be refused is refused here, before a row is made."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from .. import seeds
from ..data.expression import Expression, conjunction, parse
from ..data.lineage import Lineage
from ..errors import ExpressionError, Fault, GivenError, WishError
from ..spec.wish import Wish
from .conditioned import Given, given
from .cover import Covering, covering, unseen_chance
from .generator import Generator
from .grid import keys
from .improbable import improbable
from .joint import Look
from .keep import conformed
from .plan import Cell, Found, Plan
from .share import shaped
from .trace import Marks, one_chunk


def compiled(
    part: Generator,
    wish: Wish,
    *,
    constraints: tuple[Expression, ...],
    lineage: Lineage,
    seed: int,
) -> Plan:
    """Return the Plan of a Wish. Raises WishError that says what cannot be met and why."""
    constrained = _under(part, constraints)
    wished = (*constraints, *_condition(part, wish))
    source = _under(part, wished)
    if wish.improbable is not None:
        source = improbable(source, wish.improbable)
    _try(source, seed)
    if wish.keep is not None:
        kept = conformed(source, wish.keep)
        return Plan(source, kept.rows, seed, (), lineage, keep=kept)
    look = Look(source, seed)
    cover = covering(look, wish.cover) if wish.cover else None
    rows = _rows(wish, cover)
    cells = _share_cells(look, wish, rows, Look(constrained, seed))
    if cover is None:
        return Plan(source, rows, seed, cells, lineage, scale=_scale(cells, rows))
    return _covered(look, cells, cover, Plan(source, rows, seed, cells, lineage))


def _condition(part: Generator, wish: Wish) -> tuple[Expression, ...]:
    if wish.where is None:
        return ()
    return (parse(wish.where).check(part.schema.main, where=f"Wish(where={wish.where!r})"),)


def _under(part: Generator, conditions: tuple[Expression, ...]) -> Generator:
    """Return the part under all conditions. Raises WishError that names what contradicts."""
    if not conditions:
        return part
    try:
        return given(part, conjunction(*conditions))
    except (ExpressionError, GivenError) as fault:
        raise _refused(fault, conditions) from fault


def _try(source: Generator, seed: int) -> None:
    """Draw one row, if it is drawn by trial and error: a condition that never holds ends here."""
    if isinstance(source, Given) and not source.is_exact:
        try:
            source.sample(1, seed=seeds.child(seed, "plan", "trial"))
        except GivenError as fault:
            raise _refused(fault, (source.where,)) from fault


def _refused(fault: ExpressionError | GivenError, conditions: tuple[Expression, ...]) -> WishError:
    words = " and ".join(map(str, conditions))
    said = [
        Fault(one.what, one.where.replace(f"given({words})", f"where {words}"), one.mend)
        for one in fault.faults
    ]
    return WishError.of(said)


def _rows(wish: Wish, cover: Covering | None) -> int:
    needed = len(cover.rows) + len(cover.missed) if cover else 0
    if wish.rows is None:
        if not needed:
            raise WishError(
                "the covering has nothing to cover",
                where=f"Cover({list(wish.cover.columns) if wish.cover else []})",
                mend="name columns that have values",
            )
        return needed
    if wish.rows < needed:
        raise WishError(
            f"the covering needs {needed} rows, and the wish is for {wish.rows}",
            where=f"Wish(rows={wish.rows}, cover=...)",
            mend=f"wish for at least {needed} rows, or cover fewer columns",
        )
    return wish.rows


@dataclass(frozen=True, slots=True)
class _Split:
    """Rows of the share cells once the covering rows are taken off them."""

    nominal: np.ndarray
    counts: np.ndarray


def _share_cells(look: Look, wish: Wish, rows: int, unconstrained: Look) -> tuple[Cell, ...]:
    if not any((wish.share or {}).values()):
        return (Cell(None, rows),)
    assert wish.share is not None
    shapes = shaped(look, wish.share, unconstrained)
    split = _spread(shapes.q * rows, rows, look.seed)
    return tuple(
        Cell(where, int(count), float(p), float(q))
        for where, count, p, q in zip(shapes.cells, split.counts, shapes.p, shapes.q, strict=True)
    )


def _spread(nominal: np.ndarray, rows: int, seed: int) -> _Split:
    """Round to whole rows that sum to `rows`, each up or down and right on average.

    Systematic sampling: whole numbers stay as they are, and neighbours share their rounding, so
    sums over neighbouring cells are off by less than one row.
    """
    total = nominal.sum()
    if not total > 0 or not rows:
        return _Split(nominal, np.zeros(len(nominal), np.int64))
    ends = np.cumsum(nominal * (rows / total))
    ends[-1] = rows
    start = seeds.stream(seed, "plan", "rounding").uniform(0.001, 0.999)
    counts = np.diff(np.floor(ends + start), prepend=0.0).astype(np.int64)
    return _Split(nominal * (rows / total), counts)


def _scale(cells: tuple[Cell, ...], rows: int) -> float:
    """Return the factor that makes the mean weight 1 for the rows that are really drawn."""
    return rows / math.fsum(cell.rows / cell.pull for cell in cells)


def _covered(look: Look, cells: tuple[Cell, ...], cover: Covering, plan: Plan) -> Plan:
    """Return the Plan with the covering rows in it, and the other cells reduced by them."""
    rows = plan.rows
    pilot = look.pilot.take(cover.rows)
    member = _members(look, pilot.table, cells)
    missed = _missed_cells(cover, rows)
    free = rows - len(cover.rows) - sum(cell.rows for cell in missed)
    drawn = (*_reduced(cells, member, free, rows, look.seed), *missed)
    unique, first, at, counts = np.unique(
        keys(cover.numbers), return_index=True, return_inverse=True, return_counts=True
    )
    pulls = counts / rows / cover.chances[first]
    covering_cells = tuple(
        Cell(cover.grid.cell(cover.numbers[i].tolist()), int(n), float(cover.chances[i]), n / rows)
        for i, n in zip(first, counts, strict=True)
    )
    own = np.array([cell.pull if cell.rows else 0.0 for cell in drawn[: len(cells)]])
    weights = 1 / (pulls[at] + np.where(member >= 0, own[member], 0.0))
    # Without plain rows the weights speak of the covering rows alone, and their mean is known.
    scale = 1.0 if free else rows / math.fsum([*weights, *(c.rows / c.pull for c in missed)])
    marks = Marks(len(drawn) + at, weights * scale)
    found = Found(one_chunk(pilot), marks, cover.grid, unique, pulls)
    return replace(
        plan,
        cells=(*drawn, *covering_cells),
        found=found,
        scale=scale,
        infeasible=cover.infeasible,
    )


def _members(look: Look, table: pa.Table, cells: tuple[Cell, ...]) -> np.ndarray:
    """Return the number of the share cell that each row is in, -1 for none."""
    member = np.full(table.num_rows, -1)
    for at, cell in enumerate(cells):
        member[slice(None) if cell.where is None else cell.where.mask(table, look.schema)] = at
    return member


def _reduced(
    cells: tuple[Cell, ...], member: np.ndarray, free: int, rows: int, seed: int
) -> tuple[Cell, ...]:
    """Return the share cells less the covering rows that are in them; `free` rows in all."""
    wished = np.array([cell.q for cell in cells]) * rows
    taken = np.bincount(member[member >= 0], minlength=len(cells))
    split = _spread(np.maximum(wished - taken, 0), free, seed)
    return tuple(
        replace(cell, rows=int(count), q=max(float(nominal), 1e-12) / rows)
        for cell, nominal, count in zip(cells, split.nominal, split.counts, strict=True)
    )


def _missed_cells(cover: Covering, rows: int) -> tuple[Cell, ...]:
    counts: dict[Expression, int] = {}
    for where in cover.missed:
        counts[where] = counts.get(where, 0) + 1
    return tuple(Cell(where, n, unseen_chance(), n / rows) for where, n in counts.items())
