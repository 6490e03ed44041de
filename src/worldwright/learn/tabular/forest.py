"""The density forest: an autoregressive law of codes, column after column, each from its trees.

    p(row) = p(first) * product over columns t of p(t | columns before t)

The target stands first, so conditions on it are honoured exactly and its law is known; the others
keep their order. What may be said of a value follows `codes.py`: values of fewer than `rare` rows
are merged or smoothed away. Texts and nested values come out null, ids new. Copies of parts of rows
are still possible: this is no privacy guarantee.

The idea of drawing a row column by column from trees is of Reiter ("Using CART to generate
partially synthetic public use microdata", J. Official Statistics 21, 2005).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from ... import plugins, seeds
from ...data.dataset import Dataset
from ...data.expression import Expression, conjunction
from ...data.fingerprint import keyed
from ...data.lineage import Lineage, Role
from ...data.progress import Progress
from ...data.schema import Column, Kind, Schema, TableSchema
from ...errors import GivenError
from ...generate.generator import Generator, Saved
from ...spec.assumption import Assumption, merged_alike
from .codes import LEFT_OUT, Codes
from .completing import complete_codes
from .drawing import Chain
from .evidence import evidence_of
from .ids import Ids
from .recast import Cells, Recast, chunked
from .settings import Settings

BLOCK = 65_536
TRIAL, COMMON = 4_096, 0.02  # rarer evidence is steered towards
MOST_TRIALS = 8  # of completing a row whose given cells a rule ties to others


@dataclass(frozen=True, eq=False)
class Forest:
    """A Generator of rows like those that taught. `notes` is what `explain` says of the fit.

    `columns_as_codes` and the chain speak of inner columns; `recast` makes the table's of them.
    """

    schema: Schema
    columns_as_codes: tuple[Codes, ...]
    chain: Chain
    ids: Mapping[str, Ids]
    nested: pa.Schema
    settings: Settings
    notes: Mapping[str, Any]
    parents: tuple[str, ...]
    recast: Recast

    @property
    def columns(self) -> tuple[str, ...]:
        return self.schema.main.names

    def sample(self, rows: int, *, seed: int) -> Dataset:
        """Draw `rows` rows; row i is the same however many are drawn with it."""
        blocks = []
        for first in range(0, max(rows, 1), BLOCK):
            numbers = np.arange(first, min(first + BLOCK, rows))
            # Column after column in memory: that is how they are drawn.
            drawn = np.full((len(self.columns_as_codes), len(numbers)), LEFT_OUT, np.uint16).T
            for column in range(drawn.shape[1]):
                self.chain.draw(drawn, column, numbers, seed)
            blocks.append(self.decoded(drawn, first, seed))
        table = pa.concat_tables(blocks).combine_chunks()
        lineage = Lineage("learn.forest", Role.MADE, seed, self.parents)
        return Dataset({self.schema.main_name: table}, self.schema, lineage)

    def number(self, rows: Dataset, first: int, *, seed: int, held: Collection[str]) -> Dataset:
        """Make the ids of few places anew, for rows numbered from `first` on."""
        table, numbers = rows.table, np.arange(first, first + rows.rows)
        for at, name in enumerate(table.column_names):
            if name in self.ids and self.ids[name].is_narrow and name not in held:
                made = self.ids[name].make(numbers, key=seeds.child(seed, "values", name))
                table = table.set_column(at, name, made)
        return replace(rows, tables={**rows.tables, self.schema.main_name: table})

    def condition(self, where: Expression) -> tuple[Generator, Expression | None]:
        """Honour what speaks of one learned column each; leave the rest.

        What holds in many rows is left as well, but for the first column: to draw again is cheaper.
        """
        from .conditioning import Conditioned

        place = {codes.column.name: t for t, codes in enumerate(self.columns_as_codes)}
        about: dict[int, list[Expression]] = {}
        hinted: dict[int, list[Expression]] = {}
        rest = []
        for part in where.conjuncts():
            names = part.columns
            if len(names) == 1 and names[0] in place:
                about.setdefault(place[names[0]], []).append(part)
            else:
                rest.append(part)
                for name, hint in self._implied(part):
                    hinted.setdefault(place[name], []).append(hint)
        evidence = {
            t: evidence_of(conjunction(*parts), self.columns_as_codes[t], self.schema.main)
            for t, parts in about.items()
        }
        for t, hints in hinted.items():
            inner = TableSchema((self.columns_as_codes[t].column,))
            bound = [hint.check(inner) for hint in hints]
            evidence[t] = evidence_of(conjunction(*bound), self.columns_as_codes[t], inner)
        base, led = self, 1.0
        if 0 in evidence and not len(evidence[0].parts):
            led = float(self.chain.first @ evidence[0].mass)
            base = self._narrowed(evidence.pop(0).mass, where)
        if base.share_of({t: held.mass for t, held in evidence.items()}) > COMMON:
            rest += [part for t in evidence for part in about.get(t, ())]
            return base, conjunction(*rest) if rest else None
        stated = [part for t in sorted(about) for part in about[t]]
        asked = conjunction(*stated, *(rest if hinted else ()))
        known = Conditioned(base, evidence, str(asked), led)
        _ = known.steering
        return known, conjunction(*rest) if rest else None

    def _implied(self, part: Expression) -> Iterator[tuple[str, Expression]]:
        """Yield what a condition on one column of moments asks of the parts that are learned."""
        from .implied import implied

        for calendar in self.recast.calendars:
            if part.columns == (calendar.name,):
                column = self.schema.main[calendar.name]
                yield from implied(part, calendar, column, self.schema.main)

    def share_of(self, masses: Mapping[int, np.ndarray]) -> float:
        """Return the share of a few thousand rows that have these shares of their codes."""
        if not masses:
            return 1.0
        drawn = np.full((TRIAL, len(self.columns_as_codes)), LEFT_OUT, np.uint16)
        for column in range(max(masses) + 1):
            self.chain.draw(drawn, column, np.arange(TRIAL), 0)
        held = np.prod([mass[drawn[:, t]] for t, mass in masses.items()], axis=0)
        return float(held.mean())

    def _narrowed(self, mass: np.ndarray, where: Expression) -> Forest:
        """Return the Forest whose first column is left with these shares of its codes: exact."""
        chances = self.chain.first * mass
        if not chances.any():
            raise GivenError(
                f"no value that was learned meets the condition on {self.chain.names[0]!r}",
                where=f"given({where}), learned by forest",
                mend="loosen the condition, or learn from rows that meet it",
            )
        return replace(self, chain=replace(self.chain, first=chances / chances.sum()))

    def law(self, columns: tuple[str, ...]) -> tuple[pa.Table, np.ndarray] | None:
        """Return the law of the first column, which alone is known exactly."""
        if not self._leads(columns):
            return None
        return self._first_values(), self.chain.first

    def log_prob(self, rows: Dataset) -> np.ndarray:
        """Return the exact log-probability of each row; raises DensityError: see `density.py`."""
        from .density import log_prob

        return log_prob(self, rows)

    def weighed(self, rows: Dataset) -> tuple[np.ndarray, np.ndarray]:
        """Return the codes of rows of the table, LEFT_OUT for none, and the chance of each inner
        cell given its code, both (rows, inner columns).
        """
        cells = {column.name: rows.table[column.name] for column in self.recast.outer}
        inner = self.recast.split(cells, rows.rows)
        codes = np.empty((rows.rows, len(self.columns_as_codes)), np.uint16)
        chances = np.ones(codes.shape)
        for t, of in enumerate(self.columns_as_codes):
            name = of.column.name
            if name in inner:
                held = chunked(inner[name])
                codes[:, t] = of.encode(held)
                chances[:, t] = of.chances_inside(codes[:, t], held)
        for t, of in enumerate(self.columns_as_codes):
            if of.column.name not in inner:  # a group, which its column decides
                by = next(d for d in self.chain.dependencies if d.decided == t and d.is_lookup)
                known = codes[:, by.given] != LEFT_OUT
                codes[:, t] = np.where(known, by.table[codes[:, by.given] * known], LEFT_OUT)
        return codes, chances

    def complete(self, rows: Dataset, *, seed: int) -> Dataset:
        """Draw every null and absent cell given the others; what is there stays. Approximate."""
        done = self._completed(rows, seed)
        twins = [(self.chain.names[t.one], self.chain.names[t.other]) for t in self.chain.twins]
        for again in range(MOST_TRIALS):
            off = np.flatnonzero(self.recast.broken(done, twins))
            if not len(off):
                break
            part = self._completed(rows.take(off), seeds.child(seed, "again", again))
            done = {name: _replaced(done[name], off, cells) for name, cells in part.items()}
        lineage = Lineage("learn.forest", Role.MADE, seed, self.parents)
        return Dataset({self.schema.main_name: pa.table(done)}, self.schema, lineage)

    def _completed(self, rows: Dataset, seed: int) -> Cells:
        held = {name: rows.table[name] for name in rows.columns}
        inner = self.recast.split(held, rows.rows)
        drawn = complete_codes(self.chain, self._encoded(inner, rows.rows), seed=seed)
        made = self.decoded(drawn, 0, seed, inner)
        cells: Cells = {name: _filled(held, name, made[name]) for name in self.columns}
        absent = np.zeros(rows.rows, bool)
        given = {n: ~held[n].is_null().to_numpy() if n in held else absent for n in self.columns}
        return self.recast.mend(cells, given)

    def dump(self) -> Saved:
        from .saving import dump

        return dump(self)

    def explain(self) -> Mapping[str, Any]:
        return dict(self.notes)

    def assumes(self) -> tuple[Assumption, ...]:
        """Values too rare to be told were merged: they are taken for alike."""
        return merged_alike(self.notes.get("merged", {}), self.settings.rare)

    def _leads(self, columns: tuple[str, ...]) -> bool:
        """True where this is the first column alone, and each of its codes is one value."""
        names = self.chain.names
        return bool(names) and columns == (names[0],) and self.columns_as_codes[0].is_plain

    def _first_values(self) -> pa.Table:
        first = self.columns_as_codes[0]
        values = first.decode(np.arange(first.size, dtype=np.uint16), key=0)
        return pa.table({first.column.name: values})

    def _encoded(self, inner: Cells, rows: int) -> np.ndarray:
        """Return the given cells as codes; LEFT_OUT where a cell is to be drawn."""
        given = np.full((rows, len(self.columns_as_codes)), LEFT_OUT, np.uint16)
        for at, codes in enumerate(self.columns_as_codes):
            if codes.column.name in inner:
                cells = chunked(inner[codes.column.name])
                known = cells.is_valid().to_numpy()
                given[:, at] = np.where(known, codes.encode(cells), LEFT_OUT)
        return given

    def decoded(
        self, drawn: np.ndarray, first: int, seed: int, given: Cells | None = None
    ) -> pa.Table:
        """Return rows of codes as rows of the table; given inner cells stand in for drawn ones."""
        numbers = np.arange(first, first + len(drawn))
        inner: Cells = {}
        for at, codes in enumerate(self.columns_as_codes):
            name = codes.column.name
            of = np.ascontiguousarray(drawn[:, at])
            made = codes.decode(of, key=seeds.child(seed, "values", name), first=first)
            inner[name] = _filled(given or {}, name, made)
        outer = self.recast.join(inner)
        cells = {}
        for column in self.schema.main.columns:
            if column.name in self.ids:
                key = seeds.child(seed, "values", column.name)
                cells[column.name] = self.ids[column.name].make(numbers, key=key)
            elif column.name in outer:
                cells[column.name] = outer[column.name]
            else:
                cells[column.name] = pa.nulls(len(drawn), self._type_of(column))
        return pa.table(cells)

    def _type_of(self, column: Column) -> pa.DataType:
        is_nested = column.kind is Kind.NESTED
        return column.arrow_type(self.nested.field(column.name).type if is_nested else pa.null())


@plugins.learners("forest")
def fit_forest(
    real: Dataset,
    *,
    target: str | None,
    seed: int,
    progress: Progress,
    settings: Mapping[str, object],
) -> Generator:
    """Learn the rows of the main table. Settings: see `settings.py` and `choosing.py`."""
    from .choosing import choose
    from .learning import learn
    from .room import bytes_of, check_room

    asked = dict(settings)
    limit = bytes_of(asked.pop("memory_limit", None))
    choice = choose(
        real, target, asked, seed, lambda of: check_room(real.rows, real.schema.main, of, limit)
    )
    forest = learn(
        real, target, choice.settings, seed=seed, progress=progress, parents=(keyed(real),)
    )
    return replace(forest, notes={**forest.notes, **choice.notes})


@plugins.part_kinds("forest")
def load_forest(saved: Saved) -> Generator:
    """Bring a saved forest back."""
    from .saving import load

    return load(saved)


def _filled(given: Cells, name: str, drawn: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray:
    """Return the given cells, with those that are missing from what was drawn."""
    drawn = chunked(drawn)
    if name not in given:
        return drawn
    held = chunked(given[name])
    if not held.null_count:
        return held if held.type == drawn.type else held.cast(drawn.type)
    kind = drawn.type
    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    both = pa.chunked_array([*held.cast(plain).chunks, *drawn.cast(plain).chunks], plain)
    picks = np.arange(len(held))
    picks += np.where(held.is_null().to_numpy(), len(held), 0)
    return both.take(pa.array(picks)).cast(kind)


def _replaced(
    cells: pa.ChunkedArray | pa.Array, at: np.ndarray, new: pa.ChunkedArray | pa.Array
) -> pa.ChunkedArray:
    """Return cells with new ones at some places."""
    picks = np.arange(len(cells))
    picks[at] = len(cells) + np.arange(len(at))
    both = pa.chunked_array([*chunked(cells).chunks, *chunked(new).chunks]).unify_dictionaries()
    return both.take(pa.array(picks))
