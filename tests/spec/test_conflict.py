"""Beliefs that cannot both be true are told apart from those that may."""

from __future__ import annotations

import pytest

from worldwright.spec.conflict import conflict
from worldwright.spec.saying import parse

APART = [
    ("y = 1 rises with a", "y = 1 falls with a"),
    ("y = 1 rises with a weakly given b", "y = 1 falls with a strongly given b"),
    ("y = 1 is 3 times likelier when a > 2", "y = 1 is 2 times rarer when a > 2"),
    ("y = 1 never happens when a > 2", "y = 1 is 3 times likelier when a > 2"),
    ("y = 1 never happens when a > 2", "y = 1 happens in 1 % to 2 % of rows when a > 2"),
    ("y = 1 happens in 1 % to 2 % of rows", "y = 1 happens in 5 % to 6 % of rows"),
    ("y does not depend on a", "y = 1 rises with a"),
    ("y does not depend on a, b", "y = 1 is 3 times likelier when a = 1"),
]
TOGETHER = [
    ("y = 1 rises with a", "y = 1 rises with a strongly"),
    ("y = 1 rises with a", "y = 0 falls with a"),
    ("y = 1 rises with a", "y = 1 falls with a given b"),
    ("y = 1 is 3 times likelier when a > 2", "y = 1 is 4 times likelier when a > 2"),
    ("y = 1 is 3 times likelier when a > 2", "y = 1 is 2 times rarer when a > 3"),
    ("y = 1 never happens when a > 2", "y = 1 happens in at most 2 % of rows when a > 2"),
    ("y = 1 happens in 1 % to 2 % of rows", "y = 1 happens in 2 % to 6 % of rows"),
    ("y does not depend on a given b", "y = 1 rises with a"),
    ("y does not depend on a", "y = 1 is 3 times likelier when a = 1 and b = 2"),
    ("b does not depend on a", "y = 1 rises with a"),
]


@pytest.mark.parametrize(("one", "other"), APART)
def test_what_cannot_both_be_true_is_found_in_either_order(one, other):
    assert conflict(parse(one), [parse(other)]) == parse(other)
    assert conflict(parse(other), [parse(one)]) == parse(one)


@pytest.mark.parametrize(("one", "other"), TOGETHER)
def test_what_may_both_be_true_is_let_be(one, other):
    assert conflict(parse(one), [parse(other)]) is None
    assert conflict(parse(other), [parse(one)]) is None
