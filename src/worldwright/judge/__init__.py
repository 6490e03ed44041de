"""The judge: is made data like reality, beyond what chance explains, and is it worth anything?

    case.py     Case: what a metric is asked about; Metric and `@metric`: a part that answers
    run.py      the run: every metric answers, the family is settled, one Report comes out
    sides.py    what must hold before two Datasets are compared; narrowing.py: very wide tables;
                matching.py: the real rows that meet the made rows' condition
    stack.py    both sides' columns as arrays, thinned to their worlds' own shares
    null.py     real-against-real splits, and step-down max-T; units.py: rows dealt out together
    family.py   Tests: statistics with their null; all metrics' tests decided as one family
    aspects.py  a place, looked at in several ways, and the verdict they add up to
    explained.py which faults a simpler one accounts for: the root is named first
    effects.py  distances, ratios and rates with intervals; *same*, *differs*, *cannot tell*

  statistics
    cells.py    columns cut in cells that may be shown; values.py, digits.py, spelling.py: finer
    normal.py   how rare the largest of many cells is, or rows alone in theirs, as normal deviates
    places.py   a column or a pair: how it is told and drawn; interplay.py: dependence in a number
    scores.py   columns as bounded scores; contrasts.py: their means in every split;
                subgroup.py: parts of the rows; scored.py: thousands of places told by few
    boosting.py gradient boosting, the same bytes each time; unseen.py: its scores of new rows;
                independent.py: what it makes of rows that know each column alone, the floor
    regions.py  where rows part, in at most three conditions; predicates.py: one condition
    mining.py   rules that hold in 99.9 % of real rows
    points.py   rows as points and as keys; nearby.py: nearest rows, found once for all splits;
                crowd.py: nearness with its null; repeats.py: rows that repeat teachers
    distinct.py different rows and effective size; holes.py: combinations that are never made
    tallies.py  counts that are not dealt row by row; kinship.py: which rows refer to which

  folders, each with a map of its own
    metrics/    the questions, one file each
    label/      the target: wrong, leaked, drifted, told by a trait of the file; gaps of groups
    sequences/  gaps, order, season; relations/: keys, references, families
    worth/      the gain of a task on unseen rows; controls/: ways without made rows
    ledger/     what the World takes for true, held against real rows
    estimating/ valid inference from made and real rows: intervals that hold if the World is wrong
    delusions/  kinds of fault that test the judge: delusion.py says what one is, ground.py,
                planting.py and slices.py plant it, selftest.py and trials.py run them,
                ladders.py tells

To ask one more question, add a file to `metrics/`; to hold made rows against one more simple way,
add one to `controls/`; to test the judge by one more fault, one to `delusions/`. None needs a
change anywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ..data.dataset import Dataset
from ..data.progress import Progress, silent
from ..data.report import Report

if TYPE_CHECKING:
    from ..spec.assumption import Assumption
    from .case import Metric


def judge(
    made: Dataset,
    *,
    real: Dataset,
    holdout: Dataset | None = None,
    target: str | None = None,
    focus: str | None = None,
    seed: int = 0,
    splits: int = 199,
    tolerance: Mapping[str, float] | None = None,
    assumptions: Sequence[Assumption | str] = (),
    quick: bool = False,
    progress: Progress = silent,
) -> Report:
    """Hold made rows against real rows that did not teach them, and say what that tells.

    `real` taught the made rows, `holdout` did not; without a holdout the made rows meet their own
    teachers, and a note says that memorised rows look good then. `target` names the column of the
    task whose worth is measured, `focus` the class that matters (else the wished-up or rarest one).
    `tolerance` sets what still counts as the same, by name: `{"columns": 0.05, "pairs": 0.05,
    "cells": 1.5, "rows": 0.55, "rules": 0.005}` are some of the defaults; each metric names its
    own, and `docs/explanation/what-the-verdicts-mean.md` has them all.

    Made rows that were asked to meet a condition are held against the real rows that meet it. With
    `quick` fewer rows are compared and worth is not measured; the notes say what was left out.

    `assumptions` are what the World takes for true (`world.assumptions`, or words): each is tested
    on real rows, and stands in `report.ledger`.

    `report.faults` is empty for at least 95 % of perfect generators. The same arguments give the
    same Report, byte for byte. Raises RoleError where the holdout has taught, SchemaError where the
    two sides are not of one form, AskedError for a target, focus or tolerance that means nothing.
    """
    from .. import plugins
    from ..spec.assumption import as_assumptions
    from .case import QUICK_SPLITS, Case
    from .run import judged, level_of

    asked = {name: plugins.metrics.get(name) for name in plugins.metrics.names()}
    case = Case(
        made=made,
        real=real,
        holdout=holdout,
        target=target,
        focus=focus,
        seed=seed,
        splits=min(splits, QUICK_SPLITS) if quick else splits,
        tolerance=_tolerances(asked, tolerance or {}),
        level=level_of(asked),
        progress=progress,
        quick=quick,
        assumptions=as_assumptions(assumptions),
    )
    return judged(case, asked)


def _tolerances(asked: Mapping[str, Metric], wished: Mapping[str, float]) -> dict[str, float]:
    from ..errors import AskedError, nearest

    known = {name: value for part in asked.values() for name, value in part.tolerance.items()}
    for name, value in wished.items():
        if name not in known:
            raise AskedError(
                f"there is no tolerance named {name!r}",
                where=f"judge(tolerance={{{name!r}: {value}}})",
                mend=nearest(name, known),
            )
        if not (isinstance(value, int | float) and 0 <= value < float("inf")):
            raise AskedError(
                f"{value!r} is no tolerance",
                where=f"judge(tolerance={{{name!r}: {value!r}}})",
                mend=f"say a number of 0 or more; {known[name]:g} is usual",
            )
    return {**known, **wished}


__all__ = ["judge"]
