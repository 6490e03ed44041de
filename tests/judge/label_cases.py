"""Answers of one question alone, decided as its own family, for tests of that question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from worldwright import Dataset, Schema, plugins
from worldwright.data.report import Answer, Finding, Verdict
from worldwright.judge.case import FAMILY, Case
from worldwright.judge.family import settle


def ask(
    question: str,
    sides: tuple[Dataset, Dataset, Dataset | None],
    target: str | None,
    *,
    tolerance: Mapping[str, float] | None = None,
    seed: int = 0,
) -> Answer:
    """Ask one question of made, real and holdout rows."""
    part = plugins.metrics.get(question)
    made, real, holdout = sides
    limits = {**part.tolerance, **(tolerance or {})}
    case = Case(made, real, holdout, target=target, seed=seed, tolerance=limits)
    return settle([part(case)], FAMILY)[0]


def faults(answer: Answer) -> list[Finding]:
    """Return what differs, most telling first."""
    found = [one for one in answer.findings if one.verdict is Verdict.DIFFERS]
    return sorted(found, key=lambda one: -(one.strength or 0))


def marked(rows: Dataset, *names: str) -> Dataset:
    """Mark columns as sensitive."""
    main = rows.schema.main
    columns = tuple(replace(one, sensitive=one.name in names) for one in main.columns)
    return replace(rows, schema=Schema({rows.schema.main_name: replace(main, columns=columns)}))
