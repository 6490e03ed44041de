"""Middle strengths: for each kind of fault and each set the weakest that a told test catches.

    python -m bench.judge.middle --sets adult,telco --workers 2

`middle.json` is written once, before the judge is tuned, and committed. A kind's *middle strength*
in a set is the weakest rung of its ladder at which the told test (told.py; level 5 %, 2,000
planted rows against 2,000 other real rows) is right in at least 38 of 40 plants, each in a slice of
its own. The `fine` strength is the same on a grid of factors of 1.25 below that rung (down to a
sixteenth of the slightest): what a told test can just see. `alarms` counts how often the same test
calls nothing a fault, of 40, with nothing planted. A kind that has no place in a set, or whose
gross end the told test does not reach, is out for that set, with the reason.

The kinds are halved once, by the hash of their names: those below the boundary are `seen`, and may
be looked at while the judge is tuned; the others are `unseen` and only measured. A kind that is
added later falls on its side of the same boundary.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from worldwright import plugins
from worldwright.judge.delusion import Delusion, Planted

from . import grounds, sets
from .told import DEALS, LEVEL, Sides, told

FILE = Path(__file__).parent / "middle.json"
ROWS, PLANTS, MISSES = 2_000, 40, 2
FEWEST = 20
STEP = 1.25


@dataclass(frozen=True, slots=True)
class Power:
    """How often the told test was right, of how many plants; `why` where there was no place."""

    hits: int
    plants: int
    why: str = ""

    @property
    def share(self) -> float:
        return round(self.hits / max(1, self.plants), 3)

    @property
    def is_beaten(self) -> bool:
        return self.plants - self.hits > MISSES

    @property
    def is_enough(self) -> bool:
        return self.plants >= FEWEST and self.hits >= 0.95 * self.plants


@dataclass(frozen=True, slots=True)
class Question:
    """One kind in one set."""

    name: str
    kind: str

    @property
    def delusion(self) -> Delusion:
        found: Delusion = plugins.delusions.get(self.kind)
        return found

    def power(self, strength: float, plants: int = PLANTS, *, whole: bool = False) -> Power:
        """Try the told test at this strength; stop once 95 % can no longer be reached."""
        hits, tried, why = 0, 0, ""
        for seed in range(plants):
            p = self.p(strength, seed)
            if isinstance(p, str):
                why = p
                if seed >= 9 and not tried:
                    break
                continue
            hits, tried = hits + (p <= LEVEL), tried + 1
            if Power(hits, tried).is_beaten and not whole:
                break
        return Power(hits, tried, why)

    def p(
        self, strength: float, seed: int, *, stream: int = grounds.MIDDLE, deals: int = DEALS
    ) -> float | str:
        """Return the p of the told test on a plant in this draw, or why it has no place."""
        part = grounds.draw(self.name, ROWS, stream, seed)
        gross = _gross(self, stream, seed)
        if not isinstance(gross, Planted):
            return gross
        planted = self.delusion(part.ground, strength)
        if not isinstance(planted, Planted):
            return planted
        sides = Sides(part.fresh, gross, planted, part.holdout, part.teachers, part.target)
        return told(self.kind, sides, seed, deals)


@lru_cache(maxsize=PLANTS)
def _gross(question: Question, stream: int, seed: int) -> Planted | str:
    delusion = question.delusion
    part = grounds.draw(question.name, ROWS, stream, seed)
    return delusion(part.ground, delusion.ladder[-1])


def rung(question: Question) -> dict[str, Any]:
    """Return the middle strength of one kind in one set, or why it is out."""
    ladder = question.delusion.ladder
    found: dict[str, Any] = {"ladder": list(ladder)}
    for place, strength in enumerate(ladder):
        power = question.power(strength)
        if power.plants < FEWEST and not power.is_beaten:
            says = f"a place in {power.plants} of {PLANTS} slices: {power.why}"
            return {**found, "out": says if power.plants else power.why}
        if power.is_enough:
            said = {"rung": place, "strength": strength, "power": power.share}
            return {**found, **said, "plants": power.plants}
    gross = question.power(ladder[-1], whole=True)
    return {**found, "out": f"a told test has power {gross.share} at the gross end"}


def refined(question: Question, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands in the file, with the fine strength and the told test's false alarms."""
    alarms = question.power(0.0, whole=True)
    fine = _fine(question, int(said["rung"]))
    return {**said, "fine": float(f"{fine:.4g}"), "alarms": f"{alarms.hits} of {alarms.plants}"}


def _fine(question: Question, place: int) -> float:
    """Return the weakest strength on the fine grid at which the told test has 95 % power."""
    ladder = question.delusion.ladder
    top = ladder[place]
    low = ladder[place - 1] if place else top
    while not place and low > top / 16 and question.power(low / 2).is_enough:
        low, top = low / 2, low / 2
    low = low if place else low / 2
    while low * STEP < top * 0.999:
        low *= STEP
        if question.power(low).is_enough:
            return low
    return top


def mark(kind: str) -> str:
    """Return what decides the half of a kind: the start of the SHA-256 of its name."""
    return hashlib.sha256(kind.encode()).hexdigest()[:8]


def halves(kinds: list[str], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the kinds below and above the boundary; the boundary of a file that stands, stays."""
    marks = {kind: mark(kind) for kind in kinds}
    boundary = known.get("boundary") or sorted(marks.values())[(len(marks) + 1) // 2 - 1]
    return {
        "boundary": boundary,
        "seen": [kind for kind in kinds if marks[kind] <= boundary],
        "unseen": [kind for kind in kinds if marks[kind] > boundary],
    }


def load() -> dict[str, Any]:
    """Return what stands in the file."""
    found: dict[str, Any] = json.loads(FILE.read_text()) if FILE.exists() else {}
    return found


def strengths(known: Mapping[str, Any], name: str) -> dict[str, dict[str, Any]]:
    """Return what stands for the kinds of one set that have a strength on today's ladder."""
    every = plugins.delusions.names()
    return {
        kind: said
        for kind, said in sorted(known.get("middle", {}).get(name, {}).items())
        if kind in every
        and "strength" in said
        and said["ladder"] == list(plugins.delusions.get(kind).ladder)
    }


def missing(names: list[str], kinds: list[str], known: Mapping[str, Any]) -> Iterator[Question]:
    """Return the questions that have no answer for the ladder as it stands."""
    for name in names:
        for kind in kinds:
            said = known.get("middle", {}).get(name, {}).get(kind, {})
            if said.get("ladder") != list(plugins.delusions.get(kind).ladder):
                yield Question(name, kind)


def answer(asked: tuple[Question, Mapping[str, Any]]) -> dict[str, Any]:
    """Answer one question: the rung where nothing stands there yet, else what refines it."""
    with grounds.one_thread():
        question, said = asked
        return refined(question, said) if said else rung(question)


def main() -> None:
    """Answer what is missing, and write the file after each answer."""
    parser = argparse.ArgumentParser(prog="python -m bench.judge.middle", description=__doc__)
    parser.add_argument("--sets", default=",".join(sets.SETS))
    parser.add_argument("--kinds", default="")
    parser.add_argument("--fine", action="store_true", help="refine what stands there")
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args()
    every = plugins.delusions.names()
    known = load()
    known = {"how": HOW, "halves": halves(every, known.get("halves", {})),
             "middle": known.get("middle", {})}  # fmt: skip
    write(known)
    names, kinds = asked.sets.split(","), asked.kinds.split(",") if asked.kinds else every
    jobs: list[tuple[Question, Mapping[str, Any]]]
    if asked.fine:
        standing = (
            (Question(n, k), known["middle"].get(n, {}).get(k, {})) for n in names for k in kinds
        )
        jobs = [(q, said) for q, said in standing if "rung" in said and "fine" not in said]
    else:
        jobs = [(question, {}) for question in missing(names, kinds, known)]
    with ProcessPoolExecutor(asked.workers) as pool:
        for (question, _), said in zip(jobs, pool.map(answer, jobs), strict=True):
            known["middle"].setdefault(question.name, {})[question.kind] = said
            write(known)
            print(question.name, question.kind, said, flush=True)


HOW = (
    "python -m bench.judge.middle: 40 plants a strength, 2,000 planted rows against 2,000 other "
    "real rows, one-sided told test at 5 %, 95 % power; a third of the set where it is smaller"
)


def write(known: Mapping[str, Any]) -> None:
    """Write the file, one line for each kind in each set."""
    blocks = []
    for name, said in sorted(known["middle"].items()):
        rows = [f"   {json.dumps(kind)}: {json.dumps(one)}" for kind, one in sorted(said.items())]
        blocks.append(f"  {json.dumps(name)}: {{\n" + ",\n".join(rows) + "\n  }")
    head = [f' "{part}": {json.dumps(known[part])},' for part in ("how", "halves")]
    lines = ["{", *head, ' "middle": {', ",\n".join(blocks), " }", "}"]
    FILE.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
