"""Covering arrays: few rows in which every feasible combination of t columns' values appears.

Rows are chosen greedily from a pilot of the World, so each is a row that the World makes; a greedy
choice is within a factor ln(combinations) of the fewest (Chvátal 1979; Kuhn, Kacker & Lei, NIST SP
800-142 for why t up to 3 is worth having). A combination that the pilot missed is made by itself
where the World can honour it exactly; what cannot be made at all is listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..data.expression import Expression
from ..data.schema import Kind
from ..errors import ExpressionError, Fault, GivenError, WishError, nearest
from ..spec.wish import Cover
from .conditioned import Given, given
from .grid import Axis, Grid, equals, is_null, keys, within, written
from .joint import PILOT_ROWS, Look

MOST_COMBINATIONS = 200_000
_MOST_TRIALS = 2_000
_DISTINCT = 12
_BINS = 5
_MOST_ENTRIES = 2**23
_COVERABLE = (Kind.CATEGORY, Kind.BOOLEAN, Kind.NUMBER, Kind.INTEGER, Kind.DATETIME, Kind.DURATION)


@dataclass(frozen=True, slots=True)
class Covering:
    """Which rows cover.

    Attributes:
        grid: The covered columns, cut into levels.
        rows: Positions of the chosen rows in the pilot.
        numbers: Their level numbers, rows × columns.
        chances: The World's own chance of the combination of all columns that each chosen row has.
        missed: Combinations that the pilot missed and the World makes when asked.
        infeasible: Combinations that cannot be made, in words.
    """

    grid: Grid
    rows: np.ndarray
    numbers: np.ndarray
    chances: np.ndarray
    missed: tuple[Expression, ...]
    infeasible: tuple[str, ...]


def covering(look: Look, cover: Cover) -> Covering:
    """Return rows of the pilot in which each feasible combination appears `cover.each` times."""
    _check(look, cover)
    grid = Grid(tuple(_axis(look, name) for name in cover.columns))
    combos = _Combinations(grid.shape, cover.strength)
    if combos.total > MOST_COMBINATIONS:
        raise WishError(
            f"the covering has {combos.total} combinations; at most {MOST_COMBINATIONS} are made",
            where=_words(cover),
            mend="cover fewer columns, columns with fewer values, or a lower strength",
        )
    numbers = grid.numbers(look.pilot.table, look.schema)
    rows = np.flatnonzero((numbers >= 0).all(axis=1))
    _, first, at, counts = np.unique(
        keys(numbers[rows]), return_index=True, return_inverse=True, return_counts=True
    )
    unique = numbers[rows][first]
    picks, short = _chosen(combos, unique, counts, cover.each)
    chosen = _positions(rows, at, picks)
    missed, infeasible = _missed(look, grid, combos, short, cover.each)
    chances = counts[picks] / look.pilot.rows
    return Covering(grid, chosen, unique[picks], chances, missed, infeasible)


def unseen_chance() -> float:
    """Return the chance we give a combination that the pilot missed: half a row of it."""
    return 0.5 / (PILOT_ROWS + 1)


class _Combinations:
    """Numbers every combination of `strength` columns' levels."""

    def __init__(self, shape: Sequence[int], strength: int) -> None:
        self.subsets = list(combinations(range(len(shape)), strength))
        sizes = [int(np.prod([shape[i] for i in subset])) for subset in self.subsets]
        self.shape, self.starts = shape, np.cumsum([0, *sizes])
        self.total = int(self.starts[-1])

    def of(self, numbers: np.ndarray) -> np.ndarray:
        """Return rows × subsets: the number of each combination that a row has."""
        columns = [
            self.starts[s] + np.ravel_multi_index(numbers[:, subset].T, self._shape(subset))
            for s, subset in enumerate(self.subsets)
        ]
        return np.stack(columns, axis=1)

    def levels(self, combination: int) -> list[tuple[int, int]]:
        """Return the (axis, level) pairs of one combination."""
        s = int(np.searchsorted(self.starts, combination, side="right")) - 1
        subset = self.subsets[s]
        at = np.unravel_index(combination - self.starts[s], self._shape(subset))
        return [(axis, int(level)) for axis, level in zip(subset, at, strict=True)]

    def _shape(self, subset: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(self.shape[i] for i in subset)


def _chosen(
    combos: _Combinations, unique: np.ndarray, counts: np.ndarray, each: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return which assignments to take, in order (repeats allowed), and what is still missing."""
    candidates = _candidates(combos, unique, counts)
    ids = combos.of(unique[candidates])
    # For each combination the candidates that have it: gains then fall without a second look.
    holders = np.argsort(ids.ravel(), kind="stable") // ids.shape[1]
    starts = np.searchsorted(np.sort(ids.ravel()), np.arange(combos.total + 1))
    missing = np.full(combos.total, each)
    missing[starts[1:] == starts[:-1]] = 0
    gains = np.full(len(candidates), ids.shape[1])
    left, picks = counts[candidates].copy(), []
    while len(gains) and gains[best := int(gains.argmax())] > 0:
        picks.append(candidates[best])
        wanted = ids[best][missing[ids[best]] > 0]
        missing[wanted] -= 1
        for combination in wanted[missing[wanted] == 0]:
            gains[holders[starts[combination] : starts[combination + 1]]] -= 1
        left[best] -= 1
        if not left[best]:
            gains[best] = -combos.total
    missing[starts[1:] == starts[:-1]] = each
    return np.array(picks, np.int64), missing


def _candidates(combos: _Combinations, unique: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the assignments to choose from: the likeliest, and one for each combination."""
    most = max(_MOST_ENTRIES // max(len(combos.subsets), 1), 1)
    order = np.argsort(-counts, kind="stable")
    if len(order) <= most:
        return order
    firsts = [
        np.unique(keys(unique[order][:, subset]), return_index=True)[1] for subset in combos.subsets
    ]
    kept = np.unique(np.concatenate([np.arange(most), *firsts]))
    return order[kept]


def _positions(rows: np.ndarray, at: np.ndarray, picks: np.ndarray) -> np.ndarray:
    """Return a pilot row for each pick: the first one of its assignment, then the next."""
    order = np.argsort(at, kind="stable")
    starts = np.searchsorted(at[order], picks)
    taken: dict[int, int] = {}
    nth = np.empty(len(picks), np.int64)
    for i, pick in enumerate(picks.tolist()):
        nth[i] = taken.get(pick, 0)
        taken[pick] = int(nth[i]) + 1
    return rows[order[starts + nth]] if len(picks) else np.zeros(0, np.int64)


def _missed(
    look: Look, grid: Grid, combos: _Combinations, short: np.ndarray, each: int
) -> tuple[tuple[Expression, ...], tuple[str, ...]]:
    """Sort what the pilot missed into what can be made when asked for and what cannot."""
    found: list[Expression] = []
    infeasible: dict[str, None] = {}
    dead = _dead_levels(grid, combos, short, each)
    for trial, combination in enumerate(np.flatnonzero(short).tolist()):
        levels = combos.levels(combination)
        alone = [pair for pair in levels if pair in dead] if short[combination] == each else []
        cell = Grid(tuple(grid.axes[axis] for axis, _ in (alone[:1] or levels))).cell(
            [level for _, level in (alone[:1] or levels)]
        )
        if str(cell) in infeasible:
            continue
        if trial < _MOST_TRIALS and _can_be_made(look, cell):
            found += [cell] * int(short[combination])
        elif short[combination] == each:
            infeasible[str(cell)] = None
        else:
            infeasible[f"{cell} (made {each - short[combination]} of {each} times)"] = None
    return tuple(found), tuple(infeasible)


def _dead_levels(
    grid: Grid, combos: _Combinations, short: np.ndarray, each: int
) -> set[tuple[int, int]]:
    """Return the (axis, level) pairs that no row of the pilot has."""
    alive = {pair for c in np.flatnonzero(short < each).tolist() for pair in combos.levels(c)}
    pairs = {(a, level) for a, axis in enumerate(grid.axes) for level in range(len(axis.levels))}
    return pairs - alive


def _can_be_made(look: Look, cell: Expression) -> bool:
    """True where the World honours `cell` exactly; the pilot was the trial and error."""
    try:
        conditioned = given(look.generator, cell)
        if not isinstance(conditioned, Given) or not conditioned.is_exact:
            return False
        conditioned.sample(1, seed=look.seed)
    except (ExpressionError, GivenError):
        return False
    return True


def _axis(look: Look, name: str) -> Axis:
    cells, column = look.pilot.table[name], look.schema[name]
    null = (is_null(name),) if cells.null_count else ()
    if column.kind is Kind.CATEGORY:
        values = sorted({*_distinct(cells.cast(pa.string())), *(column.categories or ())})
        return Axis(name, (*(equals(name, value) for value in values), *null))
    distinct = _distinct(cells)
    if len(distinct) <= _DISTINCT or column.kind is Kind.BOOLEAN:
        return Axis(name, (*(equals(name, value) for value in distinct), *null))
    return Axis(name, (*_bins(name, cells), *null))


def _distinct(cells: pa.ChunkedArray) -> list[str]:
    unique = pc.drop_null(pc.unique(cells))
    if len(unique) > _DISTINCT and not pa.types.is_string(unique.type):
        return [""] * len(unique)
    return [written(value) for value in sorted(unique.to_pylist())]


def _bins(name: str, cells: pa.ChunkedArray) -> tuple[Expression, ...]:
    """Return at most five levels that hold about equally many of the World's rows."""
    present = pc.drop_null(cells).combine_chunks()
    order = pc.array_sort_indices(present)
    at = [len(order) * i // _BINS for i in range(1, _BINS)]
    # The lowest value is no edge: where it is heavy, the next one is.
    above = pc.min(present.filter(pc.greater(present, pc.min(present)))).as_py()
    edges = {max(edge, above) for edge in present.take(order.take(pa.array(at))).to_pylist()}
    texts = [written(edge) for edge in sorted(edges)]
    bounds = zip([None, *texts], [*texts, None], strict=True)
    return tuple(within(name, low, high) for low, high in bounds)


def _check(look: Look, cover: Cover) -> None:
    faults = []
    for name in dict.fromkeys(cover.columns):
        if name not in look.schema.names:
            what = f"there is no column {name!r}"
            faults.append(Fault(what, _words(cover), nearest(name, look.schema.names)))
        elif look.schema[name].kind not in _COVERABLE:
            what = f"{name!r} is of kind {look.schema[name].kind} and has no values to combine"
            faults.append(
                Fault(what, _words(cover), "cover categories, booleans, numbers or dates")
            )
    if len(set(cover.columns)) < len(cover.columns):
        faults.append(Fault("a column is named twice", _words(cover), "name each column once"))
    if faults:
        raise WishError.of(faults)


def _words(cover: Cover) -> str:
    return f"Cover({list(cover.columns)}, strength={cover.strength})"
