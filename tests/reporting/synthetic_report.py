"""The parts of a report that no rows stand behind, and a name that tries to break a page."""

from __future__ import annotations

from worldwright.data.report import Finding, Side, Verdict

EVIL = "</script><script>alert('<b>&amp;\u2028"

SIDES = (
    Side("made", 15_000, 42, "world", "k:11"),
    Side("real", 17_634, 42, "split", "k:22"),
    Side("holdout", 7_558, 42, "split", "k:33"),
)


def finding(question: str, verdict: Verdict, says: str, where: str = "") -> Finding:
    return Finding(question, verdict, says, where, "total variation", 0.031, 0.024, 0.038, 0.01)
