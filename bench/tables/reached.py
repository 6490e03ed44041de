"""Reached: the lines that we set out to reach, beside what was seen of ours.

A C2ST passes on its mean less one standard error, over at least `SEEDS` seeds; every other figure
on its mean. Limits that lean on real rows are those of the same run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..tabulate import Mean, Rows, Target
from .facts import SMALL
from .job import FIRST
from .registry import OURS, REAL
from .seen import Seen

C2ST = {"credit": 0.53, "ames": 0.54}
C2ST_LEAST, C2ST_ABOVE_REAL = 0.515, 0.015
GAP = {"adult": 0.003, "credit": 0.004, "ames": 0.012}
GAP_ELSE = 0.006
MEMBERSHIP, MEMBERSHIP_SMALL, FEW_ROWS = 0.52, 0.54, 6_000
MISSING_ABOVE_REAL = 0.01
SEEDS, SEEDS_SMALL = 5, 10
# What CART took where the lines for speeds were set. Machines differ, and one differs by the hour.
CART_FIT, CART_RATE = 2.35, 353_000


def rows(tables: Sequence[Seen]) -> Rows:
    """Return a line for each figure of each table."""
    return [row for seen in tables for row in _of(seen)]


def _of(seen: Seen) -> Iterator[list[str]]:
    yield _likeness(seen)
    limit = MEMBERSHIP_SMALL if seen.size < FEW_ROWS else MEMBERSHIP
    yield _plain(Target(f"{seen.name}, membership", limit), seen.mean(OURS, "membership"))
    chance = seen.mean(REAL, "copies_unseen")
    if chance is not None:
        says = f"{seen.name}, copies, against those between real samples"
        yield _plain(Target(says, chance.value), seen.mean(OURS, "copies"))
    gap = Target(f"{seen.name}, TSTR gap to real rows", GAP.get(seen.name, GAP_ELSE))
    yield _plain(gap, seen.gap(OURS, "tstr"))
    common = seen.gap(OURS, "tstr_common")
    if common is not None:
        yield _plain(replace(gap, says=f"{gap.says}, common classes"), common)
    rules = Target(f"{seen.name}, share of made rows that break a rule", 0)
    yield _plain(rules, seen.mean(OURS, "firm_rows"))
    real = seen.mean(REAL, "missing_tvd")
    if real is not None and real.value > 0:
        asked = Target(f"{seen.name}, missing cells, TVD", real.value + MISSING_ABOVE_REAL)
        yield _plain(asked, seen.mean(OURS, "missing_tvd"))
    if seen.name == FIRST:
        pairs = Target(f"{seen.name}, share of made rows with a pair that no teacher has", 0)
        yield _plain(pairs, seen.mean(OURS, "pairs"))
        yield _plain(Target(f"{seen.name}, CPU-s to fit", 3), seen.mean(OURS, "fit_cpu_s"))
        rate = Target(f"{seen.name}, rows a CPU-s, of 1,000,000", 1_500_000, most=False)
        yield _plain(rate, seen.mean(OURS, "rows_per_cpu_s"))
        yield from _beside_cart(seen)


def _beside_cart(seen: Seen) -> Iterator[list[str]]:
    """Yield the two speeds as what they were set as: ratios to CART's on the same machine."""
    for figure, says, limit, theirs, most in (
        ("fit_cpu_s", "CPU-s to fit", 3, CART_FIT, True),
        ("rows_per_cpu_s", "rows a CPU-s", 1_500_000, CART_RATE, False),
    ):
        mine, cart = seen.mean(OURS, figure), seen.mean("cart", figure)
        ratio = mine.value / cart.value if mine and cart else None
        says = f"{seen.name}, {says}, times those of CART in the same run"
        yield Target(says, limit / theirs, most).row(ratio)


def of_the_machine(seen: Seen) -> str:
    """Return what CART did here and where the lines for speeds were set; empty where not asked."""
    fit, rate = seen.mean("cart", "fit_cpu_s"), seen.mean("cart", "rows_per_cpu_s")
    if seen.name != FIRST or not fit or not rate:
        return ""
    return (
        f"Speeds differ from machine to machine and from hour to hour. In this run CART took "
        f"{fit.value:.2f} CPU-s to fit {seen.name} and made {rate.value:,.0f} rows a CPU-s; where "
        f"the lines were set it took {CART_FIT} and made {CART_RATE:,}. What a faster fit costs in "
        "likeness stands under the attempts: fewer splits, and larger leaves."
    )


def _likeness(seen: Seen) -> list[str]:
    real, mine = seen.mean(REAL, "c2st"), seen.mean(OURS, "c2st")
    limit = C2ST.get(seen.name)
    if limit is None:
        limit = max(C2ST_LEAST, real.value + C2ST_ABOVE_REAL) if real else C2ST_LEAST
    row = Target(f"{seen.name}, C2ST", limit).row(
        mine.value if mine else None, mine.error if mine else 0
    )
    asked = SEEDS_SMALL if seen.size < SMALL else SEEDS
    if mine and mine.count < asked:
        row[-1] = f"{mine.count} seeds of {asked}: no verdict"
    return row


def _plain(target: Target, seen: Mean | None) -> list[str]:
    return target.row(seen.value if seen else None)
