"""Unseen scores: every row past the first third is scored by a model of the rows before it.

Rows of each side are put in a random order and cut in blocks. Block after block is scored by a
gradient boosting that learned from all earlier blocks, and then joins what the next one learns
from. Given the past, the scores of a block are fixed functions of fresh rows, so under "one law"
its rank-sum z is standard normal whatever the past was: the z of all blocks are independent, and
their sum over the root of their number is standard normal as well. No block's evidence is counted
twice, and no p must be doubled as with two halves that score each other (Lopez-Paz & Oquab,
"Revisiting classifier two-sample tests", ICLR 2017; testing by betting on the next rows: Lhéritier
& Cazals 2018). At 2,000 rows a side it sees what two halves see with a z larger by a tenth.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .. import seeds
from ..data.progress import Meter
from .boosting import Auc, Booster, Matrix, Settings, auc, boost, two_at_a_time
from .case import Case

CUTS = (0.33, 0.5, 0.67, 0.83, 1.0)
QUICK_CUTS = (0.5, 1.0)
_MOST_EXPLAINED = 400


@dataclass(frozen=True, slots=True)
class Unseen:
    """What the blocks found.

    Attributes:
        auc, error: Mean AUC over the blocks and its standard error.
        p: One-sided p of "no better than guessing".
        scores, is_made: Of the rows that were scored.
        leaned_on: Columns by their share of the mean difference of scores between the sides, on
            rows that no model had seen, the largest first.
        searched: Columns by their gain in the first model, which has seen no scored row.
    """

    auc: float
    error: float
    p: float
    scores: np.ndarray
    is_made: np.ndarray
    leaned_on: tuple[tuple[str, float], ...]
    searched: tuple[str, ...]


def unseen(case: Case, settings: Settings) -> Unseen:
    """Learn from made and reference rows block by block, and score the block that follows."""
    rows, is_made = _rows(case)
    place = _places(is_made, case.seed)
    cuts = QUICK_CUTS if case.quick else CUTS
    meter = Meter(case.progress, "judge: rows", len(cuts) - 1, unit="models")
    jobs = [
        lambda end=end, fold=fold: boost(
            rows.take(place < end),
            is_made[place < end],
            settings,
            seed=seeds.child(case.seed, "rows", "model", fold),
        )
        for fold, end in enumerate(cuts[:-1])
    ]
    models: list[Booster] = []
    for model in two_at_a_time(jobs):
        models.append(model)
        meter.add(1)
    blocks = [(place >= start) & (place < end) for start, end in pairwise(cuts)]
    scores = [model.scores(rows.values[block]) for model, block in zip(models, blocks, strict=True)]
    parts = [auc(s, is_made[block]) for s, block in zip(scores, blocks, strict=True)]
    return Unseen(
        *_joined(parts),
        np.concatenate(scores),
        np.concatenate([is_made[block] for block in blocks]),
        _leaned_on(models[-1], rows, is_made, blocks[-1]),
        _by_gain(models[0], rows),
    )


def _rows(case: Case) -> tuple[Matrix, np.ndarray]:
    null, columns = case.null, case.stack.values
    at = np.concatenate([null.made, null.reference])
    rows = Matrix(
        np.column_stack([column.values[at] for column in columns]),
        tuple(column.name for column in columns),
        tuple(i for i, column in enumerate(columns) if column.words is not None),
    )
    return rows, np.repeat([1, 0], [len(null.made), len(null.reference)])


def _places(is_made: np.ndarray, seed: int) -> np.ndarray:
    """Return each row's place in the random order of its own side, from 0 to 1."""
    place = np.empty(len(is_made))
    for side in (0, 1):
        rows = np.flatnonzero(is_made == side)
        mixed = seeds.stream(seed, "rows", "order", side).permutation(rows)
        place[mixed] = (np.arange(len(rows)) + 0.5) / len(rows)
    return place


def _joined(parts: list[Auc]) -> tuple[float, float, float]:
    from scipy.stats import norm

    value = float(np.mean([part.value for part in parts]))
    error = float(np.sqrt(np.sum([part.error**2 for part in parts]))) / len(parts)
    # A p of 0 or 1 is as far as numbers reach.
    z = [float(norm.isf(min(max(part.p, 1e-300), 1 - 1e-16))) for part in parts]
    return value, error, float(norm.sf(sum(z) / len(z) ** 0.5))


def _leaned_on(
    model: Booster, rows: Matrix, is_made: np.ndarray, block: np.ndarray
) -> tuple[tuple[str, float], ...]:
    sides = [np.flatnonzero(block & (is_made == side))[:_MOST_EXPLAINED] for side in (1, 0)]
    made, real = (model.contributions(rows.values[side]).mean(axis=0) for side in sides)
    parts = np.maximum(made - real, 0)
    parts = parts / max(float(parts.sum()), 1e-12)
    order = np.argsort(-parts, kind="stable")
    return tuple((rows.names[i], float(parts[i])) for i in order if parts[i] > 0)


def _by_gain(model: Booster, rows: Matrix) -> tuple[str, ...]:
    return tuple(rows.names[i] for i in np.argsort(-model.gains(), kind="stable"))
