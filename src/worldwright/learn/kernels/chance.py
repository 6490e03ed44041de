"""Counter-based random numbers for kernels: a pure function of (key, counter), so order is free.

SplitMix64 (Steele, Lea & Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014): its
finaliser turns a counter into 64 well-mixed bits. `begin` gives the stream of one row under a key;
`step` moves it on; `uniform` reads it as a number in [0, 1).
"""

from __future__ import annotations

import numpy as np

from .compiled import kernel

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)


@kernel
def mix(x: np.uint64) -> np.uint64:
    """Return 64 mixed bits of a 64-bit counter."""
    x = (x ^ (x >> _S30)) * _FIRST
    x = (x ^ (x >> _S27)) * _SECOND
    return x ^ (x >> _S31)


@kernel
def begin(key: np.uint64, row: int) -> np.uint64:
    """Return the state of the stream that belongs to `row` under `key`."""
    return mix(np.uint64(key) ^ mix(np.uint64(row) * _GOLDEN + _FIRST))


@kernel
def step(state: np.uint64) -> np.uint64:
    """Return the next state of a stream."""
    return state + _GOLDEN


@kernel
def uniform(state: np.uint64) -> float:
    """Return the number in [0, 1) that a state stands for."""
    return np.float64(mix(state) >> _S11) * (1.0 / 9007199254740992.0)
