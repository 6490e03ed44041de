"""A part of the mixture is lost: rows of one cluster are left out, whole."""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import clusters
from ..planting import Place, dropped, some


@plugins.delusions("cluster_dropped")
@delusion(group="mixture", ladder=(0.06, 0.12, 0.25, 0.5, 1.0), unit="share of the cluster")
def cluster_dropped(ground: Ground, strength: float) -> Planted | str:
    """Rows of one cluster of similar rows (of five) are left out."""
    found = clusters(ground)
    if found is None:
        return "fewer than two columns of numbers to find clusters in"
    gone = some(ground, found == np.argsort(np.bincount(found))[1], strength)
    questions = ("columns", "pairs", "rows", "coverage", "subgroups", "tails")
    return dropped(ground, gone, Place((), questions, "a cluster of rows"))
