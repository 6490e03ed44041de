"""A YAML file as plain values: what is read, what is refused, and where everything stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from yaml import safe_dump

from worldwright.errors import SpecError
from worldwright.spec.marked import MAX_BYTES, read_yaml


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "project.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def fault_of(folder: Path, text: str | bytes) -> str:
    with pytest.raises(SpecError) as caught:
        read_yaml(written(folder, text))
    return str(caught.value).replace(f"{folder}/", "")


def test_only_true_and_false_are_booleans_and_keys_are_text(tmp_path: Path) -> None:
    marked = read_yaml(written(tmp_path, "y: {yes: 0.3, no: on}\n1: true\nday: 2024-01-31\n"))
    assert marked.value == {"y": {"yes": 0.3, "no": "on"}, "1": True, "day": "2024-01-31"}


def test_a_quoted_value_is_text(tmp_path: Path) -> None:
    marked = read_yaml(written(tmp_path, "a: '1'\nb: \"true\"\nc: |\n  2\n"))
    assert marked.value == {"a": "1", "b": "true", "c": "2\n"}


def test_every_value_knows_its_line(tmp_path: Path) -> None:
    text = "wish:\n  share:\n    attack:\n      r2l: 0.2\n  cover:\n    columns: [a, b]\n"
    marked = read_yaml(written(tmp_path, text))
    place = str(tmp_path / "project.yaml")
    assert marked.at("wish", "share", "attack", "r2l") == f"{place}:4 wish.share.attack.r2l"
    assert marked.at("wish", "cover", "columns", 1) == f"{place}:6 wish.cover.columns.1"
    assert marked.at("wish", "rows") == f"{place}:1 wish.rows"


WORDS = st.text(alphabet="abcxyz_ .:#'\"é", min_size=1, max_size=8)
VALUES = st.recursive(
    st.integers() | st.booleans() | st.none() | WORDS | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


@for_all(value=st.dictionaries(WORDS, VALUES, min_size=1, max_size=4))
def test_what_yaml_writes_is_read_back(tmp_path: Path, value: dict[str, object]) -> None:
    text = safe_dump(value, allow_unicode=True)
    assert read_yaml(written(tmp_path, text)).value == value


def test_a_key_that_stands_twice_is_an_error(tmp_path: Path) -> None:
    assert fault_of(tmp_path, "seed: 1\nwish:\n  rows: 1\n  rows: 2\n") == (
        "the key 'rows' stands here twice\n"
        "  where: project.yaml:4 wish\n"
        "  mend:  keep one of the two; the first is on line 3"
    )


def test_an_alias_is_refused_so_that_a_small_file_stays_small(tmp_path: Path) -> None:
    assert fault_of(tmp_path, "a: &x [1, 2]\nb: [*x, *x]\n") == (
        "the alias *x\n"
        "  where: project.yaml:2\n"
        "  mend:  write out what it stands for\n"
        "the alias *x\n"
        "  where: project.yaml:2\n"
        "  mend:  write out what it stands for"
    )


def test_a_tag_is_refused(tmp_path: Path) -> None:
    assert fault_of(tmp_path, "a: !!python/object/apply:os.system [ls]\n") == (
        "a YAML tag (a word after !)\n  where: project.yaml:1\n  mend:  write the plain value"
    )


def test_deep_nesting_is_refused_before_it_is_walked(tmp_path: Path) -> None:
    assert fault_of(tmp_path, "a: " + "[" * 5000 + "]" * 5000) == (
        "nested more than 20 deep\n  where: project.yaml:1\n  mend:  write it flatter"
    )


def test_a_file_of_absurd_size_is_refused_unread(tmp_path: Path) -> None:
    assert fault_of(tmp_path, b"#" * (MAX_BYTES + 1)) == (
        "a project file of more than 1,000,000 bytes\n"
        "  where: project.yaml\n"
        "  mend:  keep rows in files of their own, and name them under evidence.read"
    )


def test_a_file_that_is_no_mapping_says_how_to_begin(tmp_path: Path) -> None:
    for text in ("", "# nothing\n", "- 1\n", "just words\n"):
        assert fault_of(tmp_path, text) == (
            "the file does not say anything of the form `key: value`\n"
            "  where: project.yaml:1\n"
            "  mend:  begin with the key evidence:, and see `ww init` for a file to start from"
        )


def test_broken_yaml_says_where(tmp_path: Path) -> None:
    assert fault_of(tmp_path, "wish:\n  rows: [1\nseed: 1\n") == (
        "this is not YAML: expected ',' or ']', but got ':'\n"
        "  where: project.yaml:3, column 5\n"
        "  mend:  look for a missing quote, bracket or colon, or an indent that does not line up"
    )


def test_another_encoding_is_told(tmp_path: Path) -> None:
    assert fault_of(tmp_path, b"seed: 1 # \xe9\n") == (
        "the file is not UTF-8: byte 10 cannot be read\n"
        "  where: project.yaml\n"
        "  mend:  save it as UTF-8"
    )


def test_a_file_that_is_not_there_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        read_yaml(tmp_path / "none.yaml")
    assert str(caught.value) == (
        "the file cannot be read: no such file or directory\n"
        f"  where: {tmp_path}/none.yaml\n"
        "  mend:  check the path; `ww init DIRECTORY SOURCE` writes a project file to start from"
    )
