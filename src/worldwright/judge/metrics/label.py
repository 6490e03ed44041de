"""Label: does the made label behave like the real one, given everything else in the row?

Three looks, one family. **Drift**: label less what the other columns say of it (cross-fitted), in
the whole table, among rows of the same prediction, and in every cell of every column (`drift.py`).
**Links and shortcuts**: what one column, the order of the rows, an id, a digit or an hour tells of
the label, made against real (`links.py`, `traits.py`). **Ease**: models that made rows taught,
asked of other made rows and of real ones (`ease.py`).

It does not see what trees on these columns cannot cut, a drift that cancels inside every cell, and
classes beyond the four most frequent. That the label's share has moved together with the columns is
for `columns` and `pairs` to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ... import plugins
from ...data.report import Answer, Figure, Finding, Picture, Verdict
from ..aspects import Asked, all_concluded, rounded
from ..boosting import auc
from ..case import Case, metric
from ..cells import Cells, cut
from ..effects import Z95
from ..family import Outcome, Tests
from ..label import asked, drawn
from ..label.drift import WRONG, Drift, directions, drift, groups_of
from ..label.ease import Ease, ease
from ..label.grid import Grid
from ..label.links import as_taught, in_order
from ..label.predictions import MOST_COLUMNS, dealt_out, matrix_of, predict
from ..label.targets import Label, labels_of, main_label, real_rows
from ..label.traits import Trait, traits

CELLS_A_COLUMN, PREDICTIONS, MOST_NAMED = 8, 8, 20
_SORTED = 0.25  # an AUC this far from a half: the file is sorted by the label, more or less


@dataclass(frozen=True, slots=True)
class Ground:
    """What all looks share: the columns in cells, the traits, and the grids of both."""

    columns: tuple[Cells, ...]
    traits: tuple[Trait, ...]
    grid: Grid
    trait_grid: Grid
    ranked: tuple[str, ...]
    half: np.ndarray
    dealt: np.ndarray


@plugins.metrics("label")
@metric(
    questions=("label",),
    figures=("label_ease", "label_wrong", "tstr_gap"),
    tolerance={"label": 0.02, "label_ease": 0.03},
    family=True,
)
def label(case: Case) -> Tests:
    """Compare the label with what the rest says of it, what alone tells it, how easy it is."""
    labels = labels_of(case)
    if isinstance(labels, str):
        return _unasked(case, labels)
    ground, notes = _ground(case, labels)
    matrix = matrix_of(case)
    predicted = predict(case, matrix, labels)
    main = main_label(labels, case)
    values = np.column_stack([matrix.values, *(trait.codes for trait in ground.traits)])
    names = (*matrix.names, *(trait.name for trait in ground.traits))
    found = ease(case, matrix, main, (values, names), ground.grid)
    groups: list[list[Asked]] = [[], [], [], []]
    figures: dict[str, Figure] = {}
    pictures: list[Picture] = []
    for one, prediction in zip(labels, predicted, strict=True):
        told, wrong = _drifts(case, ground, one, prediction)
        for group, places in zip(groups, told, strict=False):
            group += places
        places, drawable = _links(case, ground, one)
        groups[3] += places
        if one is main:
            pictures.append(drawn.calibration(case, one, prediction, ground.dealt))
            pictures += [drawn.shortcuts(one, drawable)] if drawable else []
        if one is main and wrong is not None:
            figures["label_wrong"] = _figure(wrong, one)
    if isinstance(found, Ease):
        groups[0] += asked.of_models(main, found, case.tolerance["label_ease"])
        figures |= found.figures
    else:
        notes.append(f"the ease of the label was not measured: {found}")
    return Tests(
        asked.balanced(groups, case.splits),
        lambda outcome: _concluded(
            groups, outcome, Answer((), figures, tuple(pictures), notes=tuple(notes))
        ),
    )


def _unasked(case: Case, why: str) -> Tests:
    """Say why there is nothing to ask; too little to tell is a finding where a target was named."""
    note = f"label was not judged: {why}"
    findings = (
        ()
        if case.target is None
        else (Finding("label", Verdict.CANNOT_TELL, why, where=case.target, power=0.0),)
    )
    answer = Answer(findings=findings, notes=(note,))
    return Tests(np.empty((0, 1 + case.splits)), lambda _: answer)


def _ground(case: Case, labels: Sequence[Label]) -> tuple[Ground, list[str]]:
    every = [one for one in case.stack.values if one.name != case.target]
    values = every[:MOST_COLUMNS]
    pool = case.stack.sizes.pool
    columns = tuple(cut(one, pool, CELLS_A_COLUMN) for one in values)
    every_trait, note = traits(case)
    found, said = _no_sorted_file(case, every_trait, labels)
    dealt = case.null.dealt.astype(np.float32)
    rows = len(case.stack.values_of(str(case.target)))
    ordered = [one.name for one in values if one.words is None or len(one.words) <= 2]
    ground = Ground(
        columns=columns,
        traits=tuple(found),
        grid=Grid.of([c.codes for c in columns], [c.count for c in columns], case.null, dealt),
        trait_grid=Grid.of([t.codes for t in found], [t.count for t in found], case.null, dealt),
        ranked=tuple(ordered),
        half=dealt_out(rows, (case.null.made, real_rows(case)), 2, case.seed, "order"),
        dealt=dealt,
    )
    notes = [*said, note] if note else said
    if len(every) > MOST_COLUMNS:
        notes.append(
            f"the label is held against the first {MOST_COLUMNS} of {len(every):,} other columns"
        )
    return ground, notes


def _no_sorted_file(
    case: Case, found: list[Trait], labels: Sequence[Label]
) -> tuple[list[Trait], list[str]]:
    """Leave out positions by which real rows are sorted by the label, too, and say so.

    The border between the classes lies elsewhere in each sample of such a file: what one sample's
    position tells errs in every other, and nothing of it is a shortcut that only made rows have.
    """
    rows = real_rows(case)
    kept, notes = [], []
    for one in found:
        if one.is_position and any(_is_sorted(one, label, rows) for label in labels):
            notes.append(f"{one.name} tells {case.target} among real rows, so it is no shortcut")
        else:
            kept.append(one)
    return kept, notes


def _is_sorted(trait: Trait, label: Label, rows: np.ndarray) -> bool:
    known = rows[label.known[rows]]
    hot = label.hot[known]
    if not (hot == 1).any() or not (hot == 0).any():
        return False
    return abs(auc(trait.codes[known].astype(np.float64), hot).value - 0.5) > _SORTED


def _drifts(
    case: Case, ground: Ground, one: Label, predicted: np.ndarray
) -> tuple[tuple[list[Asked], list[Asked], list[Asked]], Drift | None]:
    """Return the places of the whole table, of predictions and of cells; the share of wrong."""
    tolerance = case.tolerance["label"]
    known = one.known & ~np.isnan(predicted)
    ones = known.astype(np.float64)
    group, edges = groups_of(predicted, real_rows(case), PREDICTIONS)
    grids = [
        Grid.of([np.zeros(len(known), dtype=np.int64)], [1], case.null, ground.dealt),
        Grid.of([group], [len(edges) + 1], case.null, ground.dealt),
        ground.grid,
    ]
    counts = [grid.sums(ones) for grid in grids]
    ways = directions(one, predicted)
    whole = {way.kind: drift(grids[0], known, counts[0], way, None) for way in ways}
    level = drift(grids[1], known, counts[1], ways[0], None)
    inside = {way.kind: drift(ground.grid, known, counts[2], way, group) for way in ways[:2]}
    told = (
        asked.of_whole(one, whole, tolerance),
        asked.of_predictions(one, level, drawn.spans(edges, one), tolerance),
        asked.of_cells(one, inside, ground.columns, tolerance),
    )
    return told, whole.get(WRONG)


def _links(
    case: Case, ground: Ground, one: Label
) -> tuple[list[Asked], list[tuple[str, float, float]]]:
    """Return the places of columns and traits, and what a picture draws of them."""
    tolerance = case.tolerance["label_ease"]
    ordered = in_order(ground.grid, one.hot)
    every, by_trait = (
        as_taught(grid, one.hot, ground.half) for grid in (ground.grid, ground.trait_grid)
    )
    names = [column.name for column in ground.columns]
    places = [
        *asked.of_columns(one, names, every, (ordered, ground.ranked), tolerance),
        *asked.of_traits(one, ground.traits, by_trait, tolerance),
    ]
    features = [*names, *(trait.name for trait in ground.traits)]
    made = np.concatenate([every.made[:, 0], by_trait.made[:, 0]])
    real = np.concatenate([every.real[:, 0], by_trait.real[:, 0]])
    return places, [(n, float(r), float(m)) for n, r, m in zip(features, real, made, strict=True)]


def _concluded(groups: list[list[Asked]], outcome: Outcome, answer: Answer) -> Answer:
    """Name what differs, then the whole table's other verdicts; count the places too small."""
    places = [place for group in groups for place in group]
    findings = all_concluded(places, asked.wrong_labels_first(groups, outcome))
    is_whole = {place.where for place in groups[0]}
    differ = [one for one in findings if one.verdict is Verdict.DIFFERS]
    rest: list[Finding] = []
    for verdict in (Verdict.CANNOT_TELL, Verdict.SAME):
        mine = [one for one in findings if one.verdict is verdict and one.where in is_whole]
        rest += sorted(mine, key=lambda one: -(one.strength or 0))[:1]
    rest += [
        one
        for one in findings
        if one.verdict is Verdict.CANNOT_TELL
        and one.where not in is_whole
        and (one.p or 1) <= outcome.level
    ][:1]
    unsure = sum(
        one.verdict is Verdict.CANNOT_TELL and one.where not in is_whole for one in findings
    )
    notes = answer.notes
    if unsure:
        notes = (
            *notes,
            f"label: {unsure:,} of {len(places) - len(is_whole):,} subgroups, columns and traits "
            "are too small, or too near the tolerance, to be called the same",
        )
    return Answer(
        findings=(*differ[:MOST_NAMED], *rest),
        figures=answer.figures,
        pictures=answer.pictures,
        notes=notes,
        settings={"label": {"places": len(places)}},
    )


def _figure(wrong: Drift, one: Label) -> Figure:
    value, reach = float(wrong.size[0]), Z95 * float(wrong.error[0])
    means = f"share of made rows whose {one.column} is wrong, beyond that of real rows"
    return Figure(rounded(value), rounded(value - reach), rounded(value + reach), "lower", means)
