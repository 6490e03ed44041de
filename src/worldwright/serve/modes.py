"""`ww judge` has three modes: made rows against real ones; with --self-test, faults in real rows;
with --against, what a World or a release assumes, on new real rows.

Options of the other mode are refused before any file is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..errors import AskedError


def needed(real: Path | None) -> Path:
    """Return where the real rows are, which only a self-test does without."""
    if real is None:
        raise AskedError(
            "made rows need the real rows that taught them",
            where="ww judge without --real",
            mend="add --real FILE (and --holdout FILE); or test the judge itself: --self-test",
        )
    return real


def check_mode(
    is_self_test: bool, options: Mapping[str, object], extra: Mapping[str, object]
) -> None:
    """Refuse what the other mode would read: `options` judge made rows, `extra` tests the judge."""
    superfluous = options if is_self_test else extra
    given = [name for name, value in superfluous.items() if value]
    if not given:
        return
    listed = " and ".join(given)
    if is_self_test:
        raise AskedError(
            f"a self-test takes real rows alone, not {listed}",
            where="ww judge --self-test",
            mend="leave it out: the rows are dealt out in three parts, again and again",
        )
    raise AskedError(
        f"{listed} says how to test the judge, and no test was asked for",
        where="ww judge",
        mend=f"add --self-test, or leave {listed} out",
    )


def check_reassessing(options: Mapping[str, object]) -> None:
    """Refuse what a look at new real rows cannot use."""
    given = [name for name, value in options.items() if value]
    if given:
        listed = " and ".join(given)
        raise AskedError(
            f"{listed} cannot stand beside --against",
            where="ww judge --against",
            mend=f"leave {listed} out: a World or a release is held against new real rows alone",
        )
