"""The compiled loops against slow, obvious versions of themselves."""

from __future__ import annotations

import os
import stat

import numba
import numpy as np
import pytest
from scipy.stats import chi2_contingency

from worldwright import seeds
from worldwright.learn.kernels import compiled, descend, laws
from worldwright.learn.kernels.draw import draw
from worldwright.learn.kernels.grow import WIDTH, Rows, grow
from worldwright.learn.kernels.shrink import backs_of
from worldwright.learn.kernels.values import spread
from worldwright.learn.kernels.vector import LANES, add_row

SHRINK, ESCAPE = 0.7, 0.5


@pytest.fixture(scope="module", params=[3, 40])
def grown(request):
    """Three columns of codes, the last predicted by a tree; the first unordered, narrow or wide."""
    size, n = request.param, 600
    chance = seeds.stream(1, "grown", size)
    a, b = chance.integers(size, size=n), chance.integers(12, size=n)
    y = (a % 3 + (b > 5) + (chance.random(n) < 0.2)) % 5
    codes = np.stack([a, b, y]).astype(np.uint16)
    scores = np.ones((5, WIDTH), np.float32)
    scores[:, :-1] = np.eye(5, WIDTH - 1)
    sizes, unordered = np.array([size, 12, 5]), np.array([True, False, True])
    rows = Rows(codes, sizes, unordered, codes[2], scores)
    limits = np.array([9, 256, 2, 40, 2_000])
    order = np.arange(n, dtype=np.int32)
    return codes, grow(rows, np.array([0, 1]), order, limits, np.uint64(7))


def goes_left(codes: np.ndarray, node: np.ndarray, pool: np.ndarray) -> bool:
    feature, form = divmod(int(node[0]), 4)
    code = int(codes[feature])
    if form == 0:
        return code <= node[2]
    word = int(node[2]) if form == 1 else int(pool[node[2] + code // 32])
    return bool(word >> (code % 32) & 1)


def pulled(counts: np.ndarray, others: np.ndarray) -> float:
    """How far two sides are pulled towards their common law: (k - 1) / X2, by scipy's X2."""
    table = np.stack([counts, others])
    table = table[:, table.sum(axis=0) > 0]
    if table.shape[1] < 2:
        return 1.0
    told = chi2_contingency(table, correction=False).statistic
    return min(1.0, SHRINK * (table.shape[1] - 1) / max(told, 1e-9))


def law_of(codes: np.ndarray, tree) -> np.ndarray:
    """The law of the target for one row, from the definition: root first, then node by node."""
    nodes, spans, pool, leaves, _ = tree

    def counts(v: int) -> np.ndarray:
        start, count, _ = spans[v]
        return np.bincount(leaves[start : start + count], minlength=5)

    v, law = 0, counts(0) / counts(0).sum()
    while nodes[v, 0] >= 0:
        child = nodes[v, 1]
        pull = pulled(counts(child), counts(child + 1))
        v = child + (0 if goes_left(codes, nodes[v], pool) else 1)
        held = counts(v)
        unseen = ESCAPE * (held > 0).sum()
        back = 1 - (1 - pull) * held.sum() / (held.sum() + unseen)
        law = (1 - back) * held / held.sum() + back * law
    return law


def backs(tree) -> np.ndarray:
    nodes, spans, _, leaves, _ = tree
    found = np.empty(len(nodes))
    backs_of(nodes, spans, leaves, 5, SHRINK, ESCAPE, found)
    return found


def test_children_part_their_parents_rows_and_leaves_are_large_enough(grown) -> None:
    _, (nodes, spans, _, leaves, gains) = grown
    assert len(nodes) > 5
    assert (gains[:2] > 0).all()
    for v, (feature, child, _) in enumerate(nodes):
        start, count, distinct = spans[v]
        assert distinct == len(set(leaves[start : start + count].tolist()))
        if feature < 0:
            assert count >= 9
            assert (np.diff(leaves[start : start + count].astype(int)) >= 0).all()
        else:
            assert spans[child, 0] == start
            assert spans[child + 1, 0] == start + spans[child, 1]
            assert spans[child, 1] + spans[child + 1, 1] == count


def test_every_row_that_taught_lies_in_the_leaf_it_descends_to(grown) -> None:
    codes, (nodes, spans, pool, leaves, _) = grown
    counts = {}
    for row in codes.T:
        v = 0
        while nodes[v, 0] >= 0:
            v = nodes[v, 1] + (0 if goes_left(row, nodes[v], pool) else 1)
        counts.setdefault(int(v), []).append(int(row[2]))
    for v, held in counts.items():
        start, count, _ = spans[v]
        assert sorted(held) == leaves[start : start + count].tolist()


def test_weighing_gives_the_law_of_the_definition(grown) -> None:
    codes, tree = grown
    nodes, spans, pool, leaves, _ = tree
    rows = np.ascontiguousarray(codes.T[:60])
    root = np.bincount(codes[2], minlength=5) / codes.shape[1]
    is_large = spans[:, 1] > 100
    place = np.where(is_large, np.cumsum(is_large) - 1, -1).astype(np.int32)
    held = np.zeros((is_large.sum(), 5), np.float32)
    laws.count_large(spans, leaves, place, held)
    for wanted in range(5):
        chances = np.full(60, root[wanted])
        descend.weigh(
            rows, np.full(60, wanted, np.uint16), nodes, spans, pool, leaves,
            np.zeros(1, np.int64), place, held, backs(tree), chances,
        )  # fmt: skip
        expected = [law_of(row, tree)[wanted] for row in rows]
        # The end of a path that weighs less than `SMALL` is replaced by the root's law.
        assert np.abs(chances - expected).max() <= descend.SMALL


def above(nodes: np.ndarray) -> np.ndarray:
    parents = np.empty(len(nodes), np.int32)
    descend.parents_of(nodes, parents)
    return parents


def test_drawing_follows_the_law_of_the_definition(grown) -> None:
    # Null: multinomial with the exact law; 20,000 draws a row; 6 standard deviations and 1e-3 for
    # nothing: 40 comparisons, false alarm < 40 * 2e-9 < 1e-7.
    codes, tree = grown
    nodes, spans, pool, leaves, _ = tree
    for row in codes.T[:8]:
        drawn = np.tile(row[:, None], 20_000)
        draw(
            drawn, 2, np.arange(20_000), nodes, spans, pool, leaves, np.zeros(1, np.int64),
            above(nodes), backs(tree), np.uint64(3),
        )  # fmt: skip
        law = law_of(row, tree)
        seen = np.bincount(drawn[2], minlength=5) / 20_000
        assert (np.abs(seen - law) <= 6 * np.sqrt(law * (1 - law) / 20_000) + 1e-12).all()


def test_a_draw_depends_on_its_row_number_alone(grown) -> None:
    codes, tree = grown
    nodes, spans, pool, leaves, _ = tree
    roots = np.zeros(3, np.int64)

    def drawn(at: np.ndarray) -> np.ndarray:
        part = codes[:, at].copy()
        draw(
            part, 2, at, nodes, spans, pool, leaves, roots, above(nodes), backs(tree), np.uint64(3)
        )
        return part[2]

    whole = drawn(np.arange(200))
    assert np.array_equal(drawn(np.arange(50, 90)), whole[50:90])
    assert np.array_equal(drawn(np.array([7, 3, 199])), whole[[7, 3, 199]])


def test_values_keep_the_mean_of_their_piece_and_stay_inside() -> None:
    # Uniform on each side: 50,000 draws, 6 standard deviations of the mean (range 10: sd < 3).
    pieces = np.array([[0.0, 2.0, 10.0], [5.0, 5.0, 5.0]])
    spans = np.array([[0, 1], [1, 1], [0, 0]], np.int32)
    numbers = np.empty(50_000)
    rest = np.array([1.0, 0.0]), np.array([5.0]), np.zeros(3, bool), np.uint64(1), 0
    spread(np.zeros(50_000, np.uint16), spans, pieces, *rest, numbers)
    assert abs(numbers.mean() - 2.0) < 6 * 3 / np.sqrt(50_000)
    assert numbers.min() >= 0
    assert numbers.max() <= 10
    others = np.empty(2)
    spread(np.array([1, 2], np.uint16), spans, pieces, *rest, others)
    assert others[0] == 5.0
    assert np.isnan(others[1])


def test_machine_code_is_kept_only_where_nobody_else_may_write(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = compiled.cache_folder()
    assert folder is not None
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    os.chmod(folder, 0o755)
    assert compiled.cache_folder() is None
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    (tmp_path / "file").write_text("")
    assert compiled.cache_folder() is None


def test_a_row_of_eight_is_added_to_another_to_the_last_bit() -> None:
    chance = seeds.stream(3, "rows of eight")
    into = chance.normal(size=(7, LANES)).astype(np.float32)
    rows = chance.normal(size=(50, LANES)).astype(np.float32)
    at = chance.integers(7, size=50).astype(np.uint16)
    expected = into.copy()
    for row, place in zip(rows, at, strict=True):
        expected[place] += row

    @numba.njit
    def add_all(into, at, rows):
        for row in range(len(rows)):
            add_row(into, at[row], rows, row)

    add_all(into, at, rows)
    assert into.tobytes() == expected.tobytes()
