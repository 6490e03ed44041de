"""given: any Generator, under a condition that then holds in every row.

What the Generator can honour itself it does, exactly. The rest is rejection: draw, keep the rows
that meet the condition, draw again; bounded, so that a condition which hardly ever holds ends in an
error that says how rare it is and which part of it makes it so. Conditions add up to ONE
conjunction on the Generator underneath, so `given(given(g, a), b)` and `given(g, "a and b")` are
the same Generator and draw the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol, runtime_checkable

import numpy as np
import pyarrow as pa

from .. import plugins, seeds
from ..data.dataset import Dataset
from ..data.expression import Expression, conjunction, parse
from ..data.fingerprint import keyed
from ..data.lineage import Lineage
from ..data.schema import Schema
from ..errors import GivenError, StoreError
from .asked import asked_of, together
from .generator import Conditionable, Enumerable, Explained, Generator, Savable, Saved
from .trace import joined

# A condition is given up on below one row in ACCEPTED_PER, after a first look at FIRST_LOOK rows.
FIRST_LOOK = 2**17
ACCEPTED_PER = 1024
_AT, _CHANCE = "\0at", "\0chance"
_SMALLEST_BATCH = 256
_LARGEST_BATCH = 2**16


@runtime_checkable
class Composed(Protocol):
    """A Generator that knows how a condition applies to what it is made of."""

    def given(self, where: str | Expression) -> Generator: ...


def given(generator: Generator, where: str | Expression) -> Generator:
    """Return a Generator of the same rows, given that `where` holds in each of them.

    Raises ExpressionError if `where` does not fit the columns or contradicts itself, and GivenError
    if the Generator knows that it never holds. Rare conditions show when rows are drawn.
    """
    if isinstance(generator, Composed):
        return generator.given(where)
    return Given(generator, bound(where, generator.schema))


def bound(where: str | Expression, schema: Schema) -> Expression:
    """Return the condition with its names and values resolved against the main table."""
    condition = parse(where) if isinstance(where, str) else where
    return condition.check(schema.main)


@dataclass(frozen=True)
class Given:
    """A Generator under one conjunction."""

    base: Generator
    where: Expression

    def __post_init__(self) -> None:
        _ = self.honoured

    @property
    def schema(self) -> Schema:
        return self.base.schema

    @property
    def columns(self) -> tuple[str, ...]:
        return self.base.columns

    @cached_property
    def honoured(self) -> tuple[Generator, Expression | None]:
        """What draws, and the part of the condition that it does not honour by itself."""
        if isinstance(self.base, Dataset):
            return _matching(self.base, self.where), None
        if isinstance(self.base, Conditionable):
            return self.base.condition(self.where)
        return self.base, self.where

    @property
    def is_exact(self) -> bool:
        """True where no row is ever drawn in vain."""
        return self.honoured[1] is None

    @property
    def asked(self) -> Expression | None:
        """What every row was asked to meet, also by what lies underneath."""
        return together(self.schema.main, asked_of(self.base), self.where)

    def given(self, where: str | Expression) -> Generator:
        both = conjunction(self.where, bound(where, self.schema))
        return Given(self.base, both.check(self.schema.main))

    def sample(self, rows: int, *, seed: int) -> Dataset:
        drawer, rest = self.honoured
        if rest is None:
            made = drawer.sample(rows, seed=seed)
        else:
            made = Rejecting(drawer, rest, self.where).sample(rows, seed=seed)
        return replace(made, lineage=self._signed(made.lineage, seed))

    def law(self, columns: tuple[str, ...]) -> tuple[pa.Table, np.ndarray] | None:
        """Return the exact law of `columns` under the condition; None where it is not known."""
        drawer, rest = self.honoured
        if not isinstance(drawer, Enumerable):
            return None
        if rest is None:
            return drawer.law(columns)
        wanted = tuple(dict.fromkeys((*columns, *rest.columns)))
        known = drawer.law(wanted)
        if known is None:
            return None
        table, chances = known
        hit = rest.mask(table, self.schema.main)
        total = chances[hit].sum()
        if not total > 0:
            return None
        return _summed(table.filter(pa.array(hit)).select(list(columns)), chances[hit] / total)

    def log_prob(self, rows: Dataset) -> np.ndarray:
        """Return the exact log-probability of each row; raises DensityError if it is not known."""
        from .density import log_prob

        return log_prob(self, rows)

    def dump(self) -> Saved:
        if not isinstance(self.base, Savable):
            raise StoreError(
                f"a {type(self.base).__name__} cannot be saved",
                where=f"given({self.where})",
                mend="save what was learned or declared; a dataset is saved by its own save()",
            )
        inner = self.base.dump()
        return replace(
            inner,
            kind="given",
            meta={"where": str(self.where), "kind": inner.kind, "meta": inner.meta},
        )

    def explain(self) -> Mapping[str, Any]:
        drawer, rest = self.honoured
        of = dict(drawer.explain()) if isinstance(drawer, Explained) else {}
        by_trial = "" if rest is None else str(rest)
        return {**of, "given": str(self.where), "given by trial and error": by_trial}

    def _signed(self, lineage: Lineage, seed: int) -> Lineage:
        asked = str(together(self.schema.main, lineage.where, self.asked))
        if isinstance(self.base, Dataset):
            return replace(lineage, parents=(keyed(self.base),), seed=seed, where=asked)
        return replace(lineage, seed=seed, where=asked)


@plugins.part_kinds("given")
def load(saved: Saved) -> Generator:
    """Bring a saved Given back."""
    inner = replace(saved, kind=saved.meta["kind"], meta=saved.meta["meta"])
    return given(plugins.part_kinds.get(inner.kind)(inner), saved.meta["where"])


@dataclass(frozen=True)
class Rejecting:
    """A Generator under a condition that it cannot honour itself: trial and error, bounded.

    `asked` is the whole condition as the user knows it, for messages.
    """

    base: Generator
    where: Expression
    asked: Expression

    def sample(self, rows: int, *, seed: int) -> Dataset:
        trial = _Trial(self.base, self.where, seed)
        while trial.kept < rows:
            if trial.is_hopeless(rows):
                raise _too_rare(trial, rows, self.asked)
            trial.draw(rows)
        if not trial.pieces:
            return self.base.sample(1, seed=seed).take(np.arange(0))
        return joined(trial.pieces).take(np.arange(rows))


class _Trial:
    """One run of rejection: what was drawn, what was kept, and how often each part held."""

    def __init__(self, base: Generator, where: Expression, seed: int) -> None:
        self._base, self._seed, self._batch = base, seed, 0
        self.parts = where.conjuncts()
        self.held = np.zeros(len(self.parts), np.int64)
        self.pieces: list[Dataset] = []
        self.drawn = self.kept = 0

    def draw(self, rows: int) -> None:
        """Draw one more batch, as large as the acceptance so far suggests."""
        hoped = max(self.kept, 1) / self.drawn if self.drawn else 0.5
        size = int(np.clip((rows - self.kept) / hoped * 1.05 + 16, _SMALLEST_BATCH, _LARGEST_BATCH))
        drawn = self._base.sample(size, seed=seeds.child(self._seed, "given", self._batch))
        hits = np.stack([part.mask(drawn.table, drawn.schema.main) for part in self.parts])
        self.held += hits.sum(axis=1)
        accepted = np.flatnonzero(hits.all(axis=0))
        if len(accepted):
            self.pieces.append(drawn.take(accepted))
        self._batch += 1
        self.drawn += size
        self.kept += len(accepted)

    def is_hopeless(self, rows: int) -> bool:
        """True after the first look, if the rest would take too many draws at the rate seen."""
        bound = FIRST_LOOK + ACCEPTED_PER * rows
        return self.drawn >= FIRST_LOOK and rows * self.drawn > self.kept * bound


def _too_rare(trial: _Trial, rows: int, asked: Expression) -> GivenError:
    shares = trial.held / trial.drawn
    rarest = int(shares.argmin())
    if shares[rarest] * ACCEPTED_PER >= 1:
        each = ", ".join(
            f"'{part}' in {share:.2%}" for part, share in zip(trial.parts, shares, strict=True)
        )
        says = f"its parts hold one by one ({each}), but hardly ever together"
    else:
        says = f"the rare part is '{trial.parts[rarest]}', which holds in {shares[rarest]:.4%}"
    return GivenError(
        f"{trial.kept} of {trial.drawn} rows drawn meet the condition, and {rows} are wanted "
        f"(acceptance rate {trial.kept / trial.drawn:.4%})",
        where=f"given({asked}): {says}",
        mend="loosen the condition, or use a learner that can honour it exactly",
    )


def _matching(rows: Dataset, where: Expression) -> Dataset:
    hit = np.flatnonzero(where.mask(rows.table, rows.schema.main))
    if not len(hit):
        raise GivenError(
            "no row of the dataset meets the condition",
            where=f"given({where})",
            mend="loosen the condition, or use rows that meet it",
        )
    return rows.take(hit)


def _summed(table: pa.Table, chances: np.ndarray) -> tuple[pa.Table, np.ndarray]:
    """Return each combination once, in order of appearance, with the sum of its chances."""
    plain = pa.table(
        {
            name: cells.cast(cells.type.value_type) if pa.types.is_dictionary(cells.type) else cells
            for name, cells in zip(table.column_names, table.columns, strict=True)
        }
    )
    rows = pa.array(np.arange(len(chances)))
    numbered = plain.append_column(_AT, rows).append_column(_CHANCE, pa.array(chances))
    grouped = numbered.group_by(table.column_names, use_threads=False).aggregate(
        [(_AT, "min"), (_CHANCE, "sum")]
    )
    firsts = grouped[f"{_AT}_min"].combine_chunks()
    order = np.argsort(firsts.to_numpy(), kind="stable")
    sums = grouped[f"{_CHANCE}_sum"].to_numpy()
    return table.take(firsts.take(pa.array(order))), sums[order]
