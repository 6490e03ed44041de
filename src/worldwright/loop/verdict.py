"""What a run leaves behind when a gate failed: the report and the verdict, and no rows."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from ..data.atomic import new_folder, translated
from ..data.report import Report
from ..errors import GateError


def write_failed(report: Report, failed: GateError, folder: Path) -> Path:
    """Write report.html, report.json and verdict.txt to `folder`; replaces those of an earlier run.

    The folder's name comes from the run's inputs, so what is replaced is the same verdict.
    """
    with translated(folder):
        if folder.exists():
            shutil.rmtree(folder)
    with new_folder(folder) as temporary:
        report.to_html(temporary / "report.html")
        text = json.dumps(report.to_dict(), indent=1, ensure_ascii=False)
        (temporary / "report.json").write_text(text + "\n", encoding="utf-8")
        (temporary / "verdict.txt").write_text(f"{failed}\n", encoding="utf-8")
    return folder
