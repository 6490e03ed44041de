"""Peers: other tools' verdict on the same rows, at their own bars, each in its own environment.

    python bench/judge/peers.py TOOL FOLDER       every room of FOLDER that has no verdict yet

A room holds made.parquet, real.parquet, holdout.parquet (the main table, without ids) and
facts.json. This file imports nothing of ours, so that it runs where only the tool is installed.

    sdmetrics   quality report below 0.9
    mostly qa   accuracy below 95 % of what it expects of a holdout of that size, or more than 55 %
                of the made rows nearer to rows that taught than to the holdout (it names no bar)
    evidently   any column drifts by its default tests; `dataset`: half of them, its own summary
    pandera     a row breaks the schema that it infers from the real rows
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd

Said = dict[str, Any]
HOMES: Mapping[str, str] = {
    "sdmetrics": "sdmetrics", "mostly qa": "mostly-qa", "evidently": "evidently",
    "pandera": "pandera",
}  # fmt: skip


def sdmetrics(sides: Mapping[str, pd.DataFrame], facts: Said) -> Said:
    """Quality report: column shapes and pair trends, mean of both."""
    named = {"cat": "categorical", "num": "numerical", "date": "datetime"}
    columns = {name: {"sdtype": named[kind]} for name, kind in facts["kinds"].items()}
    report = import_module("sdmetrics.reports.single_table").QualityReport()
    report.generate(sides["real"], sides["made"], {"columns": columns}, verbose=False)
    score = float(report.get_score())
    return {"alarm": score < 0.9, "score": score}


def mostly_qa(sides: Mapping[str, pd.DataFrame], facts: Said) -> Said:
    """Accuracy of marginals in one, two and three columns; shares of nearest rows."""
    _, metrics = import_module("mostlyai.qa").report(
        syn_tgt_data=sides["made"], trn_tgt_data=sides["real"], hol_tgt_data=sides["holdout"],
        report_path=facts["room"] + "/report.html",
    )  # fmt: skip
    accuracy, most = metrics.accuracy.overall, metrics.accuracy.overall_max
    share = metrics.distances.dcr_share
    alarm = accuracy < 0.95 * most or (share is not None and share > 0.55)
    return {"alarm": alarm, "score": accuracy, "most": most, "dcr_share": share}


def evidently(sides: Mapping[str, pd.DataFrame], facts: Said) -> Said:
    """Data drift preset, defaults: a test a column, chosen by kind and size."""
    home = import_module("evidently")
    kinds: dict[str, str] = facts["kinds"]
    definition = home.DataDefinition(
        numerical_columns=[name for name, kind in kinds.items() if kind == "num"],
        categorical_columns=[name for name, kind in kinds.items() if kind == "cat"],
        datetime_columns=[name for name, kind in kinds.items() if kind == "date"],
    )
    now, then = (
        home.Dataset.from_pandas(sides[side], data_definition=definition)
        for side in ("made", "real")
    )
    preset = import_module("evidently.presets").DataDriftPreset()
    plain = home.Report([preset]).run(now, then).dict()
    drifted = next(
        m["value"] for m in plain["metrics"] if "DriftedColumns" in str(m["metric_name"])
    )
    return {"alarm": drifted["count"] > 0, "dataset": drifted["share"] >= 0.5,
            "score": drifted["count"]}  # fmt: skip


def pandera(sides: Mapping[str, pd.DataFrame], facts: Said) -> Said:
    """The contract that pandera infers: kinds, ranges, nulls; broken or not."""
    home = import_module("pandera.pandas")
    try:
        home.infer_schema(sides["real"]).validate(sides["made"], lazy=True)
    except home.errors.SchemaErrors as broken:
        return {"alarm": True, "score": len(broken.failure_cases)}
    return {"alarm": False, "score": 0}


TOOLS: Mapping[str, Callable[[Mapping[str, pd.DataFrame], Said], Said]] = {
    "sdmetrics": sdmetrics, "mostly qa": mostly_qa, "evidently": evidently, "pandera": pandera,
}  # fmt: skip


def main(tool: str, folder: Path) -> None:
    """Ask the tool about each room; what it cannot do is its verdict too."""
    warnings.simplefilter("ignore")
    for room in sorted(path for path in folder.iterdir() if (path / "facts.json").exists()):
        said = room / f"{tool.replace(' ', '-')}.json"
        if said.exists():
            continue
        facts = json.loads((room / "facts.json").read_text()) | {"room": str(room)}
        sides = {
            side: pd.read_parquet(room / f"{side}.parquet") for side in ("made", "real", "holdout")
        }
        try:
            verdict = TOOLS[tool](sides, facts)
        except Exception as fault:  # a tool that ends in an error gives no verdict
            verdict = {"no verdict": f"{type(fault).__name__}: {str(fault)[:200]}"}
        said.write_text(json.dumps(verdict))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
