"""Tails: how often made rows go where the outermost 1 % and 0.1 % of real rows lie, and how far.

The thresholds are those of all real rows, with at least 5 rows beyond each. How many made rows lie
beyond is held against the exact law of such counts (`normal.of_exceedances`); how far rows go is
the mean of ln(1 + excess over the 99th percentile, in spans from median to it), at most 5: a share
of values in another unit shows at once. Columns of fewer than 50 distinct real values have no tails
to speak of, their cells say it all.
"""

from __future__ import annotations

import numpy as np

from ... import plugins, seeds
from ...data.report import Answer
from ...data.schema import Kind
from ..aspects import Asked, Aspect, Told, all_concluded, few, percent, statistics
from ..case import Case, metric
from ..contrasts import Contrasts, contrast
from ..effects import Z95, binomial_interval
from ..family import Outcome, Tests
from ..normal import of_exceedances, of_size
from ..stack import Values

_LEAST_DISTINCT, _FARTHEST = 50, 5.0
_OUTER, _LEAST_BEYOND = (0.01, 0.001), 5


@plugins.metrics("tails")
@metric(questions=("tails",), tolerance={"tails": 0.002, "far": 0.02}, family=True)
def tails(case: Case) -> Tests:
    """Compare how often made and real rows are extreme, and how far out they go."""
    asked = [one for values in case.stack.values if (one := _column(case, values))]

    def conclude(outcome: Outcome) -> Answer:
        if not asked:
            return Answer(notes=("tails were not judged: no column has 50 distinct numbers",))
        return Answer(
            findings=tuple(few(all_concluded(asked, outcome), "tails")),
            settings={"tails": {"columns": len(asked)}},
        )

    return Tests(statistics(asked, case.splits), conclude)


def _column(case: Case, values: Values) -> Asked | None:
    if values.words is not None or values.column.kind is Kind.TEXT:
        return None
    pool = values.values[case.stack.sizes.pool]
    real = pool[np.isfinite(pool)]
    if len(np.unique(real)) < _LEAST_DISTINCT:
        return None
    aspects = []
    for side in (-1, 1):
        for share in _shares(len(real)):
            threshold = float(np.quantile(real, share if side < 0 else 1 - share))
            aspects.append(_beyond(case, values, threshold, side, share))
    aspects += [_far(case, values, real, side) for side in (1, -1)]
    return Asked("tails", values.name, (values.name,), tuple(aspects), is_joint=True)


def _shares(rows: int) -> list[float]:
    """Return the shares of real rows that lie beyond the thresholds; at least 5 rows do."""
    return sorted({max(share, _LEAST_BEYOND / rows) for share in _OUTER}, reverse=True)


def _beyond(case: Case, values: Values, threshold: float, side: int, share: float) -> Aspect:
    out = values.values > threshold if side > 0 else values.values < threshold
    left, right = case.null.tables(out.astype(np.int64), 2)
    pool = int(out[case.null.pool].sum()), len(case.null.pool)
    chance = seeds.stream(case.seed, "tails", values.name, str(side), str(share))
    seen = of_exceedances(left[1], pool, len(case.null.made), chance)

    def told() -> Told:
        n, m = len(case.null.made), len(case.null.reference)
        made, usual = int(left[1, 0]), float(right[1, 0]) / m
        low, high = binomial_interval(made, n, 0.05)
        error = Z95 * np.sqrt(usual * (1 - usual) / m)
        size = made / n - usual
        if size < 0:
            low, high = usual - high, usual - low
        else:
            low, high = low - usual, high - usual
        words = (
            f"{percent(made / n)} of the made rows and {percent(usual)} of unseen real ones lie in "
            f"the {'highest' if side > 0 else 'lowest'} {percent(share)} of {values.name}"
        )
        ends = (max(0.0, low - error), high + error)
        return Told(words, "difference of shares", abs(size), *ends, case.tolerance["tails"])

    return Aspect(seen, told)


def _far(case: Case, values: Values, real: np.ndarray, side: int) -> Aspect:
    middle, edge = np.quantile(real, [0.5, 0.99 if side > 0 else 0.01])
    span = abs(edge - middle) or 1.0
    excess = np.maximum(0.0, side * (np.nan_to_num(values.values, nan=middle) - edge)) / span
    scores = np.minimum(np.log1p(excess), _FARTHEST)
    compared = contrast(case.null, scores[:, None])
    return Aspect(
        of_size(compared.studentised()[0]), lambda: _told_far(case, values.name, compared, side)
    )


def _told_far(case: Case, name: str, compared: Contrasts, side: int) -> Told:
    size, low, high = compared.interval(0)
    way = "farther out" if compared.seen[0, 0] > 0 else "less far out"
    end = "upper" if side > 0 else "lower"
    says = f"the {end} tail of {name} reaches {way} in made rows (by {size:.2g} on a log scale)"
    return Told(says, "mean log excess beyond the tail", size, low, high, case.tolerance["far"])
