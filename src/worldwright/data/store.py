"""Saved Datasets: a folder with one Parquet file a table and one JSON; load(save(x)) == x.

    dataset.json        format, schema, lineage, content hash, and a seal over all of that
    <table>.parquet     the rows of a table
    trace.parquet       what the lineage says row by row, if it says anything

A folder stands whole or not at all, and is read back only if every value is as it was written.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa

from ..errors import StoreError
from . import atomic
from .canonical import canonical
from .dataset import Dataset
from .fingerprint import content_hash, table_hash
from .lineage import TRACE, Lineage, Role
from .schema import Column, Kind, Reference, Schema, TableSchema

FACTS = "dataset.json"
TRACE_FILE = "trace.parquet"
FORMAT = "worldwright dataset"
VERSION = 1


def save(dataset: Dataset, directory: str | Path) -> Path:
    """Write `dataset` as a new folder and return its path; raises StoreError, leaving nothing."""
    import pyarrow.parquet as pq

    path = Path(directory)
    with atomic.new_folder(path) as folder:
        files = _file_names(list(dataset.tables))
        for name, table in dataset.tables.items():
            rows = canonical(table, dataset.schema.tables[name])
            pq.write_table(rows, folder / files[name], compression="zstd")
        if dataset.lineage.trace.num_rows:
            pq.write_table(dataset.lineage.trace, folder / TRACE_FILE, compression="zstd")
        (folder / FACTS).write_text(_facts(dataset, files), encoding="utf-8")
    return path


def load(directory: str | Path) -> Dataset:
    """Return the Dataset saved at `directory`; raises StoreError for what was cut or changed."""
    folder = Path(directory)
    facts = _read_facts(folder / FACTS)
    schema = schema_from_plain(facts["schema"])
    tables = {
        name: canonical(_read_table(folder / facts["files"][name]), schema.tables[name])
        for name in schema.tables
    }
    dataset = Dataset(tables, schema, _lineage(folder, facts["lineage"]))
    if content_hash(dataset) != facts["content"]:
        raise _changed(folder, "the rows are not those that were saved")
    if table_hash(dataset.lineage.trace) != facts["trace"]:
        raise _changed(folder / TRACE_FILE, "the trace is not the one that was saved")
    return dataset


def schema_to_plain(schema: Schema) -> dict[str, Any]:
    """Return the schema as plain data for JSON; `schema_from_plain` is its inverse."""
    return {name: asdict(table) for name, table in schema.tables.items()}


def schema_from_plain(plain: Mapping[str, Any]) -> Schema:
    """Return the schema that `schema_to_plain` wrote."""
    return Schema({name: _table_schema(table) for name, table in plain.items()})


def lineage_to_plain(lineage: Lineage) -> dict[str, Any]:
    """Return the lineage, without its trace, as plain data for JSON."""
    return {
        "maker": lineage.maker,
        "role": lineage.role,
        "seed": lineage.seed,
        "parents": list(lineage.parents),
        "spec": lineage.spec,
        "spent": lineage.spent,
        "where": lineage.where,
        **({"chosen": [dict(one) for one in lineage.chosen]} if lineage.chosen else {}),
    }


def lineage_from_plain(plain: Mapping[str, Any], trace: pa.Table | None = None) -> Lineage:
    """Return the lineage that `lineage_to_plain` wrote, with this trace."""
    spent = plain["spent"]
    return Lineage(
        maker=plain["maker"],
        role=Role(plain["role"]) if plain["role"] else None,
        seed=plain["seed"],
        parents=tuple(plain["parents"]),
        spec=plain["spec"],
        spent=(spent[0], spent[1]) if spent else None,
        trace=TRACE.empty_table() if trace is None else trace,
        chosen=tuple(plain.get("chosen", ())),
        where=plain.get("where"),  # folders of before conditions were recorded have none
    )


def _table_schema(plain: Mapping[str, Any]) -> TableSchema:
    return TableSchema(
        tuple(_column(column) for column in plain["columns"]),
        plain["key"],
        tuple(Reference(**reference) for reference in plain["references"]),
        plain["order"],
    )


def _column(plain: Mapping[str, Any]) -> Column:
    categories = plain["categories"]
    return Column(
        **{
            **plain,
            "kind": Kind(plain["kind"]),
            "categories": None if categories is None else tuple(categories),
        }
    )


def _file_names(tables: list[str]) -> dict[str, str]:
    """Return a file name for each table: its own where that is safe on every disk."""
    safe = [bool(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}", name)) for name in tables]
    lower = [name.lower() for name in tables]
    return {
        name: f"{name}.parquet"
        if safe[at] and lower.count(name.lower()) == 1 and name.lower() != "trace"
        else f"table {at}.parquet"
        for at, name in enumerate(tables)
    }


def _facts(dataset: Dataset, files: Mapping[str, str]) -> str:
    facts: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "files": dict(files),
        "content": content_hash(dataset),
        "trace": table_hash(dataset.lineage.trace),
        "lineage": lineage_to_plain(dataset.lineage),
        "schema": schema_to_plain(dataset.schema),
    }
    return json.dumps({**facts, "seal": _seal(facts)}, indent=1, ensure_ascii=False)


def _seal(facts: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _read_facts(path: Path) -> dict[str, Any]:
    try:
        facts = json.loads(path.read_bytes())
    except FileNotFoundError as fault:
        raise StoreError(
            "there is no saved dataset", where=str(path), mend="name the folder that save() wrote"
        ) from fault
    except OSError as fault:
        raise StoreError(
            f"it cannot be read: {fault.strerror}", where=str(path), mend="check its permissions"
        ) from fault
    except ValueError as fault:
        raise _changed(path, "the file is cut short or damaged") from fault
    if not isinstance(facts, dict) or facts.get("format") != FORMAT:
        raise _changed(path, "it does not describe a saved dataset")
    version = facts.get("version")
    if isinstance(version, int) and version > VERSION:
        raise StoreError(
            f"it was saved by a newer version (format {version}; this one reads {VERSION})",
            where=str(path),
            mend="update: pip install --upgrade worldwright",
        )
    if facts.pop("seal", None) != _seal(facts):
        raise _changed(path, "the file was changed after it was saved")
    return facts


def _read_table(path: Path) -> pa.Table:
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(path).read()
    except FileNotFoundError as fault:
        raise _changed(path, "the file is missing") from fault
    except (pa.ArrowInvalid, OSError) as fault:
        raise _changed(path, "the file is cut short or damaged") from fault


def _lineage(folder: Path, plain: Mapping[str, Any]) -> Lineage:
    trace = folder / TRACE_FILE
    return lineage_from_plain(plain, _read_table(trace).cast(TRACE) if trace.exists() else None)


def _changed(path: Path, what: str) -> StoreError:
    return StoreError(what, where=str(path), mend="bring a whole copy, or save the dataset again")
