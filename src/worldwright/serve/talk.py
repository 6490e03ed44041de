"""Progress on stderr: a bar with rate and time left on a terminal, sparse lines elsewhere.

stdout stays free for the answer. A pipe or a log file gets one line as a step begins to take long,
then at most one every ten seconds, and one when it is done.
"""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

from .stopping import go_on

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from ..data.progress import Step

EVERY_S = 10.0
SHORT_S = 1.0


class Talk(Protocol):
    """A progress callback that is entered and left."""

    def __enter__(self) -> Talk: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def __call__(self, step: Step) -> None: ...


def talk() -> Talk:
    """Return bars where stderr is a terminal, else lines."""
    return _Bars() if sys.stderr.isatty() else _Lines()


def rate_of(step: Step) -> str:
    """Return how fast the step goes and what is left of it, as in `81,203 rows/s, 12 s left`."""
    told = (
        f"{step.rate:,.0f} {step.unit}/s" if step.rate >= 10 else f"{step.rate:.2g} {step.unit}/s"
    )
    left = f", {step.left_s:.0f} s left" if step.left_s else ""
    return told + left + (f", ${step.price:.2f}" if step.price else "")


class _Lines:
    """One line now and then."""

    def __init__(self) -> None:
        self._last: dict[str, float] = {}

    def __enter__(self) -> _Lines:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        sys.stderr.flush()

    def __call__(self, step: Step) -> None:
        go_on()
        is_done = step.elapsed_s >= SHORT_S and bool(step.total) and step.done >= step.total
        quiet_s = time.monotonic() - self._last.get(step.what, float("-inf"))
        begins = step.what not in self._last and step.elapsed_s >= SHORT_S
        if not (is_done or begins or (step.what in self._last and quiet_s >= EVERY_S)):
            return
        self._last[step.what] = time.monotonic()
        of = f" of {step.total:,}" if step.total and not is_done else ""
        print(f"{step.what}: {step.done:,}{of} {step.unit}, {rate_of(step)}", file=sys.stderr)


class _Bars:
    """A bar for each step."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

        self._bars: Bars = Progress(
            TextColumn("{task.description:<12}"),
            BarColumn(bar_width=30),
            TaskProgressColumn(),
            TextColumn("{task.fields[told]}"),
            console=Console(stderr=True),
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> _Bars:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def __call__(self, step: Step) -> None:
        go_on()
        total = step.total or None
        if step.what not in self._tasks:
            self._tasks[step.what] = self._bars.add_task(step.what, total=total, told="")
        task = self._tasks[step.what]
        self._bars.update(task, completed=step.done, total=total, told=rate_of(step))
