"""A report as plain data: what goes out comes back, and its schema says what it holds."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from synthetic_report import SIDES

from worldwright.data.report import Answer, Figure, Finding, Report, Verdict
from worldwright.data.reporting.plain import from_dict, to_dict
from worldwright.data.reporting.schema import report_schema
from worldwright.errors import StoreError

SCHEMA = Path(__file__).parents[2] / "docs" / "reference" / "report.schema.json"
numbers = st.floats(allow_nan=False, allow_infinity=False)
maybe = st.none() | numbers
findings = st.builds(
    Finding, st.text(), st.sampled_from(Verdict), st.text(), st.text(), st.text(),
    maybe, maybe, maybe, maybe, maybe, maybe,
)  # fmt: skip
figures = st.builds(
    Figure, numbers, numbers, numbers, st.sampled_from(["lower", "higher"]), st.text()
)


def test_a_report_comes_back_from_json_as_it_was(report: Report) -> None:
    assert from_dict(json.loads(json.dumps(report.to_dict()))) == report


@for_all(st.lists(findings), st.dictionaries(st.text(), figures))
def test_every_finding_and_figure_comes_back_and_fits_the_schema(found, named) -> None:
    answer = Answer(findings=tuple(found), figures=named)
    report = Report.of([answer], sides=SIDES, seed=3, versions={})
    plain = report.to_dict()
    assert from_dict(json.loads(json.dumps(plain, allow_nan=False))) == report
    jsonschema.validate(plain, report_schema())


def test_a_full_report_fits_the_schema_that_the_docs_show(report: Report) -> None:
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(report.to_dict(), schema)


def test_the_schema_in_the_docs_is_the_one_that_the_code_has() -> None:
    again = "python -m worldwright.data.reporting.schema > docs/reference/report.schema.json"
    assert json.loads(SCHEMA.read_text()) == report_schema(), again


def test_a_field_that_nobody_documented_breaks_the_schema(report: Report) -> None:
    plain = {**report.to_dict(), "rows": [1, 2, 3]}
    with pytest.raises(jsonschema.ValidationError, match="'rows' was unexpected"):
        jsonschema.validate(plain, report_schema())


def test_what_is_not_a_number_is_null_and_comes_back_as_no_number(report: Report) -> None:
    odd = replace(report, figures={"odd": Figure(math.nan, 0.0, math.inf, "lower", "")})
    plain = to_dict(odd)
    assert plain["figures"]["odd"] == {
        "value": None, "low": 0.0, "high": None, "better": "lower", "means": "",
    }  # fmt: skip
    assert math.isnan(from_dict(plain).figures["odd"].value)


def test_the_verdicts_stand_first(report: Report) -> None:
    plain = report.to_dict()
    assert list(plain)[:4] == ["format", "version", "verdict", "questions"]
    assert plain["verdict"] == (
        "2 faults: the made rows differ in 1 place and somebody is exposed in 1."
    )
    assert plain["questions"] == {
        "membership": "exposed", "columns": "differs", "rows": "cannot tell",
        "rules": "same", "copies": "same",
    }  # fmt: skip


def test_a_report_of_a_newer_format_is_refused(report: Report) -> None:
    with pytest.raises(StoreError) as caught:
        from_dict({**report.to_dict(), "version": 2}, where="report.json")
    assert str(caught.value) == (
        "the report has format 2, and we read up to 1\n"
        "  where: report.json\n"
        "  mend:  install a newer worldwright: pip install --upgrade worldwright"
    )


@pytest.mark.parametrize("lost", ["findings", "figures", "sides", "seed"])
def test_a_report_that_lost_a_field_is_refused(report: Report, lost: str) -> None:
    plain = report.to_dict()
    del plain[lost]
    with pytest.raises(StoreError) as caught:
        from_dict(plain, where="report.json")
    assert str(caught.value) == (
        "the report has lost some of its fields, or was changed by hand\n"
        "  where: report.json\n"
        "  mend:  take an untouched copy of it"
    )


def test_something_else_is_not_taken_for_a_report() -> None:
    with pytest.raises(StoreError, match="this is not a report"):
        from_dict({"hello": 1})
