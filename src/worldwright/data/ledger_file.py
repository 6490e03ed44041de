"""The ledger's file: how the assumptions of a World stood, judging by judging. Only ever added to.

It lies beside what it speaks of (`worlds/flows` and `worlds/flows.ledger.jsonl`), since a saved
World and a release are never changed. One entry a judging, in a log that is bound by hashes
(`log.py`): the occasion, the keyed fingerprints of the real rows, and each row of the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from .ledger import LedgerRow
from .log import Entry, Log
from .reporting.plain import plain

KIND = "ledger"


def path_beside(folder: str | Path) -> Path:
    """Return where the ledger of a saved World or a release lies."""
    own = Path(folder).resolve()
    return own.with_name(f"{own.name}.ledger.jsonl")


def append(path: Path, rows: Sequence[LedgerRow], *, occasion: str, real: Sequence[str]) -> Entry:
    """Add how the assumptions stand now. `real` are keyed fingerprints of the rows that spoke."""
    facts = {"occasion": occasion, "real": list(real), "rows": [plain(row) for row in rows]}
    return Log(path).append(KIND, facts)


def standings(path: Path) -> Mapping[str, str]:
    """Return how each assumption stood when it was last tested; verifies the whole file."""
    stood: dict[str, str] = {}
    for entry in Log(path).entries():
        for row in entry.facts["rows"]:
            if row["verdict"] != "untested":
                stood[row["says"]] = row["verdict"]
    return stood
