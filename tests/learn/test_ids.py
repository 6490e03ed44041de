"""Ids by pattern: new ones look like the real ones, are nobody's, and never meet in a draw."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given as for_all
from hypothesis import settings as effort
from hypothesis import strategies as st

from worldwright import plugins, seeds
from worldwright.data.dataset import Dataset
from worldwright.data.lineage import Lineage, Role
from worldwright.data.progress import silent
from worldwright.data.schema import Column, Kind, Schema, TableSchema
from worldwright.generate.plan import BLOCK_ROWS
from worldwright.learn import fit
from worldwright.spec.wish import Wish

HEX = np.array(list("0123456789abcdefABCDEF"))
chance = seeds.stream(1, "ids")
REAL = {
    "order": [f"ORD-{2022 + k % 3}-{k:06}" for k in range(900)],
    "invoice": [f"INV/{k:04}-{'AB' if k % 3 else 'CD'}" for k in range(900)],
    "phone": [f"+1-{555 + k % 4}-{k:04}" for k in range(900)],
    "hex": ["".join(chance.choice(HEX, 10)) for _ in range(900)],
    "plain": [f"K{k}" for k in range(100, 1_000)],
    "letters": ["".join(chance.choice(list("ABCD"), 3)) + f"{k:03}" for k in range(900)],
    "glued": [f"{2022 + k % 3}{k:06}" for k in range(900)],
}
FORMS = {
    "order": r"ORD-202[234]-\d{6}",
    "invoice": r"INV/\d{4}-(AB|CD)",
    "phone": r"\+1-55[5678]-\d{4}",
    "hex": r"[0-9a-fA-F]{10}",
    "plain": r"K[1-9]\d{2,3}",
    "letters": r"[A-Z]{3}\d{3}",
    "glued": r"202[234]\d{6}",
}


def rows_of(**ids: list[str]) -> Dataset:
    many = len(next(iter(ids.values())))
    table = pa.table({**ids, "word": pa.array(["a", "b"] * (many // 2) + ["c"] * (many % 2))})
    columns = (*(Column(name, Kind.ID) for name in ids), Column("word", Kind.CATEGORY))
    table = table.set_column(len(ids), "word", table["word"].dictionary_encode())
    return Dataset({"rows": table}, Schema({"rows": TableSchema(columns)}), Lineage("t", Role.REAL))


def learned(**ids: list[str]):
    forest = plugins.learners.get("forest")
    return forest(rows_of(**ids), target=None, seed=0, progress=silent, settings={"trees": 1})


@pytest.fixture(scope="module")
def forest():
    return learned(**REAL)


@pytest.mark.parametrize("name", REAL)
def test_new_ids_have_the_form_of_the_real_ones_and_are_nobodys(forest, name) -> None:
    made = forest.sample(3_000, seed=1).table[name].to_pylist()
    assert len(set(made)) == 3_000
    assert not set(made) & set(REAL[name])
    assert [one for one in made if not re.fullmatch(FORMS[name], one)] == []


def test_told_parts_come_as_often_as_they_were(forest) -> None:
    # Null: binomial with n = 20,000; 5.5 standard deviations are 0.018.
    made = forest.sample(20_000, seed=2).table["invoice"].to_pylist()
    assert np.mean([one.endswith("AB") for one in made]) == pytest.approx(2 / 3, abs=0.02)


def test_an_id_follows_from_the_seed_and_the_number_of_its_row(forest) -> None:
    whole = forest.sample(500, seed=3).table
    assert forest.sample(40, seed=3).table == whole.slice(0, 40)
    assert forest.sample(500, seed=4).table["order"] != whole["order"]
    back = plugins.part_kinds.get("forest")(forest.dump())
    assert back.sample(500, seed=3).table == whole


def test_where_the_room_is_used_up_the_counter_gets_longer_and_the_notes_say_so() -> None:
    forest = learned(code=[f"A{k:02}" for k in range(60)])
    made = forest.sample(5_000, seed=1).table["code"].to_pylist()
    assert len(set(made)) == 5_000
    assert not set(made) & {f"A{k:02}" for k in range(60)}
    assert "room for 40 new ids, then the counter gets longer" in forest.explain()["ids"]["code"]
    assert {len(one) for one in made[:40]} == {3}
    assert {len(one) for one in made[1_500:]} == {5}


def test_a_longer_counter_stays_clear_of_real_ids_of_a_rare_length() -> None:
    real = [f"K{k}" for k in (*range(1, 1_000), *range(1_000, 1_006), 55_555)]
    made = learned(code=real).sample(20_000, seed=1).table["code"].to_pylist()
    assert len(set(made)) == 20_000
    assert not set(made) & set(real)


def test_what_fewer_than_ten_rows_share_is_not_kept() -> None:
    real = [f"ORD-{k:05}" for k in range(400)] + ["SECRET-1", "ORD-99999", "ORX-00001"]
    forest = learned(code=real)
    said = repr(forest.dump().meta) + repr(forest.explain())
    assert "SECRET" not in said
    assert "ORX" not in said
    assert "99999" not in said


def test_ids_without_a_pattern_keep_what_all_share() -> None:
    real = ["job" + ".:_-"[k % 4] * (k % 30) + f"{k}" for k in range(200)]
    made = learned(code=real).sample(300, seed=1).table["code"].to_pylist()
    assert all(re.fullmatch(r"job\d{19}", one) for one in made)


def test_no_two_rows_of_a_draw_in_blocks_cells_or_trials_share_an_id() -> None:
    world = fit(rows_of(order=REAL["order"]), settings={"trees": 1})
    many = BLOCK_ROWS + 9_000
    for made in (
        world.sample(many, seed=1),
        world.given("word != c").sample(many, seed=1),
        world.sample(Wish(rows=many, share={"word": {"a": 0.5}}), seed=1),
    ):
        ids = made.table["order"].to_pylist()
        assert len(set(ids)) == many
    held = fit(rows_of(order=REAL["order"]), settings={"trees": 1}, constraints=["word = a"])
    assert set(held.sample(900, seed=2).table["word"].to_pylist()) == {"a"}


@effort(deadline=None, max_examples=40)
@for_all(
    st.lists(
        st.from_regex(r"[A-C]{0,2}[-/]?[0-9a-c]{1,4}", fullmatch=True), min_size=1, max_size=90
    ),
    st.integers(1, 12),
)
def test_any_ids_can_teach(ids: list[str], rare: int) -> None:
    from worldwright.learn.tabular.ids import learn_ids

    form = learn_ids(pa.chunked_array([pa.array(ids)]), rare=rare)
    made = form.make(np.arange(700), key=5).to_pylist()
    assert len(set(made)) == 700
    assert not set(made) & set(ids)
