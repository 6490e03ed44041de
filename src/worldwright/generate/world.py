"""World: a frozen Generator with what is known about it: target, constraints, assumptions, lineage.

Its constraints hold in every row that it makes, whatever is wished. It keeps a handle to the rows
that taught it in memory, for wishes that need real rows; `save` never writes them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import seeds
from ..data.dataset import Dataset
from ..data.expression import Expression, conjunction, parse
from ..data.fingerprint import content_hash, keyed
from ..data.lineage import Lineage, Role
from ..data.progress import Progress, silent
from ..data.schema import Schema
from ..errors import WishError
from ..spec.wish import Wish
from .asked import asked_by, asked_of, together
from .compile import compiled
from .conditioned import Given, given
from .generator import Assuming, Explained, Generator, Savable, Saved
from .grid import share_texts
from .mixture import Mix
from .plan import Plan

if TYPE_CHECKING:
    from ..spec.assumption import Assumption

_PROBE_ROWS = 256


@dataclass(frozen=True, eq=False)
class World:
    """A generative model of some reality.

    Attributes:
        part: What draws the rows.
        schema: The columns of the rows.
        target: The column that a task asks for, if there is one.
        constraints: What holds in every row.
        lineage: Who made the World, and the keyed fingerprints of what taught it.
        evidence: The rows that taught it; only in memory, None after `load`.
        stated: What a person assumes besides; `assumptions` has all that the World rests on.
    """

    part: Generator = field(repr=False)
    schema: Schema
    target: str | None = None
    constraints: tuple[Expression, ...] = ()
    lineage: Lineage = field(default_factory=lambda: Lineage("world"))
    evidence: Dataset | None = field(default=None, repr=False)
    stated: tuple[Assumption, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return self.schema.main.names

    @property
    def asked(self) -> Expression | None:
        """What every row was asked to meet; None for a World of all that taught it."""
        return together(self.schema.main, self.lineage.where, asked_of(self.part))

    def sample(
        self,
        rows: int | Wish,
        *,
        seed: int,
        evidence: Dataset | None = None,
        improbable: float | None = None,
        progress: Progress = silent,
    ) -> Dataset:
        """Make rows, or what a Wish asks for, in memory.

        `improbable=0.01` makes rows from the least probable hundredth of the World's own law.

        `evidence` stands in for the rows that taught a World which was loaded, where a wish needs
        them. Raises WishError for what cannot be met, and where the rows do not fit in memory.
        """
        from .space import check_memory

        wish = _wish(rows)
        if improbable is not None:
            wish = replace(wish, improbable=improbable)
        if wish.amplify is not None:
            return self._amplified(wish, seed=seed, evidence=evidence, progress=progress)
        traced = bool(wish.share or wish.cover)
        if wish.rows is not None:
            check_memory(wish.rows, self.schema.main, traced=traced)
        return self.plan(wish, seed=seed).all(progress)

    def _amplified(
        self, wish: Wish, *, seed: int, evidence: Dataset | None, progress: Progress
    ) -> Dataset:
        from .. import plugins

        real = self.evidence if evidence is None else evidence
        if real is None:
            raise WishError(
                "what is rare is learned from real rows, and a loaded World has none",
                where="Wish(amplify=...)",
                mend="hand them over: world.sample(wish, seed=..., evidence=real)",
            )
        made: Dataset = plugins.amplifiers.get("rare")(
            self, wish.amplify, real, seed=seed, spec=self._spec(wish), progress=progress
        )
        return made

    def plan(self, rows: int | Wish, *, seed: int) -> Plan:
        """Return the Plan that `sample` and `write` follow.

        Its `cells` say how many rows are made under which condition, and its `infeasible` names the
        combinations of a covering that this World cannot make.
        """
        wish = _wish(rows)
        if wish.amplify is not None:
            raise WishError(
                "rows that amplify are chosen on real rows, so no plan says how many there will be",
                where="Wish(amplify=...)",
                mend="make them with world.sample(wish, seed=...), and save what comes back",
            )
        asked = together(self.schema.main, self.asked, *asked_by(wish))
        lineage = Lineage(
            "world",
            Role.MADE,
            seed,
            self.lineage.parents,
            self._spec(wish),
            self.lineage.spent,
            where=None if asked is None else str(asked),
        )
        return compiled(self.part, wish, constraints=self.constraints, lineage=lineage, seed=seed)

    def write(
        self,
        rows: int | Wish,
        directory: str | Path,
        *,
        seed: int,
        workers: int = 1,
        resume: bool = False,
        progress: Progress = silent,
    ) -> Path:
        """Stream the rows that `sample` would make to Parquet files in a new folder.

        Memory is bounded by a block of 65,536 rows for each worker. `resume` goes on with a folder
        whose making was broken off; the bytes are those of an unbroken run. Raises StoreError if
        the folder exists, is of another world, wish or seed, or if the disk fails.
        """
        from .blocks import Order, write

        order = Order(self, _wish(rows), seed, Path(directory))
        return write(order, workers=workers, resume=resume, progress=progress)

    def given(self, where: str | Expression) -> World:
        """Return the World of the rows for which `where` holds. It needs no evidence."""
        return replace(self, part=given(self.part, where))

    def complete(self, rows: Dataset, *, seed: int) -> Dataset:
        """Return `rows` with every null and absent cell drawn given the others; the rest stays.

        The same as a sample of `Wish(keep=rows)`: draws, not means, so two seeds differ. How a
        forest approximates says `world.explain()`. Raises WishError for a column that the World
        does not have, or rows that contradict its constraints.
        """
        from ..spec.wish import Wish

        return self.sample(Wish(keep=rows), seed=seed)

    def log_prob(self, rows: Dataset) -> np.ndarray:
        """Return the natural logarithm of the exact probability of each row in this World.

        What counts as a probability and what as a density says `Dense`; -inf is impossible. Columns
        that the World does not have are left out. Raises DensityError where its part gives none, or
        where the chance of a constraint or condition is not known exactly.
        """
        from .density import conformed, log_prob

        return log_prob(self._bounded, conformed(rows, self.schema))

    def outlierness(self, rows: Dataset) -> np.ndarray:
        """Return how improbable each row is: the share of own draws that are more probable.

        0: typical; 1: nothing that was made is as improbable. Of rows of the World's own law about
        a share q, or fewer, have 1 - q or more. It is counted among 10,000 draws of a fixed seed,
        so its standard error is 0.005 at most. Raises DensityError if its part gives no density.
        """
        from .density import conformed, outlierness, unscaled

        return outlierness(self._own, unscaled(self._bounded, conformed(rows, self.schema)))

    @property
    def _bounded(self) -> Generator:
        """What draws, under the constraints."""
        return given(self.part, conjunction(*self.constraints)) if self.constraints else self.part

    @cached_property
    def _own(self) -> np.ndarray:
        """Log-probabilities of the World's own draws, in rising order, up to a constant."""
        from .density import OWN_DRAWS, OWN_SEED, unscaled

        seed = seeds.child(OWN_SEED, "outlierness")
        unscaled(self._bounded, self._bounded.sample(1, seed=seed))  # fails before the long draw
        return np.sort(unscaled(self._bounded, self._bounded.sample(OWN_DRAWS, seed=seed)))

    def constrain(self, *constraints: str | Expression) -> World:
        """Return the World in which these hold as well, in every row."""
        own = [parse(c) if isinstance(c, str) else c for c in constraints]
        checked = tuple(constraint.check(self.schema.main) for constraint in own)
        every = tuple(dict.fromkeys((*self.constraints, *checked)))
        if every:
            conjunction(*every).check(self.schema.main)
        return replace(self, constraints=every)

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """What the World takes for true: what people said and declared, then what was learned."""
        from ..spec.assumption import Assumption, as_assumptions, as_trained, of_schema

        constraints = [Assumption(str(c), "a constraint of the World") for c in self.constraints]
        learned = [as_trained()] if self.lineage.parents else []
        declared = of_schema(self.schema.main)
        return as_assumptions(
            [*self.stated, *constraints, *declared, *_assumed(self.part), *learned]
        )

    def believe(
        self,
        says: str,
        *,
        because: str = "",
        by: str = "",
        source: str = "",
        strength: str | float = "normal",
    ) -> World:
        """Return the World with a belief: an assumption that also steers what is made of the rare.

        `strength` is "weak", "normal" or "strong", or the number of rows that it is worth. Raises
        SpecError as `assume` does, and for another strength.
        """
        return self._with(says, because, by, source, str(strength) or "?")

    def assume(self, says: str, *, because: str = "", by: str = "", source: str = "") -> World:
        """Return the World with one more assumption, as in "late = yes is 3 times likelier when …".

        It changes no row; the judge holds it against real rows (`assumptions=world.assumptions`).
        Raises SpecError for words that say nothing testable, or that do not fit the columns.
        """
        return self._with(says, because, by, source, "")

    def _with(self, says: str, because: str, by: str, source: str, strength: str) -> World:
        from ..spec.assumption import Assumption, as_assumptions, check_together

        said = Assumption(says, because, by, source, strength=strength).check(self.schema.main)
        if strength:
            check_together([*self.stated, said])
        return replace(self, stated=as_assumptions([*self.stated, said]))

    def dump(self) -> Saved:
        """Return the World as a part of another Generator."""
        from .saved import dumped

        return dumped(self)

    def save(self, directory: str | Path) -> Path:
        """Write the World to a new folder, without its evidence."""
        from .saved import save

        return save(self, Path(directory))

    def explain(self) -> Mapping[str, Any]:
        """Return what the World is and what its part learned and assumed, as plain data."""
        return {
            "columns": {column.name: str(column.kind) for column in self.schema.main.columns},
            "target": self.target,
            "constraints": [str(constraint) for constraint in self.constraints],
            "assumptions": {one.says: _whence(one) for one in self.assumptions},
            "learned from": list(self.lineage.parents),
            "maker": self.lineage.maker,
            "part": dict(self.part.explain()) if isinstance(self.part, Explained) else {},
        }

    @cached_property
    def fingerprint(self) -> str:
        """A hash of everything that its rows follow from."""
        said = repr((self.schema, [str(c) for c in self.constraints], _identity(self.part)))
        return hashlib.sha256(said.encode()).hexdigest()

    def _spec(self, wish: Wish) -> str:
        return hashlib.sha256(f"{self.fingerprint}\n{described(wish)}".encode()).hexdigest()


def described(wish: Wish) -> str:
    """Return a Wish as one line of text: equal wishes, equal lines."""
    share = share_texts(wish.share or {})
    keep = None if wish.keep is None else content_hash(wish.keep)
    said = (wish.rows, share, wish.where, wish.cover, keep)
    if wish.amplify is not None:
        return repr((*said, wish.amplify))
    return repr(said if wish.improbable is None else (*said, wish.improbable))


def _whence(one: Assumption) -> str:
    return " · ".join(part for part in (str(one.declared), one.because, one.by, one.source) if part)


def _assumed(part: Generator) -> tuple[Assumption, ...]:
    """Return what a part assumed as it learned; under a condition it still does."""
    if isinstance(part, Given):
        return _assumed(part.base)
    if isinstance(part, World):
        return part.assumptions
    return part.assumes() if isinstance(part, Assuming) else ()


def _wish(rows: int | Wish) -> Wish:
    return rows if isinstance(rows, Wish) else Wish(rows=rows)


def _identity(part: Generator) -> str:
    if isinstance(part, World):
        return part.fingerprint
    if isinstance(part, Dataset):
        return keyed(part)
    if isinstance(part, Given):
        return f"given({part.where}) {_identity(part.base)}"
    if isinstance(part, Mix):
        return repr([(name, s, _identity(one)) for name, (one, s) in part.parts.items()])
    if isinstance(part, Savable):
        from .saved import digest

        return digest(part.dump())
    # A part that cannot be saved is known by what it makes.
    return content_hash(part.sample(_PROBE_ROWS, seed=0))
