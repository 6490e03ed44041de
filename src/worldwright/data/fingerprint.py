"""Fingerprints of Datasets: equal values, equal fingerprint, however Arrow holds them.

`content_hash` is SHA-256 over names, kinds and values. Chunks, offsets, padding, the order of a
dictionary and what lies under a null do not enter; -0.0 counts as 0.0 and every NaN as one NaN.
Lineage and notes do not enter either. It is open: whoever guesses the rows can confirm the guess.

`keyed` is HMAC-SHA256 of it under a secret of this user, so it tells nothing to who lacks the
secret, and says "the same rows" only to who has it. It is the one that may be written down.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import secrets
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .canonical import canonical_column, compact
from .schema import Column, Kind

if TYPE_CHECKING:
    from .dataset import Dataset

log = logging.getLogger(__name__)

SECRET_BYTES = 32


def content_hash(dataset: Dataset) -> str:
    """Return the SHA-256 of every table's names, kinds and values, as 64 hex digits."""
    digest = hashlib.sha256()
    for name, table in dataset.tables.items():
        digest.update(f"table {name!r} {table.num_rows}\n".encode())
        for column in dataset.schema.tables[name].columns:
            digest.update(_digest(table[column.name], column))
    return digest.hexdigest()


def table_hash(table: pa.Table) -> str:
    """Return the SHA-256 of a bare table by value: for what is not a Dataset, like a trace."""
    digest = hashlib.sha256()
    for name in table.column_names:
        digest.update(f"{name!r} {table[name].type}\n".encode())
        for chunk in [table[name].combine_chunks()]:
            _feed(digest, chunk)
    return digest.hexdigest()


def keyed(dataset: Dataset) -> str:
    """Return the HMAC-SHA256 of the content hash under this user's secret, as 64 hex digits."""
    return hmac.new(_secret(), content_hash(dataset).encode(), hashlib.sha256).hexdigest()


def _digest(values: pa.ChunkedArray, column: Column) -> bytes:
    digest = hashlib.sha256(f"column {column.name!r} {column.kind}\n".encode())
    if column.kind is Kind.CATEGORY:
        encoded = compact(values)
        _feed(digest, encoded.dictionary)
        _feed(digest, encoded.indices)
    else:
        _feed(digest, canonical_column(values, column.arrow_type(values.type)))
    return digest.digest()


def _feed(digest: hashlib._Hash, array: pa.Array | pa.ChunkedArray) -> None:
    """Add the values of `array` to `digest`, and nothing else of it."""
    if isinstance(array, pa.ChunkedArray):
        array = _joined(array)
    kind = array.type
    digest.update(f"{len(array)} {array.null_count}\n".encode())
    if array.null_count:
        digest.update(np.packbits(array.is_null().to_numpy(zero_copy_only=False)).tobytes())
    if pa.types.is_null(kind):
        return
    if pa.types.is_dictionary(kind):
        _feed(digest, array.cast(kind.value_type))
    elif _is_text(kind):
        _feed_text(digest, array)
    elif pa.types.is_struct(kind):
        for at in range(kind.num_fields):
            digest.update(f"field {kind.field(at).name!r}\n".encode())
            _feed(digest, pc.struct_field(array, [at]))
    elif pa.types.is_map(kind):
        _feed(digest, array.cast(pa.list_(pa.struct([kind.key_field, kind.item_field]))))
    elif _is_list(kind):
        lengths = pc.fill_null(pc.list_value_length(array), 0).cast(pa.int64())
        digest.update(np.ascontiguousarray(lengths.to_numpy()).data)
        _feed(digest, pc.list_flatten(array))
    else:
        digest.update(_numbers(array).data)


def _is_text(kind: pa.DataType) -> bool:
    wide = pa.types.is_large_string(kind) or pa.types.is_large_binary(kind)
    return bool(wide or pa.types.is_string(kind) or pa.types.is_binary(kind))


def _is_list(kind: pa.DataType) -> bool:
    types = pa.types
    return bool(types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind))


def _joined(array: pa.ChunkedArray) -> pa.Array:
    joined = array.combine_chunks()
    if isinstance(joined, pa.ChunkedArray):  # more text than 32-bit offsets can address
        joined = array.cast(pa.large_string()).combine_chunks()
    return joined


def _feed_text(digest: hashlib._Hash, array: pa.Array) -> None:
    wide = pa.types.is_large_string(array.type) or pa.types.is_large_binary(array.type)
    if array.null_count:
        is_bytes = pa.types.is_binary(array.type) or pa.types.is_large_binary(array.type)
        array = array.fill_null(b"" if is_bytes else "")
    if not len(array):
        return
    _, offsets, content = array.buffers()
    size = np.dtype(np.int64 if wide else np.int32)
    ends = np.frombuffer(offsets, size)[array.offset : array.offset + len(array) + 1]
    digest.update(np.diff(ends).astype(np.int64).data)
    if content is not None:
        digest.update(memoryview(content)[int(ends[0]) : int(ends[-1])])


def _numbers(array: pa.Array) -> np.ndarray:
    """Return the values as one contiguous numpy array, 0 under nulls."""
    kind = array.type
    if pa.types.is_boolean(kind):
        return np.packbits(array.fill_null(False).to_numpy(zero_copy_only=False))
    if pa.types.is_floating(kind):
        values = np.ascontiguousarray(array.fill_null(0.0).to_numpy(zero_copy_only=False)) + 0.0
        values[np.isnan(values)] = np.nan
        return values
    if pa.types.is_temporal(kind):
        array = array.view(pa.int32() if kind.bit_width == 32 else pa.int64())
    if pa.types.is_integer(array.type):
        return np.ascontiguousarray(array.fill_null(0).to_numpy(zero_copy_only=False))
    # Decimals, fixed-width bytes and whatever Arrow adds: rare, so the slow way by value.
    return np.frombuffer(repr(array.to_pylist()).encode(), np.uint8)


def secret_path() -> Path:
    """Where this user's secret lies."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "worldwright" / "secret"


def _secret() -> bytes:
    path = secret_path()
    try:
        found = _stored_secret(path)
    except OSError as fault:
        reason = fault.strerror
    else:
        if len(found) == SECRET_BYTES:
            return found
        reason = f"it holds {len(found)} bytes instead of {SECRET_BYTES}"
    _warn_once(str(path), str(reason))
    return _secret_of_this_process()


def _stored_secret(path: Path) -> bytes:
    """Return the secret at `path`, making it first if there is none; safe among processes."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".secret.{secrets.token_hex(8)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(SECRET_BYTES))
                file.flush()
                os.fsync(file.fileno())
            _publish(draft, path)
        finally:
            draft.unlink(missing_ok=True)
    return path.read_bytes()


def _publish(draft: Path, path: Path) -> None:
    """Give `draft` the name `path`, unless somebody was faster: theirs stays."""
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links
        if not path.exists():
            os.replace(draft, path)


@cache
def _secret_of_this_process() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


@cache
def _warn_once(path: str, reason: str) -> None:
    log.warning(
        "no lasting secret: keyed fingerprints hold for this process only",
        extra={"path": path, "reason": reason},
    )
