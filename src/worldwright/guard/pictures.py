"""The guard's pictures: each risk as a value with its interval, beside what chance gives."""

from __future__ import annotations

from collections.abc import Sequence

from ..data.report import Picture
from .verdict import Risk


def bars(question: str, title: str, risks: Sequence[Risk], *, chance: float) -> Picture:
    """Return the chart of these risks with a line at `chance`; the caption says it in words."""
    from ..data.reporting import charts

    rows = [(risk.where, risk.found.value, risk.found.low, risk.found.high) for risk in risks]
    tolerated = "; ".join(f"{risk.where}: up to {risk.tolerance:g}" for risk in risks)
    caption = (
        f"{'; '.join(risk.measured for risk in risks)}. The line marks {chance:g}, which is what "
        f"chance gives. Tolerated: {tolerated}."
    )
    spec = charts.intervals(rows, axis=risks[0].measure, reference=chance)
    return Picture(question, title, caption, spec)
