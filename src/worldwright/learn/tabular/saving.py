"""A Forest as JSON and plain arrays, and back: what is loaded draws the same bytes.

Arrays of one name are laid end to end over the columns; `<name>.ends` says where each one ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from ...data.schema import Column, Kind
from ...errors import StoreError
from ...generate.generator import Saved
from ...generate.saved import schema_from_plain, schema_to_plain
from .codes import load_codes
from .dependencies import Dependency, Twins
from .drawing import Chain
from .forest import Forest
from .ids import load_ids
from .orders import find_orders
from .recast import load_recast
from .settings import Settings
from .trees import load_trees

VERSION = 2


def dump(forest: Forest) -> Saved:
    """Return all that the forest draws from; no value of fewer than `rare` rows is in it."""
    coded = [codes.dump() for codes in forest.columns_as_codes]
    chain = forest.chain
    grown = [of.dump() if of is not None else {} for of in chain.trees]
    arrays = {"first": chain.first}
    arrays |= _packed("codes", [arrays for _, arrays in coded])
    arrays |= _packed("trees", grown)
    arrays |= _packed("chain", [{"shares": shares} for shares in chain.shares])
    arrays |= _packed("dependencies", [{"table": d.table} for d in chain.dependencies])
    meta = {
        "version": VERSION,
        "schema": schema_to_plain(forest.schema),
        "names": list(chain.names),
        "codes": [meta for meta, _ in coded],
        "has trees": [of is not None for of in chain.trees],
        "learned": [column.name for column in forest.recast.outer],
        "recast": forest.recast.plain(),
        "twins": [[t.one, t.other, t.no_one, t.no_other] for t in chain.twins],
        "dependencies": [[d.given, d.decided] for d in chain.dependencies],
        "ids": {name: ids.plain() for name, ids in forest.ids.items()},
        "settings": asdict(forest.settings),
        "notes": dict(forest.notes),
        "parents": list(forest.parents),
    }
    return Saved("forest", meta, arrays, {"nested": forest.nested.empty_table()})


def load(saved: Saved) -> Forest:
    """Return the Forest that `dump` gave; raises StoreError for one of another form."""
    meta, arrays = saved.meta, saved.arrays
    if meta["version"] != VERSION:
        raise StoreError(
            f"the forest was saved in form {meta['version']}, and this one reads form {VERSION}",
            where="a saved World, part 'forest'",
            mend="learn the World again and save it",
        )
    schema = schema_from_plain(meta["schema"])
    names = list(meta["names"])
    laws = _unpacked("codes", arrays, len(names))
    grown = _unpacked("trees", arrays, len(names))
    tables = _unpacked("dependencies", arrays, len(meta["dependencies"]))
    recast = load_recast([schema.main[name] for name in meta["learned"]], meta["recast"])
    inner = {column.name: column for column in recast.columns}
    codes = tuple(
        load_codes(inner.get(name) or Column(name, Kind.CATEGORY), plain, law)
        for name, plain, law in zip(names, meta["codes"], laws, strict=True)
    )
    chain = Chain(
        names,
        arrays["first"],
        [load_trees(of) if has else None for of, has in zip(grown, meta["has trees"], strict=True)],
        [of["shares"] for of in _unpacked("chain", arrays, len(names))],
        tuple(
            Dependency(given, decided, of["table"])
            for (given, decided), of in zip(meta["dependencies"], tables, strict=True)
        ),
        tuple(Twins(*twins) for twins in meta["twins"]),
        find_orders(recast.rules, recast.as_they_are(names), codes),
    )
    return Forest(
        schema, codes, chain, {name: load_ids(plain) for name, plain in meta["ids"].items()},
        saved.tables["nested"].schema, Settings(**meta["settings"]), meta["notes"],
        tuple(meta["parents"]), recast,
    )  # fmt: skip


def _packed(room: str, columns: Sequence[Mapping[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Lay the columns' arrays end to end, name by name."""
    packed: dict[str, np.ndarray] = {}
    for name in dict.fromkeys(name for of in columns for name in of):
        parts = [of[name] for of in columns if name in of]
        ends = np.cumsum([len(of.get(name, ())) for of in columns])
        packed[f"{room}.{name}"] = np.concatenate(parts)
        packed[f"{room}.{name}.ends"] = ends.astype(np.int64)
    return packed


def _unpacked(room: str, arrays: Mapping[str, Any], many: int) -> list[dict[str, np.ndarray]]:
    """Return the columns' arrays that `_packed` laid end to end."""
    columns: list[dict[str, np.ndarray]] = [{} for _ in range(many)]
    for name, ends in arrays.items():
        if not (name.startswith(f"{room}.") and name.endswith(".ends")):
            continue
        short = name.removeprefix(f"{room}.").removesuffix(".ends")
        whole = arrays[f"{room}.{short}"]
        for at, end in enumerate(ends):
            begin = ends[at - 1] if at else 0
            columns[at][short] = np.ascontiguousarray(whole[begin:end])
    return columns
