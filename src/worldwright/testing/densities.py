"""What a density keeps: it is that of the rows that are drawn, sums to 1, and knows what cannot be.

Whether probabilities sum to 1 can be seen where there are few rows that can be, so learners are
asked of small tables. Of any table, large ones too, one column at a time can be seen: given the
other cells of its row, each value comes as often as the density says it does among its values.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from ..data.dataset import Dataset
from ..data.schema import Column, Kind
from ..errors import DensityError
from ..generate.density import conformed
from ..generate.generator import Dense, Generator
from .chances import FALSE_ALARM, NO_PART, against, bands, together

ROWS, LOOKED_AT = 5_000, 2_000
MOST_VALUES, MOST_CELLS = 32, 4_096
NO_VALUE = "no such value: quetzal"
_SLACK = 0.02  # what values that 5,000 rows do not show may hold


def tells_what_can_be(generator: Generator) -> None:
    """Each row that it draws has a probability, which is not 0, and no row that it never draws has
    one: not one with a word of its own, nor one with more digits than the column has.
    """
    if not isinstance(generator, Dense) or _log_prob(generator, made := _drawn(generator)) is None:
        return
    logs = generator.log_prob(made)
    assert logs.shape == (made.rows,), f"{logs.shape} log-probabilities for {made.rows} rows"
    assert not np.isnan(logs).any(), "the log-probability of a row that it drew is NaN"
    never = int(np.isneginf(logs).sum())
    assert not never, f"{never} of {made.rows} rows that it drew have probability 0"
    for column in generator.schema.main.columns:
        odd = _impossible(column, made)
        if odd is not None:
            logs = generator.log_prob(_with(made.take(np.arange(1)), {column.name: odd}))
            assert np.isneginf(logs[0]), f"a value of {column.name} that cannot be has {logs[0]:g}"


def agrees_with_its_rows(generator: Generator) -> None:
    """Given the other cells of its row, each value of a column of few values comes as often as the
    density says, in all rows and in each band of every other column; a right Generator fails once
    in 10,000 seeds at most.
    """
    if not isinstance(generator, Dense):
        return
    seen, made = _drawn(generator), generator.sample(LOOKED_AT, seed=17)
    if _log_prob(generator, made) is None:
        return
    few = {c.name: v for c in _learned(generator) if (v := _values(seen, c.name)) is not None}
    others = [c.name for c in _learned(generator)]
    for name, values in few.items():
        told = f"{name} is drawn otherwise than log_prob says, given the other columns"
        hits, chances, rows = _conditional(generator, made, name, values)
        assert not np.isnan(chances).any(), f"{told}: a value that it drew has probability 0"
        for other in others:
            groups = bands([rows], other, 5) if other != name else np.zeros(rows.rows, np.int64)
            p = _p_of_groups(hits, chances, groups)
            where = f" and bands of {other}" if other != name else ""
            assert p >= FALSE_ALARM / (len(few) * len(others)), f"{told}{where} (p = {p:.1g})"


def sums_to_one(generator: Generator) -> None:
    """Where few different rows can be, their probabilities sum to 1, and each comes as often as its
    probability says; a right Generator fails once in 10,000 seeds at most.
    """
    if not isinstance(generator, Dense):
        return
    seen, made = _drawn(generator), generator.sample(ROWS, seed=18)
    values = {c.name: _values(seen, c.name) for c in _learned(generator)}
    few = {name: held for name, held in values.items() if held is not None}
    if len(few) < len(values) or np.prod([len(held) for held in few.values()]) > MOST_CELLS:
        return
    cells = _every(seen, few)
    logs = _log_prob(generator, cells)
    if logs is None:
        return
    chances = np.exp(logs)
    total = float(chances.sum())
    right = 1 - _SLACK <= total <= 1 + 1e-6
    assert right, f"the probabilities of all rows that can be sum to {total:.4f}"
    counts = _counts(made, few)
    left = max(1 - total, 0.0)
    expected = np.append(chances, left) * made.rows / (total + left)
    p = against(counts, expected)
    assert p >= FALSE_ALARM, f"rows do not come as often as log_prob says (p = {p:.1g})"


def integrates_to_one(generator: Generator, column: str) -> None:
    """A lone column of free numbers has a density that integrates to 1, and the numbers drawn come
    as often as it says.
    """
    if not isinstance(generator, Dense):
        return
    seen = generator.sample(4 * ROWS, seed=19)
    numbers, counts = np.unique(_numbers(seen, column), return_counts=True)
    alone = numbers[counts >= 5]
    nodes = numbers[counts < 5]
    steps = np.diff(nodes) / 4
    points = (nodes[:-1] + np.outer([0.5, 1.5, 2.5, 3.5], steps)).T.ravel()
    whole = _with(seen.take(np.zeros(len(points), int)), {column: pa.array(points)})
    mass = np.exp(generator.log_prob(whole)).reshape(-1, 4).sum(axis=1) * steps
    lone = [*alone.tolist(), *([None] if seen.table[column].null_count else [])]
    given = _with(seen.take(np.zeros(len(lone), int)), {column: pa.array(lone, pa.float64())})
    heavy = np.exp(generator.log_prob(given))
    total = float(mass.sum() + heavy.sum())
    assert abs(total - 1) <= _SLACK, f"the density of {column} integrates to {total:.4f}"
    cuts = nodes[:: max(len(nodes) // 20, 1)][1:-1]
    bands = np.bincount(np.searchsorted(cuts, nodes[:-1], side="right"), mass, len(cuts) + 1)
    p = against(
        _number_counts(generator.sample(ROWS, seed=18), column, alone, cuts, len(lone)),
        np.append(bands, heavy) * ROWS / total,
    )
    assert p >= FALSE_ALARM, f"{column} is drawn otherwise than log_prob says (p = {p:.1g})"


def _log_prob(generator: Dense, rows: Dataset) -> np.ndarray | None:
    """Return log-probabilities; None where it says that it does not know them exactly."""
    try:
        return generator.log_prob(rows)
    except DensityError:
        return None


def _drawn(generator: Generator) -> Dataset:
    return generator.sample(ROWS, seed=16)


def _learned(generator: Generator) -> list[Column]:
    return [c for c in generator.schema.main.columns if c.kind not in NO_PART]


def _impossible(column: Column, made: Dataset) -> pa.Array | None:
    if column.kind is Kind.CATEGORY:
        return pa.array([NO_VALUE])
    if column.kind is Kind.NUMBER and column.digits is not None:
        held = made.table[column.name].drop_null()
        return pa.array([held[0].as_py() + 0.3 * 10.0**-column.digits]) if len(held) else None
    return None


def _with(rows: Dataset, cells: Mapping[str, pa.Array]) -> Dataset:
    """Return the rows with some columns replaced, in the types of the schema."""
    table = rows.table
    for name, values in cells.items():
        table = table.set_column(table.column_names.index(name), name, values)
    changed = Dataset({rows.schema.main_name: table}, rows.schema, rows.lineage)
    return conformed(changed, rows.schema)


def _values(seen: Dataset, name: str) -> list[object] | None:
    """Return the values that a column has, in order, null last; None for too many."""
    held = seen.table[name].unique().to_pylist() if _is_countable(seen, name) else []
    if not held or len(held) > MOST_VALUES:
        return None
    known = sorted(value for value in held if value is not None)
    return known + ([None] if None in held else [])


def _is_countable(seen: Dataset, name: str) -> bool:
    kind = seen.column(name).kind
    return kind in (Kind.CATEGORY, Kind.BOOLEAN, Kind.INTEGER)


def _conditional(
    dense: Dense, made: Dataset, name: str, values: list[object]
) -> tuple[np.ndarray, np.ndarray, Dataset]:
    """Return which value each row has, (rows, values), with the chances of all given its other
    cells, and the rows; NaN where none has a chance.
    """
    code = _coded(made, name, values)
    rows, code = made.take(np.flatnonzero(code >= 0)), code[code >= 0]
    logs = np.empty((rows.rows, len(values)))
    for at, value in enumerate(values):
        kind = pa.string() if isinstance(value, str) else pa.scalar(value).type
        same = pa.array([value] * rows.rows, kind)
        logs[:, at] = dense.log_prob(_with(rows, {name: same}))
    with np.errstate(invalid="ignore"):
        chances = np.exp(logs - logs.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    hits = np.eye(len(values))[code]
    chances[(hits * chances).sum(axis=1) == 0] = np.nan
    return hits, chances, rows


def _p_of_groups(hits: np.ndarray, chances: np.ndarray, groups: np.ndarray) -> float:
    """Return the p of what was seen less what was due, in each group of rows.

    Row i has value v with chance q[i, v]. In a group the sums of seen less q have the covariance
    that sums diag(q) - q q' over its rows, so their quadratic form is chi-square.
    """
    from scipy.stats import chi2

    group = together(np.bincount(groups) / 10)[groups]  # at least 100 rows each
    statistic, freedom = 0.0, 0
    for one in np.unique(group):
        due = chances[group == one]
        cells = np.eye(len(due.T))[together(due.sum(axis=0))]
        seen, due = hits[group == one] @ cells, due @ cells
        off = (seen - due).sum(axis=0)
        spread = np.diag(due.sum(axis=0)) - due.T @ due
        sizes, axes = np.linalg.eigh(spread)
        told = sizes > 1e-6 * max(sizes.max(), 1)
        statistic += float(((axes[:, told].T @ off) ** 2 / sizes[told]).sum())
        freedom += int(told.sum())
    return float(chi2.sf(statistic, freedom)) if freedom else 1.0


def _coded(rows: Dataset, name: str, values: list[object]) -> np.ndarray:
    """Return the place of each cell among the values; -1 for another."""
    place = {value: at for at, value in enumerate(values)}
    return np.array([place.get(value, -1) for value in rows.table[name].to_pylist()])


def _every(seen: Dataset, few: Mapping[str, list[object]]) -> Dataset:
    """Return one row for each combination of values."""
    places = np.indices([len(values) for values in few.values()]).reshape(len(few), -1)
    rows = seen.take(np.zeros(places.shape[1], int))
    cells = {}
    for (name, values), at in zip(few.items(), places, strict=True):
        is_word = seen.column(name).kind is Kind.CATEGORY
        kind = pa.string() if is_word else seen.table[name].type
        cells[name] = pa.array(values, kind).take(pa.array(at))
    return _with(rows, cells)


def _counts(made: Dataset, few: Mapping[str, list[object]]) -> np.ndarray:
    """Return how many rows are each combination; last, how many are none of them."""
    codes = np.stack([_coded(made, name, values) for name, values in few.items()])
    sizes = [len(values) for values in few.values()]
    known = (codes >= 0).all(axis=0)
    flat = np.ravel_multi_index(tuple(codes[:, known]), sizes)
    return np.append(np.bincount(flat, minlength=int(np.prod(sizes))), int((~known).sum()))


def _numbers(rows: Dataset, name: str) -> np.ndarray:
    return np.asarray(rows.table[name].drop_null().to_numpy(), dtype=float)


def _number_counts(
    made: Dataset, name: str, alone: np.ndarray, cuts: np.ndarray, lone: int
) -> np.ndarray:
    """Return how many numbers fall in each band, are each heavy value, and are missing."""
    numbers = _numbers(made, name)
    at = np.searchsorted(alone, numbers)
    is_alone = alone[np.minimum(at, len(alone) - 1)] == numbers if len(alone) else at < 0
    bands = np.searchsorted(cuts, numbers[~is_alone], side="right")
    heavy = np.bincount(at[is_alone], minlength=len(alone))
    missing = [made.table[name].null_count] if lone > len(alone) else []
    return np.concatenate([np.bincount(bands, minlength=len(cuts) + 1), heavy, missing])
