"""A file on its way in: opened, decompressed and decoded, with its faults in plain words.

Readers ask a Source for `content()` (bytes as the format has them) or `text()` (the same as UTF-8)
and need not know about .gz, .zst, encodings, permissions or broken archives.
"""

from __future__ import annotations

import codecs
import gzip
import zlib
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from ..errors import ReadError

COMPRESSED = ("gz", "zst")


@dataclass(frozen=True, slots=True)
class Source:
    """One file, and how its text is encoded."""

    path: Path
    encoding: str = "utf-8"

    @property
    def extension(self) -> str:
        """The lower-case ending that tells the format: `csv` of `flows.csv.gz`."""
        return self._endings()[1]

    @property
    def stem(self) -> str:
        """The name without the endings: `flows` of `flows.csv.gz`."""
        return self._endings()[0]

    def content(self) -> bytes:
        """Return the bytes of the file, decompressed."""
        try:
            return _decompressed(self.path)
        except (EOFError, zlib.error, gzip.BadGzipFile, pa.ArrowInvalid) as fault:
            raise self._broken(fault) from fault
        except PermissionError as fault:
            raise unreadable(self.path) from fault
        except OSError as fault:
            if self.path.suffix.lower() == ".zst":
                raise self._broken(fault) from fault
            raise ReadError(
                f"the file cannot be read: {fault.strerror}",
                where=str(self.path),
                mend="check the disk or the network share it lies on",
            ) from fault

    def text(self) -> bytes:
        """Return the text of the file as UTF-8, without a byte order mark."""
        content = self.content()
        if not content.strip():
            raise ReadError(
                "the file is empty",
                where=str(self.path),
                mend="bring a file with a header and at least one row below it",
            )
        try:
            is_utf8 = codecs.lookup(self.encoding).name == "utf-8"
        except LookupError as fault:
            raise ReadError(
                f"there is no encoding {self.encoding!r}",
                where=f"read({self.path.name!r}, encoding={self.encoding!r})",
                mend="use a name such as 'utf-8', 'cp1252', 'latin-1' or 'utf-16'",
            ) from fault
        if not is_utf8:
            content = self._decoded(content, self.encoding).encode()
        elif content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise self._not_text("it starts as UTF-16 does", "utf-16")
        elif not content.isascii():
            self._decoded(content, "utf-8")
        if b"\0" in content[:65536]:
            raise ReadError(
                "the file holds zero bytes, so it is not text",
                where=str(self.path),
                mend="export it as text, or give the file the ending of its true format",
            )
        return content.removeprefix(codecs.BOM_UTF8)

    def _decoded(self, content: bytes, encoding: str) -> str:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as fault:
            line = content.count(b"\n", 0, fault.start) + 1
            what = f"byte {fault.start:,} (line {line:,}) does not fit"
            raise self._not_text(what, "cp1252", encoding) from fault

    def _not_text(self, why: str, other: str, encoding: str = "utf-8") -> ReadError:
        return ReadError(
            f"the text is not {encoding.upper()}: {why}",
            where=str(self.path),
            mend=f"save the file as UTF-8, or name its encoding: read(..., encoding={other!r})",
        )

    def _broken(self, fault: Exception) -> ReadError:
        kind = "gzip" if self.path.suffix.lower() == ".gz" else "zstd"
        if isinstance(fault, gzip.BadGzipFile) and "Not a gzipped file" in str(fault):
            return ReadError(
                "the file is not compressed, though its name says so",
                where=str(self.path),
                mend="take the ending .gz off its name",
            )
        cut = isinstance(fault, EOFError) or "Truncated" in str(fault)
        return ReadError(
            f"the {kind} file is {'cut short' if cut else 'damaged'}",
            where=str(self.path),
            mend="copy or download it again; nothing was read from it",
        )

    def _endings(self) -> tuple[str, str]:
        parts = self.path.name.split(".")
        if len(parts) > 1 and parts[-1].lower() in COMPRESSED:
            parts.pop()
        if len(parts) == 1:
            return parts[0], ""
        return ".".join(parts[:-1]), parts[-1].lower()


def unreadable(path: Path) -> ReadError:
    """Return the error for a file or folder that this user may not read."""
    return ReadError(
        "no permission to read it",
        where=str(path),
        mend=f"allow it: chmod u+r {path.name}, or ask its owner",
    )


def _decompressed(path: Path) -> bytes:
    match path.suffix.lower():
        case ".gz":
            with gzip.open(path) as file:
                return file.read()
        case ".zst":
            with pa.OSFile(str(path)) as file, pa.CompressedInputStream(file, "zstd") as stream:
                return bytes(stream.read())
        case _:
            return path.read_bytes()
