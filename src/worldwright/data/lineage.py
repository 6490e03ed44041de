"""Lineage: enough to make the same rows again, and to know which part they may play.

Parents are *keyed* fingerprints (see `fingerprint.py`): an open hash of real rows would confirm a
guess of them. What differs from row to row lies in `trace`, a sparse table: a row that is not in it
has the defaults (the block of its position, no cell, weight 1, no scenario).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
import pyarrow as pa

TRACE = pa.schema(
    [
        pa.field("row", pa.int64(), nullable=False),
        pa.field("table", pa.string()),
        pa.field("block", pa.int32()),
        pa.field("part", pa.string()),
        pa.field("cell", pa.int32()),
        pa.field("weight", pa.float64()),
        pa.field("scenario", pa.string()),
        pa.field("stage", pa.string()),
        pa.field("cause", pa.int64()),
    ]
)


class Role(StrEnum):
    """The part that rows play. Evidence is `real` (it teaches) or `holdout` (it judges)."""

    REAL = "real"
    HOLDOUT = "holdout"
    MADE = "made"


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where rows came from.

    Attributes:
        maker: The step that made them: `"read"`, `"split"`, `"world"`.
        role: The part they play; None where anything may still become of them.
        seed: The seed they were drawn from; None for a step that draws nothing.
        parents: Keyed fingerprints of the Datasets that taught or were cut, in reading order.
        spec: Fingerprint of the Plan, project or world file that asked for them.
        spent: (epsilon, delta) spent on the parents; None where nothing was promised.
        where: What each row was asked to meet, as text of the expression language; None for rows
            that stand for the whole of what taught them.
        chosen: How rows were chosen that were made to be worth something, one entry a class.
        trace: What differs from row to row, as a table of schema `TRACE`; sparse.
    """

    maker: str
    role: Role | None = None
    seed: int | None = None
    parents: tuple[str, ...] = ()
    spec: str | None = None
    spent: tuple[float, float] | None = None
    trace: pa.Table = field(default_factory=TRACE.empty_table)
    where: str | None = None
    chosen: tuple[Mapping[str, Any], ...] = ()

    def weights(self, rows: int) -> np.ndarray:
        """Return w = p/q for each of `rows` rows: 1 where the trace says nothing."""
        weights = np.ones(rows)
        if self.trace.num_rows:
            at = self.trace["row"].to_numpy()
            said = self.trace["weight"].to_numpy(zero_copy_only=False)
            weights[at] = np.where(np.isnan(said), 1.0, said)
        return weights
