"""Reading: a file, a folder or a frame becomes a Dataset, or an error says what to mend.

Nothing is dropped, filled or guessed in silence: what was changed on the way in stands in the notes
of the columns. A folder gives one table for each file, in the order of their names (the order of
the schema where there is one); the first is the main table. Files of unknown formats in a folder
are left alone.
"""

from __future__ import annotations

import difflib
import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from .. import plugins
from ..errors import AskedError, Fault, ReadError, SchemaError, SpecError, nearest
from .dataset import Dataset
from .frames import from_frame, is_frame
from .lineage import Lineage
from .readers import Reader
from .schema import Schema, TableSchema
from .source import COMPRESSED, Source, unreadable

if TYPE_CHECKING:
    from .declared import DeclaredTable

log = logging.getLogger(__name__)

Declared = Mapping[str, "DeclaredTable"]
ONE_TABLE = ""  # the name under which a schema file with one table declares it


def read(
    source: object, *, schema: str | Path | Schema | None = None, encoding: str = "utf-8"
) -> Dataset:
    """Read rows from a file, a folder of files, a saved or written Dataset, or a frame.

    Args:
        source: A path (.csv, .tsv, .psv, .jsonl, .ndjson, .parquet, the text ones also .gz or
            .zst; a folder gives several tables, or what `Dataset.save` or `World.write` put
            there), or a frame: pandas, polars, Arrow, or
            anything else with `__arrow_c_stream__`.
        schema: A schema file (YAML or JSON) or a Schema; columns it does not name are inferred.
        encoding: How the bytes of text files are to be read.

    Raises ReadError for what cannot be read, SchemaError for rows that contradict the schema,
    SpecError for faults of the schema file.
    """
    declared = _declared(schema, source)
    if not isinstance(source, (str, Path)):
        return _dataset({"rows": _frame(source)}, declared, "a frame")
    path = Path(source).expanduser()
    _check_exists(path)
    if path.is_dir():
        return _folder(path, declared, encoding)
    one = Source(path, encoding)
    return _dataset({one.stem: _file(path, encoding)}, declared, str(path))


def _folder(path: Path, declared: Declared, encoding: str) -> Dataset:
    from .store import FACTS, load
    from .written import is_written, read_written

    if (path / FACTS).exists():
        if declared:
            raise AskedError(
                "a saved dataset brings its own schema",
                where=f"read({str(path)!r}, schema=…)",
                mend="leave schema= away",
            )
        return load(path)
    if is_written(path):
        written = read_written(path)
        rows = _dataset({"rows": written.table}, declared, str(path))
        return replace(rows, lineage=written.lineage)
    tables = {name: _file(file, encoding) for name, file in _files(path).items()}
    return _dataset(tables, declared, str(path))


def _declared(schema: str | Path | Schema | None, source: object) -> Declared:
    if schema is None:
        return {}
    if isinstance(schema, Schema):
        from .declared import from_schema

        at = str(source) if isinstance(source, (str, Path)) else "a frame"
        return from_schema(schema, f"{at}, read by the schema of other rows")
    from .schema_file import load_schema

    return load_schema(schema)


def _dataset(raw: Mapping[str, pa.Table], declared: Declared, where: str) -> Dataset:
    from .declared import DeclaredTable, put_in_force
    from .references import never_met, with_references

    for name, table in raw.items():
        _check_header(table, where if len(raw) == 1 else f"{where}: table {name!r}")
    declared = _matched(declared, list(raw))
    order = [*declared, *(name for name in raw if name not in declared)]
    tables = {name: put_in_force(raw[name], declared.get(name, DeclaredTable())) for name in order}
    if len(tables) > 1:
        tables = with_references(tables, {name for name in declared if declared[name].references})
    _check_references({name: schema for name, (_, schema) in tables.items()}, where)
    if faults := never_met(tables, where):
        raise SchemaError.of(faults)
    return Dataset(
        {name: table for name, (table, _) in tables.items()},
        Schema({name: schema for name, (_, schema) in tables.items()}),
        Lineage("read"),
    )


def _matched(declared: Declared, names: list[str]) -> Declared:
    """Return what is declared under the names of the tables that are there."""
    if len(names) == 1 and len(declared) == 1:
        return {names[0]: next(iter(declared.values()))}
    strangers = [name for name in declared if name not in names]
    if ONE_TABLE in strangers:
        raise SpecError(
            f"the schema is for one table, and there are {len(names)}",
            where=declared[ONE_TABLE].where,
            mend=f"put each under tables: {', '.join(names)}",
        )
    if strangers:
        raise SpecError.of(
            [
                Fault(f"there is no table {name!r}", declared[name].where, nearest(name, names))
                for name in strangers
            ]
        )
    return declared


def _check_references(schemas: Mapping[str, TableSchema], where: str) -> None:
    for name, schema in schemas.items():
        for reference in schema.references:
            if reference.table not in schemas:
                raise SpecError(
                    f"{name}.{reference.column} refers to a table that is not there: "
                    f"{reference.table!r}",
                    where=f"{where} references",
                    mend=nearest(reference.table, schemas),
                )
            schemas[reference.table][reference.key]


def _check_header(table: pa.Table, where: str) -> None:
    names = table.column_names
    faults = []
    empty = [str(at) for at, name in enumerate(names, start=1) if not name.strip()]
    if empty:
        faults.append(
            Fault(
                f"{'columns' if len(empty) > 1 else 'column'} {', '.join(empty)} without a name",
                where=where,
                mend="give every column a name in the first line",
            )
        )
    for name in dict.fromkeys(names):
        places = [str(at) for at, other in enumerate(names, start=1) if other == name]
        if name.strip() and len(places) > 1:
            faults.append(
                Fault(
                    f"{len(places)} columns are named {name!r}: {', '.join(places)}",
                    where=where,
                    mend="give every column a name of its own",
                )
            )
    if not names:
        faults.append(Fault("there are no columns", where, "bring rows with at least one column"))
    elif not table.num_rows:
        faults.append(
            Fault(
                f"there is a header of {len(names)} column{'s' * (len(names) != 1)}, and no row",
                where=where,
                mend="bring at least one row",
            )
        )
    if faults:
        raise ReadError.of(faults)


def _frame(source: object) -> pa.Table:
    if not is_frame(source):
        raise ReadError(
            f"rows cannot be read from an object of type {type(source).__name__}",
            where="read(source)",
            mend="hand over a path, a pandas or polars frame, or an Arrow table",
        )
    return from_frame(source)


def _check_exists(path: Path) -> None:
    try:
        if path.exists():
            return
        near = sorted(other.name for other in path.parent.iterdir())
    except PermissionError as fault:
        raise unreadable(path) from fault
    except OSError:
        near = []
    close = difflib.get_close_matches(path.name, near, n=1)
    raise ReadError(
        "there is no such file or folder",
        where=str(path),
        mend=f"did you mean {close[0]!r}?"
        if close
        else f"check the path; it is read from here: {Path.cwd()}",
    )


def _reader_of(extension: str) -> Reader | None:
    for name in plugins.readers.names():
        reader: Reader = plugins.readers.get(name)
        if extension in reader.extensions:
            return reader
    return None


def _known_extensions() -> str:
    known = [
        f".{extension}"
        for name in plugins.readers.names()
        for extension in plugins.readers.get(name).extensions
    ]
    return f"{', '.join(sorted(known))}, each also with .{' or .'.join(COMPRESSED)}"


def _file(path: Path, encoding: str) -> pa.Table:
    source = Source(path, encoding)
    reader = _reader_of(source.extension)
    if reader is None:
        ending = f"end in .{source.extension}" if source.extension else "have no ending"
        raise ReadError(
            f"no reader for files that {ending}",
            where=str(path),
            mend=f"convert it to one of {_known_extensions()}",
        )
    table = reader(source)
    log.info("read", extra={"path": str(path), "rows": table.num_rows})
    return table


def _files(folder: Path) -> dict[str, Path]:
    """Return the readable files of a folder by table name; raises ReadError for two of a name."""
    try:
        inside = sorted(path for path in folder.iterdir() if path.is_file())
    except PermissionError as fault:
        raise unreadable(folder) from fault
    files: dict[str, Path] = {}
    for path in inside:
        source = Source(path)
        if path.name.startswith(".") or _reader_of(source.extension) is None:
            continue
        if source.stem in files:
            raise ReadError(
                f"two files would both be the table {source.stem!r}",
                where=f"{files[source.stem]} and {path.name}",
                mend="take one of them out of the folder, or rename it",
            )
        files[source.stem] = path
    if not files:
        raise ReadError(
            "the folder holds no file that can be read",
            where=str(folder),
            mend=f"put files into it that end in {_known_extensions()}",
        )
    return files
