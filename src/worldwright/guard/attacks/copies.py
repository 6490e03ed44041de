"""Exact copies: real rows that stand in the made rows, value for value, more often than chance.

Rows can be equal by chance, so holdout rows are the control: the maker never saw them, and they
stand in the made rows by chance alone. Counted are *singular* records: those that occur once among
equally many real and holdout rows, and that independent columns alone would not be expected to
give once in as many made rows. Excess = (copies of real - copies of holdout) / made rows, scaled
from the real rows that were looked at to all that taught.
"""

from __future__ import annotations

import numpy as np

from ... import plugins
from ...data.report import Answer
from ..attack import answers
from ..case import Case
from ..chance import LEVEL, Interval, Witnesses, binomial_tail, clopper_pearson, difference
from ..pictures import bars
from ..verdict import FAMILY, Risk

TOLERANCE = 0.005


@plugins.attacks("copies")
@answers("copies", figures=("exact_copies",))
def copies(case: Case) -> Answer:
    """Count exact copies of singular real rows in the made rows, against copies of the holdout."""
    witnesses = _copied(case)
    scale = case.taught / max(len(case.pool.real), 1)
    excess = _excess(witnesses, case.made.rows, scale)
    each = witnesses.per_witness
    of_real, of_holdout = (total / each for total in witnesses.totals)
    risk = Risk(
        question="copies",
        where="whole rows",
        measure="share of made rows that copy a real row, beyond chance",
        measured=f"{100 * excess.value:.2f} % of the made rows are copies of real rows beyond "
        f"chance [{100 * excess.low:.2f}, {100 * excess.high:.2f}]",
        found=excess,
        p=binomial_tail(of_real, of_real + of_holdout),
        tolerance=TOLERANCE,
        power=_power(of_holdout, case.made.rows / scale),
    )
    picture = bars("copies", "Exact copies of real rows, beyond chance", [risk], chance=0.0)
    means = "share of the made rows that copy a real row value for value, beyond chance; 0 is best"
    return Answer((risk.finding(),), {"exact_copies": risk.figure(means)}, (picture,))


def _copied(case: Case) -> Witnesses:
    """Count the made rows that equal each singular record, by the person the record belongs to."""
    pool, made = case.pool, case.coded_made
    keys = np.concatenate([case.coded_real.keys[pool.real], case.coded_holdout.keys[pool.holdout]])
    chance = np.concatenate(
        [case.coded_real.log_share[pool.real], case.coded_holdout.log_share[pool.holdout]]
    )
    persons = np.concatenate([case.real_units[pool.real], case.holdout_units[pool.holdout]])
    _, first, times = np.unique(keys, return_index=True, return_counts=True)
    singular = first[(times == 1) & (chance[first] + np.log(max(made.keys.size, 1)) < 0)]
    values, counts = np.unique(made.keys, return_counts=True)
    if not len(values) or not len(singular):
        return Witnesses(np.zeros(0), np.zeros(0))
    at = np.minimum(np.searchsorted(values, keys[singular]), len(values) - 1)
    hits = np.where(values[at] == keys[singular], counts[at], 0).astype(float)
    taught = singular < len(pool.real)
    return Witnesses(
        by_person(persons[singular[taught]], hits[taught]),
        by_person(persons[singular[~taught]], hits[~taught]),
    )


def by_person(persons: np.ndarray, hits: np.ndarray) -> np.ndarray:
    """Return the sum of hits of each person that has any."""
    totals = np.bincount(persons, weights=hits) if len(persons) else np.zeros(0)
    return totals[totals > 0]


def _excess(witnesses: Witnesses, made_rows: int, scale: float) -> Interval:
    each = witnesses.per_witness
    shares = [clopper_pearson(total / each, made_rows / each) for total in witnesses.totals]
    gap = difference(*shares)
    return Interval(*(float(np.clip(end * scale, -1.0, 1.0)) for end in gap))


def _power(by_chance: float, made_rows: float) -> float:
    """Return the chance to see an excess of `TOLERANCE` on top of `by_chance` copies a side.

    Copies a side are Poisson; the test is the sign test on their sum.
    """
    from scipy.special import ndtr, ndtri, pdtrc

    expected = TOLERANCE * made_rows
    if by_chance < 1:
        needed = int(np.ceil(np.log2(FAMILY / LEVEL)))
        return float(pdtrc(needed - 1, expected))
    error = np.sqrt(expected + 2 * by_chance)
    return float(ndtr(expected / error + ndtri(LEVEL / FAMILY)))
