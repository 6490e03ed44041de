"""A report as one screen: it never overflows, and it says plainly what there is to say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypothesis import given as for_all
from hypothesis import strategies as st
from synthetic_report import SIDES

from worldwright.data.report import Answer, Figure, Finding, Report, Verdict

GOLDEN = Path(__file__).parents[1] / "golden" / "report.txt"


def test_the_screen_is_as_agreed(report: Report) -> None:
    assert report.to_text() + "\n" == GOLDEN.read_text()


texts = st.text(st.characters(categories=["L", "N", "P", "Z"]), max_size=300)
long_findings = st.builds(Finding, texts, st.sampled_from(Verdict), texts, texts)
long_figures = st.builds(Figure, st.floats(), st.floats(), st.floats(), st.just("lower"), texts)


@for_all(
    st.lists(long_findings, max_size=40),
    st.dictionaries(st.sampled_from(["membership_auc", "exact_copies", "other"]), long_figures),
    texts,
    st.integers(40, 120),
)
def test_no_screen_is_longer_than_24_lines_or_wider_than_asked(found, named, advice, width) -> None:
    answer = Answer(findings=tuple(found), figures=named, advice=advice)
    lines = Report.of([answer], sides=SIDES, seed=0, versions={}).to_text(width).split("\n")
    assert len(lines) <= 24
    assert max(map(len, lines)) <= width


def test_worthless_rows_are_called_worthless(report: Report) -> None:
    assert report.worth is not None
    nothing = replace(report.worth, gain=Figure(0.001, -0.02, 0.02, "higher", ""))
    screen = replace(report, worth=nothing).to_text()
    assert "The made rows are worth nothing that can be seen: finding attack = r2l." in screen
    assert "more real rows" not in screen


def test_harmful_rows_are_called_harmful(report: Report) -> None:
    assert report.worth is not None
    harm = replace(report.worth, gain=Figure(-0.5, -0.6, -0.4, "higher", ""))
    screen = replace(report, worth=harm).to_text()
    assert "The made rows do harm: finding attack = r2l. Leave them out." in screen


def test_no_attack_that_won_is_no_guarantee(report: Report) -> None:
    calm = tuple(f for f in report.findings if f.verdict is not Verdict.EXPOSED)
    screen = replace(report, findings=calm).to_text()
    assert "No attack that we ran beats its control at the stated power; this is no" in screen


def test_an_attack_that_won_within_tolerance_is_not_hidden(report: Report) -> None:
    won = Finding("membership", Verdict.CANNOT_TELL, "found more often than chance", p=0.01)
    screen = replace(report, findings=(won,)).to_text()
    assert "1 of 1 attack beat the control, though not clearly beyond tolerance" in screen
    assert "No attack that we ran" not in screen


def test_rows_that_nobody_attacked_are_not_called_safe(report: Report) -> None:
    only = tuple(f for f in report.findings if f.question == "columns")
    screen = replace(report, findings=only, figures={}, worth=None).to_text()
    assert "Nobody attacked these rows, so nothing is known about whom they could hurt." in screen
    assert "name a target column to find out" in screen


def test_what_has_no_room_is_counted(report: Report) -> None:
    many = tuple(Finding("columns", Verdict.DIFFERS, f"fault {n}") for n in range(12))
    screen = replace(report, findings=many).to_text()
    assert "WHAT FAILED?  the worst 5 of 12" in screen


def test_a_dozen_questions_fit_and_the_loudest_fault_is_told_first(report: Report) -> None:
    same = tuple(Finding(f"question {n}", Verdict.SAME, "all well") for n in range(6))
    many = tuple(Finding(f"open {n}", Verdict.CANNOT_TELL, "too few rows") for n in range(4))
    faults = (
        Finding("weak", Verdict.DIFFERS, "3 % of made, 2 % of real rows", strength=1.0),
        Finding("loud", Verdict.DIFFERS, "9 % of made, 1 % of real rows", strength=9.0),
    )
    screen = replace(report, findings=same + many + faults).to_text()
    assert "DIFFERS      loud, weak" in screen
    assert "cannot tell  open 0, open 1, open 2, open 3" in screen
    assert "same         question 0, question 1" in screen
    assert "1. loud: 9 % of made, 1 % of real rows" in screen


def test_what_a_figure_means_goes_on_in_a_second_line(report: Report) -> None:
    figure = Figure(0.517, 0.503, 0.532, "lower", "AUC of guessing who taught; 0.5 is a coin's")
    lines = replace(report, figures={"membership_auc": figure}).to_text().split("\n")
    at = next(n for n, line in enumerate(lines) if "membership_auc" in line)
    assert " ".join(" ".join(lines[at : at + 2]).split()).endswith("taught; 0.5 is a coin's")


def test_a_question_is_named_once_and_its_fault_told_whole(report: Report) -> None:
    says = "in 4 % of the made rows euribor3m has a value that no real row has (0.42 % is usual)"
    fault = Finding("columns", Verdict.DIFFERS, says, "euribor3m")
    screen = replace(report, findings=(fault,)).to_text()
    assert "  DIFFERS      columns\n" in screen
    assert says in " ".join(screen.split())
    assert screen.count("euribor3m") == 1


def test_a_place_that_the_sentence_names_is_not_named_twice(report: Report) -> None:
    says = "age = below 30, job = technician in 0.03 % of made rows and 2.2 % of real rows"
    pair = Finding("pairs", Verdict.DIFFERS, says, "age × job", columns=("age", "job"))
    assert f"1. pairs: {says[:60]}" in replace(report, findings=(pair,)).to_text()
    weak = replace(pair, says="at most 3 % of the rows would have to change")
    screen = replace(report, findings=(weak,)).to_text()
    assert "1. pairs: age × job: at most 3 % of the rows" in screen
