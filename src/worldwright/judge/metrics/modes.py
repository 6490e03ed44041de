"""Modes: is each kind of row as frequent as in life, or has the mixture lost one of its parts?

Real rows are cut in 3, 5, 8 and 12 kinds by k-means, twice each with other starts, and both sides
are counted in them: the bins of Richardson & Weiss, "On GANs and GMMs" (NeurIPS 2018), with the
null by splits in place of their z test. What counts are the columns of numbers, as normal scores of
the pool (missing: the middle): a part of a mixture that no single column and no pair shows much of.

The loudest partition is named, and in it the kind that is furthest off, by the columns in which it
lies furthest out. Below two columns of numbers there is nothing to cut.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ... import plugins, seeds
from ...data.report import Answer
from ..aspects import Asked, Aspect, all_concluded, few, statistics
from ..case import Case, metric
from ..effects import cell_roots, distance, total_variation
from ..family import Outcome, Tests
from ..normal import of_largest
from ..places import Place, band_of, picture, told_of_cell, told_of_distance
from .columns import deviances

KINDS, STARTS = (3, 5, 8, 12), 2
_LEAST_DISTINCT, _FARTHEST = 3, 3.0
_ROWS_TO_LEARN_BY, _LEAST_ROWS_A_KIND, _ROUNDS = 5_000, 20, 20
_COLUMNS_NAMED, _STANDS_OUT, _MOST_COLUMNS = 3, 0.5, 100


@plugins.metrics("modes")
@metric(questions=("rows",), tolerance={"kinds": 0.01}, family=True)
def modes(case: Case) -> Tests:
    """Compare how frequent each kind of row is, kinds being clusters of the real rows' numbers."""
    names, scores = _scores(case)
    real = scores[case.null.pool]
    kinds = [k for k in KINDS if len(real) >= _LEAST_ROWS_A_KIND * k] if len(names) > 1 else []
    if not kinds:
        why = "kinds of rows were not compared: fewer than two columns of numbers, or too few rows"
        return Tests(np.empty((0, 1 + case.splits)), lambda _: Answer(notes=(why,)))
    looked = [
        _partition(case, names, scores, _centres(real, k, case.seed, start))
        for k in kinds
        for start in range(STARTS)
    ]
    asked = [one for one, _ in looked]
    places = {one.where: place for one, place in looked}

    def conclude(outcome: Outcome) -> Answer:
        found = all_concluded(asked, outcome)
        drawn = replace(
            picture(places[found[0].where]),
            question="rows",
            title="How frequent each kind of row is",
        )
        settings = {"modes": {"kinds": kinds, "columns": len(names)}}
        return Answer(tuple(few(found, "ways to cut rows in kinds")), pictures=(drawn,),
                      settings=settings)  # fmt: skip

    return Tests(statistics(asked, case.splits), conclude)


def _scores(case: Case) -> tuple[list[str], np.ndarray]:
    """Return the columns of numbers as normal scores: (rows of the Stack, columns)."""
    from scipy.special import ndtri

    names: list[str] = []
    columns: list[np.ndarray] = []
    for values in case.stack.values:
        if values.words is not None or len(names) == _MOST_COLUMNS:
            continue
        real = np.sort(values.values[case.stack.sizes.pool])
        real = real[~np.isnan(real)]
        if len(np.unique(real)) < _LEAST_DISTINCT:
            continue
        ends = (np.searchsorted(real, values.values, side) for side in ("left", "right"))
        ranks = (sum(ends) + 1.0) / (2 * len(real) + 2)
        scores = np.clip(ndtri(ranks), -_FARTHEST, _FARTHEST)
        scores[np.isnan(values.values)] = 0.0
        names.append(values.name)
        columns.append(scores.astype(np.float32))
    rows = case.stack.sizes.pool.stop
    return names, np.column_stack(columns) if columns else np.empty((rows, 0), np.float32)


def _centres(real: np.ndarray, kinds: int, seed: int, start: int) -> np.ndarray:
    """Return (kinds, columns) means of the kinds, learned from real rows."""
    from scipy.cluster.vq import kmeans2

    chance = seeds.stream(seed, "modes", kinds, start)
    shown = real[chance.permutation(len(real))[:_ROWS_TO_LEARN_BY]].astype(np.float64)
    return np.asarray(kmeans2(shown, kinds, iter=_ROUNDS, minit="++", rng=chance)[0])


def _partition(
    case: Case, names: list[str], scores: np.ndarray, centres: np.ndarray
) -> tuple[Asked, Place]:
    """Return one way to cut the rows in kinds, asked in all and of its worst kind."""
    far = (centres**2).sum(axis=1) - 2 * scores @ centres.T.astype(np.float32)
    codes = far.argmin(axis=1)
    left, right = case.null.tables(codes, len(centres))
    roots = np.abs(cell_roots(left, right))
    worst = int(np.argmax(roots[:, 0]))
    tolerance = {**case.tolerance, "share": case.tolerance["kinds"]}
    seen = total_variation(left, right)
    place = Place(
        names=("a kind of rows",),
        labels=tuple(_described(names, centre) for centre in centres),
        made=left[:, 0],
        real=right[:, 0],
        margins=np.ones(len(centres)),
        band=band_of(left),
        effect=distance(seen, left[:, 0], right[:, 0], case.tolerance["columns"]),
        joint=": ",
    )
    aspects = (
        Aspect(deviances(left, right), lambda: told_of_distance(place, case.tolerance["columns"])),
        Aspect(of_largest(roots), lambda: told_of_cell(place, worst, tolerance)),
    )
    where = f"kinds of rows, {place.labels[worst]}"
    return Asked("rows", where, (), aspects, place.effect.power), place


def _described(names: list[str], centre: np.ndarray) -> str:
    """Return in which columns a kind lies furthest out, and where."""
    order = np.argsort(-np.abs(centre), kind="stable")[:_COLUMNS_NAMED]
    told = [at for at in order if abs(centre[at]) >= _STANDS_OUT] or order[:1].tolist()
    return ", ".join(f"{names[at]} {'high' if centre[at] > 0 else 'low'}" for at in told)
