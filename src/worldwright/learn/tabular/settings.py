"""Settings of the forest: what may be chosen, with the defaults that held-out rows chose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from ...errors import Fault, SpecError, nearest

ORDERS = ("table", "few", "many", "last")


@dataclass(frozen=True, slots=True)
class Settings:
    """How the forest grows and smooths.

    Attributes:
        trees: Trees a column.
        leaf: Fewest rows of a leaf.
        chance: How often a node without any structure would be split.
        shrink: How far a split is pulled towards its node's law: `kernels/shrink.py`.
        escape: How readily a draw steps back for codes that a node never saw: e, as above.
        share: Share of the rows that each tree sees.
        ask: Share of the earlier columns that each split looks at.
        parents: Most earlier columns that a column's trees may ask; the most telling ones.
        look: Most rows that a split looks at.
        depth: Deepest leaf.
        bins: Most bins of an ordered column, beside its atoms.
        rare: Fewest rows that must hold a value before it is told.
        tree_rows: Most rows that a tree sees.
        order: In which columns are drawn: "table", as they stand behind the target; "few" or
            "many", those of few or of many values first behind it; "last", with the target last.
    """

    trees: int = 8
    leaf: int = 5
    chance: float = 2.0
    shrink: float = 0.0
    escape: float = 0.25
    share: float = 1.0
    ask: float = 1.0
    parents: int = 64
    look: int = 8_192
    depth: int = 40
    bins: int = 128
    rare: int = 10
    tree_rows: int = 200_000
    order: str = "table"

    @classmethod
    def of(cls, asked: Mapping[str, object]) -> Settings:
        """Return the settings that were asked for. Raises SpecError that lists every fault."""
        faults = [fault for name, value in asked.items() if (fault := _fault(name, value))]
        if faults:
            raise SpecError.of(faults)
        return cls(**asked)  # type: ignore[arg-type]  # _fault has checked each


_RANGES: dict[str, tuple[float, float]] = {
    "trees": (1, 256),
    "leaf": (1, 1_000_000),
    "shrink": (0, 100),
    "escape": (0, 100),
    "share": (0.01, 1),
    "ask": (0.01, 1),
    "parents": (1, 100_000),
    "look": (16, 1_000_000),
    "depth": (1, 60),
    "bins": (1, 4_096),
    "rare": (1, 1_000_000),
    "tree_rows": (16, 100_000_000),
    "chance": (0.001, 1000),
}


def _fault(name: str, value: object) -> Fault | None:
    where = f"settings.{name}"
    if name == "order":
        mend = nearest(value, ORDERS) if isinstance(value, str) else f"choose from {ORDERS}"
        return None if value in ORDERS else Fault(f"order is {value!r}", where, mend)
    if name not in _RANGES:
        known = [*_RANGES, "order"]
        return Fault(f"the forest has no setting {name!r}", where, nearest(name, known))
    low, high = _RANGES[name]
    is_whole = next(f for f in fields(Settings) if f.name == name).type == "int"
    fits = isinstance(value, int) or (isinstance(value, float) and not is_whole)
    if isinstance(value, bool) or not fits or not low <= value <= high:  # type: ignore[operator]
        sort = "a whole number" if is_whole else "a number"
        return Fault(f"{name} is {value!r}", where, f"give {sort} from {low:g} to {high:g}")
    return None
