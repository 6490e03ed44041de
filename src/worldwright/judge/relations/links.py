"""Links: what one reference between two tables must show in made data as it does in real data.

    orphans      children that refer to a row that is not there, and children that refer to none
    family size  children per parent; with a lookup, children per parent that has any, at equal
                 numbers of children on both sides
    family size × a column of the parent
    child × parent   a column of the child with one of its parent, beyond what each says alone
    siblings     a column of a child and the same column of the next child of the same parent

Whole families are dealt out where the parents came with their children; where the parent is a
lookup that both sides share, children are dealt in units of their own. A lookup that was made up
rather than copied is a sample of its own: all real children are then dealt by whole parents, and
family sizes are not asked of. It does not see what three tables say together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...data.reporting.disclose import edge_labels, numeric_edges
from ..cells import Cells, cut
from ..null import Splits
from ..stack import Values
from ..tallies import Tally
from ..units import against_all, by_units
from .kin import MISSING, ORPHAN, Link
from .lineages import heads_families, units_by

MOST_PAIRS, MOST_COLUMNS = 60, 15
_CELLS, _SIZES = 5, 8
FAMILIES = "families"
_FOUND = ("found", "its parent is missing", "refers to none")


@dataclass(frozen=True)
class Asking:
    """How a link is asked about: the splits, the seed, the most rows of a side."""

    splits: int
    seed: int
    most: int


def orphans(link: Link, known: dict[str, np.ndarray], how: Asking) -> Tally:
    """Count children by whether their parent is there."""
    codes = np.select([link.at == MISSING, link.at == ORPHAN], [2, 1], 0)
    unit = known[link.child.name]
    dealt = against_all(unit, link.child.sizes.made, seed=how.seed).drawn(how.splits)
    left, right = dealt.tables(codes, len(_FOUND))
    return Tally(
        "references", link.name, (link.column,), f"{link.column} in {link.parent.name}",
        "references", _FOUND, left, right,
    )  # fmt: skip


def dependence(link: Link, known: dict[str, np.ndarray], how: Asking) -> list[Tally]:
    """Count pairs of a child's and its parent's column, and pairs of siblings."""
    dealt, unit = _children(link, known, how)
    pool = dealt.pool[dealt.pool >= link.child.sizes.made]
    ours = _cut(link.child.values, link.child.sizes.pool)
    theirs = [
        _seen_from(cells, link.at) for cells in _cut(link.parent.values, link.parent.sizes.pool)
    ]
    every = [(one, other) for one in ours for other in theirs]
    bonds = [_bond(one.codes[pool], other.codes[pool]) for one, other in every]
    chosen = np.argsort(-np.array(bonds), kind="stable")[:MOST_PAIRS]
    found = [_pair(link, dealt, *every[int(at)]) for at in chosen]
    if heads_families(link.parent):
        found += [_siblings(link, dealt, cells, unit) for cells in ours]
    return [tally for tally in found if tally.is_filled]


def families(link: Link, known: dict[str, np.ndarray], how: Asking) -> list[Tally]:
    """Count parents by their number of children, alone and with each of their columns."""
    if link.parent.is_lookup:
        return [_shared_families(link, known, how)] if link.is_copied else []
    parent = link.parent
    if not heads_families(parent):
        return []
    at = link.at[link.at >= 0]
    sizes = np.bincount(at, minlength=parent.rows).astype(np.float64)
    rows = (parent.sizes.made, parent.sizes.reference)
    dealt = by_units(known[parent.name], rows, seed=how.seed, most=how.most).drawn(how.splits)
    edges = _edges(sizes[parent.sizes.pool])
    codes = np.searchsorted(edges, sizes, side="right")
    labels = tuple(f"{label} rows" for label in edge_labels(edges))
    left, right = dealt.tables(codes, len(labels))
    about = f"rows of {link.child.name} for each row of {parent.name} by {link.column}"
    where = f"{link.name}: family size"
    alone = Tally("references", where, (link.column,), about, "parents", labels, left, right,
                  bar=FAMILIES)  # fmt: skip
    found = [alone]
    sized = Cells(f"family size by {link.column}", labels, codes)
    for cells in _cut(parent.values, parent.sizes.pool):
        found.append(_crossed(f"{where} × {cells.name}", (link.column, cells.name), "parents",
                              dealt, (sized, cells)))  # fmt: skip
    return [tally for tally in found if tally.is_filled]


def _children(link: Link, known: dict[str, np.ndarray], how: Asking) -> tuple[Splits, np.ndarray]:
    """Return how the rows of the child are dealt, and the unit of each."""
    sizes = link.child.sizes
    rows = (sizes.made, sizes.reference)
    if heads_families(link.parent):
        unit = units_by(link, known)
    elif link.parent.is_lookup and not link.is_copied:
        alone = int(link.at.max(initial=-1)) + 1 + np.arange(len(link.at))
        unit = np.where(link.at >= 0, link.at, alone)
        rows = (sizes.made, sizes.reference + sizes.teachers)
    else:
        unit = known[link.child.name]
    return by_units(unit, rows, seed=how.seed, most=how.most).drawn(how.splits), unit


def _shared_families(link: Link, known: dict[str, np.ndarray], how: Asking) -> Tally:
    """Count the parents of a lookup by their children, at equal numbers of children."""
    rows = (link.child.sizes.made, link.child.sizes.reference)
    dealt = by_units(known[link.child.name], rows, seed=how.seed, most=how.most).drawn(how.splits)
    sides = [(dealt.made, dealt.reference)]
    for split in range(how.splits):
        is_left = dealt.dealt[:, split] == 1
        sides.append((dealt.pool[is_left], dealt.pool[~is_left]))
    least = min(min(len(a), len(b)) for a, b in sides)
    sizes = [tuple(_sizes(link.at[_thinned(side, least)]) for side in both) for both in sides]
    edges = _edges(sizes[0][1].astype(np.float64))
    counts = [
        [np.bincount(np.searchsorted(edges, one, side="right"), minlength=len(edges) + 1)
         for one in both] for both in sizes
    ]  # fmt: skip
    labels = tuple(f"{label} rows" for label in edge_labels(edges))
    about = f"rows of {link.child.name} for each row of {link.parent.name} by {link.column}"
    return Tally(
        "references", f"{link.name}: family size", (link.column,), about, "parents", labels,
        np.column_stack([left for left, _ in counts]),
        np.column_stack([right for _, right in counts]), bar=FAMILIES,
    )  # fmt: skip


def _thinned(rows: np.ndarray, least: int) -> np.ndarray:
    """Return `least` of the rows, evenly spread over them."""
    return rows[np.arange(least) * len(rows) // max(1, least)]


def _sizes(at: np.ndarray) -> np.ndarray:
    """Return the number of children of each parent that has any."""
    counts = np.bincount(at[at >= 0])
    return np.asarray(counts[counts > 0])


def _edges(sizes: np.ndarray) -> np.ndarray:
    """Return edges such that small families have cells of their own, 0 and 1 above all."""
    edges = numeric_edges(sizes, bins=_SIZES)
    return np.unique(np.ceil(edges)) if len(edges) else edges


def _cut(columns: Sequence[Values], pool: slice) -> list[Cells]:
    return [cut(column, pool, _CELLS) for column in columns[:MOST_COLUMNS]]


def _seen_from(cells: Cells, at: np.ndarray) -> Cells:
    """Return the parent's cells for each row of the child; -1 for rows without a parent."""
    if not len(cells.codes):
        return Cells(cells.name, cells.labels, np.full(len(at), -1))
    return Cells(cells.name, cells.labels, np.where(at >= 0, cells.codes[np.maximum(at, 0)], -1))


def _pair(link: Link, dealt: Splits, ours: Cells, theirs: Cells) -> Tally:
    names = (ours.name, theirs.name, link.column)
    return _crossed(f"{ours.name} × {theirs.name}", names, "rows", dealt, (ours, theirs))


def _siblings(link: Link, dealt: Splits, cells: Cells, unit: np.ndarray) -> Tally:
    """Pair each row with the next one of the same parent; the last of a family is left out."""
    order = np.argsort(link.at, kind="stable")
    at = link.at[order]
    is_linked = np.zeros(len(at), dtype=bool)
    is_linked[:-1] = (at[1:] == at[:-1]) & (at[1:] >= 0)
    following = np.full(len(at), -1)
    following[order[:-1]] = np.where(is_linked[:-1], cells.codes[order[1:]], -1)
    next_one = Cells(f"the next {cells.name}", cells.labels, following)
    where = f"{cells.name}: one child of {link.parent.name} to the next"
    return _crossed(where, (cells.name, link.column), "siblings", dealt, (cells, next_one))


def _crossed(
    where: str, names: tuple[str, ...], unit: str, dealt: Splits, pair: tuple[Cells, Cells]
) -> Tally:
    """Count a table of two ways to cut; rows without one of the two (-1) are left out."""
    first, second = pair
    outside = first.count * second.count
    is_out = (first.codes < 0) | (second.codes < 0)
    codes = np.where(is_out, outside, first.codes * second.count + second.codes)
    left, right = dealt.tables(codes.astype(np.int64), outside + 1)
    labels = tuple(
        f"{first.name} = {a}, {second.name} = {b}" for a in first.labels for b in second.labels
    )
    return Tally(
        "references", where, names, where, unit, labels,
        left[:-1], right[:-1], (first.count, second.count), FAMILIES,
    )  # fmt: skip


def _bond(first: np.ndarray, second: np.ndarray) -> float:
    """Return the mutual information of two codes among real rows, less what chance gives."""
    there = (first >= 0) & (second >= 0)
    if not there.any():
        return 0.0
    table = np.zeros((int(first.max()) + 1, int(second.max()) + 1))
    np.add.at(table, (first[there], second[there]), 1)
    share = table / table.sum()
    expected = np.outer(share.sum(axis=1), share.sum(axis=0))
    seen = share > 0
    bits = float((share[seen] * np.log(share[seen] / expected[seen])).sum())
    rows, columns = (int((table.sum(axis=way) > 0).sum()) for way in (1, 0))
    return bits - (rows - 1) * (columns - 1) / (2 * float(table.sum()))
