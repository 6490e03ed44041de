"""mix: each row from one of several Generators, by its share; the trace names the part.

Which part makes a row is drawn row by row, so the number of rows of a part is itself random, and
rows of all parts lie in mixed order. A condition on a mix is honoured by rejection over the mix,
which moves the shares as Bayes' rule does: a part that meets the condition more often gives more.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from .. import plugins, seeds
from ..data.dataset import Dataset
from ..data.lineage import Lineage, Role
from ..data.schema import Schema
from ..errors import Fault, SpecError, StoreError
from .generator import Explained, Generator, Savable, Saved
from .trace import joined, named, one_chunk


def mix(parts: Mapping[str, tuple[Generator, float]]) -> Mix:
    """Return a Generator that draws each row from one of `parts`: name -> (generator, share)."""
    return Mix(dict(parts))


@dataclass(frozen=True)
class Mix:
    """Generators with the same columns, and the share of rows that each makes."""

    parts: Mapping[str, tuple[Generator, float]]

    def __post_init__(self) -> None:
        faults = [*self._share_faults(), *self._column_faults()]
        if faults:
            raise SpecError.of(faults)

    @property
    def schema(self) -> Schema:
        first = self._generators[0].schema
        return Schema({first.main_name: first.main})

    @property
    def columns(self) -> tuple[str, ...]:
        return self._generators[0].columns

    def sample(self, rows: int, *, seed: int) -> Dataset:
        shares = np.array([share for _, share in self.parts.values()])
        cuts = np.cumsum(shares / shares.sum())[:-1]
        picks = np.searchsorted(cuts, seeds.stream(seed, "mix").random(rows), side="right")
        pieces = [
            _drawn(part, int((picks == at).sum()), seeds.child(seed, "mix", name))
            for at, (name, (part, _)) in enumerate(self.parts.items())
        ]
        order = np.argsort(np.argsort(picks, kind="stable"), kind="stable")
        same = [replace(piece, schema=self.schema, tables=self._as_ours(piece)) for piece in pieces]
        made = named(one_chunk(joined(same)).take(order), self._names(picks))
        lineage = Lineage(
            "mix", Role.MADE, seed, parents=made.lineage.parents, trace=made.lineage.trace
        )
        return replace(made, lineage=lineage)

    def dump(self) -> Saved:
        saved = {name: _dumped(name, part) for name, (part, _) in self.parts.items()}
        meta = [
            {"name": name, "share": self.parts[name][1], "kind": part.kind, "meta": part.meta}
            for name, part in saved.items()
        ]
        return Saved(
            "mix",
            {"parts": meta},
            {
                f"{at}/{k}": v
                for at, part in enumerate(saved.values())
                for k, v in part.arrays.items()
            },
            {
                f"{at}/{k}": v
                for at, part in enumerate(saved.values())
                for k, v in part.tables.items()
            },
        )

    def explain(self) -> Mapping[str, Any]:
        return {
            name: {"share": share, **(part.explain() if isinstance(part, Explained) else {})}
            for name, (part, share) in self.parts.items()
        }

    @property
    def _generators(self) -> list[Generator]:
        return [part for part, _ in self.parts.values()]

    def _names(self, picks: np.ndarray) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.array(picks), list(self.parts)).cast(pa.string())

    def _as_ours(self, piece: Dataset) -> dict[str, pa.Table]:
        return {self.schema.main_name: piece.table}

    def _share_faults(self) -> list[Fault]:
        if not self.parts:
            return [Fault("a mix of nothing", "mix({})", "name at least one part")]
        odd = [
            name
            for name, (_, share) in self.parts.items()
            if not (math.isfinite(share) and 0 < share <= 1)
        ]
        mend = "a share is a number above 0 and at most 1: 20 % is 0.2"
        faults = [
            Fault(f"the share of {name!r} is {self.parts[name][1]}", "mix", mend) for name in odd
        ]
        total = sum(share for _, share in self.parts.values())
        if not faults and abs(total - 1) > 1e-9:
            mend = "make them sum to 1"
            faults.append(Fault(f"the shares of the parts sum to {total:g}", "mix", mend))
        return faults

    def _column_faults(self) -> list[Fault]:
        faults, names = [], list(self.parts)
        for name, other in zip(names[1:], self._generators[1:], strict=True):
            ours = {column.name: column.kind for column in self.schema.main.columns}
            theirs = {column.name: column.kind for column in other.schema.main.columns}
            if list(ours.items()) != list(theirs.items()):
                odd = [c for c in {**ours, **theirs} if ours.get(c) != theirs.get(c)]
                which = f"they differ in {', '.join(odd)}" if odd else "their order differs"
                mend = "select the same columns, of the same kinds and in the same order"
                what = f"{names[0]!r} and {name!r} have different columns: {which}"
                faults.append(Fault(what, "mix", mend))
        return faults


@plugins.part_kinds("mix")
def load(saved: Saved) -> Generator:
    """Bring a saved Mix back."""
    return mix(
        {
            part["name"]: (_loaded(saved, at, part), part["share"])
            for at, part in enumerate(saved.meta["parts"])
        }
    )


def _loaded(saved: Saved, at: int, part: Mapping[str, Any]) -> Generator:
    prefix = f"{at}/"
    own = Saved(
        part["kind"],
        part["meta"],
        {k.removeprefix(prefix): v for k, v in saved.arrays.items() if k.startswith(prefix)},
        {k.removeprefix(prefix): v for k, v in saved.tables.items() if k.startswith(prefix)},
    )
    generator: Generator = plugins.part_kinds.get(own.kind)(own)
    return generator


def _dumped(name: str, part: Generator) -> Saved:
    if not isinstance(part, Savable):
        raise StoreError(
            f"the part {name!r} cannot be saved: it is a {type(part).__name__}",
            where="mix",
            mend="mix worlds that were learned or declared; a dataset is saved by its own save()",
        )
    return part.dump()


def _drawn(part: Generator, rows: int, seed: int) -> Dataset:
    if rows:
        return part.sample(rows, seed=seed)
    # A World refuses to make no rows; its columns are needed all the same.
    return part.sample(1, seed=seed).take(np.arange(0))
