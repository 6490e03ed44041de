"""Finite: one finite space for all densities, and how probable unseen rows are in it.

A density has no meaning without what it is a density of, and makers choose that differently. So all
of them learn a table in which every column is a category, by the same cuts: numbers at the 16
quantiles of the teachers, what is missing as a value of its own, and values of fewer than `RARE`
teachers as one. A row of it then has a probability, and log-likelihoods compare. They are told in
nats a row, mean over the unseen rows. One impossible row would make the mean minus infinity, so
each maker's chance is mixed with 1 % of independent marginals, the same for all (which costs at
most 0.01 nats); the share of rows that a maker alone holds impossible stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from .facts import Facts

CUTS = 16
RARE = 10
REST, MISSING = "rest", "missing"
MIXED = 0.01


@dataclass(frozen=True, slots=True)
class Marginals:
    """Independent columns: each value's log share among the teachers, one row added to each."""

    shares: Mapping[str, Mapping[object, float]]
    unknown: Mapping[str, float]

    @classmethod
    def of(cls, rows: pd.DataFrame) -> Marginals:
        """Return the marginals of `rows`."""
        counts = {str(name): rows[name].value_counts() for name in rows.columns}
        sizes = {name: len(rows) + len(count) + 1 for name, count in counts.items()}
        shares = {
            name: {value: float(np.log((k + 1) / sizes[name])) for value, k in count.items()}
            for name, count in counts.items()
        }
        return cls(shares, {name: float(-np.log(size)) for name, size in sizes.items()})

    def log_prob(self, rows: pd.DataFrame) -> np.ndarray:
        """Return the log chance of each row."""
        chances = np.zeros(len(rows))
        for name, shares in self.shares.items():
            unknown = self.unknown[name]
            chances += np.array([shares.get(value, unknown) for value in rows[name]])
        return chances


def as_categories(
    teachers: pd.DataFrame, unseen: pd.DataFrame, facts: Facts
) -> tuple[pd.DataFrame, pd.DataFrame, Facts]:
    """Return both as categories by the teachers' cuts, and the facts; constant columns go."""
    taught, asked = {}, {}
    for name, kind in facts.kinds.items():
        if kind == "cat":
            sides = [_words(rows[name]) for rows in (teachers, unseen)]
        else:
            cuts = np.unique(np.nanquantile(teachers[name], np.arange(1, CUTS) / CUTS))
            sides = [_cut(rows[name], cuts) for rows in (teachers, unseen)]
        sides = _joined(*sides)
        if len(np.unique(sides[0])) > 1:
            taught[name], asked[name] = sides
    kinds = dict.fromkeys(taught, "cat")
    known = tuple(pair for pair in facts.depends if set(pair) <= set(kinds))
    return (
        pd.DataFrame(taught),
        pd.DataFrame(asked),
        replace(facts, kinds=kinds, positive=None, depends=known),
    )


def likelihood(
    log_prob: np.ndarray, teachers: pd.DataFrame, unseen: pd.DataFrame
) -> dict[str, float]:
    """Return the mean log-likelihood of `unseen`, its standard error, and the impossible share."""
    floor = Marginals.of(teachers).log_prob(unseen)
    mixed = np.logaddexp(np.log(1 - MIXED) + log_prob, np.log(MIXED) + floor)
    return {
        "loglik": float(mixed.mean()),
        "loglik_se": float(mixed.std(ddof=1) / len(mixed) ** 0.5),
        "impossible": float(np.mean(np.isneginf(log_prob))),
    }


def _words(values: pd.Series) -> np.ndarray:
    return values.astype(object).where(values.notna(), MISSING).astype(str).to_numpy(object)


def _cut(values: pd.Series, cuts: np.ndarray) -> np.ndarray:
    """Return the name of each value's bin; a bin holds its upper cut."""
    bins = [f"b{at:02d}" for at in np.searchsorted(cuts, values.to_numpy(float))]
    return np.where(values.isna(), MISSING, np.array(bins, object))


def _joined(taught: np.ndarray, asked: np.ndarray) -> list[np.ndarray]:
    """Name all values of few teachers alike; if they are few together, like the commonest."""
    values, counts = np.unique(taught, return_counts=True)
    kept = set(values[counts >= RARE])
    together = counts[counts < RARE].sum()
    name = REST if together >= RARE or not kept else str(values[counts.argmax()])
    return [np.array([v if v in kept else name for v in side], object) for side in (taught, asked)]
