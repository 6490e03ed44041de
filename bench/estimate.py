"""Estimates: how often intervals hold when the made rows are wrong, and how narrow they are if not.

    python -m bench.estimate --repeats 400

A whole real table is the population, so each truth is known. A repeat draws 500 labelled rows (and
5,000 without the label) from it with replacement and estimates; made rows, 20,000 of them, stay the
same over the repeats of a job, as a World does. Makers, see `MAKERS`: a good one (fresh real rows),
the forest (taught by 5,000 other real rows), ten that are wrong on purpose, and `copied`: the very
sample that judges, drawn again, its lineage lost.

`near` is the worst case for whoever leans on made rows: right except for two standard errors of the
quantity asked, on either side. Its rows are real ones, drawn so that the quantity moves that far.

Figures: `covers` (how often the key quantity's interval holds the truth), `alone` (the same for
real rows alone), `ratio` (mean width against real rows alone); `_plus` with unlabelled rows used.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from .crossfit import width
from .results import Results
from .tables.sets import read

ROWS, EXTRA, MADE, TAUGHT = 500, 5_000, 20_000, 5_000
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, the column that is its label, and which of its quantities counts."""

    kind: str
    query: str
    label: str
    key: int = 0


ASKED: Mapping[str, tuple[Asked, ...]] = {
    "adult": (
        Asked("mean", "mean(hours_per_week)", "hours_per_week"),
        Asked("share", 'share(income = ">50K")', "income"),
        Asked("quantile", "quantile(age, 0.9)", "age"),
        Asked("linear", "hours_per_week ~ age + sex", "hours_per_week", 2),
        Asked("logistic", 'income = ">50K" ~ age + sex', "income", 1),
    ),
    "bank": (
        Asked("mean", "mean(duration)", "duration"),
        Asked("share", "share(y = yes)", "y"),
        Asked("quantile", "quantile(duration, 0.9)", "duration"),
        Asked("linear", "duration ~ age + contact", "duration", 2),
        Asked("logistic", "y = yes ~ age + euribor3m", "y", 2),
    ),
    "telco": (
        Asked("mean", "mean(tenure)", "tenure"),
        Asked("share", "share(Churn = Yes)", "Churn"),
        Asked("quantile", "quantile(MonthlyCharges, 0.9)", "MonthlyCharges"),
        Asked("linear", "tenure ~ SeniorCitizen + MonthlyCharges", "tenure", 2),
        Asked("logistic", "Churn = Yes ~ tenure + MonthlyCharges", "Churn", 1),
    ),
}
Maker = Callable[[pd.DataFrame, str, np.random.Generator], pd.DataFrame]


def _drawn(rows: pd.DataFrame, chance: np.random.Generator) -> pd.DataFrame:
    return rows.iloc[chance.integers(len(rows), size=MADE)].reset_index(drop=True)


def _numbers(rows: pd.DataFrame, change: Callable[[pd.Series], Any]) -> pd.DataFrame:
    """Change each column of numbers; whole ones stay whole."""
    for name in rows.columns[[kind.kind in "if" for kind in rows.dtypes]]:
        changed = change(rows[name].astype(float))
        whole = rows[name].dtype.kind == "i"
        rows[name] = changed.round().astype(np.int64) if whole else changed
    return rows


def _label(rows: pd.DataFrame, label: str, chance: np.random.Generator) -> np.ndarray:
    """Return which rows are above the label's middle, or hold its rarer value."""
    if rows[label].dtype.kind in "if":
        return np.asarray(rows[label] > rows[label].median())
    return np.asarray(rows[label] == rows[label].value_counts().index[-1])


def _flipped(rows: pd.DataFrame, label: str, chance: np.random.Generator) -> pd.DataFrame:
    """A third of the rows gets the label of the other side."""
    made = _drawn(rows, chance)
    high, moved = _label(made, label, chance), chance.random(MADE) < 1 / 3
    old = made[label].to_numpy(copy=True)
    new = np.where(high, chance.choice(old[~high], MADE), chance.choice(old[high], MADE))
    made[label] = np.where(moved, new, old)
    return made


def _imbalanced(rows: pd.DataFrame, label: str, chance: np.random.Generator) -> pd.DataFrame:
    """The rarer value, or the upper half, is drawn four times as often."""
    weights = 1 + 3 * _label(rows, label, chance)
    picks = chance.choice(len(rows), MADE, p=weights / weights.sum())
    return rows.iloc[picks].reset_index(drop=True)


def _collapsed(rows: pd.DataFrame, label: str, chance: np.random.Generator) -> pd.DataFrame:
    """Only one twentieth of the rows, those of the first number's middle, is ever made."""
    first = rows.columns[[kind.kind in "if" for kind in rows.dtypes]][0]
    off = (rows[first] - rows[first].median()).abs().to_numpy()
    return _drawn(rows.iloc[np.argsort(off, kind="stable")[: len(rows) // 20]], chance)


def _independent(rows: pd.DataFrame, label: str, chance: np.random.Generator) -> pd.DataFrame:
    """Each column alone is right; nothing depends on anything."""
    return pd.DataFrame({name: _drawn(rows[[name]], chance)[name] for name in rows.columns})


MAKERS: Mapping[str, Maker] = {
    "good": lambda rows, _, chance: _drawn(rows, chance),
    "forest": lambda rows, label, chance: _forest(rows, chance),
    "shifted": lambda rows, _, chance: _numbers(_drawn(rows, chance), lambda x: x + x.std()),
    "scaled": lambda rows, _, chance: _numbers(_drawn(rows, chance), lambda x: 2 * x),
    "wrong dependence": _independent,
    "memorised subset": lambda rows, _, chance: _drawn(rows.sample(60, random_state=3), chance),
    "collapsed": _collapsed,
    "heavy-tailed": lambda rows, _, chance: _numbers(
        _drawn(rows, chance), lambda x: x + x.std() * chance.standard_t(1.5, MADE).clip(-1e4, 1e4)
    ),
    "label-flipped": _flipped,
    "imbalanced": _imbalanced,
    "constant": lambda rows, _, chance: _drawn(rows.iloc[[len(rows) // 2]], chance),
}
NEAR = {"near, below": -2.0, "near, above": 2.0}
COPIED, CONTROL = "copied", "no made rows"
_CONTROL_DRAWS = 10


def _forest(rows: pd.DataFrame, chance: np.random.Generator) -> pd.DataFrame:
    import worldwright as ww

    taught = rows.iloc[chance.integers(len(rows), size=TAUGHT)].reset_index(drop=True)
    return ww.fit(ww.read(taught), seed=0).sample(MADE, seed=1).to_pandas()


@dataclass(frozen=True, slots=True)
class _Looked:
    """Predictions made once for the whole population; a drawn row looks its own up."""

    told: np.ndarray

    def controls(self, rows: Any) -> np.ndarray:
        return np.asarray(self.told[rows.table["row"].to_numpy()])


@lru_cache(maxsize=2)
def _population(name: str, label: str) -> tuple[pd.DataFrame, Any]:
    import worldwright as ww

    rows = read(name).rows.dropna(subset=[label]).reset_index(drop=True)
    return rows, ww.read(rows)


def measure(name: str, asked: Asked, maker: str, repeats: int) -> dict[str, Any]:
    """Estimate `repeats` times; return how often the truth was inside, and how wide it was."""
    import worldwright as ww
    from worldwright.judge.estimating.query import parse
    from worldwright.judge.estimating.rows import bind
    from worldwright.judge.estimating.settle import believe, settle
    from worldwright.judge.estimating.solution import solve

    rows, everyone = _population(name, asked.label)
    seed = [len(name), sum(map(ord, asked.query + maker))]
    chance = np.random.default_rng(seed)
    others = everyone.select([column for column in everyone.columns if column != asked.label])
    query = parse(asked.query)

    def bound(made: ww.Dataset) -> Any:
        return bind(query, made=made, real=everyone, unlabelled=others, level=LEVEL)

    plain = bound(everyone)
    facts = solve(plain, plain.real)
    if maker == COPIED:
        return _copied(everyone, asked, float(facts.values[asked.key]), repeats, chance)
    if maker == CONTROL:
        draws = [chance.integers(len(rows), size=ROWS) for _ in range(_CONTROL_DRAWS)]
        taken = [(picks, _taken(plain.real, picks)) for picks in draws]
        return {"control": round(width(plain, asked.key, EXTRA, taken), 4)}
    if maker in NEAR:
        pull = facts.influence[:, asked.key]
        tilt = np.maximum(1 + NEAR[maker] * pull / pull.std() / np.sqrt(ROWS), 0)
        frame = rows.iloc[chance.choice(len(rows), MADE, p=tilt / tilt.sum())]
        frame = frame.reset_index(drop=True)
    else:
        frame = MAKERS[maker](rows, asked.label, chance)
    whole = bound(ww.read(frame, schema=everyone.schema))
    belief = believe(whole, 0)
    if not isinstance(belief, str) and belief.predictor is not None:
        belief = replace(belief, predictor=_Looked(belief.predictor.controls(whole.real)))
    counted = []
    for _ in range(repeats):
        mine, theirs = (
            _taken(whole.real, chance.integers(len(rows), size=size)) for size in (ROWS, EXTRA)
        )
        told = [
            settle(replace(whole, real=mine, unlabelled=extra), belief).quantities[asked.key]
            for extra in (None, theirs)
        ]
        counted.append([_figures(one, float(facts.values[asked.key])) for one in told])
    return _summed(np.array(counted))


def _taken(rows: Any, picks: np.ndarray) -> Any:
    """Return drawn rows, each knowing its place in the population."""
    return replace(
        rows,
        table=pa.table({"row": picks}),
        y=rows.y[picks],
        inside=rows.inside[picks],
        weights=np.full(len(picks), 1 / len(picks)),
        design=None if rows.design is None else rows.design[picks],
    )


def _copied(
    everyone: Any, asked: Asked, truth: float, repeats: int, chance: np.random.Generator
) -> dict[str, Any]:
    """The made rows are the judging sample itself, drawn again; the whole public path."""
    import worldwright as ww

    counted = []
    for _ in range(repeats):
        real = everyone.take(chance.integers(everyone.rows, size=ROWS))
        made = real.take(chance.integers(ROWS, size=2 * ROWS))
        told = ww.estimate(asked.query, made=made, real=real, level=LEVEL)
        counted.append([_figures(told.quantities[asked.key], truth)] * 2)
    return _summed(np.array(counted))


def _figures(one: Any, truth: float) -> list[float]:
    return [
        one.low <= truth <= one.high,
        one.alone.low <= truth <= one.alone.high,
        one.span.width,
        one.alone.width,
    ]


def _summed(counted: np.ndarray) -> dict[str, Any]:
    means = counted.mean(axis=0)
    return {
        "repeats": len(counted),
        "covers": int(counted[:, 0, 0].sum()),
        "covers_plus": int(counted[:, 1, 0].sum()),
        "alone": int(counted[:, 0, 1].sum()),
        "ratio": round(float(means[0, 2] / means[0, 3]), 4),
        "ratio_plus": round(float(means[1, 2] / means[1, 3]), 4),
    }


def main() -> None:
    """Measure each job that is not there yet."""
    parser = argparse.ArgumentParser(prog="python -m bench.estimate", description=__doc__)
    parser.add_argument("--repeats", type=int, default=400)
    parser.add_argument("--tables", default=",".join(ASKED))
    parser.add_argument(
        "--makers", default=";".join([*MAKERS, *NEAR, COPIED, CONTROL]), help="joined by ;"
    )
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    results = Results.of("estimate", again=asked.again, folder=asked.out)
    for maker in asked.makers.split(";"):
        for name in asked.tables.split(","):
            for one in sorted(ASKED[name], key=lambda one: one.label):
                key = (name, one.kind, maker, one.query)
                if maker == COPIED and one.kind != "mean":
                    continue
                if not results.has(key):
                    results.add(key, measure(name, one, maker, asked.repeats))


if __name__ == "__main__":
    main()
