"""Pictures of the label: calibration made against real, and what tells the label by itself.

What fewer than 10 real rows show is not drawn: a share of real rows stands at 0 where fewer than 10
of the group have the label, and at 1 where fewer than 10 have it not.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ...data.report import MIN_COUNT, Picture
from ..case import Case
from .drift import groups_of
from .grid import Grid
from .targets import Label, real_rows

GROUPS, MOST_DRAWN = 8, 12


def spans(edges: np.ndarray, label: Label) -> list[str]:
    """Name the groups of predictions between these edges."""
    unit = f"rank of {label.name}" if label.is_rank else label.name
    words = [f"{100 * edge:.0f} %" for edge in edges]
    if not words:
        return [f"any {unit}"]
    between = [f"{a} to {b}" for a, b in pairwise(words)]
    return [f"{span} {unit}" for span in (f"below {words[0]}", *between, f"{words[-1]} or more")]


def calibration(case: Case, label: Label, predicted: np.ndarray, dealt: np.ndarray) -> Picture:
    """Draw the label's share by what the other columns say of it, with the noise of real rows."""
    from ...data.reporting import charts

    known = label.known & ~np.isnan(predicted)
    group, edges = groups_of(predicted, real_rows(case), GROUPS)
    grid = Grid.of([group], [len(edges) + 1], case.null, dealt)
    rows = grid.sums(known.astype(np.float64))
    held = grid.sums(np.where(known, label.values, 0))
    made = held.left / np.maximum(rows.left, 1)
    real = held.right[:, 0] / np.maximum(rows.right[:, 0], 1)
    if not label.is_rank:
        real = np.where(held.right[:, 0] < MIN_COUNT, 0, real)
        real = np.where(rows.right[:, 0] - held.right[:, 0] < MIN_COUNT, 1, real)
    band = np.quantile(made[:, 1:], [0.025, 0.975], axis=1).T
    labels = [span.removesuffix(f" {label.name}") for span in spans(edges, label)]
    labels = [span.removesuffix(" rank of") + " expected" for span in labels]
    spec = charts.shares(
        labels, list(real), list(made[:, 0]), axis=label.name, band=[(a, b) for a, b in band]
    )
    what = "mean rank" if label.is_rank else "share"
    caption = (
        f"The {what} of {label.name} among rows of which the other columns say about the same. "
        f"Where made and real bars are alike the label is right. A share that fewer than "
        f"{MIN_COUNT} real rows make is drawn as 0 or as 100 %. {charts.BAND}"
    )
    return Picture("label", f"Is {label.name} what the other columns say?", caption, spec)


def shortcuts(label: Label, rows: Sequence[tuple[str, float, float]]) -> Picture:
    """Draw (feature, AUC among real rows, AUC among made rows), most different first."""
    from ...data.reporting import charts

    drawn = sorted(rows, key=lambda row: -abs(row[2] - row[1]))[:MOST_DRAWN]
    spec = charts.cells(drawn, axis="how often it names the right row (50 % is guessing)")
    caption = (
        f"Shown a row with {label.hot_name} and one without, how often one feature alone names the "
        "right one, its values put in the order that tells most. Far to the right among made rows "
        "only: a shortcut that a model would take."
    )
    return Picture("label", f"What tells {label.hot_name} by itself?", caption, spec)
