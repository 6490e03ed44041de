"""What every metric and every attack keeps: it answers what it declared, and says no row.

Both are functions of a Case, so the clauses are written once. A *fresh* sample of the population is
what a perfect Generator makes; a *broken* one is grossly wrong (metrics) or remembers (both).
False alarms: at 5 % a call, four or more in five fresh samples have a probability of 3e-5.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from .. import plugins
from ..data.dataset import Dataset
from ..data.lineage import Role
from ..data.report import Answer
from ..guard.attack import Attack
from ..guard.case import assemble
from ..guard.verdict import settle
from ..judge.case import FAMILY, Case, Metric
from ..judge.family import settle as decided
from .canary import Planted, plant
from .people import emptied, people, scrambled
from .visits import TARGET, torn, visits

ROWS = 500
FRESH_SAMPLES, MOST_ALARMS = 5, 3

Asked = Callable[[Dataset, Dataset, Dataset], Answer]


def asked(metric: Metric) -> Asked:
    """Return the metric as a function of (made, real, holdout)."""

    def ask(made: Dataset, real: Dataset, holdout: Dataset) -> Answer:
        target = "owner" if "owner" in made.columns else TARGET
        tolerance = {**_defaults(), **metric.tolerance}
        case = Case(made, real, holdout, target=target, tolerance=tolerance, splits=199)
        return decided([metric(case)], FAMILY)[0]

    return ask


def attacked(attack: Attack) -> Asked:
    """Return the attack as a function of (made, real, holdout)."""

    def ask(made: Dataset, real: Dataset, holdout: Dataset) -> Answer:
        return settle([attack(assemble(made, real=real, holdout=holdout, seed=0))])[0]

    return ask


def _declares(part: Any) -> None:
    assert (part.__doc__ or "").strip(), "it has no docstring, which is its page"
    for promised in (part.questions, part.figures):
        assert isinstance(promised, tuple), "questions and figures are tuples"
        assert all(isinstance(name, str) and name for name in promised), f"{promised}"
    assert part.questions or part.figures, "it answers nothing"


def _answers_as_declared(part: Any, ask: Asked, *, can_fault: bool) -> None:
    answer = ask(*_sides(1))
    accuses = any(finding.verdict.is_fault for finding in answer.findings)
    assert can_fault or not accuses, "it declared that it finds no faults, and found one"
    questions = {finding.question for finding in answer.findings}
    assert questions <= set(part.questions), f"undeclared: {questions - set(part.questions)}"
    figures = set(answer.figures)
    assert figures <= set(part.figures), f"undeclared: {figures - set(part.figures)}"
    for name, figure in answer.figures.items():
        assert figure.better in ("lower", "higher"), f"{name} has no direction"
        assert figure.low <= figure.value <= figure.high, f"{name} lies outside its interval"
    for picture in answer.pictures:
        assert picture.caption, "a picture without words"
        json.dumps(dict(picture.spec))


def _is_repeatable(ask: Asked) -> None:
    sides = _sides(2)
    assert ask(*sides) == ask(*sides), "the same rows and seed gave two answers"


def _says_no_row(ask: Asked) -> None:
    planted = plant(people(ROWS, 3, role=Role.REAL))
    holdout = plant(people(ROWS, 4, role=Role.HOLDOUT), first_row=50)
    for made in (people(ROWS, 5), scrambled(people(ROWS, 5), 1)):
        written = _words(ask(made, planted.rows, holdout.rows))
        hits = _hits(planted, written) + _hits(holdout, written)
        assert not hits, f"values that one row holds are shown, of {sorted(set(hits))}"


def _rarely_accuses(ask: Asked) -> None:
    alarms = 0
    for run in range(FRESH_SAMPLES):
        answer = ask(*_sides(10 + run))
        alarms += any(finding.verdict.is_fault for finding in answer.findings)
    assert alarms <= MOST_ALARMS, f"{alarms} of {FRESH_SAMPLES} fresh samples were accused"


def _defaults() -> dict[str, float]:
    """Return every tolerance that a judge hands to each metric, as it stands by default."""
    known = [plugins.metrics.get(name).tolerance for name in plugins.metrics.names()]
    return {name: value for tolerance in known for name, value in tolerance.items()}


def _sees(ask: Asked, *cases: tuple[Dataset, Dataset, Dataset]) -> None:
    seen = any(f.verdict.is_fault for sides in cases for f in ask(*sides).findings)
    assert seen, "rows that are broken pass unseen"


def metric_declares_its_answers(metric: Metric) -> None:
    """It names its questions and figures beforehand, and its docstring is its page."""
    _declares(metric)


def metric_answers_as_declared(metric: Metric) -> None:
    """It answers only what it declared; figures lie in their intervals, pictures have words."""
    _answers_as_declared(metric, asked(metric), can_fault=metric.can_fault)


def metric_is_repeatable(metric: Metric) -> None:
    """The same rows and seed give the same answer."""
    _is_repeatable(asked(metric))


def metric_says_no_row(metric: Metric) -> None:
    """No value that one real row alone holds stands in an answer."""
    _says_no_row(asked(metric))


def metric_rarely_accuses(metric: Metric) -> None:
    """A fresh sample of the population is a fault in at most 5 % of cases."""
    if metric.can_fault:
        _rarely_accuses(asked(metric))


def metric_sees_broken_rows(metric: Metric) -> None:
    """Rows that are scrambled, emptied, remembered or torn from their kin: one kind is a fault.

    Where the metric can find faults at all. Each is grossly wrong in its own way, since a metric
    sees what it asks about: memory has nothing to say of rows that were shaken.
    """
    if metric.can_fault:
        _, real, holdout = _sides(6)
        broken = (scrambled(people(ROWS, 61), 2), emptied(people(ROWS, 61)), real)
        relatives = visits(ROWS, 1_006, role=Role.REAL), visits(ROWS, 2_006, role=Role.HOLDOUT)
        cases = [(made, real, holdout) for made in broken]
        _sees(asked(metric), *cases, (torn(visits(ROWS, 61)), *relatives))


def attack_declares_its_answers(attack: Attack) -> None:
    """It names its questions and figures beforehand, and its docstring is its page."""
    _declares(attack)


def attack_answers_as_declared(attack: Attack) -> None:
    """It answers only what it declared; figures lie in their intervals, pictures have words."""
    _answers_as_declared(attack, attacked(attack), can_fault=True)


def attack_is_repeatable(attack: Attack) -> None:
    """The same rows and seed give the same answer."""
    _is_repeatable(attacked(attack))


def attack_says_no_row(attack: Attack) -> None:
    """No value that one real row alone holds stands in an answer."""
    _says_no_row(attacked(attack))


def attack_rarely_accuses(attack: Attack) -> None:
    """A maker that knows the population and not the rows is exposed in at most 5 % of cases."""
    _rarely_accuses(attacked(attack))


def attack_sees_memory(attack: Attack) -> None:
    """Real rows handed out as made rows are exposed."""
    _, real, holdout = _sides(7)
    _sees(attacked(attack), (real.sample(ROWS, seed=1), real, holdout))


METRICS: tuple[Callable[[Metric], None], ...] = (
    metric_declares_its_answers,
    metric_answers_as_declared,
    metric_is_repeatable,
    metric_says_no_row,
    metric_rarely_accuses,
    metric_sees_broken_rows,
)
ATTACKS: tuple[Callable[[Attack], None], ...] = (
    attack_declares_its_answers,
    attack_answers_as_declared,
    attack_is_repeatable,
    attack_says_no_row,
    attack_rarely_accuses,
    attack_sees_memory,
)


def _sides(seed: int) -> tuple[Dataset, Dataset, Dataset]:
    return (
        people(ROWS, 1_000 + seed),
        people(ROWS, 2_000 + seed, role=Role.REAL),
        people(ROWS, 3_000 + seed, role=Role.HOLDOUT),
    )


def _words(answer: Answer) -> str:
    """Return everything that an answer brings to a report, as text."""
    spoken = [answer.findings, answer.figures, answer.worth, answer.advice, answer.notes]
    shown = [[p.title, p.caption, json.dumps(dict(p.spec))] for p in answer.pictures]
    return repr([*spoken, dict(answer.settings), shown])


def _hits(planted: Planted, written: str) -> list[str]:
    return planted.in_text(written)
