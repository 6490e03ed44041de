"""Lineages: which family each row of several tables belongs to, up to the row that heads it.

The rows of one family depend on each other: orders of one customer, lines of one order. So the unit
of a row is that of its parent, up and up, on the way that leads to the main table where there is
one, else to the parent with the most rows. The way ends at a lookup, at a row without a parent, and
at a parent table so small (fewer than 50 real rows) that whole families could not be dealt out.
"""

from __future__ import annotations

import numpy as np

from .kin import Kin, Link, Table

LEAST_PARENTS = 50


def units(kin: Kin) -> dict[str, np.ndarray]:
    """Return for each table the unit of each row; units of two tables have nothing in common."""
    leads = {name: _lead(kin, name) for name in kin.tables}
    found: dict[str, np.ndarray] = {}
    for name in kin.tables:
        found[name] = _labelled(kin, name, leads, found, ())
    return found


def units_by(link: Link, known: dict[str, np.ndarray]) -> np.ndarray:
    """Return the unit of each row of the child: its parent's; a row without one stands alone."""
    above = known[link.parent.name]
    alone = int(above.max(initial=-1)) + 1 + np.arange(len(link.at))
    if not len(above):
        return alone
    return np.where(link.at >= 0, above[np.maximum(link.at, 0)], alone)


def heads_families(parent: Table) -> bool:
    """True where whole parents with their children can be dealt out."""
    return not parent.is_lookup and _real(parent) >= LEAST_PARENTS


def _lead(kin: Kin, name: str) -> Link | None:
    """Return the link that decides the unit of the table's rows."""
    usable = [
        link
        for link in kin.links
        if link.child.name == name and link.parent.name != name and heads_families(link.parent)
    ]
    usable.sort(
        key=lambda link: (not _reaches_main(kin, link.parent.name, ()), -_real(link.parent))
    )
    return usable[0] if usable else None


def _real(table: Table) -> int:
    return table.rows - table.sizes.made


def _reaches_main(kin: Kin, name: str, seen: tuple[str, ...]) -> bool:
    if kin.tables[name].is_main:
        return True
    return name not in seen and any(
        _reaches_main(kin, link.parent.name, (*seen, name))
        for link in kin.links
        if link.child.name == name and heads_families(link.parent)
    )


def _labelled(
    kin: Kin,
    name: str,
    leads: dict[str, Link | None],
    known: dict[str, np.ndarray],
    below: tuple[str, ...],
) -> np.ndarray:
    if name in known:
        return known[name]
    lead = leads[name]
    if lead is None or lead.parent.name in (*below, name):
        return np.arange(kin.tables[name].rows)
    above = _labelled(kin, lead.parent.name, leads, known, (*below, name))
    return units_by(lead, {lead.parent.name: above})
