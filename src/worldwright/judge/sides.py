"""What must hold before two Datasets are compared, and what a Report says of them.

Columns are matched by name; their order does not matter. Whole numbers and numbers compare with
each other, every other kind only with itself.
"""

from __future__ import annotations

import logging
import platform
from importlib import metadata

import numpy as np

from ..data.dataset import Dataset
from ..data.fingerprint import keyed
from ..data.report import Answer, Side
from ..data.schema import Kind
from ..errors import AskedError, Fault, RoleError, SchemaError, nearest
from .case import Case
from .worth.task import check_focus

log = logging.getLogger(__name__)

MIN_SPLITS, WIDE = 99, 300
FEW_ROWS = 50
FEWEST_REAL = 40  # perfect generators accused: 12 of 120 at 20 real rows in all, 8 of 120 at 40
_NO_TARGET = {
    Kind.ID: "ids are made anew in every dataset",
    Kind.NESTED: "lists and structs are handed through",
}
_LIBRARIES = ("worldwright", "numpy", "pyarrow", "scikit-learn", "lightgbm", "imbalanced-learn")
_NO_HOLDOUT = (
    "no holdout was given: the made rows meet the rows that taught them, so rows that are "
    "memorised look good here; hand over rows that did not teach to know more"
)


def check(case: Case) -> None:
    """Raise what is wrong with the sides, before any work."""
    _check_arguments(case)
    _check_rows(case)
    _check_columns(case.made, case.real, "real")
    if case.holdout is not None:
        _check_columns(case.made, case.holdout, "holdout")
        if keyed(case.holdout) in case.made.lineage.parents:
            raise RoleError(
                "the holdout taught the made rows, so it cannot judge them",
                where=f"judge(holdout=...), made by {case.made.lineage.maker}",
                mend="split first, fit on the one part, and judge by the other",
            )
        check_focus(case, case.holdout)


def frame(case: Case, notes: tuple[str, ...]) -> Answer:
    """Return what holds for the whole comparison: these notes, those on its sides, its sizes.

    What a wide table makes the judge skip is also logged, before it starts.
    """
    skipped = _skipped(case)
    for note in skipped:
        log.warning(note)
    return Answer(notes=(*notes, *skipped, *_notes(case)), settings={"judge": _settings(case)})


def sides_of(case: Case) -> list[Side]:
    """Return what the Report says of each Dataset."""
    sides = [("made", case.made), ("real", case.all_real)]
    if case.all_holdout is not None:
        sides.append(("holdout", case.all_holdout))
    return [
        Side(role, side.rows, len(side.columns), side.lineage.maker, keyed(side))
        for role, side in sides
    ]


def versions() -> dict[str, str]:
    """Return the versions that the answer depends on."""
    libraries = {name: metadata.version(name) for name in _LIBRARIES}
    return {"python": platform.python_version(), **libraries}


def _check_arguments(case: Case) -> None:
    if case.splits < MIN_SPLITS:
        raise AskedError(
            f"{case.splits} splits cannot show an error of 5 % shared among the questions",
            where=f"judge(splits={case.splits})",
            mend=f"ask for at least {MIN_SPLITS}; 199 is usual",
        )
    if case.target is not None and case.target not in case.real.columns:
        raise AskedError(
            f"the target {case.target!r} is not a column",
            where=f"judge(target={case.target!r})",
            mend=nearest(case.target, case.real.columns),
        )
    if case.target is not None and (kind := case.real.column(case.target).kind) in _NO_TARGET:
        raise AskedError(
            f"{case.target!r} is {kind}, which is no target: {_NO_TARGET[kind]}",
            where=f"judge(target={case.target!r})",
            mend="name a column of categories or numbers, or declare its kind in the schema",
        )
    if case.focus is not None and case.target is None:
        raise AskedError(
            "a focus without a target",
            where=f"judge(focus={case.focus!r})",
            mend="name the target column whose value it is",
        )


def _check_rows(case: Case) -> None:
    sides = {"made": case.made, "real": case.real, "holdout": case.holdout}
    faults = [
        fault
        for role, side in sides.items()
        if side is not None and (fault := _rows_fault(role, side))
    ]
    real = case.real.rows + (case.holdout.rows if case.holdout is not None else 0)
    if not faults and real < FEWEST_REAL:
        what = f"{real} real rows in all are too few to show what chance does among them"
        mend = f"hand over {FEWEST_REAL} or more, real and holdout together"
        faults = [Fault(what, "judge(real=..., holdout=...)", mend)]
    if faults:
        raise SchemaError.of(faults)


def _rows_fault(role: str, side: Dataset) -> Fault | None:
    if not side.rows:
        return Fault(
            f"the {role} dataset has no rows, so there is nothing to compare",
            f"judge({role}=...)",
            "sample at least one row, or check the filter that emptied it",
        )
    weights = side.weights()
    if not (np.isfinite(weights).all() and weights.min() >= 0 and weights.sum() > 0):
        return Fault(
            f"the weights of the {role} rows are no weights: they must be 0 or more, with a sum "
            "above 0",
            f"judge({role}=...).weights()",
            "make the rows anew; a weight is the world's probability over the wish's",
        )
    return None


def _check_columns(made: Dataset, side: Dataset, role: str) -> None:
    where = f"judge(made by {made.lineage.maker}, {role} by {side.lineage.maker})"
    ours, theirs = _kinds(made), _kinds(side)
    faults = []
    if missing := [name for name in theirs if name not in ours]:
        what = f"the made rows lack {_columns(missing)} of the {role} rows"
        faults.append(Fault(what, where, "make them too, or select the shared columns first"))
    if extra := [name for name in ours if name not in theirs]:
        what = f"the made rows have {_columns(extra)} that the {role} rows lack"
        faults.append(Fault(what, where, "drop them, or select the shared columns first"))
    for name, kind in theirs.items():
        if name in ours and not kind.compares_with(ours[name]):
            what = f"{name!r} is {ours[name]} in the made rows and {kind} in the {role} rows"
            faults.append(Fault(what, where, "read both with the same schema"))
    if faults:
        raise SchemaError.of(faults)


def _kinds(side: Dataset) -> dict[str, Kind]:
    return {column.name: column.kind for column in side.schema.main.columns}


def _columns(names: list[str]) -> str:
    listed = ", ".join(map(repr, names[:20])) + (", …" if len(names) > 20 else "")
    return f"column {listed}" if len(names) == 1 else f"{len(names)} columns ({listed})"


def _notes(case: Case) -> list[str]:
    notes = [] if case.holdout is not None else [_NO_HOLDOUT]
    sizes, null = case.stack.sizes, case.null
    for role, side, kept in (
        ("made", case.made, sizes.made),
        ("holdout" if case.holdout else "real", case.holdout or case.real, sizes.reference),
    ):
        if float(side.weights().max(initial=1.0)) > 1.0:
            notes.append(
                f"{kept:,} of {side.rows:,} {role} rows stand for the shares of their own world "
                "(by their weights); a wished shift is not called a fault"
            )
    if min(len(null.made), len(null.reference)) < FEW_ROWS:
        notes.append(
            f"{len(null.made):,} made rows against {len(null.reference):,} real rows are compared: "
            "so few cannot tell much"
        )
    return notes


def _skipped(case: Case) -> list[str]:
    """Return what a quick verdict and a wide table leave out."""
    notes = []
    if case.quick:
        notes.append(
            f"a quick verdict: at most {case.most_compared:,} rows of a side are compared, with "
            f"{case.splits} splits, and worth is not measured; ask without quick for all of it"
        )
    columns = len(case.stack.values)
    if columns > WIDE:
        notes.append(
            f"{columns:,} columns have {columns * (columns - 1) // 2:,} pairs, more than can be "
            "compared: every column is judged alone and by the classifier; pairs, rules of two "
            "columns, subgroups and triples only among the first or the most dependent columns"
        )
    return notes


def _settings(case: Case) -> dict[str, object]:
    null = case.null
    return {
        "splits": case.splits,
        "compared": {"made": len(null.made), "real": len(null.reference)},
        "pool": len(null.pool),
        "reference": "holdout" if case.holdout is not None else "real",
        "tolerance": dict(sorted(case.tolerance.items())),
        "level": case.level,
    }
