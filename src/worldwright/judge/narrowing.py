"""Narrowing: of a very wide table some columns are judged, drawn by the seed; the report says so.

A verdict on 10,000 columns takes many minutes and drowns each among ten thousand others. So
`MOST_COLUMNS` are judged: the target, keys, references, sensitive columns and those that an
assumption names, and a random draw of the rest, so a fault that sits in many columns is met and
one that sits in a single column may be missed. Another seed draws others.
"""

from __future__ import annotations

import logging
from dataclasses import replace

import numpy as np

from .. import seeds
from ..data.dataset import Dataset
from .case import Case

log = logging.getLogger(__name__)

MOST_COLUMNS = 2_000


def narrowed(case: Case) -> tuple[Case, tuple[str, ...]]:
    """Return the Case with at most `MOST_COLUMNS` columns, and what was left out, before work."""
    names = case.real.columns
    if len(names) <= MOST_COLUMNS:
        return case, ()
    kept = _kept(case)
    note = (
        f"{len(kept):,} of {len(names):,} columns are judged, and {len(names) - len(kept):,} are "
        "not: so many would take long and hide each fault among chance. The target, keys, "
        "sensitive columns and those of assumptions are among them, the rest is drawn by the "
        "seed; select columns to judge others"
    )
    log.warning(note)

    def of(side: Dataset | None) -> Dataset | None:
        return None if side is None else side.select(kept)

    return (
        replace(
            case,
            made=case.made.select(kept),
            real=case.real.select(kept),
            holdout=of(case.holdout),
            every_real=of(case.every_real),
            every_holdout=of(case.every_holdout),
        ),
        (note,),
    )


def _kept(case: Case) -> list[str]:
    main = case.real.schema.main
    first = {case.target, main.key, main.order}
    first |= {reference.column for reference in main.references}
    first |= {column.name for column in main.columns if column.sensitive}
    first |= {name for assumption in case.assumptions for name in assumption.columns}
    draw = seeds.stream(case.seed, "narrowing").permutation(len(main.names))
    known = [at for at in draw if main.names[at] in first]
    rest = [at for at in draw if main.names[at] not in first]
    at = np.sort(np.array([*known, *rest][: max(MOST_COLUMNS, len(known))]))
    return [main.names[place] for place in at]
