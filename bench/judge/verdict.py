"""Verdict: what the judge says of one draw, as plain figures that fit in a line.

All questions that can find fault are asked, as `worldwright.judge` asks them; worth, which finds
none, is left out because it is what takes longest.
"""

from __future__ import annotations

import time
from typing import Any

from worldwright import Dataset, plugins
from worldwright.data.report import Finding, Report
from worldwright.judge.case import Case
from worldwright.judge.delusion import Planted
from worldwright.judge.run import judged, level_of

from .grounds import Draw

MOST_TOLD, MOST_NAMED = 6, 3


def report_of(made: Dataset, draw: Draw) -> tuple[Report, float]:
    """Judge the rows against the draw's holdout and teachers; return CPU seconds as well."""
    asked = {name: plugins.metrics.get(name) for name in plugins.metrics.names()}
    asked = {name: metric for name, metric in asked.items() if metric.can_fault}
    case = Case(
        made=made,
        real=draw.teachers,
        holdout=draw.holdout,
        target=draw.target,
        seed=draw.seed,
        tolerance={n: v for metric in asked.values() for n, v in metric.tolerance.items()},
        level=level_of(asked),
    )
    start = time.process_time()
    report = judged(case, asked)
    return report, time.process_time() - start


def of_untouched(draw: Draw) -> dict[str, Any]:
    """Return faults, and the least p of the family and of each question that stands alone."""
    report, seconds = report_of(draw.fresh, draw)
    alone = {
        question
        for metric in map(plugins.metrics.get, plugins.metrics.names())
        if not metric.family
        for question in metric.questions
    }
    least: dict[str, float] = {}
    for finding in report.findings:
        if finding.p is not None:
            name = finding.question if finding.question in alone else "family"
            least[name] = min(least.get(name, 1.0), round(float(finding.p), 5))
    return {**_faults(report), "p": least, "rows": draw.fresh.rows, "cpu_s": round(seconds, 2)}


def of_planted(planted: Planted, draw: Draw) -> dict[str, Any]:
    """Return faults, and whether the first of them, or any, names the planted place."""
    report, seconds = report_of(planted.rows, draw)
    right = [names_place(planted, fault) for fault in report.faults]
    return {
        **_faults(report),
        "first": bool(right and right[0]),
        "any": any(right),
        "strict": bool(report.faults) and planted.is_named_by(report.faults[0]),
        "place": ", ".join(planted.columns) or "/".join(planted.questions),
        "cpu_s": round(seconds, 2),
    }


def names_place(planted: Planted, fault: Finding) -> bool:
    """True where a fault of at most three columns names a planted one; see the package."""
    ours, named = set(planted.columns), set(fault.columns)
    if not ours:
        return fault.question in planted.questions
    return bool(ours & named) and (len(named) <= MOST_NAMED or named <= ours)


def _faults(report: Report) -> dict[str, Any]:
    told = [f"{fault.question}: {', '.join(fault.columns)}" for fault in report.faults]
    return {"faults": len(report.faults), "told": told[:MOST_TOLD]}
