"""The guard's arithmetic, each fast formula against a slow and obvious one."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from worldwright.guard.chance import (
    Interval,
    Witnesses,
    area,
    binomial_power,
    binomial_tail,
    clopper_pearson,
    difference,
    exceedance_tail,
    holm,
)
from worldwright.guard.neighbours import nearest

scores = st.lists(st.integers(0, 6), min_size=2, max_size=12).map(np.array)
points = st.integers(1, 9).flatmap(
    lambda rows: arrays(np.float64, (rows, 3), elements=st.integers(0, 3).map(lambda v: v / 3))
)


@for_all(points, points)
def test_the_nearest_row_is_the_nearest_by_brute_force(some, base) -> None:
    distance, which = nearest(some, base)
    for at, point in enumerate(some):
        slow = [math.dist(point, other) for other in base]
        assert distance[at] == pytest.approx(min(slow), abs=1e-9)
        assert slow[which[at]] == pytest.approx(min(slow), abs=1e-9)


def test_a_copy_is_at_distance_zero_even_far_from_the_origin() -> None:
    base = np.full((3, 400), 0.7071) + np.arange(3)[:, None]
    assert nearest(base, base)[0].tolist() == [0.0, 0.0, 0.0]


@for_all(scores, scores)
def test_the_area_is_the_share_of_pairs_in_order(members, others) -> None:
    pairs = [(a > b) + 0.5 * (a == b) for a, b in itertools.product(members, others)]
    found, p = area(members, others)
    assert found.value == pytest.approx(np.mean(pairs))
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert 0 <= p <= 1


@for_all(st.integers(1, 40), st.integers(0, 40))
def test_the_binomial_tail_is_the_sum_of_its_terms(tries, hits) -> None:
    hits = min(hits, tries)
    terms = sum(math.comb(tries, k) for k in range(hits, tries + 1))
    assert binomial_tail(hits, tries) == pytest.approx(terms / 2**tries)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.5])
def test_the_exact_interval_holds_the_truth_at_least_as_often_as_it_says(share) -> None:
    tries = 40
    held = sum(
        math.comb(tries, k) * share**k * (1 - share) ** (tries - k)
        for k in range(tries + 1)
        if clopper_pearson(k, tries).low <= share <= clopper_pearson(k, tries).high
    )
    assert held >= 0.95


def test_no_tries_tell_nothing() -> None:
    assert clopper_pearson(0, 0) == Interval(0.5, 0.0, 1.0)


def test_a_difference_of_shares_without_hits_has_room_on_both_sides() -> None:
    found = difference(clopper_pearson(0, 100), clopper_pearson(0, 100))
    assert found.value == 0
    assert found.low == pytest.approx(-found.high)
    assert found.high > 0.03


@pytest.mark.parametrize(("members", "others", "allowed"), [(3, 4, 0), (4, 3, 1), (5, 2, 1)])
def test_the_tail_of_exceedances_is_that_of_all_orders(members, others, allowed) -> None:
    orders = list(itertools.combinations(range(members + others), others))
    for above in range(1, members + 1):
        # Members before the (allowed + 1)-th of the others, from the top of the order.
        hits = sum(order[allowed] - allowed >= above for order in orders)
        slow = hits / len(orders)
        tail = exceedance_tail(members, others, above=above, allowed=allowed)
        assert tail == pytest.approx(slow)


@for_all(st.lists(st.floats(0, 1), min_size=1, max_size=8).map(np.array))
def test_holm_is_the_step_down_by_hand(p_values) -> None:
    ranked = sorted(range(len(p_values)), key=lambda i: (p_values[i], i))
    slow, worst = [0.0] * len(p_values), 0.0
    for place, at in enumerate(ranked):
        worst = max(worst, p_values[at] * (len(p_values) - place))
        slow[at] = min(worst, 1.0)
    assert holm(p_values).tolist() == pytest.approx(slow)


def test_rows_that_point_at_one_record_are_one_witness() -> None:
    one = Witnesses(np.array([50.0]), np.array([]))
    many = Witnesses(np.ones(25), np.ones(25))
    assert one.per_witness == 50
    assert many.per_witness == 1
    assert Witnesses(np.zeros(0), np.zeros(0)).per_witness == 1


@pytest.mark.parametrize(("tries", "share"), [(50, 0.7), (200, 0.6), (1_000, 0.55)])
def test_the_power_of_the_sign_test_is_what_simulation_gives(tries, share) -> None:
    # 20,000 draws: five standard errors of a share are at most 0.018.
    draws = np.random.Generator(np.random.Philox(key=7)).binomial(tries, share, 20_000)
    seen = np.mean([binomial_tail(k, tries) <= 0.01 for k in draws])
    assert binomial_power(tries, share, 0.01) == pytest.approx(seen, abs=0.018)
