"""Small Datasets that the tests of this room share."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyarrow as pa
import pytest

from worldwright.data.dataset import Dataset
from worldwright.data.read import read


@pytest.fixture
def visits() -> Dataset:
    """Twelve rows: four customers with three visits each; 'rare' in three rows."""
    start = datetime(2025, 1, 1)
    return read(
        pa.table(
            {
                "customer": [f"c{at // 3}" for at in range(12)],
                "when": [start + timedelta(days=at) for at in range(12)],
                "kind": ["common"] * 9 + ["rare"] * 3,
                "paid": [1.5 * at for at in range(12)],
            }
        )
    )
