"""Settling: from a query bound to its rows to an Estimate.

`believe` looks at made rows only, `settle` then looks at the real ones; that order is what keeps
the intervals valid. What the made rows cannot say (one class only, a term that never changes) is
left to the real rows, with a note.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from .answer import Estimate, Quantity, Span
from .control import Control, Reads, control
from .interval import Evidence, Ladder, by_count, by_influence, by_rank
from .lean import Tilt, leaning, upright
from .prediction import learn
from .query import Quantile, Share
from .ranks import by_score
from .rows import Rows, Sides
from .solution import Solution, Unsolvable, quantile, solve

_ENOUGH = 10
MOST_SKEW = 0.25
_LOPSIDED = (
    "a few rows far out decide this, and so few real rows cannot tell its error well: the "
    "interval is that of the real rows alone, and may miss more often than it says; a median, a "
    "quantile or a share holds whatever the tails are"
)


@dataclass(frozen=True, slots=True)
class Belief:
    """What the made rows say: the quantities, their chance errors, skewness of a row's influence.

    `steps` and `reached` are their distribution function where a column is asked about; `size` is
    how many rows of equal weight they are worth.
    """

    rows: Rows
    values: np.ndarray
    errors: np.ndarray
    skews: np.ndarray
    steps: np.ndarray
    reached: np.ndarray
    size: float
    predictor: Reads | None

    @classmethod
    def of(cls, sides: Sides, solution: Solution, predictor: Reads | None) -> Belief:
        """Sum up a solution in the made rows."""
        rows = sides.made
        seen = [Evidence.of(0.0, part, 1.0) for part in solution.parts(rows).T]
        order = np.argsort(rows.y[rows.inside], kind="stable")
        weights = rows.weights[rows.inside][order]
        reached = np.append(0.0, np.cumsum(weights)) / weights.sum()
        size = float(weights.sum() ** 2 / (weights**2).sum())
        return cls(
            rows,
            solution.values,
            np.array([part.error for part in seen]),
            np.array([part.skew for part in seen]) * np.sqrt(size),
            rows.y[rows.inside][order],
            reached,
            size,
            predictor,
        )

    def place(self, values: np.ndarray) -> np.ndarray:
        """Return the made rows' distribution function, half of a step at a step."""
        left = self.reached[np.searchsorted(self.steps, values, side="left")]
        right = self.reached[np.searchsorted(self.steps, values, side="right")]
        return np.asarray((left + right) / 2)


def believe(sides: Sides, seed: int) -> Belief | str:
    """Return what the made rows say, or in words why they cannot say anything."""
    try:
        solution = solve(sides, sides.made)
    except Unsolvable as why:
        return f"the made rows do not help here: among them {why.args[0]}"
    predictor = learn(sides, solution, seed) if sides.unlabelled is not None else None
    return Belief.of(sides, solution, predictor)


def settle(sides: Sides, belief: Belief | str | None, notes: tuple[str, ...] = ()) -> Estimate:
    """Return the Estimate. Raises InputError where the real rows do not determine the quantity."""
    try:
        solution = solve(sides, sides.real)
    except Unsolvable as why:
        raise InputError(
            f"the real rows cannot tell this: {why.args[0]}",
            where=f"estimate({', '.join(sides.names[:3])})",
            mend="take the term away, use more real rows, or ask another question",
        ) from why
    if isinstance(belief, str):
        notes = (*notes, belief)
        belief = None
    extra: Control | None = None
    said: tuple[str, ...] = ()
    if belief is not None and belief.predictor is not None and sides.unlabelled is not None:
        extra, said = _extra(sides, solution, belief.predictor, sides.unlabelled)
    elif sides.unlabelled is not None:
        said = ("the unlabelled rows are not used: nothing could be learned to read them",)
    told = [_Quantity(sides, solution, belief, extra, at) for at in range(len(sides.names))]
    quantities = tuple(part.settled() for part in told)
    if any(part.is_lopsided for part in told):
        said = (*said, _LOPSIDED)
    is_flat = any(part.alone.width == 0 for part in quantities)
    if is_flat and not isinstance(sides.query, Quantile):
        same = "all real rows say the same: an interval of no width means that, not certainty"
        said = (*said, same)
    return Estimate(
        query=str(sides.query),
        quantities=quantities,
        level=sides.level,
        method=_method(belief, extra, told[0].is_exact),
        rows={
            "real": int(sides.real.inside.sum()),
            "made": int(sides.made.inside.sum()),
            "unlabelled": 0 if sides.unlabelled is None else len(sides.unlabelled.weights),
        },
        notes=(*notes, *sides.notes, *said),
    )


def _extra(
    sides: Sides, solution: Solution, predictor: Reads, unlabelled: Rows
) -> tuple[Control | None, tuple[str, ...]]:
    if isinstance(sides.query, Share | Quantile):
        inside = sides.real.inside
        y = sides.real.y[inside]
        hits = y if isinstance(sides.query, Share) else y <= solution.values[0]
        if min(hits.sum(), len(y) - hits.sum()) < _ENOUGH:
            few = "the unlabelled rows are not used: fewer than 10 real rows on one side"
            return None, (few,)
    found = control(sides.real, predictor, unlabelled)
    return (None, (found,)) if isinstance(found, str) else (found, ())


@dataclass(frozen=True, slots=True)
class _Quantity:
    """One quantity on its way to an interval."""

    sides: Sides
    solution: Solution
    belief: Belief | None
    extra: Control | None
    at: int

    @property
    def is_exact(self) -> bool:
        counts = isinstance(self.sides.query, Share | Quantile)
        return counts and self.extra is None and self.sides.real.is_even

    @property
    def is_lopsided(self) -> bool:
        """True where a few rows decide a sum, so that no one-sided tail of it can be trusted.

        The skewness of the sum is asked of the real rows, and of the made rows at the same size: a
        sample that happens to lack the few large rows does not know of them.
        """
        if isinstance(self.sides.query, Share | Quantile):
            return False
        skews = [Evidence.of(0.0, self.solution.parts(self.sides.real)[:, self.at], 1).skew]
        if self.belief is not None:
            count = float(self.sides.real.inside.sum())
            skews.append(float(self.belief.skews[self.at]) / float(np.sqrt(count)))
        return max(map(abs, skews)) > MOST_SKEW

    def settled(self) -> Quantity:
        """Return the quantity with its intervals: as it is settled, real alone, made alone."""
        sides, alpha = self.sides, self.sides.alpha
        exact = isinstance(sides.query, Share | Quantile) and sides.real.is_even
        alone = self._exact(None) if exact else self._summed(None, None)
        if (self.belief is None and self.extra is None) or self.is_lopsided:
            whole = alone
        elif self.is_exact:
            whole = self._exact(self.belief)
        else:
            whole = self._summed(self.belief, self.extra)
        made = None
        if self.belief is not None:
            centre = float(self.belief.values[self.at])
            error = float(self.belief.errors[self.at])
            if isinstance(sides.query, Quantile):
                made = Span(centre, *_made_quantile(self.belief, sides.query.at, error, alpha))
            else:
                seen = Evidence(centre, error, 0.0, 1e9)
                made = Span(centre, *by_influence(seen, upright, centre, alpha))
        count = int(sides.real.inside.sum())
        return Quantity(sides.names[self.at], sides.unit, whole, alone, made, count)

    def _exact(self, belief: Belief | None) -> Span:
        rows, alpha, query = self.sides.real, self.sides.alpha, self.sides.query
        value = float(self.solution.values[0])
        y = rows.y[rows.inside]
        tilt: Tilt = upright
        centre = value
        if belief is not None:
            centre = float(belief.values[0])
            tilt = leaning(float(np.sqrt(len(y) / belief.size)), alpha)
        if isinstance(query, Share):
            return Span(value, *by_count(int(y.sum()), len(y), tilt, centre, alpha))
        assert isinstance(query, Quantile)
        ladder = Ladder.of(y)
        ends = np.array([ladder.low, ladder.high])
        placed = np.zeros_like(ends)
        if belief is not None:
            error = np.sqrt(query.at * (1 - query.at) / len(y))
            placed = (belief.place(ends) - query.at) / error
        return Span(value, *by_rank(ladder, query.at, tilt, placed, alpha))

    def _summed(self, belief: Belief | None, extra: Control | None) -> Span:
        sides, at = self.sides, self.at
        parts, value = self.solution.parts(sides.real)[:, at], float(self.solution.values[at])
        freedom = float(self.solution.freedom[at])
        if isinstance(sides.query, Quantile):
            place = None if belief is None else belief.place
            error = 0.0 if belief is None else float(belief.errors[at])
            return Span(*by_score(sides.real, sides.query.at, place, error, extra, sides.alpha))
        if extra is not None:
            parts, shift = extra.applied(parts, at)
            value, freedom = value - shift, max(freedom - 1, 1.0)
        seen = Evidence.of(value, parts, freedom)
        tilt: Tilt = upright
        centre = value
        if belief is not None and seen.error > 0:
            centre = float(belief.values[at])
            tilt = leaning(float(belief.errors[at]) / seen.error, sides.alpha)
        low, high = by_influence(seen, tilt, centre, sides.alpha)
        if isinstance(sides.query, Share):
            low, high = max(low, 0.0), min(high, 1.0)
        return Span(value, low, high)


def _made_quantile(belief: Belief, at: float, error: float, alpha: float) -> tuple[float, float]:
    from scipy.special import ndtri

    share = belief.rows.weights[belief.rows.inside].sum()
    off = float(-ndtri(alpha / 2)) * error / share
    ends = [min(max(at + side * off, 1e-12), 1 - 1e-12) for side in (-1, 1)]
    return quantile(belief.rows, ends[0]), quantile(belief.rows, ends[1])


def _method(belief: Belief | None, extra: Control | None, is_exact: bool) -> str:
    test = "exact counts" if is_exact else "Student's t with the skewness taken out"
    if belief is None:
        return f"real rows alone; {test}"
    powered = "; prediction-powered by unlabelled real rows" if extra is not None else ""
    return f"real rows{powered}; tails lean on what the made rows say; {test}"
