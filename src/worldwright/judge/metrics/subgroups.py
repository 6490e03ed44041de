"""Subgroups: is a column distorted inside one part of the rows, and do three columns still agree?

    inside   each column's level inside each subgroup, against its level elsewhere: the mean of
             (in the subgroup - its share) times the column's main score
    three    the mean of the product of three columns' main scores: how two of them go together
             depends on the third

Scores are centred on all real rows, so a column that is off everywhere stays a matter of columns,
and a pair that is off everywhere one of pairs. Of three columns at most 4,000 triples are asked:
those with the target first, then those of the columns that depend most on others.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from itertools import combinations

import numpy as np

from ... import plugins
from ...data.progress import Meter
from ...data.report import Answer
from ..case import Case, metric
from ..contrasts import Contrasts, contrast, joined
from ..family import Outcome, Tests
from ..scored import Scored, Where
from ..subgroup import Subgroup, main_scores, subgroups

MOST_INSIDE, MOST_TRIPLES, QUICK_PLACES = 6_000, 4_000, 1_000
_AT_ONCE = 512


@plugins.metrics("subgroups")
@metric(questions=("subgroups",), tolerance={"subgroups": 0.01}, family=True)
def subgroups_(case: Case) -> Tests:
    """Compare each column inside each subgroup, and what three columns do together."""
    scores = main_scores(case)
    rows, splits = case.null.slim()
    inside, notes = _inside(case, scores, rows)
    three, more = _three(case, scores, rows)
    meter = Meter(case.progress, "judge: subgroups", len(inside) + len(three), unit="places")
    parts, places = [], []
    for found in (inside, three):
        for start in range(0, len(found), _AT_ONCE):
            block = found[start : start + _AT_ONCE]
            table = np.empty((len(rows), len(block)), dtype=np.float32, order="F")
            for at, (_, make) in enumerate(block):
                table[:, at] = make()
            parts.append(contrast(splits, table))
            places += [where for where, _ in block]
            meter.add(len(block))
    if not places:
        note = "subgroups were not judged: fewer than two columns have two values or more"
        empty = np.empty((0, 1 + case.splits))
        return Tests(empty, lambda outcome: Answer(notes=(note,)))
    return _tests(case, places, joined(parts), [*notes, *more])


def _tests(case: Case, places: list[Where], compared: Contrasts, notes: list[str]) -> Tests:
    scored = Scored(
        "subgroups", "subgroups", places, compared,
        "difference of means of the score", case.tolerance["subgroups"],
    )  # fmt: skip

    def conclude(outcome: Outcome) -> Answer:
        settings = {"subgroups": {"places": len(places)}}
        return Answer(tuple(scored.findings(outcome)), notes=tuple(notes), settings=settings)

    return Tests(compared.studentised(), conclude)


Found = list[tuple[Where, Callable[[], np.ndarray]]]


def _inside(case: Case, scores: dict[str, np.ndarray], rows: np.ndarray) -> tuple[Found, list[str]]:
    most = MOST_INSIDE if not case.quick else QUICK_PLACES
    groups = subgroups(case)
    pool = case.stack.sizes.pool
    centred = {name: score[rows] - score[pool].mean() for name, score in scores.items()}
    ordered = {values.name for values in case.stack.values if values.words is None}
    found: Found = []
    for group in groups:
        off = (group.inside[rows] - group.inside[pool].mean()).astype(np.float32)
        for name in scores:
            if name != group.column and len(found) < most:
                says = _says_inside(group, name, name in ordered)
                where = Where(f"{name}, where {group.name}", (group.column, name), says)
                found.append((where, _product([off, centred[name]])))
    every = sum(len(scores) - (group.column in scores) for group in groups)
    left_out = f"{len(found):,} of {every:,} columns inside subgroups are compared, in their order"
    return found, [left_out] if len(found) < every else []


def _says_inside(group: Subgroup, name: str, is_ordered: bool) -> Callable[[float, float], str]:
    """Tell which way the level is off; the halves of a category have no way that people know."""

    def says(made: float, real: float) -> str:
        off = "has its values in other shares"
        if is_ordered:
            off = f"lies {'higher' if made > real else 'lower'}"
        return (
            f"{name}, where {group.name}, {off} in made rows than in real ones, against how it is "
            f"elsewhere (mean score {made:.3f} against {real:.3f})"
        )

    return says


def _three(case: Case, scores: dict[str, np.ndarray], rows: np.ndarray) -> tuple[Found, list[str]]:
    pool = case.stack.sizes.pool
    names = _most_dependent(case, scores)
    every = len(names) * (len(names) - 1) * (len(names) - 2) // 6
    centred = {name: scores[name][rows] - scores[name][pool].mean() for name in names}
    found: Found = []
    for triple in combinations(names, 3):
        if len(found) == (MOST_TRIPLES if not case.quick else QUICK_PLACES):
            break
        ordered = tuple(sorted(triple, key=list(scores).index))
        where = Where(" × ".join(ordered), ordered, _says_three(ordered))
        found.append((where, _product([centred[name] for name in ordered])))
    if len(found) == every:
        return found, []
    return found, [f"{len(found):,} of {every:,} triples of columns are compared"]


def _most_dependent(case: Case, scores: dict[str, np.ndarray]) -> list[str]:
    """Return the columns' names, the target first, then by their summed squared correlation."""
    pool = case.stack.sizes.pool
    names = list(scores)
    if len(names) < 3:
        return names
    table = np.column_stack([scores[name][pool][:5_000] for name in names]).astype(np.float64)
    table = (table - table.mean(axis=0)) / np.maximum(table.std(axis=0), 1e-9)
    strength = ((table.T @ table / len(table)) ** 2).sum(axis=0)
    order = sorted(range(len(names)), key=lambda i: (names[i] != case.target, -strength[i], i))
    return [names[i] for i in order]


def _product(scores: list[np.ndarray]) -> Callable[[], np.ndarray]:
    return lambda: reduce(np.multiply, scores)


def _says_three(names: tuple[str, ...]) -> Callable[[float, float], str]:
    a, b, c = names
    return lambda made, real: (
        f"how {a} and {b} go together depends on {c} otherwise in made rows (score {made:.3f}) "
        f"than in real ones ({real:.3f})"
    )
