"""Valid inference from made and real rows: intervals that hold even when the World is wrong.

    query.py         what may be asked: mean, share, quantile, regressions; a closed grammar
    terms.py         a formula's columns as a matrix
    rows.py          a query's columns as arrays, for made and real rows alike
    solution.py      the quantity in one set of rows, with each row's influence on it
    lean.py          where the acceptance regions lean, so that a right World narrows the interval
    interval.py      intervals by the skewed t of a sum of influences, by exact counts, by ranks
    prediction.py    a predictor learned from made rows alone
    control.py       what it tells of real rows without the label, and how far it is trusted
    ranks.py         quantiles where counts are not exact
    independence.py  did these real rows teach the made ones? then nothing is gained
    settle.py        the steps in their order
    answer.py        Estimate and Quantity: what a person reads

Three steps, each valid whatever the made rows are:

1. Real rows alone give the quantity and its error. Made rows never enter the value.
2. Real rows *without* the label, if there are any, narrow it by a control variate: a predictor
   that saw made rows only (prediction-powered inference: Angelopoulos et al., Science 382, 2023;
   tuned so that a bad predictor is weighed down to nothing: PPI++, arXiv 2311.01453).
3. The level's two tails are shared out unevenly around what the made rows say (Pratt, JASA 56,
   1961; Yu & Hoff, Biometrika 105, 2018; with predictions: Cortinovis & Caron, arXiv 2502.02363).

Step 3 alone cannot make a 95 % interval more than 15 % shorter on average (Pratt's bound: whoever
promises more breaks the 95 % somewhere near the made rows' value). What goes beyond comes from
step 2. docs/explanation/estimates-that-hold.md has the mathematics and the price.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...data.dataset import Dataset

if TYPE_CHECKING:
    from .answer import Estimate


def estimate(
    query: str,
    *,
    made: Dataset,
    real: Dataset,
    unlabelled: Dataset | None = None,
    level: float = 0.95,
    seed: int = 0,
) -> Estimate:
    """Estimate a quantity of reality; the interval holds at its level even if `made` is wrong.

    `query` is one of

        mean(COLUMN)   median(COLUMN)   quantile(COLUMN, 0.9)   share(CONDITION)   rate(CONDITION)
        ... where CONDITION
        COLUMN ~ COLUMN + COLUMN + ...        least squares
        CONDITION ~ COLUMN + COLUMN + ...     logistic

    `real` must not have taught the made rows: hand over the holdout. If it did teach them, the
    answer is that of the real rows alone, and a note says so. `unlabelled` are more real rows of
    the same law in which a column that the query needs is absent; they narrow the interval as far
    as made rows have learned to predict it. The same arguments give the same Estimate.

    Raises AskedError (ExpressionError for a condition) for a query that means nothing, SchemaError
    where the sides do not fit, InputError where fewer than 10 real rows speak of the quantity.
    """
    from .independence import reason_to_doubt
    from .query import parse
    from .rows import bind
    from .settle import believe, settle

    asked = parse(query)
    sides = bind(asked, made=made, real=real, unlabelled=unlabelled, level=level)
    doubt = reason_to_doubt(made, real, unlabelled)
    belief = None if doubt else believe(sides, seed)
    return settle(sides, belief, (doubt,) if doubt else ())


__all__ = ["estimate"]
