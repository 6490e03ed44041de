"""References: families are dealt out whole, what is wrong between tables is found and named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from worldwright import Column, Dataset, Kind, Lineage, Schema, judge, plugins, seeds
from worldwright.data.report import Answer, Verdict
from worldwright.data.schema import Reference, TableSchema
from worldwright.judge.case import FAMILY, Case
from worldwright.judge.family import Tests, settle
from worldwright.judge.relations.keys import keys
from worldwright.judge.relations.kin import MISSING, ORPHAN, kin
from worldwright.judge.relations.lineages import units
from worldwright.judge.relations.links import Asking, orphans

from .conftest import weighted

Rows = dict[str, dict[str, list]]
SCHEMA = Schema(
    {
        "customer": TableSchema(
            (
                Column("customer_id", Kind.ID), Column("class", Kind.CATEGORY),
                Column("age", Kind.INTEGER),
            ),
            key="customer_id",
        ),
        "order": TableSchema(
            (
                Column("order_id", Kind.ID), Column("customer_id", Kind.ID),
                Column("product_id", Kind.ID), Column("sum", Kind.NUMBER),
                Column("way", Kind.CATEGORY),
            ),
            key="order_id",
            references=(
                Reference("customer_id", "customer", "customer_id"),
                Reference("product_id", "product", "product_id"),
            ),
        ),
        "product": TableSchema(
            (Column("product_id", Kind.ID), Column("sort", Kind.CATEGORY)), key="product_id"
        ),
    }
)  # fmt: skip


def shop(count: int, seed: int) -> Rows:
    """Draw customers of two classes, with orders whose sums hang on the class and the customer."""
    chance = seeds.stream(seed, "tests", "shop")
    classes = np.where(chance.random(count) < 0.4, "gold", "plain")
    rows: Rows = {
        "customer": {
            "customer_id": [f"{seed}-{at}" for at in range(count)],
            "class": classes.tolist(),
            "age": chance.integers(18, 80, count).tolist(),
        },
        "order": {column.name: [] for column in SCHEMA.tables["order"].columns},
        "product": {
            "product_id": [f"p{at}" for at in range(60)],
            "sort": [("food", "tool", "book")[at % 3] for at in range(60)],
        },
    }
    for at in range(count):
        own = float(chance.normal())
        for _ in range(int(chance.poisson(3 if classes[at] == "gold" else 1.5))):
            product = int(
                chance.integers(0, 60) if classes[at] == "gold" else chance.integers(0, 20) * 3
            )
            said = (
                f"{seed}-o{len(rows['order']['sum'])}", f"{seed}-{at}", f"p{product}",
                round(float(own + (classes[at] == "gold") + chance.normal()), 2),
                str(chance.choice(["web", "shop"], p=[0.6, 0.4])),
            )  # fmt: skip
            for name, value in zip(rows["order"], said, strict=True):
                rows["order"][name].append(value)
    return rows


def dataset(rows: Rows) -> Dataset:
    tables = {
        name: pa.table(
            {
                column.name: pa.array(rows[name][column.name]).cast(column.arrow_type(pa.string()))
                for column in known.columns
            }
        )
        for name, known in SCHEMA.tables.items()
    }
    return Dataset(tables, SCHEMA, Lineage("tests"))


def drawn(count: int, seed: int) -> Dataset:
    return dataset(shop(count, seed))


def asked(
    made: Dataset, real: Dataset, holdout: Dataset | None, name="references", **how
) -> Answer:
    """Ask one metric alone, at the level of the family."""
    metric = plugins.metrics.get(name)
    every = [plugins.metrics.get(one).tolerance for one in ("columns", "pairs", "references")]
    tolerance = {k: v for one in every for k, v in one.items()} | how.pop("tolerance", {})
    tests = metric(Case(made=made, real=real, holdout=holdout, tolerance=tolerance, **how))
    assert isinstance(tests, Tests)
    return settle([tests], FAMILY)[0]


def faults(answer: Answer) -> list[str]:
    found = [finding for finding in answer.findings if finding.verdict is Verdict.DIFFERS]
    return [finding.where for finding in sorted(found, key=lambda one: -(one.strength or 0))]


@pytest.mark.slow
def test_fresh_families_are_rarely_called_different():
    """Null: P(fault) <= 0.03. P(more than 4 of 8) <= 2e-6 for each of the two."""
    alarms = {"references": 0, "tables": 0}
    for run in range(8):
        made, real, holdout = (drawn(150, 10 * run + part) for part in range(3))
        for name in alarms:
            alarms[name] += bool(faults(asked(made, real, holdout, name, seed=run)))
    assert max(alarms.values()) <= 4


def orphaned(rows: Rows, chance: np.random.Generator) -> None:
    owner = rows["order"]["customer_id"]
    for at in chance.permutation(len(owner))[: len(owner) // 40]:
        owner[at] = f"nobody-{at}"


def exchanged(rows: Rows, chance: np.random.Generator) -> None:
    rows["order"]["customer_id"] = chance.permutation(rows["order"]["customer_id"]).tolist()


def crowded(rows: Rows, chance: np.random.Generator) -> None:
    owner = rows["order"]["customer_id"]
    for at in np.flatnonzero(chance.random(len(owner)) < 0.3):
        owner[at] = rows["customer"]["customer_id"][int(chance.integers(0, 15))]


def childless(rows: Rows, chance: np.random.Generator) -> None:
    """Hand the orders of the gold class to anybody: sizes depend on the class no more."""
    names = chance.permutation(rows["customer"]["customer_id"])
    told = dict(zip(rows["customer"]["customer_id"], names, strict=True))
    rows["order"]["customer_id"] = [str(told[name]) for name in rows["order"]["customer_id"]]


def repeated_keys(rows: Rows, chance: np.random.Generator) -> None:
    keys = rows["customer"]["customer_id"]
    for at in range(0, len(keys), 25):
        keys[at] = keys[at + 1]


def other_products(rows: Rows, chance: np.random.Generator) -> None:
    rows["order"]["product_id"] = chance.permutation(rows["order"]["product_id"]).tolist()


@pytest.mark.parametrize(
    ("spoil", "place"),
    [
        (orphaned, "order.customer_id → customer"),
        (exchanged, "order.sum: one child of customer to the next"),
        (exchanged, "order.sum × class"),
        (crowded, "order.customer_id → customer: family size"),
        (childless, "order.customer_id → customer: family size × class"),
        (repeated_keys, "key customer_id"),
    ],
)  # fmt: skip
def test_a_planted_fault_between_tables_is_named(spoil: Callable, place: str):
    rows = shop(500, 7)
    spoil(rows, seeds.stream(7, "tests", "spoil"))
    answer = asked(dataset(rows), drawn(500, 8), drawn(500, 9), seed=1)
    found = {finding.where: finding for finding in answer.findings}
    assert place in faults(answer)
    assert found[place].p <= FAMILY
    assert found[place].low > found[place].tolerance
    assert found[place].columns


def test_the_same_fault_is_the_same_within_a_wide_tolerance():
    rows = shop(500, 7)
    exchanged(rows, seeds.stream(7, "tests", "spoil"))
    wide = {"references": 0.9, "families": 0.9, "cells": 2000.0}
    answer = asked(dataset(rows), drawn(500, 8), drawn(500, 9), tolerance=wide)
    assert not faults(answer)
    assert {finding.verdict for finding in answer.findings} == {Verdict.SAME}


def test_few_families_cannot_tell():
    answer = asked(drawn(60, 1), drawn(60, 2), drawn(60, 3))
    assert Verdict.CANNOT_TELL in {finding.verdict for finding in answer.findings}


def test_only_of_too_few_parents_a_note_says_that_their_children_were_not_counted():
    for parents, is_few in ((20, True), (60, False)):
        answer = asked(*(drawn(parents, seed) for seed in (1, 2, 3)))
        assert any("too few real parents to judge" in note for note in answer.notes) is is_few


def test_rows_whose_parent_is_missing_and_rows_that_refer_to_none_are_counted_apart():
    rows = shop(100, 1)
    owner = rows["order"]["customer_id"]
    owner[:30] = ["nobody"] * 30
    owner[30:40] = [None] * 10
    family = kin(Case(made=dataset(rows), real=drawn(100, 2), holdout=drawn(100, 3)))
    link = next(one for one in family.links if one.parent.name == "customer")
    tally = orphans(link, units(family), Asking(5, 0, 10_000))
    assert tally.labels == ("found", "its parent is missing", "refers to none")
    assert tally.left[:, 0].tolist() == [len(owner) - 40, 30, 10]
    assert tally.right[1:, 0].tolist() == [0, 0]


def test_keys_of_their_own_keys_that_are_taken_and_no_keys_are_counted_apart():
    rows = shop(100, 1)
    names = rows["customer"]["customer_id"]
    names[:7] = [names[50]] * 4 + [None] * 3
    family = kin(Case(made=dataset(rows), real=drawn(100, 2), holdout=drawn(100, 3)))
    tally = keys(family.tables["customer"], "customer_id", 5, seed=0)
    assert tally.labels == ("a key of its own", "the key of an earlier row", "no key")
    assert tally.left[:, 0].tolist() == [93, 4, 3]
    assert tally.right[1:, 0].tolist() == [0, 0]


def test_orphans_that_real_data_has_too_are_no_fault():
    sides = [shop(400, seed) for seed in (1, 2, 3)]
    for at, side in enumerate(sides):
        orphaned(side, seeds.stream(at, "tests", "spoil"))
    assert not faults(asked(*(dataset(side) for side in sides), seed=1))


def test_one_table_is_a_note(draw):
    answer = asked(draw(200, 1), draw(200, 2), draw(200, 3))
    assert answer.notes == ("references were not judged: one table",)
    assert not answer.findings


def test_tables_that_refer_to_nothing_are_a_note():
    def loose(rows: Dataset) -> Dataset:
        tables = {n: replace(t, references=()) for n, t in rows.schema.tables.items()}
        return replace(rows, schema=Schema(tables))

    answer = asked(*(loose(drawn(100, seed)) for seed in (1, 2, 3)))
    assert "references were not judged: no table refers to another one" in answer.notes


def test_made_rows_of_the_main_table_alone_say_what_was_not_compared():
    made = drawn(100, 1)
    alone = Dataset({"customer": made.table}, Schema({"customer": SCHEMA.main}), made.lineage)
    answer = asked(alone, drawn(100, 2), drawn(100, 3))
    assert any("order is not on every side" in note for note in answer.notes)


def test_weights_leave_families_unjudged_and_say_so():
    made = drawn(200, 1)
    made = weighted(made, 1 + seeds.stream(1, "tests").random(made.rows))
    answer = asked(made, drawn(200, 2), drawn(200, 3))
    assert any("carry weights" in note for note in answer.notes)
    assert not any("family size" in finding.where for finding in answer.findings)


def test_parents_are_found_and_families_stay_together():
    rows = shop(100, 1)
    rows["order"]["customer_id"][0] = "nobody"
    rows["order"]["customer_id"][1] = None
    case = Case(made=dataset(rows), real=drawn(100, 2), holdout=drawn(100, 3))
    family = kin(case)
    link = next(one for one in family.links if one.parent.name == "customer")
    assert list(link.at[:2]) == [ORPHAN, MISSING]
    keys = [key for part in link.parent.texts("customer_id") for key in part.to_pylist()]
    owners = [key for part in link.child.texts("customer_id") for key in part.to_pylist()]
    assert all(keys[at] == owner for at, owner in zip(link.at, owners, strict=True) if at >= 0)
    assert family.tables["product"].is_lookup
    assert not family.tables["customer"].is_lookup
    dealt = units(family)["order"]
    together = [(unit, owner) for unit, owner in zip(dealt, owners, strict=True) if owner in keys]
    assert len(set(together)) == len({owner for _, owner in together})


def test_a_table_without_a_key_is_a_lookup_where_both_real_sides_have_the_same_rows():
    def loose(rows: Dataset) -> Dataset:
        tables = {n: replace(t, key=None, references=()) for n, t in rows.schema.tables.items()}
        return replace(rows, schema=Schema(tables))

    family = kin(Case(*(loose(drawn(60, seed)) for seed in (1, 2, 3))))
    assert family.tables["product"].is_lookup
    assert family.tables["product"].sizes.teachers == 0
    assert not family.tables["order"].is_lookup
    assert family.tables["order"].sizes.teachers > 0


def test_children_of_a_lookup_are_asked_about_too():
    rows = shop(500, 7)
    other_products(rows, seeds.stream(7, "tests", "spoil"))
    answer = asked(dataset(rows), drawn(500, 8), drawn(500, 9), seed=1)
    assert not any("product: family size" in place for place in faults(answer))
    flat = shop(500, 7)
    flat["order"]["product_id"] = [f"p{at % 60}" for at in range(len(flat["order"]["sum"]))]
    answer = asked(dataset(flat), drawn(500, 8), drawn(500, 9), seed=1)
    assert "order.product_id → product: family size" in faults(answer)


def test_a_lookup_that_was_made_up_is_dealt_by_its_own_rows():
    rows = shop(300, 7)
    told = {f"p{at}": f"new{at}" for at in range(60)}
    for name in ("order", "product"):
        rows[name]["product_id"] = [told[key] for key in rows[name]["product_id"]]
    answer = asked(dataset(rows), drawn(300, 8), drawn(300, 9), seed=1)
    assert any("the made one is new" in note for note in answer.notes)
    assert not faults(answer)


def test_columns_of_the_other_tables_are_judged_under_their_own_name():
    rows = shop(500, 7)
    rows["order"]["sum"] = [value + 0.6 for value in rows["order"]["sum"]]
    answer = asked(dataset(rows), drawn(500, 8), drawn(500, 9), "tables", seed=1)
    assert faults(answer)[0] == "order.sum"
    assert all(finding.question in ("columns", "pairs") for finding in answer.findings)


def test_small_tables_are_named_in_a_note():
    answer = asked(drawn(15, 1), drawn(15, 2), drawn(15, 3), "tables")
    assert any("order were not compared: fewer than 40 rows" in note for note in answer.notes)


def test_a_made_reference_of_another_kind_is_judged_and_not_left_aside() -> None:
    """Made rows whose ids lead nowhere are read as plain numbers; that is the fault itself."""

    def side(seed: int, first: int) -> Dataset:
        chance = seeds.stream(seed, "tests", "ids")
        keys = np.arange(seed * 10_000, seed * 10_000 + 80)
        tables = {
            "account": pa.table({"account_id": keys, "balance": chance.normal(size=80)}),
            "loan": pa.table({"account_id": chance.choice(keys, 200) + first}),
        }
        kind = Kind.INTEGER if first else Kind.ID
        own = (Column("account_id", Kind.ID), Column("balance", Kind.NUMBER))
        schema = Schema(
            {
                "account": TableSchema(own, key="account_id"),
                "loan": TableSchema(
                    (Column("account_id", kind),),
                    references=(Reference("account_id", "account", "account_id"),),
                ),
            }
        )
        return Dataset(tables, schema, Lineage("tests"))

    report = judge(side(3, 5_000), real=side(1, 0), holdout=side(2, 0), quick=True)
    assert any(fault.where == "loan.account_id → account" for fault in report.faults), report.faults
    assert not any("loan.account_id: not of one kind" in note for note in report.notes)
