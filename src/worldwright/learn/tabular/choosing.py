"""Which settings a forest is grown with: what a person asked for, what `memory` and `effort` stand
for, and, under effort "thorough", what rows that did not teach find most probable.

    memory   normal    the defaults of `settings.py`
             low       fewer and larger leaves: teachers are harder to guess, made rows less alike
    effort   quick     half the trees
             normal    the settings as they are: chosen on seven real tables
             thorough  some candidates are grown on four fifths of the rows each and compared by the
                       mean log-chance of the cells of the other fifth

Likelihood says how well a law foresees, and not how alike its rows look: `shrink` and another order
of the columns raise the first and lower the second (`bench/tables/attempts.py`), so they are no
candidates. A cell's chance is that of its code times its own inside the code, so that candidates of
other bins can be compared; what columns hold together is the same under all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ... import seeds
from ...data.dataset import Dataset
from ...data.progress import silent
from ...errors import Fault, SpecError, nearest
from .settings import Settings
from .telling import ASKED, DEFAULT

if TYPE_CHECKING:
    from .forest import Forest

EFFORTS, MEMORIES = ("quick", "normal", "thorough"), ("low", "normal")
LOW: Mapping[str, float] = {"chance": 0.1, "leaf": 20, "escape": 0.5}
QUICK: Mapping[str, float] = {"trees": 4}
CANDIDATES: Mapping[str, tuple[Mapping[str, float], ...]] = {
    "normal": (
        {}, {"chance": 0.3}, {"chance": 1.0}, {"chance": 4.0}, {"escape": 0.5}, {"escape": 1.0},
        {"chance": 0.3, "leaf": 20}, {"trees": 16}, {"bins": 64}, {"bins": 256},
    ),
    "low": (
        {}, {"chance": 0.03}, {"leaf": 50}, {"escape": 1.0}, {"trees": 16}, {"bins": 64},
        {"bins": 256},
    ),
}  # fmt: skip
MEANS = {
    "normal": "made rows as alike as we can; some teachers can be guessed a little better than not",
    "low": "teachers are harder to guess, and made rows less alike; this is no guarantee",
}
FEW, FOLDS = 2_000, 4
MOST_TEACH, MOST_ASKED = 20_000, 4_000
SURELY = 0.999  # the rest of the chance lies on all codes alike: no row is impossible
FAINT = 1e-3  # of a column's least chance: what a cell counts that lies beyond what a law reaches


@dataclass(frozen=True, slots=True)
class Choice:
    """Settings, who chose those that are not the default, and what the candidates were worth."""

    settings: Settings
    chosen_by: Mapping[str, str]
    compared: Mapping[str, str]
    memory: str

    @property
    def notes(self) -> dict[str, Mapping[str, str]]:
        """Return what `explain` says of it."""
        usual = dict.fromkeys(Settings.__slots__, DEFAULT)
        return {
            "settings chosen by": usual | dict(self.chosen_by),
            "settings compared": self.compared,
            "memory": {self.memory: MEANS[self.memory]},
        }


def choose(
    real: Dataset,
    target: str | None,
    asked: Mapping[str, object],
    seed: int,
    check: Callable[[Settings], None],
) -> Choice:
    """Return the settings of a fit. Raises SpecError that lists every fault.

    `check` raises for settings under which the rows cannot be learned; it is asked before anything
    is grown.
    """
    plain = {name: value for name, value in asked.items() if name not in ("effort", "memory")}
    effort, memory = asked.get("effort", "normal"), asked.get("memory", "normal")
    faults = [*_faults("effort", effort, EFFORTS), *_faults("memory", memory, MEMORIES)]
    try:
        Settings.of(plain)
    except SpecError as refused:
        faults += refused.faults
    if faults:
        raise SpecError.of(faults)
    usual: dict[str, object] = dict(LOW) if memory == "low" else {}
    usual |= QUICK if effort == "quick" else {}
    by = dict.fromkeys(usual, f"memory {memory}, effort {effort}") | dict.fromkeys(plain, ASKED)
    base = Settings.of(usual | plain)
    check(base)
    if effort != "thorough":
        return Choice(base, by, {}, str(memory))
    tried = {
        name: replace(base, **change)  # type: ignore[arg-type]  # numbers of the fields' types
        for change in CANDIDATES[str(memory)]
        if not set(change) & set(plain)
        for name in [_named(change)]
    }
    for settings in tried.values():
        check(settings)
    worth = {name: foreseen(real, target, settings, seed) for name, settings in tried.items()}
    ranked = sorted(worth, key=lambda name: -worth[name].mean())
    best = ranked[0]
    told = {name: f"{worth[name].mean():.3f} nats a row" for name in ranked}
    for name in told:
        if name != best:
            apart = worth[best] - worth[name]
            error = apart.std() / np.sqrt(len(apart))
            told[name] += f", {apart.mean():.3f} ± {error:.3f} less than the best"
    changed = {n for n in Settings.__slots__ if getattr(tried[best], n) != getattr(base, n)}
    by |= dict.fromkeys(changed, "rows that did not teach")
    return Choice(tried[best], by, told, str(memory))


def foreseen(real: Dataset, target: str | None, settings: Settings, seed: int) -> np.ndarray:
    """Return the log-chance, in nats, of the cells of each row that did not teach."""
    found = []
    for teachers, others in _folds(real.rows, seed):
        forest = _grown(real.take(teachers), target, settings, seed)
        found.append(_log_chances(forest, real.take(others)))
    return np.concatenate(found)


def _grown(real: Dataset, target: str | None, settings: Settings, seed: int) -> Forest:
    from .learning import learn

    return learn(real, target, settings, seed=seed, progress=silent, parents=())


def _log_chances(forest: Forest, rows: Dataset) -> np.ndarray:
    codes, own = forest.weighed(rows)
    least = np.where(own > 0, own, np.inf).min(axis=0)
    logs = np.log(np.where(own > 0, own, FAINT * np.where(np.isfinite(least), least, 1))).sum(
        axis=1
    )
    for t, of in enumerate(forest.columns_as_codes):
        inside = np.minimum(codes, [c.size - 1 for c in forest.columns_as_codes])
        known = codes[:, t] < of.size
        chances = forest.chain.exact(np.ascontiguousarray(inside.astype(np.uint16)), t)
        logs += np.log(SURELY * chances * known + (1 - SURELY) / max(of.size, 1))
    return logs


def _folds(rows: int, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the rows that teach and those that are asked: a fifth, or a quarter four times."""
    order = seeds.stream(seed, "choosing").permutation(rows)
    parts = np.array_split(order, FOLDS if rows < FEW else FOLDS + 1)
    for at in range(FOLDS if rows < FEW else 1):
        teachers = np.concatenate([part for other, part in enumerate(parts) if other != at])
        yield np.sort(teachers[:MOST_TEACH]), np.sort(parts[at][:MOST_ASKED])


def _named(change: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in change.items()) or "as it is"


def _faults(name: str, value: object, known: tuple[str, ...]) -> Iterator[Fault]:
    if value not in known:
        mend = nearest(value, known) if isinstance(value, str) else f"choose from {known}"
        yield Fault(f"{name} is {value!r}", f"settings.{name}", mend)
