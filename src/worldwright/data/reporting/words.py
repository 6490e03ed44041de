"""The sentences that every face of a Report uses: the same words on screen, page and card.

Questions and figures that an attack asks belong to "who could be hurt?"; which those are is known
to the registry of attacks, so a new attack is filed without touching this file.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from ... import plugins
from ..ledger import Keeping, LedgerRow, Standing
from ..report import Figure, Finding, Report, Side, Verdict, Worth

NO_GUARANTEE = "No attack that we ran beats its control at the stated power; this is no guarantee."
_LEVEL = 0.05  # of the family of attacks; the p of a finding is corrected for it
NOT_ATTACKED = "Nobody attacked these rows, so nothing is known about whom they could hurt."
NOT_ASKED = "Nobody asked whether the made rows are like the real ones."
NO_WORTH = "Nobody asked what the made rows are worth: name a target column to find out."

MEANINGS = {
    Verdict.SAME: "what could be off is surely less than what still counts as the same",
    Verdict.DIFFERS: "more than chance explains, and surely more than still counts as the same",
    Verdict.EXPOSED: "an attack does surely better on rows that taught than on rows that did not: "
    "somebody in the real rows could be hurt",
    Verdict.CANNOT_TELL: "these rows do not suffice to say either; this is not a pass",
}
CONTROL = (
    "What an attack achieves on real rows that did not teach (its control) is chance; only what it "
    "achieves beyond that on rows that taught counts."
)
_ORIGINS = {"read": "read from a file", "world": "made by a World"}
_SCORES = {
    "average precision": "average precision; 1 is perfect",
    "R²": "R², the share of the differences that is foretold; 1 is perfect",
}
_WORST_FIRST = (Verdict.EXPOSED, Verdict.DIFFERS, Verdict.CANNOT_TELL, Verdict.SAME)


def verdict_line(report: Report) -> str:
    """Return the outcome in one sentence; in two where real rows contradict what is assumed."""
    return " ".join(line for line in (_faults_line(report), assumptions_line(report)) if line)


def assumptions_line(report: Report) -> str:
    """Return how many assumptions fell, or "" where none did."""
    fallen = sum(row.verdict is Standing.CONTRADICTED for row in report.ledger)
    broken = sum(row.made is Keeping.BROKEN for row in report.ledger)
    parts = []
    if fallen:
        parts.append(f"Real rows contradict {count(fallen, 'assumption')}.")
    if broken:
        parts.append(f"The made rows break {count(broken, 'assumption')}.")
    return " ".join(parts)


def _faults_line(report: Report) -> str:
    exposed = sum(finding.verdict is Verdict.EXPOSED for finding in report.findings)
    differs = sum(finding.verdict is Verdict.DIFFERS for finding in report.findings)
    open_ones = sum(v is Verdict.CANNOT_TELL for v in report.verdicts.values())
    if exposed or differs:
        parts = [f"the made rows differ in {count(differs, 'place')}"] if differs else []
        parts += [f"somebody is exposed in {exposed:,}"] if exposed else []
        return f"{count(exposed + differs, 'fault')}: {' and '.join(parts)}."
    if open_ones:
        return (
            f"No fault was found, but {count(open_ones, 'question')} cannot be told at this size."
        )
    return "No fault was found." if report.findings else "Nothing was asked."


def made_told(row: LedgerRow) -> str:
    """Return what the made rows do with an assumption, in a few words."""
    return "" if row.made is Keeping.UNTESTED else f"{row.made}: {row.made_evidence}".rstrip(": ")


def privacy_questions() -> frozenset[str]:
    """Return the questions that the registered attacks ask."""
    return frozenset(_named("questions"))


def privacy_figures() -> frozenset[str]:
    """Return the figures that the registered attacks compute."""
    return frozenset(_named("figures"))


def no_worth(report: Report) -> str:
    """Return why there is no worth: the note that says so, or that nobody asked."""
    start = "worth was not measured"
    note = next((note for note in report.notes if note.startswith(start)), "")
    return f"{note[0].upper()}{note[1:]}." if note and "no target" not in note else NO_WORTH


def asks(question: str) -> str:
    """Return what a question asks, in the words of the part that asks it; "" where unknown."""
    for registry in (plugins.metrics, plugins.attacks):
        for name in registry.names():
            part = registry.get(name)
            if question in getattr(part, "questions", ()):
                told = (getattr(part, "__doc__", None) or "").strip().split("\n")[0]
                return told.rstrip(".")
    return ""


def told(finding: Finding) -> str:
    """Return what a finding says, after its place where the sentence does not name it itself."""
    where, columns = finding.where, finding.columns
    is_named = where in finding.says or (
        where in (" × ".join(columns), ", ".join(columns))
        and all(name in finding.says for name in columns)
    )
    return finding.says if is_named else f"{where}: {finding.says}"


def is_privacy(finding: Finding, questions: frozenset[str]) -> bool:
    """True for a finding of an attack."""
    return finding.verdict is Verdict.EXPOSED or finding.question in questions


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings with the worst verdict first, then the most telling, else as they came.

    What has no strength of its own (a count of all others) comes last.
    """

    def place(finding: Finding) -> tuple[int, float]:
        strength = -math.inf if finding.strength is None else finding.strength
        return _WORST_FIRST.index(finding.verdict), -strength

    return sorted(findings, key=place)


def of_question(report: Report, question: str) -> list[Finding]:
    """Return the findings of one question, worst first."""
    return worst_first(f for f in report.findings if f.question == question)


def split_questions(report: Report) -> tuple[list[str], list[str]]:
    """Return the questions about likeness and those about harm, in the order they were asked."""
    harm = privacy_questions()
    asked = list(dict.fromkeys(finding.question for finding in report.findings))
    hurts = {f.question for f in report.findings if is_privacy(f, harm)}
    return [q for q in asked if q not in hurts], [q for q in asked if q in hurts]


def attacks_line(report: Report) -> str:
    """Return how the attacks ended, and never that the rows are safe."""
    _, harms = split_questions(report)
    if not harms:
        return NOT_ATTACKED
    exposed = sum(report.verdicts[question] is Verdict.EXPOSED for question in harms)
    winning = sum(any(map(_wins, of_question(report, question))) for question in harms)
    if exposed:
        return f"{exposed} of {count(len(harms), 'attack')} beat the control beyond tolerance."
    if winning:
        return (
            f"{winning} of {count(len(harms), 'attack')} beat the control, though not clearly "
            "beyond tolerance; this is no guarantee."
        )
    return NO_GUARANTEE


def frontier_line(report: Report) -> str:
    """Return where the rows lie between likeness and memory; nothing where either is not known."""
    likeness, memory = report.figures.get("c2st_auc"), report.figures.get("membership_auc")
    if likeness is None or memory is None:
        return ""
    floor = report.figures.get("c2st_auc_independent")
    ends = "real rows: 0.5" + (f", independent columns: {floor.value:.3g}" if floor else "")
    return (
        f"Likeness against memory: a classifier tells made rows from real ones with an AUC of "
        f"{span(likeness)} ({ends}); an attack tells who taught with {span(memory)} "
        "(nobody remembered: 0.5, all: 1). More of the one mostly costs some of the other."
    )


def _wins(finding: Finding) -> bool:
    return finding.p is not None and finding.p <= _LEVEL


def made_side(report: Report) -> Side:
    """Return the side of the made rows."""
    return next(side for side in report.sides if side.role == "made")


def size(side: Side) -> str:
    """Return rows and columns of one side in words."""
    return f"{side.rows:,} rows × {side.columns:,} columns"


def origin(side: Side) -> str:
    """Return where the rows of one side come from, in words."""
    return _ORIGINS.get(side.maker, f"made by {side.maker}")


def held_against(report: Report) -> str:
    """Return the other sides in words."""
    roles = {"real": "real rows that taught", "holdout": "real rows that did not"}
    others = [side for side in report.sides if side.role != "made"]
    return " and ".join(f"{s.rows:,} {roles.get(s.role, s.role + ' rows')}" for s in others)


def worth_verdict(worth: Worth) -> str:
    """Return in one sentence whether the made rows help the task."""
    if worth.gain.low > 0:
        return f"The made rows help: {worth.task}."
    if worth.gain.high < 0:
        return f"The made rows do harm: {worth.task}. Leave them out."
    return f"The made rows are worth nothing that can be seen: {worth.task}."


def gain_line(worth: Worth) -> str:
    """Return the gain with its interval and the control that it was measured against."""
    score = _SCORES.get(worth.score, worth.score)
    return f"Score {signed(worth.gain)} against {worth.against} ({score})"


def equivalent_line(worth: Worth) -> str:
    """Return the number of real rows that would do the same."""
    rows = worth.equivalent_rows
    if rows is None:
        return "How many more real rows would do the same cannot be told."
    span = f" [{_rows(rows.low)} to {_rows(rows.high)}]"
    return f"Worth {_rows(rows.value)} more real rows{span}."


def worth_told(worth: Worth) -> str:
    """Return what the judge says of the gain, or the bare numbers where it says nothing."""
    if worth.says:
        return worth.says
    gain = f"{gain_line(worth)}."
    return f"{gain} {equivalent_line(worth)}" if worth.gain.low > 0 else gain


def span(figure: Figure) -> str:
    """Return a figure with its 95 % interval."""
    return f"{number(figure.value)} [{number(figure.low)}, {number(figure.high)}]"


def signed(figure: Figure) -> str:
    """Return a difference with its 95 % interval, each end with its sign."""
    return f"{figure.value:+.3f} [{figure.low:+.3f}, {figure.high:+.3f}]"


def number(value: float | None) -> str:
    """Return a number with three or four digits, whole numbers whole; a dash for none.

    Below one all three decimals stay: figures are compared with each other there.
    """
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if value == round(value) and abs(value) < 1e12:
        return f"{value:,.0f}"
    if 1 <= abs(value) < 1e6:
        return f"{value:.3g}" if abs(value) < 1_000 else f"{value:,.0f}"
    return f"{value:.3f}" if 0.001 <= abs(value) < 1 else f"{value:.3g}"


def amount(value: float | None, measure: str) -> str:
    """Return a number in the unit of what was measured: a share in percent."""
    if value is None or "share" not in measure or not math.isfinite(value):
        return number(value)
    return f"{100 * value:.3g} %"


def count(rows: int, noun: str) -> str:
    """Return "1 fault", "2 faults"."""
    return f"{rows:,} {noun}{'' if rows == 1 else 's'}"


def flat(settings: Mapping[str, Any], above: str = "") -> list[tuple[str, str]]:
    """Return nested settings as (dotted name, value) pairs, in their order."""
    rows: list[tuple[str, str]] = []
    for name, value in settings.items():
        if isinstance(value, Mapping):
            rows += flat(value, f"{above}{name}.")
        else:
            rows.append((f"{above}{name}", _listed(value)))
    return rows


def _listed(value: Any) -> str:
    """A value of a setting as a person would write it."""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)


def _rows(value: float) -> str:
    return "any number of" if math.isinf(value) else "–" if math.isnan(value) else f"{value:,.0f}"


def _named(attribute: str) -> list[str]:
    attacks = (plugins.attacks.get(name) for name in plugins.attacks.names())
    return [name for attack in attacks for name in getattr(attack, attribute, ())]
