"""Attempts in RESULTS.md: what was tried for likeness, and why lines are not reached."""

from __future__ import annotations

from collections.abc import Sequence

from ..results import Line
from ..tabulate import Mean, markdown, number
from .attempts import OWN_WORLD
from .seen import Seen, by_table

HEADER = [
    "table", "attempt", "seeds", "C2ST", "C2ST to teachers", "membership", "copies",
    "TSTR gap", "nats a row", "rows that break", "fit CPU-s",
]  # fmt: skip
REASON = (
    "What each attempt is stands in `bench/tables/attempts.py`. Made rows are told from rows that "
    "did not teach, and hardly or not at all (most on `credit`) from those that did ('C2ST to "
    "teachers'): little of the teachers is missed, and what is seen is where the teachers "
    f"themselves differ from the rest by chance. "
    f"Under '{OWN_WORLD}' the law that is to be learned is one that the forest can "
    "represent, so what is left there is owed to the number of teachers alone.\n\n"
    "Copies: the publishers of `intrusion` removed repeated rows, so its unseen rows copy no "
    "teacher by construction, and a law of so many discrete columns repeats some. Fewer splits and "
    "larger leaves trade copies for likeness. Rules: what `intrusion` still breaks is that "
    "`dst_bytes` decides `su_attempted`. A count of bytes that fewer than ten teachers have is not "
    "told from its neighbours, so that no row is found again by it; a row made in that range may "
    "hit a count that one real row has, and not what went with it. Use (TSTR): the target "
    "drawn last helps on `telco` and `bank` and harms on `adult`, `german` and `ames`."
)


def section(lines: Sequence[Line]) -> str:
    """Return a row for each attempt on each table, and what they say together."""
    rows = [_row(seen, attempt) for seen in by_table(lines) for attempt in seen.makers]
    return f"{markdown(HEADER, rows)}\n{REASON}\n"


def _row(seen: Seen, attempt: str) -> list[str]:
    found = [seen.mean(attempt, figure) for figure in ("c2st", "c2st_taught", "membership")]
    real, made = seen.of(attempt, "tstr_taught"), seen.of(attempt, "tstr")
    gap = Mean.of([real[seed] - made[seed] for seed in made])
    nats, cost = seen.mean(attempt, "loglik"), seen.mean(attempt, "fit_cpu_s")
    copies, broken = seen.mean(attempt, "copies"), seen.mean(attempt, "firm_rows")
    return [
        seen.name,
        attempt,
        str(len(seen.of(attempt, "c2st"))),
        *["—" if mean is None else str(mean) for mean in found],
        f"{100 * copies.value:.3g} %" if copies else "—",
        "—" if gap is None else str(gap),
        f"{nats.value:.2f}" if nats else "—",
        f"{100 * broken.value:.2g} %" if broken else "—",
        number(cost.value) if cost else "—",
    ]
