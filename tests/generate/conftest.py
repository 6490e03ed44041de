"""Small worlds for the tests of this room."""

from __future__ import annotations

import pytest
from small_shop import shop_rows

from worldwright.data.dataset import Dataset
from worldwright.generate.world import World
from worldwright.learn import fit


@pytest.fixture(scope="session")
def shop() -> Dataset:
    return shop_rows()


@pytest.fixture(scope="session")
def world(shop: Dataset) -> World:
    """Columns are independent in it: exact where a column is discrete, by trial where not."""
    return fit(shop, target="region", learner="marginals")


@pytest.fixture(scope="session")
def tied(shop: Dataset) -> World:
    """A World whose columns depend on each other: it resamples the shop."""
    return World(shop, shop.schema, "region")
