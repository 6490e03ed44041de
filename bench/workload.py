"""Workload: the one World that the benches of size and of start use, learned once and saved.

It is learned from the adult table (32,561 rows, 15 columns), which WORLDWRIGHT_DATA holds.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .tables.sets import root

TARGET = "salary"


def real_file() -> Path:
    """Return the file of real rows."""
    return root() / "tabular" / "adult_census" / "adult.csv.gz"


@contextmanager
def saved_world() -> Iterator[Path]:
    """Yield a folder that holds a saved World and has room for what is made; gone afterwards."""
    import worldwright as ww

    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        real = ww.read(real_file())
        place = Path(folder) / "world"
        ww.fit(real, target=TARGET, seed=0).save(place)
        yield place
