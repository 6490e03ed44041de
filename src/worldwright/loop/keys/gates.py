"""gates: what the report must say, or nothing is released.

gates:
  rules: same                      # a question, and the verdict it must end in
  pairs: no fault                  # the same, or impossible to tell at this size
  columns.age: same                # what was found about one column
  fidelity: no fault               # all questions of the judge; privacy: those of the guard
  assumptions: not contradicted    # or supported: what real rows say of what is assumed
  membership_auc: "<= 0.55"        # a figure, held against its limit at the end of its interval
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ... import plugins
from ...data.gates import is_rule, misnamed
from ...errors import Fault, GateError, SpecError
from ...spec.project import Place, ProjectKey
from ..binding import column_fault
from ..catalogue import list_parts
from ..state import Ground, Run


def _parse(gates: Mapping[str, Any], place: Place) -> Mapping[str, str]:
    faults = [
        Fault(
            f"the gate {str(rule)!r} is neither a verdict nor a limit",
            place.at(name),
            'write same, or a comparison such as "<= 0.55"',
        )
        for name, rule in gates.items()
        if not is_rule(str(rule))
    ]
    if faults:
        raise SpecError.of(faults)
    return dict(gates)


def _check(gates: Mapping[str, str], ground: Ground) -> Iterator[Fault]:
    place, parts = ground.project.place("gates"), list_parts()
    columns = ground.evidence.columns
    yield from misnamed(gates, parts.figures, parts.questions, place.at)
    for name in gates:
        question, _, column = name.partition(".")
        is_of_column = column and name not in parts.questions and question in parts.questions
        if is_of_column and column not in columns:
            yield column_fault(column, columns, place.at(name))


def _tell(gates: Mapping[str, str], ground: Ground) -> Iterator[str]:
    yield from (f"{name} must be {rule}" for name, rule in gates.items())


def _run(gates: Mapping[str, str], run: Run) -> Run:
    assert run.report is not None
    try:
        run.report.require(gates)
    except GateError as error:
        place = run.project.place("gates")
        return replace(run, failed=GateError.of([_placed(fault, place) for fault in error.faults]))
    return run


def _placed(fault: Fault, place: Place) -> Fault:
    """Return the fault with the gate's own line in front."""
    gate = re.match(r"gates\.([\w .-]*\w)", fault.where)
    if gate is None:
        return fault
    rest = fault.where[gate.end() :]
    return Fault(fault.what, f"{place.at(gate[1])}{rest}", fault.mend)


plugins.project_keys("gates")(
    ProjectKey(
        stage=70, form=dict[str, Any], parse=_parse, check=_check, tell=_tell, run=_run, absent={}
    )
)
