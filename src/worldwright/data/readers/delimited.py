"""Delimited text: CSV, TSV and their cousins, every cell as it is written.

The header is the first line. Quoted cells may hold delimiters and line breaks. The delimiter is
that of the ending (.tsv, .psv), or the one of `, ; tab |` that cuts the first lines evenly.
"""

from __future__ import annotations

import csv
import io
from itertools import islice

import pyarrow as pa

from ... import plugins
from ...errors import Fault, ReadError, WorldwrightError
from ..source import Source
from . import reads, written

_BY_ENDING = {"tsv": "\t", "tab": "\t", "psv": "|"}
_CANDIDATES = ",;\t|"
_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_MOST_FAULTS = 3


@plugins.readers("delimited")
@reads("csv", "tsv", "tab", "psv")
def read_delimited(source: Source) -> pa.Table:
    """Return the cells of a delimited file as a table of strings."""
    text = source.text().lstrip(b"\r\n")
    delimiter = _BY_ENDING.get(source.extension) or sniff(text)
    if text.count(b'"') % 2:
        _check_quotes(source, text, delimiter)
    cells = _parse(source, text, delimiter)
    header = [str(column[0].as_py()) for column in cells.columns]
    return pa.table(
        cells.slice(1).columns, schema=pa.schema([written(name.strip()) for name in header])
    )


def sniff(text: bytes) -> str:
    """Return the delimiter that cuts the first lines into equally many cells, at least two."""
    head = text[:65536].decode("utf-8", "ignore")
    best, most = ",", 1
    for delimiter in _CANDIDATES:
        rows = list(islice(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter), 50))
        rows = [row for row in rows if row][: max(len(rows) - 1, 1)]
        even = len({len(row) for row in rows}) == 1
        if rows and even and len(rows[0]) > most:
            best, most = delimiter, len(rows[0])
    if most == 1:  # nothing is even: take what the header has most of, so that the error is apt
        header = head.splitlines()[0]
        best = max(_CANDIDATES, key=header.count)
        return best if header.count(best) else ","
    return best


def _parse(source: Source, text: bytes, delimiter: str) -> pa.Table:
    import pyarrow.csv as arrow_csv

    header = next(csv.reader(io.StringIO(_first_lines(text), newline=""), delimiter=delimiter), [])
    names = [f"f{at}" for at in range(max(len(header), 1))]
    one_column = len(names) == 1
    try:
        return arrow_csv.read_csv(
            pa.BufferReader(text),
            read_options=arrow_csv.ReadOptions(column_names=names, block_size=_block_size(text)),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=not one_column
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), check_utf8=False
            ),
        )
    except pa.ArrowInvalid:  # its message quotes the row: it must not stand in a traceback
        raise _ragged(source, text, delimiter) from None


def _first_lines(text: bytes) -> str:
    """Return enough of the text to hold the header, even a wide one."""
    return text[: 1 << 20].decode("utf-8", "ignore")


def _block_size(text: bytes) -> int:
    # One block must hold a row whole; a few large blocks also make for few chunks.
    return min(max(len(text), 1), 1 << 25)


def _ragged(source: Source, text: bytes, delimiter: str) -> WorldwrightError:
    """Return the error that names the first lines with too many or too few cells."""
    wanted, uneven = _uneven(text, delimiter)
    if not uneven:
        return ReadError(
            f"the lines cannot be cut at {_NAMES[delimiter]}",
            where=str(source.path),
            mend="give every line as many cells as the header, and close every quote",
        )
    mend = f"quote the cells that hold {_NAMES[delimiter]}, or mend the line"
    faults = [
        Fault(
            f"{cells} cell{'s' * (cells != 1)} where the header has {wanted}",
            where=f"{source.path} line {line:,}",
            mend=mend,
        )
        for line, cells in uneven[:_MOST_FAULTS]
    ]
    more = len(uneven) - len(faults)
    if more:
        faults.append(
            Fault(f"{more:,} more lines do not fit the header", where=str(source.path), mend=mend)
        )
    return ReadError.of(faults)


def _uneven(text: bytes, delimiter: str) -> tuple[int, list[tuple[int, int]]]:
    """Return the cells of the header, and line and cells of each row that has others."""
    rows = csv.reader(io.StringIO(text.decode(), newline=""), delimiter=delimiter)
    wanted = len(next(rows))
    uneven: list[tuple[int, int]] = []
    start = rows.line_num + 1
    try:
        for row in rows:
            if row and len(row) != wanted:
                uneven.append((start, len(row)))
            start = rows.line_num + 1
    except csv.Error:  # a cell beyond the limit of this module, which Arrow has not
        return wanted, uneven
    return wanted, uneven


def _check_quotes(source: Source, text: bytes, delimiter: str) -> None:
    """Raise ReadError if a quote is opened and never closed: it would swallow the rows after it."""
    rows = csv.reader(io.StringIO(text.decode(), newline=""), delimiter=delimiter, strict=True)
    start = 1
    try:
        for _ in rows:
            start = rows.line_num + 1
    except csv.Error as fault:
        if "unexpected end" in str(fault):
            raise ReadError(
                "a quote is opened and never closed",
                where=f"{source.path} line {start:,}",
                mend='close it, or double it ("") if it belongs to the cell',
            ) from fault
