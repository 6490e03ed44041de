"""Telling: how a class was decided, as plain data with a sentence. No count below ten is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...data.report import MIN_COUNT
from .choosing import Choice
from .ground import Ground
from .making import Way
from .prior import strongest
from .tilt import fit_tilt
from .trying import ADVISED, FEWEST

_SHOWN = 8


def of_choice(ground: Ground, choice: Choice) -> Mapping[str, Any]:
    """Return what is told of a choice that real rows made."""
    way = choice.way
    if way is None:
        says = (
            f"{ground.rare}: no made rows, since none of {_tried(choice)} was ahead of "
            f"{_named(choice.against)} on real rows that did not teach"
        )
    else:
        says = (
            f"{ground.rare}: {way}, chosen on real rows that did not teach; expected "
            f"{choice.gain:+.3f} [{choice.low:+.3f}, {choice.high:+.3f}] (80 %) average precision "
            f"against {_named(choice.against)}"
        )
    if choice.instead:
        says += f". Use {choice.instead} instead: it did as well there without made rows"
    return {
        **_ground(ground, way.rows if way else 0), "way": way.name if way else "none",
        "against": choice.against, "expected": [choice.gain, choice.low, choice.high],
        "tried": {name: round(score, 4) for name, score in choice.scores.items()},
        "instead": choice.instead, "says": says,
    }  # fmt: skip


def of_forced(ground: Ground, choice: Choice, way: Way) -> Mapping[str, Any]:
    """Return what is told of a number of rows that the user fixed."""
    told = of_choice(ground, choice)
    says = f"{ground.rare}: {way}, as many as were asked for"
    if choice.way is None:
        says += ", although real rows say that they do not help"
    return {**told, **_ground(ground, way.rows), "way": way.name, "forced": True, "says": says}


def of_too_few(ground: Ground, rows: int | None) -> Mapping[str, Any]:
    """Return what is told where there are too few rare rows to try anything on."""
    many = int(ground.is_rare.sum())
    have = f"fewer than {FEWEST} real rows" if many else "no real row"
    if many == len(ground.is_rare):
        have = "no real row of any other class"
    held = len(ground.believed.used)
    by = f"{held} belief{'s' * (held != 1)}" if held else "nothing"
    says = f"{ground.rare}: {have}, so nothing can be tried on real rows"
    says += f"; {rows:,} rows were forced and follow from {by} alone" if rows else "; no made rows"
    return {
        **_ground(ground, rows or 0), "way": "beliefs alone" if rows else "none",
        "forced": bool(rows), "says": says,
    }  # fmt: skip


def _ground(ground: Ground, rows: int) -> dict[str, Any]:
    many, known = int(ground.is_rare.sum()), ground.believed
    told = many if many >= MIN_COUNT or not many else f"fewer than {MIN_COUNT}"
    slopes = fit_tilt(known.features.values[: len(ground.is_rare)], ground.is_rare, known.prior)
    return {
        "class": str(ground.rare), "real rows": told, "rare rows": rows,
        "rate": ground.rate,
        "beliefs used": [one.says for one in known.used],
        "tells it most": strongest(known.features.names, np.asarray(slopes), _SHOWN),
    }  # fmt: skip


def _tried(choice: Choice) -> str:
    ways = [name for name in choice.scores if "rows" in name]
    return f"{len(ways)} ways to make them"


def _named(control: str) -> str:
    return {"nothing": "the real rows alone", ADVISED: "a balanced bagging"}.get(control, control)
