"""The body of a Report's page: four answers first, then what shows them, then every number.

Everything that came from outside (names of columns, words of metrics) is escaped on its way in, in
one place: `escaped`. What is already HTML carries the type `Html`, so that the two cannot be mixed.
"""

from __future__ import annotations

import html
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, NewType

from ..ledger import summary, worst_first
from ..report import Finding, Picture, Report, Verdict
from . import words

Html = NewType("Html", str)

_TONES = {
    Verdict.SAME: ("good", "✓"),
    Verdict.DIFFERS: ("bad", "✗"),
    Verdict.EXPOSED: ("bad", "!"),
    Verdict.CANNOT_TELL: ("open", "?"),
}
_NUMBERS_SHOWN = 60
_ANSWER, _GLANCE, _UNJUDGED = 200, 320, 8


def body(report: Report) -> Html:
    """Return the whole body, from the skip link to the footer."""
    parts = [
        _header(report),
        '<main id="main">',
        _answers(report),
        _glance(report),
        _unjudged(report),
        _like(report),
        _worth(report),
        _hurt(report),
        _assumed(report),
        _failed(report),
        _figures(report),
        _details(report),
        "</main>",
        _footer(report),
    ]
    skip = '<a class="skip" href="#main">Skip to the answers</a>'
    return Html(f'{skip}\n<div class="wide">\n' + "\n".join(parts) + "\n</div>")


def escaped(text: object) -> Html:
    """Return text as HTML that shows it, whatever it holds."""
    return Html(html.escape(str(text), quote=True))


def _header(report: Report) -> Html:
    side = words.made_side(report)
    advice = ""
    if report.advice:
        advice = (
            '<aside class="advice" aria-label="Advice"><p><strong>Advice.</strong> '
            f"{escaped(report.advice)}</p></aside>"
        )
    return Html(
        f'<header><p class="kicker">Worldwright report</p>'
        f"<h1>{escaped(words.verdict_line(report))}</h1>"
        f"<p>{escaped(words.size(side))}, {escaped(words.origin(side))} and held against "
        f"{escaped(words.held_against(report))}.</p>{advice}</header>"
    )


def _answers(report: Report) -> Html:
    likes, harms = words.split_questions(report)
    return Html(
        '<section class="answers" aria-label="The four answers">'
        + _answer("Is it like?", *_like_answer(report, likes), "like")
        + _answer("Is it worth it?", *_worth_answer(report), "worth")
        + _answer("Who could be hurt?", *_hurt_answer(report, harms), "hurt")
        + _answer("What failed?", *_failed_answer(report), "failed")
        + "</section>"
    )


def _answer(title: str, mark: Html, says: str, target: str) -> Html:
    short = textwrap.shorten(says, _ANSWER, placeholder=" …")
    return Html(
        f"<article><h2>{escaped(title)}</h2>{mark}<p>{escaped(short)}</p>"
        f'<a href="#{target}" aria-label="See why: {escaped(title)}">See why</a></article>'
    )


def _like_answer(report: Report, likes: Sequence[str]) -> tuple[Html, str]:
    if not likes:
        return _mark("not asked"), words.NOT_ASKED
    worst = words.worst_first(words.of_question(report, question)[0] for question in likes)[0]
    same = sum(report.verdicts[question] is Verdict.SAME for question in likes)
    told = (
        f"{same} of {words.count(len(likes), 'question')} {'ends' if same == 1 else 'end'} as same."
    )
    rest = "" if worst.verdict is Verdict.SAME else f" Worst: {words.told(worst)}"
    return _verdict(worst.verdict), told + rest


def _worth_answer(report: Report) -> tuple[Html, str]:
    worth = report.worth
    if worth is None:
        return _mark("not asked"), words.no_worth(report)
    if worth.gain.low > 0:
        return _mark(
            "helps", "good", "✓"
        ), f"{words.gain_line(worth)}. {words.equivalent_line(worth)}"
    if worth.gain.high < 0:
        return _mark("harms", "bad", "✗"), f"{words.gain_line(worth)}. Leave the made rows out."
    return _mark(
        "nothing seen", "open", "–"
    ), f"{words.gain_line(worth)}: no gain that can be seen."


def _hurt_answer(report: Report, harms: Sequence[str]) -> tuple[Html, str]:
    if not harms:
        return _mark("not attacked"), words.NOT_ATTACKED
    worst = words.worst_first(words.of_question(report, question)[0] for question in harms)[0]
    told = words.attacks_line(report)
    if worst.verdict is not Verdict.SAME:
        return _verdict(worst.verdict), f"{told} Worst: {words.told(worst)}"
    if told != words.NO_GUARANTEE:
        return _mark("within tolerance", "open", "?"), told
    return _mark("no attack won", "good", "✓"), told


def _failed_answer(report: Report) -> tuple[Html, str]:
    faults = report.faults
    if not faults:
        return _mark("nothing", "good", "✓"), words.verdict_line(report)
    return _mark(words.count(len(faults), "fault"), "bad", "✗"), f"Worst: {words.told(faults[0])}"


def _glance(report: Report) -> Html:
    """One line for each question: its verdict, and what tells most about it."""
    firsts = _firsts(report)
    if not firsts:
        return Html("")
    lines = "".join(
        f'<li>{_verdict(first.verdict)}<div><a href="#{_anchor(report, first.question)}">'
        f"{escaped(first.question)}</a> <span>{escaped(_short(first))}</span></div></li>"
        for first in firsts
    )
    lead = "The worst first; each with the place that tells most. Numbers in square brackets are "
    lead += "the two ends of a 95 % interval."
    listed = f'<ul class="glance">{lines}</ul>'
    return _section("glance", "Question by question", lead, _legend(firsts), listed)


def _legend(findings: Sequence[Finding]) -> Html:
    """What the verdicts mean that stand here, worst first."""
    met = {finding.verdict for finding in findings}
    meanings = [(verdict, words.MEANINGS[verdict]) for verdict in Verdict if verdict in met]
    told = (f"<dt>{_verdict(verdict)}</dt><dd>{escaped(says)}</dd>" for verdict, says in meanings)
    return Html(f'<dl class="legend">{"".join(told)}</dl>')


def _unjudged(report: Report) -> Html:
    """What no verdict could be reached on, and what was not looked at, each with its reason."""
    open_ones = [first for first in _firsts(report) if first.verdict is Verdict.CANNOT_TELL]
    lines = [f"{first.question}: {_undecided(first)}" for first in open_ones]
    told = [f"<li>{escaped(line)}</li>" for line in (*lines, *report.notes)]
    if not told:
        return Html("")
    shown, rest = told[:_UNJUDGED], told[_UNJUDGED:]
    more = _fold(f"{len(rest)} more", f"<ul>{''.join(rest)}</ul>") if rest else ""
    lead = "Nothing is left out in silence. What cannot be told is not a pass: more rows tell more."
    return _section(
        "unjudged", "What could not be judged, and why", lead, f"<ul>{''.join(shown)}</ul>", more
    )


def _undecided(finding: Finding) -> str:
    """Why a finding is open: what it may be, and what would still be the same."""
    low, high, limit = finding.low, finding.high, finding.tolerance
    if low is None or high is None or limit is None:
        return _short(finding)
    place = f"{finding.where}: " if finding.where else ""
    low_told, high_told, limit_told = (
        words.amount(end, finding.measure) for end in (low, high, limit)
    )
    why = "so it may be either" if low <= limit else "but chance may be all of it"
    return (
        f"{place}{finding.measure}: somewhere from {low_told} to {high_told}; up to {limit_told} "
        f"counts as the same, {why}"
    )


def _firsts(report: Report) -> list[Finding]:
    """The most telling finding of each question, the worst first."""
    return words.worst_first(words.of_question(report, name)[0] for name in _asked(report))


def _asked(report: Report) -> list[str]:
    return list(dict.fromkeys(finding.question for finding in report.findings))


def _anchor(report: Report, question: str) -> str:
    return f"q{_asked(report).index(question)}"


def _short(finding: Finding) -> str:
    return textwrap.shorten(words.told(finding), _GLANCE, placeholder=" …")


def _like(report: Report) -> Html:
    likes, _ = words.split_questions(report)
    lead = "Each question compares made rows with real ones, and real rows with real ones: a "
    lead += "difference counts only where it is larger than chance and larger than the tolerance."
    return _section("like", "Is it like?", lead, _questions(report, likes))


def _worth(report: Report) -> Html:
    pictures = _pictures(report, ["worth"])
    if report.worth is None:
        return _section("worth", "Is it worth it?", words.no_worth(report), pictures)
    worth = report.worth
    rows = [(name, words.number(score)) for name, score in worth.scores.items()]
    scores = _table(["trained on", worth.score], rows, f"{worth.score} on unseen real rows")
    says = [words.worth_verdict(worth), words.worth_told(worth)]
    told = "".join(f"<p>{escaped(line)}</p>" for line in says)
    lead = "The gain is measured against the best simple thing that needs no made rows."
    return _section("worth", "Is it worth it?", lead, told, pictures, scores)


def _hurt(report: Report) -> Html:
    _, harms = words.split_questions(report)
    if not harms:
        return _section("hurt", "Who could be hurt?", words.NOT_ATTACKED)
    lead = words.attacks_line(report)
    known = words.privacy_figures()
    figures = {name: f for name, f in report.figures.items() if name in known}
    told = "".join(
        f"<p>{escaped(line)}</p>" for line in (words.CONTROL, words.frontier_line(report)) if line
    )
    return _section(
        "hurt", "Who could be hurt?", lead, told, _questions(report, harms), _figure_table(figures)
    )


def _assumed(report: Report) -> Html:
    """The ledger: every assumption with its evidence, the worst first."""
    if not report.ledger:
        return Html("")
    rows = [
        (
            row.says, row.stands, row.evidence, words.made_told(row) or "–",
            " · ".join(part for part in (row.declared, row.because, row.by, row.source) if part),
        )
        for row in worst_first(report.ledger)
    ]  # fmt: skip
    fell = words.assumptions_line(report) or "Real rows contradict none of them."
    lead = f"{summary(report.ledger)}. {fell} Each was tested on real rows that did not make it."
    heads = ["assumed", "stands", "evidence", "made rows", "by whom, and why"]
    return _section("assumed", "What was assumed?", lead, _table(heads, rows))


def _failed(report: Report) -> Html:
    rows = "".join(
        f"<li>{_verdict(fault.verdict)} <strong>{escaped(fault.question)}</strong> "
        f"{escaped(words.told(fault))}</li>"
        for fault in report.faults
    )
    told = f'<ol class="faults">{rows}</ol>' if rows else ""
    lead = "Worst first." if rows else words.verdict_line(report)
    return _section("failed", "What failed?", lead, told)


def _figures(report: Report) -> Html:
    lead = "Each with its 95 % interval; a gate is tested at the unfavourable end of it."
    if not report.figures:
        lead = "No figure was computed."
    return _section("figures", "Figures", lead, _figure_table(report.figures))


def _details(report: Report) -> Html:
    sides = [
        (s.role, f"{s.rows:,}", f"{s.columns:,}", s.maker, s.fingerprint) for s in report.sides
    ]
    side_heads = ["part", "rows", "columns", "made by", "keyed fingerprint"]
    meanings = [(str(verdict), meaning) for verdict, meaning in words.MEANINGS.items()]
    return _section(
        "details",
        "Details",
        f"Seed {report.seed}. The same rows, seed and versions give the same report.",
        _fold("What the verdicts mean", _table(["verdict", "means"], meanings)),
        _fold(f"Every finding ({len(report.findings)})", _finding_table(report.findings)),
        _fold("The rows on each side", _table(side_heads, sides)),
        _fold("Settings", _table(["setting", "value"], words.flat(report.settings))),
        _fold("Versions", _table(["package", "version"], list(report.versions.items()))),
    )


def _footer(report: Report) -> Html:
    return Html(
        "<footer><p>This page holds no row. From real rows it shows counts of at least 10 in bins, "
        "and ranges cut at the 1st and 99th percentile. It works without a network and sends "
        f"nothing. worldwright {escaped(report.versions.get('worldwright', ''))}</p></footer>"
    )


def _questions(report: Report, names: Sequence[str]) -> Html:
    """Every question with its pictures, the worst first."""
    firsts = words.worst_first(words.of_question(report, name)[0] for name in names)
    return Html("".join(_question(report, first.question) for first in firsts))


def _question(report: Report, name: str) -> Html:
    found = words.of_question(report, name)
    worst = [f for f in found if f.verdict is found[0].verdict][:3]
    more = len(found) - len(worst)
    rest = (
        f'<p class="quiet">{words.count(more, "more finding")} in the details.</p>' if more else ""
    )
    told = "".join(f"<p>{escaped(words.told(f))}{_effect(f)}</p>" for f in worst)
    asks = words.asks(name)
    head = f'<h3 id="{_anchor(report, name)}">{escaped(name)}{_verdict(found[0].verdict)}</h3>'
    head += f'<p class="quiet">{escaped(asks)}.</p>' if asks else ""
    return Html(head + told + rest + _pictures(report, [name]))


def _effect(finding: Finding) -> Html:
    """The size of an effect, in brackets, where there is one."""
    if finding.effect is None:
        return Html("")
    limit = ""
    if finding.tolerance is not None:
        limit = f"; up to {words.amount(finding.tolerance, finding.measure)} counts as the same"
    size = f"{finding.measure}: {_span(finding)}{limit}".removeprefix(": ")
    return Html(f' <span class="quiet">({escaped(size)})</span>')


def _span(finding: Finding) -> str:
    ends = (finding.effect, finding.low, finding.high)
    effect, low, high = (words.amount(end, finding.measure) for end in ends)
    return effect if finding.low is None or finding.high is None else f"{effect} [{low}, {high}]"


def _pictures(report: Report, questions: Sequence[str]) -> Html:
    shown = [(n, p) for n, p in enumerate(report.pictures) if p.question in questions]
    if not shown:
        return Html("")
    return Html(f'<div class="pictures">{"".join(_picture(n, p) for n, p in shown)}</div>')


def _picture(place: int, picture: Picture) -> Html:
    told = picture.spec.get("description") or f"{picture.title}. {picture.caption}"
    height = picture.spec.get("height")
    room = f' style="min-height:{height:.0f}px"' if isinstance(height, int | float) else ""
    return Html(
        f"<figure><figcaption>{escaped(picture.title)}</figcaption><p>{escaped(picture.caption)}</p>"
        f'<div class="chart" role="img" data-picture="{place}"{room} '
        f'aria-label="{escaped(told)}"></div>'
        f"{_fold('The numbers', _numbers(picture.spec))}</figure>"
    )


def _numbers(spec: Mapping[str, Any]) -> Html:
    """The numbers of a chart as tables: what stands inline in it and in its layers."""
    sets = [layer.get("data", {}).get("values", []) for layer in [spec, *spec.get("layer", [])]]
    sets += list(spec.get("datasets", {}).values())
    tables = [rows for rows in sets if rows and all(isinstance(row, dict) for row in rows)]
    unique = [rows for place, rows in enumerate(tables) if rows not in tables[:place]]
    return Html("".join(_number_table(_wide(rows)) for rows in unique))


def _wide(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One row per label where real and made stand in rows of their own."""
    if set(rows[0]) != {"label", "side", "share"}:
        return [dict(row) for row in rows]
    wide: dict[str, dict[str, Any]] = {}
    for row in rows:
        wide.setdefault(row["label"], {"label": row["label"]})[row["side"]] = row["share"]
    return list(wide.values())


def _number_table(rows: Sequence[Mapping[str, Any]]) -> Html:
    heads = [name for name in dict.fromkeys(n for row in rows for n in row) if name != "side"]
    shown = [tuple(_cell(row.get(name)) for name in heads) for row in rows[:_NUMBERS_SHOWN]]
    rest = f"the first {_NUMBERS_SHOWN} of {len(rows)}" if len(rows) > _NUMBERS_SHOWN else ""
    return _table(heads, shown, rest)


def _cell(value: Any) -> str:
    return words.number(value) if isinstance(value, int | float) else str(value or "–")


def _figure_table(figures: Mapping[str, Any]) -> Html:
    rows = [
        (
            name, words.number(f.value), f"{words.number(f.low)} to {words.number(f.high)}",
            f.better, f.means,
        )
        for name, f in figures.items()
    ]  # fmt: skip
    return _table(["figure", "value", "95 % interval", "better", "means"], rows)


def _finding_table(findings: Sequence[Finding]) -> Html:
    heads = ["question", "verdict", "says", "effect", "tolerance", "p", "power"]
    rows = [
        (
            f.question, str(f.verdict), words.told(f),
            f"{f.measure} {_span(f)}".strip() if f.effect is not None else "–",
            words.amount(f.tolerance, f.measure), words.number(f.p), words.number(f.power),
        )
        for f in words.worst_first(findings)
    ]  # fmt: skip
    return _table(heads, rows)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], caption: str = "") -> Html:
    if not rows:
        return Html("")
    head = "".join(f'<th scope="col">{escaped(name)}</th>' for name in heads)
    told = f"<caption>{escaped(caption)}</caption>" if caption else ""
    label = escaped(caption or ", ".join(heads))
    return Html(
        f'<div class="scroll" tabindex="0" role="region" aria-label="{label}"><table>{told}'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(_row(row) for row in rows)}</tbody>"
        "</table></div>"
    )


def _row(row: Sequence[str]) -> Html:
    first, *rest = row
    cells = "".join(f'<td class="{_kind(cell)}">{escaped(cell)}</td>' for cell in rest)
    return Html(f'<tr><th scope="row">{escaped(first)}</th>{cells}</tr>')


def _kind(cell: str) -> str:
    return "words" if len(cell) > 40 else "number"


def _section(name: str, title: str, lead: str, *parts: str) -> Html:
    inner = "".join(parts)
    return Html(
        f'<section aria-labelledby="{name}"><h2 id="{name}">{escaped(title)}</h2>'
        f"<p>{escaped(lead)}</p>{inner}</section>"
    )


def _fold(title: str, inner: str) -> Html:
    return (
        Html(f"<details><summary>{escaped(title)}</summary>{inner}</details>")
        if inner
        else Html("")
    )


def _verdict(verdict: Verdict) -> Html:
    tone, sign = _TONES[verdict]
    return _mark(str(verdict), tone, sign)


def _mark(says: str, tone: str = "none", sign: str = "–") -> Html:
    return Html(
        f'<span class="mark {tone}"><span aria-hidden="true">{escaped(sign)} </span>'
        f"{escaped(says)}</span>"
    )
