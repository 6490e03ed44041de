"""Tables: the columns and pairs of every table but the main one, as those of the main one.

Each other table goes through the metrics `columns` and `pairs` as if it were the main one; its
columns are named `table.column`. Only the null is another: rows stay with the family they belong to
(`relations/lineages.py`), so loans of one account are never on both sides of a split. A lookup that
both real sides share counts once.

At most 12 tables are looked at, those with the most rows, and none with fewer than 40 rows a side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ... import plugins, seeds
from ...data.report import Answer
from ...data.schema import Kind
from ..case import Case, metric
from ..family import Outcome, Tests
from ..relations.kin import Table, kin
from ..relations.lineages import units
from ..stack import Sizes, Stack
from ..units import by_units

MOST_TABLES, LEAST_ROWS = 12, 40
_ASKED = ("columns", "pairs")


@plugins.metrics("tables")
@metric(questions=_ASKED, family=True)
def tables(case: Case) -> Tests:
    """Compare columns and pairs of the tables beside the main one."""
    found = kin(case)
    known = units(found)
    others = [table for table in found.tables.values() if not table.is_main]
    others.sort(key=lambda table: -table.rows)
    large = [table for table in others if _rows(table) >= LEAST_ROWS]
    chosen = [_as_main(case, table, known[table.name]) for table in large[:MOST_TABLES]]
    asked = [
        tests
        for one in chosen
        for name in _ASKED
        if one.stack.values and isinstance(tests := plugins.metrics.get(name)(one), Tests)
    ]
    notes = _notes(others, large)
    if not asked:
        return Tests(np.empty((0, 1 + case.splits)), lambda _: Answer(notes=tuple(notes)))
    statistics = np.concatenate([tests.statistics for tests in asked])
    return Tests(statistics, lambda outcome: _answer(asked, notes, outcome))


def _answer(asked: Sequence[Tests], notes: Sequence[str], outcome: Outcome) -> Answer:
    """Let each metric conclude on its own share of the outcome, and unite the answers."""
    ends = np.cumsum([len(tests.statistics) for tests in asked])
    parts = zip(np.split(outcome.p, ends[:-1]), np.split(outcome.strength, ends[:-1]), strict=True)
    answers = [
        tests.conclude(Outcome(p, strength, outcome.level))
        for tests, (p, strength) in zip(asked, parts, strict=True)
    ]
    return Answer(
        findings=tuple(finding for answer in answers for finding in answer.findings),
        pictures=tuple(picture for answer in answers for picture in answer.pictures[:1])[:2],
        notes=(*notes, *(note for answer in answers for note in answer.notes)),
        settings={"tables": {"places": len(outcome.p)}},
    )


def _as_main(case: Case, table: Table, unit: np.ndarray) -> Case:
    """Return the Case of one table, with its own Stack and its own splits by families."""
    sizes = table.sizes
    seed = seeds.child(case.seed, "tables", table.name)
    known = table.schema.tables[table.name]
    ids = [c.name for c in known.columns if c.kind is Kind.ID and c.name in table.columns]
    why = "ids are made anew in every dataset, so they are not compared"
    skipped = [(table.called(name), why) for name in ids]
    stack = Stack(table.values, Sizes(sizes.made, sizes.reference, sizes.teachers), tuple(skipped))
    rows = (sizes.made, sizes.reference)
    null = by_units(unit, rows, seed=seed, most=case.most_compared).drawn(case.splits)
    one = replace(case, seed=seed, target=None, focus=None)
    # Both are cached properties, worked out from the main table if nobody says otherwise.
    vars(one).update(stack=stack, null=null)
    return one


def _rows(table: Table) -> int:
    return min(table.sizes.made, table.sizes.reference)


def _notes(others: Sequence[Table], large: Sequence[Table]) -> list[str]:
    small = [table.name for table in others if table not in large]
    notes = []
    if small:
        notes.append(
            f"columns of {', '.join(small)} were not compared: fewer than {LEAST_ROWS} rows a side"
        )
    if left := [table.name for table in large[MOST_TABLES:]]:
        notes.append(f"columns of {', '.join(left)} were not compared: {MOST_TABLES} tables are")
    return notes
