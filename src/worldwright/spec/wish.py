"""Wish: what data is wanted, said in the user's terms and checked before anything is made."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral

from ..data.dataset import Dataset
from ..errors import Fault, WishError
from .amplify import Amplify, Classes, amplify_of

MAX_STRENGTH = 3


@dataclass(frozen=True, slots=True)
class Cover:
    """Every feasible combination of `strength` of these columns' values appears `each` times.

    Kuhn, Kacker & Lei, "Practical Combinatorial Testing", NIST SP 800-142 (t-way coverage).
    """

    columns: tuple[str, ...]
    strength: int = 2
    each: int = 1

    def __init__(self, columns: Sequence[str], strength: int = 2, each: int = 1) -> None:
        object.__setattr__(self, "columns", tuple(columns))
        object.__setattr__(self, "strength", strength)
        object.__setattr__(self, "each", each)
        if not _is_count(each):
            raise WishError(
                f"a covering in which each combination appears {each!r} times",
                where=f"Cover({list(self.columns)}, each={each!r})",
                mend="ask for a whole number, at least 1",
            )
        if not 1 <= strength <= min(MAX_STRENGTH, max(len(self.columns), 1)):
            raise WishError(
                f"a covering of strength {strength} over {len(self.columns)} column(s)",
                where=f"Cover({list(self.columns)}, strength={strength})",
                mend=f"name at least as many columns as the strength, which is 1 to {MAX_STRENGTH}",
            )


@dataclass(frozen=True, slots=True)
class Wish:
    """What data is wanted.

    Attributes:
        rows: How many rows; None where `cover` or `keep` decides.
        share: Target shares of values, by column; what is not named keeps its own proportions.
        where: A condition that every row meets.
        cover: A t-way covering; where `rows` is given, the rows that it needs count in it.
        keep: Rows to complete, one made row for each.
        amplify: Rare classes to have more of; `rows` is then the number of each, and None leaves
            it to the engine, which makes none where they would not help.
        improbable: Only the least probable rows, that hold this share of the World's own law (0.01:
            one in a hundred).
    """

    rows: int | None = None
    share: Mapping[str, Mapping[str, float]] | None = None
    where: str | None = None
    cover: Cover | None = None
    keep: Dataset | None = None
    improbable: float | None = None
    amplify: Amplify | Classes | None = None

    def __post_init__(self) -> None:
        faults = [*self._rows_faults(), *self._share_faults(), *self._improbable_faults()]
        if self.amplify is not None:
            faults += self._amplify_faults()
            if not faults:
                object.__setattr__(self, "amplify", amplify_of(self.amplify, self.rows))
        if faults:
            raise WishError.of(faults)

    def _rows_faults(self) -> list[Fault]:
        if self.amplify is not None:
            return []
        if self.rows is None and self.cover is None and self.keep is None:
            mend = "give rows=, cover= or keep="
            return [Fault("a wish that does not say how many rows", "Wish(rows=None)", mend)]
        if self.rows is not None and not _is_count(self.rows):
            mend = "wish for a whole number of rows, at least one"
            return [Fault(f"a wish for {self.rows!r} rows", f"Wish(rows={self.rows!r})", mend)]
        if self.keep is not None and (self.share or self.cover or self.where or self.rows):
            mend = "wish for keep= alone; the kept rows decide everything else"
            return [Fault("rows to complete cannot be shaped as well", "Wish(keep=...)", mend)]
        return []

    def _amplify_faults(self) -> list[Fault]:
        if self.share or self.where or self.cover or self.keep is not None or self.improbable:
            mend = "wish for amplify= alone, or with rows="
            return [Fault("amplified rows cannot be shaped as well", "Wish(amplify=...)", mend)]
        return []

    def _improbable_faults(self) -> list[Fault]:
        share = self.improbable
        if share is None:
            return []
        where = f"Wish(improbable={share!r})"
        is_number = isinstance(share, int | float) and not isinstance(share, bool)
        if not is_number or not 0 < share < 1:
            mend = "give a share between 0 and 1: 0.01 for the least probable hundredth"
            return [Fault(f"the improbable share is {share!r}", where, mend)]
        if self.keep is not None or self.share or self.cover:
            mend = "wish for improbable= with rows= and where= alone"
            return [Fault("improbable rows cannot be shaped as well", where, mend)]
        return []

    def _share_faults(self) -> list[Fault]:
        faults = []
        for column, shares in (self.share or {}).items():
            where = f"Wish(share={{{column!r}: ...}})"
            for value, share in shares.items():
                if not (math.isfinite(share) and 0 <= share <= 1):
                    mend = "a share is a number from 0 to 1: 20 % is 0.2"
                    faults.append(Fault(f"the share of {value!r} is {share}", where, mend))
            total = sum(shares.values())
            if not faults and total > 1 + 1e-9:
                mend = "lower them until their sum is at most 1; the rest keeps its proportions"
                faults.append(Fault(f"the shares of {column!r} sum to {total:g}", where, mend))
        return faults


def _is_count(value: object) -> bool:
    """True for a whole number of 1 or more; numpy's whole numbers are whole numbers too."""
    return isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= 1
