"""Assumptions: what the World takes for true, tested on real rows that it did not come from.

Each is a row of the ledger, not a fault of the made rows: rows may keep to the letter what reality
contradicts. Constraints, rates and "never" by exact binomial tests, ratios by a score test,
directions by partial rank correlation, absent edges by conditional-independence tests
(`judge/ledger/`). All together are wrong about a true assumption in at most 5 % of ledgers. Without
a holdout the teachers speak, and a note says so.
"""

from __future__ import annotations

from ... import plugins
from ...data.report import Answer
from ..case import Case, metric

_BY_TEACHERS = (
    "the assumptions were tested on the rows that taught, for want of a holdout: what a learner "
    "read off these rows looks truer than it is"
)


@plugins.metrics("assumptions")
@metric(questions=("assumptions",), can_fault=False)
def assumptions(case: Case) -> Answer:
    """Hold each assumption of the World against real rows, and say how it stands."""
    if not case.assumptions:
        return Answer()
    from ..ledger.book import Sides, ledger_of
    from ..ledger.period import is_later

    real, holdout = case.all_real, case.all_holdout
    sides = Sides(
        witness=real if holdout is None else holdout,
        teachers=real,
        made=case.made,
        newer=holdout is not None and is_later(holdout, real),
        conditioned=case.every_real is not None,
        seed=case.seed,
    )
    return Answer(
        ledger=ledger_of(case.assumptions, sides),
        notes=(_BY_TEACHERS,) if holdout is None else (),
    )
