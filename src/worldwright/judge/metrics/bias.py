"""Bias: is the label as unequal between groups of people among made rows as among real ones?

For each column that the schema marks as sensitive, and each two of them together, the gap in the
label's share between a group and all others: made gap less real gap (`label/gaps.py`). Kept, shrunk
or amplified is all it says: a gap that is kept may be unjust all the same. Where no column is
marked, the first ten columns of few values are asked, and a note says so.

Groups of fewer than 10 real rows are not named, two columns together below 50 not asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ... import plugins
from ...data.report import MIN_COUNT, Answer, Finding, Verdict
from ..aspects import Asked, Aspect, Told, all_concluded, few, percent, statistics
from ..case import Case, metric
from ..cells import MISSING, Cells, cut
from ..effects import Z95
from ..family import Outcome, Tests
from ..label.gaps import Gap, gap_of, seen_gaps
from ..label.grid import Grid
from ..label.targets import Label, labels_of

MOST_UNMARKED, MOST_MARKED, MIN_TOGETHER = 10, 20, 50
_GROUPS, _MOST_WORDS, _STANDS_OUT = 8, 8, 3.0


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways to cut people in groups: one column each, or two together."""

    names: tuple[tuple[str, ...], ...]
    labels: tuple[tuple[str, ...], ...]
    grid: Grid


@plugins.metrics("bias")
@metric(questions=("bias",), tolerance={"bias": 0.03}, family=True)
def bias(case: Case) -> Tests:
    """Compare the gap of the label between groups, made against real."""
    none = np.empty((0, 1 + case.splits))
    labels = labels_of(case)
    if isinstance(labels, str):
        return Tests(none, lambda _: Answer(notes=(f"bias was not judged: {labels}",)))
    columns, note = _columns(case)
    if not columns:
        return Tests(none, lambda _: Answer(notes=(note,)))
    ways = _ways(case, columns)
    places = [place for label in labels for place in _asked(case, ways, label)]
    marked = not note
    return Tests(
        statistics(places, case.splits), lambda outcome: _concluded(places, outcome, note, marked)
    )


def _columns(case: Case) -> tuple[list[Cells], str]:
    """Return the columns to ask about, and a note where nobody marked any."""
    marked = {
        column.name
        for side in (case.real, case.made, case.holdout)
        if side is not None
        for column in side.schema.main.columns
        if column.sensitive
    }
    pool = case.stack.sizes.pool
    others = [one for one in case.stack.values if one.name != case.target]
    if marked:
        asked = [cut(one, pool, _GROUPS) for one in others if one.name in marked]
        asked = [one for one in asked if one.count > 1]
        why = "the columns marked sensitive cannot be cut in groups of 10 real rows"
        return asked[:MOST_MARKED], "" if asked else f"bias was not judged: {why}"
    some = [one for one in others if 2 <= len(one.words or ()) <= _MOST_WORDS]
    if not some:
        return [], "bias was not judged: no column is marked sensitive, and none has few values"
    asked = [cut(one, pool, _GROUPS + 1) for one in some[:MOST_UNMARKED]]
    named = ", ".join(one.name for one in asked)
    return asked, (
        f"no column is marked sensitive, so bias was asked of columns with few values: {named}; "
        "mark columns in the schema to ask of them, and of two together"
    )


def _ways(case: Case, columns: Sequence[Cells]) -> Ways:
    names: list[tuple[str, ...]] = [(one.name,) for one in columns]
    labels = [tuple(f"{one.name} = {word}" for word in one.labels) for one in columns]
    codes, counts = [one.codes for one in columns], [one.count for one in columns]
    is_marked = {column.name for column in case.real.schema.main.columns if column.sensitive}
    for a, b in combinations([one for one in columns if one.name in is_marked], 2):
        names.append((a.name, b.name))
        labels.append(tuple(f"{a.name} = {v}, {b.name} = {w}" for v in a.labels for w in b.labels))
        codes.append(a.codes * b.count + b.codes)
        counts.append(a.count * b.count)
    dealt = case.null.dealt.astype(np.float32)
    return Ways(tuple(names), tuple(labels), Grid.of(codes, counts, case.null, dealt))


def _asked(case: Case, ways: Ways, label: Label) -> list[Asked]:
    """Return one place for each way to cut people in groups."""
    rows = ways.grid.sums((~np.isnan(label.hot)).astype(np.float64))
    held = ways.grid.sums((label.hot == 1).astype(np.float64))
    seen = seen_gaps(ways.grid, rows, held)
    tolerance = case.tolerance["bias"]
    places = []
    for at, (names, words) in enumerate(zip(ways.names, ways.labels, strict=True)):
        least = MIN_COUNT if len(names) == 1 else MIN_TOGETHER
        start = int(ways.grid.starts[at])
        cells = [
            start + i
            for i, word in enumerate(words)
            if rows.right[start + i, 0] >= least and not word.endswith(MISSING)
        ]
        if cells:
            gaps = {cell: gap_of(ways.grid, cell, rows, held) for cell in cells}
            words_of = {start + i: word for i, word in enumerate(words)}
            places.append(_place(label, names, seen, gaps, words_of, tolerance))
    return places


def _place(
    label: Label,
    names: tuple[str, ...],
    seen: np.ndarray,
    gaps: dict[int, Gap],
    words: dict[int, str],
    tolerance: float,
) -> Asked:
    """Return one place; the group whose gap may have changed most is its overall measure.

    The groups follow, the loudest first, so that of those that differ it is the one that is named.
    """
    most = min(gaps, key=lambda cell: -(abs(gaps[cell].change) + Z95 * gaps[cell].error))
    loudest = sorted(gaps, key=lambda cell: -round(float(seen[cell, 0]), 6))
    aspects = tuple(
        Aspect(seen[cell], _teller(label, words[cell], gaps[cell], tolerance))
        for cell in (most, *loudest)
    )
    where = f"{label.hot_name} by {' × '.join(names)}"
    return Asked(
        "bias", where, (label.column, *names), aspects, _power(gaps[most].error, tolerance)
    )


def _teller(label: Label, group: str, gap: Gap, tolerance: float) -> Callable[[], Told]:
    def told() -> Told:
        size = abs(gap.change)
        low, high = max(0.0, size - Z95 * gap.error), size + Z95 * gap.error
        inside, real = gap.inside
        known = percent(real) if real is not None else f"fewer than {MIN_COUNT}"
        became = f"{gap.way} by {_points(size)}" if low > 0 else f"a change of {_points(size)}"
        became = f"kept but for {_points(size)}" if high <= tolerance else became
        says = (
            f"{label.hot_name} in {percent(inside)} of made and {known} of real rows with {group}: "
            f"against all others the gap is {_signed(gap.real)} points in real and "
            f"{_signed(gap.made)} in made rows, {became} [{_points(low)}, {_points(high)}] points "
            f"(up to {_points(tolerance)} count as the same)"
        )
        return Told(says, "change of a gap in shares", size, low, high, tolerance)

    return told


def _concluded(places: Sequence[Asked], outcome: Outcome, note: str, marked: bool) -> Answer:
    findings: list[Finding] = all_concluded(places, outcome)
    if not marked or len(findings) > MOST_MARKED:
        findings = few(findings, "groups")
    if not marked:
        findings = [one for one in findings if one.verdict is not Verdict.CANNOT_TELL][:20] or few(
            findings, "groups"
        )
    return Answer(
        findings=tuple(findings),
        notes=(note,) if note else (),
        settings={"bias": {"ways": len(places), "marked": marked}},
    )


def _power(error: float, tolerance: float) -> float:
    from scipy.stats import norm

    return round(float(norm.cdf(tolerance / max(error, 1e-9) - _STANDS_OUT)), 3)


def _points(share: float) -> str:
    return f"{100 * share:.2g}" if share < 0.0995 else f"{100 * share:.1f}"


def _signed(gap: float) -> str:
    return f"{'+' if gap > 0 else '-' if gap < 0 else ''}{_points(abs(gap))}"
