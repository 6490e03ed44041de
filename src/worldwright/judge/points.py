"""Points: a row as a point in space (how near?) and as a key (the same?), for all rows at once.

The squared distance of two rows adds up over the columns. A column that holds much information
counts more, with h = its entropy in nats and weight h / (1 + h): that two rows agree in a flag
which is nearly always off says little.

    number, moment, length   u = level among all real rows (the share below); the mean over
                             octaves j = 0 .. 4 of 1 - cos(2^j pi |u - v|), halved: grows like the
                             logarithm of |u - v|
    word                     1 where two words differ, 0 where they agree
    missing                  a word of its own; for numbers beside the middle level

The logarithm is what makes copies stand out whose numbers were moved a little: near agreement in
many columns is worth more than rough agreement in all. It is built from waves (as random Fourier
features are, Rahimi & Recht 2007, here with set frequencies), so that a distance is a product of
matrices. Words that are not among the most frequent share axes by their place. Columns beyond the
first `MOST_COLUMNS` have no part in the distance; a key holds them all.
"""

from __future__ import annotations

import numpy as np

from .stack import Stack, Values

MOST_COLUMNS = 200
_AXES, _LEAST_WORDS, _MOST_WORDS, _SHARED_AXES = 400, 3, 40, 6
_OCTAVES, _KNOTS, _LEAST_KNOTS, _ROWS_A_KNOT = 5, 128, 8, 50
_MIX = np.uint64(0x9E3779B97F4A7C15)


def points_of(stack: Stack, at: np.ndarray) -> np.ndarray:
    """Return a float32 matrix: a point for each of the rows `at`. Real rows set the scale."""
    columns = stack.values[:MOST_COLUMNS]
    wordy = sum(column.words is not None for column in columns)
    words = min(max(_AXES // max(wordy, 1), _LEAST_WORDS), _MOST_WORDS)
    axes = [axis for column in columns for axis in _axes(column, stack, at, words)]
    return np.stack(axes, axis=1) if axes else np.zeros((len(at), 1), np.float32)


def keys_of(stack: Stack) -> tuple[np.ndarray, np.ndarray]:
    """Return a key for each row of the Stack, and the part that each column adds to it.

    Rows have the same key if all their values are equal (and else with a chance of 2^-64). The key
    is a sum, so the key without one column is the difference. Parts: (columns, rows).
    """
    rows = stack.sizes.pool.stop
    parts = np.zeros((len(stack.values), rows), np.uint64)
    for place, column in enumerate(stack.values):
        codes = np.unique(column.values, return_inverse=True)[1].astype(np.uint64)
        parts[place] = _mixed(codes + (np.uint64(place + 1) << np.uint64(32)))
    return parts.sum(axis=0, dtype=np.uint64), parts


def _axes(column: Values, stack: Stack, at: np.ndarray, words: int) -> list[np.ndarray]:
    values, real = column.values[at], column.values[stack.sizes.pool]
    if column.words is None:
        return _of_numbers(values, real)
    return _of_words(values, real, words)


def _of_numbers(values: np.ndarray, real: np.ndarray) -> list[np.ndarray]:
    known = real[~np.isnan(real)]
    levels = _levels(values, known)
    coarse = (_levels(real, known) * _KNOTS).astype(np.int64) + 2 * _KNOTS * np.isnan(real)
    weight = _weight(coarse)
    size = np.sqrt(weight / (2 * _OCTAVES))
    turns = [np.pi * 2.0**octave * levels for octave in range(_OCTAVES)]
    axes = [size * wave(turn) for turn in turns for wave in (np.cos, np.sin)]
    if (missing := np.isnan(values)).any():
        axes.append(np.where(missing, np.sqrt(weight / 2), 0.0))
    return [axis.astype(np.float32) for axis in axes]


def _levels(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return levels in [0, 1] among the `known` values; 0.5 for what is missing.

    Straight lines join up to 129 quantiles, one for every 50 known values at most. Ranks among the
    known rows themselves would put all made values between two of them on one spot; and a line for
    every few of them would space the known rows more evenly than fresh ones, which then seem to
    crowd.
    """
    if not len(known):
        return np.full(len(values), 0.5)
    knots = int(np.clip(len(known) // _ROWS_A_KNOT, _LEAST_KNOTS, _KNOTS))
    shares = np.linspace(0, 1, knots + 1)
    edges, place = np.unique(np.quantile(known, shares), return_inverse=True)
    level = np.bincount(place, shares) / np.bincount(place)
    return np.where(np.isnan(values), 0.5, np.interp(values, edges, level))


def _of_words(values: np.ndarray, real: np.ndarray, words: int) -> list[np.ndarray]:
    """Return an axis for each frequent word, and shared ones for the rest; missing is a word."""
    held, seen = (
        np.where(np.isnan(part), -1, part).astype(np.int64) + 1 for part in (values, real)
    )
    size = np.float32(np.sqrt(_weight(seen) / 2))
    most = int(max(seen.max(initial=0), held.max(initial=0))) + 1
    order = np.argsort(-np.bincount(seen, minlength=most), kind="stable")
    axis_of = words + np.arange(most) % _SHARED_AXES
    axis_of[order[:words]] = np.arange(min(words, most))
    taken = axis_of[held]
    return [np.where(taken == axis, size, np.float32(0)) for axis in np.unique(taken)]


def _weight(codes: np.ndarray) -> float:
    """Return h / (1 + h) for the entropy h of the codes."""
    shares = np.bincount(codes)[np.unique(codes)] / max(len(codes), 1)
    entropy = float(-(shares * np.log(shares)).sum())
    return entropy / (1 + entropy)


def _mixed(keys: np.ndarray) -> np.ndarray:
    """Scatter 64 bits (the finaliser of splitmix64; Steele, Lea & Flood, OOPSLA 2014)."""
    keys = keys + _MIX
    keys = (keys ^ (keys >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    keys = (keys ^ (keys >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(keys ^ (keys >> np.uint64(31)))
