"""References: keys, orphans, family sizes, and what children and parents have in common.

Each key and each reference of the schema is asked about: keys that repeat, references that lead
nowhere, children per parent (also by the parent's columns), pairs of a child's column and its
parent's beyond what each says alone, and pairs of siblings. Real rows are dealt out with their
families (`relations/lineages.py`), so a customer's orders never stand on both sides of a split.

A column that refers is named `table.column`, in the main table `column`. Of very wide tables the
first 15 columns are paired, of each reference the 60 pairs that depend most on each other among
real rows. What hangs on three tables at once is not seen.
"""

from __future__ import annotations

from ... import plugins, seeds
from ...data.report import Answer
from ..aspects import Asked, all_concluded, few, statistics
from ..case import Case, metric
from ..family import Outcome, Tests
from ..relations.keys import keys
from ..relations.kin import Kin, Link, kin
from ..relations.lineages import heads_families, units
from ..relations.links import Asking, dependence, families, orphans
from ..tallies import Tally, asked_of

MOST_LINKS = 30
ONE_TABLE = "references were not judged: one table"


@plugins.metrics("references")
@metric(
    questions=("references",),
    tolerance={"references": 0.01, "families": 0.05, "cells": 1.5},
    family=True,
)
def references(case: Case) -> Tests:
    """Compare keys, references, family sizes and what parents and children share."""
    family = kin(case)
    notes = [*family.notes]
    if len(family.tables) < 2:
        notes.append(ONE_TABLE)
    elif not family.links:
        notes.append("references were not judged: no table refers to another one")
    found = [*_keys(case, family)]
    is_weighted = float(case.made.weights().max(initial=1.0)) > 1.0
    if is_weighted and family.links:
        notes.append(
            "the made rows carry weights: of references only orphans were judged, not family "
            "sizes and what parents and children have in common"
        )
    found += _links(case, family, notes, is_weighted)
    found = [tally for tally in found if tally.is_filled]
    asked = asked_of(found, case.tolerance)
    return Tests(
        statistics(asked, case.splits), lambda outcome: _answer(asked, found, notes, outcome)
    )


def _answer(asked: list[Asked], found: list[Tally], notes: list[str], outcome: Outcome) -> Answer:
    findings = all_concluded(asked, outcome)
    drawn = {tally.where: tally for tally in found}
    return Answer(
        findings=tuple(few(findings, "references")),
        pictures=tuple(drawn[finding.where].picture() for finding in findings[:1]),
        notes=tuple(notes),
        settings={"references": {"places": len(asked)}},
    )


def _keys(case: Case, family: Kin) -> list[Tally]:
    found = []
    for name, table in family.tables.items():
        key = table.schema.tables[name].key
        if key is not None and key in table.columns:
            seed = seeds.child(case.seed, "references", "key", name)
            found.append(keys(table, key, case.splits, seed=seed))
    return found


def _links(case: Case, family: Kin, notes: list[str], is_weighted: bool) -> list[Tally]:
    known = units(family)
    found: list[Tally] = []
    links = sorted(family.links, key=lambda link: -link.child.rows)
    if len(links) > MOST_LINKS:
        notes.append(f"{MOST_LINKS} of {len(links)} references were judged: those with most rows")
    for link in links[:MOST_LINKS]:
        seed = seeds.child(case.seed, "references", link.child.name, link.reference.column)
        how = Asking(case.splits, seed, case.most_compared)
        found.append(orphans(link, known, how))
        if not is_weighted:
            found += families(link, known, how)
            found += dependence(link, known, how)
            notes += _said(link)
    return found


def _said(link: Link) -> list[str]:
    if link.parent.is_lookup and not link.is_copied:
        return [
            f"{link.name}: both real sides share this table and the made one is new, so the "
            "number of rows for each of its rows was not judged"
        ]
    if not link.parent.is_lookup and not heads_families(link.parent):
        return [f"{link.name}: too few real parents to judge how many rows each has"]
    return []
