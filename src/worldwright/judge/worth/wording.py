"""What is said of a trial, what is advised, and what is drawn."""

from __future__ import annotations

from ...data.report import Figure, Picture, Worth
from ..effects import Z95
from .equivalent import curve_points
from .score import NAMES
from .task import Task
from .training import CLASS
from .trial import MADE, Trial, Way, gain

_NOTHING = "nothing"


def worth_of(task: Task, trial: Trial, figure: Figure, equivalent: Figure | str) -> Worth:
    """Return the Worth, with its sentence."""
    return Worth(
        task=task.name,
        score=NAMES[task.kind],
        gain=figure,
        against=trial.against.name,
        scores={way.name: _rounded(way.mean) for way in (*trial.ways, trial.made)},
        equivalent_rows=equivalent if isinstance(equivalent, Figure) else None,
        says=_says(task, trial, figure, equivalent),
    )


def advice_of(task: Task, trial: Trial, figure: Figure, *, seed: int) -> str:
    """Return what to do instead, or nothing where made rows do better than everything else."""
    best = max(trial.ways, key=lambda way: way.mean)
    if figure.low <= 0:
        return f"{_verdict(task, figure)} Use {_name(best)} instead: {_compared(best, trial.made)}."
    advised = [way for way in trial.ways if not way.sets_worth]
    if not advised:
        return ""
    best = max(advised, key=lambda way: way.mean)
    if gain(trial.made, best, seed=seed)[1] > 0:
        return ""
    return (
        f"Use {_name(best)} instead: without made rows it does as well for {task.name} "
        f"({_compared(best, trial.made)})."
    )


def pictures_of(task: Task, trial: Trial) -> tuple[Picture, Picture]:
    """Draw the learning curve with the made rows as a line, and every way with its interval."""
    from ...data.reporting import charts

    unit = f"real rows of {task.name}" if task.kind == CLASS else "real rows"
    name = NAMES[task.kind]
    points = [
        charts.CurvePoint(f"real rows, {_name(trial.against)}", float(x), y, low, high)
        for x, y, low, high in curve_points(trial)
    ]
    spec = charts.curve(points, x_axis=unit, y_axis=name, rule=(MADE, trial.made.mean))
    curve = Picture(
        "worth",
        f"What the made rows are worth for {task.name}",
        f"Score on {len(task.test.target):,} unseen real rows by the number of {unit} learned "
        "from. Where the line of the made rows meets the curve, that many real rows do as well.",
        spec,
    )
    ways = sorted((*trial.ways, trial.made), key=lambda way: -way.mean)
    rows = [(way.name, way.mean, *_interval(way)) for way in ways]
    spec = charts.intervals(rows, axis=name, reference=trial.against.mean)
    against = Picture(
        "worth",
        f"The made rows beside ways without made rows, for {task.name}",
        f"The line is the best simple way, {trial.against.name}. Differences between ways are "
        "paired, so they are surer than these intervals.",
        spec,
    )
    return curve, against


def _says(task: Task, trial: Trial, figure: Figure, equivalent: Figure | str) -> str:
    size = f"{figure.value:+.3f} [{figure.low:+.3f}, {figure.high:+.3f}]"
    against = f"{size} {NAMES[task.kind]} against {_name(trial.against)}"
    if figure.low <= 0:
        return f"{_verdict(task, figure)} They change the score by {against}."
    unit = f" of {task.name}" if task.kind == CLASS else ""
    if isinstance(equivalent, str):
        rows = f"As a number of real rows{unit}: {equivalent}"
    else:
        rows = (
            f"That is as much as {equivalent.value:,.0f} more real rows{unit} "
            f"[{equivalent.low:,.0f}, {equivalent.high:,.0f}]"
        )
    return f"The made rows add {against}. {rows}."


def _verdict(task: Task, figure: Figure) -> str:
    if figure.high < 0:
        return f"The made rows do harm for {task.name}."
    return f"The made rows add nothing for {task.name} that can be told from chance."


def _compared(way: Way, made: Way) -> str:
    return f"{way.mean:.3f} against {made.mean:.3f} with made rows"


def _name(way: Way) -> str:
    return "the real rows alone" if way.name == _NOTHING else way.name


def _interval(way: Way) -> tuple[float, float]:
    error = Z95 * float(way.scores[:, 1:].mean(axis=0).std(ddof=1))
    return way.mean - error, way.mean + error


def _rounded(number: float) -> float:
    return float(f"{number:.6g}")
