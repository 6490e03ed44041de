"""Attempts: other ways to bring all tests together, on the same planted faults, and what they find.

    python -m bench.judge.attempts --workers 2

The seen kinds alone, at their middle strength, the first plant of each in each set. An attempt
changes the judge for a while, in this process:

    as it is      nothing is changed
    own spreads   largest cells and counts of rare rows in units of their own spread under the null,
                  rows new against the reference alone; no kinds of rows, no second spellings
    ten loudest   the mean of the ten loudest places of each question stands beside the loudest
                  one, and lets it speak: what is spread over many places adds up
    fitted        the loudest place of a question by Sidak's formula, with a number of tests fitted
                  to the median of the loudest under the null, a spread to its upper half
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from scipy.special import log_ndtr, ndtri_exp

from worldwright.judge import family, null

from ..results import Key, Results
from .__main__ import DEFAULT, Job, planted, run_all

_TEN, _SD = 10, 0.35
JUDGE = "worldwright.judge"
Balanced = Callable[[np.ndarray], np.ndarray]
AS_IT_IS = family.balanced  # before an attempt stands in its place


def own_largest(roots: np.ndarray) -> np.ndarray:
    """Return the largest |z| in units of its own spread."""
    top = roots.max(axis=0, initial=0.0)[None]
    return np.asarray(null.studentised(top, least_mean=0.0, least_sd=_SD)[0])


def own_novel(left: np.ndarray, right: np.ndarray, *_: object) -> tuple[np.ndarray, np.ndarray]:
    """Return rows in cells that the other side leaves empty, and their root in its own spread."""
    rows = np.where(right == 0, left, 0).sum(axis=0, dtype=np.int64).astype(np.float64)
    seen = null.studentised(np.sqrt(rows)[None], least_mean=0.0, least_sd=_SD)[0]
    return rows, np.asarray(seen)


class OwnLaw:
    """Tells rows that are alone by their root, in units of its own spread."""

    def deviates(self, alone: np.ndarray) -> np.ndarray:
        root = np.sqrt(alone[0])[None]
        return np.asarray(null.studentised(root, least_mean=0.0, least_sd=_SD)[0])


def ten_loudest(statistics: np.ndarray) -> np.ndarray:
    """Return balanced tests, the loudest in each split raised to what the ten loudest say."""
    single = AS_IT_IS(statistics)
    if len(single) < 4 * _TEN:
        return single
    ten = np.sort(statistics, axis=0)[-_TEN:].mean(axis=0)[None]
    places, splits = single.argmax(axis=0), np.arange(single.shape[1])
    raised = single.copy()
    raised[places, splits] = np.maximum(single[places, splits], AS_IT_IS(ten)[0])
    return raised


def fitted(statistics: np.ndarray) -> np.ndarray:
    """Return tests as deviates of the largest of so many, the number fitted to the median."""
    if not len(statistics):
        return statistics
    largest = statistics.max(axis=0)
    many = max(np.log(0.5) / log_ndtr(np.median(largest)), 1.0)
    deviates = -ndtri_exp(np.log(np.maximum(-np.expm1(many * log_ndtr(statistics)), 1e-300)))
    most = deviates.max(axis=0)
    upper = np.sqrt(2 * (np.maximum(most - np.median(most), 0) ** 2).mean())
    return np.asarray((deviates - np.median(most)) / max(float(upper), 1.0))


def _none(*_: object) -> None:
    return None


def _settled(balance: Balanced) -> Callable[..., Any]:
    def settle(asked: Sequence[Any], level: float) -> Any:
        with patch.object(family, "balanced", balance):
            return family.settle(asked, level)

    return settle


def _own_spreads() -> list[tuple[str, str, object]]:
    of_size = ("of_size", lambda seen: seen)
    largest, novel = ("of_largest", own_largest), ("novel", own_novel)
    where: dict[str, list[tuple[str, object]]] = {
        "metrics.columns": [of_size, largest, novel, ("respelt", _none)],
        "metrics.pairs": [of_size, largest, novel],
        "metrics.tails": [("of_size", lambda seen: own_largest(seen[None]))],
        "tallies": [largest],
        "values": [novel, ("foreseen", lambda *_, **__: OwnLaw())],
        "metrics.modes": [("KINDS", ())],
    }
    return [(f"{JUDGE}.{m}", name, new) for m, news in where.items() for name, new in news]


ATTEMPTS: Mapping[str, Callable[[], list[tuple[str, str, object]]]] = {
    "as it is": list,
    "own spreads": _own_spreads,
    "ten loudest": lambda: [(f"{JUDGE}.run", "settle", _settled(ten_loudest))],
    "fitted": lambda: [(f"{JUDGE}.run", "settle", _settled(fitted))],
}


@contextmanager
def changed(name: str) -> Iterator[None]:
    """Change the judge as the attempt of that name does."""
    patches = [
        patch.object(import_module(module), attribute, new)
        for module, attribute, new in ATTEMPTS[name]()
    ]
    for one in patches:
        one.start()
    try:
        yield
    finally:
        for one in patches:
            one.stop()


@dataclass(frozen=True, slots=True)
class Attempt:
    """A planted fault, judged as the attempt of that name would."""

    name: str
    job: Job

    @property
    def key(self) -> Key:
        return ("attempt", self.name, *self.job.key[1:])

    def run(self) -> dict[str, Any]:
        """Return what that judge says."""
        with changed(self.name):
            return self.job.run()


def main() -> None:
    """Run each attempt on each plant that is not there yet."""
    parser = argparse.ArgumentParser(prog="python -m bench.judge.attempts", description=__doc__)
    parser.add_argument("--sets", default=",".join(DEFAULT))
    parser.add_argument("--attempts", default=",".join(ATTEMPTS))
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    results = Results.of("judge_attempts", again=asked.again, folder=asked.out)
    jobs = list(planted(asked.sets.split(","), 1, half="seen"))
    for name in asked.attempts.split(","):
        run_all([Attempt(name, job) for job in jobs], results, asked.workers)


if __name__ == "__main__":
    main()
