"""Stopping: a Ctrl-C that cannot get lost.

Python drops a KeyboardInterrupt that falls into a destructor or a callback, and the command would
go on as if nobody had asked. So the wish to stop is kept, and raised again at the next step that a
command tells of.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_asked = threading.Event()


@contextmanager
def stoppable() -> Iterator[None]:
    """Keep the wish to stop while a command runs; signals reach the main thread alone."""
    _asked.clear()
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, _heard)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def go_on() -> None:
    """Raise KeyboardInterrupt if somebody asked to stop."""
    if _asked.is_set():
        raise KeyboardInterrupt


def _heard(number: int, frame: FrameType | None) -> None:
    _asked.set()
    raise KeyboardInterrupt
