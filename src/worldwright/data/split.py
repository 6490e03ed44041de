"""Split: some of the real rows teach, the others judge, and no row does both.

The cut is made on the main table. Rows of other tables that refer to its rows go with them
(`following.py`); all other tables go to both sides as they are. Rows keep their order.

`leave` makes a class rare on purpose: at most that many rows of it stay to teach, and the surplus
judges. The holdout then no longer has the shares of the rows that teach, so its trace carries
weights w = p/q (p: share of the cell in `real`, q: in the holdout; mean 1) that give them back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import seeds
from ..errors import AskedError, SchemaError, nearest
from .canonical import canonical
from .fingerprint import keyed
from .following import followers
from .lineage import TRACE, Role
from .schema import Column, Kind

if TYPE_CHECKING:
    from .dataset import Dataset

Leave = Mapping[str, Mapping[str, int]]

MOST_STRATA = 50


@dataclass(frozen=True, slots=True)
class Split:
    """The rows that teach and the rows that judge: `real, holdout = split`."""

    real: Dataset
    holdout: Dataset

    def __iter__(self) -> Iterator[Dataset]:
        return iter((self.real, self.holdout))


def split(
    dataset: Dataset,
    share: float,
    *,
    seed: int = 0,
    by: str | None = None,
    time: str | None = None,
    stratify: str | None = None,
    leave: Leave | None = None,
) -> Split:
    """Cut the main table in two: about `share` of its rows teaches, the rest judges.

    Args:
        dataset: The rows to cut.
        share: Strictly between 0 and 1.
        seed: Decides which rows; a split by `time` needs no chance.
        by: Column whose equal values stay together (a customer); rows without one stand alone.
        time: Column to cut by: the earliest rows teach; equal times stay together.
        stratify: Column whose values are shared out evenly; at most 50 different ones.
        leave: `{"attack": {"r2l": 40}}`: at most 40 such rows teach (whole groups with `by`).

    Raises AskedError if it cannot be done as asked, SchemaError for columns that are not there.
    """
    _check(dataset, share, {"by": by, "time": time, "stratify": stratify})
    if time is not None:
        teaches = _earliest(dataset, share, time)
    elif stratify is not None:
        teaches = _stratified(dataset, share, stratify, seed)
    else:
        teaches = _shuffled(_units(dataset, by), share, seed)
    cells = _Cells.of(dataset, leave or {})
    for at, (label, most) in enumerate(cells.limits):
        chance = seeds.stream(seed, "split", "leave", *label)
        teaches = _keep_few(teaches, cells.member[at], _units(dataset, by), most, chance)
    return _cut(dataset, teaches, seed, cells)


def _cut(dataset: Dataset, teaches: np.ndarray, seed: int, cells: _Cells) -> Split:
    if teaches.all() or not teaches.any():
        empty = "judge" if teaches.all() else "teach"
        raise AskedError(
            f"no row would be left to {empty}",
            where=f"split of {dataset.rows} rows",
            mend="choose a share nearer to the middle, use more rows, or split another way",
        )
    others = followers(dataset, teaches, seed=seed)
    rest = {name: ~mask for name, mask in others.items()}
    real = _side(dataset, _Cut(teaches, others, Role.REAL), seed)
    holdout = _side(dataset, _Cut(~teaches, rest, Role.HOLDOUT), seed)
    if cells.limits:
        holdout = _weigh(holdout, cells.weights(teaches))
    return Split(real, holdout)


@dataclass(frozen=True, slots=True)
class _Cut:
    """One side of a cut: its rows of the main table, of those that hang on it, and its part."""

    mine: np.ndarray
    others: Mapping[str, np.ndarray]
    role: Role


def _side(dataset: Dataset, cut: _Cut, seed: int) -> Dataset:
    taken = dataset.take(np.flatnonzero(cut.mine))
    tables = {
        name: canonical(table.filter(pa.array(cut.others[name])), taken.schema.tables[name])
        if name in cut.others
        else table
        for name, table in taken.tables.items()
    }
    main = taken.schema.main_name
    tables[main] = canonical(taken.table, taken.schema.main)
    parents = (keyed(dataset),)
    lineage = replace(taken.lineage, maker="split", role=cut.role, seed=seed, parents=parents)
    return replace(taken, tables=tables, lineage=lineage)


def _check(dataset: Dataset, share: float, ways: Mapping[str, str | None]) -> None:
    if not 0 < share < 1:
        raise AskedError(
            f"a share of {share:g} leaves nothing on one side",
            where="split(share)",
            mend="choose a number strictly between 0 and 1: 0.7 lets 70 % of the rows teach",
        )
    asked = {way: name for way, name in ways.items() if name is not None}
    if len(asked) > 1:
        raise AskedError(
            f"rows cannot be split {' and '.join(f'{way}=' for way in asked)} at once",
            where="split",
            mend="choose one of by=, time= and stratify=",
        )
    for way, name in asked.items():
        _known(dataset, name, f"split({way}={name!r})")
    if dataset.rows < 2:
        raise AskedError(
            f"{dataset.rows} row{'s' * (dataset.rows != 1)} cannot be split in two",
            where="split",
            mend="bring at least two rows: one to teach, one to judge",
        )


def _known(dataset: Dataset, name: str, where: str) -> Column:
    if name not in dataset.columns:
        raise SchemaError(
            f"there is no column {name!r}", where=where, mend=nearest(name, dataset.columns)
        )
    return dataset.column(name)


def _units(dataset: Dataset, by: str | None) -> np.ndarray:
    """Return for each row the number of the unit that must stay whole: its group, or itself."""
    if by is None:
        return np.arange(dataset.rows)
    codes, _ = _codes(dataset, by)
    groups = int(codes.max(initial=-1)) + 1
    alone = codes < 0
    codes[alone] = groups + np.arange(alone.sum())
    if codes.max() == 0:
        raise AskedError(
            f"all rows have the same value in {by!r}, so there is only one group",
            where=f"split(by={by!r})",
            mend="choose a column with several groups, or leave by= away",
        )
    return codes


def _codes(dataset: Dataset, name: str) -> tuple[np.ndarray, pa.Array]:
    """Return each row's position among the column's sorted texts (-1: no value), and the texts."""
    from .canonical import compact

    column = dataset.table[name]
    if column.type == pa.string() or pa.types.is_dictionary(column.type):
        encoded = compact(column)
    else:
        encoded = compact(column.cast(pa.string()))
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
    return codes.astype(np.int64), encoded.dictionary


def _shuffled(units: np.ndarray, share: float, seed: int) -> np.ndarray:
    """Let whole units teach, in a random order, until `share` of the rows is as near as can be."""
    sizes = np.bincount(units)
    order = seeds.stream(seed, "split").permutation(len(sizes))
    done = np.cumsum(sizes[order])
    wanted = share * len(units)
    count = int(np.argmin(np.abs(done - wanted))) + 1
    if len(sizes) > 1:
        count = min(max(count, 1), len(sizes) - 1)
    teaches = np.zeros(len(sizes), dtype=bool)
    teaches[order[:count]] = True
    return teaches[units]


def _stratified(dataset: Dataset, share: float, name: str, seed: int) -> np.ndarray:
    codes, texts = _codes(dataset, name)
    if len(texts) > MOST_STRATA:
        raise AskedError(
            f"{name!r} has {len(texts):,} different values, too many to share out evenly",
            where=f"split(stratify={name!r})",
            mend=f"choose a column with at most {MOST_STRATA} values, such as the target",
        )
    teaches = np.zeros(dataset.rows, dtype=bool)
    strata = [np.flatnonzero(codes == code) for code in range(-1, len(texts))]
    quotas = _quotas(np.array([len(rows) for rows in strata]), share)
    for at, (rows, quota) in enumerate(zip(strata, quotas, strict=True)):
        shuffled = seeds.stream(seed, "split", "stratum", at).permutation(rows)
        teaches[shuffled[:quota]] = True
    return teaches


def _quotas(sizes: np.ndarray, share: float) -> np.ndarray:
    """Return how many of each stratum teach: largest remainders, so that the total is right."""
    exact = sizes * share
    quotas = np.floor(exact).astype(np.int64)
    missing = round(share * int(sizes.sum())) - int(quotas.sum())
    largest = np.argsort(quotas - exact, kind="stable")
    quotas[largest[:missing]] += 1
    return quotas


def _earliest(dataset: Dataset, share: float, name: str) -> np.ndarray:
    column = dataset.column(name)
    if not column.kind.is_ordered:
        raise AskedError(
            f"{name!r} is a {column.kind}, and rows cannot be ordered by it",
            where=f"split(time={name!r})",
            mend="choose a datetime, number, integer or duration column",
        )
    cells = dataset.table[name]
    if cells.null_count:
        raise AskedError(
            f"rows without a value in {name!r} are before nobody: {cells.null_count} of them",
            where=f"split(time={name!r})",
            mend="fill or drop these rows first, or split another way",
        )
    when = pc.rank(cells, tiebreaker="dense").to_numpy()
    at = min(max(round(share * len(when)), 1), len(when) - 1)
    first_to_judge = np.partition(when, at)[at]
    if first_to_judge == when.min():
        first_to_judge += 1
    return when < first_to_judge


def _keep_few(
    teaches: np.ndarray,
    member: np.ndarray,
    units: np.ndarray,
    most: int,
    chance: np.random.Generator,
) -> np.ndarray:
    """Move random units with members to the holdout until at most `most` members teach."""
    sizes = np.bincount(units[teaches & member], minlength=int(units.max()) + 1)
    holders = chance.permutation(np.flatnonzero(sizes))
    leaves = np.zeros(len(sizes), dtype=bool)
    leaves[holders[np.cumsum(sizes[holders]) > most]] = True
    return teaches & ~leaves[units]


@dataclass(frozen=True, slots=True)
class _Cells:
    """The values that `leave` names: which rows have each, and how many may teach."""

    limits: tuple[tuple[tuple[str, str], int], ...]
    member: np.ndarray

    @classmethod
    def of(cls, dataset: Dataset, leave: Leave) -> _Cells:
        limits, member = [], []
        for name, most_of in leave.items():
            column = _known(dataset, name, f"split(leave={{{name!r}: …}})")
            codes, texts = _codes(dataset, name)
            for value, most in most_of.items():
                limits.append(((name, str(value)), _checked_limit(name, value, most)))
                member.append(codes == _position(column, texts, value))
        return cls(tuple(limits), np.array(member, dtype=bool).reshape(len(limits), dataset.rows))

    def weights(self, teaches: np.ndarray) -> np.ndarray:
        """Return p/q for each holdout row: the share of its cell where rows teach and judge."""
        _, cell = np.unique(self.member, axis=1, return_inverse=True)
        cell = cell.ravel()
        taught = np.bincount(cell[teaches], minlength=cell.max() + 1)
        judging = np.bincount(cell[~teaches], minlength=cell.max() + 1)
        ratio = np.divide(taught, judging, out=np.zeros(len(taught)), where=judging > 0)
        weights = ratio[cell[~teaches]]
        if not weights.any():
            raise AskedError(
                "the rows that judge have nothing in common with those that teach",
                where="split(leave)",
                mend="leave fewer values, or choose a share that leaves others to judge",
            )
        return weights / weights.mean()


def _checked_limit(name: str, value: object, most: int) -> int:
    if isinstance(most, bool) or not isinstance(most, int) or most < 0:
        raise AskedError(
            f"{most!r} rows cannot be left",
            where=f"split(leave={{{name!r}: {{{str(value)!r}: {most!r}}}}})",
            mend="give a whole number, 0 or more",
        )
    return most


def _position(column: Column, texts: pa.Array, value: object) -> int:
    """Return where `value` stands among the texts; no error may list the others."""
    text = str(value).lower() if column.kind is Kind.BOOLEAN else str(value)
    at = int(pc.index(texts, pa.scalar(text, texts.type)).as_py())
    if at < 0:
        declared = column.categories
        raise AskedError(
            f"no row has {column.name} = {text!r}",
            where=f"split(leave={{{column.name!r}: {{{text!r}: …}}}})",
            mend=nearest(text, declared)
            if declared
            else "check the spelling, upper and lower case",
        )
    return at


def _weigh(dataset: Dataset, weights: np.ndarray) -> Dataset:
    """Return the Dataset whose trace multiplies each row's weight by `weights` (mean 1 again)."""
    joint = dataset.weights() * weights
    joint = joint / joint.mean()
    old = dataset.lineage.trace
    at = np.full(dataset.rows, -1, dtype=np.int64)
    at[old["row"].to_numpy()] = np.arange(old.num_rows)
    told = old.take(pa.array(at, mask=at < 0))
    columns = {name: told[name] for name in TRACE.names}
    columns["row"] = pa.array(np.arange(dataset.rows))
    columns["table"] = pc.fill_null(told["table"], dataset.schema.main_name)
    columns["weight"] = pa.array(joint)
    trace = pa.table(columns, schema=TRACE)
    return replace(dataset, lineage=replace(dataset.lineage, trace=trace))
