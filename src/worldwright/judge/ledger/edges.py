"""Edges: does one column rise with another; does it not depend on another, given the rest?

*Independence* by the generalised covariance measure (Shah & Peters, Annals of Statistics 48, 2020):
what is left of each feature of both sides once the given columns are known; for each pair of
features the mean of the products over its standard error; the largest of them against a Gaussian
multiplier bootstrap. Where the given columns are few values (or none), what is known is the mean of
the stratum, and rows are permuted within strata, which is exact at any size.

It sees dependence that shows in means or spreads of normal scores, or in shares of values, once
what is given is taken away; not one that cancels out over the given columns, as an interaction may.

*Direction* by the correlation of normal scores (of what is left of them, where columns are given),
with the standard error of its influence function, which asks for no law of either. Of an event it
is told as the distance of its rows from the others, in standard deviations of the normal scores.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ... import seeds
from ...data.report import MIN_COUNT
from ...data.schema import Kind
from ...spec.statement import Direction, Independent
from ..effects import Z95
from .columns import features, known, normal_scores, strata
from .residuals import residuals
from .rows import Rows, rounded
from .tested import Tested, nothing

LEAST_ROWS = 100
DEPENDS, RISES, APART = 0.1, 0.02, 0.04
_PERMUTED, _DRAWN = 999, 4_000
# What regressions leave over is no pure chance: measured over eight kinds of confounder at 2,000
# rows, standard errors this much wider keep the rate of false contradictions.
_LEFT_OVER = 1.15
_MOST_ROWS = 6_000


def independent(statement: Independent, rows: Rows) -> Tested:
    """Test that a column does not depend on others, given the rest."""
    size = min(rows.table.num_rows, _MOST_ROWS)
    if size < LEAST_ROWS:
        return nothing(f"{size} {rows.role} rows are too few to test it", size)
    sides = [[rows.values(name, size) for name in names] for names in (statement.of, statement.on)]
    left, right = features(sides[0]), features(sides[1])
    if not left.names or not right.names:
        names = statement.of if not left.names else statement.on
        return nothing(f"{names} hardly varies among {size:,} {rows.role} rows", size)
    given = [rows.values(name, size) for name in statement.given]
    seed = seeds.child(rows.seed, "edge", str(statement))
    groups = np.zeros(size, np.int64) if not given else strata(given)
    if groups is not None:
        a, b = _centred(left.values, groups), _centred(right.values, groups)
        p, wider = _by_permutation(a, b, groups, seed), 1.0
    else:
        both = np.column_stack([left.values, right.values])
        rest = residuals(known(given), both, seed=seed)
        a, b = rest[:, : len(left.names)], rest[:, len(left.names) :]
        p, wider = _by_bootstrap(a, b, seed), _LEFT_OVER
    found = _strongest(a, b, wider)
    besides = f" once {statement.given} is known" if given else ""
    where = right.names[found.right] if len(statement.on) > 1 else str(statement.on)
    return Tested(
        f"correlation of {statement.of} with {where}{besides} at its strongest "
        f"{found.effect:.2g} [{found.low:.2g} to {found.high:.2g}] over {size:,} {rows.role} rows; "
        f"up to {DEPENDS:g} counts as none",
        p=p,
        fits=found.high <= DEPENDS,
        rows=size,
        measure="correlation",
        effect=rounded(found.effect),
        low=rounded(found.low),
        high=rounded(found.high),
    )


def direction(statement: Direction, rows: Rows) -> Tested:
    """Test that an event or a column rises (or falls) with a column."""
    from scipy.stats import t

    of, with_ = _told(statement, rows)
    whole = ~(np.isnan(of) | np.isnan(with_))
    size = int(whole.sum())
    if size < LEAST_ROWS // 2:
        return nothing(f"{size} {rows.role} rows are too few to test it", size)
    if statement.whole is None:
        fewest = int(min(of[whole].sum(), size - of[whole].sum()))
        if fewest < MIN_COUNT:
            return nothing(f"fewer than {MIN_COUNT} {rows.role} rows tell {statement.of}", size)
    scores = np.column_stack([normal_scores(of[whole]), normal_scores(with_[whole])])
    given = _given(statement, rows)
    if given:
        columns = [rows.values(name) for name in given]
        kept = [replace(one, values=one.values[whole]) for one in columns]
        seed = seeds.child(rows.seed, "direction", str(statement))
        scores = residuals(known(kept), scores, seed=seed)
    value, error = _correlation(scores[:, 0], scores[:, 1])
    if error == 0:
        return nothing(f"one of the two hardly varies among {size:,} {rows.role} rows", size)
    measure, least = "rank correlation", RISES
    if statement.whole is None:
        # A correlation with a rare event is small however clear it is, so it is told as a distance.
        share = float(of[whole].mean())
        value, error = (one / np.sqrt(share * (1 - share)) for one in (value, error))
        measure, least = "distance in normal scores", APART
    sign = 1 if statement.rises else -1
    p = float(t.cdf((sign * value - least) / error, size - 2))
    low, high = value - Z95 * error, value + Z95 * error
    held = "all others" if statement.given_others else str(statement.given)
    besides = f" with {held} held equal" if given else ""
    caution = "" if given else "; what goes along with both is not held equal"
    return Tested(
        f"{measure} {value:+.2g} [{low:+.2g} to {high:+.2g}]{besides} over {size:,} "
        f"{rows.role} rows; {sign * least:+g} is the least that counts{caution}",
        p=p,
        fits=min(sign * low, sign * high) > 0,
        rows=size,
        measure=measure,
        effect=rounded(value),
        low=rounded(low),
        high=rounded(high),
    )


def _given(statement: Direction, rows: Rows) -> tuple[str, ...]:
    """Return the columns that are held equal: those named, or all that are not spoken of."""
    if not statement.given_others:
        return tuple(statement.given)
    said = {*statement.of.columns, *statement.column}
    left_out = (Kind.ID, Kind.NESTED, Kind.TEXT)
    columns = (one for one in rows.columns.columns if one.kind not in left_out)
    return tuple(one.name for one in columns if one.name not in said)


@dataclass(frozen=True, slots=True)
class _Strongest:
    """The strongest correlation of a feature of one side with one of the other."""

    effect: float
    low: float
    high: float
    right: int


def _told(statement: Direction, rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    with_ = rows.values(statement.column[0]).values
    if statement.whole is not None and rows.columns[statement.whole].kind.is_ordered:
        return rows.values(statement.whole).values, with_
    return rows.holds(statement.of).astype(float), with_


def _centred(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    sizes = np.bincount(groups)
    means = np.column_stack([np.bincount(groups, one) for one in values.T]) / sizes[:, None]
    return np.asarray(values - means[groups])


def _by_permutation(a: np.ndarray, b: np.ndarray, groups: np.ndarray, seed: int) -> float:
    """Return the p of the largest standardised sum of products, rows permuted within strata."""
    order = np.argsort(groups, kind="stable")
    a, b, groups = a[order], b[order], groups[order]
    sizes = np.bincount(groups)
    spread = _within(a, groups)[:, :, None] * _within(b, groups)[:, None, :]
    variance = (spread / np.maximum(sizes - 1, 1)[:, None, None]).sum(axis=0)
    scale = np.sqrt(np.maximum(variance, 1e-12))
    largest = float(np.abs(a.T @ b / scale).max())
    chance = seeds.stream(seed, "permute")
    many = 0
    for _ in range(_PERMUTED):
        drawn = np.argsort(groups + chance.random(len(groups)))
        many += float(np.abs(a[drawn].T @ b / scale).max()) >= largest
    return _p(many, _PERMUTED, largest, a.shape[1] * b.shape[1])


def _within(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return the sum of squares of each feature in each group."""
    return np.column_stack([np.bincount(groups, one**2) for one in values.T])


def _by_bootstrap(a: np.ndarray, b: np.ndarray, seed: int) -> float:
    """Return the p of the largest studentised mean of products, by Gaussian multipliers."""
    products = _products(a, b)
    spread = products.std(axis=0)
    kept = spread > 1e-9
    if not kept.any():
        return 1.0
    standard = (products[:, kept] - products[:, kept].mean(axis=0)) / spread[kept]
    means = np.sqrt(len(a)) * products[:, kept].mean(axis=0)
    largest = float(np.abs(means / spread[kept]).max()) / _LEFT_OVER
    covariance = standard.T @ standard / len(a)
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0))
    drawn = seeds.stream(seed, "multipliers").normal(size=(_DRAWN, len(values))) @ root.T
    many = int((np.abs(drawn).max(axis=1) >= largest).sum())
    return _p(many, _DRAWN, largest, int(kept.sum()))


def _p(many: int, drawn: int, largest: float, tests: int) -> float:
    """Return the share of draws as large; beyond all of them, the normal law's bound."""
    from scipy.stats import norm

    counted = (many + 1) / (drawn + 1)
    return counted if many else min(counted, 2 * tests * float(norm.sf(largest)))


def _products(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (a[:, :, None] * b[:, None, :]).reshape(len(a), -1)


def _strongest(a: np.ndarray, b: np.ndarray, wider: float) -> _Strongest:
    """Return the pair of features with the largest correlation over its error, with its interval.

    Its upper end is the largest of all pairs', so that it speaks for all of them.
    """
    scale = np.outer(a.std(axis=0), b.std(axis=0)).ravel()
    products = _products(a, b)
    alive = scale > 1e-9
    effect = np.where(alive, products.mean(axis=0) / np.maximum(scale, 1e-9), 0.0)
    spread = np.where(alive, products.std(axis=0) / np.maximum(scale, 1e-9), 0.0)
    error = wider * spread / np.sqrt(len(a))
    size = np.abs(effect)
    top = int(np.argmax(size / np.maximum(error, 1e-9)))
    high = float((size + Z95 * error).max())
    low = max(0.0, float(size[top] - Z95 * error[top]))
    return _Strongest(float(size[top]), low, high, top % b.shape[1])


def _correlation(a: np.ndarray, b: np.ndarray) -> tuple[float, float]:
    """Return the correlation of two arrays, with the standard error of its influence function."""
    if a.std() < 1e-9 or b.std() < 1e-9:
        return 0.0, 0.0
    u, v = (a - a.mean()) / a.std(), (b - b.mean()) / b.std()
    value = float((u * v).mean())
    influence = u * v - value * (u**2 + v**2) / 2
    return value, float(influence.std() / np.sqrt(len(u)))
