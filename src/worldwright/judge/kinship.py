"""Kinship: which rows of one table refer to which rows of another, and how to move them.

A reference of any table will do; the Ground's stream chooses one. Columns of another table than the
main one are named `table.column`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..data.schema import Reference
from .delusion import Ground, Planted
from .planting import Place, pick, with_table


@dataclass(frozen=True)
class Kinship:
    """One reference: the table of the children, and for each of its rows where its parent stands.

    Attributes:
        child: The table that refers.
        reference: Which of its columns refers to which key of which table.
        parents: For each row of the child table, the position of its parent; -1 for none.
    """

    ground: Ground
    child: str
    reference: Reference
    parents: np.ndarray

    @property
    def name(self) -> str:
        """The referring column, with its table where that is not the main one."""
        own = self.child == self.ground.fresh.schema.main_name
        return self.reference.column if own else f"{self.child}.{self.reference.column}"

    def retold(self, values: pa.Array | pa.ChunkedArray, place: Place) -> Planted:
        """Plant the referring column with these values."""
        table = self.ground.fresh.tables[self.child]
        at = table.column_names.index(self.reference.column)
        return with_table(
            self.ground, self.child, table.set_column(at, table.field(at), values), place
        )

    def moved(self, index: np.ndarray, place: Place) -> Planted:
        """Plant the referring column with row i holding the value of row index[i]."""
        column = self.ground.fresh.tables[self.child][self.reference.column]
        return self.retold(column.take(pa.array(index)), place)

    def led_astray(self, at: np.ndarray, place: Place) -> Planted:
        """Plant references of the rows `at` that no row of the other table answers."""
        column = self.ground.fresh.tables[self.child][self.reference.column]
        keys = self.ground.fresh.tables[self.reference.table][self.reference.key]
        lost = np.zeros(len(column), dtype=bool)
        lost[at] = True
        number = np.cumsum(lost)
        if pa.types.is_integer(column.type):
            nowhere = pa.array((pc.max(keys).as_py() or 0) + number, pa.int64())
            nowhere = nowhere.cast(column.type)
        else:
            nowhere = pa.array([f"worldwright-{i}" for i in number], pa.string())
        plain = column.cast(nowhere.type).combine_chunks()
        return self.retold(pc.if_else(pa.array(lost), nowhere, plain).cast(column.type), place)


def kinship(ground: Ground) -> Kinship | None:
    """Return one reference of the data, by the Ground's own stream; None where there is none."""
    found = [
        (name, reference)
        for name, table in ground.fresh.schema.tables.items()
        for reference in table.references
        if reference.table in ground.fresh.tables and ground.fresh.tables[name].num_rows
    ]
    chosen = pick(ground, found)
    if chosen is None:
        return None
    child, reference = chosen
    keys = ground.fresh.tables[reference.table][reference.key].cast(pa.string())
    values = ground.fresh.tables[child][reference.column].cast(pa.string())
    at = pc.index_in(values, value_set=keys.combine_chunks())
    return Kinship(ground, child, reference, pc.fill_null(at, -1).to_numpy().astype(np.int64))
