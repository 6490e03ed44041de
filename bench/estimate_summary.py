"""The section of estimates: coverage of each maker, widths of each kind of quantity, the lines."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from .results import Line
from .tabulate import TARGET_HEADER, Target, clopper_pearson, markdown, number

_RIGHT = ("good", "forest")
_NOT_WRONG = (*_RIGHT, "copied")
WORDS = """Truths are those of whole tables; 500 labelled real rows a repeat, 20,000 made rows, and
5,000 real rows without the label in the columns *plus*. *Alone*: real rows alone, whose width is 1.
*Plus, no made rows*: the same unlabelled rows, read by a predictor of the labelled rows alone
(`bench/crossfit.py`): what they are worth without a World.
By Pratt's bound no method without unlabelled rows can have a width below 0.85 and hold everywhere.
"""


def section(lines: Sequence[Line]) -> str:
    """Return what RESULTS.md says of estimates."""
    control = {tuple(line["key"][::3]): line["control"] for line in lines if "control" in line}
    lines = [line for line in lines if "control" not in line]
    makers = list(dict.fromkeys(str(line["key"][2]) for line in lines))
    kinds = list(dict.fromkeys(str(line["key"][1]) for line in lines))
    tried = [_maker(maker, lines) for maker in makers]
    header = [
        "made rows", "jobs", "repeats", "held", "held, plus", "alone", "width", "width, plus",
    ]  # fmt: skip
    right = [line for line in lines if line["key"][2] == "good"]
    widths = [
        [
            str(line["key"][3]),
            str(line["key"][0]),
            number(line["ratio"]),
            number(line["ratio_plus"]),
            number(control[key]) if (key := tuple(line["key"][::3])) in control else "—",
            *_of_wrong(line, lines),
        ]
        for kind in kinds
        for line in right
        if line["key"][1] == kind
    ]
    narrow = [
        "quantity, good made rows",
        "table",
        "width",
        "width, plus",
        "plus, no made rows",
        "held if wrong",
        "held if wrong, plus",
    ]
    return "\n".join(
        [
            WORDS,
            markdown(header, tried),
            markdown(narrow, widths),
            markdown(TARGET_HEADER, _targets(lines, makers)),
        ]
    )


def _targets(lines: Sequence[Line], makers: Sequence[str]) -> list[list[str]]:
    wrong = [maker for maker in makers if maker not in _NOT_WRONG]
    held = [
        _rate([x for x in lines if x["key"][2] == maker], figure)
        for maker in wrong
        for figure in ("covers", "covers_plus")
    ]
    right = [line for line in lines if line["key"][2] == "good"]
    worst = max((line["ratio_plus"] for line in right), default=None)
    mean = statistics.fmean(line["ratio"] for line in right) if right else None
    count = f"{len(wrong)} wrong makers, the least share held"
    return [
        Target(count, 0.94, most=False).row(min(held, default=None)),
        Target("good made rows, unlabelled rows: the widest of all", 0.8).row(worst),
        Target("good made rows alone, mean width (bound: 0.85)", 0.8).row(mean),
    ]


def _of_wrong(line: Line, lines: Sequence[Line]) -> list[str]:
    """Return how often this quantity's interval held, over all makers that are wrong."""
    mine = [
        other
        for other in lines
        if other["key"][::3] == line["key"][::3] and other["key"][2] not in _NOT_WRONG
    ]
    return [f"{_rate(mine, figure):.3f}" if mine else "—" for figure in ("covers", "covers_plus")]


def _maker(maker: str, lines: Sequence[Line]) -> list[str]:
    mine = [line for line in lines if line["key"][2] == maker]
    widths = [statistics.fmean(line[figure] for line in mine) for figure in ("ratio", "ratio_plus")]
    return [
        maker,
        str(len(mine)),
        f"{sum(line['repeats'] for line in mine):,}",
        *[_held(mine, figure) for figure in ("covers", "covers_plus", "alone")],
        *[number(width) for width in widths],
    ]


def _rate(lines: Sequence[Line], figure: str) -> float:
    return float(sum(x[figure] for x in lines) / sum(x["repeats"] for x in lines))


def _held(lines: Sequence[Line], figure: str) -> str:
    low, high = clopper_pearson(
        sum(line[figure] for line in lines), sum(line["repeats"] for line in lines)
    )
    return f"{_rate(lines, figure):.3f} ({low:.3f} to {high:.3f})"
