"""evidence: the real rows, and which of them teach. No row that judges ever teaches.

evidence:
  read: flows.csv.gz            # a file, a folder, or a saved Dataset
  schema: schema.yaml           # kinds, units, keys; inferred where it is missing
  target: attack                # what a model is to tell
  holdout: 0.3                  # the share of rows that judges, or a file of them
  leave: {attack: {r2l: 40}}    # at most so many rows of a value teach; the surplus judges
  by: customer                  # keeps the rows of one customer on one side
  time: ts                      # the latest rows judge
  stratify: attack              # both sides hold the same proportions
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from os.path import normpath
from pathlib import Path

from pydantic import Field

from ... import plugins
from ...data.dataset import Dataset
from ...data.lineage import Role
from ...data.read import read
from ...errors import Fault, SpecError
from ...spec.forms import Form
from ...spec.project import Place, ProjectKey
from ..binding import column_fault, value_faults
from ..state import Ground, Run


class EvidenceForm(Form):
    """What may be written under `evidence`."""

    read: str
    schema_file: str | None = Field(None, alias="schema")
    target: str | None = None
    holdout: float | str = Field(0.3, union_mode="left_to_right")
    leave: dict[str, dict[str, int]] | None = None
    by: str | None = None
    time: str | None = None
    stratify: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where the real rows lie and how they are cut. `holdout` is a share, or a file of its own."""

    path: Path
    schema: Path | None
    target: str | None
    holdout: float | Path
    leave: Mapping[str, Mapping[str, int]]
    cut: Mapping[str, str]


def _parse(form: EvidenceForm, place: Place) -> Evidence:
    cut = {key: value for key in ("by", "time", "stratify") if (value := getattr(form, key))}
    faults = list(_form_faults(form, cut, place))
    if faults:
        raise SpecError.of(faults)
    return Evidence(
        path=place.path(form.read),
        schema=place.path(form.schema_file) if form.schema_file else None,
        target=form.target,
        holdout=place.path(form.holdout) if isinstance(form.holdout, str) else form.holdout,
        leave=form.leave or {},
        cut=cut,
    )


def _form_faults(form: EvidenceForm, cut: Mapping[str, str], place: Place) -> Iterator[Fault]:
    if isinstance(form.holdout, str):
        for key in [*cut, *(["leave"] if form.leave else [])]:
            what = f"{key} cuts the evidence, and the holdout is a file of its own"
            yield Fault(what, place.at(key), f"take {key} away, or write holdout as a share")
    elif not 0 < form.holdout < 1:
        mend = "write a share between 0 and 1, as in 0.3, or the path of a file"
        yield Fault(f"the holdout is {form.holdout:g}", place.at("holdout"), mend)
    for column, limits in (form.leave or {}).items():
        for value, rows in limits.items():
            if rows < 1:
                what, where = f"{rows} rows of {value!r} are left", place.at("leave", column, value)
                yield Fault(what, where, "leave at least one row to learn from")


def _check(evidence: Evidence, ground: Ground) -> Iterator[Fault]:
    place, columns = ground.project.place("evidence"), ground.evidence.columns
    named = {("target",): evidence.target, **{(key,): name for key, name in evidence.cut.items()}}
    for steps, name in named.items():
        if name is not None and name not in columns:
            yield column_fault(name, columns, place.at(*steps))
    for column, limits in evidence.leave.items():
        if column not in columns:
            yield column_fault(column, columns, place.at("leave", column))
            continue
        for value in limits:
            yield from value_faults(ground, column, value, place.at("leave", column, value))
    if isinstance(evidence.holdout, Path) and not evidence.holdout.exists():
        mend = "check the path, which is relative to the project file"
        what = f"there is no file {str(evidence.holdout)!r}"
        yield Fault(what, place.at("holdout"), mend)


def _tell(evidence: Evidence, ground: Ground) -> Iterator[str]:
    rows = ground.evidence
    yield f"{rows.rows:,} rows of {len(rows.columns)} columns, read from {normpath(evidence.path)}"
    kinds = [column.kind.value for column in rows.schema.main.columns]
    yield ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(sorted(kinds)))
    if isinstance(evidence.holdout, Path):
        yield f"all of them teach; the rows of {evidence.holdout} judge"
    else:
        yield f"{1 - evidence.holdout:.0%} of them teach, {evidence.holdout:.0%} judge"
    for column, limits in evidence.leave.items():
        for value, most in limits.items():
            yield f"at most {most:,} rows with {column} = {value} teach; the surplus judges"
    if evidence.target is None:
        yield "no target is named, so the report will say nothing about worth"


def _files(evidence: Evidence) -> Iterator[Path]:
    if isinstance(evidence.holdout, Path):
        yield evidence.holdout


def _run(evidence: Evidence, run: Run) -> Run:
    if isinstance(evidence.holdout, Path):
        holdout = read(evidence.holdout, schema=run.ground.evidence.schema)
        return replace(
            run,
            real=_as(run.ground.evidence, Role.REAL),
            holdout=_as(holdout, Role.HOLDOUT),
        )
    halves = run.ground.evidence.split(
        1 - evidence.holdout,
        seed=run.seed,
        leave=evidence.leave or None,
        **evidence.cut,
    )
    return replace(run, real=halves.real, holdout=halves.holdout)


def _as(rows: Dataset, role: Role) -> Dataset:
    return replace(rows, lineage=replace(rows.lineage, role=role))


plugins.project_keys("evidence")(
    ProjectKey(
        stage=10, form=EvidenceForm, parse=_parse, check=_check, tell=_tell, files=_files, run=_run
    )
)
