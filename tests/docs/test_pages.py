"""What the documentation promises runs, and what the code offers is documented."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

import worldwright as ww
from worldwright import plugins

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]+)")


def script(name: str) -> ModuleType:
    """Return a script of the docs folder, which is no package, as a module."""
    spec = importlib.util.spec_from_file_location(f"docs_{name}", DOCS / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


check = script("check")
generate = script("generate")


def test_every_verb_has_a_page_with_code_that_runs() -> None:
    pages = {page.stem for page in check.pages()}
    verbs = {"read", "split", "fit", "wish", "condition", "judge", "guard", "gate"}
    assert pages >= verbs | {"release-and-verify", "run-a-project", "first-release"}


def test_the_reference_is_what_the_code_says() -> None:
    assert generate.stale() == [], "run python docs/generate.py"


def test_every_public_name_has_a_section() -> None:
    page = (REFERENCE / "api.md").read_text()
    missing = [n for n in ww.__all__ if not n.startswith("_") and f"### `ww.{n}`" not in page]
    assert missing == []


def test_every_public_name_has_a_docstring() -> None:
    assert [n for n in ww.__all__ if not n.startswith("_") and not getattr(ww, n).__doc__] == []


def test_every_part_has_a_section_with_words() -> None:
    sections = (REFERENCE / "plugins.md").read_text().split("\n### ")
    written = {part.split("`")[1]: part.partition("\n")[2].strip() for part in sections[1:]}
    names = [
        name
        for registry in plugins.ALL
        if registry is not plugins.project_keys
        for name in registry.names()
    ]
    assert [name for name in names if len(written.get(name, "")) < 10] == []


def test_every_project_key_has_a_section() -> None:
    page = (REFERENCE / "project-file.md").read_text()
    assert [name for name in plugins.project_keys.names() if f"## `{name}`" not in page] == []


def test_every_error_has_a_section() -> None:
    page = (REFERENCE / "errors.md").read_text()
    assert [name for name in generate.error_classes() if f"## `{name}`" not in page] == []


def test_every_option_of_every_command_is_explained() -> None:
    page = (REFERENCE / "cli.md").read_text()
    rows = [row for row in page.splitlines() if row.startswith("| `")]
    assert rows
    assert [row for row in rows if not row.split("|")[2].strip()] == []


def test_every_page_stands_on_the_map() -> None:
    linked = {(DOCS / link).resolve() for link in LINK.findall((DOCS / "README.md").read_text())}
    kinds = ("tutorial", "how-to", "reference", "explanation")
    pages = [page for kind in kinds for page in DOCS.glob(f"{kind}/*.md")]
    assert [page.name for page in pages if page.resolve() not in linked] == []


@pytest.mark.parametrize(
    "page",
    sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *ROOT.glob("changelog.d/*.md")]),
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_every_link_leads_to_a_file(page: Path) -> None:
    links = LINK.findall(page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []
