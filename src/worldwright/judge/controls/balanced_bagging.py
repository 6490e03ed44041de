"""Balanced bagging: many small models, each on all rare rows and as many common ones; their mean.

Chen, Liaw & Breiman, "Using random forest to learn imbalanced data" (2004). On rare classes it is
often as good as any made rows, so it stands as advice beside each worth.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ... import plugins, seeds
from ..boosting import Booster, boost
from ..worth.training import Fitted, TrainingRows, control

_BAGS, _MOST_RARE, _TREES = 15, 1_000, 50


@dataclass(frozen=True, slots=True)
class Bags:
    """Models whose mean score counts."""

    models: tuple[Booster, ...]

    def scores(self, values: np.ndarray) -> np.ndarray:
        return np.mean([model.scores(values) for model in self.models], axis=0)


@plugins.controls("balanced bagging")
@control(sets_worth=False)
def balanced_bagging(rows: TrainingRows) -> Fitted:
    """Fit one model a bag: the rare rows (at most 1,000 of them) and as many common ones."""
    rare, common = rows.places(1), rows.places(0)
    size = min(len(rare), len(common), _MOST_RARE)
    settings = replace(rows.settings, trees=_TREES, leaves=15, least=max(2, min(20, size // 8)))
    models = []
    for bag in range(_BAGS):
        stream = seeds.stream(rows.seed, "bag", bag)
        at = np.concatenate([stream.permutation(rare)[:size], stream.permutation(common)[:size]])
        seed = seeds.child(rows.seed, "bag", bag)
        models.append(boost(rows.matrix.take(at), rows.target[at], settings, seed=seed))
    return Bags(tuple(models))
