"""Gates: what a Report must say, as a name and a rule. One grammar for `require` and project files.

    FIGURE: "<= 0.55"                   tested at the unfavourable end of its 95 % interval
    QUESTION: same                      the question ends as same in every place
    QUESTION: no fault                  it may end as "cannot tell", too
    QUESTION.COLUMN: same | no fault    what was found about that column, as in columns.age
    fidelity: same | no fault           every question of the judge
    privacy: same | no fault            every question of the guard
    assumptions: supported              every assumption; a learner's own may be untested
    assumptions: not contradicted       they may be untested, too, or impossible to tell

Both rules of `assumptions` fail where the made rows break one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ..errors import Fault, SpecError, nearest
from .ledger import Keeping, LedgerRow, Standing, worst_first

if TYPE_CHECKING:
    from .report import Figure, Finding, Report

LIMIT = re.compile(r"\s*(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*")
VERDICTS = ("same", "no fault")
STANDINGS = ("supported", "not contradicted")
ASSUMPTIONS = "assumptions"
GROUPS = ("fidelity", "privacy")
_MEND = "mend the world, wish for more rows, or take the gate away and say why"


def form_of(name: str, rule: str, figures: Iterable[str], questions: Iterable[str]) -> str:
    """Return how a gate of that name is written: "limit", "verdict", "standing"; "" for no name.

    Where a figure and a question share a name, the rule says which is meant.
    """
    known = set(questions)
    if name in figures and (fits("limit", rule) or name not in known):
        return "limit"
    if name == ASSUMPTIONS:
        return "standing"
    is_question = name in known or name in GROUPS or name.partition(".")[0] in known
    return "verdict" if is_question else ""


def fits(form: str, rule: str) -> bool:
    """True where `rule` is one that a gate of that form can have."""
    if form == "limit":
        return LIMIT.fullmatch(rule) is not None
    return _plain(rule) in (VERDICTS if form == "verdict" else STANDINGS)


def is_rule(rule: str) -> bool:
    """True where `rule` means something for any gate."""
    return any(fits(form, rule) for form in ("limit", "verdict", "standing"))


def written(form: str) -> str:
    """Return an example of a rule of that form."""
    return {"limit": '"<= 0.55"', "verdict": "same"}.get(form, "supported")


def misnamed(
    gates: Mapping[str, object],
    figures: Iterable[str],
    questions: Iterable[str],
    place: Callable[[str], str] = "gates.{}".format,
) -> Iterator[Fault]:
    """Yield what is wrong with each gate that no report could ever decide."""
    figures, questions = list(figures), list(questions)
    for name, rule in gates.items():
        form = form_of(name, str(rule), figures, questions)
        if not form:
            mend = nearest(name, {*questions, *figures, *GROUPS, ASSUMPTIONS})
            yield Fault(f"no figure and no question is named {name!r}", place(name), mend)
        elif not fits(form, str(rule)):
            kind = "figure" if form == "limit" else "question"
            what = f"{name} is a {kind}, and the gate says {rule}"
            yield Fault(what, place(name), f"write it as {name}: {written(form)}")


def fault_of(report: Report, name: str, rule: str) -> Fault | None:
    """Return why the gate fails, or None; raises SpecError for a gate that means nothing."""
    questions = dict.fromkeys(finding.question for finding in report.findings)
    form = form_of(name, rule, report.figures, questions)
    if (form == "standing" and not report.ledger) or not form:
        known = [*report.figures, *questions, *([ASSUMPTIONS] if report.ledger else [])]
        if form or is_rule(rule):
            raise SpecError(
                f"no figure and no question of this report is named {name!r}",
                where=f"gates.{name}",
                mend=nearest(name, known),
            )
    if not fits(form, rule):
        raise SpecError(
            f"the gate {name}: {rule} cannot be tested",
            where=f"gates.{name}",
            mend=f"write it as {name}: {written(form or 'verdict')}",
        )
    if form == "limit":
        return _of_figure(name, report.figures[name], rule)
    if form == "standing":
        return _of_ledger(report.ledger, _plain(rule))
    return _of_question(name, _asked(report, name), _plain(rule))


def _asked(report: Report, name: str) -> list[Finding]:
    """Return the findings that a gate on questions speaks of, worst first."""
    from .reporting.words import split_questions

    ranked = report.ranked()
    if name in GROUPS and name not in report.verdicts:
        names = split_questions(report)[GROUPS.index(name)]
        return [finding for finding in ranked if finding.question in names]
    question, dot, column = name.partition(".")
    if name in report.verdicts or not dot:
        return [finding for finding in ranked if finding.question == name]
    mine = [finding for finding in ranked if finding.question == question]
    about = [f for f in mine if column in f.columns or f.where == column]
    # Where a column is not named, what is said of "the others" is all that is said of it.
    return about or [finding for finding in mine if not finding.columns]


def _of_question(name: str, findings: Sequence[Finding], rule: str) -> Fault | None:
    if not findings:
        raise SpecError(
            f"nothing was found about {name}",
            where=f"gates.{name}",
            mend="gate the whole question, or check the name of the column",
        )
    first = findings[0]
    if str(first.verdict) == "same" or (rule == "no fault" and not first.verdict.is_fault):
        return None
    must = "be the same" if rule == "same" else "have no fault"
    return Fault(
        f"{name} must {must}, and the verdict is: {first.verdict}",
        where=f"gates.{name}: {first.says}",
        mend=_MEND,
    )


def _of_figure(name: str, figure: Figure, rule: str) -> Fault | None:
    matched = LIMIT.fullmatch(rule)
    assert matched is not None
    sign, limit, seen = matched[1], float(matched[2]), figure.unfavourable
    holds = {
        "<=": seen <= limit, "<": seen < limit, ">=": seen >= limit, ">": seen > limit,
    }[sign]  # fmt: skip
    if holds:
        return None
    return Fault(
        f"{name} must be {sign} {limit:g}, and is {figure.value:.4g} "
        f"[{figure.low:.4g}, {figure.high:.4g}]",
        where=f"gates.{name}, tested at the unfavourable end of the 95 % interval",
        mend="mend the world, use more holdout rows to narrow the interval, or change the gate",
    )


def _of_ledger(rows: Sequence[LedgerRow], rule: str) -> Fault | None:
    failing = [row for row in worst_first(rows) if _falls(row, rule)]
    if not failing:
        return None
    first = failing[0]
    broken = first.made is Keeping.BROKEN and first.verdict is not Standing.CONTRADICTED
    how = "the made rows break it" if broken else f"it is {first.verdict}"
    more = f", and {len(failing) - 1} more" if len(failing) > 1 else ""
    return Fault(
        f"the assumptions must be {rule}, and of {first.says!r} {how}{more}",
        where=f"gates.assumptions: {first.made_evidence if broken else first.evidence}",
        mend="say what is true instead, or take the assumption away; ww show tells where it stands",
    )


def _falls(row: LedgerRow, rule: str) -> bool:
    if row.made is Keeping.BROKEN or row.verdict is Standing.CONTRADICTED:
        return True
    waits = row.declared == "the learner" and row.verdict is Standing.UNTESTED
    return rule == "supported" and row.verdict is not Standing.SUPPORTED and not waits


def _plain(rule: str) -> str:
    return " ".join(rule.split())
