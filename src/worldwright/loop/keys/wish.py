"""wish: the rows that are wanted, and the making of them, block by block.

wish:
  rows: 20000
  share: {attack: {r2l: 0.2}}                       # weights give the base rates back
  where: "duration < 1000"                          # holds in every made row
  cover: {columns: [protocol, flag], strength: 2}   # every feasible pair appears

wish: {keep: half_filled.csv}                       # complete these rows instead
wish: {rows: 500, improbable: 0.01}                 # the least probable hundredth alone
wish: {amplify: {attack: r2l}}                      # rare rows, where real rows say that they help
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ... import plugins
from ...data.canonical import canonical
from ...data.dataset import Dataset
from ...data.lineage import Role
from ...data.read import read
from ...data.schema import Schema, TableSchema
from ...data.written import read_written
from ...errors import Fault, GateError, SpecError, WishError
from ...spec.amplify import ALL, Amplify
from ...spec.forms import Form
from ...spec.project import Place, ProjectKey
from ...spec.wish import Cover, Wish
from ..binding import column_fault, condition_faults, together_faults, value_faults
from ..state import Ground, Run

if TYPE_CHECKING:
    from ...generate.plan import Plan

_WISHED = re.compile(r"Wish\((?P<field>\w+)=(\{'(?P<column>.*)': \.\.\.\})?|(?P<cover>Cover)\(")


class CoverForm(Form):
    """What may be written under `wish.cover`."""

    columns: list[str]
    strength: int = 2
    each: int = 1


class WishForm(Form):
    """What may be written under `wish`."""

    rows: int | None = None
    share: dict[str, dict[str, float]] | None = None
    where: str | None = None
    cover: CoverForm | None = None
    keep: str | None = None
    improbable: float | None = None
    amplify: dict[str, str | list[str]] | None = None
    rate: float | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A Wish, or the file of the rows to complete."""

    wish: Wish | None
    keep: Path | None = None


def _parse(form: WishForm, place: Place) -> Wanted:
    if form.keep is not None:
        for key in ("rows", "share", "where", "cover", "improbable", "amplify"):
            if getattr(form, key) is not None:
                mend = f"take {key} away; the kept rows decide everything else"
                what = "rows to complete cannot be shaped as well"
                raise SpecError(what, where=place.at(key), mend=mend)
        return Wanted(None, place.path(form.keep))
    try:
        cover = Cover(**form.cover.model_dump()) if form.cover else None
        rare = Amplify(form.amplify, form.rows, form.rate) if form.amplify else None
        wish = Wish(
            form.rows, form.share, form.where, cover, improbable=form.improbable, amplify=rare
        )
        return Wanted(wish)
    except WishError as error:
        raise SpecError.of([_placed(fault, place) for fault in error.faults]) from error


def _placed(fault: Fault, place: Place) -> Fault:
    """Return a fault of a Wish with the place in the file that it speaks of."""
    found = _WISHED.match(fault.where)
    steps = [found["field"] or found["cover"].lower(), found["column"]] if found else []
    return Fault(fault.what, place.at(*[step for step in steps if step]), fault.mend)


def _check(wanted: Wanted, ground: Ground) -> Iterator[Fault]:
    place, wish = ground.project.place("wish"), wanted.wish
    if wish is None:
        if wanted.keep is not None and not wanted.keep.exists():
            mend = "check the path, which is relative to the project file"
            yield Fault(f"there is no file {str(wanted.keep)!r}", place.at("keep"), mend)
        return
    yield from _size_faults(wish, ground, place)
    yield from _amplify_faults(wish, ground, place)
    yield from _share_faults(wish, ground, place)
    for at, name in enumerate(wish.cover.columns if wish.cover else ()):
        if name not in ground.evidence.columns:
            where = place.at("cover", "columns", at)
            yield column_fault(name, ground.evidence.columns, where)
    if wish.where is not None:
        faults = list(condition_faults(ground, [(wish.where, place.at("where"))]))
        yield from faults or together_faults(
            ground, _all_conditions(wish, ground), place.at("where")
        )


def _size_faults(wish: Wish, ground: Ground, place: Place) -> Iterator[Fault]:
    """Yield a fault where the rows do not fit in memory: a report is about all of them."""
    from ...generate.space import check_memory

    try:
        is_traced = bool(wish.share or wish.cover)
        check_memory(wish.rows or 1, ground.evidence.schema.main, traced=is_traced)
    except WishError as error:
        mend = "ask for fewer; ww sample -o FOLDER streams any number to disk, without a report"
        yield Fault(error.faults[0].what, place.at("rows"), mend)


def _amplify_faults(wish: Wish, ground: Ground, place: Place) -> Iterator[Fault]:
    for column, value in wish.amplify.classes if isinstance(wish.amplify, Amplify) else ():
        if column not in ground.evidence.columns:
            yield column_fault(column, ground.evidence.columns, place.at("amplify", column))
        elif value != ALL and not any(column in b.columns for b in ground.project["beliefs"]):
            yield from value_faults(ground, column, value, place.at("amplify", column))


def _share_faults(wish: Wish, ground: Ground, place: Place) -> Iterator[Fault]:
    for column, shares in (wish.share or {}).items():
        if column not in ground.evidence.columns:
            yield column_fault(column, ground.evidence.columns, place.at("share", column))
            continue
        for value in shares:
            yield from value_faults(ground, column, value, place.at("share", column, value))


def _all_conditions(wish: Wish, ground: Ground) -> Sequence[str]:
    return (*ground.project["world"].constraints, *((wish.where,) if wish.where else ()))


def _tell(wanted: Wanted, ground: Ground) -> Iterator[str]:
    wish = wanted.wish
    if wish is None:
        yield f"the rows of {wanted.keep}, completed"
        return
    if isinstance(wish.amplify, Amplify):
        rare = ", ".join(f"{column} = {value}" for column, value in wish.amplify.classes)
        yield f"rows of {rare}, as many as real rows say are worth it"
    if wish.rows is not None:
        yield f"{wish.rows:,} rows"
    for column, shares in (wish.share or {}).items():
        yield f"{column}: " + ", ".join(f"{share:.0%} {value}" for value, share in shares.items())
    if wish.where is not None:
        yield f"in every row: {wish.where}"
    if wish.improbable is not None:
        yield f"the least probable {wish.improbable:.3%} of what the World makes"
    if wish.cover is not None:
        columns = ", ".join(wish.cover.columns)
        yield f"every feasible combination of {wish.cover.strength} of {columns}"


def _files(wanted: Wanted) -> Iterator[Path]:
    if wanted.keep is not None:
        yield wanted.keep


def _run(wanted: Wanted, run: Run) -> Run:
    assert run.world is not None
    wish = wanted.wish or Wish(keep=_kept(wanted, run.world.schema))
    folder, seed = run.work / "rows", run.seed
    if wish.amplify is not None:
        return replace(run, made=_amplified(wish, run))
    run.world.write(
        wish,
        folder,
        seed=seed,
        workers=run.orders.workers,
        resume=run.orders.resume,
        progress=run.orders.progress,
    )
    return replace(run, made=_gathered(folder, run.world.plan(wish, seed=seed)))


def _amplified(wish: Wish, run: Run) -> Dataset:
    """Return what is worth it; raises GateError where real rows say that nothing is."""
    assert run.world is not None
    made = run.world.sample(wish, seed=run.seed, evidence=run.real, progress=run.orders.progress)
    if not made.rows:
        place = run.project.place("wish")
        raise GateError.of(
            [
                Fault(
                    str(one["says"]), place.at("amplify"),
                    "do without made rows, or force a number with wish.rows",
                )
                for one in made.lineage.chosen
            ]
        )  # fmt: skip
    return made


def _gathered(folder: Path, plan: Plan) -> Dataset:
    """Return the blocks of a folder as the Dataset that `World.sample` would have made."""
    written = read_written(folder)
    lineage = replace(plan.lineage, role=Role.MADE, seed=plan.seed, trace=written.lineage.trace)
    table = canonical(written.table, plan.schema.main)
    return Dataset({plan.schema.main_name: table}, plan.schema, lineage)


def _kept(wanted: Wanted, schema: Schema) -> Dataset:
    """Read the rows to complete; a column that stands there is read as the World knows it."""
    assert wanted.keep is not None
    named = read(wanted.keep).columns
    main = schema.main
    known = tuple(column for column in main.columns if column.name in named)
    return read(wanted.keep, schema=Schema({schema.main_name: TableSchema(known)}))


plugins.project_keys("wish")(
    ProjectKey(
        stage=40, form=WishForm, parse=_parse, check=_check, tell=_tell, files=_files, run=_run
    )
)
