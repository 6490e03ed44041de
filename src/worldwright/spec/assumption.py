"""Assumption: a statement that a World rests on, who made it and why. It can be held to account.

People declare assumptions (in the project file, by `world.assume`, by constraints and in a schema);
a learner makes others as it learns (rare values are alike, the training period is like today). All
are tested on real rows that they did not come from; what was found stands in the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ..data.expression import parse as parse_expression
from ..data.expression.tree import ColumnName, Value
from ..data.schema import Column, Kind, TableSchema
from ..errors import SpecError
from .conflict import conflict
from .saying import parse
from .statement import Always, AsTrained, Merged, Names, Statement

STRENGTHS: Mapping[str, float] = {"weak": 3.0, "normal": 10.0, "strong": 30.0}
MOST_PSEUDO_ROWS = 1e6
BELIEVABLE = (
    "EVENT rises with COLUMN (or falls)",
    "EVENT is 5 times likelier when CONDITION",
    "EVENT happens in 0.1 % to 0.3 % of rows",
    "EVENT never happens when CONDITION",
    "COLUMN does not depend on COLUMN",
    "COLUMN given EVENT looks like lognormal(7, 1)",
)


class Declared(StrEnum):
    """Who made an assumption."""

    PERSON = "a person"
    LEARNER = "the learner"


@dataclass(frozen=True, slots=True)
class Assumption:
    """What is assumed, and why.

    Attributes:
        says: The statement as it was written.
        because: Why it should hold, in the words of who made it.
        by: Who says so.
        source: Where it can be looked up.
        declared: Whether a person made it or the learner.
        strength: Of a belief, how firmly it is held: "weak", "normal", "strong", or the number of
            rows that it is worth. Empty: nothing is made of it, it is only tested.
    """

    says: str
    because: str = ""
    by: str = ""
    source: str = ""
    declared: Declared = Declared.PERSON
    strength: str = ""
    statement: Statement = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "statement", parse(self.says))
        if self.strength and self.pseudo_rows is None:
            raise SpecError(
                f"the strength is {self.strength!r}",
                where=self.says,
                mend=f"write {', '.join(STRENGTHS)}, or how many rows it is worth, as in 25",
            )
        if self.strength and isinstance(self.statement, Always | Merged | AsTrained):
            raise SpecError(
                "this says nothing of where an event is found, so it is no belief",
                where=self.says,
                mend=f"write: {'; '.join(BELIEVABLE)}; or assume it, or make it a constraint",
            )

    @property
    def kind(self) -> str:
        return self.statement.kind

    @property
    def columns(self) -> tuple[str, ...]:
        return self.statement.columns

    @property
    def pseudo_rows(self) -> float | None:
        """How many rows the belief is worth; None where it is no belief."""
        if self.strength in STRENGTHS:
            return STRENGTHS[self.strength]
        try:
            rows = float(self.strength)
        except ValueError:
            return None
        return rows if 0 < rows < MOST_PSEUDO_ROWS else None

    def check(self, columns: TableSchema, *, where: str = "") -> Assumption:
        """Return the assumption; raises SpecError where it does not fit these columns."""
        self.statement.check(columns, where=where or self.says)
        return self

    def to_plain(self) -> dict[str, str]:
        """Return what a file holds of it."""
        return {
            "says": self.says, "because": self.because, "by": self.by, "source": self.source,
            "declared": str(self.declared),
            **({"strength": self.strength} if self.strength else {}),
        }  # fmt: skip


def assumption_from_plain(plain: Mapping[str, str]) -> Assumption:
    """Return the Assumption that `to_plain` wrote."""
    return Assumption(**{**plain, "declared": Declared(plain["declared"])})  # type: ignore[arg-type]


def as_assumptions(said: Iterable[Assumption | str]) -> tuple[Assumption, ...]:
    """Return each as an Assumption, once; words become what a person declares."""
    kept: dict[str, Assumption] = {}
    for one in said:
        assumption = Assumption(one) if isinstance(one, str) else one
        kept.setdefault(assumption.says, assumption)
    return tuple(kept.values())


def check_together(said: Sequence[Assumption]) -> None:
    """Raise SpecError for the last belief, if one before it cannot be true beside it."""
    *before, last = (one for one in said if one.strength)
    other = conflict(last.statement, [one.statement for one in before])
    if other is not None:
        raise SpecError(
            f"two beliefs that cannot both be true: {str(other)!r} and {last.says!r}",
            where=last.says,
            mend="keep the one that you would bet on",
        )


def of_schema(columns: TableSchema) -> Iterator[Assumption]:
    """Yield what a person declared in a schema: lowest and highest values, and categories."""
    for column in columns.columns:
        because = "the schema declares it"
        for text in _declared(column):
            empty = f" or {ColumnName(column.name)} is null" if column.nullable else ""
            condition = parse_expression(f"{text}{empty}").check(columns)
            yield Assumption(str(Always(condition)), because)


def _declared(column: Column) -> Iterator[str]:
    name = ColumnName(column.name)
    for sign, end in ((">=", column.low), ("<=", column.high)):
        if end is not None:
            yield f"{name} {sign} {Value(str(end), quoted=isinstance(end, str))}"
    if column.categories and column.kind is Kind.CATEGORY:
        listed = ", ".join(str(Value(value, quoted=True)) for value in column.categories)
        yield f"{name} in ({listed})"


def merged_alike(columns: Iterable[str], below: int) -> tuple[Assumption, ...]:
    """Return what a learner assumes that merged the values with fewer than `below` rows."""
    because = "they were too rare to be told, and were learned as one value"
    return tuple(
        Assumption(str(Merged(Names([name]), below)), because, declared=Declared.LEARNER)
        for name in columns
    )


def as_trained() -> Assumption:
    """Return what every learner assumes: that all is as it was among the teachers."""
    because = "rows are made as the teachers were"
    return Assumption(str(AsTrained()), because, declared=Declared.LEARNER)
