"""What may be assumed: a closed grammar, read to data and back, with errors that teach."""

from __future__ import annotations

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from worldwright import Column, Kind
from worldwright.data.schema import TableSchema
from worldwright.errors import SpecError
from worldwright.spec.assumption import (
    Assumption,
    Declared,
    as_assumptions,
    assumption_from_plain,
    of_schema,
)
from worldwright.spec.saying import parse
from worldwright.spec.statement import Direction, Likelier, Names, Rate

COLUMNS = TableSchema(
    (
        Column("age", Kind.INTEGER, low=0, high=120, nullable=False),
        Column("spent", Kind.NUMBER),
        Column("income", Kind.NUMBER),
        Column("job", Kind.CATEGORY, categories=("clerk", "smith, senior")),
        Column("churn", Kind.CATEGORY),
        Column("id", Kind.ID),
    )
)
SAID = {
    "spent <= income": "spent <= `income`",
    "spent <= income in every row": "spent <= `income`",
    "churn = yes never happens when age = 0": "churn = yes never happens when age = 0",
    "churn=yes happens in 0.1 % to 0.3% of rows": "churn = yes happens in 0.1 % to 0.3 % of rows",
    "churn=yes happens in at most 3 % of the rows where age > 9":
        "churn = yes happens in at most 3 % of rows when age > 9",
    "churn = yes is 2 to 4 times likelier when age > 9":
        "churn = yes is 2 to 4 times likelier when age > 9",
    "churn = yes is at least 4 times rarer when age > 9":
        "churn = yes is at most 0.25 times likelier when age > 9",
    "churn = yes rises with age given spent, income":
        "churn = yes rises with age given spent, income",
    "spent falls with age": "spent falls with age",
    "churn does not depend on job,age given income":
        "churn does not depend on job, age given income",
    "values of job with fewer than 10 rows are alike":
        "values of job with fewer than 10 rows are alike",
    "as it was in the training period": "as it was in the training period",
}  # fmt: skip


@pytest.mark.parametrize(("said", "canonical"), SAID.items())
def test_each_form_is_read_and_its_canonical_text_reads_back(said: str, canonical: str) -> None:
    statement = parse(said).check(COLUMNS)
    assert str(statement) == canonical
    assert parse(canonical).check(COLUMNS) == statement


def test_one_number_leaves_room_and_two_do_not() -> None:
    rate, ratio = (
        parse("churn = yes happens in 4 % of rows"),
        parse("churn=yes is 3 times likelier when age>1"),
    )
    assert isinstance(rate, Rate)
    assert (rate.low, rate.high) == pytest.approx((0.032, 0.05))
    assert isinstance(ratio, Likelier)
    assert (ratio.low, ratio.high) == pytest.approx((2.0, 4.5))


def test_words_in_backticks_are_names_and_no_words_of_a_form() -> None:
    statement = parse("`rises with` falls with `a, b` given `never happens`")
    assert isinstance(statement, Direction)
    assert statement.columns == ("rises with", "a, b", "never happens")
    assert not statement.rises


@for_all(st.lists(st.text(min_size=1).filter(lambda t: t.split() == [t]), min_size=3, max_size=3))
def test_any_names_can_be_spoken_of(names: list[str]) -> None:
    quoted = ["`" + name.replace("`", "``") + "`" for name in names]
    statement = parse(f"{quoted[0]} does not depend on {quoted[1]} given {quoted[2]}")
    assert (statement.of, statement.on, statement.given) == tuple(Names([name]) for name in names)


def told(says: str) -> str:
    with pytest.raises(SpecError) as caught:
        parse(says).check(COLUMNS)
    return str(caught.value)


def test_errors_teach() -> None:
    assert told("churn = yes rises with aeg") == (
        "there is no column 'aeg'\n"
        "  where: churn = yes rises with aeg\n"
        "  mend:  did you mean 'age'? choose from: age, churn, id, income, job, spent"
    )
    assert "'job' is a category and has no order to rise with" in told("spent rises with job")
    assert "'id' cannot be asked: ids are made anew" in told("churn does not depend on id")
    assert "'age' stands here twice" in told("churn does not depend on age given age")
    assert "'baker' is not a value of 'job'" in told("job = baker never happens")
    assert "write: EVENT rises with COLUMN" in told("churn increases by age")
    assert "write: EVENT is 5 times likelier" in told("churn is twice as likely for clerks")
    assert "a rate from 5 % to 3 %" in told("churn = yes happens in 5 % to 3 % of rows")


def test_what_a_schema_declares_is_assumed_and_missing_values_may_be() -> None:
    assert [str(one.statement) for one in of_schema(COLUMNS)] == [
        "age >= 0",
        "age <= 120",
        'job in ("clerk", "smith, senior") or job is null',
    ]


def test_an_assumption_comes_back_from_a_file_and_is_said_once() -> None:
    one = Assumption("spent <= income", "you cannot spend more", "Ada", "p. 4", Declared.LEARNER)
    assert assumption_from_plain(one.to_plain()) == one
    again = as_assumptions([one, "age >= 0", Assumption("spent <= income")])
    assert [a.says for a in again] == ["spent <= income", "age >= 0"]
    assert again[0].because == "you cannot spend more"
