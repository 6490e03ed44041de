"""Near copies: is a made row nearer to a row that taught than to one that did not?

For each made row the nearest of m real rows and the nearest of m holdout rows are compared; ties
count one half. A maker that knows the population and not the rows is nearer to the real ones in
half of the cases. Made rows that are nearest to the same record are one witness (see `chance`).
Such distances say nothing of the risk of one person and can miss leaks, so they are an attack among
others and never an acquittal (Yao et al., "The DCR Delusion", ESORICS 2025).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ... import plugins, seeds
from ...data.report import Answer
from ..attack import answers
from ..case import Case
from ..chance import LEVEL, Interval, Witnesses, binomial_power, binomial_tail, clopper_pearson
from ..neighbours import TIE, nearest
from ..pictures import bars
from ..verdict import FAMILY, Risk
from .copies import by_person

TOLERANCE = 0.55
MOST_MADE = 4_000


@dataclass(frozen=True, slots=True)
class _Signs:
    """Made rows by the side that their nearest record stands on; ties stand on neither."""

    witnesses: Witnesses
    ties: int


@plugins.attacks("near copies")
@answers("near copies", figures=("nearer_to_real",))
def near_copies(case: Case) -> Answer:
    """Compare the made rows' distances to real rows and to as many holdout rows (sign test)."""
    signs = _signs(case)
    each = signs.witnesses.per_witness
    of_real, of_holdout = (total / each for total in signs.witnesses.totals)
    share = _share(signs)
    open_share = 1 - signs.ties / max(signs.ties + sum(signs.witnesses.totals), 1)
    # The tolerance among rows that are no tie: a tie counts one half, so it dilutes the share.
    tolerated = min(0.5 + (TOLERANCE - 0.5) / max(open_share, 1e-9), 1.0)
    risk = Risk(
        question="near copies",
        where="nearest rows",
        measure="share of made rows nearer to real rows than to as many holdout rows",
        measured=f"{100 * share.value:.1f} % of the made rows lie nearer to rows that taught "
        f"[{100 * share.low:.1f}, {100 * share.high:.1f}]; chance gives 50 %",
        found=share,
        p=binomial_tail(of_real, of_real + of_holdout),
        tolerance=TOLERANCE,
        power=binomial_power(of_real + of_holdout, tolerated, LEVEL / FAMILY),
    )
    picture = bars("near copies", "Made rows nearer to rows that taught", [risk], chance=0.5)
    means = "share of made rows nearer to real than to as many holdout rows; 0.5 is none"
    return Answer((risk.finding(),), {"nearer_to_real": risk.figure(means)}, (picture,))


def _signs(case: Case) -> _Signs:
    pool, points = case.pool, case.coded_made.points
    if not len(pool.real) or not len(points):
        return _Signs(Witnesses(np.zeros(0), np.zeros(0)), 0)
    picked = seeds.stream(case.seed, "near copies").permutation(len(points))[:MOST_MADE]
    points = points[picked]
    to_real, which_real = nearest(points, case.coded_real.points[pool.real])
    to_holdout, which_holdout = nearest(points, case.coded_holdout.points[pool.holdout])
    taught, other = to_real < to_holdout - TIE, to_holdout < to_real - TIE
    real_persons = case.real_units[pool.real][which_real[taught]]
    holdout_persons = case.holdout_units[pool.holdout][which_holdout[other]]
    witnesses = Witnesses(
        by_person(real_persons, np.ones(len(real_persons))),
        by_person(holdout_persons, np.ones(len(holdout_persons))),
    )
    return _Signs(witnesses, int((~taught & ~other).sum()))


def _share(signs: _Signs) -> Interval:
    """Return the share of rows nearer to real, ties half, at the effective size."""
    each = signs.witnesses.per_witness
    of_real, of_holdout = signs.witnesses.totals
    rows = signs.ties + of_real + of_holdout
    decided = clopper_pearson(of_real / each, (of_real + of_holdout) / each)
    if not rows:
        return decided
    tied = signs.ties / rows
    return Interval(*(0.5 * tied + (1 - tied) * end for end in decided))
