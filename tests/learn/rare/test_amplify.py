"""Rare rows on demand: chosen on real rows, from beliefs, or none at all."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest

import worldwright as ww
from worldwright import seeds
from worldwright.data.dataset import Dataset
from worldwright.data.schema import Column, Kind
from worldwright.errors import SpecError, WishError

from ..tables import rows_of, words

COMMON, RARE = 900, 40
FRAUD = ww.Wish(amplify={"kind": "fraud"})


def payments(rare: int = RARE, *, shift: float = 0.5, common: int = COMMON) -> Dataset:
    """Payments of which a few are fraud: a little higher in each of twenty scores, and amounts."""
    chance = seeds.stream(4, "payments", rare, round(10 * shift))
    n = common + rare
    is_rare = np.arange(n) < rare
    scores = {
        Column(f"score {at}", Kind.NUMBER): pa.array(chance.normal(size=n) + shift * is_rare)
        for at in range(20)
    }
    return rows_of(
        {
            Column("amount", Kind.NUMBER): pa.array(
                np.round(np.exp(4 + chance.normal(size=n) + shift * is_rare), 2)
            ),
            Column("age", Kind.INTEGER): pa.array(chance.integers(18, 80, size=n)),
            Column("country", Kind.CATEGORY): words(chance.integers(5, size=n)),
            **scores,
            Column("kind", Kind.CATEGORY): pa.array(np.where(is_rare, "fraud", "honest")),
        }
    )


@pytest.fixture(scope="module")
def world() -> ww.World:
    """A World of forty frauds, and somebody who knows that each score is made to rise with them."""
    world = ww.fit(payments(), target="kind", seed=0)
    for at in range(20):
        world = world.believe(f"kind = fraud rises with `score {at}`", because="it is its purpose")
    return world


@pytest.fixture(scope="module")
def made(world) -> Dataset:
    return world.sample(FRAUD, seed=1)


@pytest.fixture(scope="module")
def barely() -> ww.World:
    """A World that was taught four frauds: nothing can be tried on them."""
    return ww.fit(payments(4), target="kind", seed=0)


def rows_where(made: Dataset, kind: str) -> pa.Table:
    return made.table.filter(pa.compute.equal(made.table["kind"].cast(pa.string()), kind))


def test_rare_rows_are_made_where_they_help_and_look_like_the_rare(made):
    fraud, honest = rows_where(made, "fraud"), rows_where(made, "honest")
    (told,) = made.lineage.chosen
    assert fraud.num_rows == told["rare rows"] >= 1_000
    assert honest.num_rows == 2 * fraud.num_rows
    gap = np.log(fraud["amount"].to_numpy()).mean() - np.log(honest["amount"].to_numpy()).mean()
    assert 0.3 < gap < 1.5


def test_weights_give_the_shares_of_the_real_rows_back(made):
    weights = made.weights()
    is_rare = np.array(made.table["kind"].to_pylist()) == "fraud"
    assert weights.mean() == pytest.approx(1)
    assert weights[is_rare].sum() / weights.sum() == pytest.approx(RARE / (COMMON + RARE))


def test_the_same_seed_makes_the_same_rows_also_of_a_world_that_was_saved(world, made, tmp_path):
    loaded = ww.load(world.save(tmp_path / "world"))
    with pytest.raises(WishError, match="evidence=real"):
        loaded.sample(FRAUD, seed=1)
    assert loaded.sample(FRAUD, seed=1, evidence=payments()).table.equals(made.table)


def test_how_it_was_chosen_is_told_and_kept(made, tmp_path):
    (told,) = made.lineage.chosen
    low, high = told["expected"][1:]
    assert low < told["expected"][0] < high
    assert told["against"] in told["tried"]
    assert sum(one.startswith("score") for one in told["tells it most"]) >= 6
    assert "chosen on real rows that did not teach" in told["says"]
    again = ww.read(made.save(tmp_path / "made"))
    assert json.dumps(again.lineage.chosen) == json.dumps(made.lineage.chosen)


def test_nothing_is_made_of_a_class_that_differs_in_nothing():
    world = ww.fit(payments(shift=0.0, common=400), target="kind", seed=0)
    made = world.sample(FRAUD, seed=1)
    assert made.rows == 0
    assert "no made rows" in made.lineage.chosen[0]["says"]


@pytest.mark.parametrize("rare", [1, 2, 4])
def test_a_few_rare_rows_choose_nothing_and_say_so(rare):
    world = ww.fit(payments(rare), target="kind", seed=0)
    made = world.sample(FRAUD, seed=1)
    assert made.rows == 0
    told = made.lineage.chosen[0]
    assert "fewer than 5 real rows" in told["says"]
    assert told["real rows"] == "fewer than 10"
    assert told["rate"] == 10 / (COMMON + rare)
    forced = world.sample(ww.Wish(amplify={"kind": "fraud"}, rows=30), seed=1)
    assert rows_where(forced, "fraud").num_rows == 30


def test_a_class_without_one_example_follows_from_beliefs_alone(barely):
    wish = ww.Wish(amplify={"kind": "theft"}, rows=400)
    with pytest.raises(WishError, match="no real row has kind = 'theft'"):
        barely.sample(wish, seed=1)
    knowing = barely.believe("kind = theft rises with age strongly")
    made = knowing.believe("kind = theft happens in 1 % to 4 % of rows").sample(wish, seed=1)
    theft, others = rows_where(made, "theft")["age"], rows_where(made, "honest")["age"]
    assert len(theft) == 400
    assert theft.to_numpy().mean() > others.to_numpy().mean() + 5
    (told,) = made.lineage.chosen
    assert told["rate"] == pytest.approx(0.02)
    assert "no real row" in told["says"]
    assert "follow from 1 belief alone" in told["says"]


def test_a_belief_moves_rows_that_few_examples_leave_open():
    plain = ww.fit(payments(4, shift=0.0), target="kind", seed=0)
    wish = ww.Wish(amplify={"kind": "fraud"}, rows=400)
    believing = plain.believe("kind = fraud rises with age strongly", because="they know more")
    ages = [
        rows_where(world.sample(wish, seed=1), "fraud")["age"].to_numpy().mean()
        for world in (plain, believing)
    ]
    assert ages[1] > ages[0] + 5


def test_what_never_happens_is_in_no_rare_row(barely):
    never = barely.believe("kind = fraud never happens when country = 'w2'")
    made = never.sample(ww.Wish(amplify={"kind": "fraud"}, rows=800), seed=1)
    assert "w2" in set(made.table["country"].to_pylist())
    assert "w2" not in set(rows_where(made, "fraud")["country"].to_pylist())


def test_what_is_irrelevant_tells_nothing(barely):
    wish = ww.Wish(amplify={"kind": "fraud"}, rows=10)
    first = barely.sample(wish, seed=1).lineage.chosen[0]["tells it most"][0].rpartition(" ")[0]
    blind = barely.believe(f"kind does not depend on `{first}`")
    told = blind.sample(wish, seed=1).lineage.chosen[0]["tells it most"]
    assert told
    assert not any(one.startswith(f"{first} ") for one in told)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"kinds": "fraud"}, "did you mean 'kind'"),
        ({"kind": "froud"}, "no real row has kind = 'froud'"),
        ({"amount": "3"}, "'amount' is a number, and has no classes"),
    ],
)
def test_a_wish_for_what_is_not_there_is_told(world, asked, says):
    with pytest.raises(WishError, match=says):
        world.sample(ww.Wish(amplify=asked), seed=1)


def test_rare_rows_are_sampled_and_not_planned_or_streamed(world, tmp_path):
    with pytest.raises(WishError, match="no plan says how many"):
        world.plan(FRAUD, seed=1)
    with pytest.raises(WishError, match="no plan says how many"):
        world.write(FRAUD, tmp_path / "rows", seed=1)
    assert not (tmp_path / "rows").exists()


def test_a_wish_that_cannot_be_read_is_told():
    with pytest.raises(WishError, match="does not say what is rare"):
        ww.Wish(amplify={})
    with pytest.raises(WishError, match="cannot be shaped as well"):
        ww.Wish(amplify={"kind": "fraud"}, where="age > 3")
    with pytest.raises(WishError, match="0 rare rows"):
        ww.Amplify({"kind": "fraud"}, rows=0)


def test_a_strength_is_a_word_or_a_number(world):
    said = "kind = fraud rises with age"
    assert world.believe(said, strength=25).stated[-1].pseudo_rows == 25
    with pytest.raises(SpecError, match="how many rows it is worth"):
        world.believe(said, strength="firm")
