"""The forest's own law of a row, by the formula: slow and obvious, so that draws can be held to it.

    p(row) = p(first) * product over columns of the mean over its trees of p_v(code), v its leaf,
    p_v(y) = (1 - b_v) c_v(y) / n_v + b_v p_parent(y)

It knows no rule between columns: it is for tables in which none was found.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

import worldwright as ww
from worldwright.learn.kernels.descend import DEEPEST, descend
from worldwright.learn.kernels.grow import COUNT, START
from worldwright.learn.tabular.forest import Forest
from worldwright.learn.tabular.trees import Trees


def own_chances(world: ww.World, rows: pd.DataFrame) -> np.ndarray:
    """Return the probability that the forest gives each row, (rows,)."""
    forest = world.part
    assert isinstance(forest, Forest)
    assert not forest.chain.dependencies
    codes = np.column_stack(
        [
            held.encode(pa.chunked_array([pa.array(rows[held.column.name].to_list())]))
            for held in forest.columns_as_codes
        ]
    )
    chances = forest.chain.first[codes[:, 0]].astype(float)
    for column, trees in enumerate(forest.chain.trees):
        if column and trees is None:
            chances *= forest.chain.shares[column][codes[:, column]]
        elif trees is not None:
            chances *= [_of_tree_mean(trees, row, row[column]) for row in codes]
    return np.asarray(chances)


def _of_tree_mean(trees: Trees, row: np.ndarray, code: int) -> float:
    return float(np.mean([_of_tree(trees, root, row, code) for root in trees.roots]))


def _of_tree(trees: Trees, root: int, row: np.ndarray, code: int) -> float:
    path = np.empty(DEEPEST, np.int32)
    leaf = descend(trees.nodes, trees.words, root, row, path)
    chance = 0.0
    for v in path[: leaf + 1]:
        first, n = trees.spans[v, START], trees.spans[v, COUNT]
        share = float((trees.leaves[first : first + n] == code).mean())
        back = trees.backs[v] if v != root else 0.0
        chance = (1 - back) * share + back * chance
    return chance
