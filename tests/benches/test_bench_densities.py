"""Densities of the tables bench: one space for all makers, and sums that are known."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from bench.tables import finite
from bench.tables.facts import Facts
from bench.tables.making import Order

FACTS = Facts({"size": "num", "name": "cat", "one": "cat"}, "name", "b")


def frame(sizes: list[float], names: list[str | None]) -> pd.DataFrame:
    return pd.DataFrame({"size": sizes, "name": names, "one": "same"})


def test_numbers_are_cut_at_the_quantiles_of_the_teachers_for_both_sides() -> None:
    taught = frame([*np.arange(319.0), np.nan], ["a", "b"] * 160)
    asked = frame([-5, 0, 318, 1e9], ["a", "b", "a", "a"])
    ours, theirs, facts = finite.as_categories(taught, asked, FACTS)
    assert dict(facts.kinds) == {"size": "cat", "name": "cat"}
    assert ours["size"].nunique() == finite.CUTS
    assert list(theirs["size"]) == ["b00", "b00", "b15", "b15"]


def test_what_is_missing_is_a_value_and_what_is_rare_is_joined() -> None:
    names = ["a"] * 50 + ["b"] * 30 + [None] * 10 + ["c"] * 6 + ["d"] * 4
    taught, asked = frame(list(range(100)), names), frame([1, 2, 3], [None, "c", "new"])
    ours, theirs, _ = finite.as_categories(taught, asked, FACTS)
    assert ours["name"].value_counts().to_dict() == {"a": 50, "b": 30, "missing": 10, "rest": 10}
    assert list(theirs["name"]) == ["missing", "rest", "rest"]


def test_too_few_rare_values_go_to_the_commonest() -> None:
    taught, asked = frame(list(range(60)), ["a"] * 40 + ["b"] * 18 + ["c"] * 2), frame([1], ["z"])
    ours, theirs, _ = finite.as_categories(taught, asked, FACTS)
    assert ours["name"].value_counts().to_dict() == {"a": 42, "b": 18}
    assert list(theirs["name"]) == ["a"]


def test_independent_marginals_sum_to_one_with_what_is_unknown() -> None:
    taught = pd.DataFrame({"p": ["x"] * 6 + ["y"] * 2, "q": ["u", "v"] * 4})
    law = finite.Marginals.of(taught)
    values = list(itertools.product(["x", "y", "other"], ["u", "v", "other"]))
    chances = np.exp(law.log_prob(pd.DataFrame(values, columns=["p", "q"])))
    assert chances.sum() == pytest.approx(1)
    assert chances[0] == pytest.approx(7 / 11 * 5 / 11)


def test_an_impossible_row_costs_what_the_marginals_leave_it() -> None:
    taught = pd.DataFrame({"p": ["x", "y"] * 49})
    asked = pd.DataFrame({"p": ["x", "x"]})
    seen = finite.likelihood(np.array([np.log(0.5), -np.inf]), taught, asked)
    marginal = 50 / 101
    low, high = np.log(0.01 * marginal), np.log(0.99 * 0.5 + 0.01 * marginal)
    assert seen["loglik"] == pytest.approx((low + high) / 2)
    assert seen["impossible"] == 0.5


def test_a_maker_in_its_own_process_weighs_the_rows_that_it_is_asked_about() -> None:
    taught = pd.DataFrame({"p": ["x"] * 30 + ["y"] * 10, "q": ["u", "v"] * 20})
    facts = Facts({"p": "cat", "q": "cat"}, "p")
    done = Order("marginals", taught, facts, 0, weighed=taught.head(1)).carry_out()
    assert done.made is None
    assert done.log_prob == pytest.approx([np.log(31 / 43 * 21 / 43)])
