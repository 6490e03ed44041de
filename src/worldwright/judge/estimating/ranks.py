"""A quantile by scores: where exact counts do not serve (unlabelled rows, weights).

A value is too low where too few rows are at or below it, and too high where too many are below it:
two tests of a sum of 1{y <= value} - at and 1{y < value} - at, with the control taken off, each by
Hall's transformation and Student's t. At most PLACES real values are tested; where there are more,
the ends are the next ones outward, so the interval errs to the wide side.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .control import Control
from .lean import Tilt, leaning, upright
from .rows import Rows
from .solution import quantile

PLACES = 160
_CELLS = 4_000_000
_REACH = 7.0


def by_score(
    rows: Rows,
    at: float,
    place: Callable[[np.ndarray], np.ndarray] | None,
    made_error: float,
    extra: Control | None,
    alpha: float,
) -> tuple[float, float, float]:
    """Return value, low and high. `place` is the made rows' distribution function, if believed."""
    share = float(rows.weights[rows.inside].sum())
    value = quantile(rows, at)
    if extra is not None:
        _, shift = extra.applied(_parts(rows, (rows.y <= value)[None], at)[0], 0)
        value = quantile(rows, float(np.clip(at + shift / share, 1e-9, 1 - 1e-9)))
    places, is_thinned = _places(rows, at, share)
    upto = _Tests.of(rows, at, rows.y <= places[:, None], extra)
    under = _Tests.of(rows, at, rows.y < places[:, None], extra)
    tilt: Tilt = upright
    off = np.zeros(len(places))
    if place is not None:
        middle = len(places) // 2
        tilt = leaning(made_error / max(float(upto.error[middle]), 1e-300), alpha)
        error = np.maximum((upto.error + under.error) / 2, 1e-300)
        off = share * (place(places) - at) / error
    weight = tilt(off)
    kept = (under.high >= alpha * weight) & (upto.low >= alpha * (1 - weight))
    found = np.flatnonzero(kept)
    if not len(found):
        found = np.array([int(np.argmin(np.abs(places - value)))])
    first, last = found[0], found[-1]
    if is_thinned:
        first, last = max(first - 1, 0), min(last + 1, len(places) - 1)
    count, inside = int(rows.inside.sum()), rows.y[rows.inside]
    opens_low = (1 - at) ** count >= alpha / 2 and places[first] == inside.min()
    opens_high = at**count >= alpha / 2 and places[last] == inside.max()
    low = -np.inf if opens_low else float(places[first])
    return value, low, np.inf if opens_high else float(places[last])


@dataclass(frozen=True, slots=True)
class _Tests:
    """For each place: the chance of a share below it this low, of one this high, and the error."""

    low: np.ndarray
    high: np.ndarray
    error: np.ndarray

    @classmethod
    def of(cls, rows: Rows, at: float, hits: np.ndarray, extra: Control | None) -> _Tests:
        from scipy.special import stdtr

        most = max(float(rows.inside.sum()) - 1 - (extra is not None), 1.0)
        size = max(_CELLS // max(hits.shape[1], 1), 1)
        told = [
            _powers(rows, at, hits[start : start + size], extra)
            for start in range(0, len(hits), size)
        ]
        over, second, third, fourth = (np.concatenate(part) for part in zip(*told, strict=True))
        errors = np.sqrt(np.maximum(second, 0))
        with np.errstate(divide="ignore", invalid="ignore"):
            score, skew = over / errors, third / errors**3
            bent = score + skew * score**2 / 3 + skew**2 * score**3 / 27 + skew / 6
            counted = 2 * second**2 / (fourth - second**2 / hits.shape[1])
        freedom = np.clip(np.where(counted > 0, counted, most), 1.0, most)
        low = stdtr(freedom, np.where(errors > 0, bent, np.sign(over) * np.inf))
        return cls(low, 1 - low, errors)


def _powers(
    rows: Rows, at: float, hits: np.ndarray, extra: Control | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return for each place (a row of `hits`) the sum, and its contributions' powers 2, 3, 4.

    With m the control's part in each labelled row, t its weight and o its part in the unlabelled
    rows, the contributions are p - t m and t o.
    """
    parts = _parts(rows, hits, at)
    over = parts.sum(axis=1)
    parts = parts - over[:, None] * rows.weights
    if extra is None:
        return over, *((parts**power).sum(axis=1) for power in (2, 3, 4))
    mine, theirs, gap = extra.sides(0)
    squares = float((mine**2).sum() + (theirs**2).sum())
    trust = parts @ mine / squares if squares > 0 else np.zeros(len(parts))
    parts = parts - trust[:, None] * mine
    second, third, fourth = (
        (parts**power).sum(axis=1) + trust**power * (theirs**power).sum() for power in (2, 3, 4)
    )
    return over - trust * gap, second, third, fourth


def _parts(rows: Rows, hits: np.ndarray, at: float) -> np.ndarray:
    count = max(int(rows.inside.sum()), 2)
    scale = np.sqrt(count / (count - 1))
    return np.asarray(np.where(rows.inside, hits - at, 0.0) * (rows.weights * scale))


def _places(rows: Rows, at: float, share: float) -> tuple[np.ndarray, bool]:
    """Return distinct real values around the quantile, and whether they were thinned to PLACES."""
    weights = rows.weights[rows.inside] / share
    off = _REACH * float(np.sqrt(at * (1 - at) * (weights**2).sum())) + 5 * float(weights.max())
    ends = [quantile(rows, float(np.clip(at + side * off, 1e-9, 1 - 1e-9))) for side in (-1, 1)]
    near = np.unique(rows.y[rows.inside])
    near = near[(near >= ends[0]) & (near <= ends[1])]
    picks = np.unique(np.linspace(0, len(near) - 1, min(PLACES, len(near))).astype(int))
    return np.asarray(near[picks]), len(picks) < len(near)
