"""card.md: what a release is, how it came to be, what it is good for and what it is not.

It is written from the Report and the Lineage alone, so it cannot promise what nobody measured, and
it names columns but never a value of a row. The sentences are functions: Croissant uses them too.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from ..dataset import Dataset
from ..ledger import Standing, worst_first
from ..ledger import summary as standings
from ..report import Report, Verdict
from ..reporting import words

_EXPLAINED_LINES, _MOST_ENTRIES = 40, 12
_FINGERPRINT_SIGNS = 16


def card(made: Dataset, report: Report, explained: Mapping[str, Any]) -> str:
    """Return the data card as Markdown."""
    sections = [
        f"# {_plain(name(made))}\n\n{_plain(summary(made, report))}",
        _verdict(report),
        _section("How it was made", f"{_plain(how(made))}\n\n{_plain(sources(report))}"),
        _section("What its maker says", _explained(explained)) if explained else "",
        _section("Is it like?", _questions(report)),
        _section("Is it worth it?", _plain(worth(report))),
        _section("Who could be hurt?", _plain(privacy(made, report)) + _attacks(report)),
        _section("What was assumed?", _ledger(report)) if report.ledger else "",
        _section("What it is for", _plain(use(report))),
        _section("What it cannot be used for", _bullets(misuse(report))),
        _section("Limits", _bullets(limits(report))),
        _section("Columns", _columns(made)),
        _section("Weights", weights(made)),
        _section("Licence", _LICENCE),
        _section("Files", _FILES),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def name(made: Dataset) -> str:
    """Return the name of the released rows: that of their main table."""
    return f"{made.schema.main_name or 'rows'}-made"


def summary(made: Dataset, report: Report) -> str:
    """Return in one sentence what lies in the release."""
    side = words.made_side(report)
    tables = f" in {len(made.tables)} tables" if len(made.tables) > 1 else ""
    return f"{words.size(side)}{tables}: made rows, drawn by a model, not observed."


def how(made: Dataset) -> str:
    """Return how the rows were made: maker, seed and what asked for them."""
    lineage = made.lineage
    seed = "" if lineage.seed is None else f" from seed {lineage.seed}"
    spec = (
        f" The plan that asked for them has the fingerprint {lineage.spec[:_FINGERPRINT_SIGNS]}…."
        if lineage.spec
        else ""
    )
    asked = (
        f" Each row was asked to meet this condition: `{lineage.where}`. They stand for the real "
        "rows that meet it, and for no others."
        if lineage.where
        else ""
    )
    return f"The rows were drawn by {lineage.maker}{seed}.{asked}{spec}"


def sources(report: Report) -> str:
    """Return what the rows were held against: sizes and keyed fingerprints, never values."""
    parts = [
        f"{side.rows:,} rows × {side.columns:,} columns as {side.role} (keyed fingerprint "
        f"{side.fingerprint[:_FINGERPRINT_SIGNS]}…)"
        for side in report.sides
        if side.role != "made"
    ]
    return f"Evidence: {'; '.join(parts)}. It is not part of the release."


def worth(report: Report) -> str:
    """Return what the rows are worth for the task."""
    told = report.worth
    if told is None:
        return words.NO_WORTH
    return f"{words.worth_verdict(told)} {words.worth_told(told)}"


def privacy(made: Dataset, report: Report) -> str:
    """Return what is promised to the people in the evidence, and what the attacks found."""
    spent = made.lineage.spent
    promise = (
        "No privacy budget was spent, so nothing is promised to the people in the real rows."
        if spent is None
        else f"A privacy budget of epsilon {spent[0]:g} and delta {spent[1]:g} was spent."
    )
    exposed = [f.says for f in report.findings if f.verdict is Verdict.EXPOSED]
    return " ".join([promise, words.attacks_line(report), *exposed])


def use(report: Report) -> str:
    """Return what the rows may be used for, as far as the report bears it out."""
    task = f" It was made for this task: {report.worth.task}." if report.worth else ""
    return (
        "To develop and test software and models where real rows cannot go, and to train where the "
        f"report shows a gain on unseen real rows.{task}"
    )


def misuse(report: Report) -> list[str]:
    """Return what the rows must not be used for."""
    lines = [
        "To decide about a person, or to learn about one.",
        "To measure the world: they know no more of it than the rows that taught their maker.",
        "To claim that it is anonymous.",
    ]
    bad = [q for q, v in report.verdicts.items() if v is Verdict.DIFFERS]
    return lines + ([f"For anything that rests on what differs: {', '.join(bad)}."] if bad else [])


def limits(report: Report) -> list[str]:
    """Return every fault, every question that could not be told, and every note."""
    faults = [f"{f.question}: {_where(f.where, f.says)}" for f in report.faults]
    unclear = [
        f"{f.question} (cannot tell): {_where(f.where, f.says)}"
        for f in report.findings
        if f.verdict is Verdict.CANNOT_TELL
    ]
    fallen = [
        f"assumed, and contradicted by real rows: {_where(row.says, row.evidence)}"
        for row in report.ledger
        if row.verdict is Standing.CONTRADICTED
    ]
    lines = [*faults, *fallen, *unclear, *report.notes]
    return lines or ["The report found no fault; what it did not ask, nobody knows."]


def biases(made: Dataset, report: Report) -> str:
    """Return how the made rows lean away from the evidence, as far as anyone measured."""
    lean = (
        "The rows were reshaped on purpose; their weights undo it. " if _is_weighted(made) else ""
    )
    kept = "Whatever bias the evidence has, the made rows may keep."
    return f"{lean}{kept} {words.verdict_line(report)}"


def weights(made: Dataset) -> str:
    """Return how to get the base rates back."""
    if not _is_weighted(made):
        return "Every row has weight 1: the rows have the maker's own base rates."
    return (
        "The rows were reshaped on purpose. `lineage.parquet` holds a `weight` for each row "
        "(mean 1): weighted estimates give the maker's own base rates back."
    )


def _verdict(report: Report) -> str:
    advice = f"\n\n**Advice.** {_plain(report.advice)}" if report.advice else ""
    return f"**Verdict.** {_plain(words.verdict_line(report))}{advice}"


def _questions(report: Report) -> str:
    likes, _ = words.split_questions(report)
    return _verdict_table(report, likes) if likes else words.NOT_ASKED


def _ledger(report: Report) -> str:
    rows = [
        (row.says, row.stands, row.evidence, words.made_told(row), row.because or row.declared)
        for row in worst_first(report.ledger)
    ]
    heads = ("assumed", "stands", "evidence", "made rows", "because")
    return f"{_plain(standings(report.ledger))}.\n\n{_table(heads, rows)}"


def _attacks(report: Report) -> str:
    _, harms = words.split_questions(report)
    known = words.privacy_figures()
    figures = [
        (figure_name, words.span(figure), figure.means)
        for figure_name, figure in report.figures.items()
        if figure_name in known
    ]
    tables = [_verdict_table(report, harms)] if harms else []
    tables += [_table(("figure", "value [95 % interval]", "means"), figures)] if figures else []
    return "".join(f"\n\n{table}" for table in tables)


def _verdict_table(report: Report, questions: Sequence[str]) -> str:
    firsts = [words.of_question(report, question)[0] for question in questions]
    rows = [(f.question, str(f.verdict), _where(f.where, f.says)) for f in firsts]
    return _table(("question", "verdict", "worst place"), rows)


def _columns(made: Dataset) -> str:
    heads = ("column", "kind", "unit", "sensitive", "table")
    rows = [
        (c.name, str(c.kind), c.unit or "", "yes" if c.sensitive else "", table)
        for table, schema in made.schema.tables.items()
        for c in schema.columns
    ]
    return _table(heads, rows) if len(made.tables) > 1 else _table(heads[:-1], _without_last(rows))


def _without_last(rows: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    return [row[:-1] for row in rows]


def _explained(explained: Mapping[str, Any]) -> str:
    told_elsewhere = ("columns", "learned from", "assumptions")
    told = {name: part for name, part in explained.items() if name not in told_elsewhere}
    rows = [(name, textwrap.shorten(says, 160)) for name, says in words.flat(_brief(told))]
    more = len(rows) - _EXPLAINED_LINES
    end = f"\n\n… and {words.count(more, 'more line')}." if more > 0 else ""
    return _table(("of", "says"), rows[:_EXPLAINED_LINES]) + end


def _brief(explained: Mapping[str, Any]) -> dict[str, Any]:
    """What was explained, without the parts that say something of each of many columns."""
    brief: dict[str, Any] = {}
    for part, says in explained.items():
        if not isinstance(says, Mapping):
            brief[part] = says
        elif len(says) <= _MOST_ENTRIES:
            brief[part] = _brief(says)
        else:
            brief[part] = f"({len(says)} lines: ask `explain` of the World)"
    return brief


def _is_weighted(made: Dataset) -> bool:
    return bool((made.weights() != 1.0).any())


def _where(where: str, says: str) -> str:
    return says if not where or where in says else f"{where}: {says}"


def _section(title: str, text: str) -> str:
    return f"## {title}\n\n{text}"


def _bullets(lines: Sequence[str]) -> str:
    return "\n".join(f"- {_plain(line)}" for line in lines)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *([_plain(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _plain(text: str) -> str:
    """Text that Markdown and HTML show as it is, on one line."""
    line = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # An underscore inside a word and a bracket that no link follows mean nothing in Markdown.
    return re.sub(r"[\\`*|#~]|(?<!\w)_|_(?!\w)|(?<=\])\(", lambda sign: "\\" + sign[0], line)


_LICENCE = (
    "None was named. The terms of the evidence may bind made rows too: ask its owner before you "
    "pass them on."
)

_FILES = """\
| file | holds |
| --- | --- |
| `data/` | the rows, one Parquet file a table, and `dataset.json` with schema and lineage |
| `lineage.parquet` | block, part, cell and weight of each row |
| `report.html`, `report.json` | the whole report, for people and for machines |
| `croissant.json` | this card for machines (Croissant with RAI fields) |
| `manifest.json` | SHA-256 of each file; `open_release(folder).verify()` checks them |"""
