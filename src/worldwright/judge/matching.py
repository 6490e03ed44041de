"""Matching: made rows that were asked to meet a condition are judged by real rows that meet it.

The condition stands in the lineage of the made rows (`given`, the `where` of a wish, shares that
leave values out). Rows that were only re-weighted carry weights instead and are judged by all real
rows. Worth is another question: what the made rows bring to the whole task, so it keeps every row.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..data.dataset import Dataset
from ..data.expression import Expression, parse
from ..data.report import MIN_COUNT
from ..errors import ExpressionError, SchemaError
from .case import Case

MIN_MATCHING = 20


def matched(case: Case) -> tuple[Case, tuple[str, ...]]:
    """Return the Case with the real rows that meet the made rows' condition, and a note on it.

    Raises SchemaError where the condition cannot be asked of the real rows, or too few meet it.
    """
    where = case.made.lineage.where
    if where is None:
        return case, ()
    condition = _condition(where, case.real)
    real = _meeting(case.real, condition)
    holdout = None if case.holdout is None else _meeting(case.holdout, condition)
    reference = real if holdout is None else holdout
    if reference.rows < MIN_MATCHING:
        role = "real" if case.holdout is None else "holdout"
        raise SchemaError(
            f"fewer than {MIN_MATCHING} {role} rows meet the condition that the made rows were "
            "asked to meet, so nothing can be told",
            where=f"judge(made where {where})",
            mend="hand over more real rows that meet it, or loosen the condition",
        )
    parts = [_counted("real", real, case.real)]
    if holdout is not None and case.holdout is not None:
        parts.append(_counted("holdout", holdout, case.holdout))
    note = (
        f"the made rows were asked to meet a condition, {where}, so they are held against the "
        f"real rows that meet it: {' and '.join(parts)}"
    )
    whole = replace(case, real=real, holdout=holdout, every_real=case.real)
    return replace(whole, every_holdout=case.holdout), (note,)


def _condition(where: str, real: Dataset) -> Expression:
    try:
        return parse(where).check(real.schema.main)
    except ExpressionError as fault:
        raise SchemaError(
            "the made rows were asked to meet a condition that cannot be asked of the real rows: "
            + "; ".join(one.what for one in fault.faults),
            where=f"judge(made where {where})",
            mend="hand over both sides with the columns that the condition reads",
        ) from fault


def _meeting(side: Dataset, condition: Expression) -> Dataset:
    return side.take(np.flatnonzero(condition.mask(side.table, side.schema.main)))


def _counted(role: str, kept: Dataset, side: Dataset) -> str:
    shown = f"{kept.rows:,}" if kept.rows >= MIN_COUNT else f"fewer than {MIN_COUNT}"
    return f"{shown} of {side.rows:,} {role} rows"
