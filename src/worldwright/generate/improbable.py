"""Improbable: rows from the lower tail of a Generator's own density.

`share` says how much of its law the tail holds. Where it ends is seen among draws of a fixed seed:
of OWN_DRAWS of them, so the true share is `share` give or take sqrt(share (1 - share) / OWN_DRAWS).
Rows are drawn and kept where they lie in it: so each comes as often, against others of the tail, as
the Generator itself makes it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from .. import seeds
from ..data.dataset import Dataset
from ..data.expression import Expression
from ..data.schema import Schema
from ..errors import DensityError, WishError
from .asked import asked_of
from .density import OWN_DRAWS, OWN_SEED, unscaled
from .generator import Generator
from .trace import joined

BATCH = 4_096
MOST_BATCHES_OF = 20  # times as many batches as the share lets expect


@dataclass(frozen=True)
class Improbable:
    """A Generator of the rows that `base` makes least probable: `share` of all that it makes."""

    base: Generator
    share: float

    @property
    def schema(self) -> Schema:
        return self.base.schema

    @property
    def columns(self) -> tuple[str, ...]:
        return self.base.columns

    @property
    def asked(self) -> Expression | None:
        """What every row was asked to meet; to be improbable is no condition on a row."""
        return asked_of(self.base)

    @cached_property
    def limit(self) -> float:
        """The greatest log-probability of the tail, up to the constant of `unscaled`."""
        own = self.base.sample(OWN_DRAWS, seed=seeds.child(OWN_SEED, "improbable"))
        return float(np.quantile(unscaled(self.base, own), self.share, method="lower"))

    def sample(self, rows: int, *, seed: int) -> Dataset:
        """Draw rows of the tail; row i is the same however many are drawn with it."""
        pieces, found, batch = [self.base.sample(1, seed=seed).take(np.arange(0))], 0, 0
        while found < rows:
            if batch > MOST_BATCHES_OF * (1 + rows / (self.share * BATCH)):
                raise WishError(
                    f"{found} of {batch * BATCH:,} rows lie in the least probable {self.share:g}",
                    where=f"Wish(improbable={self.share!r})",
                    mend="wish for a larger share",
                )
            drawn = self.base.sample(BATCH, seed=seeds.child(seed, "improbable", batch))
            kept = np.flatnonzero(unscaled(self.base, drawn) <= self.limit)
            pieces.append(drawn.take(kept))
            found, batch = found + len(kept), batch + 1
        made = joined([piece for piece in pieces if piece.rows] or pieces)
        return replace(made.take(np.arange(rows)), lineage=replace(made.lineage, seed=seed))


def improbable(base: Generator, share: float) -> Improbable:
    """Return the tail of a Generator; raises WishError where it knows no density."""
    tail = Improbable(base, share)
    try:
        unscaled(base, base.sample(1, seed=0))
    except DensityError as fault:
        raise WishError(
            f"improbable rows need a density: {fault.faults[0].what}",
            where=f"Wish(improbable={share!r})",
            mend=fault.faults[0].mend,
        ) from fault
    return tail
