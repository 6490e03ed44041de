"""RESULTS.md: every figure that was seen, beside its line, its command and its machine.

    python -m bench.report

It is made from the JSON lines alone. A line (what we set out to reach) is *reached* or *not
reached*; where nothing was measured the table says so and claims nothing.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from . import assumptions_summary, estimate_summary, speed_summary
from .judge import summary
from .results import Line, Results
from .tables import attempts_summary, evidence_summary, frontier_summary, growth_summary
from .tables import summary as tables_summary
from .tabulate import TARGET_HEADER, Rows, Target, markdown, number

PAGE = Path(__file__).parent / "RESULTS.md"
HEAD = """# Results

Written by `make bench-report` from `bench/results/*.jsonl`; nothing here is typed by hand.
Definitions stand in the docstrings of `bench/tables/__init__.py`, `bench/tables/finite.py`,
`bench/tables/rules.py`, `bench/tables/growth.py`, `bench/tables/evidence.py`,
`bench/judge/__init__.py`, `bench/estimate.py`, `bench/scale.py` and `bench/start.py`. Walls are
measured on one machine and depend on its load; CPU seconds hardly do.
"""
MANY = 10_000_000


def scale_section(lines: Sequence[Line]) -> str:
    """Return the size bench: cost by rows and workers, then memory, linearity, workers, hashing."""
    writes = _medians([line for line in lines if line["key"][0] == "write" and "wall_s" in line])
    header = ["rows", "workers", "wall s", "CPU-s", "peak MB", "Parquet MB", "load before"]
    fields = ("wall_s", "cpu_s", "peak_mb", "disk_mb", "load_before")
    rows = [
        [f"{size:,}", str(workers), *[number(cost[field]) for field in fields]]
        for (size, workers), cost in sorted(writes.items(), key=lambda pair: pair[0])
    ]
    hashed = [line for line in lines if line["key"][0] == "hash"]
    learned = [line for line in lines if line["key"][0] == "learn"]
    header_learned = ["rows learned", "columns", "wall s", "CPU-s", "peak MB"]
    rows_learned = [
        [f"{x['key'][1]:,}", *[number(x[f]) for f in ("columns", "wall_s", "cpu_s", "peak_mb")]]
        for x in sorted(learned, key=lambda x: int(x["key"][1]))
    ]
    targets = [*_scale_targets(writes, hashed), _learn_target(learned)]
    return "\n".join(
        [
            markdown(header, rows),
            markdown(header_learned, rows_learned),
            markdown(TARGET_HEADER, targets),
        ]
    )


def _learn_target(learned: Sequence[Line]) -> list[str]:
    most = max(learned, key=lambda line: int(line["key"][1]), default=None)
    rows = int(most["key"][1]) if most else MANY
    target = Target(f"{rows:,} rows learned, peak MB", 4_000)
    return target.row(most["peak_mb"] if most and rows >= MANY else None)


def _scale_targets(
    writes: Mapping[tuple[int, int], Mapping[str, float]], hashed: Sequence[Line]
) -> Rows:
    alone = {size: cost for (size, workers), cost in writes.items() if workers == 1}
    most, least = max(alone, default=0), min(alone, default=0)
    pair = writes.get((most, 2))
    seen: dict[str, float | None] = dict.fromkeys(("memory", "growth", "time", "gain"))
    if most > least:
        grown = alone[most]["peak_mb"] - alone[least]["peak_mb"]
        per_row = (alone[most]["cpu_s"] / most) / (alone[least]["cpu_s"] / least)
        both = max(alone[most]["peak_mb"], pair["peak_mb"] if pair else 0)
        seen |= {"memory": both, "growth": grown / ((most - least) / 1e6), "time": per_row}
        seen["gain"] = alone[most]["wall_s"] / pair["wall_s"] if pair else None
    times = f"CPU-s a row, {most:,} rows against {least:,}"
    return [
        Target(f"{most:,} rows, peak MB, one and two workers", 1500).row(seen["memory"]),
        Target("memory: MB more for each million rows", 5).row(seen["growth"]),
        Target(times, 1.1).row(seen["time"]),
        Target(f"{most:,} rows, two workers against one (wall)", 1.7, False).row(seen["gain"]),
        Target("content hash, MB/s", 100, most=False).row(_mean(hashed, "mb_per_s")),
    ]


def _medians(lines: Sequence[Line]) -> dict[tuple[int, int], dict[str, float]]:
    found: dict[tuple[int, int], dict[str, float]] = {}
    for size, workers in dict.fromkeys((line["key"][1], line["key"][2]) for line in lines):
        same = [line for line in lines if line["key"][1:3] == [size, workers]]
        fields = ("wall_s", "cpu_s", "peak_mb", "disk_mb", "load_before")
        found[size, workers] = {f: statistics.median(line[f] for line in same) for f in fields}
    return found


def start_section(lines: Sequence[Line]) -> str:
    """Return the start bench: how long a person waits."""
    waits = {str(line["key"][0]): line for line in lines}
    limits = {"import worldwright": 0.3, "ww --help": 0.5, "first row, warm": 2.0}
    rows = [[name, number(line["median_s"]), _range(line)] for name, line in waits.items()]
    targets = [
        Target(f"{name}, s", limit).row(waits[name]["median_s"] if name in waits else None)
        for name, limit in limits.items()
    ]
    table = markdown(["wait", "median s", "least to most"], rows)
    return "\n".join([table, markdown(TARGET_HEADER, targets)])


SECTIONS: Mapping[str, tuple[str, str, Callable[[Sequence[Line]], str]]] = {
    "tables": (
        "Learned tables, ours beside the peers",
        "make bench-tables",
        tables_summary.section,
    ),
    "density": (
        "What a maker thinks of rows that it never saw",
        "make bench-tables",
        tables_summary.density_section,
    ),
    "frontier": ("Likeness against memory", "make bench-tables", frontier_summary.section),
    "attempts": (
        "Likeness: what was tried beside the default",
        "make bench-tables-attempts",
        attempts_summary.section,
    ),
    "growth": ("Cost of a fit by size", "make bench-tables", growth_summary.section),
    "evidence": ("Rows under rare evidence", "make bench-tables", evidence_summary.section),
    "scale": ("Ten million rows", "make bench-scale", scale_section),
    "start": ("Start", "make bench-start", start_section),
    "judge": ("The judge", "make bench-judge", summary.section),
    "judge_attempts": (
        "The judge: attempts at the faults that it misses",
        "make bench-judge-attempts",
        summary.attempts_section,
    ),
    "speed_judge": ("Speed of the judge", "make bench-judge-speed", speed_summary.section),
    "estimate": ("Estimates", "make bench-estimate", estimate_summary.section),
    "assumptions": ("Assumptions", "make bench-assumptions", assumptions_summary.section),
}


def page() -> str:
    """Return the whole page."""
    return "\n".join([HEAD, *[_section(bench) for bench in SECTIONS]])


def _section(bench: str) -> str:
    title, command, write = SECTIONS[bench]
    lines = list(Results.of(bench).newest().values())
    if not lines:
        return f"## {title}\n\n`{command}` was not run yet.\n"
    failed = [f"- {' '.join(map(str, x['key']))}: {x['failed']}" for x in lines if "failed" in x]
    measured = [line for line in lines if "failed" not in line]
    if failed:
        failed = ["Failed:", "", *failed, ""]
    return "\n".join([f"## {title}\n\n{_where(command, lines)}\n", write(measured), *failed])


def _where(command: str, lines: Sequence[Line]) -> str:
    last = max(lines, key=lambda line: str(line["when"]))
    box, days = last["machine"], sorted({str(line["when"])[:10] for line in lines})
    commits = ", ".join(sorted({str(line["commit"]) for line in lines}))
    versions = ", ".join(f"{name} {number}" for name, number in last["versions"].items())
    return (
        f"`{command}`: {box['cpu']}, {box['cores']} cores, {box['memory_gb']} GB, {box['system']}, "
        f"Python {box['python']}; {' to '.join(dict.fromkeys((days[0], days[-1])))}; "
        f"commit {commits}; {versions}."
    )


def _values(lines: Sequence[Line], figure: str) -> list[float]:
    return [float(line[figure]) for line in lines if figure in line]


def _mean(lines: Sequence[Line], figure: str) -> float | None:
    values = _values(lines, figure)
    return statistics.fmean(values) if values else None


def _range(line: Line) -> str:
    return f"{line['least_s']:.3f} to {line['most_s']:.3f}" if "least_s" in line else "once"


def pictures() -> None:
    """Write the pictures of the page beside it."""
    benches = ("frontier", "tables", "growth")
    lines = {bench: list(Results.of(bench).newest().values()) for bench in benches}
    shown = frontier_summary.points(lines["frontier"], lines["tables"])
    if shown:
        frontier_summary.draw(shown, PAGE.parent)
    if lines["growth"]:
        growth_summary.draw([x for x in lines["growth"] if "failed" not in x], PAGE.parent)


if __name__ == "__main__":
    PAGE.write_text(page())
    pictures()
    print(PAGE)
