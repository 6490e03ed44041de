"""What leaves from real rows: no bin of few, no extreme, no rare value."""

from __future__ import annotations

import numpy as np
from hypothesis import given as for_all
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from worldwright.data.reporting.disclose import bin_of, edge_labels, numeric_edges, shown_values

floats = st.floats(-1e12, 1e12) | st.sampled_from([0.0, 1.0, np.nan, np.inf, -np.inf])
columns = st.integers(0, 400).flatmap(lambda n: arrays(np.float64, n, elements=floats))


@for_all(columns, st.integers(1, 15))
def test_every_bin_holds_ten_real_values_and_no_edge_is_an_extreme(column, bins) -> None:
    edges = numeric_edges(column, bins)
    finite = column[np.isfinite(column)]
    assert len(edges) < max(bins, 1)
    assert np.all(np.diff(edges) > 0)
    if len(edges):
        low, high = np.quantile(finite, [0.01, 0.99])
        assert low <= edges[0]
        assert edges[-1] <= high
        assert np.bincount(bin_of(finite, edges), minlength=len(edges) + 1).min() >= 10
    assert len(edge_labels(edges)) == len(edges) + 1


@for_all(st.dictionaries(st.text(max_size=5), st.integers(0, 40)), st.integers(0, 15))
def test_a_value_of_few_rows_is_not_shown(counts, most) -> None:
    shown = shown_values(counts, most)
    assert len(shown) <= most
    assert all(counts[value] >= 10 for value in shown)
    hidden = [counts[value] for value in counts if value not in shown]
    if len(shown) < most:
        assert all(count < 10 for count in hidden)
    elif shown:
        assert max(hidden, default=0) <= counts[shown[-1]]


def test_a_planted_extreme_does_not_show() -> None:
    column = np.append(np.arange(1000.0), 987_654_321.0)
    assert not any("987" in label for label in edge_labels(numeric_edges(column)))


def test_a_heavy_value_has_a_bin_of_its_own() -> None:
    column = np.concatenate([np.full(900, 7.0), np.arange(-100.0, 200.0)])
    edges = numeric_edges(column)
    assert 7.0 in edges
    assert 8.0 in edges


def test_bins_are_named_as_a_person_would() -> None:
    assert edge_labels([0.5, 1200.0, 25_000.0]) == [
        "below 0.5",
        "0.5 to 1200",
        "1200 to 25,000",
        "25,000 and above",
    ]
    assert edge_labels([]) == ["all values"]


def test_years_keep_their_digits() -> None:
    years = np.repeat(np.arange(2010.0, 2021.0), 40)
    assert edge_labels(numeric_edges(years))[:2] == ["below 2011", "2011 to 2012"]


def test_few_rows_are_not_cut() -> None:
    assert len(numeric_edges(np.arange(19.0))) == 0
