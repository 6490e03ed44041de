"""Registry: every maker by name, the environment it lives in, and what is asked of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from .makers import Learned, Lesson, bootstrap, cart, marginals, ours
from .peers import arfpy, mostly, nrgboost, sdv_copula

OURS, REAL = "ours", "real"
MAKERS: Mapping[str, Callable[[Lesson], Learned]] = {
    OURS: ours, "bootstrap": bootstrap, "marginals": marginals, "cart": cart,
    "sdv copula": sdv_copula, "mostlyai": mostly, "arfpy": arfpy, "nrgboost": nrgboost,
}  # fmt: skip
HOMES: Mapping[str, str] = {
    "sdv copula": "sdv", "mostlyai": "mostly", "arfpy": "densities", "nrgboost": "densities",
}  # fmt: skip
QUICK = (REAL, OURS, "cart")  # on every table with every seed; the rest with the first
NIGHT = ("nrgboost",)  # its chains take a quarter of an hour to draw one table: in a full run only
WEIGHS = (OURS, "marginals", "arfpy", "nrgboost")  # those that offer a density
# Rows that a maker is asked for to see how fast it draws: as many as end in a minute or so.
RATED: Mapping[str, int] = {
    OURS: 1_000_000, "cart": 200_000, "sdv copula": 200_000, "mostlyai": 200_000, "arfpy": 40_000,
}  # fmt: skip


def python(maker: str) -> Path:
    """Return the interpreter of the maker's environment; our own where it has none."""
    home = HOMES.get(maker)
    if home is None:
        return Path(sys.executable)
    return Path(os.environ.get("BENCH_VENVS", "")) / home / "bin/python"


def is_there(maker: str) -> bool:
    """True where the maker's environment is installed."""
    return python(maker).exists()
