"""One seed, many independent streams.

A stream is named by a path, so who draws first does not matter: the same seed and path give the
same numbers on one worker or on a hundred, and a new column disturbs no old one. The generator is
counter-based (Philox 4x64-10; Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC11).
"""

from __future__ import annotations

import hashlib

import numpy as np


def child(seed: int, *path: str | int) -> int:
    """Return the seed, in [0, 2**63), that belongs to `path` under `seed`."""
    digest = hashlib.sha256(repr((seed, *path)).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def stream(seed: int, *path: str | int) -> np.random.Generator:
    """Return the random stream that belongs to `path` under `seed`."""
    return np.random.Generator(np.random.Philox(key=child(seed, *path)))
