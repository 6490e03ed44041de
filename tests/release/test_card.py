"""The card and its Croissant: what people and machines are told, and nothing more."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from worldwright.data.dataset import Dataset
from worldwright.data.release import release
from worldwright.data.report import Figure, Report, Worth


class Explained:
    """A World as far as a release asks."""

    def explain(self) -> dict[str, object]:
        return {"learner": "forest", "settings": {"trees": 8}, "rules": [f"r{n}" for n in range(3)]}


@pytest.fixture
def card(made: Dataset, report: Report, tmp_path: Path) -> str:
    bundle = release(made, report, tmp_path / "r1", world=Explained())
    return (bundle.path / "card.md").read_text()


@pytest.fixture
def croissant(made: Dataset, report: Report, tmp_path: Path) -> Path:
    return release(made, report, tmp_path / "r2").path / "croissant.json"


def test_the_card_says_what_it_is_first(card: str) -> None:
    assert card.split("\n")[0] == "# flows-made"
    assert "40 rows × 6 columns: made rows, drawn by a model, not observed." in card


@pytest.mark.parametrize(
    "section",
    [
        "How it was made", "What its maker says", "Is it like?", "Is it worth it?",
        "Who could be hurt?", "What it is for", "What it cannot be used for", "Limits", "Columns",
        "Weights", "Licence", "Files",
    ],
)  # fmt: skip
def test_the_card_has_a_section_on(card: str, section: str) -> None:
    assert f"\n## {section}\n" in card


def test_a_name_cannot_break_the_card(card: str) -> None:
    assert "<b>" not in card
    assert "| odd, &lt;b&gt;name&lt;/b&gt;\\|\\`x\\` | text |" in card
    assert "- a note on \\*nothing\\*" in card


def test_what_differs_is_a_limit_and_a_use_that_is_ruled_out(card: str) -> None:
    assert "- For anything that rests on what differs: columns." in card
    assert "it leans to the right" in card[card.index("## Limits") :]


def test_the_maker_is_heard(card: str) -> None:
    assert "| settings.trees | 8 |" in card


def test_the_card_says_how_to_get_base_rates_back(card: str) -> None:
    assert "weighted estimates give the maker's own base rates back" in card


def test_a_spent_budget_is_named(made: Dataset, report: Report, tmp_path: Path) -> None:
    paid = replace(made, lineage=replace(made.lineage, spent=(1.0, 1e-6)))
    card = (release(paid, report, tmp_path / "r1").path / "card.md").read_text()
    assert "A privacy budget of epsilon 1 and delta 1e-06 was spent." in card


def test_worth_is_told_in_words(made: Dataset, report: Report, tmp_path: Path) -> None:
    gain = Figure(0.001, -0.02, 0.02, "higher", "gain")
    worth = Worth("finding kind = a", "average precision", gain, "nothing", {}, None, "")
    told = replace(report, worth=worth)
    card = (release(made, told, tmp_path / "r1").path / "card.md").read_text()
    assert "The made rows are worth nothing that can be seen: finding kind = a." in card


# Croissant.


def test_mlcroissant_finds_no_fault(croissant: Path) -> None:
    import mlcroissant as mlc

    read = mlc.Dataset(jsonld=croissant)
    assert read.metadata.ctx.issues.errors == set()
    assert {warning.split('"')[1] for warning in read.metadata.ctx.issues.warnings} == {
        "https://schema.org/datePublished",
        "https://schema.org/license",
    }


def test_mlcroissant_reads_the_rows(croissant: Path, made: Dataset) -> None:
    import mlcroissant as mlc

    rows = list(mlc.Dataset(jsonld=croissant).records("flows"))
    assert [row["flows/amount"] for row in rows] == made.table["amount"].to_pylist()
    assert [row["flows/count"] for row in rows] == made.table["count"].to_pylist()
    assert {row["flows/column-5"] for row in rows} == {b"some text"}


def test_croissant_says_what_is_known_about_responsible_use(croissant: Path) -> None:
    told = json.loads(croissant.read_text())
    assert "nothing is promised" in told["rai:personalSensitiveInformation"]
    assert "this is no guarantee" in told["rai:personalSensitiveInformation"]
    assert told["rai:dataLimitations"]
    assert "http://mlcommons.org/croissant/RAI/1.0" in told["conformsTo"]
    assert "<b>" not in told["description"]
