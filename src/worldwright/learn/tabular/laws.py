"""The law of an ordered column inside its codes: atoms that many rows hold, and bins of the rest.

Values that at least `rare` rows hold (in columns of many values: and a thousandth of the rows) are
*atoms*: told as they are. The rest are sorted and cut into groups of at least `rare` rows; a group
is known by its two edges and its mean (`kernels/values.py` has its density). Groups make bins of
about equal weight; a bin is a code. So the saved law holds only

    values that at least `rare` rows hold, means of at least `rare` rows, and edges: the roundest
    number between two neighbouring groups. No single extreme: the outermost edges mirror the inner
    one about the mean, and end at a value that many rows hold, at zero, or where a person declared.

Spikes and heaps of round numbers inside a bin stay: `spikes.py`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...data.schema import Column, Kind
from . import spikes

FEW_VALUES = 256
MOST_ATOMS = 256
MOST_GROUPS = 2_000
ATOM_SHARE = 0.001
MOST_DIGITS = 6
INSET = 1e-3  # of a piece's width: a mean keeps so far from its ends


@dataclass(frozen=True)
class Law:
    """How numbers become codes and codes become numbers.

    Attributes:
        atoms: (a,) rising values that stand alone.
        edges: (g + 1,) rising edges of the groups of the rest.
        codes: (a + g,) the code of each atom, then of each group.
        spans: (codes, 2) first piece and number of pieces of each code; no pieces: missing.
        pieces: (p, 3) low, mean, high.
        grid: scale and step: values are whole multiples of step / scale (step 0: of nothing).
    """

    atoms: np.ndarray
    edges: np.ndarray
    codes: np.ndarray
    spans: np.ndarray
    pieces: np.ndarray
    grid: np.ndarray

    @property
    def is_plain(self) -> bool:
        """True where every code stands for exactly one value."""
        return bool(np.all(self.pieces[:, 0] == self.pieces[:, 2]))

    @cached_property
    def free(self) -> np.ndarray:
        """Which share of the draws inside each code is no atom: those that are, are drawn again."""
        from .inside import free_shares

        return free_shares(self)

    def with_null(self) -> Law:
        """Return the law with one more code: missing."""
        return replace(self, spans=np.concatenate([self.spans, np.zeros((1, 2), np.int32)]))

    def encode(self, numbers: np.ndarray) -> np.ndarray:
        """Return the code of each number; needs at least one atom or group."""
        a, groups = len(self.atoms), max(len(self.edges) - 1, 0)
        near = np.searchsorted(self.atoms, numbers)
        right = np.minimum(near, a - 1)
        left = np.maximum(near - 1, 0)
        if not groups:
            gap = np.abs(self.atoms[right] - numbers) < np.abs(numbers - self.atoms[left])
            return self.codes[np.where(gap, right, left)]
        group = np.searchsorted(self.edges[1:-1], numbers, side="right")
        code = self.codes[a + group]
        if a:
            code = np.where(self.atoms[right] == numbers, self.codes[right], code)
        return code

    def dump(self) -> dict[str, np.ndarray]:
        """Return the arrays by name."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def load_law(arrays: Mapping[str, np.ndarray]) -> Law:
    """Return what `Law.dump` gave."""
    return Law(**{name: arrays[name] for name in Law.__dataclass_fields__})


def single_values(law: Law) -> tuple[np.ndarray, np.ndarray]:
    """Return the number that each code stands for, and where it is one alone (or: missing)."""
    first, many = law.spans[:, 0], law.spans[:, 1]
    pieces = np.concatenate([law.pieces, np.full((1, 3), np.nan)])
    pieces = pieces[np.where(many > 0, first, len(law.pieces))]
    return pieces[:, 1], (many == 0) | ((many == 1) & (pieces[:, 0] == pieces[:, 2]))


def ends_of(law: Law) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and the greatest value of each code; NaN where it stands for none."""
    ends = np.full((len(law.spans), 2), np.nan)
    for code, (first, many) in enumerate(law.spans.tolist()):
        if many:
            here = law.pieces[first : first + many]
            ends[code] = here[:, 0].min(), here[:, 2].max()
    return ends[:, 0], ends[:, 1]


def numbers(cells: pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
    """Return the cells as float64 (microseconds for times) and where they are missing."""
    missing = np.asarray(pc.is_null(cells, nan_is_null=True).to_numpy(zero_copy_only=False))
    kind = cells.type
    if pa.types.is_timestamp(kind) or pa.types.is_duration(kind):
        unit = pa.timestamp("us", kind.tz) if pa.types.is_timestamp(kind) else pa.duration("us")
        cells = cells.cast(unit).cast(pa.int64())
    if not pa.types.is_floating(cells.type):
        cells = pc.fill_null(cells.cast(pa.int64()), 0).cast(pa.float64(), safe=False)
    values = cells.to_numpy().astype(np.float64)
    return np.where(missing, np.nan, values), missing


def learn_law(column: Column, seen: np.ndarray, *, rare: int, bins: int) -> Law:
    """Return the law of a column from its values that are not missing."""
    values, counts = np.unique(seen, return_counts=True)
    grid = _grid(column, values[np.isfinite(values)])
    many = max(rare, math.ceil(ATOM_SHARE * len(seen))) if len(values) > FEW_VALUES else rare
    is_atom = counts >= many
    if is_atom.sum() > MOST_ATOMS:
        is_atom &= counts >= np.sort(counts)[-MOST_ATOMS]
    atoms = values[is_atom]
    rest, weight = values[~is_atom], counts[~is_atom]
    is_finite = np.isfinite(rest)
    rest, weight = rest[is_finite], weight[is_finite]
    if len(rest) and weight.sum() < rare and not len(atoms):
        return _coarse(column, rest, grid)
    if weight.sum() < rare:
        return _assemble(atoms, np.empty(0), np.empty((0, 3)), np.empty(0, np.int64), grid)
    is_spike = spikes.find_spikes(weight, rare)
    tall = rest[is_spike], weight[is_spike].astype(float)
    rest, weight = rest[~is_spike], weight[~is_spike]
    groups = _groups(weight, max(rare, math.ceil(weight.sum() / MOST_GROUPS)))
    edges, means = _edges(rest, weight, groups, float(grid[1] / grid[0]))
    edges[0], edges[-1] = _ends(column, values, counts, edges, means, rare=rare, grid=grid)
    inset = INSET * (edges[1:] - edges[:-1])
    means = np.clip(means, edges[:-1] + inset, edges[1:] - inset)
    pieces = np.stack([edges[:-1], means, edges[1:]], axis=1)
    held = np.add.reduceat(weight, groups) + np.bincount(
        np.searchsorted(edges[1:-1], tall[0], side="right"), tall[1], minlength=len(groups)
    )
    share = (np.cumsum(held) - held / 2) / held.sum()
    most = int(min(bins, max(1, held.sum() // (2 * rare))))
    law = _assemble(atoms, edges, pieces, np.floor(share * most).astype(np.int64), grid)
    return _with_points(law, (rest, weight), tall, rare)


def _with_points(law: Law, rest: spikes.Points, tall: spikes.Points, rare: int) -> Law:
    """Return the law with the spikes, and the heaps of the other values, among its pieces."""
    values, weight = rest
    inner, unit = law.edges[1:-1], float(law.grid[1] / law.grid[0])
    groups = np.searchsorted(inner, values, side="right")
    tall_groups = np.searchsorted(inner, tall[0], side="right")
    pieces: list[np.ndarray] = []
    spans = np.zeros_like(law.spans)
    for at, (first, many) in enumerate(law.spans.tolist()):
        here = law.pieces[first : first + many]
        if first <= len(inner):  # of groups, which all atoms follow
            inside = slice(*np.searchsorted(groups, [first, first + many]))
            spiked = slice(*np.searchsorted(tall_groups, [first, first + many]))
            ends = float(here[0, 0]), float(here[-1, 2])
            found, left = spikes.find_heaps(values[inside], weight[inside], ends, unit, rare)
            if len(found[0]) or len(tall[0][spiked]):
                rows = np.bincount(groups[inside] - first, left, minlength=many)
                here = spikes.mixed(here, rows, [found, (tall[0][spiked], tall[1][spiked])])
        spans[at] = sum(map(len, pieces)), len(here)
        pieces.append(here)
    return replace(law, spans=spans, pieces=np.concatenate(pieces))


def _assemble(
    atoms: np.ndarray, edges: np.ndarray, pieces: np.ndarray, bin_of: np.ndarray, grid: np.ndarray
) -> Law:
    """Put bins and atoms in rising order, and give each its code."""
    _, first, inverse, many = np.unique(
        bin_of, return_index=True, return_inverse=True, return_counts=True
    )
    centre = pieces[first + many // 2, 1] if len(first) else np.empty(0)
    order = np.argsort(np.concatenate([centre, atoms]), kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    alone = np.arange(len(atoms)) + len(pieces)
    spans = np.stack([np.r_[first, alone], np.r_[many, np.ones_like(alone)]], axis=1)[order]
    flat = np.repeat(atoms[:, None], 3, axis=1)
    codes = np.r_[rank[len(first) :], rank[: len(first)][inverse]]
    return Law(
        atoms, edges, codes, spans.astype(np.int32), np.concatenate([pieces, flat]), grid
    )  # fmt: skip


def _groups(weight: np.ndarray, least: int) -> np.ndarray:
    """Return where the groups begin: each holds at least `least` rows."""
    begins, held = [0], 0
    left = int(weight.sum())
    for i, w in enumerate(weight.tolist()):
        if held >= least and left >= least:
            begins.append(i)
            held = 0
        held += w
        left -= w
    return np.array(begins)


def _edges(
    values: np.ndarray, weight: np.ndarray, groups: np.ndarray, step: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the groups' edges (the outer two are still open) and their means.

    Between numbers that are multiples of `step` an edge lies half a step below one of them, so that
    no number is rounded over it.
    """
    held = np.add.reduceat(weight, groups)
    means = np.add.reduceat(values * weight, groups) / held
    inner = np.array([_roundest(values[i - 1], values[i]) for i in groups[1:]])
    if step:
        inner = (np.ceil(inner / step - 1e-9) - 0.5) * step
    edges = np.array([values[0], *inner, values[-1]])
    # A far outlier must not drag the mean of its group along: the tail is cut at three half-widths.
    for end, inside in ((0, 1), (-1, -2)):
        if len(groups) > 1:
            begin = groups[end]
            stop = groups[1] if end == 0 else len(values)
            cut = _cut(values[begin:stop], weight[begin:stop], edges[inside])
            means[end] = np.average(cut, weights=weight[begin:stop])
    return edges, means


def _cut(values: np.ndarray, weight: np.ndarray, edge: float) -> np.ndarray:
    middle = values[np.searchsorted(np.cumsum(weight), weight.sum() / 2)]
    reach = 3 * abs(middle - edge)
    return np.clip(values, edge - reach, edge + reach)


def _ends(
    column: Column,
    values: np.ndarray,
    counts: np.ndarray,
    edges: np.ndarray,
    means: np.ndarray,
    *,
    rare: int,
    grid: np.ndarray,
) -> tuple[float, float]:
    """Return the outermost edges: no single row decides them."""
    half = 0.49 * grid[1] / grid[0]
    inner = (edges[1], edges[-2]) if len(edges) > 2 else (means[0], means[0])
    spread = 0.0
    if len(edges) == 2:  # one group: its mean absolute deviation, an average of all its rows
        finite = np.isfinite(values)
        spread = float(np.average(np.abs(values[finite] - means[0]), weights=counts[finite])) * 2
    low = 2 * means[0] - inner[0] - spread
    high = 2 * means[-1] - inner[1] + spread
    floors, roofs = [_declared(column, column.low)], [_declared(column, column.high)]
    if counts[0] >= rare:
        floors.append(values[0])
    elif values[0] >= 0:
        floors.append(0.0)
    if counts[-1] >= rare:
        roofs.append(values[-1])
    elif values[-1] <= 0:
        roofs.append(0.0)
    low = max([low, *(f - half for f in floors if f is not None)])
    high = min([high, *(r + half for r in roofs if r is not None)])
    return min(low, means[0]), max(high, means[-1])


def _declared(column: Column, limit: float | str | None) -> float | None:
    """Return a declared limit as a number; microseconds for times."""
    if limit is None or column.kind is Kind.DURATION:
        return None
    if column.kind is Kind.DATETIME:
        moment = str(limit).removesuffix("Z")
        try:
            return float(np.datetime64(moment, "us").astype(np.int64))
        except ValueError:
            return None
    return float(limit)


def _roundest(low: float, high: float) -> float:
    """Return the number of fewest digits strictly between two, near their middle."""
    middle = low + (high - low) / 2
    power = math.floor(math.log10(high - low)) + 1 if high > low else 0
    for exponent in range(power, power - 4, -1):
        unit = 10.0**exponent
        candidate = round(middle / unit) * unit
        if low < candidate < high:
            return candidate
    return middle


def _grid(column: Column, values: np.ndarray) -> np.ndarray:
    """Return scale and step such that every value is a whole multiple of step / scale."""
    if column.kind is Kind.NUMBER:
        digits = column.digits if column.digits is not None else _digits(values)
        if digits is None:
            return np.array([1.0, 0.0])
        scale = 10.0**digits
    else:
        scale = 1.0
    whole = np.abs(np.rint(values * scale))
    if not len(whole) or whole.max() >= 2**53:
        return np.array([scale, 1.0])
    # Fewer than a handful of distinct values share a divisor by chance.
    step = int(np.gcd.reduce(whole.astype(np.int64))) if len(whole) >= 20 else 1
    return np.array([scale, float(max(step, 1))])


def _digits(values: np.ndarray) -> int | None:
    for digits in range(MOST_DIGITS + 1):
        if np.array_equal(np.round(values, digits), values):
            return digits
    return None


def _coarse(column: Column, values: np.ndarray, grid: np.ndarray) -> Law:
    """Return one wide piece for a column that fewer than `rare` rows fill: its magnitude alone."""
    if column.kind is Kind.DATETIME:
        years = values[[0, -1]].astype("datetime64[us]").astype("datetime64[Y]")
        ends = (years + np.array([0, 1])).astype("datetime64[us]").astype(np.int64)
        low, high = float(ends[0]), float(ends[1] - 1)
    else:
        low, high = _magnitude(values[0], math.floor), _magnitude(values[-1], math.ceil)
        high = max(high, low + 1.0 / grid[0])
    pieces = np.array([[low, (low + high) / 2, high]])
    wide = np.array([grid[0], min(grid[1], 1.0)])
    return _assemble(np.empty(0), pieces[0, [0, 2]], pieces, np.zeros(1, np.int64), wide)


def _magnitude(value: float, towards: object) -> float:
    """Return the power of ten below or above a value, with its sign; 0 for 0."""
    if value == 0:
        return 0.0
    is_down = (towards is math.floor) == (value > 0)
    exponent = math.floor(math.log10(abs(value))) if is_down else math.ceil(math.log10(abs(value)))
    return math.copysign(10.0**exponent, value)
