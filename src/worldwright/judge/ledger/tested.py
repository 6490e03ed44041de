"""Tested: what one test says of one statement on one side's rows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tested:
    """The outcome of a test, before all assumptions are weighed together.

    Attributes:
        says: The evidence in words.
        p: The chance of rows as odd as these (or odder) where the statement is true.
        fits: Whether the 95 % interval lies inside what is stated.
        rows: How many rows spoke.
        untested: True where there was nothing to test it on; `says` tells why.
    """

    says: str
    p: float = 1.0
    fits: bool = False
    rows: int = 0
    measure: str = ""
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    untested: bool = False


def nothing(why: str, rows: int = 0) -> Tested:
    """Return the outcome of a test that could not be made."""
    return Tested(why, rows=rows, untested=True)
