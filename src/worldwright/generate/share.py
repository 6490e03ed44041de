"""Target shares: how often each cell of the wished columns is to be made.

q is the law nearest to the World's own p (in Kullback-Leibler divergence) that has the wished
shares. Iterative proportional fitting finds it (Deming & Stephan 1940; Csiszár 1975). Values that
are not named keep their proportions to one another: with one wished column they are one cell; with
several, each is a cell of its own, unless a column has more than `MOST_LEVELS` of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..data.expression import Expression
from ..data.schema import Kind
from ..errors import ExpressionError, Fault, WishError, nearest
from .grid import Axis, Grid, equals, is_null, none_of, share_texts
from .joint import Joint, Look

MOST_LEVELS = 32
_ROUNDS = 5000
_CLOSE = 1e-10
_CLOSE_ENOUGH = 1e-6

Shares = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Shaped:
    """The cells that have rows, with the World's own chance p and the wished chance q of each."""

    cells: tuple[Expression, ...]
    p: np.ndarray
    q: np.ndarray


def shaped(look: Look, wished: Shares, unconstrained: Look) -> Shaped:
    """Return the cells that give the wished shares.

    `unconstrained` is the World without the condition of the Wish: it tells a value that never
    occurs from one that the condition rules out. Raises WishError that names every share at fault.
    """
    wished = share_texts(wished)
    _check_columns(look, wished)
    joint = look.joint(tuple(wished))
    grid = Grid(tuple(_axis(look, joint, name, wished) for name in wished))
    numbers = grid.numbers(joint.table, look.schema)
    seen, at = np.unique(numbers, axis=0, return_inverse=True)
    p = np.bincount(at.ravel(), joint.chances, len(seen))
    seen, p = seen[p > 0], p[p > 0]
    _check_values(look, unconstrained, wished, grid, seen)
    targets = [
        _target(axis, wished[axis.column], seen[:, i], p) for i, axis in enumerate(grid.axes)
    ]
    q = _fitted(p / p.sum(), seen, targets, wished)
    made = q > 0
    cells = tuple(grid.cell(numbers) for numbers in seen[made].tolist())
    return Shaped(cells, p[made] / p[made].sum(), q[made])


def _check_columns(look: Look, wished: Shares) -> None:
    faults = []
    for name in wished:
        where = f"Wish(share={{{name!r}: ...}})"
        if name not in look.schema.names:
            what = f"there is no column {name!r}"
            faults.append(Fault(what, where, nearest(name, look.schema.names)))
        elif look.schema[name].kind is Kind.NESTED:
            mend = "wish for shares of a column with plain values"
            faults.append(Fault(f"{name!r} holds lists or structs", where, mend))
    if faults:
        raise WishError.of(faults)


def _axis(look: Look, joint: Joint, name: str, wished: Shares) -> Axis:
    """Named values first, in the order of the wish, then the rest."""
    named = list(wished[name])
    try:
        levels = [equals(name, value).check(look.schema) for value in named]
    except ExpressionError as fault:
        where = f"Wish(share={{{name!r}: ...}})"
        found = [Fault(one.what, where, one.mend) for one in fault.faults]
        raise WishError.of(found) from fault
    others = [value for value in joint.shown(name, MOST_LEVELS + len(named)) if value not in named]
    if len(wished) > 1 and len(others) <= MOST_LEVELS:
        return Axis(name, (*levels, *(equals(name, value) for value in others), is_null(name)))
    return Axis(name, (*levels, none_of(name, named)))


def _check_values(
    look: Look, unconstrained: Look, wished: Shares, grid: Grid, seen: np.ndarray
) -> None:
    faults = []
    for i, (name, shares) in enumerate(wished.items()):
        where = f"Wish(share={{{name!r}: ...}})"
        missing = [
            value
            for at, (value, share) in enumerate(shares.items())
            if share > 0 and at not in seen[:, i]
        ]
        if not missing:
            continue
        shown = unconstrained.joint((name,)).shown(name)
        for value in missing:
            if value in shown:
                what = f"{name} = {value!r} cannot be made: the other conditions rule it out"
                mend = (
                    "loosen the where= of the wish or the constraints, or wish for no share of it"
                )
            else:
                what = f"{value!r} never occurs in {name!r}"
                mend = nearest(value, shown)
            faults.append(Fault(what, where, mend))
    if faults:
        raise WishError.of(faults)


def _target(axis: Axis, shares: Mapping[str, float], at: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Return the wished share of each level: what is named, and the rest in proportion."""
    own = np.bincount(at, p, len(axis.levels))
    named = np.zeros(len(axis.levels), bool)
    named[: len(shares)] = True
    left, others = 1 - sum(shares.values()), own[~named].sum()
    target = np.concatenate([list(shares.values()), np.zeros((~named).sum())])
    if left > 1e-9:
        if not others > 0:
            raise WishError(
                f"the shares of {axis.column!r} sum to {1 - left:g}, and there is no other value",
                where=f"Wish(share={{{axis.column!r}: ...}})",
                mend="make them sum to 1, or loosen the other conditions",
            )
        target[~named] = left * own[~named] / others
    return target


def _fitted(
    p: np.ndarray, seen: np.ndarray, targets: Sequence[np.ndarray], wished: Shares
) -> np.ndarray:
    q, gap = p.copy(), np.inf
    for _ in range(_ROUNDS):
        gap = 0.0
        for i, target in enumerate(targets):
            own = np.bincount(seen[:, i], q, len(target))
            gap = max(gap, float(np.abs(own - target).max()))
            factor = np.divide(target, own, out=np.zeros_like(target), where=own > 0)
            q = q * factor[seen[:, i]]
        if gap < _CLOSE:
            break
    if gap > _CLOSE_ENOUGH:
        both = " and ".join(repr(name) for name in wished)
        raise WishError(
            f"the shares of {both} cannot be met together: the world hardly ever makes "
            "the combinations that they need",
            where="Wish(share=...)",
            mend="wish for shares of one of them, or bring the shares nearer to the world's own",
        )
    return q / q.sum()
