"""Making: the ways to rare rows. Each learns on some real rows and picks among the candidates.

    tilt            common candidates by exp(score) of a linear score with beliefs (`tilt.py`)
    boosted tilt    the same, the score corrected by small trees where the real rows ask for it
    conditional     rows of the rare value from a forest that learned it: what everybody sells
    ... and conditional     two parts of a tilt and one of those

A row may be picked again where few are as likely. Beside rare rows stand made common ones, so that
being made is no sign of the rare value.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ... import seeds
from ...data.dataset import Dataset
from ...errors import WorldwrightError
from ...judge.boosting import Matrix
from ..fit import fit
from .ground import Ground, Picked, drawn
from .tilt import fit_tilt

CONTRAST = 2  # made common rows for each rare one
OWN_SHARE = 1 / 3
LEAST_OWN = 14  # rare rows before a forest may learn their value, also from three quarters of them
MOST_OWN, OWN_COMMON = 2_000, 3_000
TRIMMED = 0.9999
TILT, BOOSTED, OWN = "tilt", "boosted tilt", "conditional"
AND_OWN = f" and {OWN}"
_BAGS, _TREES, _LEAVES, _RATE, _LEAST, _BESIDE, _COLUMNS = 15, 40, 8, 0.05, 5, 3, 0.5


@dataclass(frozen=True, slots=True)
class Way:
    """A way to rare rows, and how many of them."""

    name: str
    rows: int

    @property
    def score(self) -> str:
        """The score that common candidates are picked by; empty for none."""
        return "" if self.name == OWN else self.name.removesuffix(AND_OWN)

    def __str__(self) -> str:
        return f"{self.name}, {self.rows:,} rows"


def ways(ground: Ground) -> tuple[Way, ...]:
    """Return the ways that can be tried on this ground."""
    found = [Way(TILT, 4_000)]
    if ground.is_rare.any():
        found.append(Way(BOOSTED, 4_000))
    if int(ground.is_rare.sum()) >= LEAST_OWN:
        found += [Way(TILT + AND_OWN, 1_000), Way(TILT + AND_OWN, 4_000)]
        found += [Way(BOOSTED + AND_OWN, 4_000), Way(OWN, 1_000)]
    return tuple(found)


def score_of(ground: Ground, name: str, taught: np.ndarray, *, seed: int) -> np.ndarray:
    """Return the score of every row by a tilt that learned the real rows at `taught`."""
    known = ground.believed
    values = known.features.values
    linear = values @ fit_tilt(values[taught], ground.is_rare[taught], known.prior)
    return linear if name == TILT else linear + _corrected(ground, linear, taught, seed)


def own_rows(ground: Ground, taught: np.ndarray, *, seed: int) -> Dataset | None:
    """Return rare rows of a forest that learned the rare rows at `taught`, and some others.

    None where there are too few to learn their value. The World itself may not be asked while ways
    are compared: it has seen the rare rows that judge.
    """
    rare, common = taught[ground.is_rare[taught]], taught[~ground.is_rare[taught]]
    some = seeds.stream(seed, "own").permutation(common)[:OWN_COMMON]
    lesson = ground.evidence.take(np.sort(np.concatenate([rare, some])))
    try:
        world = fit(lesson, target=ground.rare.column, seed=seeds.child(seed, "own"))
        event = ground.rare.event
        return drawn(world, event, ground.constraints, MOST_OWN, seeds.child(seed, "own rows"))
    except WorldwrightError:
        return None


def pick(
    ground: Ground, way: Way, score: np.ndarray | None, own: Dataset | None, *, seed: int
) -> Picked:
    """Return the candidates that a way picks; `own` are the conditional rows it may take from."""
    stream = seeds.stream(seed, "pick")
    common = ground.common_places
    contrast = stream.permutation(common)[: CONTRAST * way.rows]
    of_own = way.rows if score is None else round(way.rows * OWN_SHARE)
    taken = _allowed(ground, own, of_own) if way.name.endswith(OWN) else None
    if score is None:
        return Picked(common[:0], contrast, taken)
    forbidden = np.zeros(len(score), bool)
    for condition in ground.believed.never:
        forbidden |= ground.mask(condition)
    free = common[~forbidden[common]]
    logs = np.minimum(score[free] - np.quantile(score[free], TRIMMED), 0.0)
    many = way.rows - (taken.rows if taken is not None else 0)
    weights = np.exp(logs)
    return Picked(stream.choice(free, many, p=weights / weights.sum()), contrast, taken)


def _allowed(ground: Ground, own: Dataset | None, rows: int) -> Dataset | None:
    """Return the first `rows` conditional rows that no belief forbids."""
    if own is None:
        return None
    main = own.schema.main
    forbidden = np.zeros(own.rows, bool)
    for condition in ground.believed.never:
        forbidden |= condition.check(main).mask(own.table, main)
    return own.take(np.flatnonzero(~forbidden)[:rows])


def _corrected(ground: Ground, linear: np.ndarray, taught: np.ndarray, seed: int) -> np.ndarray:
    """Return what small trees add to a linear score: the mean over bags of all rare rows and
    three times as many others, each boosted a little from the linear score on.
    """
    import lightgbm

    is_rare = ground.is_rare[taught]
    rare, common = taught[is_rare], taught[~is_rare]
    matrix: Matrix = ground.matrix
    middle = float(linear[common].mean())
    added = np.zeros(len(linear))
    for bag in range(_BAGS):
        stream = seeds.stream(seed, "bag", bag)
        at = np.concatenate([rare, stream.permutation(common)[: _BESIDE * len(rare)]])
        table = lightgbm.Dataset(
            matrix.values[at], ground.is_rare[at].astype(np.float64),
            init_score=linear[at] - middle - np.log(_BESIDE),
            categorical_feature=list(matrix.words),
            feature_name=[f"c{i}" for i in range(matrix.values.shape[1])],
            params={"verbosity": -1},
        )  # fmt: skip
        told = {
            "objective": "binary", "num_leaves": _LEAVES, "learning_rate": _RATE,
            "min_data_in_leaf": _LEAST, "feature_fraction": _COLUMNS, "verbosity": -1,
            "num_threads": 1, "deterministic": True, "force_row_wise": True,
            "seed": int(stream.integers(2**31 - 1)),
        }  # fmt: skip
        model = lightgbm.train(told, table, num_boost_round=_TREES)
        added += model.predict(matrix.values, raw_score=True, num_threads=1)
    return added / _BAGS
