"""Generators and what is built of them: given, mix, World; from a Wish to rows.

    generator.py   the protocol that all rooms share, and the small ones for what only some can do
    conditioned.py given: conditions, exact where the Generator can, else bounded rejection
    asked.py       what rows were asked to meet: their judge holds them against such rows alone
    mixture.py     mix: each row from one of several Generators
    density.py     how probable rows are, under conditions too, and how improbable
    improbable.py  rows from the lower tail of a Generator's own density
    world.py       World: a Generator with constraints, a target and a lineage; sample and write
    saved.py       a World as a folder of JSON, arrays and tables, checked when it is loaded

A Wish becomes a Plan, a Plan becomes blocks:

    plan.py        Plan: cells, how many rows of each, and any block of them
    compile.py     Wish -> Plan
    grid.py        columns cut into levels: the cells that shares and coverings speak of
    joint.py       how likely the World itself makes each cell
    share.py       target shares, by iterative proportional fitting
    cover.py       covering arrays
    keep.py        rows that are given in part, completed
    numbering.py   ids by the number of the row in the whole draw
    trace.py       per-row lineage of rows that are joined and shuffled
    blocks.py      blocks as files: whole or not there, resumed, made by many workers
    worker.py      the process that makes blocks for another
    space.py       what will fit: memory and disk
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..data.expression import Expression
    from .generator import Generator
    from .mixture import Mix
    from .world import World

__all__ = ["given", "load", "mix"]


def given(generator: Generator, where: str | Expression) -> Generator:
    """Return a Generator of the same rows, given that `where` holds in each of them."""
    from .conditioned import given as honour

    return honour(generator, where)


def mix(parts: Mapping[str, tuple[Generator, float]]) -> Mix:
    """Return a Generator that draws each row from one of these, by its share."""
    from .mixture import mix as join

    return join(parts)


def load(path: str | Path) -> World:
    """Return the World that was saved in the folder `path`."""
    from .saved import load as read

    return read(path)
