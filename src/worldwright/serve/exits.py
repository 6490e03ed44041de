"""Errors → what is printed and the exit code.

0  done                      3    the input is at fault
1  a verdict failed          70   a fault of ours, with its traceback
2  asked wrongly             130  stopped by the user
"""

from __future__ import annotations

import sys
import traceback
from typing import Any

import typer
from typer.core import TyperGroup

import worldwright as ww

from .stopping import stoppable

OUR_FAULT, STOPPED = 70, 130

_OURS = """\
This is a fault of worldwright {version}, not of yours. Please report it with the lines above and
the command that you gave; leave out anything that shows your rows."""


class Commands(TyperGroup):
    """Commands whose errors are told as they are, and decide the exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a WorldwrightError is printed whole and without a traceback."""
        try:
            with stoppable():
                return super().invoke(ctx)
        except ww.WorldwrightError as error:
            print(error, file=sys.stderr)
            raise typer.Exit(error.exit_code) from error
        except KeyboardInterrupt as stop:
            print("stopped; nothing half-written stays", file=sys.stderr)
            raise typer.Exit(STOPPED) from stop

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the commands in the order in which a user needs them."""
        return list(self.commands)


def run_to_exit(app: typer.Typer) -> None:
    """Run `app`; what escapes it is a fault of ours."""
    try:
        app()
    except Exception:
        traceback.print_exc()
        print(_OURS.format(version=ww.__version__), file=sys.stderr)
        sys.exit(OUR_FAULT)
