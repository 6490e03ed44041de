"""Two-sample classifier: can gradient boosting tell made rows from real ones it never saw?

Lopez-Paz & Oquab, "Revisiting classifier two-sample tests" (ICLR 2017). The rows are cut in two
halves; each half is scored by the model of the other. Within a half the scores are fixed functions
of fresh rows, so the rank-sum p is valid; the two halves share rows between training and test, so
their p values are joined as min(1, 2 min(p, q)), which holds under any dependence. AUC 0.5:
nothing can tell them apart; AUC 1: anything can. It sees whatever trees see, in all columns
together; it cannot prove that a cleverer reader would fail.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ... import plugins, seeds
from ...data.progress import Meter
from ...data.report import MIN_COUNT, Answer, Figure, Finding, Picture, Verdict
from ..boosting import Auc, Booster, Matrix, Settings, auc, boost, two_at_a_time
from ..case import Case, metric
from ..effects import Z95, Effect, conclude
from ..family import strength_of

MIN_ROWS = 40
_MOST_NAMED, _BANDS = 3, 10
_SETTINGS = Settings(trees=80, leaves=31)


@dataclass(frozen=True, slots=True)
class Told:
    """What both halves found: AUC and p, the columns leaned on, and every row's unseen score."""

    auc: float
    error: float
    p: float
    leaned_on: tuple[tuple[str, float], ...]
    scores: np.ndarray
    is_made: np.ndarray


@plugins.metrics("classifier")
@metric(questions=("rows",), figures=("c2st_auc",), tolerance={"rows": 0.55})
def classifier(case: Case) -> Answer:
    """Train a classifier to tell made rows from real ones, and test it on rows it never saw."""
    null = case.null
    n, m = len(null.made), len(null.reference)
    if min(n, m) < MIN_ROWS:
        says = f"{n:,} made and {m:,} real rows are too few to train a classifier"
        finding = Finding("rows", Verdict.CANNOT_TELL, says, measure="AUC", power=0.0)
        return Answer(
            findings=(finding,), notes=(f"c2st_auc was not computed: fewer than {MIN_ROWS} rows",)
        )
    told = _tell(case)
    return Answer(
        findings=(_finding(told, case),),
        figures={"c2st_auc": _figure(told)},
        pictures=(_picture(told),),
        settings={"rows": {"halves": 2, "trees": _SETTINGS.trees, "made": n, "real": m}},
    )


def _tell(case: Case) -> Told:
    """Fit one model per half, and score each half with the model of the other."""
    null, columns = case.null, case.stack.values
    at = np.concatenate([null.made, null.reference])
    rows = Matrix(
        np.column_stack([column.values[at] for column in columns]),
        tuple(column.name for column in columns),
        tuple(i for i, column in enumerate(columns) if column.words is not None),
    )
    is_made = np.repeat([1, 0], [len(null.made), len(null.reference)])
    half = _halves(is_made, case.seed)
    meter = Meter(case.progress, "judge: rows", 2, unit="models")
    jobs = [
        lambda side=side: boost(
            rows.take(half == side),
            is_made[half == side],
            _SETTINGS,
            seed=seeds.child(case.seed, "rows", "model", side),
        )
        for side in (0, 1)
    ]
    models: list[Booster] = []
    for model in two_at_a_time(jobs):
        models.append(model)
        meter.add(1)
    scores = np.empty(len(at))
    for side, model in enumerate(models):
        scores[half != side] = model.scores(rows.values[half != side])
    parts = [auc(scores[half == side], is_made[half == side]) for side in (0, 1)]
    gains = (models[0].gains() + models[1].gains()) / 2
    order = np.argsort(-gains, kind="stable")[:_MOST_NAMED]
    return Told(
        *_joined(parts),
        tuple((rows.names[i], float(gains[i])) for i in order if gains[i] > 0),
        scores,
        is_made,
    )


def _halves(is_made: np.ndarray, seed: int) -> np.ndarray:
    """Deal each side out to two halves of equal size."""
    half = np.empty(len(is_made), dtype=np.int64)
    for side in (0, 1):
        rows = np.flatnonzero(is_made == side)
        half[seeds.stream(seed, "rows", "halves", side).permutation(rows)] = (
            np.arange(len(rows)) % 2
        )
    return half


def _joined(parts: list[Auc]) -> tuple[float, float, float]:
    first, second = parts
    value = (first.value + second.value) / 2
    error = float(np.hypot(first.error, second.error)) / 2
    return value, error, min(1.0, 2 * min(first.p, second.p))


def _finding(told: Told, case: Case) -> Finding:
    from scipy.stats import norm

    tolerance = case.tolerance["rows"]
    low, high = _interval(told)
    stands_out = 0.5 + float(norm.isf(case.level)) * told.error
    power = round(float(norm.cdf((tolerance - stands_out) / told.error)), 3)
    effect = Effect(told.auc, low, high, power)
    verdict = conclude(told.p, case.level, effect, tolerance)
    says = (
        f"shown a made row and a real one, a classifier names the made one {100 * told.auc:.1f} % "
        f"of the time (50 % is guessing, up to {100 * tolerance:g} % counts as the same)"
    )
    if told.p <= case.level and told.leaned_on:
        named = ", ".join(f"{name} ({100 * share:.0f} %)" for name, share in told.leaned_on)
        says += f"; it leans on {named}"
    return Finding(
        "rows",
        verdict,
        says,
        where=told.leaned_on[0][0] if verdict.is_fault and told.leaned_on else "all columns",
        measure="AUC",
        effect=_rounded(told.auc),
        low=_rounded(low),
        high=_rounded(high),
        tolerance=tolerance,
        p=_rounded(told.p),
        power=power,
        columns=tuple(name for name, _ in told.leaned_on),
        strength=_rounded(strength_of(told.p, 1)),
    )


def _figure(told: Told) -> Figure:
    low, high = _interval(told)
    means = "AUC of a classifier that tells made rows from unseen real ones; 0.5 is guessing"
    return Figure(_rounded(told.auc), _rounded(low), _rounded(high), "lower", means)


def _interval(told: Told) -> tuple[float, float]:
    return max(0.0, told.auc - Z95 * told.error), min(1.0, told.auc + Z95 * told.error)


def _picture(told: Told) -> Picture:
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


def _rounded(number: float) -> float:
    return float(f"{number:.6g}")
