"""Start: how long a person waits for the import, the help, and the first row of a saved World.

    python -m bench.start --repeats 7

Each time is the wall of a fresh process from its start to its end, but for the import, which is
timed inside (an interpreter alone is measured beside it). *Warm* has the compiled kernels in the
user's cache folder; *cold* has an empty home and compiles them.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from . import measure, workload
from .results import Results

PYTHON = sys.executable
COMMAND = str(Path(sys.executable).parent / "ww")
IMPORT = "import time; t = time.perf_counter(); import worldwright; print(time.perf_counter() - t)"
FIRST_ROW = "import sys, worldwright as ww; ww.load(sys.argv[1]).sample(1, seed=7)"


def process(*command: str, home: Path | None = None) -> float:
    """Return the wall seconds of a fresh process; `home` replaces the user's own."""
    env = {"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")} if home else {}
    cost = measure.run(command, env=env)
    if cost.code:
        raise RuntimeError(cost.said)
    return cost.wall_s


def imported() -> float:
    """Return the seconds that `import worldwright` takes inside a fresh process."""
    return float(measure.run([PYTHON, "-c", IMPORT], env={}).said)


def cold(world: Path) -> float:
    """Return the seconds to the first row in an empty home."""
    with tempfile.TemporaryDirectory(prefix="home-") as home:
        return process(PYTHON, "-c", FIRST_ROW, str(world), home=Path(home))


def middle(once: Callable[[], float], repeats: int) -> dict[str, float]:
    """Return the median and the ends of `repeats` measurements; the first run is not counted."""
    once()
    seen = sorted(once() for _ in range(repeats))
    return {"median_s": statistics.median(seen), "least_s": seen[0], "most_s": seen[-1]}


def main() -> None:
    """Measure each wait that is not there yet."""
    parser = argparse.ArgumentParser(prog="python -m bench.start", description=__doc__)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    results = Results.of("start", again=asked.again, folder=asked.out)
    with workload.saved_world() as world:
        waits: dict[str, Callable[[], float]] = {
            "interpreter alone": lambda: process(PYTHON, "-c", "pass"),
            "import worldwright": imported,
            "ww --help": lambda: process(COMMAND, "--help"),
            "first row, warm": lambda: process(PYTHON, "-c", FIRST_ROW, str(world)),
        }
        for name, once in waits.items():
            if not results.has((name,)):
                results.add((name,), middle(once, asked.repeats))
        if not results.has(("first row, cold",)):
            results.add(("first row, cold",), {"median_s": cold(world)})


if __name__ == "__main__":
    main()
