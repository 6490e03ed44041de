"""Broken references: some rows refer to a row of another table that is not there."""

from __future__ import annotations

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..kinship import kinship
from ..planting import Place, some


@plugins.delusions("orphans")
@delusion(group="relations", ladder=(0.001, 0.002, 0.004, 0.008, 0.016), unit="share of references")
def orphans(ground: Ground, strength: float) -> Planted | str:
    """Some references lead nowhere."""
    found = kinship(ground)
    if found is None:
        return "no table refers to another one"
    at = some(ground, found.parents >= 0, strength)
    place = Place((found.name,), ("references", "rules"), f"the references of {found.name}")
    return found.led_astray(at, place)
