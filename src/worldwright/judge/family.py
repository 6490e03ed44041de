"""The family: every test that has a null is judged at once, so one error probability holds for all.

A metric brings Tests: a statistic for each place, observed and in each real-against-real split. A
question with ten thousand places would drown one with ten, so each question is balanced first: its
statistics are moved and scaled by the tail of its own largest one under the null. All of
them together are one family for step-down max-T (Westfall & Young 1993, algorithm 2.8; the same
splits for every test, so dependence between them is respected).

Metrics that bring an exact p of their own stand outside the family and spend a level of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..data.report import Answer
from .null import step_down

_EDGE, _LEAST_EXCESS = 0.8, 0.1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the family said of one metric's tests, in their order.

    Attributes:
        p: Family-wise p of each test.
        strength: How far each lies above the most that chance shows anywhere in its question, in
            spreads of its own null.
        level: *differs* needs p at most this.
    """

    p: np.ndarray
    strength: np.ndarray
    level: float


@dataclass(frozen=True, slots=True)
class Tests:
    """What one metric asks: statistics, and how their outcome becomes an Answer.

    Attributes:
        statistics: (tests, 1 + splits), observed first, larger is more unlike; each row
            studentised by its own null (see `null.studentised`).
        conclude: Turns the outcome into findings, figures, pictures and notes.
    """

    statistics: np.ndarray
    conclude: Callable[[Outcome], Answer]


def settle(asked: Sequence[Answer | Tests], level: float) -> list[Answer]:
    """Judge all Tests as one family at `level`; hand Answers through."""
    blocks = [balanced(one.statistics) for one in asked if isinstance(one, Tests)]
    p = _family_wise(blocks)
    answers: list[Answer] = []
    place = 0
    for one in asked:
        if isinstance(one, Answer):
            answers.append(one)
            continue
        answers.append(one.conclude(Outcome(p[place], _strength(one.statistics), level)))
        place += 1
    return answers


def strength_of(p: float, tests: int) -> float:
    """Return the strength of an exact p that is the least of `tests`, on the family's scale.

    The largest of k normal statistics lies near the quantile z(1 - 1/(k+1)).
    """
    from scipy.stats import norm

    return float(norm.isf(min(max(p, 1e-300), 1 - 1e-12)) - norm.isf(1 / (tests + 1)))


def _strength(statistics: np.ndarray) -> np.ndarray:
    if not len(statistics):
        return np.empty(0)
    return np.asarray(statistics[:, 0] - statistics[:, 1:].max(axis=0).mean())


def balanced(statistics: np.ndarray) -> np.ndarray:
    """Return tests above the 80 % quantile of their largest, in units of its mean excess.

    So blocks weigh alike out in the tail, where it is decided: the excess of a largest value over a
    high quantile is nearly exponential (Gumbel's domain; Pickands 1975). The observed entry has its
    part in both, like every split.
    """
    if not len(statistics):
        return statistics
    largest = statistics.max(axis=0)
    edge = float(np.quantile(largest, _EDGE))
    excess = float(np.maximum(largest - edge, 0).mean()) / (1 - _EDGE)
    return np.asarray((statistics - edge) / max(excess, _LEAST_EXCESS))


def _family_wise(balanced: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return the p values of each block's tests, all blocks being one family."""
    filled = [block for block in balanced if len(block)]
    if not filled:
        return [np.empty(0) for _ in balanced]
    whole = np.concatenate(filled)
    p = step_down(whole[:, 0], whole[:, 1:])
    ends = np.cumsum([len(block) for block in balanced])
    return np.split(p, ends[:-1])
