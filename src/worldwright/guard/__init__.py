"""Who could be hurt by made rows? Attacks that try to prove us wrong, united in one Report.

    case.py        the rows of one run: made, real (taught) and holdout (did not), fair and capped
    coding.py      one coding for the three: points for "how near?", keys for "the same?"
    neighbours.py  exact nearest neighbours
    chance.py      intervals and p-values
    verdict.py     from a measured risk to exposed, same or cannot tell
    pictures.py    each risk beside what chance gives
    attack.py      what an attack is, and how it says what it answers
    attacks/       one file for each attack

To add an attack, add one file to `attacks/`. A verdict here is never an acquittal: without a
privacy budget nothing is promised.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..data.progress import Progress, silent

if TYPE_CHECKING:
    from ..data.dataset import Dataset
    from ..data.report import Report


def guard(
    made: Dataset, *, real: Dataset, holdout: Dataset, seed: int = 0, progress: Progress = silent
) -> Report:
    """Run every attack on `made` and return a Report on who could be hurt.

    `real` holds the rows that taught, `holdout` rows of the same population that did not. Raises
    RoleError where a side plays two parts, SchemaError where their columns or kinds do not fit.
    """
    from .run import attack_all

    return attack_all(made, real=real, holdout=holdout, seed=seed, progress=progress)
