"""Case: what an attacker holds (made rows), and the two groups of real rows to tell apart.

Real rows taught; holdout rows come from the same population and did not. All attacks of a run see
the same rows, coded once. Where the holdout was cut unevenly (its weights say so), it is thinned to
the population of the real rows first: else an attack would find the cut and not the memory.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import seeds
from ..data.dataset import Dataset
from ..data.expression import parse
from ..errors import ExpressionError
from .coding import Coded, code, compared

MOST_ROWS = 20_000
FEWEST_TARGETS = 100


@dataclass(frozen=True, slots=True)
class Pool:
    """Equally many rows that taught and that did not: positions in the case's real and holdout."""

    real: np.ndarray
    holdout: np.ndarray


@dataclass(frozen=True)
class Case:
    """The rows of one run: each side is at most `MOST_ROWS` rows, drawn with `seed`.

    `taught` is the number of attacked real rows before that. `units` of real and holdout rows
    number the persons that they belong to (a row each, where the schema has no key that repeats).
    """

    made: Dataset
    real: Dataset
    holdout: Dataset
    seed: int
    taught: int
    real_units: np.ndarray
    holdout_units: np.ndarray
    notes: tuple[str, ...] = ()

    @cached_property
    def _coded(self) -> tuple[Coded, Coded, Coded]:
        return code(self.made, self.real, self.holdout)

    @property
    def coded_made(self) -> Coded:
        return self._coded[0]

    @property
    def coded_real(self) -> Coded:
        return self._coded[1]

    @property
    def coded_holdout(self) -> Coded:
        return self._coded[2]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that the attacks compare."""
        return compared(self.real)

    @cached_property
    def pool(self) -> Pool:
        """Equally many real and holdout rows: a larger group would be nearer by its size alone."""
        size = min(self.real.rows, self.holdout.rows)
        real = seeds.stream(self.seed, "pool", "real").permutation(self.real.rows)[:size]
        holdout = seeds.stream(self.seed, "pool", "holdout").permutation(self.holdout.rows)[:size]
        return Pool(np.sort(real), np.sort(holdout))


def assemble(made: Dataset, *, real: Dataset, holdout: Dataset, seed: int) -> Case:
    """Return the Case for these rows: thinned, freed of persons on both sides, capped, noted."""
    notes: list[str] = []
    fair = _thin(holdout, seed)
    if fair.rows < holdout.rows:
        notes.append(
            f"{holdout.rows - fair.rows} of {holdout.rows} holdout rows were left out of the "
            "attacks, so that the rest is like the real rows"
        )
    real_units, holdout_units = _persons(real, fair)
    fair, holdout_units = _strangers(fair, holdout_units, real_units, notes)
    at_real, at_fair = _targets(made, real, fair, notes)
    real, real_units = real.take(at_real), real_units[at_real]
    fair, holdout_units = fair.take(at_fair), holdout_units[at_fair]
    sides = []
    for role, side in (("made", made), ("real", real), ("holdout", fair)):
        sides.append(_draw(side.rows, seeds.child(seed, "case", role)))
        if len(sides[-1]) < side.rows:
            notes.append(f"the attacks looked at {MOST_ROWS:,} of {side.rows:,} {role} rows")
    at_made, at_real, at_holdout = sides
    return Case(
        made=_main(made.select(real.columns)).take(at_made),
        real=_main(real).take(at_real),
        holdout=_main(fair.select(real.columns)).take(at_holdout),
        seed=seed,
        taught=real.rows,
        real_units=real_units[at_real],
        holdout_units=holdout_units[at_holdout],
        notes=tuple(notes),
    )


def _main(dataset: Dataset) -> Dataset:
    """Return the Dataset with its main table alone."""
    name = dataset.schema.main_name
    schema = replace(dataset.schema, tables={name: dataset.schema.main})
    return replace(dataset, tables={name: dataset.table}, schema=schema)


def _thin(holdout: Dataset, seed: int) -> Dataset:
    weights = holdout.weights()
    if not len(weights) or np.ptp(weights) == 0:
        return holdout
    kept = seeds.stream(seed, "thin").random(len(weights)) * weights.max() < weights
    return holdout.take(np.flatnonzero(kept))


def _persons(real: Dataset, holdout: Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Number the persons by the schema's key; a key that never repeats names rows, not persons."""
    key = real.schema.main.key
    rows = np.arange(real.rows + holdout.rows)
    if key is None or len(pc.unique(real.table[key])) == real.rows:
        return rows[: real.rows], rows[real.rows :]
    both = [table[key].cast(pa.string()) for table in (real.table, holdout.table)]
    chunks = [chunk for part in both for chunk in part.chunks]
    names = pa.chunked_array(chunks, pa.string()).combine_chunks()
    codes = pc.dictionary_encode(names, null_encoding="encode").indices.to_numpy()
    return codes[: real.rows], codes[real.rows :]


def _strangers(
    holdout: Dataset, units: np.ndarray, taught: np.ndarray, notes: list[str]
) -> tuple[Dataset, np.ndarray]:
    """Keep the holdout rows of persons none of whose rows taught."""
    strange = ~np.isin(units, taught)
    if strange.all():
        return holdout, units
    notes.append(
        f"{int((~strange).sum())} holdout rows belong to persons who also taught and were left out "
        f"of the attacks; split with by={holdout.schema.main.key!r} to keep persons whole"
    )
    return holdout.take(np.flatnonzero(strange)), units[strange]


def _targets(
    made: Dataset, real: Dataset, holdout: Dataset, notes: list[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows to attack: those that meet the condition that made rows were asked to meet.

    Nobody learns about others from them, and a crowd that no attack can reach would hide those
    whom it does. Where too few on either side meet it, all rows are attacked, and a note says so.
    """
    every = np.arange(real.rows), np.arange(holdout.rows)
    where = made.lineage.where
    if where is None:
        return every
    try:
        condition = parse(where).check(real.schema.main)
        at_real, at_holdout = (
            np.flatnonzero(condition.mask(side.table, side.schema.main)) for side in (real, holdout)
        )
    except ExpressionError:
        notes.append(
            f"the made rows were asked to meet {where}, which cannot be asked of the real rows: "
            "all of them are attacked, so the risk of those who meet it may be larger than shown"
        )
        return every
    if min(len(at_real), len(at_holdout)) < FEWEST_TARGETS:
        notes.append(
            f"the made rows were asked to meet {where}, and fewer than {FEWEST_TARGETS} real or "
            "holdout rows do: all of them are attacked, so the risk of those few may be larger "
            "than shown"
        )
        return every
    notes.append(
        f"the made rows were asked to meet {where}: the {len(at_real):,} real and "
        f"{len(at_holdout):,} holdout rows that do are attacked, and no others"
    )
    return at_real, at_holdout


def _draw(rows: int, seed: int) -> np.ndarray:
    if rows <= MOST_ROWS:
        return np.arange(rows)
    return np.sort(seeds.stream(seed, "rows").permutation(rows)[:MOST_ROWS])
