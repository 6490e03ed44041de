"""Spelling: what reads alike is one value to a reader, and two to a program."""

from __future__ import annotations

import numpy as np
import pytest

import worldwright as ww
from worldwright.data.report import Verdict
from worldwright.judge.spelling import folded


@pytest.mark.parametrize(
    "other", ["MÜLLER", " müller", "muller", "MÃ¼ller", "mu\u0308ller ", "Müller\t"]
)
def test_ways_to_write_a_word_are_read_alike(other):
    assert folded(other) == folded("Müller")


@pytest.mark.parametrize("other", ["Mueller", "Müllers", "Mü ller", "M"])
def test_other_words_are_not(other):
    assert folded(other) != folded("Müller")


def with_towns(rows: int, seed: int, spoiled: int = 0) -> ww.Dataset:
    chance = np.random.default_rng(seed)
    towns = np.array([f"town {k}" for k in range(40)], dtype=object)
    weights = 1 / np.arange(1, 41)
    town = towns[chance.choice(40, rows, p=weights / weights.sum())]
    town[:spoiled] = [word.upper() for word in town[:spoiled]]
    import pandas as pd

    return ww.read(pd.DataFrame({"town": town, "x": chance.normal(size=rows).round(2)}))


def test_a_few_rows_in_another_spelling_are_named_as_that():
    report = ww.judge(
        with_towns(2_000, 1, spoiled=10), real=with_towns(2_000, 2), holdout=with_towns(2_000, 3)
    )
    first = report.faults[0]
    assert (first.question, first.columns, first.verdict) == ("columns", ("town",), Verdict.DIFFERS)
    assert "in another spelling (case, accents, blanks or encoding)" in first.says
    assert first.effect == pytest.approx(0.005, abs=1e-3)


def test_real_rows_that_have_both_spellings_excuse_made_ones():
    sides = [with_towns(2_000, seed, spoiled=10) for seed in (1, 2, 3)]
    report = ww.judge(sides[0], real=sides[1], holdout=sides[2])
    assert not [one for one in report.faults if "town" in one.columns]
