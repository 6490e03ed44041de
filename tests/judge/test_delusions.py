"""Every registered delusion keeps the contract, and all that was promised can be planted."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from worldwright import plugins
from worldwright.data.report import Finding, Verdict
from worldwright.judge.delusion import GROUPS, Ground, Planted, delusion
from worldwright.judge.planting import Place, edited, kept
from worldwright.testing import check_delusion
from worldwright.testing.delusions import CONTRACT
from worldwright.testing.visits import TARGET, visits

PROMISED = 34


@pytest.mark.parametrize("kind", plugins.delusions.names())
def test_delusions_keep_the_contract(kind: str) -> None:
    check_delusion(plugins.delusions.get(kind))


def test_there_are_delusions_of_every_group() -> None:
    groups = Counter(plugins.delusions.get(kind).group for kind in plugins.delusions.names())
    assert set(groups) == set(GROUPS)
    assert groups.total() >= PROMISED


def test_a_kind_is_registered_under_its_own_name() -> None:
    for kind in plugins.delusions.names():
        assert plugins.delusions.get(kind).kind == kind


def ground(seed: int = 0) -> Ground:
    return Ground(visits(600, 21), visits(600, 22), TARGET, seed)


def planted(kind: str, strength: float, seed: int = 0) -> Planted:
    told = plugins.delusions.get(kind)(ground(seed), strength)
    assert isinstance(told, Planted)
    return told


def test_memorised_rows_are_rows_that_taught() -> None:
    rows = planted("memorised_rows", 0.1)
    copied = rows.rows.table.filter(rows.origin < 0).drop_columns(["visit", "client"])
    taught = ground().teachers.table.drop_columns(["visit", "client"]).to_pylist()
    assert copied.num_rows == 60
    assert all(row in taught for row in copied.to_pylist())


def test_copies_keep_keys_of_their_own() -> None:
    rows = planted("duplicates", 0.2).rows.table
    assert len(set(rows["visit"].to_pylist())) == rows.num_rows


def test_labels_that_flip_keep_the_share_of_each_class() -> None:
    before = Counter(ground().fresh.table[TARGET].to_pylist())
    for kind in ("label_flipped", "label_flipped_inside", "bias_amplified"):
        rows = planted(kind, 0.5)
        assert Counter(rows.rows.table[TARGET].to_pylist()) == before
        assert rows.rows.table[TARGET].to_pylist() != ground().fresh.table[TARGET].to_pylist()


def test_a_broken_triple_keeps_each_pair_of_halves() -> None:
    rows = planted("triple_broken", 0.2)
    assert len(rows.columns) == 3
    for name in rows.columns:
        was, now = ground().fresh.table[name], rows.rows.table[name]
        assert Counter(was.to_pylist()) == Counter(now.to_pylist())


def test_orphans_lead_nowhere() -> None:
    rows = planted("orphans", 0.05)
    keys = set(rows.rows.tables["clients"]["client"].to_pylist())
    lost = [client not in keys for client in rows.rows.table["client"].to_pylist()]
    assert sum(lost) == 30


def test_dropped_parents_take_their_children_along() -> None:
    data = visits(200, 5)
    turned = type(data)(
        {"clients": data.tables["clients"], "visits": data.tables["visits"]},
        type(data.schema)({name: data.schema.tables[name] for name in ("clients", "visits")}),
        data.lineage,
    )
    fewer = kept(Ground(turned, turned), np.arange(10), Place((), ("rows",), "clients")).rows
    assert set(fewer.tables["visits"]["client"].to_pylist()) <= set(range(10))
    assert 0 < fewer.tables["visits"].num_rows < 200


def finding(question: str, *columns: str) -> Finding:
    return Finding(question, Verdict.DIFFERS, "", columns=columns)


def test_a_finding_names_the_place_by_its_columns_or_more() -> None:
    place = Planted(visits(5, 1), ("plan", "price"), ("pairs",), "", np.arange(5))
    assert place.is_named_by(finding("pairs", "price", "plan"))
    assert place.is_named_by(finding("pairs", "price"))
    assert place.is_named_by(finding("pairs", "price", "plan", "zone"))
    assert not place.is_named_by(finding("pairs", "price", "zone"))
    assert not place.is_named_by(finding("pairs"))
    assert not place.is_named_by(finding("rows", "price", "plan"))


def test_a_fault_of_whole_rows_is_named_by_the_question_alone() -> None:
    place = Planted(visits(5, 1), (), ("memory",), "", np.arange(5))
    assert place.is_named_by(finding("memory"))
    assert not place.is_named_by(finding("rows"))


def test_a_contract_that_is_broken_is_seen() -> None:
    @delusion(group="marginals", ladder=(0.1, 0.2, 0.4, 0.8, 1.6))
    def wanders(ground: Ground, strength: float) -> Planted | str:
        """The place follows the strength."""
        name = "price" if strength > 0.3 else "steps"
        other = "steps" if name == "price" else "price"
        turned = ground.fresh.table[other].take(np.arange(ground.fresh.rows)[::-1])
        return edited(ground, {other: turned}, Place((name,), ("columns",), name))

    broken = []
    for clause in CONTRACT:
        try:
            clause(wanders)
        except (AssertionError, KeyError):
            broken.append(clause.__name__)
    assert set(broken) >= {"keeps_its_place", "spoils_its_place_alone", "is_nothing_at_strength_0"}
