"""A project to start from: a project file and a schema file for rows that somebody has.

What is inferred stands in the schema file, to be read and mended; the project file holds one line
for each key with what it means. Nothing is overwritten and the source is not copied.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from ..data.atomic import refuse_existing, write_bytes
from ..data.dataset import Dataset
from ..data.read import read
from ..data.schema_file import schema_to_yaml
from ..errors import SchemaError, nearest
from ..spec.project import FILE_NAME

SCHEMA_NAME = "schema.yaml"
MOST_ROWS = 20_000

_PROJECT = """\
# A Worldwright project:  ww check, then ww run, and this folder or file.

evidence:
  read: {source}
  schema: {schema}                   # the kinds that were inferred; read them, mend them
  {target}
  holdout: 0.3                          # the share of rows that judges, and teaches nothing

world:
  learner: forest                       # `ww plugins` lists what there is

wish:
  rows: {rows}
  # share: {{COLUMN: {{VALUE: 0.2}}}}       # make a value more frequent; weights give its rate back
  # where: "COLUMN < 1000"              # what every made row must meet

gates:                                  # what the report must say, or nothing is released
  rules: same
  membership_auc: "<= 0.55"

release: releases/
seed: 1
"""


def write_project(directory: Path, source: Path, target: str | None) -> list[Path]:
    """Write the project file and the schema file; returns their paths."""
    paths = [directory / FILE_NAME, directory / SCHEMA_NAME]
    for path in paths:
        refuse_existing(path, mend="choose another folder, or edit the file that is there")
    rows = read(source)
    if target is not None and target not in rows.columns:
        raise SchemaError(
            f"there is no column {target!r}", where=str(source), mend=nearest(target, rows.columns)
        )
    write_bytes(paths[1], schema_to_yaml(rows.schema).encode())
    write_bytes(paths[0], _project_text(directory, source, target, rows).encode())
    return paths


def _project_text(directory: Path, source: Path, target: str | None, rows: Dataset) -> str:
    unsaid = "# target: COLUMN                      # what a model is to tell"
    return _PROJECT.format(
        source=_quoted(os.path.relpath(source.resolve(), directory.resolve())),
        schema=SCHEMA_NAME,
        target=unsaid if target is None else f"target: {_quoted(target)}",
        rows=min(rows.rows, MOST_ROWS),
    )


def _quoted(text: str) -> str:
    """Return `text` so that YAML reads it back as it is: JSON's strings are YAML's."""
    return json.dumps(text, ensure_ascii=False)
