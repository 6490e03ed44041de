"""Told tests: what a test finds that was told the kind of a fault and its place.

A judge that is told nothing searches every column, pair and group. How hard a fault is to find
shows in what a test achieves that need not search: it looks at the named place alone and knows
which way the fault goes. Each row (of the table in question) falls in one cell of a few; the score
of a cell is log(share at the gross end of the ladder / share without the fault), both planted in
the same ground. The statistic is the mean score of the planted rows less that of other real rows,
one-sided; it is the likelihood ratio test of the cells against the gross end (Neyman & Pearson
1933). Its p is exact: planted and real rows are dealt out anew, 999 times.

What the cells are hangs on the kind: by default those of the columns that the fault names (alone,
in pairs, in threes); for faults of whole rows, of digits, of gaps, of order and of references what
stands in `CELLS`. The score is learned from rows that hold the very rows spoiled, so a told test is
somewhat better than the best honest one, and a middle strength somewhat slighter.

A judge that searches cannot work at 5 % in each place. `SEARCHED` is what a search over a thousand
places leaves for each: how often the told test still catches a fault at that level says how much
of the distance to 100 % is the price of searching, whatever the search is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from worldwright import Dataset
from worldwright.judge.delusion import Ground, Planted
from worldwright.judge.ground import bond, classes, grain

from .coding import (
    ALONE,
    IN_PAIRS,
    IN_THREES,
    Coded,
    bins,
    compared,
    crossed,
    cut,
    floats,
    hashes,
    is_words,
    nearest,
    points,
    words,
)

DEALS, MANY_DEALS, _AT_ONCE = 999, 99_999, 10_000
LEVEL, SEARCHED = 0.05, 0.05 / 1_000


@dataclass(frozen=True)
class Sides:
    """Rows before the fault, at the gross end, at the strength in question, and other real rows."""

    fresh: Dataset
    gross: Planted
    planted: Planted
    real: Dataset
    teachers: Dataset
    target: str

    @property
    def four(self) -> tuple[Dataset, Dataset, Dataset, Dataset]:
        return self.fresh, self.gross.rows, self.planted.rows, self.real

    @property
    def main(self) -> list[pa.Table]:
        return [side.table for side in self.four]

    @property
    def columns(self) -> tuple[str, ...]:
        """The place: all columns of the main table that the plant or its words name."""
        named = re.split(r" × | inside a group of | inside a class of | between groups of ",
                         self.gross.where)  # fmt: skip
        known = [name for name in named if name in self.fresh.schema.main.names]
        return tuple(dict.fromkeys([*self.gross.columns, *known]))

    @property
    def spoiled(self) -> np.ndarray:
        """Which rows from before the fault are gone at the gross end, or have another value."""
        found = np.ones(self.fresh.rows, dtype=bool)
        origin = self.gross.origin
        kept = origin >= 0
        found[origin[kept]] = False
        for name in self.columns:
            before, after = (
                words(side, name) if is_words(side[name].type) else floats(side, name)
                for side in self.main[:2]
            )
            found[origin[kept]] |= before[origin[kept]] != after[kept]
        return found

    @property
    def rare(self) -> Coded:
        """Whether a row is of the class that faults of the label are about."""
        found = classes(Ground(self.fresh, self.teachers, self.target))
        assert found is not None
        one = words(self.fresh.table, self.target)[found[1]][0]
        return [(words(table, self.target) == one).astype(np.int64) for table in self.main]


Cells = Callable[[Sides], Coded]


def told(kind: str, sides: Sides, seed: int, deals: int = DEALS) -> float:
    """Return the p of the test that was told the kind and the place."""
    return directed(CELLS.get(kind, of_columns)(sides), seed, deals)


def directed(codes: Sequence[np.ndarray], seed: int, deals: int = DEALS) -> float:
    """Return the exact one-sided p of planted against real cells, scored by gross against fresh."""
    cells = 1 + max(int(code.max(initial=0)) for code in codes)
    fresh, gross, planted, real = (np.bincount(code, minlength=cells) for code in codes)
    score = np.log((gross + 0.5) / (gross.sum() + cells / 2)) - np.log(
        (fresh + 0.5) / (fresh.sum() + cells / 2)
    )
    rng = np.random.default_rng([11, seed])
    both, least = planted + real, planted @ score - 1e-9
    beyond = 0
    for start in range(0, deals, _AT_ONCE):
        size = min(_AT_ONCE, deals - start)
        dealt = rng.multivariate_hypergeometric(both, int(planted.sum()), size=size) @ score
        beyond += int((dealt >= least).sum())
    return (1 + beyond) / (1 + deals)


def of_columns(sides: Sides) -> Coded:
    """Cut each column in cells, and cross the columns."""
    names = sides.columns[:3]
    most = {1: ALONE, 2: IN_PAIRS}.get(len(names), IN_THREES)
    spoiled = sides.spoiled if len(names) > 1 else None
    return crossed([cut(sides.main, name, most, spoiled) for name in names])


def by_label(sides: Sides) -> Coded:
    """A column by whether the row is of the rarer class."""
    name = next(name for name in sides.columns if name != sides.target)
    return crossed([sides.rare, cut(sides.main, name, 2 * IN_PAIRS, sides.spoiled)])


def flags(of: Callable[[Sides, pa.Table], np.ndarray]) -> Cells:
    """Make cells of a function that says of each row of the main table: it is so, or not."""
    return lambda sides: [of(sides, table).astype(np.int64) for table in sides.main]


def lacks(sides: Sides, table: pa.Table) -> np.ndarray:
    """The first column has no value."""
    return np.asarray(pc.is_null(table[sides.columns[0]]).to_numpy())


def gaps_by_number(sides: Sides) -> Coded:
    """Whether the first column has no value, by the cells of the second."""
    return crossed([flags(lacks)(sides), cut(sides.main, sides.columns[1], IN_PAIRS)])


def gaps_by_gaps(sides: Sides) -> Coded:
    """Which of two columns have no value."""
    gone = [
        [np.asarray(pc.is_null(table[name]).to_numpy()).astype(np.int64) for table in sides.main]
        for name in sides.columns[:2]
    ]
    return crossed(gone)


def too_fine(sides: Sides, table: pa.Table) -> np.ndarray:
    """A number is no multiple of the step of the rows that taught."""
    name = sides.columns[0]
    steps = floats(table, name) / grain(floats(sides.teachers.table, name))
    return np.asarray(np.abs(np.nan_to_num(steps) - np.round(np.nan_to_num(steps))) > 1e-3)


def last_digit(sides: Sides) -> Coded:
    """The last digit of a number, at the step of the rows before the fault."""
    name = sides.columns[0]
    step = grain(floats(sides.fresh.table, name))
    whole = [np.nan_to_num(floats(table, name)) / step for table in sides.main]
    return [(np.abs(np.round(values)) % 10).astype(np.int64) for values in whole]


def digit_by_label(sides: Sides) -> Coded:
    """Whether the last digit is odd, by the label."""
    odd = [digit % 2 for digit in last_digit(sides)]
    return crossed([odd, sides.rare])


def beyond(sides: Sides, table: pa.Table) -> np.ndarray:
    """A number is larger than any of the rows that taught and of those before the fault."""
    name = sides.columns[0]
    known = [floats(side.table, name) for side in (sides.fresh, sides.teachers)]
    return np.asarray(np.nan_to_num(floats(table, name)) > np.nanmax(np.concatenate(known)))


def atom(sides: Sides) -> Coded:
    """A number is the one value whose share the fault changes most."""
    values = [floats(table, sides.columns[0]) for table in sides.main]
    seen, at = np.unique(np.concatenate(values[:2]), return_inverse=True)
    before, after = np.split(at, [len(values[0])])
    counts = [np.bincount(side, minlength=len(seen)) for side in (before, after)]
    changed = seen[np.argmax(np.abs(counts[1] - counts[0]))]
    return [(column == changed).astype(np.int64) for column in values]


def unknown_pair(sides: Sides, table: pa.Table) -> np.ndarray:
    """Two columns hold values together that they never do before the fault or where it taught."""
    known = np.unique(
        np.concatenate([_paired(sides, side.table) for side in (sides.fresh, sides.teachers)])
    )
    return ~np.isin(_paired(sides, table), known)


def _paired(sides: Sides, table: pa.Table) -> np.ndarray:
    first, second = (words(table, name) for name in sides.columns[:2])
    return np.char.add(np.char.add(first, "\1"), second)


def is_above(sides: Sides, table: pa.Table) -> np.ndarray:
    """The first number exceeds the second."""
    low, high = (floats(table, name) for name in sides.columns[:2])
    return np.asarray(np.nan_to_num(low - high) > 0)


def label_by_model(sides: Sides) -> Coded:
    """How likely the rows that taught make the class, by the class, by the group if named."""
    from lightgbm import LGBMClassifier

    rare = sides.rare
    one = words(sides.fresh.table, sides.target)[rare[0] == 1][0]
    model = LGBMClassifier(n_estimators=60, num_leaves=15, n_jobs=1, verbose=-1, random_state=0)
    model.fit(_inputs(sides, sides.teachers), words(sides.teachers.table, sides.target) == one)
    likely = [model.predict_proba(_inputs(sides, side))[:, 1] for side in sides.four]
    parts = [bins(likely, IN_PAIRS), rare]
    groups = [name for name in sides.columns if name != sides.target][:1]
    return crossed([*parts, *(cut(sides.main, g, IN_PAIRS, sides.spoiled) for g in groups)])


def _inputs(sides: Sides, side: Dataset) -> np.ndarray:
    columns = []
    for name in compared(side):
        if name == sides.target:
            continue
        if is_words(side.table[name].type):
            known = np.unique(words(sides.teachers.table, name))
            columns.append(np.searchsorted(known, words(side.table, name)).astype(float))
        else:
            columns.append(floats(side.table, name))
    return np.array(columns).T


def copies(sides: Sides) -> Coded:
    """A row is equal to a row that taught, or not."""
    taught = hashes(sides.teachers)
    return [np.isin(hashes(side), taught).astype(np.int64) for side in sides.four]


def repeats(sides: Sides) -> Coded:
    """How many rows of its own side equal a row: none, one, two, three or more."""
    found = []
    for side in sides.four:
        _, at, counts = np.unique(hashes(side), return_inverse=True, return_counts=True)
        found.append(np.minimum(counts[at], 4) - 1)
    return found


def near_teachers(sides: Sides) -> Coded:
    """How near a row lies to the nearest row that taught."""
    taught = points(sides.teachers, sides.teachers)
    near = [nearest(points(side, sides.teachers), taught, 1)[0][:, 0] for side in sides.four]
    return bins(near, ALONE)


def near_each_other(sides: Sides) -> Coded:
    """How near the numbers of a row lie to those of the nearest row of its own side."""
    near = []
    for side in sides.four:
        own = points(side, sides.teachers, numbers_only=True)
        near.append(nearest(own, own, 2)[0][:, 1])
    return bins(near, ALONE)


def near_the_lost(sides: Sides) -> Coded:
    """How many of the ten nearest rows are among those that the gross end leaves out."""
    lost = np.ones(sides.fresh.rows, dtype=bool)
    lost[sides.gross.origin] = False
    among = points(sides.fresh, sides.teachers, numbers_only=True)
    itself = (np.arange(sides.fresh.rows), sides.gross.origin, sides.planted.origin, None)
    found = []
    for side, origin in zip(sides.four, itself, strict=True):
        at = nearest(points(side, sides.teachers, numbers_only=True), among, 11)[1]
        other = np.ones(at.shape, dtype=bool) if origin is None else at != origin[:, None]
        other[other.all(axis=1), -1] = False
        found.append((lost[at] & other).sum(axis=1))
    return found


def in_stretch(sides: Sides) -> Coded:
    """A moment lies in the stretch of time that is left out at this strength."""
    name = sides.columns[0]
    lost = np.ones(sides.fresh.rows, dtype=bool)
    lost[sides.planted.origin] = False
    when = floats(sides.fresh.table, name)[lost]
    low, high = (when.min(), when.max()) if len(when) else (np.inf, -np.inf)
    held = [floats(table, name) for table in sides.main]
    return [((values >= low) & (values <= high)).astype(np.int64) for values in held]


def between_moments(sides: Sides) -> Coded:
    """How long after the one before it each event happens."""
    whens = [floats(table, sides.columns[0]) for table in sides.main]
    return bins([np.diff(np.sort(when[~np.isnan(when)])) for when in whens], ALONE)


def of_clock(step_us: float, cells: int) -> Cells:
    """Make cells of the place of a moment in a day or in a week."""
    return lambda sides: [
        (np.nan_to_num(floats(table, sides.columns[0])) // step_us % cells).astype(np.int64)
        for table in sides.main
    ]


def out_of_order(sides: Sides) -> Coded:
    """A row stands after one that comes later, by the column that the rows before are sorted by."""
    names = [name for name in compared(sides.fresh) if not is_words(sides.fresh.table[name].type)]
    falls = {name: (np.diff(floats(sides.fresh.table, name)) < 0).mean() for name in names}
    name = min(names, key=lambda name: falls[name])
    return [(np.diff(floats(table, name)) < 0).astype(np.int64) for table in sides.main]


def position_by_label(sides: Sides) -> Coded:
    """Where in the file a row stands, in twelfths, by its label."""
    at = [np.arange(table.num_rows) * 12 // table.num_rows for table in sides.main]
    return crossed([at, sides.rare])


@dataclass(frozen=True, slots=True)
class _Referring:
    """The table, column, parent table and key of the reference that a place names."""

    child: str
    column: str
    parent: str
    key: str

    @classmethod
    def of(cls, sides: Sides) -> _Referring:
        table, _, column = sides.gross.columns[0].rpartition(".")
        child = table or sides.fresh.schema.main_name
        known = sides.fresh.schema.tables[child].references
        reference = next(r for r in known if r.column == column)
        return cls(child, column, reference.table, reference.key)

    def parents(self, side: Dataset) -> np.ndarray:
        """Return where the parent of each child stands; -1 for none."""
        keys = words(side.tables[self.parent], self.key)
        order = np.argsort(keys)
        asked = words(side.tables[self.child], self.column)
        at = np.minimum(np.searchsorted(keys[order], asked), len(keys) - 1)
        return np.where(keys[order][at] == asked, order[at], -1)


def astray(sides: Sides) -> Coded:
    """A reference leads nowhere."""
    referring = _Referring.of(sides)
    return [(referring.parents(side) < 0).astype(np.int64) for side in sides.four]


def siblings(sides: Sides) -> Coded:
    """How many rows each parent has, that has any; rows without a parent are left out."""
    referring = _Referring.of(sides)
    found = [referring.parents(side) for side in sides.four]
    counts = [np.bincount(parents[parents >= 0]).astype(float) for parents in found]
    return bins([count[count > 0] for count in counts], ALONE)


def kin(sides: Sides) -> Coded:
    """The pair of a column of the child and one of the parent that depend most on each other."""
    referring = _Referring.of(sides)
    taught = _joined(referring, sides.teachers)
    own = [name for name in taught.column_names if not name.startswith("parent.")]
    other = [name for name in taught.column_names if name.startswith("parent.")]
    coded = {name: cut([taught, taught], name, IN_PAIRS)[0] for name in taught.column_names}
    pair = max(((a, b) for a in own for b in other), key=lambda p: bond(coded[p[0]], coded[p[1]]))
    tables = [_joined(referring, side) for side in sides.four]
    return crossed([cut(tables, name, IN_PAIRS) for name in pair])


def _joined(referring: _Referring, side: Dataset) -> pa.Table:
    """Return the children beside their parents, without keys and texts of either."""
    at = referring.parents(side)
    plain = (pa.types.is_string, pa.types.is_nested)
    columns = {}
    for name, column in zip(*_columns(side.tables[referring.child]), strict=True):
        if not any(test(column.type) for test in plain) and name != referring.column:
            columns[name] = column
    for name, column in zip(*_columns(side.tables[referring.parent]), strict=True):
        if not any(test(column.type) for test in plain) and name != referring.key:
            columns[f"parent.{name}"] = column.take(pa.array(at, mask=at < 0))
    return pa.table(columns)


def _columns(table: pa.Table) -> tuple[list[str], list[pa.ChunkedArray]]:
    return table.column_names, table.columns


CELLS: Mapping[str, Cells] = {
    "atom_invented": atom,
    "atom_removed": atom,
    "bias_amplified": by_label,
    "bursts": between_moments,
    "children_crowded": siblings,
    "children_exchanged": kin,
    "class_drift": by_label,
    "cluster_collapsed": near_the_lost,
    "cluster_dropped": near_the_lost,
    "decimals_invented": flags(too_fine),
    "dependency_broken": flags(unknown_pair),
    "duplicates": repeats,
    "hours_flattened": of_clock(3_600e6, 24),
    "interpolated": near_each_other,
    "jittered_copies": near_teachers,
    "label_flipped": label_by_model,
    "label_flipped_inside": label_by_model,
    "label_leak": by_label,
    "label_leak_digit": digit_by_label,
    "last_digits": last_digit,
    "memorised_people": copies,
    "memorised_rows": copies,
    "missing_filled": flags(lacks),
    "missing_informative": gaps_by_number,
    "missing_invented": flags(lacks),
    "missing_more": flags(lacks),
    "missing_pattern": gaps_by_gaps,
    "order_shuffled": out_of_order,
    "order_sorted": position_by_label,
    "orphans": astray,
    "range_exceeded": flags(beyond),
    "rounded": last_digit,
    "rule_broken": flags(is_above),
    "smoothed": near_each_other,
    "time_gap": in_stretch,
    "weekdays_flattened": of_clock(86_400e6, 7),
}
