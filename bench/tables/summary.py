"""Summary: the tables bench in RESULTS.md. Figures are means over seeds, with standard errors."""

from __future__ import annotations

from collections.abc import Sequence

from ..results import Line
from ..tabulate import TARGET_HEADER, Mean, Rows, Target, markdown, number
from . import reached
from .density import THOROUGH
from .registry import OURS, REAL
from .seen import Seen, by_table

OWN, MARGINALS = (OURS, THOROUGH), "marginals"
HEADER = [
    "maker", "seeds", "C2ST", "TSTR", "membership", "copies", "missing TVD", "rows that break",
    "fit CPU-s", "rows / CPU-s", "peak MB",
]  # fmt: skip
RULES_HEADER = [
    "table", "firm rules", "broken", "rows that break", "all that hold", "broken ", "broken most",
]  # fmt: skip


def section(lines: Sequence[Line]) -> str:
    """Return a table of makers for each real table, the rules that ours breaks, and the lines."""
    tables = by_table(lines)
    parts = [_makers(seen) for seen in tables]
    rules = [_rules(seen) for seen in tables if seen.of(OURS, "firm_rules")]
    if rules:
        parts.append(f"### Rules, ours\n\n{markdown(RULES_HEADER, rules)}")
    parts.append(markdown(TARGET_HEADER, reached.rows(tables)))
    parts += [f"{note}\n" for seen in tables if (note := reached.of_the_machine(seen))]
    return "\n".join(parts)


def _makers(seen: Seen) -> str:
    table = markdown(HEADER, [_maker(seen, maker) for maker in seen.makers])
    common = {maker: seen.mean(maker, "tstr_common") for maker in seen.makers}
    told = [f"{maker} {mean}" for maker, mean in common.items() if mean]
    note = f"\nTSTR over classes of at least ten unseen rows: {', '.join(told)}.\n" if told else ""
    return f"### {seen.name}, {seen.size:,} rows\n\n{table}{note}"


def _maker(seen: Seen, maker: str) -> list[str]:
    copied = "copies_unseen" if maker == REAL else "copies"
    return [
        maker,
        str(len(seen.of(maker, "c2st"))),
        *[_told(seen.mean(maker, figure)) for figure in ("c2st", "tstr", "membership")],
        _percent(seen.mean(maker, copied)),
        _told(seen.mean(maker, "missing_tvd")),
        _percent(seen.mean(maker, "firm_rows")),
        *[_short(seen.mean(maker, f)) for f in ("fit_cpu_s", "rows_per_cpu_s", "peak_mb")],
    ]


def _rules(seen: Seen) -> list[str]:
    means = {
        figure: seen.mean(OURS, figure)
        for figure in ("firm_rules", "firm_broken", "loose_rules", "loose_broken")
    }
    most = [str(line["firm_most"]) for line in seen.lines if line["key"][0] == OURS]
    return [
        seen.name,
        *[_short(means[figure]) for figure in ("firm_rules", "firm_broken")],
        _percent(seen.mean(OURS, "firm_rows")),
        *[_short(means[figure]) for figure in ("loose_rules", "loose_broken")],
        max(most, key=len, default="") or "—",
    ]


def density_section(lines: Sequence[Line]) -> str:
    """Return the log-likelihoods of unseen rows by table and maker."""
    header = ["table", "maker", "seeds", "nats a row", "impossible", "fit CPU-s"]
    rows: Rows = [
        [
            seen.name,
            maker,
            str(len(seen.of(maker, "loglik"))),
            _nats(seen, maker),
            _percent(seen.mean(maker, "impossible")),
            _short(seen.mean(maker, "fit_cpu_s")),
        ]
        for seen in by_table(lines)
        for maker in seen.makers
    ]
    return "\n".join([markdown(header, rows), markdown(TARGET_HEADER, _beyond(lines))])


def _beyond(lines: Sequence[Line]) -> Rows:
    """Return by how much ours is ahead of each peer, over the splits that both were given."""
    found = []
    for seen in by_table(lines):
        for peer in [maker for maker in seen.makers if maker not in (*OWN, MARGINALS)]:
            for own in [maker for maker in OWN if maker in seen.makers]:
                mine, theirs = seen.of(own, "loglik"), seen.of(peer, "loglik")
                ahead = Mean.of([mine[seed] - theirs[seed] for seed in theirs if seed in mine])
                says = f"{seen.name}, {own}: nats a row beyond those of {peer}"
                found.append(Target(says, 0, most=False).row(ahead.value if ahead else None))
    return found


def _nats(seen: Seen, maker: str) -> str:
    nats, error = seen.mean(maker, "loglik"), seen.mean(maker, "loglik_se")
    return f"{nats.value:.2f} ± {error.value:.2f}" if nats and error else "—"


def _told(mean: Mean | None) -> str:
    return "—" if mean is None else str(mean)


def _percent(mean: Mean | None) -> str:
    return "—" if mean is None else f"{100 * mean.value:.3g} %"


def _short(mean: Mean | None) -> str:
    return "—" if mean is None else number(mean.value)
