"""Traits: what should tell nothing of a label, and often does in made files.

The order of the rows, ids (their order, how they begin), how a long word or a text begins, last
digits, the hour, weekday and month of a moment, how many values of the row are missing. A maker
that writes one class after the other, or gives one class round numbers, leaves a shortcut that a
model takes at once. Each trait is cut in at most 12 cells, on real rows alone; positions (rows,
ids) are relative to their own Dataset.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...data.dataset import Dataset
from ...data.report import MIN_COUNT
from ...data.schema import Kind
from ..case import Case
from ..stack import Values

MOST_TRAITS = 150
_CELLS = 12
_HOUR_S, _DAY_S = 3_600, 86_400
_LEAST_RANGE, _MOST_DECIMALS, _LOOKED_AT = 20, 4, 2_000


@dataclass(frozen=True, slots=True)
class Trait:
    """A name ("the last digit of age"), the column it is read off, a cell for every Stack row.

    A *position* is a place in the rows' own Dataset: what it tells of one says little of another.
    """

    name: str
    columns: tuple[str, ...]
    codes: np.ndarray
    count: int
    is_position: bool = False


def traits(case: Case) -> tuple[list[Trait], str]:
    """Return the traits of every row of the Stack, and a note on those left out."""
    found = [trait for trait in _all(case) if _varies(trait, case)]
    if len(found) <= MOST_TRAITS:
        return found, ""
    return found[:MOST_TRAITS], (
        f"shortcuts to the label: {MOST_TRAITS} of {len(found):,} traits of the file were asked, "
        "in the order of the columns"
    )


def _all(case: Case) -> Iterator[Trait]:
    sides = _sides(case)
    places = case.stack.places
    spots = np.concatenate(
        [(at + 0.5) / max(side.rows, 1) for at, side in zip(places, sides, strict=True)]
    )
    rows = np.concatenate(places)
    yield Trait("the order of the rows", (), _cut(spots), _CELLS, is_position=True)
    yield Trait("the last digit of the row's number", (), rows % 10, 10)
    columns = [one for one in case.stack.values if one.name != case.target]
    if columns:
        gaps = sum(np.isnan(one.values) for one in columns)
        most = _CELLS - 1
        yield Trait("the number of missing values", (), np.minimum(gaps, most), _CELLS)
    for one in columns:
        yield from _of_values(one, case)
    for column in case.real.schema.main.columns:
        if column.kind in (Kind.ID, Kind.TEXT) and column.name != case.target:
            yield from _of_texts(column.name, column.kind, case)


def _sides(case: Case) -> list[Dataset]:
    """Return the Datasets in the order of the Stack."""
    if case.holdout is None:
        return [case.made, case.real]
    return [case.made, case.holdout, case.real]


def _of_values(one: Values, case: Case) -> Iterator[Trait]:
    match one.column.kind:
        case Kind.DATETIME:
            yield from _of_moments(one)
        case Kind.NUMBER | Kind.INTEGER:
            yield from _of_digits(one, case)
        case Kind.CATEGORY if len(one.words or ()) > _CELLS:
            words = one.words or ()
            starts = np.array([*(word[:3] for word in words), ""], dtype=object)
            begins = starts[np.nan_to_num(one.values, nan=len(words)).astype(np.int64)]
            yield _begins(f"how {one.name} begins", one.name, begins, case)
        case _:
            return


def _of_moments(one: Values) -> Iterator[Trait]:
    missing = np.isnan(one.values)
    seconds = np.nan_to_num(one.values)
    days = np.floor(seconds / _DAY_S)
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    for name, code, count in (
        ("hour", seconds // _HOUR_S % 24, 24),
        ("weekday", (days + 3) % 7, 7),
        ("month", months, 12),
    ):
        codes = np.where(missing, count, code).astype(np.int64)
        yield Trait(f"the {name} of {one.name}", (one.name,), codes, count + 1)


def _of_digits(one: Values, case: Case) -> Iterator[Trait]:
    """Tell the last digit that the column uses, where it uses more than a few whole numbers."""
    values = one.values
    real = values[case.stack.sizes.pool]
    real = real[np.isfinite(real)][:_LOOKED_AT]
    if not len(real):
        return
    decimals = next(
        (d for d in range(_MOST_DECIMALS) if np.mean(np.isclose(real, real.round(d))) > 0.99),
        _MOST_DECIMALS,
    )
    if np.ptp(real) * 10**decimals < _LEAST_RANGE:
        return
    has = np.isfinite(values)
    with np.errstate(over="ignore", invalid="ignore"):
        digit = np.abs(np.round(np.where(has, values, 0) * 10**decimals)) % 10
    codes = np.where(has & np.isfinite(digit), np.nan_to_num(digit), 10).astype(np.int64)
    yield Trait(f"the last digit of {one.name}", (one.name,), codes, 11)


def _of_texts(name: str, kind: Kind, case: Case) -> Iterator[Trait]:
    """Tell where an id stands among its own, and how an id or a text begins."""
    taken = []
    ranks = []
    for side, at in zip(_sides(case), case.stack.places, strict=True):
        column = side.table[name].combine_chunks()
        taken.append(pc.cast(column.take(pa.array(at)), pa.string()))
        if kind is Kind.ID:
            order = pc.rank(column, sort_keys="ascending", tiebreaker="first").to_numpy()
            ranks.append((order[at] - 0.5) / max(side.rows, 1))
    if kind is Kind.ID:
        cells = _cut(np.concatenate(ranks))
        yield Trait(f"the order of {name}", (name,), cells, _CELLS, is_position=True)
    texts = pa.concat_arrays([part if isinstance(part, pa.Array) else part.combine_chunks()
                              for part in taken])  # fmt: skip
    pattern = r"^(?P<begin>.{0,2})" if kind is Kind.ID else r"^\s*(?P<begin>\S{0,12})"
    found = pc.struct_field(pc.extract_regex(texts, pattern), "begin")
    begins = np.array(pc.fill_null(found, "").to_pylist(), dtype=object)
    says = f"how {name} begins" if kind is Kind.ID else f"the first word of {name}"
    yield _begins(says, name, begins, case)


def _begins(says: str, name: str, begins: np.ndarray, case: Case) -> Trait:
    """Give each beginning that real rows hold most a cell; all others share the last one."""
    counts = Counter(begins[case.stack.sizes.pool].tolist())
    often = sorted(counts, key=lambda word: (-counts[word], word))[: _CELLS - 1]
    place = {word: at for at, word in enumerate(often) if counts[word] >= MIN_COUNT}
    codes = np.array([place.get(word, _CELLS - 1) for word in begins.tolist()], dtype=np.int64)
    return Trait(says, (name,), codes, _CELLS)


def _cut(spots: np.ndarray) -> np.ndarray:
    """Cut positions in [0, 1] in cells of equal width."""
    return np.clip((spots * _CELLS).astype(np.int64), 0, _CELLS - 1)


def _varies(trait: Trait, case: Case) -> bool:
    seen = trait.codes[np.concatenate([case.null.made, case.null.reference])]
    return bool(len(seen)) and bool((seen != seen[0]).any())
