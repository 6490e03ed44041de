"""One call a part: every clause of its contract; a failure names the clause and its rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from ..generate.generator import Generator
from ..guard.attack import Attack
from ..judge.case import Metric
from ..judge.delusion import Delusion
from ..judge.worth.training import Control
from . import answers, controls, delusions, generators, learners

T = TypeVar("T")


def check_generator(generator: Generator) -> None:
    """Raise AssertionError, naming the clause, if `generator` breaks the contract.

    Clauses on what only some Generators can do (honour conditions, enumerate, complete, be saved)
    look only at those that have the methods.
    """
    _hold(generators.CONTRACT, generator)


def check_learner(learner: learners.Learner) -> None:
    """Raise AssertionError, naming the clause, if `learner` or what it made breaks it."""
    _hold(learners.CONTRACT, learner)


def check_metric(metric: Metric) -> None:
    """Raise AssertionError, naming the clause, if `metric` breaks the contract of the judge."""
    _hold(answers.METRICS, metric)


def check_attack(attack: Attack) -> None:
    """Raise AssertionError, naming the clause, if `attack` breaks the contract of the guard."""
    _hold(answers.ATTACKS, attack)


def check_control(control: Control) -> None:
    """Raise AssertionError, naming the clause, if `control` breaks the contract."""
    _hold(controls.CONTRACT, control)


def check_delusion(delusion: Delusion) -> None:
    """Raise AssertionError, naming the clause, if `delusion` breaks the contract."""
    _hold(delusions.CONTRACT, delusion)


def _hold(clauses: Sequence[Callable[[T], None]], part: T) -> None:
    for clause in clauses:
        try:
            clause(part)
        except AssertionError as broken:
            rule = " ".join((clause.__doc__ or "").split())
            raise AssertionError(f"{clause.__name__}: {broken}\n  rule: {rule}") from None
