"""Period: is it as it was in the training period?

Rows of another time meet the teachers as made rows would: the judge's own questions about columns,
pairs of columns and missing values, against what chance does between teachers. They decide at a
level of their own, `LEVEL`, beside the assumptions that have an exact p.
"""

from __future__ import annotations

import numpy as np

from ...data.dataset import Dataset
from ...data.report import Finding, Verdict
from ...data.schema import Kind
from .tested import Tested, nothing

LEVEL = 0.01
ASKED = ("columns", "pairs", "missingness")
SPLITS = 399
LEAST_ROWS = 100


def as_trained(newer: Dataset, teachers: Dataset | None, *, seed: int) -> Tested:
    """Test whether newer real rows could come from the period of the teachers."""
    from ... import plugins
    from ..case import Case
    from ..family import Tests, settle

    if teachers is None:
        return nothing("the rows that taught are not at hand: hand them over as real rows (--real)")
    if min(newer.rows, teachers.rows) < LEAST_ROWS:
        fewest = min(newer.rows, teachers.rows)
        return nothing(
            f"{fewest} rows are too few to compare periods: hand over {LEAST_ROWS} of each or more"
        )
    shared = comparable(newer, teachers)
    if not shared:
        return nothing("the newer rows have no column of the teachers, of one kind in both")
    metrics = [plugins.metrics.get(name) for name in plugins.metrics.names()]
    metrics = [part for part in metrics if part.family and set(part.questions) & set(ASKED)]
    tolerance = {name: value for part in metrics for name, value in part.tolerance.items()}
    case = Case(
        made=newer.select(shared),
        real=teachers.select(shared),
        holdout=None,
        seed=seed,
        splits=SPLITS,
        tolerance=tolerance,
    )
    tests = [answer for part in metrics if isinstance(answer := part(case), Tests)]
    answers = settle(tests, LEVEL)
    found = [finding for answer in answers for finding in answer.findings]
    faults = sorted(
        (finding for finding in found if finding.verdict is Verdict.DIFFERS),
        key=lambda finding: -(finding.strength or 0.0),
    )
    least = min((finding.p for finding in found if finding.p is not None), default=1.0)
    open_ones = [f for f in found if f.verdict is Verdict.CANNOT_TELL]
    size = newer.rows
    if faults:
        more = f"; {len(faults) - 1} more places" if len(faults) > 1 else ""
        says = f"{size:,} newer rows are unlike the teachers: {_of_newer(faults[0])}{more}"
        return Tested(says, p=least, rows=size)
    if open_ones:
        says = f"nothing is seen to differ in {size:,} newer rows, and not all can be told"
        return Tested(f"{says}: {_of_newer(open_ones[0])}", p=1.0, rows=size)
    says = f"{size:,} newer rows are the same as the teachers in all columns and pairs"
    return Tested(says, p=1.0, fits=bool(found), rows=size)


def comparable(newer: Dataset, teachers: Dataset) -> tuple[str, ...]:
    """Return the teachers' columns that newer rows have, too, of one kind or numbers in both."""
    known = {column.name: column.kind for column in newer.schema.main.columns}
    return tuple(
        column.name
        for column in teachers.schema.main.columns
        if column.name in known and column.kind.compares_with(known[column.name])
    )


def is_later(holdout: Dataset, teachers: Dataset) -> bool:
    """True where the holdout begins after the teachers end, by the order column or by a date."""
    main = teachers.schema.main
    dates = [column.name for column in main.columns if column.kind is Kind.DATETIME]
    for name in dict.fromkeys([*([main.order] if main.order else []), *dates]):
        if not main[name].kind.is_ordered:
            continue
        ours, theirs = (side.table[name].drop_null() for side in (holdout, teachers))
        if len(ours) and len(theirs):
            first, last = (np.asarray(cells.to_numpy()) for cells in (ours, theirs))
            if first.min() >= last.max():
                return True
    return False


def _of_newer(finding: Finding) -> str:
    """Return a finding's sentence, which speaks of made rows, as one of newer rows."""
    place = "" if finding.where in finding.says else f"{finding.where}: "
    says = finding.says.replace("made rows", "newer rows").replace("made row", "newer row")
    return place + says
