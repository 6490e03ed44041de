"""Pool: two jobs at a time, each in a process of its own, on a core of its own, with one thread.

So a fit's CPU seconds are those of one busy core, and no job takes a thread from the other. Two
cores may be one that is told as two, and then each is slower; jobs whose speed has a line to reach
run one at a time. What a job returns is added to its results as soon as it is there: a run that is
cut off goes on later.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from multiprocessing.queues import SimpleQueue

from ..measure import ONE_THREAD
from .job import Figures, Job

AT_ONCE = 2


def run(
    jobs: Sequence[Job], add: Callable[[Job, Figures], None], *, at_once: int = AT_ONCE
) -> None:
    """Run every job, and hand what it returned to `add`; what broke is raised at the end."""
    os.environ.update(ONE_THREAD)  # read when a process imports its libraries, so before it starts
    context = multiprocessing.get_context("spawn")
    cores: SimpleQueue[int] = context.SimpleQueue()
    free = _free_cores()
    for at in range(at_once):
        cores.put(free[at % len(free)])
    pool = ProcessPoolExecutor(at_once, context, initializer=_settle, initargs=(cores,))
    waiting: dict[Future[Figures | None], Job] = {pool.submit(job.run): job for job in jobs}
    try:
        faults = [fault for ended in as_completed(waiting) if (fault := _take(ended, waiting, add))]
    finally:
        pool.shutdown(cancel_futures=True)
    if faults:
        raise ExceptionGroup(f"{len(faults)} of {len(jobs)} jobs broke", faults)


def _take(
    ended: Future[Figures | None],
    jobs: Mapping[Future[Figures | None], Job],
    add: Callable[[Job, Figures], None],
) -> Exception | None:
    """Hand on what a job returned, or return what broke it."""
    job, fault = jobs[ended], ended.exception()
    if isinstance(fault, Exception):
        print(f"{job.bench} {job.key}: {fault!r}", flush=True)
        return fault
    figures = ended.result()
    if figures is None:
        print(f"{job.maker}: offers no {job.bench}", flush=True)
    else:
        add(job, figures)
    return None


def _free_cores() -> list[int]:
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(AT_ONCE)
    return sorted(cores)


def _settle(cores: SimpleQueue[int]) -> None:
    """Keep this process, and those that it starts, on one core."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {cores.get()})
