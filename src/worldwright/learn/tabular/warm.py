"""Machine code made ahead: after `warm()` the first fit and the first draw need no compiler."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ... import seeds
from ...data.dataset import Dataset
from ...data.expression import parse
from ...data.lineage import Lineage, Role
from ...data.progress import silent
from ...data.schema import Column, Kind, Schema, TableSchema
from .learning import learn
from .settings import Settings


def warm() -> None:
    """Compile every kernel of the forest into the cache, by one small fit and a few draws."""
    rng = seeds.stream(0, "warm")
    letter = rng.integers(3, size=400)
    table = pa.table(
        {
            "letter": pa.array(np.array(list("abc"))[letter]),
            "double": pa.array(np.array(list("xyz"))[letter]),
            "number": pa.array(rng.normal(size=400)),
            "whole": pa.array(rng.integers(40, size=400)),
        }
    )
    kinds = (Kind.CATEGORY, Kind.CATEGORY, Kind.NUMBER, Kind.INTEGER)
    columns = tuple(map(Column, table.column_names, kinds))
    rows = Dataset(
        {"rows": table}, Schema({"rows": TableSchema(columns)}), Lineage("warm", Role.REAL)
    )
    forest = learn(rows, None, Settings(parents=1), seed=0, progress=silent, parents=())
    made = forest.sample(64, seed=0)
    forest.complete(made.select(["double", "whole"]), seed=0)
    rare = parse("letter = b and whole = 3 and number > 0").check(rows.schema.main)
    forest.condition(rare)[0].sample(8, seed=0)
