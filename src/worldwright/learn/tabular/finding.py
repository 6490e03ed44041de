"""Rules that hold in every real row: found, and believed only with evidence.

An order a <= b is believed if, were the columns independent, at least `BREAKERS` of the rows would
break it: ranges that hardly overlap prove nothing. A sum, a product or a multiple is believed if in
at least `EVIDENCE` rows two parts (or the one) are not zero, and they differ in many rows. Missing
cells must fit: a sum is missing exactly where a part is, a column over a floor wherever that is.

Candidates come from a few rows and are checked on all. What a computed column or an order already
implies is not kept again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np

from ...data.schema import Column, Kind
from . import laws
from .rules import Computed, Gap, Grid, Kept, Numbers, Rule

EVIDENCE = 200
BREAKERS = 20
FEWEST_VALUES = 8  # of a column that takes part in a sum
MOST_COLUMNS = 64  # that are looked at for sums of two and products
MOST_THREES = 24  # that are looked at for sums of three
LOOKED_AT = 12
FEW_ROWS = 256
CLOSER = 0.25  # a gap varies less than this share of what its columns do, or is not learned
TIES = 0.02  # of the rows have two equal numbers before that is learned apart
EXACT = float(2**53)

Order = tuple[str, str, bool]


@dataclass(frozen=True)
class _Seen:
    """The columns that may take part, their numbers, the target; `rich` ones have many values."""

    columns: Mapping[str, Column]
    numbers: Numbers
    target: str | None
    rich: tuple[str, ...]
    rare: int
    grids: dict[str, Grid] = field(default_factory=dict)

    def group(self, name: str) -> tuple[object, ...]:
        """Return what columns must share to be compared."""
        column = self.columns[name]
        return ("number",) if column.kind.is_number else (column.kind, column.zone)

    def grid(self, name: str) -> Grid:
        """Return the grid and the range of a column, as far as they may be told."""
        if name not in self.grids:
            x = self.numbers[name]
            law = laws.learn_law(self.columns[name], x[~np.isnan(x)], rare=self.rare, bins=1)
            low, high = float(law.pieces[:, 0].min()), float(law.pieces[:, 2].max())
            self.grids[name] = Grid(float(law.grid[0]), float(law.grid[1]), low, high)
        return self.grids[name]


def find_rules(
    columns: Sequence[Column], numbers: Numbers, target: str | None, rare: int
) -> tuple[Rule, ...]:
    """Return the rules that are kept, in an order in which they can be applied to made rows."""
    usable = {c.name: c for c in columns if c.kind.is_ordered and _is_usable(numbers[c.name])}
    rich = tuple(name for name in usable if _is_rich(numbers[name], rare))
    seen = _Seen(usable, numbers, target, rich, rare)
    computed: dict[str, Computed] = {}
    for rule in (*_copies(seen), *_sums(seen)):
        if rule.name not in computed and not _leads_to(rule.parts, rule.name, computed):
            computed[rule.name] = rule
    return _sorted(seen, computed, _directed(seen, computed, list(_orders(seen, computed))))


def _is_usable(x: np.ndarray) -> bool:
    known = x[~np.isnan(x)]
    if len(known) < EVIDENCE:
        return False
    return bool(np.abs(known).max() < EXACT) and bool((known != known[0]).any())


def _is_rich(x: np.ndarray, rare: int) -> bool:
    known = x[~np.isnan(x)]
    return len(np.unique(known)) >= FEWEST_VALUES and int((known != 0).sum()) >= rare


def _copies(seen: _Seen) -> Iterator[Computed]:
    """Yield columns that are another one, or a multiple of it, in every row."""
    names = sorted(seen.rich, key=lambda name: name != seen.target)
    few = np.array([seen.numbers[name][:LOOKED_AT] for name in names])
    for nth, one in enumerate(names):
        for at in nth + 1 + np.flatnonzero(_are_multiples(few[nth + 1 :], few[nth])):
            other = names[at]
            if seen.group(one) != seen.group(other) or not _many(seen, one, other):
                continue
            for whole, part in ((other, one), (one, other)):
                factor = _factor(seen, whole, part)
                if factor and (rule := _held(seen, whole, (part,), (factor,))):
                    yield rule
                    break


def _are_multiples(wholes: np.ndarray, part: np.ndarray) -> np.ndarray:
    """Return which columns have about one ratio to another in a few rows: a cheap first look."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = (wholes / part)[:, (part != 0) & ~np.isnan(part)]
    if not ratios.size:
        return np.ones(len(wholes), bool)
    return np.ptp(ratios, axis=1) <= 0.2 * np.abs(ratios[:, 0]) + 1e-9


def _factor(seen: _Seen, whole: str, part: str) -> float:
    """Return how many times the part the whole may be, by the row that tells it best; 0: never."""
    x, y = seen.numbers[part], seen.numbers[whole]
    if not np.array_equal(np.isnan(x), np.isnan(y)):
        return 0.0
    largest = int(np.nanargmax(np.abs(x)))
    factor = float(f"{y[largest] / x[largest]:.6g}") if x[largest] else 0.0
    return factor if factor == 1 or seen.columns[part].kind.is_number else 0.0


def _many(seen: _Seen, *names: str) -> bool:
    """True where `EVIDENCE` rows are not zero in two of the columns (or the one)."""
    nonzero = np.sum([np.nan_to_num(seen.numbers[name]) != 0 for name in names], axis=0)
    return int((nonzero >= min(2, len(names))).sum()) >= EVIDENCE


def _held(
    seen: _Seen, whole: str, parts: tuple[str, ...], factors: tuple[float, ...]
) -> Computed | None:
    """Return the rule if it holds in every row."""
    grid = seen.grid(whole)
    grid = replace(grid, step=min(grid.step, 1.0))
    rule = Computed(whole, parts, factors, grid)
    made = rule.of([seen.numbers[part] for part in parts])
    slack = 1e-9 * max(1.0, np.nanmax(np.abs(made))) if not grid.step else 1e-6 / grid.scale
    if grid.step and seen.columns[whole].kind is Kind.NUMBER and not rule.is_whole:
        slack = max(slack, 1.001 / grid.scale)  # halves are rounded one way or the other
    close = np.abs(made - seen.numbers[whole]) <= slack
    both = np.isnan(made) & np.isnan(seen.numbers[whole])
    return rule if bool((close | both).all()) else None


def _sums(seen: _Seen) -> Iterator[Computed]:
    """Yield sums of two, products of two and sums of three."""
    for group in dict.fromkeys(map(seen.group, seen.columns)):
        if group[0] not in ("number", Kind.DURATION):
            continue
        names = [n for n in seen.columns if n in seen.rich and seen.group(n) == group]
        for many, most in ((2, MOST_COLUMNS), (3, MOST_THREES)):
            if len(names) <= most:
                yield from _of_parts(seen, names, many, group[0] == "number")


def _of_parts(seen: _Seen, names: list[str], many: int, multiplies: bool) -> Iterator[Computed]:
    x = np.array([seen.numbers[name] for name in names])
    whole_rows = np.flatnonzero(~np.isnan(x).any(axis=0))
    if len(whole_rows) < EVIDENCE:
        return
    # Rows of few zeros tell most apart.
    told = whole_rows[np.argsort(-(x[:, whole_rows] != 0).sum(axis=0), kind="stable")]
    few = x[:, told[: LOOKED_AT**2 : LOOKED_AT]]
    slack = 1e-6 * np.abs(few).max() if few.size else 0.0
    for parts in combinations(range(len(names)), many):
        chosen = tuple(names[part] for part in parts)
        forms = [(few[list(parts)].sum(axis=0), (1.0,) * many)]
        if many == 2 and multiplies:
            forms.append((few[list(parts)].prod(axis=0), ()))
        for made, factors in forms:
            loose = max(slack, 1.0 if not factors else 0.0)
            for at in np.flatnonzero((np.abs(few - made) <= loose).all(axis=1)):
                if at in parts or not _many(seen, *chosen):
                    continue
                rule = _held(seen, names[at], chosen, factors)
                if rule is not None:
                    yield rule


def _leads_to(sources: Sequence[str], name: str, made: Mapping[str, Computed]) -> bool:
    """True where one of the sources is, or follows from, the column of this name."""
    needs = {whole: {*rule.parts} for whole, rule in made.items()}
    return any(_follows(source, name, needs) for source in sources)


def _follows(one: str, other: str, needs: Mapping[str, set[str]]) -> bool:
    """True where `one` is, or needs, directly or not, the column `other`."""
    return one == other or any(_follows(n, other, needs) for n in needs.get(one, ()))


def _orders(seen: _Seen, computed: Mapping[str, Computed]) -> Iterator[Order]:
    """Yield (low, high, is strict) for the orders that are believed and not implied."""
    found: dict[tuple[str, str], bool] = {}
    names = list(seen.columns)
    few = np.array([seen.numbers[name][:FEW_ROWS] for name in names])
    for low in names:
        is_open = ~(few[names.index(low)] > few).any(axis=1)
        for high in (name for name, may in zip(names, is_open, strict=True) if may):
            if low != high and seen.group(low) == seen.group(high):
                is_strict = _order(seen.numbers[low], seen.numbers[high])
                if is_strict is not None:
                    found[low, high] = is_strict
    for (low, high), is_strict in found.items():
        between = any((low, m) in found and (m, high) in found for m in seen.columns)
        tied = high in computed and _leads_to(computed[high].parts, low, computed)
        tied |= low in computed and _leads_to(computed[low].parts, high, computed)
        if not between and not tied and (high, low) not in found:
            yield low, high, is_strict


def _order(low: np.ndarray, high: np.ndarray) -> bool | None:
    """Return whether low < high in every row; None where low <= high fails or is not telling."""
    if (low > high).any():
        return None
    both = ~(np.isnan(low) | np.isnan(high))
    if both.sum() < EVIDENCE:
        return None
    low, high = low[both], high[both]
    if _breakers(low, high) < BREAKERS:
        return None
    return bool((low < high).all())


def _breakers(low: np.ndarray, high: np.ndarray) -> float:
    """Return how many rows would break low <= high were the two independent."""
    return float(np.searchsorted(np.sort(high), low, side="left").mean())


def _directed(
    seen: _Seen, computed: Mapping[str, Computed], orders: Sequence[Order]
) -> list[Gap | Kept]:
    """Return for each order the rule that makes one of its columns of the other.

    A column is moved one way only, away from what it was made of; the target and what is computed
    are not moved, so orders that touch them come first. The closest comes before others, and a
    column is learned as its gap to that one. What cannot be made to hold so is not kept.
    """
    fixed = {*computed, *([seen.target] if seen.target else [])}
    steps = _steps(fixed, orders)
    needs = {name: {*rule.parts} for name, rule in computed.items()}
    ways: dict[str, str] = {}
    rules: list[Gap | Kept] = []
    ranked = sorted((min(steps[o[0]], steps[o[1]]), _width(seen, o), o) for o in orders)
    for _, width, (low, high, is_strict) in ranked:
        for way, moved, other in (("up", high, low), ("down", low, high)):
            is_free = moved not in fixed and ways.get(moved, way) == way
            if not is_free or _follows(other, moved, needs):
                continue
            x, y = seen.numbers[other], seen.numbers[moved]
            grid, is_new = seen.grid(moved), moved not in ways
            if is_new and width <= CLOSER and not (np.isnan(x) & ~np.isnan(y)).any():
                rules.append(Gap(low, high, is_strict, moved, grid))
            else:
                ties = bool(is_new and TIES <= np.mean(x == y) <= 1 - TIES)
                rules.append(Kept(low, high, is_strict, moved, grid, ties))
            ways[moved] = way
            needs.setdefault(moved, set()).add(other)
            break
    return rules


def _steps(fixed: set[str], orders: Sequence[Order]) -> dict[str, int]:
    """Return how many orders lie between each column and those that are not moved."""
    steps = {name: 0 if name in fixed else len(orders) + 1 for o in orders for name in o[:2]}
    for _ in orders:
        for low, high, _ in orders:
            nearest = min(steps[low], steps[high]) + 1
            steps[low], steps[high] = min(steps[low], nearest), min(steps[high], nearest)
    return steps


def _width(seen: _Seen, order: Order) -> float:
    """Return how much the gap varies, as a share of what the column that varies less does."""
    x, y = seen.numbers[order[0]], seen.numbers[order[1]]
    both = ~(np.isnan(x) | np.isnan(y))
    least = min(_spread(x[both]), _spread(y[both]))
    return _spread(y[both] - x[both]) / max(least, 1e-300)


def _spread(x: np.ndarray) -> float:
    return float(np.abs(x - np.median(x)).mean())


def _sorted(
    seen: _Seen, computed: Mapping[str, Computed], directed: Sequence[Gap | Kept]
) -> tuple[Rule, ...]:
    """Return the rules of every column after those of the columns it needs; gaps come first."""
    rules: dict[str, list[Rule]] = {name: [rule] for name, rule in computed.items()}
    for rule in sorted(directed, key=lambda rule: isinstance(rule, Kept)):
        rules.setdefault(rule.name, []).append(rule)
    order: list[str] = []

    def visit(name: str) -> None:
        if name not in order:
            for rule in rules.get(name, ()):
                for source in rule.sources:
                    visit(source)
            order.append(name)

    for name in seen.columns:
        visit(name)
    return tuple(rule for name in order for rule in rules.get(name, ()))
