"""The decorator of every kernel, and the folder where machine code waits for the next start.

Numba's disk cache holds pickles, which run code when they are read. So it is used only in a folder
that the user owns and nobody else may enter (mode 0700); where there is none, every process
compiles anew. No kernel uses fastmath or parallel loops: their sums depend on the machine's mood.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numba

F = TypeVar("F", bound=Callable[..., object])


def cache_folder() -> Path | None:
    """Return the private folder for machine code, made if need be; None where there is none."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "worldwright" / "numba"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        seen = folder.lstat()
    except (OSError, RuntimeError):
        return None
    is_private = stat.S_ISDIR(seen.st_mode) and not stat.S_IMODE(seen.st_mode) & 0o077
    is_ours = not hasattr(os, "getuid") or seen.st_uid == os.getuid()
    return folder if is_private and is_ours and os.access(folder, os.W_OK) else None


_FOLDER = cache_folder()
if _FOLDER is not None:
    numba.config.CACHE_DIR = str(_FOLDER)


def kernel(function: F) -> F:
    """Compile `function` when it is first called, and keep the machine code if that is safe."""
    compiled: F = numba.njit(cache=_FOLDER is not None, nogil=True, error_model="numpy")(function)
    return compiled
