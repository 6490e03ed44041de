"""Children of other parents: some exchange their parents, so what the two have in common is lost.

Each parent has as many children as before, and each table alone is exactly what it was.
"""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..kinship import kinship
from ..planting import Place, some


@plugins.delusions("children_exchanged")
@delusion(group="relations", ladder=(0.05, 0.1, 0.2, 0.4, 0.8), unit="share of references")
def children_exchanged(ground: Ground, strength: float) -> Planted | str:
    """Rows no longer depend on the row that they refer to."""
    found = kinship(ground)
    if found is None:
        return "no table refers to another one"
    at = some(ground, found.parents >= 0, strength)
    index = np.arange(len(found.parents))
    index[at] = np.roll(at, 1)
    questions = ("references", "columns", "pairs", "rows", "rules", "time")
    return found.moved(index, Place((found.name,), questions, f"what {found.name} leads to"))
