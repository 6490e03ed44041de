"""What holds for every test: laws are drawn the same way, and no home folder is touched."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# No deadline: the first example of a law pays for compiling kernels and for heavy imports.
settings.register_profile(
    "laws",
    deadline=None,
    derandomize=True,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("laws")


@pytest.fixture(scope="session", autouse=True)
def _own_state() -> Iterator[None]:
    """Keep the secret of keyed fingerprints in a folder of this run."""
    before = os.environ.get("XDG_STATE_HOME")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = folder
        yield
    if before is None:
        del os.environ["XDG_STATE_HOME"]
    else:
        os.environ["XDG_STATE_HOME"] = before
