"""What was found of a label, as places with words: the whole table, predictions, cells, features.

Each group of places is moved and scaled by its own largest statistic under the null before all of
them are one family, so that a thousand cells do not drown the four questions on the whole table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from ..aspects import Asked, Aspect, Told, percent, statistics
from ..cells import Cells
from ..effects import Z95
from ..family import Outcome
from .drift import LEVEL, SPREAD, WRONG, Drift
from .ease import Ease
from .links import Links
from .targets import Label
from .traits import Trait

QUESTION = "label"
_STANDS_OUT, _LEAST_SPREAD = 3.5, 0.1
_CLEARLY, _JUST_BELOW = 1.25, 0.001


def of_whole(label: Label, found: dict[str, Drift], tolerance: float) -> list[Asked]:
    """Return what the whole table says: one place for each direction."""
    where = {LEVEL: "how often", WRONG: "wrong labels", SPREAD: "spread"}
    return [
        _drifting(label, kind, where[kind], (label.column,), [(kind, one, 0)], tolerance)
        for kind, one in found.items()
        if one.fit[0]
    ]


def of_predictions(
    label: Label, level: Drift, spans: Sequence[str], tolerance: float
) -> list[Asked]:
    """Return a place for each group of rows of about the same prediction."""
    return [
        _drifting(
            label,
            "",
            f"where {span} was expected",
            (label.column,),
            [(LEVEL, level, at)],
            tolerance,
        )
        for at, span in enumerate(spans)
        if level.fit[at]
    ]


def of_cells(
    label: Label, found: dict[str, Drift], cells: Sequence[Cells], tolerance: float
) -> list[Asked]:
    """Return a place for each cell of each column: is the label off there, beyond elsewhere?"""
    asked = []
    at = 0
    for column in cells:
        for word in column.labels:
            ways = [(kind, one, at) for kind, one in found.items() if one.fit[at]]
            if ways and column.count > 1:
                where = f"where {column.name} = {word}"
                columns = (label.column, column.name)
                asked.append(_drifting(label, "", where, columns, ways, tolerance))
            at += 1
    return asked


def of_columns(
    label: Label,
    names: Sequence[str],
    every: Links,
    ordered: tuple[Links, Sequence[str]],
    tolerance: float,
) -> list[Asked]:
    """Return a place for each column: does it, alone, tell the label as among real rows?

    `every` has the links of all columns in any order, `ordered` those in order, and of which.
    """
    upward, both = every.seen(upward=True), ordered[0].seen(upward=False)
    asked = []
    for at, name in enumerate(names):
        aspects = [Aspect(upward[at], _told_link(label, name, every, at, tolerance))]
        if name in ordered[1]:
            told = _told_link(label, name, ordered[0], at, tolerance)
            aspects.insert(0, Aspect(both[at], told))
        power = _power(float(every.error[at]), tolerance)
        where = f"{label.hot_name} by {name}"
        asked.append(Asked(QUESTION, where, (label.column, name), tuple(aspects), power))
    return asked


def of_traits(label: Label, traits: Sequence[Trait], links: Links, tolerance: float) -> list[Asked]:
    """Return a place for each trait of the file: a shortcut that only made rows have."""
    upward = links.seen(upward=True)
    return [
        Asked(
            QUESTION, f"{label.hot_name} by {trait.name}", (label.column, *trait.columns),
            (Aspect(upward[at], _told_link(label, trait.name, links, at, tolerance)),),
            _power(float(links.error[at]), tolerance),
        )
        for at, trait in enumerate(traits)
    ]  # fmt: skip


def of_models(label: Label, found: Ease, tolerance: float) -> list[Asked]:
    """Return what models taught by made rows say: on other made rows, and on real ones."""
    asked = []
    for says, links, columns in (
        ("a model", found.boosted, found.leaned_on),
        ("a small decision tree", found.tree, found.tree_on),
    ):
        told = _told_model(label, says, links, columns, tolerance)
        named = tuple(dict.fromkeys((label.column, *columns[:1])))
        asked.append(
            Asked(
                QUESTION, f"{says}, taught by made rows", named,
                (Aspect(links.seen(upward=True)[0], told),),
                _power(float(links.error[0]), tolerance),
            )
        )  # fmt: skip
    return asked


def balanced(groups: Sequence[Sequence[Asked]], splits: int) -> np.ndarray:
    """Return the statistics of all places, each group on the scale of its own largest one."""
    blocks = []
    for group in groups:
        block = statistics(group, splits)
        if len(block):
            largest = block[:, 1:].max(axis=0)
            spread = max(float(largest.std()), _LEAST_SPREAD)
            block = (block - largest.mean()) / spread
        blocks.append(block)
    return np.concatenate(blocks) if blocks else np.empty((0, 1 + splits))


def wrong_labels_first(groups: Sequence[Sequence[Asked]], outcome: Outcome) -> Outcome:
    """Name a column's link before the whole table only where it is clearly louder.

    Wrong labels weaken every link, the strongest one nearly as surely as they show by themselves.
    """
    whole = [float(place.aspects[0].seen[0]) for place in groups[0]]
    if not whole:
        return outcome
    loudest = int(np.argmax(whole))
    strength = outcome.strength.copy()
    start = sum(len(group) for group in groups[:3])
    for at, place in enumerate(groups[3], start):
        if max(float(aspect.seen[0]) for aspect in place.aspects) < _CLEARLY * whole[loudest]:
            strength[at] = min(strength[at], strength[loudest] - _JUST_BELOW)
    return replace(outcome, strength=strength)


def _drifting(
    label: Label,
    name: str,
    where: str,
    columns: tuple[str, ...],
    ways: Sequence[tuple[str, Drift, int]],
    tolerance: float,
) -> Asked:
    place = f"{label.name}: {where}" if name else f"{label.name} {where}"
    inside = "" if name else f"{where}: "
    aspects = tuple(
        Aspect(one.seen[at], _told_drift(label, kind, inside, one, at, tolerance))
        for kind, one, at in ways
    )
    _, first, at = ways[0]
    return Asked(QUESTION, place, columns, aspects, _power(float(first.error[at]), tolerance))


def _told_drift(
    label: Label, kind: str, inside: str, one: Drift, at: int, tolerance: float
) -> Callable[[], Told]:
    def told() -> Told:
        signed, error = float(one.size[at]), float(one.error[at])
        size = abs(signed)
        low, high = max(0.0, size - Z95 * error), size + Z95 * error
        span = f"{percent(size)} [{percent(low)}, {percent(high)}]"
        says = inside + _words(label, kind, signed, span) + f" ({_up_to(tolerance)})"
        return Told(says, _MEASURES[kind], size, low, high, tolerance)

    return told


_MEASURES = {
    LEVEL: "share of rows beyond what the other columns explain",
    WRONG: "share of rows with a wrong label",
    SPREAD: "share of ranks",
}


def _words(label: Label, kind: str, signed: float, span: str) -> str:
    name, more = label.name, signed > 0
    if kind == LEVEL and label.is_rank:
        way = "higher" if more else "lower"
        return f"{name} lies {span} of the ranks {way} in made rows than the other columns explain"
    if kind == LEVEL:
        way = "more" if more else "less"
        return f"{span} {way} of the made rows have {name} than the other columns explain"
    if kind == SPREAD:
        way = "farther from" if more else "nearer to"
        return f"{name} lies {span} of the ranks {way} what the other columns say, in made rows"
    if not more:
        return (
            f"{label.column} follows the other columns too closely: it goes against them in {span} "
            "fewer of the made rows"
        )
    wrong = "as if drawn by lot" if label.is_rank else f"wrong as to {name}"
    return (
        f"{label.column} is {wrong}, beyond what the other columns explain, in {span} more of the "
        "made rows"
    )


def _told_link(
    label: Label, name: str, links: Links, at: int, tolerance: float
) -> Callable[[], Told]:
    def told() -> Told:
        made, real = float(links.made[at, 0]), float(links.real[at, 0])
        says = (
            f"{name}, alone, names the row with {label.hot_name} {percent(made)} of the time among "
            f"made rows and {percent(real)} among real ones (50 % is guessing, "
            f"up to {percent(tolerance)} more or less counts as the same)"
        )
        if abs(made - 0.5) > abs(real - 0.5) + tolerance and abs(real - 0.5) < tolerance:
            says += ": a shortcut that exists in made rows only"
        return Told(says, "difference of AUC", *_sized(links, at), tolerance)

    return told


def _told_model(
    label: Label, says: str, links: Links, columns: tuple[str, ...], tolerance: float
) -> Callable[[], Told]:
    def told() -> Told:
        made, real = float(links.made[0, 0]), float(links.real[0, 0])
        on = f"; it leans on {', '.join(columns)}" if columns else ""
        text = (
            f"{says}, taught by made rows, names the row with {label.hot_name} {percent(made)} of "
            f"the time among other made rows and {percent(real)} among real ones{on} "
            f"(50 % is guessing, {_up_to(tolerance, ' more')})"
        )
        return Told(text, "difference of AUC", *_sized(links, 0), tolerance)

    return told


def _up_to(tolerance: float, more: str = "") -> str:
    return f"up to {percent(tolerance)}{more} counts as the same"


def _sized(links: Links, at: int) -> tuple[float, float, float]:
    size, error = abs(float(links.difference[at, 0])), float(links.error[at])
    return size, max(0.0, size - Z95 * error), size + Z95 * error


def _power(error: float, tolerance: float) -> float:
    """Return the chance that a drift as large as the tolerance stands out (normal law)."""
    from scipy.stats import norm

    return round(float(norm.cdf(tolerance / max(error, 1e-9) - _STANDS_OUT)), 3)
