"""Every registered part through every clause of its contract, and the contracts themselves."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest

import worldwright as ww
from worldwright import plugins
from worldwright.data.dataset import Dataset
from worldwright.data.lineage import Role
from worldwright.data.report import Answer, Figure
from worldwright.generate import given, mix
from worldwright.guard.attack import answers as answering
from worldwright.testing import (
    answers,
    check_attack,
    check_generator,
    check_learner,
    check_metric,
    controls,
    learners,
)
from worldwright.testing.people import people


def named(clause) -> str:
    return clause.__name__


@pytest.mark.parametrize("clause", learners.CONTRACT, ids=named)
@pytest.mark.parametrize("name", plugins.learners.names())
def test_every_learner_keeps_the_contract(name: str, clause) -> None:
    clause(plugins.learners.get(name))


# Worth trains dozens of models each time it is asked.
TRAINS = {"worth"}
METRICS = [
    pytest.param(name, marks=pytest.mark.slow) if name in TRAINS else name
    for name in plugins.metrics.names()
]


@pytest.mark.parametrize("clause", answers.METRICS, ids=named)
@pytest.mark.parametrize("name", METRICS)
def test_every_metric_keeps_the_contract(name: str, clause) -> None:
    clause(plugins.metrics.get(name))


@pytest.mark.parametrize("clause", answers.ATTACKS, ids=named)
@pytest.mark.parametrize("name", plugins.attacks.names())
def test_every_attack_keeps_the_contract(name: str, clause) -> None:
    clause(plugins.attacks.get(name))


@pytest.mark.parametrize("clause", controls.CONTRACT, ids=named)
@pytest.mark.parametrize("name", plugins.controls.names())
def test_every_control_keeps_the_contract(name: str, clause) -> None:
    clause(plugins.controls.get(name))


# Generators that are not learned.


def test_a_dataset_is_a_generator() -> None:
    check_generator(people(200, 1))


def test_a_conditioned_generator_keeps_the_contract() -> None:
    check_generator(given(people(300, 1), "age >= 30"))


def test_a_mixture_keeps_the_contract() -> None:
    check_generator(mix({"one": (people(200, 1), 0.25), "two": (people(300, 2), 0.75)}))


def test_a_world_keeps_the_contract_under_constraints_too() -> None:
    world = ww.fit(people(300, 1, role=Role.REAL), learner="marginals", seed=0)
    check_generator(world)
    check_generator(world.constrain("low <= high"))


# The contracts find what they are there for.


class Altered:
    """A Dataset as a Generator, with one thing wrong."""

    def __init__(self, change) -> None:
        self._base, self._change = people(200, 1), change
        self.schema, self.columns = self._base.schema, self._base.columns

    def sample(self, rows: int, *, seed: int) -> Dataset:
        return self._change(self._base.sample(rows, seed=seed), rows, seed)


def test_a_broken_generator_is_told_which_rule_it_broke() -> None:
    forgetful = Altered(lambda made, rows, seed: people(200, 1).sample(rows + 1, seed=seed))
    with pytest.raises(AssertionError) as caught:
        check_generator(forgetful)
    assert str(caught.value) == (
        "keeps_its_promise: asked for 0 rows, got 1\n"
        "  rule: It returns as many rows as were asked for, none included, with the columns it "
        "named. What takes Wishes (a World) may refuse a wish for no rows."
    )


@pytest.mark.parametrize(
    ("clause", "change"),
    [
        ("signs_its_work", lambda m, r, s: replace(m, lineage=replace(m.lineage, seed=s + 1))),
        ("keeps_its_schema", lambda m, r, s: _as_text(m, "city")),
        ("is_repeatable", lambda m, r, s: people(200, 1).sample(r, seed=next(_COUNTER))),
    ],
)
def test_each_broken_promise_has_its_clause(clause: str, change) -> None:
    with pytest.raises(AssertionError, match=f"^{clause}: "):
        check_generator(Altered(change))


_COUNTER = iter(range(1_000))


def _as_text(made: Dataset, name: str) -> Dataset:
    at = made.table.column_names.index(name)
    table = made.table.set_column(at, name, made.table[name].cast(pa.string()))
    return replace(made, tables={made.schema.main_name: table})


def test_a_learner_that_hands_its_rows_out_is_found() -> None:
    def parrot(real, *, target, seed, progress, settings):
        return real

    with pytest.raises(AssertionError, match=r"^makes_ids_anew: ids were copied"):
        check_learner(parrot)


def test_an_attack_that_answers_what_it_did_not_declare_is_found() -> None:
    @answering("mine", figures=())
    def undeclared(case) -> Answer:
        """Say a number that nobody was told of."""
        return Answer(figures={"secret": Figure(0.5, 0.4, 0.6, "lower", "a secret")})

    with pytest.raises(AssertionError, match=r"^attack_answers_as_declared: undeclared: .'secret'"):
        check_attack(undeclared)


def test_an_attack_that_shows_a_real_value_is_found() -> None:
    @answering("mine", figures=())
    def loose(case) -> Answer:
        """Show the largest income."""
        return Answer(notes=(str(max(v or 0 for v in case.real.table["income"].to_pylist())),))

    with pytest.raises(AssertionError, match=r"^attack_says_no_row: values that one row holds"):
        check_attack(loose)


def test_a_metric_that_sees_nothing_is_found() -> None:
    from worldwright.judge.case import metric

    @metric(questions=("nothing",))
    def blind(case) -> Answer:
        """Find nothing, ever."""
        return Answer()

    with pytest.raises(AssertionError, match=r"^metric_sees_broken_rows: rows that are broken"):
        check_metric(blind)
