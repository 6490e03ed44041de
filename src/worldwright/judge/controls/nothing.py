"""Nothing: the real rows as they are. What made rows add is counted from here."""

from __future__ import annotations

from ... import plugins
from ..boosting import boost
from ..worth.training import CLASS, NUMBER, Fitted, TrainingRows, control


@plugins.controls("nothing")
@control(sets_worth=True, suits=(CLASS, NUMBER))
def nothing(rows: TrainingRows) -> Fitted:
    """Fit the real rows alone."""
    return boost(rows.matrix, rows.target, rows.settings, seed=rows.seed)
