"""A report as one page: whole, silent, and proof against what stands in a column's name."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from synthetic_report import EVIL

from worldwright.data.report import Finding, Report, Verdict
from worldwright.data.reporting.html import to_html
from worldwright.data.reporting.words import CONTROL, MEANINGS

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Page(HTMLParser):
    """Every element of a page in order, with its attributes; fails on one left open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, text: str) -> None:
        if self._open and self._open[-1] == "script":
            self.scripts.append(text)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture
def text(report: Report) -> str:
    return to_html(report)


@pytest.fixture
def page(text: str) -> Page:
    return Page(text)


def test_nothing_is_loaded_from_anywhere(page: Page) -> None:
    for _, attributes in page.elements:
        for name in ("src", "srcset", "action", "poster"):
            assert name not in attributes
        assert re.match(r"#|data:,", attributes.get("href") or "#")


def test_a_policy_forbids_every_request_and_every_foreign_script(page: Page) -> None:
    policy = page.all("meta")[1]
    assert policy["http-equiv"] == "Content-Security-Policy"
    rules = dict(rule.strip().split(" ", 1) for rule in (policy["content"] or "").split(";"))
    assert rules["default-src"] == "'none'"
    assert "unsafe" not in rules["script-src"]
    assert rules["script-src"].count("'sha256-") == 2


def test_a_name_that_is_a_script_stays_a_name(page: Page, text: str, report: Report) -> None:
    assert len(page.all("script")) == 3
    assert EVIL not in text
    assert html.escape(EVIL) in text
    pictures = json.loads(page.scripts[0])
    assert pictures == [report.pictures[0].spec]


def test_the_four_questions_come_first(text: str) -> None:
    places = [text.index(q) for q in (
        "Is it like?", "Is it worth it?", "Who could be hurt?", "What failed?", "<figure",
        'id="figures"', 'id="details"',
    )]  # fmt: skip
    assert places == sorted(places)


def test_advice_stands_above_the_answers(text: str, report: Report) -> None:
    assert text.index(report.advice) < text.index('class="answers"')


def test_a_keyboard_reaches_everything(page: Page) -> None:
    targets = {a["id"] for _, a in page.elements if "id" in a}
    links = [a["href"] for a in page.all("a")]
    assert links[0] == "#main"
    assert all((link or "").removeprefix("#") in targets for link in links)
    assert all(a["tabindex"] == "0" for a in page.all("div") if a.get("class") == "scroll")


def test_tables_and_charts_speak_to_a_screen_reader(page: Page) -> None:
    assert page.all("html")[0]["lang"] == "en"
    assert all(a.get("scope") in ("col", "row") for a in page.all("th"))
    charts = [a for a in page.all("div") if a.get("class") == "chart"]
    assert len(charts) == 1
    assert charts[0]["role"] == "img"
    assert (charts[0]["aria-label"] or "").endswith("real 40 %, made 50 %")
    assert len(page.all("h1")) == 1


def test_a_chart_has_its_numbers_beside_it_as_a_table(text: str) -> None:
    figure = text[text.index("<figure") : text.index("</figure>")]
    assert "<td" in figure
    assert ">0.600<" in figure


def test_a_report_without_pictures_needs_no_charts_script(report: Report) -> None:
    plain = to_html(replace(report, pictures=()))
    assert len(plain) < 60_000
    Page(plain)


def test_the_page_is_written_whole(report: Report, tmp_path: Path) -> None:
    path = report.to_html(tmp_path / "report.html")
    assert path.read_text() == to_html(report)
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]


def test_another_process_writes_the_same_bytes(report: Report, text: str) -> None:
    program = (
        "import json, sys, hashlib\n"
        "from worldwright.data.reporting.html import to_html\n"
        "from worldwright.data.reporting.plain import from_dict\n"
        "page = to_html(from_dict(json.load(sys.stdin)))\n"
        "print(hashlib.sha256(page.encode()).hexdigest())\n"
    )
    import hashlib

    told = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(report.to_dict()), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.strip() == hashlib.sha256(text.encode()).hexdigest()


def many(report: Report) -> Report:
    """A dozen questions: one differs strongly, one weakly, the rest cannot tell or are the same."""
    found = [Finding(f"question {n}", Verdict.SAME, f"all well {n}") for n in range(8)]
    found += [Finding(f"open {n}", Verdict.CANNOT_TELL, f"too few rows {n}") for n in range(2)]
    found += [
        Finding("weak", Verdict.DIFFERS, "3 % of made and 2 % of real rows", "a", strength=1.0),
        Finding("loud", Verdict.DIFFERS, "9 % of made and 1 % of real rows", "b", strength=9.0),
    ]
    return replace(report, findings=tuple(found), notes=("the id was not compared: it is an id",))


def test_each_question_has_one_line_and_the_loudest_fault_is_first(report: Report) -> None:
    text = to_html(many(report))
    glance = text[text.index('id="glance"') : text.index('id="unjudged"')]
    named = re.findall(r'<a href="#q\d+">([^<]+)</a>', glance)
    assert named[:2] == ["loud", "weak"]
    assert len(named) == 12
    assert "b: 9 % of made and 1 % of real rows" in glance
    Page(text)


def test_each_line_leads_to_its_question(report: Report) -> None:
    page = Page(to_html(many(report)))
    ids = {a["id"] for _, a in page.elements if "id" in a}
    links = [a["href"] for a in page.all("a") if (a["href"] or "").startswith("#q")]
    assert len(links) == 12
    assert {(link or "")[1:] for link in links} <= ids


def test_what_could_not_be_judged_stands_with_its_reason(report: Report) -> None:
    text = to_html(many(report))
    part = text[text.index('id="unjudged"') : text.index('id="like"')]
    assert "open 0: too few rows 0" in part
    assert "open 1: too few rows 1" in part
    assert "the id was not compared: it is an id" in part
    assert "question 0" not in part


def test_a_verdict_without_open_ends_has_no_section_on_them(report: Report) -> None:
    only = (Finding("columns", Verdict.SAME, "all well"),)
    assert 'id="unjudged"' not in to_html(replace(report, findings=only, notes=()))


def test_the_reason_why_worth_is_missing_is_told(report: Report) -> None:
    notes = ("worth was not measured: a quick verdict leaves it out",)
    text = to_html(replace(report, worth=None, notes=notes))
    assert "Worth was not measured: a quick verdict leaves it out." in text
    assert "name a target column" not in text


def open_at(low: float, high: float) -> Finding:
    """A finding that is open: its effect lies in [low, high], and 0.02 counts as the same."""
    return Finding(
        "coverage", Verdict.CANNOT_TELL, "94 % lie near real rows", "whole rows",
        "share of rows without a neighbour", (low + high) / 2, low, high, 0.02,
    )  # fmt: skip


def test_why_a_question_is_open_is_told_once_and_not_by_its_line_again(report: Report) -> None:
    text = to_html(replace(report, findings=(open_at(0.01, 0.03),), pictures=()))
    part = text[text.index('id="unjudged"') : text.index('id="like"')]
    assert (
        "coverage: whole rows: share of rows without a neighbour: somewhere from 1 % to 3 %; "
        "up to 2 % counts as the same, so it may be either"
    ) in part
    assert "94 % lie near" not in part
    above = to_html(replace(report, findings=(open_at(0.03, 0.05),), pictures=()))
    assert "counts as the same, but chance may be all of it" in above


def test_the_verdicts_that_stand_on_the_page_are_explained_before_they_are_listed(
    report: Report,
) -> None:
    only = (Finding("columns", Verdict.SAME, "all well"),)
    text = to_html(replace(report, findings=only))
    legend = text[text.index('class="legend"') : text.index('class="glance"')]
    assert MEANINGS[Verdict.SAME] in legend
    assert MEANINGS[Verdict.DIFFERS] not in legend


def test_a_sentence_of_two_lines_is_not_cut_where_it_says_what_is_tolerated(
    report: Report,
) -> None:
    says = "88 % of the made rows lie near real rows, " + "where 94 % is usual, " * 8
    long = (Finding("coverage", Verdict.DIFFERS, f"{says}up to 2 % counts as the same"),)
    text = to_html(replace(report, findings=long))
    glance = text[text.index('class="glance"') : text.index('id="like"')]
    assert "up to 2 % counts as the same" in glance


def test_an_effect_has_its_tolerance_in_words_and_no_more_digits_than_it_needs(
    report: Report,
) -> None:
    often = Finding(
        "pairs", Verdict.DIFFERS, "too often", "a × b", "times as often", 10.4171, 4.798, 26.86, 1.5
    )
    text = to_html(replace(report, findings=(often,)))
    assert "(times as often: 10.4 [4.8, 26.9]; up to 1.5 counts as the same)" in text


def test_a_share_is_told_in_percent(report: Report) -> None:
    text = to_html(replace(report, findings=(open_at(0.01, 0.034),)))
    assert "neighbour: 2.2 % [1 %, 3.4 %]; up to 2 % counts as the same)" in text


def test_rows_that_were_read_were_not_made_by_read(report: Report) -> None:
    made = replace(report.sides[0], maker="read")
    text = to_html(replace(report, sides=(made, *report.sides[1:])))
    assert "15,000 rows × 42 columns, read from a file and held against" in text


def test_a_count_of_all_others_stands_behind_what_is_named(report: Report) -> None:
    rest = Finding("rules", Verdict.SAME, "54 more rules are kept", "other rules")
    named = Finding("rules", Verdict.SAME, "a is never missing", "a", strength=-2.0)
    text = to_html(replace(report, findings=(rest, named)))
    assert text.index("a is never missing") < text.index("54 more rules are kept")


def test_what_a_control_is_stands_beside_the_attacks(report: Report) -> None:
    text = to_html(report)
    assert html.escape(CONTROL) in text[text.index('id="hurt"') :]


def test_print_cuts_no_chart_and_leaves_no_heading_alone(text: str) -> None:
    printed = text[text.index("@media print") : text.index("</style>")]
    assert ".chart svg { max-width: 100%; height: auto; }" in printed
    assert "h2, h3 { break-after: avoid; }" in printed


def test_the_title_of_an_axis_is_limited_to_its_chart(text: str) -> None:
    assert "theme(box.clientWidth)" in text
    assert "titleLimit: Math.round(width * 0.9)" in text


def test_the_page_says_where_the_rows_lie_between_likeness_and_memory(report: Report) -> None:
    told = html.unescape(to_html(report))
    assert "tells made rows from real ones with an AUC of 0.520 [0.490, 0.560]" in told
    assert "an attack tells who taught with 0.630 [0.580, 0.680]" in told
    alone = {name: f for name, f in report.figures.items() if name != "membership_auc"}
    assert "Likeness against memory" not in to_html(replace(report, figures=alone))
