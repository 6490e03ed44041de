"""One run of the guard: check the roles, attack, settle the verdicts, and say what it cannot."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator

from .. import plugins
from ..data.dataset import Dataset
from ..data.fingerprint import keyed
from ..data.lineage import Role
from ..data.progress import Meter, Progress
from ..data.report import Answer, Report, Side
from ..errors import Fault, RoleError, SchemaError
from .attack import Attack
from .case import MOST_ROWS, Case, assemble
from .verdict import promise, settle

_LIBRARIES = ("worldwright", "numpy", "pyarrow", "scipy")
_MEND_ROLES = "split the real rows first (real.split), fit on one part and guard with the other"


def attack_all(
    made: Dataset, *, real: Dataset, holdout: Dataset, seed: int, progress: Progress
) -> Report:
    """Check the sides, run every registered attack on one Case, and unite the answers."""
    sides = {"made": made, "real": real, "holdout": holdout}
    marks = {role: keyed(side) for role, side in sides.items()}
    _check_roles(sides, marks)
    _check_columns(sides)
    case = assemble(made, real=real, holdout=holdout, seed=seed)
    names = plugins.attacks.names()
    meter = Meter(progress, "guard", len(names), unit="attacks")
    answers = []
    for name in names:
        attack: Attack = plugins.attacks.get(name)
        answers.append(attack(case))
        meter.add(1)
    settled = settle(answers)
    notes = (promise(settled), *_notes(case, sides, marks))
    frame = Answer(notes=notes, settings={"guard": _sizes(case)})
    return Report.of(
        [*settled, frame],
        sides=[_side(role, side, marks[role]) for role, side in sides.items()],
        seed=seed,
        versions={library: importlib.metadata.version(library) for library in _LIBRARIES},
    )


def _side(role: str, side: Dataset, mark: str) -> Side:
    return Side(role, side.rows, len(side.columns), side.lineage.maker, mark)


def _sizes(case: Case) -> dict[str, int]:
    return {
        "made_rows": case.made.rows,
        "real_rows": case.real.rows,
        "holdout_rows": case.holdout.rows,
        "most_rows": MOST_ROWS,
        "columns": len(case.columns),
    }


def _notes(case: Case, sides: dict[str, Dataset], marks: dict[str, str]) -> Iterator[str]:
    yield from case.notes
    left_out = [name for name in sides["real"].columns if name not in case.columns]
    if left_out:
        yield f"the attacks leave out ids and nested columns: {', '.join(left_out)}"
    if marks["real"] not in sides["made"].lineage.parents:
        yield (
            "the lineage of the made rows does not name these real rows as what taught: if other "
            "rows taught, the attacks looked at the wrong people"
        )


def _check_roles(sides: dict[str, Dataset], marks: dict[str, str]) -> None:
    where = f"guard(made by {sides['made'].lineage.maker}, ...)"
    if marks["holdout"] in sides["made"].lineage.parents:
        raise RoleError("the holdout taught the made rows", where=where, mend=_MEND_ROLES)
    if marks["holdout"] == marks["real"]:
        raise RoleError("real and holdout are the same rows", where=where, mend=_MEND_ROLES)
    if sides["holdout"].lineage.role is Role.REAL:
        what = "the holdout of this call is the part of a split that teaches"
        raise RoleError(what, where=where, mend="hand over real= and holdout= the other way round")
    if sides["real"].lineage.role is Role.HOLDOUT:
        what = "the real rows of this call are the part of a split that judges"
        raise RoleError(what, where=where, mend="hand over real= and holdout= the other way round")


def _check_columns(sides: dict[str, Dataset]) -> None:
    real = sides["real"]
    faults = []
    for role, side in sides.items():
        where = f"guard({role}=...), made by {side.lineage.maker}"
        odd = sorted(set(side.columns) ^ set(real.columns))
        if odd:
            what = f"{role} and real do not share {len(odd)} column(s): {', '.join(odd)}"
            faults.append(Fault(what, where, "select the shared columns from both first"))
        elif not side.rows:
            what = f"the {role} rows are none, so nothing can be told from them"
            faults.append(Fault(what, where, "check the filter or the split that emptied them"))
        else:
            faults.extend(_kind_faults(side, real, where))
    if faults:
        raise SchemaError.of(faults)


def _kind_faults(side: Dataset, real: Dataset, where: str) -> Iterator[Fault]:
    for name in real.columns:
        seen, promised = side.column(name).kind, real.column(name).kind
        if seen is not promised and not (seen.is_ordered and promised.is_ordered):
            what = f"column {name!r} is {seen} here and {promised} in the real rows"
            yield Fault(what, where, "read both with one schema file (schema=)")
