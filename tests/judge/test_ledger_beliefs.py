"""Beliefs about a rare event: forty rows of twenty thousand tell, and tell both ways."""

from __future__ import annotations

import numpy as np
import pytest

from worldwright import seeds
from worldwright.data.ledger import Standing

from .conftest import dataset_of
from .test_ledger_edges import rows_of, stands

COMMON, RARE = 20_000, 40


def rare(shift: float, seed: int = 1):
    """Rows of which forty say yes, with `age` that many standard deviations higher."""
    chance = seeds.stream(seed, "rare", round(100 * shift))
    says = np.arange(COMMON + RARE) < RARE
    age = np.rint(400 + 100 * (chance.normal(size=len(says)) + shift * says))
    spent = np.exp(2 + 0.5 * chance.normal(size=len(says)))
    answer = np.where(says, "yes", "no").astype(object)
    return dataset_of({"answer": answer, "age": age, "spent": spent})


@pytest.mark.parametrize("given", ["", " given others"])
def test_a_clear_direction_of_a_rare_event_stands_and_its_opposite_falls(given):
    witness = rare(1.0)
    assert stands(f"answer = yes rises with age{given}", witness) is Standing.SUPPORTED
    assert stands(f"answer = yes falls with age{given}", witness) is Standing.CONTRADICTED


def test_a_direction_that_forty_rows_do_not_tell_stays_open():
    nothing = rare(0.0, seed=2)
    assert stands("answer = yes rises with age", nothing) is Standing.CANNOT_TELL
    assert stands("answer = yes falls with age", nothing) is Standing.CANNOT_TELL


def test_true_directions_of_rare_events_are_hardly_ever_contradicted():
    """Null: a weak direction is true. P(p <= 0.04) <= 0.04; P(more than 10 of 60) <= 1e-4."""
    fallen = sum(
        stands("answer = yes rises with age", rare(0.3, seed)) is Standing.CONTRADICTED
        for seed in range(60)
    )
    assert fallen <= 10


def test_a_distance_is_told_not_a_correlation_that_rarity_makes_small():
    (row,) = rows_of("answer = yes rises with age", rare(1.0))
    assert row.measure == "distance in normal scores"
    assert row.effect == pytest.approx(1.0, abs=0.4)
    assert row.low is not None
    assert row.low > 0.3


@pytest.mark.parametrize(
    ("answer", "law", "verdict"),
    [
        ("no", "lognormal(2, 0.5)", Standing.SUPPORTED),
        ("no", "lognormal(3, 0.5)", Standing.CONTRADICTED),
        ("yes", "lognormal(2, 0.5)", Standing.CANNOT_TELL),
        ("yes", "lognormal(4, 0.5)", Standing.CONTRADICTED),
    ],
)
def test_a_law_is_held_against_the_rows_of_the_event(answer, law, verdict):
    assert stands(f"spent given answer = {answer} looks like {law}", rare(0.0)) is verdict


def test_a_law_of_fewer_than_ten_rows_is_untested():
    few = rare(0.0).take(np.arange(RARE - 8, 2_000))
    said = "spent given answer = yes looks like lognormal(2, 0.5)"
    assert stands(said, few) is Standing.UNTESTED
