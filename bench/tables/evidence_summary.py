"""Evidence in RESULTS.md: speed, rightness and likeness of rows under it, and the lines."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from ..results import Line
from ..tabulate import TARGET_HEADER, Mean, Rows, Target, markdown, number

RATE, LIKE, SEEDS = 20_000, 0.55, 3
FEWEST = 400


def section(lines: Sequence[Line]) -> str:
    """Return a table for each part, then the lines."""
    parts = {name: [x for x in lines if x["key"][0] == name] for name in PARTS}
    tables = [write(parts[name]) for name, write in PARTS.items() if parts[name]]
    return "\n".join([*tables, markdown(TARGET_HEADER, _lines(parts))])


def _speed(lines: Sequence[Line]) -> str:
    header = ["condition", "chance", "effective of 100 candidates", "distinct rows",
              "CPU-s to steer", "rows a CPU-s", "with steering", "by trial and error"]  # fmt: skip
    rows = [
        [
            f"`` {line['where']} ``",
            f"{line['chance']:.2g}",
            number(100 * line["effective"]),
            f"{line['distinct']:.2%}",
            number(line["steer_cpu_s"]),
            number(line["rows"] / line["draw_cpu_s"]),
            number(line["rows"] / (line["draw_cpu_s"] + line["steer_cpu_s"])),
            number(line["rejection_per_cpu_s"]),
        ]
        for line in lines
    ]
    return markdown(header, rows)


def _right(lines: Sequence[Line]) -> str:
    header = ["network", "chance", "chance in the forest", "TVD to the network's law",
              "the forest's own", "TVD to the forest's law", "by chance alone"]  # fmt: skip
    figures = ("tvd_exact", "own_tvd_exact", "tvd_own", "tvd_noise")
    rows = [
        [
            f"{line['key'][1]} {line['key'][2]}",
            *[f"{line[figure]:.2g}" for figure in ("chance", "own_chance")],
            *[f"{line[figure]:.4f}" for figure in figures],
        ]
        for line in lines
    ]
    return markdown(header, rows)


def _like(lines: Sequence[Line]) -> str:
    header = ["table", "seeds", "conditions", "share of real rows", "fewest unseen matches",
              "C2ST", "worst"]  # fmt: skip
    return markdown(header, [_like_row(name, same) for name, same in _by_table(lines).items()])


def _like_row(name: str, same: Sequence[Line]) -> list[str]:
    return [
        name,
        str(len(same)),
        number(sum(line["conditions"] for line in same)),
        f"{fmean(line['share'] for line in same):.2%}",
        number(min(line["fewest"] for line in same)),
        str(Mean.of([line["c2st"] for line in same])),
        f"{max(line['c2st_worst'] for line in same):.3f}",
    ]


PARTS = {"speed": _speed, "right": _right, "likeness": _like}


def _lines(parts: dict[str, list[Line]]) -> Rows:
    fast, right = parts["speed"], parts["right"]
    rows = sum(line["rows"] for line in fast)
    drawn = sum(line["draw_cpu_s"] for line in fast)
    steered = drawn + sum(line["steer_cpu_s"] for line in fast)
    says = f"rows a CPU-s at a chance of about 1e-5, {len(fast)} conditions of three columns"
    found = [
        Target(says, RATE, most=False).row(rows / drawn if drawn else None),
        Target(f"{says}, steering counted", RATE, most=False).row(
            rows / steered if steered else None
        ),
        Target("share of networks' evidence whose rows differ from the forest's law", 0).row(
            fmean(line["beyond_noise"] for line in right) if right else None
        ),
    ]
    return [
        *found,
        *[_like_line(name, same) for name, same in _by_table(parts["likeness"]).items()],
    ]


def _like_line(name: str, same: Sequence[Line]) -> list[str]:
    seen = Mean.of([line["c2st"] for line in same])
    row = Target(f"{name}, C2ST under evidence of about 1 in 100", LIKE).row(
        seen.value if seen else None, seen.error if seen else 0
    )
    if min(line["fewest"] for line in same) < FEWEST:
        row[-1] = f"fewer than {FEWEST} unseen matches: no verdict"
    elif len(same) < SEEDS:
        row[-1] = f"{len(same)} seeds of {SEEDS}: no verdict"
    return row


def _by_table(lines: Sequence[Line]) -> dict[str, list[Line]]:
    names = dict.fromkeys(str(line["key"][1]) for line in lines)
    return {name: [x for x in lines if x["key"][1] == name] for name in names}
