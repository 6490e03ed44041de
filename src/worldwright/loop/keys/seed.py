"""seed: what chance starts from. Each stage has a stream of its own under it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ... import plugins
from ...errors import SpecError
from ...spec.project import Place, ProjectKey
from ..state import Ground, Run


def _parse(written: int, place: Place) -> int:
    if written < 0:
        raise SpecError(f"the seed is {written}", where=place.at(), mend="write 0 or more")
    return written


def _tell(seed: int, ground: Ground) -> Iterator[str]:
    yield f"{seed}"


def _run(seed: int, run: Run) -> Run:
    return replace(run, seed=seed)


plugins.project_keys("seed")(
    ProjectKey(stage=0, form=int, parse=_parse, tell=_tell, run=_run, absent=0)
)
