"""Jobs of the judge's bench: untouched rows, planted faults, told tests, peers; each is run once.

python -m bench.judge --workers 2 --repeats 2 --peers 1
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from worldwright import plugins
from worldwright.judge.delusion import Planted

from ..results import Key, Results
from . import grounds, rooms, sets, verdict
from .middle import ROWS, Question, load, mark, strengths
from .peers import HOMES
from .told import MANY_DEALS

UNTOUCHED = {2_000: 200, 200: 40, 10_000: 40}
DEFAULT = ("adult", "telco", "hotel", "air", "flights", "orders")
PEER_SAMPLES = 20
SLOW = {"mostly qa": 3}  # takes some 20 s a sample: every third fault only, unless `--slow`


@dataclass(frozen=True, slots=True)
class Job:
    """Rows of one set with a kind of fault at a strength, or with none (`kind` is "")."""

    name: str
    rows: int
    seed: int
    kind: str = ""
    strength: float = 0.0

    @property
    def key(self) -> Key:
        fault = ("planted", self.kind, f"{self.strength:g}") if self.kind else ("untouched",)
        return (*fault, self.name, self.rows, self.seed)

    def draw(self) -> grounds.Draw:
        return grounds.draw(self.name, self.rows, grounds.MEASURED, self.seed)

    def planted(self) -> Planted | str:
        """Return the rows with the fault in them, or why it has no place in them."""
        delusion = plugins.delusions.get(self.kind)
        found: Planted | str = delusion(self.draw().ground, self.strength)
        return found

    def run(self) -> dict[str, Any]:
        """Return what the judge says."""
        with grounds.one_thread():
            if not self.kind:
                return verdict.of_untouched(self.draw())
            planted = self.planted()
            if not isinstance(planted, Planted):
                return {"no place": planted}
            return verdict.of_planted(planted, self.draw())


@dataclass(frozen=True, slots=True)
class Told:
    """The test that was told kind and place, on the rows of a job: its p, from many deals."""

    job: Job

    @property
    def key(self) -> Key:
        return ("told", *self.job.key[1:])

    def run(self) -> dict[str, Any]:
        """Return p; it says how far down the level may go that a search leaves for one place."""
        job = self.job
        with grounds.one_thread():
            question = Question(job.name, job.kind)
            p = question.p(job.strength, job.seed, stream=grounds.MEASURED, deals=MANY_DEALS)
            return {"no place": p} if isinstance(p, str) else {"p": p}


def untouched(names: list[str], share: float) -> Iterator[Job]:
    """Return samples of each size, dealt out evenly over the sets that are large enough."""
    for rows, samples in UNTOUCHED.items():
        fit = [name for name in names if rows < ROWS * 2 or name in grounds.LARGE]
        for at in range(round(samples * share) if fit else 0):
            yield Job(fit[at % len(fit)], rows, at // len(fit))


def planted(names: list[str], repeats: int, *, half: str, fine: bool = False) -> Iterator[Job]:
    """Return each kind at its middle strength in each set, as often as asked; the first first."""
    known = load()
    boundary = str(known["halves"]["boundary"])
    for seed in range(repeats):
        for name in names:
            for kind, said in strengths(known, name).items():
                if half and (mark(kind) > boundary) != (half == "unseen"):
                    continue
                if "fine" in said or not fine:
                    yield Job(name, ROWS, seed, kind, said["fine" if fine else "strength"])


def shown_to_peers(names: list[str], repeats: int) -> list[Job]:
    """Return untouched samples, and each kind once a repeat, in one of the sets by turns.

    Faults of other tables are left out: the peers are shown the main one.
    """
    clean = [Job(names[at % len(names)], ROWS, at // len(names)) for at in range(PEER_SAMPLES)]
    known = {name: strengths(load(), name) for name in names}
    faulty = []
    for at, kind in enumerate(plugins.delusions.names()):
        fit = [name for name in names if kind in known[name]]
        if plugins.delusions.get(kind).group == "relations" or not fit:
            continue
        for seed in range(repeats):
            name = fit[(at + seed) % len(fit)]
            faulty.append(Job(name, ROWS, seed, kind, known[name][kind]["strength"]))
    return clean + faulty


def ask_peers(jobs: list[Job], tools: Mapping[str, int], results: Results) -> None:
    """Write the rows of each job where the tools can read them, and note what they say.

    `tools` says for each which share of the faults it is shown: 3 is every third.
    """
    for tool, every in tools.items():
        faulty = [job for job in jobs if job.kind]
        shown = [*(job for job in jobs if not job.kind), *faulty[::every]]
        waiting = [job for job in shown if not results.has(("peer", tool, *job.key))]
        if not waiting:
            continue
        if not rooms.python(tool).exists():
            print(f"{tool}: not installed; `make bench-judge-peers`, or set BENCH_VENVS")
            continue
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            by_room = {f"{at:04d}": job for at, job in enumerate(waiting)}
            for room, job in by_room.items():
                made = job.planted() if job.kind else None
                if not isinstance(made, str):
                    rows = made.rows if made else job.draw().fresh
                    rooms.write(Path(folder) / room, rows, job.draw())
            for room, said in sorted(rooms.ask(tool, Path(folder)).items()):
                results.add(("peer", tool, *by_room[room].key), said)


class Runnable(Protocol):
    """A job of any kind: a key, and what is measured."""

    @property
    def key(self) -> Key: ...

    def run(self) -> dict[str, Any]: ...


def run_all(jobs: Sequence[Runnable], results: Results, workers: int) -> None:
    """Run what does not stand there yet; the parent alone writes."""
    waiting = [job for job in jobs if not results.has(job.key)]
    with ProcessPoolExecutor(workers) as pool:
        for job, said in zip(waiting, pool.map(_run, waiting), strict=True):
            results.add(job.key, said)


def _run(job: Runnable) -> dict[str, Any]:
    return job.run()


def main() -> None:
    """Run each job that is asked for and not there yet."""
    asked = arguments().parse_args()
    results = Results.of("judge", again=asked.again, folder=asked.out)
    names, every = asked.sets.split(","), asked.untouched.split(",")
    if "untouched" in asked.only:
        run_all(list(untouched(every, asked.share)), results, asked.workers)
    if "planted" in asked.only:
        run_all(list(planted(names, asked.repeats, half=asked.half)), results, asked.workers)
    if "told" in asked.only:
        told = [Told(job) for job in planted(names, 1, half=asked.half)]
        run_all(told, results, asked.workers)
    if "fine" in asked.only:
        fine = list(planted(names, asked.repeats, half=asked.half, fine=True))
        run_all(fine, results, asked.workers)
    if "peers" in asked.only:
        tools = {tool: 1 if asked.slow else SLOW.get(tool, 1) for tool in asked.tools.split(",")}
        ask_peers(shown_to_peers(names, asked.peers), tools, results)


def arguments() -> argparse.ArgumentParser:
    """Return what can be asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.judge", description=__doc__)
    parser.add_argument("--only", type=lambda text: text.split(","),
                        default=["untouched", "planted", "told", "peers"],
                        help="of untouched, planted, told, fine, peers")  # fmt: skip
    parser.add_argument("--sets", default=",".join(DEFAULT), help="where faults are planted")
    parser.add_argument("--untouched", default=",".join(sets.SETS), help="where none are")
    parser.add_argument("--share", type=float, default=1.0, help="of the untouched samples")
    parser.add_argument("--repeats", type=int, default=2, help="plants of a kind in a set")
    parser.add_argument("--half", default="", choices=["", "seen", "unseen"], help="of the kinds")
    parser.add_argument("--peers", type=int, default=1, help="plants of a kind, for the peers")
    parser.add_argument("--slow", action="store_true", help="show slow peers every fault too")
    parser.add_argument("--tools", default=",".join(HOMES), help="which peers")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--again", action="store_true", help="measure what is there once more")
    parser.add_argument("--out", type=Path, help="folder of the JSON lines (default: results/)")
    return parser


if __name__ == "__main__":
    main()
