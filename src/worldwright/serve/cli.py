"""The commands of `ww`: each one parses, makes one public call, and prints.

stdout is the answer (`--json` for programs), stderr is the talk. Exit codes: see `exits.py`.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer

import worldwright as ww

from ..data.atomic import check_free
from ..data.export import check_export
from .exits import Commands, run_to_exit
from .modes import check_mode, check_reassessing, needed
from .talk import talk
from .wishes import parse_cover, parse_gates, parse_shares

app = typer.Typer(
    cls=Commands,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Seed = Annotated[int, typer.Option(help="Chance starts here: same seed, same bytes.")]
Target = Annotated[str | None, typer.Option(help="The column that a model is to tell.")]
SchemaFile = Annotated[Path | None, typer.Option("--schema", help="Kinds, units and keys.")]
Workers = Annotated[int, typer.Option(min=1, help="Processes; the bytes do not depend on it.")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with a run that was killed.")]
Gates = Annotated[
    list[str] | None,
    typer.Option("--gate", metavar="NAME=RULE", help='What must hold, as in "rules=same".'),
]
Real = Annotated[Path, typer.Option(help="The real rows that taught.")]


class Told(Protocol):
    """An answer that can be printed."""

    def to_text(self, width: int = 80) -> str: ...

    def to_dict(self) -> dict[str, Any]: ...


def _version(asked: bool) -> None:
    if asked:
        print(ww.__version__)
        raise typer.Exit


@app.callback(
    epilog="""\b
Examples:
  ww init flows/ flows.csv.gz --target attack      a project to start from
  ww run flows/                                    learn, make, judge, release"""
)
def options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Make the data you wish you had, and prove what it is worth."""


@app.command(
    epilog="""\b
Examples:
  ww init flows/ flows.csv.gz --target attack
  ww init churn/ exports/2024/ --target churned"""
)
def init(
    directory: Annotated[
        Path, typer.Argument(metavar="DIRECTORY", help="A folder for the project.")
    ],
    source: Annotated[
        Path, typer.Argument(metavar="SOURCE", help="The rows: a file, or a folder of files.")
    ],
    target: Target = None,
) -> None:
    """Write a project file and a schema file for rows that you have."""
    for path in ww.init(directory, source, target=target):
        print(path)


@app.command(
    epilog="""\b
Examples:
  ww check project.yaml
  ww check flows/ --json"""
)
def check(
    project: Annotated[
        Path, typer.Argument(metavar="PROJECT", help="A project file, or its folder.")
    ],
    as_json: AsJson = False,
) -> None:
    """Say what a project will do, or everything that is wrong with it."""
    lines = ww.check(project)
    print(json.dumps(lines, ensure_ascii=False) if as_json else "\n".join(lines))


@app.command(
    epilog="""\b
Examples:
  ww fit flows.csv.gz --target attack -o worlds/flows
  ww fit orders.parquet --constraint "paid <= total" -o worlds/orders"""
)
def fit(
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="The real rows that teach.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="A new folder for the World.")],
    target: Target = None,
    learner: Annotated[str, typer.Option(help="`ww plugins` lists them.")] = "forest",
    constraint: Annotated[
        list[str] | None, typer.Option(metavar="CONDITION", help="What every made row meets.")
    ] = None,
    effort: Annotated[
        str | None, typer.Option(help="quick, normal or thorough (compares settings).")
    ] = None,
    memory: Annotated[
        str | None, typer.Option(help="normal, or low: teachers are harder to guess.")
    ] = None,
    memory_limit: Annotated[
        str | None, typer.Option(metavar="SIZE", help='As "4 GB"; without one: what is free.')
    ] = None,
    schema: SchemaFile = None,
    seed: Seed = 0,
) -> None:
    """Learn a World from real rows, and save it."""
    check_free(out)
    real = ww.read(source, schema=schema)
    with talk() as progress:
        world = ww.fit(
            real,
            target=target,
            learner=learner,
            seed=seed,
            constraints=constraint or (),
            effort=effort,
            memory=memory,
            memory_limit=memory_limit,
            progress=progress,
        )
    for name, why in world.explain()["part"].get("not learned", {}).items():
        print(f"{name}: {why}", file=sys.stderr)
    print(world.save(out))


@app.command(
    epilog="""\b
Examples:
  ww sample worlds/flows --rows 1000 --share attack=r2l:0.2 -o rare.csv
  ww sample worlds/flows --cover protocol,flag:2 --where "duration < 9" -o -"""
)
def sample(
    world: Annotated[Path, typer.Argument(metavar="WORLD", help="A saved World.")],
    out: Annotated[
        Path,
        typer.Option(
            "-o", "--out", help="A .csv, .tsv, .parquet or .jsonl; a folder; - is stdout."
        ),
    ],
    rows: Annotated[int | None, typer.Option(help="How many.")] = None,
    share: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN=VALUE:SHARE", help="May be repeated.")
    ] = None,
    where: Annotated[
        str | None, typer.Option(metavar="CONDITION", help="What every row meets.")
    ] = None,
    cover: Annotated[
        str | None, typer.Option(metavar="COLUMNS:STRENGTH", help="Every feasible combination.")
    ] = None,
    seed: Seed = 0,
    workers: Workers = 1,
    resume: Resume = False,
) -> None:
    """Make rows from a saved World."""
    check_export(out)
    wish = ww.Wish(
        rows=rows, share=parse_shares(share or ()), where=where, cover=parse_cover(cover)
    )
    with talk() as progress:
        if out.suffix or str(out) == "-":
            made = ww.load(world).sample(wish, seed=seed, progress=progress)
            made.export(out)
        else:
            ww.load(world).write(
                wish, out, seed=seed, workers=workers, resume=resume, progress=progress
            )
    if str(out) != "-":
        print(out)


@app.command(
    epilog="""\b
Examples:
  ww judge made.parquet --real train.csv --holdout test.csv --target attack
  ww judge all.csv --self-test --target attack"""
)
def judge(
    made: Annotated[
        Path, typer.Argument(metavar="MADE", help="The made rows; real ones to test the judge.")
    ],
    real: Annotated[Path | None, typer.Option(help="The real rows that taught.")] = None,
    holdout: Annotated[Path | None, typer.Option(help="Real rows that taught nothing.")] = None,
    target: Target = None,
    schema: SchemaFile = None,
    gate: Gates = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="An .html to write.")] = None,
    seed: Seed = 0,
    quick: Annotated[
        bool, typer.Option("--quick", help="Compare fewer rows, leave worth out; seconds.")
    ] = False,
    as_json: AsJson = False,
    self_test: Annotated[
        bool, typer.Option("--self-test", help="Plant faults: which would be caught?")
    ] = False,
    rows: Annotated[int | None, typer.Option(help="Self-test: rows of each slice.")] = None,
    runs: Annotated[int | None, typer.Option(help="Self-test: slices for each fault.")] = None,
    kinds: Annotated[
        str | None, typer.Option(metavar="A,B", help="Self-test: these faults only.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(help="New real rows: what of MADE's World still holds?")
    ] = None,
) -> None:
    """Say whether made rows are like real ones, and worth it."""
    if against is not None:
        check_reassessing({"--self-test": self_test, "--holdout": holdout, "--gate": gate})
        _reassess(made, against, (real, schema), seed, as_json)
        return
    extra = {"--rows": rows, "--runs": runs, "--kinds": kinds}
    check_mode(self_test, {"--real": real, "--holdout": holdout, "--gate": gate, "-o": out}, extra)
    if self_test:
        _self_test(ww.read(made, schema=schema), target, seed, extra, as_json)
        return
    gates = parse_gates(gate or ())
    if out is not None:
        check_free(out)
    known = ww.read(needed(real), schema=schema)
    shown = _read_like(made, known)
    unseen = _read_like(holdout, known) if holdout else None
    with talk() as progress:
        report = ww.judge(
            shown,
            real=known,
            holdout=unseen,
            target=target,
            seed=seed,
            quick=quick,
            progress=progress,
        )
    _conclude(report, gates, out, as_json)


@app.command(
    epilog="""\b
Examples:
  ww estimate "mean(amount)" --made made.parquet --real holdout.csv
  ww estimate "churned = yes ~ age" --made made.csv --real holdout.csv --json"""
)
def estimate(
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help="mean(COLUMN), share(CONDITION), …")
    ],
    made: Annotated[Path, typer.Option(help="The made rows.")],
    real: Annotated[Path, typer.Option(help="Real rows that did not teach them.")],
    unlabelled: Annotated[
        Path | None, typer.Option(help="More real rows, without what is asked about.")
    ] = None,
    level: Annotated[float, typer.Option(help="How often the interval is to hold.")] = 0.95,
    schema: SchemaFile = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Estimate a number of reality; sound even if the World is wrong."""
    known = ww.read(real, schema=schema)
    rows = _read_like(made, known)
    others = ww.read(unlabelled) if unlabelled else None
    _print(
        ww.estimate(query, made=rows, real=known, unlabelled=others, level=level, seed=seed),
        as_json,
    )


@app.command(
    epilog="""\b
Examples:
  ww guard made.parquet --real train.csv --holdout test.csv
  ww guard made.csv --real train.csv --holdout test.csv --json > guard.json"""
)
def guard(
    made: Annotated[Path, typer.Argument(metavar="MADE", help="The made rows.")],
    real: Real,
    holdout: Annotated[Path, typer.Option(help="Real rows that taught nothing.")],
    schema: SchemaFile = None,
    gate: Gates = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="An .html to write.")] = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Say whom made rows could hurt among those whose rows taught."""
    gates = parse_gates(gate or ())
    if out is not None:
        check_free(out)
    known = ww.read(real, schema=schema)
    rows, unseen = _read_like(made, known), _read_like(holdout, known)
    with talk() as progress:
        report = ww.guard(rows, real=known, holdout=unseen, seed=seed, progress=progress)
    _conclude(report, gates, out, as_json)


@app.command(
    epilog="""\b
Examples:
  ww run project.yaml
  ww run examples/intrusion --workers 2 --resume"""
)
def run(
    project: Annotated[
        Path, typer.Argument(metavar="PROJECT", help="A project file, or its folder.")
    ],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="A folder for the release.")
    ] = None,
    workers: Workers = 1,
    resume: Resume = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check the project, and make nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run a project: learn, wish, make, judge, guard, release."""
    if dry_run:
        check(project, as_json)
        return
    with talk() as progress:
        outcome = ww.run(
            project, workers=workers, resume=resume, out=out, require=False, progress=progress
        )
    _print(outcome, as_json)
    outcome.require()


@app.command(
    epilog="""\b
Examples:
  ww show flows.csv.gz
  ww show releases/flows-1a2b3c4d --json"""
)
def show(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="Rows, a saved World, a release, a report.")
    ],
    as_json: AsJson = False,
) -> None:
    """Describe what lies at a path."""
    _print(ww.show(path), as_json)


@app.command(
    epilog="""\b
Examples:
  ww release made/ --real train.csv --holdout test.csv -o releases/first
  ww release made/ --real train.csv --holdout test.csv --gate rules=same -o r1"""
)
def release(
    made: Annotated[
        Path, typer.Argument(metavar="MADE", help="The made rows: a file, or a saved folder.")
    ],
    real: Real,
    holdout: Annotated[Path, typer.Option(help="Real rows that taught nothing.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="A new folder for the bundle.")],
    target: Target = None,
    schema: SchemaFile = None,
    gate: Gates = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Judge and guard made rows, and bundle them with what was found."""
    gates = parse_gates(gate or ())
    check_free(out)
    known = ww.read(real, schema=schema)
    rows, unseen = _read_like(made, known), _read_like(holdout, known)
    with talk() as progress:
        report = ww.judge(
            rows, real=known, holdout=unseen, target=target, seed=seed, progress=progress
        ) + ww.guard(rows, real=known, holdout=unseen, seed=seed, progress=progress)
    report.require(gates)
    bundle = ww.release(rows, report, out)
    _print(report, as_json)
    print(f"release  {bundle.path}", file=sys.stderr)


@app.command(
    epilog="""\b
Examples:
  ww plugins
  ww plugins --json"""
)
def plugins(as_json: AsJson = False) -> None:
    """List the learners, readers, metrics, attacks, controls and keys."""
    _print(ww.list_plugins(), as_json)


def main() -> None:
    """Run `ww`."""
    run_to_exit(app)


def _reassess(
    source: Path, against: Path, taught: tuple[Path | None, Path | None], seed: int, as_json: bool
) -> None:
    """Print what a World or a release assumes, then and now; exit 1 where something has fallen."""
    real, schema = taught
    known = ww.read(real, schema=schema) if real else None
    newer = _read_like(against, known) if known else ww.read(against, schema=schema)
    ledger = ww.reassess(source, against=newer, real=known, seed=seed)
    _print(ledger, as_json)
    if ledger.fallen:
        raise typer.Exit(1)


def _read_like(path: Path, known: ww.Dataset) -> ww.Dataset:
    """Read rows with the kinds of others; a folder that was saved brings its own."""
    return ww.read(path, schema=None if path.is_dir() else known.schema)


def _print(told: Told, as_json: bool) -> None:
    if as_json:
        print(json.dumps(told.to_dict(), ensure_ascii=False, indent=1))
    else:
        print(told.to_text(width=min(shutil.get_terminal_size((80, 24)).columns, 100)))


def _self_test(
    real: ww.Dataset,
    target: str | None,
    seed: int,
    said: Mapping[str, Any],
    as_json: bool,
) -> None:
    """Plant faults in real rows, and print which the judge catches."""
    kinds = [kind.strip() for kind in (said["--kinds"] or "").split(",") if kind.strip()]
    sizes = {name[2:]: said[name] for name in ("--rows", "--runs") if said[name] is not None}
    with talk() as progress:
        result = ww.self_test(
            real, target=target, kinds=kinds or None, seed=seed, progress=progress, **sizes
        )
    _print(result, as_json)


def _conclude(report: ww.Report, gates: Mapping[str, str], out: Path | None, as_json: bool) -> None:
    """Print a report; exit 1 where a gate fails, or without gates where there is a fault."""
    if out is not None:
        report.to_html(out)
    _print(report, as_json)
    report.require(gates)
    if report.faults and not gates:
        raise typer.Exit(1)
