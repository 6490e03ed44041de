"""Cost of a process: wall seconds, CPU seconds, and the peak memory of it with all its children.

Memory is the sum of resident sizes over the process tree, sampled from /proc every 20 ms; pages
that processes share are counted in each, so the figure is an upper bound. The process's own peak
comes from /proc as well: that of `rusage` holds what its parent had when it was started.
"""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a finished process took. `code` is its exit code, negative where it was killed."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    code: int
    said: str


def run(command: Sequence[str], *, env: Mapping[str, str], timeout_s: float = 3600) -> Cost:
    """Run `command` to its end with one BLAS thread, and return what it took."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        env={**os.environ, **ONE_THREAD, **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    watch = _Watch(process.pid)
    killer = threading.Timer(timeout_s, lambda: os.killpg(process.pid, 9))
    watch.start()
    killer.start()
    said = process.stdout.read() if process.stdout else ""
    _, status, used = os.wait4(process.pid, 0)
    killer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    peak = watch.stop()
    cpu = used.ru_utime + used.ru_stime
    return Cost(wall, cpu, peak or used.ru_maxrss / 1024, process.returncode, said)


class _Watch(threading.Thread):
    """Samples the resident memory of a process tree until it is told to stop."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid, self._peak, self._over = pid, 0.0, threading.Event()

    def run(self) -> None:
        while not self._over.wait(0.02):
            self._peak = max(self._peak, _tree_mb(self._pid), peak_mb(self._pid))

    def stop(self) -> float:
        """Return the peak in MB."""
        self._over.set()
        self.join()
        return self._peak


def peak_mb(pid: int | str = "self") -> float:
    """Return the most memory that a process has held since it began; 0 where nothing tells."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def _tree_mb(pid: int) -> float:
    """Return the resident memory of `pid` and its descendants; one that just ended counts as 0."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [child for task in tasks for child in (task / "children").read_text().split()]
    except (OSError, IndexError, ValueError):
        return 0.0
    return pages * PAGE / 2**20 + sum(_tree_mb(int(child)) for child in children)
