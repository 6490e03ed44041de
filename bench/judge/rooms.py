"""Rooms: the rows that a peer is shown, written where its own environment can read them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from worldwright import Dataset, Kind

from .grounds import Draw
from .peers import HOMES

_WORDS = (Kind.CATEGORY, Kind.BOOLEAN)
_SHOWN = {Kind.NUMBER: "num", Kind.INTEGER: "num", Kind.DATETIME: "date"}


def write(room: Path, made: Dataset, part: Draw) -> None:
    """Write the main table of three sides, without ids, texts and nested columns."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    room.mkdir(parents=True)
    columns = made.schema.main.columns
    kinds = {c.name: "cat" if c.kind in _WORDS else _SHOWN.get(c.kind, "") for c in columns}
    kinds = {name: kind for name, kind in kinds.items() if kind}
    for side, rows in (("made", made), ("real", part.teachers), ("holdout", part.holdout)):
        table = rows.table.select(list(kinds))
        for at, (name, kind) in enumerate(kinds.items()):
            if kind == "cat":
                table = table.set_column(at, name, table[name].cast(pa.string()))
        pq.write_table(table, room / f"{side}.parquet")
    (room / "facts.json").write_text(json.dumps({"kinds": kinds}))


def python(tool: str) -> Path:
    """Return the interpreter of the tool's environment."""
    return Path(os.environ.get("BENCH_VENVS", "")) / HOMES[tool] / "bin/python"


def ask(tool: str, folder: Path) -> dict[str, dict[str, Any]]:
    """Return the tool's verdict for each room of the folder, by the room's name."""
    script = Path(__file__).with_name("peers.py")
    env = {**os.environ, "PYTHONWARNINGS": "ignore", "HF_HUB_OFFLINE": "1", "PYTHONPATH": "",
           "OMP_NUM_THREADS": "1", "DO_NOT_TRACK": "1"}  # fmt: skip
    command = [str(python(tool)), str(script), tool, str(folder)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stderr[-2000:], file=sys.stderr)
    name = f"{tool.replace(' ', '-')}.json"
    return {path.parent.name: json.loads(path.read_text()) for path in folder.glob(f"*/{name}")}
