"""A declared network of discrete columns, whose every conditional law is known exactly.

    a,  b | a,  c | a, b,  d | c,  e | b, d

Each conditional table is drawn from a Dirichlet law, so that some values are rare. All of the joint
law is enumerated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .facts import Facts

NAMES, SIZE = ("a", "b", "c", "d", "e"), 6
GIVEN = ("b", "d", "e")
EVEN = 0.5  # the parameter of the Dirichlet laws: some values rare, none absent


@dataclass(frozen=True, slots=True)
class Network:
    """The joint law of the columns, (6, 6, 6, 6, 6), which sums to 1."""

    joint: np.ndarray

    @classmethod
    def of(cls, seed: int) -> Network:
        """Return the network of a seed."""
        rng = np.random.default_rng(seed)

        def table(parents: int) -> np.ndarray:
            return rng.dirichlet([EVEN] * SIZE, size=(SIZE,) * parents)

        first = rng.dirichlet([EVEN] * SIZE)
        return cls(
            np.einsum(
                "a,ab,abc,cd,bde->abcde", first, table(1), table(2), table(1), table(2)
            )
        )  # fmt: skip

    @property
    def facts(self) -> Facts:
        """The columns, with the first for a target."""
        return Facts(dict.fromkeys(NAMES, "cat"), NAMES[0])

    def rows(self, many: int, seed: int) -> pd.DataFrame:
        """Return so many rows of the law."""
        rng = np.random.default_rng([seed, many])
        cells = rng.choice(self.joint.size, many, p=self.joint.ravel())
        places = np.unravel_index(cells, self.joint.shape)
        return pd.DataFrame({n: named(n, at) for n, at in zip(NAMES, places, strict=True)})

    def rarest(self, chance: float, many: int) -> list[dict[str, int]]:
        """Return the values of `GIVEN` whose probability is nearest to `chance` in logarithm."""
        others = tuple(at for at, name in enumerate(NAMES) if name not in GIVEN)
        alone = self.joint.sum(axis=others)
        order = np.argsort(np.abs(np.log(np.maximum(alone, 1e-300) / chance)).ravel())[:many]
        places = np.unravel_index(order, alone.shape)
        return [dict(zip(GIVEN, map(int, at), strict=True)) for at in zip(*places, strict=True)]

    def under(self, given: dict[str, int]) -> tuple[float, np.ndarray]:
        """Return the probability of the evidence, and the law of the other columns under it."""
        left = self.joint[tuple(given.get(name, slice(None)) for name in NAMES)]
        return float(left.sum()), left / left.sum()


def named(name: str, places: np.ndarray) -> list[str]:
    """Return values as text: a0, a1, ..."""
    return [f"{name}{at}" for at in places]


def all_rows(given: dict[str, int]) -> pd.DataFrame:
    """Return a row for each value of the open columns under the evidence, the last one fastest."""
    axes = [[given[name]] if name in given else range(SIZE) for name in NAMES]
    places = np.stack([np.ravel(one) for one in np.meshgrid(*axes, indexing="ij")])
    return pd.DataFrame({n: named(n, at) for n, at in zip(NAMES, places, strict=True)})
