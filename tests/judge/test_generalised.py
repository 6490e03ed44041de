"""The word that stands for rare values: generalising is no invention, inventing still is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

import worldwright as ww
from worldwright import Dataset, Lineage, Report
from worldwright.data.lineage import Role


def drawn(rows: int, seed: int, *, odd: str | None = None, role: Role | None = None) -> Dataset:
    """Return rows whose `agent` is one of five; `odd` takes the place of 4 % of them."""
    rng = np.random.default_rng(seed)
    agents = np.array(list("abcde"), dtype=object)[rng.integers(5, size=rows)]
    if odd is not None:
        agents[rng.random(rows) < 0.04] = odd
    table = pa.table({"agent": list(agents), "load": rng.normal(size=rows).round(3)})
    return replace(ww.read(table), lineage=Lineage("tests", role, seed))


def judged(odd: str) -> Report:
    real, holdout = drawn(900, 1, role=Role.REAL), drawn(900, 2, role=Role.HOLDOUT)
    return ww.judge(drawn(900, 3, odd=odd, role=Role.MADE), real=real, holdout=holdout)


@pytest.mark.parametrize(("odd", "broken"), [("(rarer)", False), ("never seen", True)])
def test_only_a_word_that_was_invented_breaks_the_rule_of_known_values(odd, broken) -> None:
    rules = [f for f in judged(odd).faults if f.question == "rules" and "agent" in f.says]
    assert bool(rules) is broken
