"""Two-sample classifier: can gradient boosting tell made rows from real ones it never saw?

AUC 0.5: nothing can tell them apart; AUC 1: anything can. Its p joins blocks of rows that are
scored by models of earlier rows alone (`unseen.py`). It sees whatever trees see, in all columns
together; it cannot prove that a cleverer reader would fail.

Where it can, the answer names regions (`regions.py`): at most three conditions, with the share of
real and of made rows inside, found on one half of the rows and measured on the other. A region
*differs* where its p holds and it is made more than `regions` times too often or too seldom, whole
interval. The classifier and its regions spend half of this metric's error probability each.

Beside its figure stands the *floor*, `c2st_auc_independent`: what the same classifier makes of rows
that know each column alone (`independent.py`). It decides nothing; a note says where made rows do
not beat it.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from ... import plugins
from ...data.report import MIN_COUNT, Answer, Figure, Finding, Picture, Verdict
from ..boosting import Auc, Settings
from ..case import Case, metric
from ..effects import Z95, Effect, conclude
from ..family import strength_of
from ..independent import of_columns_alone
from ..regions import MOST_REGIONS, Region, regions
from ..unseen import CUTS, QUICK_CUTS, Unseen, unseen

MIN_ROWS = 40
_MOST_NAMED, _BANDS = 3, 10
_SETTINGS = Settings(trees=80, leaves=31)
_SHOWN = 0.05  # the p up to which a region is shown
_FARTHEST = 1_000.0  # where no real row lies inside, the ratio has no upper end


@plugins.metrics("classifier")
@metric(
    questions=("rows",),
    figures=("c2st_auc", "c2st_auc_independent"),
    tolerance={"rows": 0.55, "regions": 1.5},
)
def classifier(case: Case) -> Answer:
    """Train a classifier to tell made rows from real ones, and say where it can."""
    n, m = len(case.null.made), len(case.null.reference)
    if min(n, m) < MIN_ROWS or not case.stack.values:
        says = f"{n:,} made and {m:,} real rows are too few to train a classifier"
        if not case.stack.values:
            says = "there is no column that can be compared"
        finding = Finding("rows", Verdict.CANNOT_TELL, says, measure="AUC", power=0.0)
        return Answer(findings=(finding,), notes=(f"c2st_auc was not computed: {says}",))
    told = unseen(case, _SETTINGS)
    floor = of_columns_alone(case, _SETTINGS)
    level = case.level / 2
    found = [one for one in regions(case, told.searched, level) if one.p <= _SHOWN]
    pictures = [_picture(told)] + ([_regions_picture(found)] if found else [])
    cuts = QUICK_CUTS if case.quick else CUTS
    return Answer(
        findings=(
            _finding(told, floor, found, case),
            *(_region_finding(region, case, level) for region in found),
        ),
        figures=_figures(told, floor),
        pictures=tuple(pictures),
        notes=() if floor is None else _notes(told, floor),
        settings={
            "rows": {"models": len(cuts) - 1, "trees": _SETTINGS.trees, "made": n, "real": m}
        },
    )


def _finding(told: Unseen, floor: Auc | None, found: list[Region], case: Case) -> Finding:
    from scipy.stats import norm

    tolerance, level = case.tolerance["rows"], case.level / 2
    low, high = _interval(told)
    stands_out = 0.5 + float(norm.isf(level)) * told.error
    power = round(float(norm.cdf((tolerance - stands_out) / told.error)), 3)
    effect = Effect(told.auc, low, high, power)
    verdict = conclude(told.p, level, effect, tolerance)
    says = (
        f"shown a made row and a real one, a classifier names the made one {100 * told.auc:.1f} % "
        f"of the time (50 % is guessing, up to {100 * tolerance:g} % counts as the same"
    )
    says += ")" if floor is None else f"; rows that know each column alone: {_times(floor)})"
    leaned_on = told.leaned_on[:_MOST_NAMED]
    columns = tuple(name for name, _ in leaned_on)
    if told.p <= level and leaned_on:
        named = ", ".join(f"{name} ({100 * share:.0f} %)" for name, share in leaned_on)
        says += f"; it leans on {named}"
    if told.p <= level and found:
        columns = found[0].columns
        says += f"; most clearly where {found[0].says}"
    return Finding(
        "rows",
        verdict,
        says,
        where=", ".join(columns) if verdict.is_fault and columns else "all columns",
        measure="AUC",
        effect=_rounded(told.auc),
        low=_rounded(low),
        high=_rounded(high),
        tolerance=tolerance,
        p=_rounded(told.p),
        power=power,
        columns=columns,
        strength=_rounded(strength_of(told.p, 1)),
    )


def _region_finding(region: Region, case: Case, level: float) -> Finding:
    factor, times = case.tolerance["regions"], region.ratio
    verdict = Verdict.CANNOT_TELL
    if region.p <= level and times.lies_beyond(factor):
        verdict = Verdict.DIFFERS
    elif 1 / factor <= times.low and times.high <= factor:
        verdict = Verdict.SAME
    return Finding(
        "rows",
        verdict,
        _region_says(region, verdict, factor),
        where=region.says,
        measure="times as often as among real rows",
        effect=_rounded(min(times.value, _FARTHEST)),
        low=_rounded(min(times.low, _FARTHEST)),
        high=_rounded(min(times.high, _FARTHEST)),
        tolerance=factor,
        p=_rounded(region.p),
        columns=region.columns,
        strength=_rounded(strength_of(region.p, MOST_REGIONS)),
    )


def _region_says(region: Region, verdict: Verdict, factor: float) -> str:
    n, m = region.rows
    made = f"{_percent(region.made / n)} of made rows" if region.made else "none of the made rows"
    real = f"{_percent(region.real / m)} of real ones"
    if region.real < MIN_COUNT:
        real = f"fewer than {MIN_COUNT} of {m:,} real ones"
    weak = {
        Verdict.SAME: "; more than chance, yet within the tolerance",
        Verdict.CANNOT_TELL: "; too few rows to hold that against the tolerance",
    }.get(verdict, "")
    limit = f"up to {factor:g} times too often or too seldom counts as the same"
    return f"where {region.says}: {made} and {real} ({limit}){weak}"


def _regions_picture(found: list[Region]) -> Picture:
    """Draw the regions' shares, with what chance does to a share of real rows."""
    from ...data.reporting import charts

    n, m = found[0].rows
    spec = charts.shares(
        [region.says for region in found],
        [region.real / m if region.real >= MIN_COUNT else 0.0 for region in found],
        [region.made / n for region in found],
        axis="where the rows part",
        band=[region.band for region in found],
        broken_at=" and ",
    )
    caption = (
        "Found on one half of the rows and measured on the other, so the shares are honest: "
        f"{n:,} made rows against {m:,} real rows. What fewer than {MIN_COUNT} real rows hold is "
        f"drawn as 0. {charts.BAND}"
    )
    return Picture("rows", "Where made rows part from real ones", caption, spec)


def _figures(told: Unseen, floor: Auc | None) -> dict[str, Figure]:
    means = "AUC of a classifier that tells made rows from unseen real ones; 0.5 is guessing"
    figures = {"c2st_auc": _figure(told, means)}
    if floor is not None:
        means = "the same, of rows that know each column alone: what made rows must lie below"
        figures["c2st_auc_independent"] = _figure(floor, means)
    return figures


def _figure(of: Unseen | Auc, means: str) -> Figure:
    low, high = _interval(of)
    return Figure(_rounded(_value(of)), _rounded(low), _rounded(high), "lower", means)


def _notes(told: Unseen, floor: Auc) -> tuple[str, ...]:
    """Say where made rows are no better than rows that know each column alone."""
    low, _ = _interval(floor)
    if low <= 0.5:
        return (
            "rows: a classifier hardly tells rows that know each column alone from real ones "
            f"either ({_times(floor)} of the time), so it sees no dependence between columns here",
        )
    if _interval(told)[1] < low:
        return ()
    return (
        "rows: made rows do not beat rows that know each column alone: a classifier names them "
        f"{100 * told.auc:.1f} % of the time, and those {_times(floor)}",
    )


def _times(floor: Auc) -> str:
    return f"{100 * floor.value:.1f} %"


def _value(of: Unseen | Auc) -> float:
    return of.auc if isinstance(of, Unseen) else of.value


def _interval(of: Unseen | Auc) -> tuple[float, float]:
    value = _value(of)
    return max(0.0, value - Z95 * of.error), min(1.0, value + Z95 * of.error)


def _picture(told: Unseen) -> Picture:
    """Draw how sure the classifier was of both sides: the bars are alike where it cannot tell."""
    from ...data.reporting import charts

    edges = np.linspace(0, 1, _BANDS + 1)
    made, real = (
        np.histogram(told.scores[told.is_made == side], edges)[0].astype(np.float64)
        for side in (1, 0)
    )
    real = np.where(real >= MIN_COUNT, real, 0)
    labels = [f"{100 * low:.0f} to {100 * high:.0f} % made" for low, high in pairwise(edges)]
    spec = charts.shares(
        labels,
        list(real / max(1, (told.is_made == 0).sum())),
        list(made / (told.is_made == 1).sum()),
        axis="how sure the classifier is",
    )
    caption = (
        "How sure a classifier is that an unseen row was made. Where made and real bars are alike, "
        f"it cannot tell. What fewer than {MIN_COUNT} real rows hold is drawn as 0."
    )
    return Picture("rows", "Can a classifier tell made rows from real ones?", caption, spec)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %" if share >= 0.0995 or share == 0 else f"{100 * share:.2g} %"


def _rounded(number: float) -> float:
    return float(f"{number:.6g}")
