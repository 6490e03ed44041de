"""The expression language: what it reads, what it refuses and how, what it selects."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from worldwright.data.expression import conjunction, parse
from worldwright.data.schema import Column, Kind, TableSchema
from worldwright.errors import ExpressionError

COLUMNS = TableSchema(
    (
        Column("duration", Kind.INTEGER),
        Column("nr.employed", Kind.NUMBER),
        Column("attack", Kind.CATEGORY),
        Column("new device", Kind.BOOLEAN),
        Column("seen", Kind.DATETIME),
        Column("took", Kind.DURATION),
        Column("housing", Kind.CATEGORY),
        Column("price (USD), net", Kind.NUMBER),
        Column("tags", Kind.NESTED),
    )
)
ROWS = pa.table(
    {
        "duration": pa.array([1, 50, 100, None], pa.int64()),
        "nr.employed": [1.5, 50.0, 3.0, 2.0],
        "attack": pa.array(["r2l", "probe", None, "blue collar"]).dictionary_encode(),
        "new device": [True, False, None, True],
        "seen": pa.array(
            [dt.datetime(2024, 1, 31), dt.datetime(2024, 1, 31, 10), None, dt.datetime(2023, 1, 1)],
            pa.timestamp("us"),
        ),
        "took": pa.array([dt.timedelta(seconds=90), dt.timedelta(days=3), None, None]),
        "housing": pa.array(["yes", "no", "yes", "yes"]).dictionary_encode(),
        "price (USD), net": [9.99, 10.0, 20.0, None],
        "tags": [["a"], None, [], ["b"]],
    }
)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("attack = r2l", [1, 0, 0, 0]),
        ("attack == r2l", [1, 0, 0, 0]),
        ("attack = blue collar", [0, 0, 0, 1]),
        ("attack != r2l", [0, 1, 1, 1]),
        ("attack in (r2l, 'blue collar')", [1, 0, 0, 1]),
        ("attack not in (r2l)", [0, 1, 1, 1]),
        ("attack is null", [0, 0, 1, 0]),
        ("attack is not null and duration < 100", [1, 1, 0, 0]),
        ("duration between 50 and 100", [0, 1, 1, 0]),
        ("duration not between 50 and 100", [1, 0, 0, 1]),
        ("50 <= duration", [0, 1, 1, 0]),
        ("duration > 1.5", [0, 1, 1, 0]),
        ("duration <= nr.employed", [1, 1, 0, 0]),
        ("new device", [1, 0, 0, 1]),
        ("not new device", [0, 1, 1, 0]),
        ("new device = yes", [1, 0, 0, 1]),
        ("new device and duration < 100 or attack is null", [1, 0, 1, 0]),
        ("new device and (duration < 100 or attack is null)", [1, 0, 0, 0]),
        ("seen >= 2024-01-31 10:00", [0, 1, 0, 0]),
        ("seen < 2024-01-31", [0, 0, 0, 1]),
        ("took > 2 min", [0, 1, 0, 0]),
        ("took = 90 s", [1, 0, 0, 0]),
        ("`price (USD), net` between 9.99 and 10", [1, 1, 0, 0]),
        ('attack = "housing"', [0, 0, 0, 0]),
        ("attack = `housing`", [0, 0, 0, 0]),
        ("tags is null", [0, 1, 0, 0]),
    ],
)
def test_an_expression_selects_the_rows_that_it_says(text: str, held: list[int]) -> None:
    assert parse(text).mask(ROWS, COLUMNS).tolist() == [bool(hit) for hit in held]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "atack = r2l",
            "there is no column 'atack'\n  where: atack = r2l\n  mend:  did you mean 'attack'? "
            "choose from: attack, duration, housing, new device, nr.employed, price (USD), net, "
            "seen, tags, took",
        ),
        (
            "duration < soon",
            "'soon' does not fit 'duration', which is an integer\n  where: duration < soon\n"
            "  mend:  write a number",
        ),
        (
            "attack < r2l",
            "'attack' is a category and has no order\n  where: attack < r2l\n"
            "  mend:  use =, != or in (...)",
        ),
        (
            "attack = housing",
            "'housing' could be a value or the column of that name\n  where: attack = housing\n"
            '  mend:  write "housing" for the value, `housing` for the column',
        ),
        (
            "duration > 5 and duration < 3",
            "no row can meet this: duration > 5 and duration < 3\n"
            "  where: duration > 5 and duration < 3\n  mend:  take one of the two away",
        ),
    ],
)
def test_a_condition_that_does_not_fit_says_what_where_and_how_to_mend(text, message) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text).check(COLUMNS)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "duration <",
            "a value or a column was expected, not the end\n  where: duration <\n"
            "                   ^\n"
            "  mend:  names with other signs stand in `backticks`, values in quotes",
        ),
        (
            "5 < duration < 9",
            "comparisons cannot be chained\n  where: 5 < duration < 9\n"
            "                      ^\n  mend:  write: between LOW and HIGH",
        ),
        (
            "attack = 'r2l",
            "the ' is never closed\n  where: attack = 'r2l\n                  ^\n"
            "  mend:  add the closing '",
        ),
        ("  ", "an empty condition\n  where: the expression\n"
               "  mend:  write a condition such as: duration < 100"),
    ],
)  # fmt: skip
def test_text_that_cannot_be_read_is_pointed_at(text, message) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert str(caught.value) == message


def test_every_fault_of_an_expression_is_named_at_once() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse("atack = r2l and duration < soon").check(COLUMNS)
    assert [fault.what for fault in caught.value.faults] == [
        "there is no column 'atack'",
        "'soon' does not fit 'duration', which is an integer",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "attack = r2l and attack = probe",
        "attack in (r2l, probe) and attack not in (r2l, probe)",
        "attack is null and attack = r2l",
        "attack = r2l and attack is null",
        "attack is null and attack is not null",
        "duration < 3 and duration >= 3",
        "duration between 9 and 3",
        "duration = 5 and duration > 5",
        "new device and not new device",
        "seen > 2024-01-31 and seen < 2023-01-01",
        "duration > 1 and (attack = a and attack = b or duration > 9 and duration < 2)",
    ],
)
def test_a_contradiction_is_named_before_anything_is_drawn(text: str) -> None:
    with pytest.raises(ExpressionError, match="no row can meet this"):
        parse(text).check(COLUMNS)


@pytest.mark.parametrize(
    "text",
    [
        "duration <= 3 and duration >= 3",
        "attack != r2l and attack is null",
        "attack in (r2l, probe) and attack != r2l",
        "duration not between 3 and 9 and duration < 5",
        "attack = a and attack = b or duration > 1",
    ],
)
def test_what_can_hold_is_not_called_a_contradiction(text: str) -> None:
    assert parse(text).check(COLUMNS).columns


def test_conjunction_keeps_each_condition_once() -> None:
    both = conjunction(parse("duration < 9"), parse("duration < 9 and attack = r2l"))
    assert str(both) == "duration < 9 and attack = r2l"
    assert both == parse("duration < 9 and attack = r2l")


def test_the_columns_of_an_expression_include_the_one_on_the_right() -> None:
    assert parse("duration < nr.employed").check(COLUMNS).columns == ("duration", "nr.employed")


WORDS = st.sampled_from(["duration", "attack", "nr.employed"])
SIGNS = st.sampled_from(["<", "<=", ">", ">=", "=", "!="])
VALUES = st.sampled_from(["r2l", "'a b'", '"it\'s"'])
ATOMS = st.one_of(
    st.builds("duration {} {}".format, SIGNS, st.integers(-9, 99)),
    st.builds("attack {} {}".format, st.sampled_from(["=", "!="]), VALUES),
    st.builds("{} is {}null".format, WORDS, st.sampled_from(["", "not "])),
    st.builds("attack {}in (r2l, probe)".format, st.sampled_from(["", "not "])),
)
TEXTS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("({}) and ({})".format, inner, inner),
        st.builds("({}) or ({})".format, inner, inner),
        st.builds("not ({})".format, inner),
    ),
    max_leaves=6,
)


@for_all(TEXTS)
def test_the_canonical_text_reads_back_as_the_same_expression(text: str) -> None:
    once = parse(text)
    assert parse(str(once)) == once


@for_all(TEXTS)
def test_not_selects_exactly_the_other_rows(text: str) -> None:
    try:
        held = parse(text).mask(ROWS, COLUMNS)
        other = parse(f"not ({text})").mask(ROWS, COLUMNS)
    except ExpressionError:
        return
    assert np.array_equal(other, ~held)


@for_all(TEXTS)
def test_a_contradiction_never_hides_a_row(text: str) -> None:
    """Brute force: what is called contradictory selects nothing when its parts are evaluated."""
    expression = parse(text)
    try:
        expression.check(COLUMNS)
    except ExpressionError:
        masks = [part.mask(ROWS, COLUMNS) for part in expression.conjuncts() if _fits(part)]
        if len(masks) == len(expression.conjuncts()):
            assert not np.logical_and.reduce(masks).any()


def _fits(expression) -> bool:
    try:
        expression.check(COLUMNS)
    except ExpressionError:
        return False
    return True
