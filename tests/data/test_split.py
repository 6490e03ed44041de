"""Split: no row teaches and judges, whatever has to stay whole stays whole."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from worldwright.data.dataset import Dataset
from worldwright.data.fingerprint import keyed
from worldwright.data.lineage import Role
from worldwright.data.read import read
from worldwright.data.schema import Column, Kind, Schema, TableSchema
from worldwright.errors import WorldwrightError


def numbered(rows: int, **columns: list[object]) -> Dataset:
    return read(pa.table({"at": [at + 0.5 for at in range(rows)], **columns}))


def values(dataset: Dataset, name: str) -> list[object]:
    return dataset.table[name].to_pylist()


@for_all(st.integers(2, 60), st.floats(0.02, 0.98), st.integers(0, 2**40))
def test_every_row_is_on_one_side_in_its_old_order(rows, share, seed) -> None:
    real, holdout = numbered(rows).split(share, seed=seed)
    left, right = values(real, "at"), values(holdout, "at")
    assert sorted(left + right) == [at + 0.5 for at in range(rows)]
    assert left == sorted(left)
    assert right == sorted(right)
    assert left
    assert right
    assert abs(len(left) - share * rows) <= 1


def test_the_seed_decides(visits: Dataset) -> None:
    first, again, other = (visits.split(0.5, seed=seed).real for seed in (1, 1, 2))
    assert values(first, "paid") == values(again, "paid") != values(other, "paid")


def test_the_sides_know_their_parts_and_where_they_come_from(visits: Dataset) -> None:
    split = visits.split(0.5, seed=3)
    assert (split.real.lineage.role, split.holdout.lineage.role) == (Role.REAL, Role.HOLDOUT)
    assert split.real.lineage.parents == split.holdout.lineage.parents == (keyed(visits),)
    assert (split.real.lineage.maker, split.real.lineage.seed) == ("split", 3)


@for_all(st.lists(st.integers(0, 6), min_size=4, max_size=50), st.integers(0, 2**40))
def test_groups_stay_whole(groups, seed) -> None:
    groups[:2] = [7, 8]  # at least two of them
    names = [f"g{group}" for group in groups]
    real, holdout = numbered(len(names), group=names).split(0.6, seed=seed, by="group")
    assert not set(values(real, "group")) & set(values(holdout, "group"))


def test_rows_without_a_group_stand_alone() -> None:
    rows = numbered(40, group=["a", None, None, None] * 10)
    real, holdout = rows.split(0.5, seed=1, by="group")
    assert None in values(real, "group")
    assert None in values(holdout, "group")


def test_time_lets_the_earliest_teach_and_never_parts_a_moment() -> None:
    rows = numbered(10, when=[5, 1, 1, 2, 3, 3, 3, 3, 4, 5])
    real, holdout = rows.split(0.6, time="when")
    assert sorted(values(real, "when")) == [1, 1, 2]
    assert min(values(holdout, "when")) == 3


@for_all(st.lists(st.sampled_from("abc"), min_size=10, max_size=60), st.integers(0, 2**40))
def test_strata_are_shared_out_evenly(words, seed) -> None:
    rows = numbered(len(words), word=words)
    real, _ = rows.split(0.5, seed=seed, stratify="word")
    for word in set(words):
        assert abs(values(real, "word").count(word) - words.count(word) / 2) <= 1
    assert real.rows == round(len(words) / 2)


@pytest.mark.parametrize("by", [None, "group"])
def test_leave_makes_a_value_rare_and_the_weights_give_its_share_back(by: str | None) -> None:
    words = (["r2l"] * 3 + ["normal"] * 7) * 40
    rows = numbered(400, word=words, group=[f"g{at // 4}" for at in range(400)])
    real, holdout = rows.split(0.5, seed=2, by=by, leave={"word": {"r2l": 10}})
    assert real.rows + holdout.rows == 400
    assert 0 < values(real, "word").count("r2l") <= 10
    weights, rare = holdout.weights(), np.array(values(holdout, "word")) == "r2l"
    assert weights.mean() == pytest.approx(1)
    share = values(real, "word").count("r2l") / real.rows
    assert weights[rare].sum() / weights.sum() == pytest.approx(share)


def test_leave_takes_numbers_and_truth_values_as_they_are_written() -> None:
    rows = numbered(40, hit=[1, 0] * 20, ok=[True, False] * 20)
    real, _ = rows.split(0.5, leave={"hit": {"1": 3}, "ok": {"False": 2}})
    assert values(real, "hit").count(1) == 3
    assert values(real, "ok").count(False) == 2


def test_no_side_keeps_the_words_of_rows_that_it_has_not() -> None:
    rows = numbered(6, word=["a", "b", "c", "d", "e", "f"])
    real, _ = rows.split(0.5, seed=1)
    assert sorted(real.table["word"].chunk(0).dictionary.to_pylist()) == sorted(
        values(real, "word")
    )


def test_rows_of_other_tables_go_with_the_rows_they_refer_to(tmp_path) -> None:
    (tmp_path / "account.csv").write_text("account_id,town\n7,A\n8,B\n9,A\n6,B\n")
    (tmp_path / "loan.csv").write_text("loan_id,account_id\n1,9\n2,9\n3,7\n4,6\n")
    (tmp_path / "paid.csv").write_text("paid_id,loan_id\n1,1\n2,4\n3,4\n4,77\n")
    sides = tuple(read(tmp_path).split(0.5, by="town"))
    for side in sides:
        accounts, loans = (
            set(side.tables[name][f"{name}_id"].to_pylist()) for name in ("account", "loan")
        )
        assert len(accounts) == 2
        assert set(side.tables["loan"]["account_id"].to_pylist()) <= accounts
        assert set(side.tables["paid"]["loan_id"].to_pylist()) <= loans | {77}
    rows = {name: sum(side.tables[name].num_rows for side in sides) for name in ("loan", "paid")}
    assert rows == {"loan": 4, "paid": 4}


def test_tables_that_the_main_one_refers_to_stay_whole(tmp_path) -> None:
    (tmp_path / "account.csv").write_text("account_id,town_id\n7,1\n8,2\n9,1\n6,2\n")
    (tmp_path / "town.csv").write_text("town_id,name\n1,A\n2,B\n3,C\n")
    real, holdout = read(tmp_path).split(0.5, by="town_id")
    assert real.tables["town"] == holdout.tables["town"]
    assert real.tables["town"].num_rows == 3


def test_a_split_of_a_split_multiplies_the_weights() -> None:
    rows = numbered(200, word=["a", "b"] * 100)
    _, holdout = rows.split(0.5, seed=1, leave={"word": {"a": 20}})
    _, inner = holdout.split(0.5, seed=1, leave={"word": {"b": 5}})
    assert inner.weights().mean() == pytest.approx(1)
    assert inner.lineage.trace.num_rows == inner.rows


def declared(rows: Dataset, name: str, categories: tuple[str, ...]) -> Dataset:
    columns = tuple(
        Column(c.name, Kind.CATEGORY, categories=categories) if c.name == name else c
        for c in rows.schema.main.columns
    )
    return Dataset(rows.tables, Schema({"rows": TableSchema(columns)}), rows.lineage)


REFUSED: dict[str, tuple[Callable[[Dataset], object], str]] = {
    "share": (
        lambda rows: rows.split(1.5),
        "a share of 1.5 leaves nothing on one side\n"
        "  where: split(share)\n"
        "  mend:  choose a number strictly between 0 and 1: 0.7 lets 70 % of the rows teach",
    ),
    "column": (
        lambda rows: rows.split(0.5, by="custmer"),
        "there is no column 'custmer'\n"
        "  where: split(by='custmer')\n"
        "  mend:  did you mean 'customer'? choose from: customer, kind, paid, when",
    ),
    "two ways": (
        lambda rows: rows.split(0.5, by="customer", time="when"),
        "rows cannot be split by= and time= at once\n"
        "  where: split\n"
        "  mend:  choose one of by=, time= and stratify=",
    ),
    "one group": (
        lambda rows: rows.take(np.arange(3)).split(0.5, by="customer"),
        "all rows have the same value in 'customer', so there is only one group\n"
        "  where: split(by='customer')\n"
        "  mend:  choose a column with several groups, or leave by= away",
    ),
    "one moment": (
        lambda rows: rows.take(np.zeros(4, int)).split(0.5, time="when"),
        "no row would be left to judge\n"
        "  where: split of 4 rows\n"
        "  mend:  choose a share nearer to the middle, use more rows, or split another way",
    ),
    "time of words": (
        lambda rows: rows.split(0.5, time="kind"),
        "'kind' is a category, and rows cannot be ordered by it\n"
        "  where: split(time='kind')\n"
        "  mend:  choose a datetime, number, integer or duration column",
    ),
    "leave a stranger": (
        lambda rows: rows.split(0.5, leave={"kind": {"rar": 1}}),
        "no row has kind = 'rar'\n"
        "  where: split(leave={'kind': {'rar': …}})\n"
        "  mend:  check the spelling, upper and lower case",
    ),
    "leave a declared stranger": (
        lambda rows: declared(rows, "kind", ("common", "rare")).split(
            0.5, leave={"kind": {"rar": 1}}
        ),
        "no row has kind = 'rar'\n"
        "  where: split(leave={'kind': {'rar': …}})\n"
        "  mend:  did you mean 'rare'? choose from: common, rare",
    ),
    "leave less than none": (
        lambda rows: rows.split(0.5, leave={"kind": {"rare": -1}}),
        "-1 rows cannot be left\n"
        "  where: split(leave={'kind': {'rare': -1}})\n"
        "  mend:  give a whole number, 0 or more",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_split_says_why(visits: Dataset, case: str) -> None:
    ask, message = REFUSED[case]
    with pytest.raises(WorldwrightError) as caught:
        ask(visits)
    assert str(caught.value) == message


def test_too_many_strata_are_refused() -> None:
    rows = numbered(120, word=[f"w {at % 60}" for at in range(120)])
    with pytest.raises(WorldwrightError, match="'word' has 60 different values, too many"):
        rows.split(0.5, stratify="word")


def test_rows_without_a_time_are_before_nobody() -> None:
    rows = numbered(4, when=[1, None, 3, 4])
    with pytest.raises(WorldwrightError, match="'when' are before nobody: 1 of them"):
        rows.split(0.5, time="when")
