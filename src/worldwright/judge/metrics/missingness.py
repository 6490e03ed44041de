"""Missingness: how often each column is empty, which are empty together, and where they are empty.

For each column that is empty in 0.5 % to 99.5 % of real rows, three kinds of scores (a column that
real rows never leave empty is a matter of columns and rules):

    rate      1 where it is empty
    pattern   the product of two columns' centred emptiness
    informed  its centred emptiness times another column's level, half, or the target's

The last ones are the informative kind: a value is missing more often where another one is high.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import numpy as np

from ... import plugins
from ...data.report import Answer
from ..case import Case, metric
from ..contrasts import contrast
from ..family import Outcome, Tests
from ..scored import Scored, Where
from ..subgroup import main_scores

_LEAST_ROWS, _RARELY, _MOST_COLUMNS, _MOST_OTHERS = 10, 0.005, 60, 100


@plugins.metrics("missingness")
@metric(questions=("missingness",), tolerance={"missingness": 0.01}, family=True)
def missingness(case: Case) -> Tests:
    """Compare how often values are missing, together with what, and depending on what."""
    gone, shares = _gone(case)
    if not gone:
        note = "missingness was not judged: no column has both missing and present values"
        empty = np.empty((0, 1 + case.splits))
        return Tests(empty, lambda outcome: Answer(notes=(note,)))
    places, scores = _rates(gone)
    for more in (_patterns(gone, shares), _informed(case, gone, shares)):
        places += more[0]
        scores += more[1]
    compared = contrast(case.null, np.column_stack(scores))
    scored = Scored(
        "missingness", "patterns of missing values", places, compared,
        "difference of means of the score", case.tolerance["missingness"],
    )  # fmt: skip

    def conclude(outcome: Outcome) -> Answer:
        return Answer(
            tuple(scored.findings(outcome)),
            settings={"missingness": {"columns": len(gone), "places": len(places)}},
        )

    return Tests(compared.studentised(), conclude)


Gone = dict[str, np.ndarray]
Found = tuple[list[Where], list[np.ndarray]]
Says = Callable[[float, float], str]


def _gone(case: Case) -> tuple[Gone, dict[str, float]]:
    """Return which rows each such column is empty in, and its share among all real rows."""
    pool = case.stack.sizes.pool
    gone: Gone = {}
    for values in case.stack.values:
        mask = np.isnan(values.values)
        missing, rows = int(mask[pool].sum()), pool.stop - pool.start
        least = max(_LEAST_ROWS, _RARELY * rows)
        if least <= missing <= rows - least and len(gone) < _MOST_COLUMNS:
            gone[values.name] = mask
    return gone, {name: float(mask[pool].mean()) for name, mask in gone.items()}


def _rates(gone: Gone) -> Found:
    places = [Where(name, (name,), _says_rate(name)) for name in gone]
    return places, [mask.astype(np.float32) for mask in gone.values()]


def _patterns(gone: Gone, shares: dict[str, float]) -> Found:
    places, scores = [], []
    for a, b in combinations(gone, 2):
        places.append(Where(f"{a} × {b}", (a, b), _says_pattern(a, b)))
        scores.append(((gone[a] - shares[a]) * (gone[b] - shares[b])).astype(np.float32))
    return places, scores


def _informed(case: Case, gone: Gone, shares: dict[str, float]) -> Found:
    places, scores = [], []
    for name, score in list(main_scores(case).items())[:_MOST_OTHERS]:
        for column, mask in gone.items():
            if column != name:
                places.append(Where(f"{column} × {name}", (column, name), _says(column, name)))
                scores.append(((mask - shares[column]) * score).astype(np.float32))
    return places, scores


def _says_rate(name: str) -> Says:
    return lambda made, real: (
        f"{name} is missing in {100 * made:.1f} % of made rows and {100 * real:.1f} % of real rows"
    )


def _says_pattern(a: str, b: str) -> Says:
    return lambda made, real: (
        f"{a} and {b} are missing together {'more' if made > real else 'less'} often in made rows "
        f"than in real ones (by {100 * abs(made - real):.1f} % of rows)"
    )


def _says(column: str, other: str) -> Says:
    return lambda made, real: (
        f"whether {column} is missing goes with {other} otherwise in made rows (score {made:.3f}) "
        f"than in real ones ({real:.3f})"
    )
