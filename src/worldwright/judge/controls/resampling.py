"""Equal-size resampling: real rows drawn again, as many of each class as the made rows would add.

Shows what size and balance alone bring, without one new value.
"""

from __future__ import annotations

import numpy as np

from ... import plugins, seeds
from ..boosting import boost
from ..worth.training import CLASS, NUMBER, Fitted, TrainingRows, control


@plugins.controls("equal-size resampling")
@control(sets_worth=True, suits=(CLASS, NUMBER))
def resampling(rows: TrainingRows) -> Fitted:
    """Fit the real rows and draws from them with replacement."""
    stream = seeds.stream(rows.seed, "resampling")
    if rows.task == CLASS:
        parts = [stream.choice(rows.places(k), rows.added[k]) for k in (0, 1)]
    else:
        parts = [stream.integers(len(rows.target), size=sum(rows.added))]
    at = np.concatenate([np.arange(len(rows.target)), *parts])
    return boost(rows.matrix.take(at), rows.target[at], rows.settings, seed=rows.seed)
