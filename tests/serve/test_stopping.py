"""Ctrl-C stops a command also where Python drops the exception."""

from __future__ import annotations

import os
import signal
import weakref

import pytest

from worldwright.data.progress import Step
from worldwright.serve.stopping import go_on, stoppable
from worldwright.serve.talk import talk


class Held:
    """Something to die."""


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_ctrl_c_that_falls_into_a_callback_stops_the_next_step() -> None:
    held = Held()
    kept = weakref.ref(held, lambda _: os.kill(os.getpid(), signal.SIGINT))
    told = talk()
    with stoppable():
        del held  # the callback is interrupted, and Python goes on
        assert kept() is None
        with pytest.raises(KeyboardInterrupt):
            told(Step("judge", done=1, total=3, unit="places", elapsed_s=0.1))


def test_a_stop_is_forgotten_with_its_command_and_the_old_handler_is_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), stoppable():
        os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before
    with stoppable():
        go_on()
