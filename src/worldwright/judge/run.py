"""The run of a judge: every asked metric answers one Case, and the answers become one Report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..data.report import Report
from .case import ALONE, FAMILY, Case
from .explained import explained
from .family import settle
from .matching import matched
from .narrowing import narrowed
from .sides import check, frame, sides_of, versions

if TYPE_CHECKING:
    from .case import Metric


def judged(case: Case, asked: Mapping[str, Metric]) -> Report:
    """Check the sides, ask the metrics, settle what they found, and report it."""
    check(case)
    sides = sides_of(case)
    case, notes = matched(case)
    case, more = narrowed(case)
    chosen = tuple(str(one["says"]) for one in case.made.lineage.chosen if "says" in one)
    first = frame(case, (*chosen, *notes, *more))
    settled = settle([metric(case) for metric in asked.values()], FAMILY)
    answers = [first, *explained(settled)]
    return Report.of(answers, sides=sides, seed=case.seed, versions=versions())


def level_of(asked: Mapping[str, Metric]) -> float:
    """Return the level of each metric that decides by an exact p of its own: all get the same."""
    return ALONE / max(1, sum(part.can_fault and not part.family for part in asked.values()))
