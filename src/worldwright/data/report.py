"""Report: verdicts first, then the evidence, then the details. It never carries a row.

A Report is the union of what any number of parts found: its lists of questions and of figures are
open, so a new metric or attack adds its own without touching this file. From real rows it may show
only counts of at least `MIN_COUNT` in bins, and ranges cut at the 1st and 99th percentile.

    Finding   one question at one place, with its verdict          "columns: duration"  differs
    Figure    one number with its 95 % interval and direction      membership_auc 0.51 [0.49, 0.53]
    Picture   one chart (Vega-Lite), with the words that replace it
    Worth     what the made rows are worth for the task
    LedgerRow one assumption of the World, and what real rows say of it (`ledger.py`)
    Answer    what one metric or attack adds: findings, figures, pictures, ledger, notes
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from ..errors import GateError, RoleError
from .ledger import LedgerRow

MIN_COUNT = 10
SCHEMA_VERSION = 1


class Verdict(StrEnum):
    """How a question ends. Faults are DIFFERS (judge) and EXPOSED (guard)."""

    DIFFERS = "differs"
    EXPOSED = "exposed"
    CANNOT_TELL = "cannot tell"
    SAME = "same"

    @property
    def is_fault(self) -> bool:
        return self in (Verdict.DIFFERS, Verdict.EXPOSED)


_WORST_FIRST = (Verdict.EXPOSED, Verdict.DIFFERS, Verdict.CANNOT_TELL, Verdict.SAME)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its 95 % interval. `better` says which way is good: "lower" or "higher"."""

    value: float
    low: float
    high: float
    better: str
    means: str

    @property
    def unfavourable(self) -> float:
        """The end of the interval that a gate is tested at."""
        return self.high if self.better == "lower" else self.low


@dataclass(frozen=True, slots=True)
class Finding:
    """One question, asked at one place, and how it ended.

    `effect` is in the unit that `measure` names, with its interval; `tolerance` is what still
    counts as the same; `power` is the chance to have seen an effect of that size at these rows.
    """

    question: str
    verdict: Verdict
    says: str
    where: str = ""
    measure: str = ""
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    tolerance: float | None = None
    p: float | None = None
    power: float | None = None
    columns: tuple[str, ...] = ()
    strength: float | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart for one question: a Vega-Lite spec with inline data, and its words."""

    question: str
    title: str
    caption: str
    spec: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Worth:
    """What the made rows add to the task's score on unseen real rows.

    `gain` is against `against`, the best of the controls that set the worth; `scores` holds each
    control's mean score; `equivalent_rows` is the number of extra real rows that would give the
    same score, None where the learning curve cannot tell.
    """

    task: str
    score: str
    gain: Figure
    against: str
    scores: Mapping[str, float]
    equivalent_rows: Figure | None
    says: str


@dataclass(frozen=True, slots=True)
class Side:
    """One of the Datasets that a Report speaks of: its part, its size, its keyed fingerprint."""

    role: str
    rows: int
    columns: int
    maker: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What one metric or attack adds to a Report. Notes say what could not be computed, and why."""

    findings: tuple[Finding, ...] = ()
    figures: Mapping[str, Figure] = field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()
    worth: Worth | None = None
    advice: str = ""
    notes: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    ledger: tuple[LedgerRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Findings, figures, pictures, worth and advice about one made Dataset."""

    findings: tuple[Finding, ...]
    figures: Mapping[str, Figure]
    sides: tuple[Side, ...]
    seed: int
    versions: Mapping[str, str]
    pictures: tuple[Picture, ...] = ()
    worth: Worth | None = None
    advice: str = ""
    notes: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    ledger: tuple[LedgerRow, ...] = ()

    def __post_init__(self) -> None:
        if "made" not in {side.role for side in self.sides} or len(self.sides) < 2:
            raise RoleError(
                "a report needs the made rows and the real rows that they were held against",
                where=f"a report on {[side.role for side in self.sides]}",
                mend="hand over both sides with their lineage",
            )

    @classmethod
    def of(
        cls,
        answers: Sequence[Answer],
        *,
        sides: Sequence[Side],
        seed: int,
        versions: Mapping[str, str],
    ) -> Report:
        """Return the Report that unites these answers, in their order."""
        return cls(
            findings=tuple(finding for answer in answers for finding in answer.findings),
            figures={name: f for answer in answers for name, f in answer.figures.items()},
            sides=tuple(sides),
            seed=seed,
            versions=versions,
            pictures=tuple(picture for answer in answers for picture in answer.pictures),
            worth=next((answer.worth for answer in answers if answer.worth), None),
            advice=next((answer.advice for answer in answers if answer.advice), ""),
            notes=tuple(dict.fromkeys(note for answer in answers for note in answer.notes)),
            settings={name: s for answer in answers for name, s in answer.settings.items()},
            ledger=tuple(row for answer in answers for row in answer.ledger),
        )

    def __add__(self, other: Report) -> Report:
        """Return one Report with the findings of both; they must speak of the same made rows."""
        made = [_made(self).fingerprint, _made(other).fingerprint]
        if made[0] != made[1]:
            raise RoleError(
                "two reports on different made rows cannot be added",
                where="report + report",
                mend="judge and guard the same dataset",
            )
        return replace(
            self,
            findings=self.findings + other.findings,
            figures={**self.figures, **other.figures},
            sides=tuple(dict.fromkeys(self.sides + other.sides)),
            versions={**self.versions, **other.versions},
            pictures=self.pictures + other.pictures,
            worth=self.worth or other.worth,
            advice=self.advice or other.advice,
            notes=tuple(dict.fromkeys(self.notes + other.notes)),
            settings={**self.settings, **other.settings},
            ledger=tuple(dict.fromkeys(self.ledger + other.ledger)),
        )

    @property
    def faults(self) -> tuple[Finding, ...]:
        """Findings that are *differs* or *exposed*, worst first. Empty is good."""
        return tuple(finding for finding in self.ranked() if finding.verdict.is_fault)

    @property
    def verdicts(self) -> Mapping[str, Verdict]:
        """Return the verdict of each question: the worst of its findings."""
        verdicts: dict[str, Verdict] = {}
        for finding in self.ranked():
            verdicts.setdefault(finding.question, finding.verdict)
        return verdicts

    def require(self, gates: Mapping[str, str]) -> None:
        """Raise GateError that lists each failing gate; SpecError for one that means nothing.

        `gates.py` says what a gate may be.
        """
        from .gates import fault_of

        faults = [fault for name, rule in gates.items() if (fault := fault_of(self, name, rule))]
        if faults:
            raise GateError.of(faults)

    def to_dict(self) -> dict[str, Any]:
        """Return the Report as plain data; `report.schema.json` in the docs describes it."""
        from .reporting.plain import to_dict

        return to_dict(self)

    def to_html(self, path: str | Path) -> Path:
        """Write the Report as one file that opens in a browser without a network."""
        from .reporting.html import write_html

        return write_html(self, Path(path))

    def to_text(self, width: int = 80) -> str:
        """Return the Report as a screen of text: verdict, worth, faults, figures."""
        from .reporting.text import to_text

        return to_text(self, width)

    def ranked(self) -> list[Finding]:
        """Return the findings, worst verdict first; within a verdict the strongest first."""
        return sorted(self.findings, key=_rank)


def _rank(finding: Finding) -> tuple[int, float]:
    return _WORST_FIRST.index(finding.verdict), -(finding.strength or 0.0)


def _made(report: Report) -> Side:
    return next(side for side in report.sides if side.role == "made")
