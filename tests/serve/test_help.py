"""`--help`: one screen of 80 columns for each command, and two real examples at its end."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from worldwright.serve.cli import app

GOLDEN = Path(__file__).parents[1] / "golden" / "help.txt"
COMMANDS = (
    "init", "check", "fit", "sample", "judge", "estimate", "guard", "run", "show", "release",
    "plugins",
)  # fmt: skip


def help_of(*command: str) -> str:
    told = CliRunner().invoke(
        app, [*command, "--help"], prog_name="ww", env={"COLUMNS": "80"}, terminal_width=80
    )
    assert told.exit_code == 0
    return told.output


def all_help() -> str:
    pages = [("ww", help_of()), *((f"ww {name}", help_of(name)) for name in COMMANDS)]
    return "\n".join(f"$ {name} --help\n{page}" for name, page in pages)


def test_help_is_as_agreed() -> None:
    assert all_help() == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)], ids=str)
def test_help_fits_one_screen(command: tuple[str, ...]) -> None:
    lines = help_of(*command).splitlines()
    assert len(lines) <= 40
    assert max(len(line) for line in lines) <= 80


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)], ids=str)
def test_help_ends_in_two_examples(command: tuple[str, ...]) -> None:
    after = help_of(*command).split("Examples:\n")[1].rstrip().splitlines()
    assert len(after) == 2
    assert all(re.match(rf"    ww {''.join(command)}", line) for line in after)


def test_the_commands_come_in_the_order_in_which_they_are_needed() -> None:
    listed = re.findall(r"^  (\w+)  ", help_of().split("Commands:")[1], re.M)
    assert tuple(listed) == COMMANDS


def test_what_a_command_does_is_told_to_the_end() -> None:
    narrow = CliRunner().invoke(app, ["--help"], prog_name="ww", terminal_width=78)
    assert "..." not in narrow.output.split("Commands:")[1]
