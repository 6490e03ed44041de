"""A Report as one screen of plain text: at most 24 lines (and 5 more of what was assumed).

    (advice, where something simpler does as well)
    what was made · is it like? · is it worth it? · who could be hurt? · (what was assumed) ·
    what failed?

Each question is named once with its verdict; what is wrong is told in whole sentences at the end.
The screen is full before the report is: what has no room is counted ("and 7 more"), never dropped
in silence. No colour codes: a terminal may add its own.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from ..ledger import Keeping, Standing, summary, worst_first
from ..report import Figure, Finding, Report, Verdict
from . import words

LINES = 24
_FIGURES, _FAULTS, _ASSUMED = 2, 5, 2


def to_text(report: Report, width: int = 80) -> str:
    """Return the Report as lines of at most `width` characters, joined by line breaks."""
    above = [
        *_advice(report, width),
        *_made(report),
        *_like(report, width),
        *_worth(report, width),
        *_hurt(report, width),
    ]
    assumed = _assumed(report, width)
    lines = above + assumed + _failed(report, width, LINES - len(above))
    return "\n".join(_cut(line, width) for line in lines)


def _advice(report: Report, width: int) -> list[str]:
    if not report.advice:
        return []
    return textwrap.wrap(f"ADVICE  {report.advice}", width, max_lines=2, placeholder=" …")


def _made(report: Report) -> list[str]:
    side = words.made_side(report)
    return [
        f"MADE  {words.size(side)}, {words.origin(side)}; report seed {report.seed}",
        f"  held against {words.held_against(report)}",
    ]


def _like(report: Report, width: int) -> list[str]:
    likes, _ = words.split_questions(report)
    if not likes:
        return ["IS IT LIKE?", f"  {words.NOT_ASKED}"]
    firsts = [words.of_question(report, question)[0] for question in likes]
    lines = ["IS IT LIKE?"]
    for verdict in dict.fromkeys(first.verdict for first in words.worst_first(firsts)):
        mine = [f.question for f in words.worst_first(firsts) if f.verdict is verdict]
        lines += _named(_mark(verdict), mine, width)
    return lines


def _named(mark: str, questions: Sequence[str], width: int) -> list[str]:
    """Name questions that need no more than a mark, in two lines at most."""
    if not questions:
        return []
    head = f"  {mark:<12} "
    return textwrap.wrap(
        ", ".join(questions),
        max(width, len(head) + 10),
        initial_indent=head,
        subsequent_indent=" " * len(head),
        max_lines=2,
        placeholder=" …",
    )


def _question_line(worst: Finding) -> str:
    return f"  {_mark(worst.verdict):<12} {worst.question}: {words.told(worst)}"


def _mark(verdict: Verdict) -> str:
    return verdict.upper() if verdict.is_fault else str(verdict)


def _worth(report: Report, width: int) -> list[str]:
    worth = report.worth
    if worth is None:
        return ["IS IT WORTH IT?", f"  {words.no_worth(report)}"]
    lines = [
        "IS IT WORTH IT?",
        f"  {words.worth_verdict(worth)}",
        *_wrapped(words.gain_line(worth), width, "  "),
    ]
    return [*lines, f"  {words.equivalent_line(worth)}"] if worth.gain.low > 0 else lines


def _hurt(report: Report, width: int) -> list[str]:
    _, harms = words.split_questions(report)
    figures = _privacy_figures(report)
    if not harms and not figures:
        return ["WHO COULD BE HURT?", f"  {words.NOT_ATTACKED}"]
    hidden = words.count(len(figures) - _FIGURES, "more figure")
    more = f"  and {hidden}" if len(figures) > _FIGURES else ""
    rows = _figure_lines(figures[:_FIGURES], width)
    rows = rows or [_question_line(words.of_question(report, question)[0]) for question in harms]
    return [
        "WHO COULD BE HURT?" + more,
        *rows[: 2 * _FIGURES],
        *_wrapped(words.attacks_line(report), width, "  "),
    ]


def _assumed(report: Report, width: int) -> list[str]:
    """How many assumptions stand how, and those that fell."""
    if not report.ledger:
        return []
    fallen = [row for row in worst_first(report.ledger) if row.verdict is Standing.CONTRADICTED]
    fallen += [r for r in report.ledger if r.made is Keeping.BROKEN and r not in fallen]
    more = f"  and {len(fallen) - _ASSUMED} more that fell" if len(fallen) > _ASSUMED else ""
    lines = [f"WHAT WAS ASSUMED?  {summary(report.ledger)}{more}"]
    for row in fallen[:_ASSUMED]:
        is_broken = row.verdict is not Standing.CONTRADICTED
        mark, why = ("BROKEN", row.made_evidence) if is_broken else ("CONTRADICTED", row.evidence)
        lines += _wrapped(f"{mark:<12} {row.says}: {why}", width, "  ")
    return lines


def _figure_lines(figures: Sequence[tuple[str, Figure]], width: int) -> list[str]:
    """A figure with what it means, which goes on in a second line under its own beginning."""
    spans = [words.span(figure) for _, figure in figures]
    wide = max(map(len, spans), default=0)
    lines: list[str] = []
    for (name, figure), span in zip(figures, spans, strict=True):
        head = f"  {name:<22} {span:<{wide}}  "
        lines += _wrapped(figure.means, max(width, len(head) + 20), head)
    return lines


def _privacy_figures(report: Report) -> list[tuple[str, Figure]]:
    names = words.privacy_figures()
    return [(name, figure) for name, figure in report.figures.items() if name in names]


def _failed(report: Report, width: int, room: int) -> list[str]:
    """The worst faults in two lines at most, as many as the screen still has room for."""
    faults = report.faults
    if not faults:
        return ["WHAT FAILED?", f"  {words.verdict_line(report)}"]
    lines: list[str] = []
    shown = 0
    for shown, fault in enumerate(faults[:_FAULTS]):
        told = _wrapped(_fault_line(fault), width, f"  {shown + 1}. ")
        if len(lines) + len(told) >= room:
            break
        lines += told
    else:
        shown = min(len(faults), _FAULTS)
    more = f"  the worst {shown} of {len(faults)}" if len(faults) > shown else ""
    return ["WHAT FAILED?" + more, *lines]


def _fault_line(fault: Finding) -> str:
    return f"{fault.question}: {words.told(fault)}"


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=" " * len(indent),
        max_lines=2,
        placeholder=" …",
    )


def _cut(line: str, width: int) -> str:
    line = " ".join(line.split("\n")).rstrip()
    return line if len(line) <= width else line[: width - 1].rstrip() + "…"
