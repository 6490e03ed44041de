"""Jobs of the tables bench run side by side, and one that breaks does not end the others."""

from __future__ import annotations

import os
from dataclasses import dataclass

import pytest
from bench.tables import pool
from bench.tables.job import Figures


@dataclass(frozen=True, slots=True)
class Small:
    """A job that returns its size, offers nothing at 0, and breaks below."""

    size: int

    @property
    def maker(self) -> str:
        return "small"

    @property
    def bench(self) -> str:
        return "tables"

    @property
    def key(self) -> tuple[str | int, ...]:
        return ("small", self.size)

    def run(self) -> Figures | None:
        if self.size < 0:
            raise ValueError("too small")
        threads = os.environ["OMP_NUM_THREADS"]
        return {"size": float(self.size), "threads": threads} if self.size else None


def test_every_job_is_run_and_what_broke_is_raised_at_the_end() -> None:
    seen: dict[int, Figures] = {}
    with pytest.raises(ExceptionGroup, match="1 of 4 jobs broke"):
        pool.run(
            [Small(-1), Small(0), Small(1), Small(2)],
            lambda job, figures: seen.update({int(job.key[1]): figures}),
        )
    assert seen == {size: {"size": float(size), "threads": "1"} for size in (1, 2)}
