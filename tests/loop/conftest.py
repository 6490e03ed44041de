"""A small table of orders and a project over it, written to a folder of the test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from worldwright import seeds

PROJECT = """\
evidence:
  read: orders.csv
  target: late
  holdout: 0.4
world:
  learner: forest
wish:
  rows: 200
seed: 3
"""

Write = Callable[..., Path]


def orders(rows: int = 600) -> str:
    """Return a CSV of orders: amount rises with items, and far orders are late more often."""
    chance = seeds.stream(11, "orders")
    region = chance.choice(["north", "south", "far"], rows, p=[0.5, 0.3, 0.2])
    items = chance.integers(1, 9, rows)
    amount = np.round(items * chance.gamma(9.0, 1.5, rows), 2)
    late = np.where(chance.random(rows) < np.where(region == "far", 0.5, 0.1), "yes", "no")
    lines = [f"{r},{i},{a:.2f},{y}" for r, i, a, y in zip(region, items, amount, late, strict=True)]
    return "\n".join(["region,items,amount,late", *lines]) + "\n"


@pytest.fixture
def project(tmp_path: Path) -> Write:
    """Return a function that writes the project, with parts of its text replaced."""

    def write(*changes: tuple[str, str], rows: int = 600, more: str = "") -> Path:
        folder = tmp_path / "orders"
        folder.mkdir(exist_ok=True)
        (folder / "orders.csv").write_text(orders(rows))
        text = PROJECT
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (folder / "project.yaml").write_text(text + more)
        return folder / "project.yaml"

    return write
