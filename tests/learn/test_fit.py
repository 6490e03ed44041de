"""fit: what every learner's World promises, and what cannot teach is refused before any work."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from worldwright import plugins
from worldwright.data.dataset import Dataset
from worldwright.data.fingerprint import keyed
from worldwright.data.lineage import Lineage, Role
from worldwright.data.schema import Column, Kind, Schema, TableSchema
from worldwright.errors import PluginError, RoleError, SchemaError, SpecError
from worldwright.generate import given, load
from worldwright.learn import fit

cells = st.tuples(
    st.one_of(st.none(), st.sampled_from(["a", "b", "c"])),
    st.one_of(st.none(), st.integers(-5, 5)),
    st.floats(-10, 10),
    st.booleans(),
)
KINDS = {"letter": Kind.CATEGORY, "digit": Kind.INTEGER, "size": Kind.NUMBER, "flag": Kind.BOOLEAN}


def as_dataset(rows: list[tuple[object, ...]], role: Role | None = Role.REAL) -> Dataset:
    columns = dict(zip(KINDS, map(list, zip(*rows, strict=True)), strict=True))
    table = pa.table(
        {
            "letter": pa.array(columns["letter"], pa.string()).dictionary_encode(),
            "digit": pa.array(columns["digit"], pa.int64()),
            "size": pa.array(columns["size"], pa.float64()),
            "flag": pa.array(columns["flag"], pa.bool_()),
        }
    )
    schema = TableSchema(tuple(Column(name, kind) for name, kind in KINDS.items()))
    return Dataset({"rows": table}, Schema({"rows": schema}), Lineage("tests", role))


@pytest.fixture(scope="module")
def real() -> Dataset:
    rng = np.random.default_rng(3)
    letters = rng.choice(["a", "b", "c"], 600, p=[0.6, 0.3, 0.1]).tolist()
    digits = rng.integers(-3, 4, 600).tolist()
    sizes = np.round(rng.normal(size=600), 3).tolist()
    return as_dataset(
        list(zip(letters, digits, sizes, (rng.random(600) < 0.3).tolist(), strict=True))
    )


# Laws, for every learner there is.


@pytest.mark.parametrize("learner", plugins.learners.names())
@settings(max_examples=8)
@for_all(st.lists(cells, min_size=2, max_size=30), st.integers(0, 2**32))
def test_any_table_can_teach_and_sampling_is_pure(learner, rows, seed) -> None:
    table = as_dataset(rows)
    world = fit(table, learner=learner, seed=1)
    made = world.sample(25, seed=seed)
    assert made.columns == table.columns
    assert made.rows == 25
    assert made.table.schema.types == [c.arrow_type(pa.null()) for c in made.schema.main.columns]
    world.sample(3, seed=seed + 1)
    assert world.sample(25, seed=seed).table.equals(made.table)
    assert fit(table, learner=learner, seed=1).sample(25, seed=seed).table.equals(made.table)


@pytest.mark.parametrize("learner", plugins.learners.names())
def test_save_and_load_is_identity(learner, real, tmp_path) -> None:
    world = fit(real, target="letter", learner=learner, constraints=["size < 2"])
    again = load(world.save(tmp_path / "world"))
    assert again.sample(200, seed=5).table.equals(world.sample(200, seed=5).table)
    assert again.fingerprint == world.fingerprint


@pytest.mark.parametrize("learner", plugins.learners.names())
def test_conditions_hold_and_add_up(learner, real) -> None:
    world = fit(real, learner=learner)
    steps = given(given(world, "letter = b"), "size > 0").sample(60, seed=2)
    assert steps.table.equals(given(world, "letter = b and size > 0").sample(60, seed=2).table)
    assert set(steps.table["letter"].to_pylist()) == {"b"}
    assert min(steps.table["size"].to_pylist()) > 0


@pytest.mark.parametrize("learner", plugins.learners.names())
def test_constraints_hold_in_every_row(learner, real) -> None:
    world = fit(real, learner=learner, constraints=["digit < 2", "not flag"])
    made = world.sample(500, seed=2)
    assert max(made.table["digit"].to_pylist()) < 2
    assert set(made.table["flag"].to_pylist()) == {False}


@pytest.mark.parametrize("learner", plugins.learners.names())
def test_shares_of_a_rare_value_are_met_and_weighted_back(learner, real) -> None:
    from worldwright.spec.wish import Wish

    world = fit(real, learner=learner, target="letter")
    made = world.sample(Wish(rows=2000, share={"letter": {"c": 0.5}}), seed=2)
    is_c = np.array(made.table["letter"].to_pylist()) == "c"
    assert is_c.mean() == 0.5
    own = np.mean(np.array(world.sample(20_000, seed=3).table["letter"].to_pylist()) == "c")
    assert (made.weights() * is_c).mean() == pytest.approx(own, abs=0.02)


@pytest.mark.parametrize("learner", plugins.learners.names())
def test_the_world_names_what_taught_it(learner, real) -> None:
    world = fit(real, learner=learner)
    assert world.lineage.parents == (keyed(real),)
    assert world.sample(3, seed=1).lineage.parents == (keyed(real),)
    assert world.evidence is real


# What cannot teach.


def test_an_unknown_target_names_the_nearest(real) -> None:
    with pytest.raises(SpecError) as caught:
        fit(real, target="leter")
    assert str(caught.value) == (
        "the target 'leter' is not a column\n"
        "  where: fit(target='leter')\n"
        "  mend:  did you mean 'letter'? choose from: digit, flag, letter, size"
    )


def test_a_target_with_one_value_is_refused() -> None:
    rows = as_dataset([("a", 1, 0.5, True), ("a", 2, 0.7, False), (None, 3, 0.1, True)])
    with pytest.raises(SchemaError) as caught:
        fit(rows, target="letter", learner="marginals")
    assert str(caught.value) == (
        "the target 'letter' has fewer than two values, so there is nothing to tell apart\n"
        "  where: fit(target='letter')\n"
        "  mend:  name another target, or hand over rows with more of its values"
    )


def test_one_row_is_refused() -> None:
    with pytest.raises(SchemaError) as caught:
        fit(as_dataset([("a", 1, 0.5, True)]))
    assert str(caught.value) == (
        "1 row(s) cannot teach\n"
        "  where: fit(real=...)\n"
        "  mend:  hand over at least 2 rows; below a few hundred little can be learned"
    )


def test_rows_without_a_column_to_learn_are_refused() -> None:
    schema = TableSchema((Column("name", Kind.ID), Column("says", Kind.TEXT)))
    table = pa.table({"name": ["x", "y"], "says": ["hello", "goodbye"]})
    with pytest.raises(SchemaError, match="no column can be learned"):
        fit(Dataset({"rows": table}, Schema({"rows": schema}), Lineage("tests")))


def test_rows_that_judge_may_not_teach(real) -> None:
    judging = as_dataset([("a", 1, 0.5, True), ("b", 2, 0.7, False)], Role.HOLDOUT)
    with pytest.raises(RoleError) as caught:
        fit(judging)
    assert str(caught.value) == (
        "these rows judge, so they may not teach\n"
        "  where: fit(real=...): its lineage says holdout\n"
        "  mend:  hand over the part of the split that teaches"
    )


def test_made_rows_may_teach_and_hand_on_what_taught_them(real) -> None:
    made = fit(real, learner="marginals").sample(200, seed=1)
    again = fit(made, learner="marginals")
    assert again.lineage.parents == (keyed(made), keyed(real))
    assert "from made rows" in again.lineage.maker


def test_an_unknown_learner_lists_the_known(real) -> None:
    with pytest.raises(PluginError, match="did you mean 'marginals'"):
        fit(real, learner="marginal")


def test_contradictory_constraints_are_named(real) -> None:
    from worldwright.errors import ExpressionError

    with pytest.raises(ExpressionError, match="digit > 2 and digit < 1"):
        fit(real, learner="marginals", constraints=["digit > 2", "digit < 1"])


# The marginals.


def test_marginals_tell_no_value_that_few_rows_hold(real) -> None:
    rows = real.table.to_pylist()
    rows[0]["letter"], rows[0]["size"] = "CANARY", 987654.321
    planted = as_dataset([tuple(row.values()) for row in rows])
    world = fit(planted, learner="marginals")
    made = world.sample(20_000, seed=1)
    assert "CANARY" not in made.table["letter"].to_pylist()
    assert max(made.table["size"].to_pylist()) < 100
    said = repr(world.part.dump())
    assert "CANARY" not in said
    assert "987654" not in said


def test_marginals_keep_each_column_alone(real) -> None:
    made = fit(real, learner="marginals").sample(30_000, seed=1)
    for name in ("letter", "flag", "digit"):
        for value in set(real.table[name].to_pylist()):
            expected = real.table[name].to_pylist().count(value) / real.rows
            got = made.table[name].to_pylist().count(value) / made.rows
            # Binomial: five standard deviations are at most 0.0145.
            assert got == pytest.approx(expected, abs=0.015), (name, value)


@for_all(st.integers(0, 2**32))
def test_a_new_column_disturbs_no_old_one(real, seed) -> None:
    narrow = fit(real.select(["letter", "size"]), learner="marginals").sample(25, seed=seed)
    wide = fit(real, learner="marginals").sample(25, seed=seed)
    assert wide.table.select(["letter", "size"]).equals(narrow.table)


def test_marginals_have_no_settings(real) -> None:
    with pytest.raises(SpecError, match="has no settings: trees"):
        fit(real, learner="marginals", settings={"trees": 4})


def test_dates_spans_texts_and_ids_come_out_in_their_kind() -> None:
    moments = pa.array(np.arange(0, 400 * 86_400_000_000, 86_400_000_000)).cast(pa.timestamp("us"))
    table = pa.table(
        {
            "when": moments,
            "took": pa.array(np.arange(400) * 1000).cast(pa.duration("us")),
            "says": pa.array([f"text {i}" for i in range(400)]),
            "key": pa.array([f"k{i}" for i in range(400)]),
            "tags": pa.array([[i, i + 1] for i in range(400)]),
        }
    )
    kinds = [Kind.DATETIME, Kind.DURATION, Kind.TEXT, Kind.ID, Kind.NESTED]
    columns = tuple(Column(n, k) for n, k in zip(table.column_names, kinds, strict=True))
    schema = Schema({"rows": TableSchema(columns)})
    world = fit(Dataset({"rows": table}, schema, Lineage("tests")), learner="marginals")
    made = world.sample(100, seed=1)
    assert made.table.schema.types == table.schema.types
    assert made.table["says"].null_count == 100
    assert len(set(made.table["key"].to_pylist())) == 100
    assert not set(made.table["key"].to_pylist()) & set(table["key"].to_pylist())
    assert set(world.explain()["part"]["not learned"]) == {"says", "tags"}
