"""Summary: the lines of the judge's bench as the tables of RESULTS.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from ..results import Line
from ..tabulate import TARGET_HEADER, Rows, Target, clopper_pearson, markdown
from .middle import load, mark
from .told import LEVEL, SEARCHED

LEVELS = (0.01, 0.05, 0.10)


def section(lines: Sequence[Line]) -> str:
    """Return false alarms, calibration, detection, kinds, peers, and the lines to reach."""
    clean = [line for line in lines if line["key"][0] == "untouched"]
    fine, faulty = _by_strength([line for line in lines if line["key"][0] == "planted"])
    peers = [line for line in lines if line["key"][0] == "peer"]
    told = [line for line in lines if line["key"][0] == "told" and "p" in line]
    parts = []
    if clean:
        parts += [
            "### Untouched real rows",
            "",
            DRAWS,
            "",
            markdown(ALARM_HEADER, _alarms(clean)),
        ]
        parts += [markdown(P_HEADER, _calibration(clean))]
    if faulty:
        parts += ["### Planted faults at their middle strength, 2,000 rows", "", _detection(faulty)]
    if told:
        parts += [SEARCHING, "", markdown(TOLD_HEADER, _told(told))]
    if fine:
        parts += ["At the *fine* strength, which a told test can just see:", "", _detection(fine)]
    if faulty:
        parts += ["### By kind", "", markdown(KIND_HEADER, _kinds(faulty)), _out()]
    if peers:
        parts += ["### Peers, at their own bars", "", markdown(PEER_HEADER, _peers(lines, peers))]
    return "\n".join([*parts, markdown(TARGET_HEADER, _targets(clean, faulty))])


DRAWS = (
    "No sample here, and no plant below, was looked at before the judge was finished. It was tuned "
    "on other draws, with the seen kinds; what it did to the unseen kinds on other draws was known "
    "before its last change, which p on untouched rows alone decided."
)
ALARM_HEADER = ["rows of each side", "sets", "samples", "alarms", "rate, 95 % interval"]
P_HEADER = ["rows", "p of", "samples", *(f"P(p ≤ {a:g})" for a in LEVELS), "within a + 2 s.e."]
PLANT_HEADER = [
    "kinds", "plants", "caught", "rate, 95 % interval", "place right, of the caught", "strictly",
]  # fmt: skip
TOLD_HEADER = ["kinds", "plants", "told, at 5 %", f"told, at {SEARCHED:g}"]
SEARCHING = (
    "The price of searching: a test that was *told* the kind and the place, on the first plant of "
    f"each kind in each set, at 5 % and at {SEARCHED:g}, which is what 5 % leave for each of a "
    "thousand places. What it misses there no search of that width finds by the same evidence."
)
KIND_HEADER = ["kind", "half", "sets", "plants", "caught", "place right", "what missed"]
PEER_HEADER = ["tool", "alarms on untouched rows", "faults caught", "no verdict"]


def _by_strength(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Return the lines at today's fine strengths and those at today's middle strengths."""
    known = load().get("middle", {})
    found: dict[str, list[Line]] = {"fine": [], "strength": []}
    for line in lines:
        _, kind, strength, name, _, _ = line["key"]
        said = known.get(name, {}).get(kind, {})
        for which, place in found.items():
            if which in said and f"{said[which]:g}" == strength and "faults" in line:
                place.append(line)
    return found["fine"], found["strength"]


def _alarms(lines: Sequence[Line]) -> Rows:
    rows = []
    for size in dict.fromkeys(line["key"][2] for line in lines):
        same = [line for line in lines if line["key"][2] == size]
        sets = len({line["key"][1] for line in same})
        alarms = sum(line["faults"] > 0 for line in same)
        rows.append([f"{size:,}", str(sets), str(len(same)), str(alarms), rate(alarms, len(same))])
    return rows


def _calibration(lines: Sequence[Line]) -> Rows:
    """Return one line for each size and each p, with the share at or below each level."""
    rows = []
    for size in dict.fromkeys(line["key"][2] for line in lines):
        same = [line for line in lines if line["key"][2] == size]
        for name in sorted({name for line in same for name in line["p"]}):
            p = np.array([line["p"][name] for line in same if name in line["p"]])
            shares = [float((p <= level).mean()) for level in LEVELS]
            fits = all(s <= a + slack(a, len(p)) for a, s in zip(LEVELS, shares, strict=True))
            told = [f"{share:.3f}" for share in shares]
            rows.append([f"{size:,}", name, str(len(p)), *told, "yes" if fits else "**no**"])
    return rows


def slack(level: float, samples: int) -> float:
    """Return two standard errors of a share whose truth is `level`."""
    return 2 * float(np.sqrt(level * (1 - level) / max(1, samples)))


def _detection(lines: Sequence[Line]) -> str:
    rows = []
    for half, belongs in _HALVES.items():
        same = [line for line in lines if belongs(line)]
        caught = [line for line in same if line["faults"]]
        right = sum(bool(line["first"]) for line in caught)
        kinds = len({line["key"][1] for line in same})
        told = [f"{half} ({kinds})", str(len(same)), str(len(caught))]
        strict = sum(bool(line["strict"]) for line in caught)
        shares = [rate(hits, len(caught)) for hits in (right, strict)]
        rows.append([*told, rate(len(caught), len(same)), *shares])
    return markdown(PLANT_HEADER, rows)


def _told(lines: Sequence[Line]) -> Rows:
    rows = []
    for half, belongs in _HALVES.items():
        same = [line for line in lines if belongs(line)]
        kinds = len({line["key"][1] for line in same})
        shares = [rate(sum(x["p"] <= at for x in same), len(same)) for at in (LEVEL, SEARCHED)]
        rows.append([f"{half} ({kinds})", str(len(same)), *shares])
    return rows


def _is_unseen(line: Line) -> bool:
    return mark(str(line["key"][1])) > str(load()["halves"]["boundary"])


_HALVES: Mapping[str, Callable[[Line], bool]] = {
    "seen": lambda line: not _is_unseen(line),
    "unseen": _is_unseen,
    "all": lambda line: True,
}


def _kinds(lines: Sequence[Line]) -> Rows:
    rows = []
    for kind in sorted({str(line["key"][1]) for line in lines}):
        same = [line for line in lines if line["key"][1] == kind]
        caught = [line for line in same if line["faults"]]
        missed = sorted({str(line["key"][3]) for line in same if not line["faults"]})
        right = sum(bool(line["first"]) for line in caught)
        rows.append(
            [
                kind, "unseen" if _is_unseen(same[0]) else "seen",
                str(len({line["key"][3] for line in same})), str(len(same)), str(len(caught)),
                str(right), ", ".join(missed) or "—",
            ]
        )  # fmt: skip
    return rows


def _out() -> str:
    """Say which kinds are out in which sets because even their gross end cannot be seen."""
    weak = [
        f"{kind} ({name})"
        for name, said in sorted(load()["middle"].items())
        for kind, one in said.items()
        if "told test" in one.get("out", "")
    ]
    return f"Out, because a told test does not see the gross end: {', '.join(weak) or 'none'}.\n"


def _peers(lines: Sequence[Line], peers: Sequence[Line]) -> Rows:
    """Return one line a tool, and one of our own verdicts on the very same rows."""
    rows = []
    for tool in dict.fromkeys(str(line["key"][1]) for line in peers):
        mine = [line for line in peers if line["key"][1] == tool]
        failed = sum("no verdict" in line for line in mine)
        told = [_share(mine, kind, lambda line: bool(line["alarm"]), 2) for kind in _BOTH]
        rows.append([tool, *told, str(failed)])
    shown = {tuple(line["key"][2:]) for line in peers}
    ours = [line for line in lines if tuple(line["key"]) in shown]
    told = [_share(ours, kind, lambda line: line["faults"] > 0, 0) for kind in _BOTH]
    return [*rows, ["ours", *told, "0"]]


_BOTH = ("untouched", "planted")


def _share(lines: Sequence[Line], kind: str, says: Callable[[Line], bool], at: int) -> str:
    same = [line for line in lines if line["key"][at] == kind and "no verdict" not in line]
    same = [line for line in same if "no place" not in line]
    return f"{sum(map(says, same))} of {len(same)}"


def attempts_section(lines: Sequence[Line]) -> str:
    """Return what each attempt caught, on the plants that all of them were shown."""
    by_name: dict[str, dict[tuple[object, ...], Line]] = {}
    for line in lines:
        if "faults" in line:
            by_name.setdefault(str(line["key"][1]), {})[tuple(line["key"][2:])] = line
    shared = set.intersection(*map(set, by_name.values()))
    rows = []
    for name, mine in by_name.items():
        caught = [mine[key] for key in shared if mine[key]["faults"]]
        right = sum(bool(line["first"]) for line in caught)
        shares = [rate(len(caught), len(shared)), rate(right, len(caught))]
        rows.append([name, str(len(shared)), str(len(caught)), *shares])
    return f"{ATTEMPTS}\n\n{markdown(ATTEMPT_HEADER, rows)}"


ATTEMPT_HEADER = [
    "attempt",
    "plants",
    "caught",
    "rate, 95 % interval",
    "place right, of the caught",
]
ATTEMPTS = (
    "Seen kinds at their middle strength, the first plant of each in each set. What the attempts "
    "are stands in `bench/judge/attempts.py`. All of them miss much the same faults: those whose "
    "evidence is no rarer than what chance shows somewhere among thousands of places, as the told "
    "test at the level of a search says above."
)


def _targets(clean: Sequence[Line], faulty: Sequence[Line]) -> Rows:
    at = {size: [line for line in clean if line["key"][2] == size] for size in (200, 2_000, 10_000)}
    alarms = {size: sum(line["faults"] > 0 for line in same) for size, same in at.items()}
    caught = [line for line in faulty if line["faults"]]
    seen = len(caught) / len(faulty) if faulty else None
    right = sum(bool(line["first"]) for line in caught) / len(caught) if caught else None
    whole = len(at[2_000])
    return [
        Target("planted faults at middle strength caught", 0.95, most=False).row(seen),
        Target("first-named place is the planted one, of the caught", 0.9, most=False).row(right),
        Target(f"alarms on {whole} untouched samples of 2,000 rows", 0.08 * whole).row(
            alarms[2_000] if whole else None
        ),
    ]


def rate(hits: int, trials: int) -> str:
    """Return a share with its exact 95 % interval."""
    if not trials:
        return "—"
    low, high = clopper_pearson(hits, trials)
    return f"{hits / trials:.3f} ({low:.3f} to {high:.3f})"
