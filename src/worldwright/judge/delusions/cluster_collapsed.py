"""The mixture collapses onto one part: rows of all clusters but one are left out, whole."""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import clusters
from ..planting import Place, dropped, some


@plugins.delusions("cluster_collapsed")
@delusion(group="mixture", ladder=(0.05, 0.1, 0.2, 0.4, 0.8), unit="share of the other rows")
def cluster_collapsed(ground: Ground, strength: float) -> Planted | str:
    """One cluster of similar rows (of five) is too frequent."""
    found = clusters(ground)
    if found is None:
        return "fewer than two columns of numbers to find clusters in"
    gone = some(ground, found != np.argsort(np.bincount(found))[-2], strength)
    questions = ("columns", "pairs", "rows", "coverage", "subgroups", "tails")
    return dropped(ground, gone, Place((), questions, "a cluster of rows"))
