"""From rows to a Forest: columns become codes, dependencies are found, trees are grown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ... import seeds
from ...data.dataset import Dataset
from ...data.progress import Meter, Progress
from ...data.schema import Column, Kind, Schema, TableSchema
from .codes import LEFT_OUT, Codes, Named, learn_codes
from .completing import CANDIDATES, ENOUGH, ROUNDS
from .deciding import decide, strays_of
from .dependencies import Dependency, Twins, find_twins
from .drawing import Chain
from .forest import Forest
from .groups import with_groups
from .hardly import hardly_learned
from .ids import learn_ids
from .orders import find_orders
from .recast import Cells, Recast, chunked, learn_recast
from .settings import Settings
from .telling import strongest, told_alone, told_as
from .trees import Coded, Job, Trees, grow_all, projection

SCREENED_ROWS = 1_000
SCREENED_SCORES = 3
_NULLED = {
    Kind.TEXT: "text is not learned: the column is null in every made row",
    Kind.NESTED: "lists and structs are not learned: the column is null in every made row",
}


def learn(
    real: Dataset,
    target: str | None,
    settings: Settings,
    *,
    seed: int,
    progress: Progress,
    parents: tuple[str, ...],
) -> Forest:
    """Return the Forest of the main table of `real`; columns are drawn as `settings.order` says."""
    main = real.schema.main
    learned = _ordered(real, target, settings.order)
    cells = {column.name: real.table[column.name] for column in learned}
    recast = learn_recast(learned, cells, target, settings.rare)
    inner = recast.split(cells, real.rows)
    coded, codes, strays = _coded(inner, recast.columns, target, settings)
    coded, codes, many = with_groups(coded, codes, seed)
    is_led = target is not None and settings.order != "last"
    order, dependencies = decide(coded, codes, strays, is_led=is_led)
    coded, codes = coded.reordered(order), [codes[j] for j in order]
    many = {order.index(j) for j in many}
    trees = _grown(coded, dependencies, settings, unasked=many, seed=seed, progress=progress)
    shares = [_shares(c, int(size)) for c, size in zip(coded.codes, coded.sizes, strict=True)]
    chain = Chain(
        coded.names, shares[0] if shares else np.ones(1), trees, shares, dependencies,
        _twins(coded, codes, dependencies, recast, settings.rare),
        find_orders(recast.rules, recast.as_they_are(coded.names), codes),
    )  # fmt: skip
    ids = {
        column.name: learn_ids(real.table[column.name], rare=settings.rare)
        for column in main.columns
        if _is_id(column, main)
    }
    notes = _notes(real, coded, codes, chain, settings)
    notes["ids"] = {name: of.says() for name, of in ids.items()}
    notes["rules"] = recast.says()
    together = [(recast.owners[coded.names[j]] for j in (t.one, t.other)) for t in chain.twins]
    notes["missing together"] = [f"{a}, {b}" for a, b in together if a != b]
    schema = Schema({real.schema.main_name: _outgoing(main, codes)})
    return Forest(schema, tuple(codes), chain, ids, _nested(real), settings, notes, parents, recast)


def _is_id(column: Column, main: TableSchema) -> bool:
    return column.kind is Kind.ID or (column.name == main.key and column.kind is Kind.INTEGER)


def _ordered(real: Dataset, target: str | None, order: str) -> list[Column]:
    """Return the columns that are learned, in the order of drawing; see `Settings.order`."""
    main = real.schema.main
    learned = [c for c in main.columns if c.kind not in _NULLED and not _is_id(c, main)]
    if order in ("few", "many"):
        sign = 1 if order == "few" else -1
        learned.sort(key=lambda column: sign * len(pc.unique(real.table[column.name])))
    return sorted(learned, key=lambda column: (column.name == target) == (order == "last"))


def _outgoing(main: TableSchema, codes: Sequence[Codes]) -> TableSchema:
    """Return the table's schema, with declared categories widened by "(rarer)" where it is made."""
    wider = {
        c.column.name: replace(c.column, categories=(*c.column.categories, c.values[c.rare]))
        for c in codes
        if isinstance(c, Named)
        and c.column.categories
        and c.rare >= 0
        and c.values[c.rare] not in c.column.categories
    }
    return replace(main, columns=tuple(wider.get(c.name, c) for c in main.columns))


def _nested(real: Dataset) -> pa.Schema:
    nested = [c.name for c in real.schema.main.columns if c.kind is Kind.NESTED]
    return pa.schema([real.table.schema.field(name).with_nullable(True) for name in nested])


def _coded(
    inner: Cells, columns: Sequence[Column], target: str | None, settings: Settings
) -> tuple[Coded, list[Codes], dict[str, np.ndarray]]:
    """Return the columns as codes, and by column where a row is not what its code says."""
    held = {column.name: chunked(inner[column.name]) for column in columns}
    codes = [
        learn_codes(
            column, held[column.name], rare=settings.rare, bins=settings.bins,
            teaches=column.name == target,
        )
        for column in columns
    ]  # fmt: skip
    rows = len(next(iter(held.values()))) if held else 0
    cells = np.empty((len(columns), rows), np.uint16)
    for at, (column, of) in enumerate(zip(columns, codes, strict=True)):
        cells[at] = of.encode(held[column.name])
    kept = (cells != LEFT_OUT).all(axis=0)
    strays = {
        column.name: found[kept]
        for at, column in enumerate(columns)
        if (found := strays_of(codes[at], held[column.name], cells[at])).any()
    }
    if not kept.all():
        cells = np.ascontiguousarray(cells[:, kept])
    sizes = np.array([of.size for of in codes], np.int64)
    unordered = np.array([isinstance(of, Named) for of in codes], np.bool_)
    return Coded(cells, sizes, unordered, [column.name for column in columns]), codes, strays


def _twins(
    coded: Coded,
    codes: Sequence[Codes],
    dependencies: Sequence[Dependency],
    recast: Recast,
    rare: int,
) -> tuple[Twins, ...]:
    """Return what is missing together; the parts of one moment need no evidence."""
    parts = {column.name for calendar in recast.calendars for column in calendar.columns}
    least = [1 if name in parts else rare for name in coded.names]
    return find_twins(coded, codes, [d.decided for d in dependencies if d.is_lookup], least)


def _shares(codes: np.ndarray, size: int) -> np.ndarray:
    return np.bincount(codes, minlength=size) / max(len(codes), 1)


def _grown(
    coded: Coded,
    dependencies: Sequence[Dependency],
    settings: Settings,
    *,
    unasked: Collection[int],
    seed: int,
    progress: Progress,
) -> list[Trees | None]:
    looked_up = {d.decided for d in dependencies if d.is_lookup}
    many = len(coded.sizes)
    varied = [j for j in range(many) if (coded.codes[j] != coded.codes[j, :1]).any()]
    scores = _scores(coded, seed) if len(varied) > settings.parents + 1 else None
    jobs = []
    for t in varied:
        features = np.array([j for j in varied if j < t and j not in unasked], np.int64)
        if t and t not in looked_up:
            jobs.append(Job(t, _telling(features, scores, t, settings.parents)))
    meter = Meter(progress, "fit forest", len(jobs), unit="columns")
    grown = dict(
        zip((job.target for job in jobs), grow_all(coded, jobs, settings, seed, meter), strict=True)
    )
    return [grown.get(t) for t in range(many)]


def _scores(coded: Coded, seed: int) -> np.ndarray:
    """Return (columns, scores, rows) random scores of the codes, centred, of unit norm."""
    rows = seeds.stream(seed, "screen").permutation(coded.codes.shape[1])[:SCREENED_ROWS]
    scores = np.zeros((len(coded.sizes), SCREENED_SCORES, len(rows)))
    for j, name in enumerate(coded.names):
        codes = coded.codes[j, rows]
        rng = seeds.stream(seed, "screen", name)
        drawn = projection(codes, int(coded.sizes[j]), bool(coded.unordered[j]), rng)
        scores[j] = drawn[codes, :SCREENED_SCORES].T
    scores -= scores.mean(axis=2, keepdims=True)
    norm = np.sqrt((scores**2).sum(axis=2, keepdims=True))
    return scores / np.maximum(norm, 1e-9)


def _telling(features: np.ndarray, scores: np.ndarray | None, target: int, most: int) -> np.ndarray:
    """Return the features that go with the target most; all where there are few."""
    from ..kernels.relate import associations

    if scores is None or len(features) <= most:
        return features
    strength = np.zeros(target)
    associations(scores, target, strength)
    return np.sort(features[np.argsort(-strength[features], kind="stable")[:most]])


def _notes(
    real: Dataset, coded: Coded, codes: Sequence[Codes], chain: Chain, settings: Settings
) -> dict[str, Any]:
    names, outer = coded.names, {column.name for column in real.schema.main.columns}
    left_out = real.rows - coded.codes.shape[1]
    return {
        "learner": "forest",
        "settings": asdict(settings),
        "rows": _told(coded.codes.shape[1], settings.rare),
        "rows left out (target value too rare)": _told(left_out, settings.rare),
        "order": list(names),
        "codes": {of.column.name: of.size for of in codes},
        "told as": {of.column.name: told_as(of) for of in codes},
        "merged": _merged(codes, settings.rare),
        "dependencies": [
            f"{names[d.given]} -> {names[d.decided]}"
            for d in chain.dependencies
            if names[d.decided] in outer
        ],
        "strongest earlier columns": (found := strongest(names, chain.trees)),
        "told by the strongest alone": told_alone(coded, found),
        "not learned": {
            c.name: _NULLED[c.kind] for c in real.schema.main.columns if c.kind in _NULLED
        },
        "hardly learned": hardly_learned(coded, codes, chain, settings),
        "complete": f"likelihood weighting over {CANDIDATES} candidates a row, up to "
        f"{CANDIDATES * ROUNDS} where fewer than {ENOUGH:g} of them count; exact where the given "
        "columns lead the order",
    }


def _merged(codes: Sequence[Codes], rare: int) -> dict[str, dict[str, int | str]]:
    """Return how many values and rows were too rare to be told, by column."""
    return {
        of.column.name: {"values": of.merged[0], "rows": _told(of.merged[1], rare)}
        for of in codes
        if isinstance(of, Named) and of.merged[0]
    }


def _told(count: int, rare: int) -> int | str:
    return count if count >= rare or not count else f"fewer than {rare}"
