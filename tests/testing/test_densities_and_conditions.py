"""The clauses on densities and conditions: right Generators pass, and each wrong one is caught."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pytest

from worldwright import seeds
from worldwright.data.dataset import Dataset
from worldwright.data.expression import Expression
from worldwright.data.lineage import Lineage, Role
from worldwright.data.schema import Column, Kind, Schema, TableSchema
from worldwright.testing import chances, check_generator, check_learner, conditions, densities

WORDS, SIZES = ("x", "y", "z"), (1, 2, 3, 4)
LAW = np.array([[0.2, 0.05, 0.05, 0.0], [0.05, 0.2, 0.05, 0.05], [0.05, 0.05, 0.1, 0.15]])
SCHEMA = Schema({"t": TableSchema((Column("word", Kind.CATEGORY), Column("size", Kind.INTEGER)))})


@dataclass(frozen=True)
class Pairs:
    """Words and sizes by a law that is known; it conditions and knows its density exactly."""

    law_of: np.ndarray = field(default_factory=lambda: LAW)
    schema = SCHEMA
    columns = SCHEMA.main.names

    def sample(self, rows: int, *, seed: int) -> Dataset:
        chance = seeds.stream(seed, "pairs")
        at = np.searchsorted(self.law_of.ravel().cumsum(), chance.random(rows), side="right")
        return self.rows_of(np.minimum(at, self.law_of.size - 1), seed)

    def rows_of(self, at: np.ndarray, seed: int | None = None) -> Dataset:
        word, size = np.divmod(at, len(SIZES))
        table = pa.table(
            {
                "word": pa.array(np.array(WORDS)[word].tolist(), pa.string()).dictionary_encode(),
                "size": pa.array(np.array(SIZES)[size], pa.int64()),
            }
        )
        return Dataset({"t": table}, SCHEMA, Lineage("tests.pairs", Role.MADE, seed))

    def condition(self, where: Expression):
        every = self.rows_of(np.arange(self.law_of.size))
        held = where.mask(every.table, SCHEMA.main).reshape(self.law_of.shape)
        narrowed = np.where(held, self.law_of, 0.0)
        return replace(self, law_of=narrowed / narrowed.sum()), None

    def log_prob(self, rows: Dataset) -> np.ndarray:
        word = [WORDS.index(w) if w in WORDS else -1 for w in rows.table["word"].to_pylist()]
        size = np.array([s in SIZES for s in rows.table["size"].to_pylist()])
        at = np.clip(np.array([s or 1 for s in rows.table["size"].to_pylist()], int) - 1, 0, 3)
        with np.errstate(divide="ignore"):
            logs = np.log(self.law_of[word, at])
        return np.where((np.array(word) >= 0) & size, logs, -np.inf)


def test_a_right_generator_keeps_every_clause() -> None:
    check_generator(Pairs())


# Densities that are wrong.


class Unscaled(Pairs):
    """Its probabilities sum to 1.1."""

    def log_prob(self, rows: Dataset) -> np.ndarray:
        return super().log_prob(rows) + np.log(1.1)


class Independent(Pairs):
    """Its density forgets the dependence that its rows have; it sums to 1."""

    def log_prob(self, rows: Dataset) -> np.ndarray:
        alone = self.law_of.sum(1, keepdims=True) * self.law_of.sum(0, keepdims=True)
        return Pairs(alone).log_prob(rows)


class Stale(Pairs):
    """Under a condition it still gives the probabilities of all rows."""

    def log_prob(self, rows: Dataset) -> np.ndarray:
        return Pairs().log_prob(rows)


class Shifted(Pairs):
    """Its rows hold a little more of one word than its density says."""

    def log_prob(self, rows: Dataset) -> np.ndarray:
        law = self.law_of * np.array([[1.15], [1.0], [0.87]])
        return Pairs(law / law.sum()).log_prob(rows)


class Generous(Pairs):
    """A word that nobody ever used is as probable as the last one."""

    def log_prob(self, rows: Dataset) -> np.ndarray:
        known = [w if w in WORDS else "z" for w in rows.table["word"].to_pylist()]
        words = pa.array(known).dictionary_encode()
        table = pa.table({"word": words, "size": rows.table["size"]})
        return super().log_prob(replace(rows, tables={"t": table}))


class Surprised(Pairs):
    """It draws rows that it calls impossible."""

    def log_prob(self, rows: Dataset) -> np.ndarray:
        law = self.law_of.copy()
        law[0, 1] = 0
        return Pairs(law / law.sum()).log_prob(rows)


class Muddled(Pairs):
    """It says one number for all rows."""

    def log_prob(self, rows: Dataset) -> np.ndarray:
        return super().log_prob(rows)[:1]


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (Unscaled, "sums_to_one: the probabilities of all rows that can be sum to 1.1000"),
        (Independent, "agrees_with_its_rows: (word|size) is drawn otherwise than log_prob says"),
        (Shifted, "(agrees_with_its_rows|sums_to_one): .* as log_prob says|otherwise than"),
        (Generous, "tells_what_can_be: a value of word that cannot be has -"),
        (Surprised, r"tells_what_can_be: \d+ of 5000 rows that it drew have probability 0"),
        (Muddled, r"tells_what_can_be: \(1,\) log-probabilities for 5000 rows"),
    ],
)
def test_a_wrong_density_is_caught_by_its_clause(broken, says: str) -> None:
    with pytest.raises(AssertionError, match=f"^{says}"):
        check_generator(broken())


def test_a_density_that_forgets_the_condition_is_caught() -> None:
    from worldwright.data.expression import parse

    where = parse("size >= 2").check(SCHEMA.main)
    with pytest.raises(AssertionError, match=r"sum to 0\.7"):
        densities.sums_to_one(Stale().condition(where)[0])


def test_a_density_that_is_right_in_every_column_alone_is_caught_by_their_pairs() -> None:
    with pytest.raises(AssertionError, match="as often as log_prob says"):
        densities.sums_to_one(Independent())


# Conditions that are wrong.


@dataclass(frozen=True)
class Overwriting(Pairs):
    """A condition on `size` overwrites it in rows of all sizes, so the words are those of all."""

    least: int = 1

    def condition(self, where: Expression):
        if where.columns != ("size",):
            return super().condition(where)
        kept = Pairs().condition(where)[0].law_of.sum(0)
        return Pairs(LAW.sum(1, keepdims=True) * kept[None]), None


@dataclass(frozen=True)
class Leaking(Pairs):
    """One row in 100 forgets the condition."""

    def condition(self, where: Expression):
        narrowed, rest = super().condition(where)
        return replace(self, law_of=0.99 * narrowed.law_of + 0.01 * self.law_of), rest


@dataclass(frozen=True)
class Flattened(Pairs):
    """Under a condition all rows that can be are equally likely."""

    def condition(self, where: Expression):
        law = super().condition(where)[0].law_of > 0
        return replace(self, law_of=law / law.sum()), None


@dataclass(frozen=True)
class Stepwise(Pairs):
    """It honours a condition when it is asked, not as a conjunction: the last one wins."""

    start: int = 0

    def given(self, where: str | Expression):
        from worldwright.generate.conditioned import bound

        return Stepwise(Pairs().condition(bound(where, SCHEMA))[0].law_of)


@pytest.mark.parametrize(
    ("broken", "clause", "says"),
    [
        (Overwriting, conditions.agrees_with_rejection, r"given a condition on \('size',\), "),
        (Flattened, conditions.agrees_with_rejection, "given a condition on "),
        (Leaking, conditions.holds_in_every_row, r"a condition on .* fails in \d+ of 2000 rows"),
        (
            Stepwise,
            conditions.takes_conditions_in_any_order,
            r"on .* and .*, given\(a\).given\(b\) is not given\(a and b\)",
        ),
    ],
)
def test_a_wrong_condition_is_caught_by_its_clause(broken, clause, says: str) -> None:
    with pytest.raises(AssertionError, match=says):
        clause(broken())
    clause(Pairs())


# A learner whose density is of other numbers.


@dataclass(frozen=True)
class Bent:
    """What independent marginals learned, with the density of free numbers a tenth too large."""

    base: object

    @property
    def schema(self):
        return self.base.schema

    @property
    def columns(self):
        return self.base.columns

    def sample(self, rows: int, *, seed: int) -> Dataset:
        return self.base.sample(rows, seed=seed)

    def log_prob(self, rows: Dataset) -> np.ndarray:
        logs = self.base.log_prob(rows)
        if "x" not in rows.columns:
            return logs
        numbers = rows.table["x"].to_numpy()
        return logs + np.log(1.1) * (np.nan_to_num(numbers) != 0)


class Slanted(Bent):
    """Its density leans to the right, and integrates to 1 all the same."""

    def log_prob(self, rows: Dataset) -> np.ndarray:
        logs = self.base.log_prob(rows)
        if "x" not in rows.columns:
            return logs
        return logs + np.log1p(0.2 * np.sign(np.nan_to_num(rows.table["x"].to_numpy(), nan=3) - 3))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (Bent, r"knows_its_density: the density of x integrates to 1\.0[789]"),
        (Slanted, "knows_its_density: x is drawn otherwise than log_prob says|integrates"),
    ],
)
def test_a_learner_with_a_wrong_density_of_numbers_is_caught(wrong, says: str) -> None:
    from worldwright import plugins

    def learner(real, *, target, seed, progress, settings):
        marginals = plugins.learners.get("marginals")
        return wrong(
            marginals(real, target=target, seed=seed, progress=progress, settings=settings)
        )

    with pytest.raises(AssertionError, match=says):
        check_learner(learner)


# The tests by chance alarm no more often than they say.


def test_chi_square_of_right_counts_alarms_as_often_as_it_says() -> None:
    chance = seeds.stream(1, "against")
    law = np.array([0.4, 0.3, 0.2, 0.06, 0.03, 0.006, 0.004])
    p = [
        chances.against(np.append(chance.multinomial(500, law), 0), np.append(law, 0.0) * 500)
        for _ in range(20_000)
    ]
    # 20,000 trials at 0.01: 200 expected, 6 sd is 284.
    assert np.mean(np.array(p) < 0.01) < 284 / 20_000
    assert np.mean(np.array(p) < 0.5) > 0.4, "it is not blind either"


def test_two_samples_of_one_law_are_told_apart_as_seldom_as_stated() -> None:
    chance = seeds.stream(2, "alike")
    law = np.array([0.5, 0.2, 0.2, 0.05, 0.03, 0.01, 0.01])
    p = [
        chances.alike(chance.choice(7, 300, p=law), chance.choice(7, 900, p=law))
        for _ in range(8_000)
    ]
    # 8,000 trials at 0.01: 80 expected, 6 sd is 134.
    assert np.mean(np.array(p) < 0.01) < 134 / 8_000
    assert np.mean(np.array(p) < 0.5) > 0.4


@pytest.mark.slow
def test_right_generators_fail_as_seldom_as_stated(monkeypatch) -> None:
    """At a false-alarm rate of 1 in 20 for each clause, 120 laws: 6 expected, 6 sd is 20."""
    chance = seeds.stream(3, "laws")
    for module in (densities, conditions, chances):
        monkeypatch.setattr(module, "FALSE_ALARM", 0.05)
    fails = dict.fromkeys(("agrees_with_its_rows", "sums_to_one", "agrees_with_rejection"), 0)
    for _ in range(120):
        pairs = Pairs(chance.dirichlet(np.full(12, 0.7)).reshape(3, 4))
        for clause in (
            densities.agrees_with_its_rows,
            densities.sums_to_one,
        ):
            try:
                clause(pairs)
            except AssertionError:
                fails[clause.__name__] += 1
        try:
            conditions.agrees_with_rejection(pairs)
        except AssertionError:
            fails["agrees_with_rejection"] += 1
    # A law is asked under up to 6 conditions.
    assert fails["agrees_with_its_rows"] <= 20
    assert fails["sums_to_one"] <= 20
    assert fails["agrees_with_rejection"] <= 60
