"""Assumptions: planted true and wrong ones over real tables; how often does the ledger say so?

    python -m bench.assumptions --tables adult,bank,telco,intrusion,credit --samples 3

For each table, statements are written whose truth is known: from all of its rows (rates, what never
happens, constraints, ratios, directions, dependence), or by construction (a column permuted, or
permuted within the values of another, depends on nothing once that one is known). The ledger sees
2,000 rows drawn at random. A wrong statement should be *contradicted*, or honestly *cannot tell*; a
true one should not be contradicted. Each sample's statements are one ledger, true and wrong apart.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np
import pandas as pd

import worldwright as ww
from worldwright.data.ledger import LedgerRow
from worldwright.judge.ledger.book import Sides, ledger_of
from worldwright.spec.assumption import as_assumptions

from .results import Results
from .tables.facts import Facts, RealTable
from .tables.sets import read, root

ROWS = 2_000
TRUE, WRONG = "true", "wrong"
_MADE = ("shuffled", "within", "bent", "bent_too")
Stated = tuple[str, str]


def main() -> None:
    """Test the statements of each table on each sample that was not tested yet."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--tables", default="adult,bank,telco,intrusion,credit")
    asked.add_argument("--samples", type=int, default=2)
    asked.add_argument("--again", action="store_true")
    given = asked.parse_args()
    results = Results.of("assumptions", again=given.again)
    for name in given.tables.split(","):
        table = credit() if name == "credit" else read(name)
        frame = with_made_columns(table.rows, seed=0)
        stated = list(statements(frame, table.facts.target))
        for sample in range(given.samples):
            if not results.has((name, sample, ROWS)):
                results.add((name, sample, ROWS), measured(frame, stated, sample))


def measured(frame: pd.DataFrame, stated: list[Stated], sample: int) -> dict[str, object]:
    """Return how many statements of each sort ended how, in one sample."""
    order = np.random.default_rng(sample).permutation(len(frame))
    witness = ww.read(frame.iloc[order[:ROWS]].reset_index(drop=True))
    told: dict[str, object] = {}
    for truth in (TRUE, WRONG):
        says = [text for text, is_ in stated if is_ == truth]
        rows = ledger_of(as_assumptions(says), Sides(witness, seed=sample))
        verdicts = [str(row.verdict) for row in rows]
        told |= {f"{truth} {v}": verdicts.count(v) for v in dict.fromkeys(verdicts)}
        told[f"{truth} stated"] = len(rows)
        bad = "contradicted" if truth == TRUE else "supported"
        told[f"{truth} missed"] = [_short(row) for row in rows if row.verdict == bad]
    return told


def _short(row: LedgerRow) -> str:
    return f"{row.kind}: {row.says}"[:120]


def with_made_columns(frame: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    """Add columns whose (in)dependence is known by construction."""
    chance = np.random.default_rng(seed)
    group, number = _category(frame), _numbers(frame)[0]
    frame = frame.assign(shuffled=chance.permutation(frame[number].to_numpy()))
    within = frame.groupby(group, observed=True)[number].transform(
        lambda cells: chance.permutation(cells.to_numpy())
    )
    scores = frame[number].rank(pct=True)
    bent = np.sin(6 * scores) + 0.3 * chance.normal(size=len(frame))
    bent_too = np.cos(5 * scores) + 0.3 * chance.normal(size=len(frame))
    return frame.assign(within=within, bent=bent, bent_too=bent_too)


def statements(frame: pd.DataFrame, target: str) -> Iterator[Stated]:
    """Yield statements with their truth, some of each form."""
    group, numbers = _category(frame), _numbers(frame)
    number = numbers[0]
    value = frame[target].value_counts().index[-2 if frame[target].nunique() > 2 else -1]
    event = frame[target] == value
    said = f"`{target}` = {_quoted(value)}"
    rate = 100 * event.mean()
    yield f"{said} happens in {0.8 * rate:.6f} % to {min(1.25 * rate, 100):.6f} % of rows", TRUE
    yield f"{said} happens in {1.6 * rate:.6f} % to {min(2.5 * rate, 100):.6f} % of rows", WRONG
    yield f"{said} happens in at most {0.6 * rate:.6f} % of rows", WRONG
    for column in numbers[:4]:
        cells = frame[column].dropna()
        empty = f" or `{column}` is null" if frame[column].isna().any() else ""
        yield f"`{column}` >= {cells.min():.10g}{empty}", TRUE
        high = np.sort(cells.unique())
        cut = cells.quantile(0.98) if cells.quantile(0.98) < cells.max() else high[-2]
        if (cells > cut).mean() > 0.004:
            yield f"`{column}` <= {cut:.10g}{empty}", WRONG
    yield from _of_values(frame, group, event, said)
    for column in numbers[:6]:
        slope = frame[column].rank().corr(event.astype(float))
        if abs(slope) > 0.08:
            rises, falls = ("rises", "falls") if slope > 0 else ("falls", "rises")
            yield f"{said} {rises} with `{column}`", TRUE
            yield f"{said} {falls} with `{column}`", WRONG
            yield f"`{target}` does not depend on `{column}`", WRONG
    yield f"shuffled does not depend on `{target}`, `{group}`", TRUE
    yield f"within does not depend on `{target}` given `{group}`", TRUE
    yield f"bent does not depend on bent_too given `{number}`", TRUE
    yield f"bent does not depend on `{target}` given `{number}`", TRUE
    yield "bent does not depend on bent_too", WRONG
    yield f"bent does not depend on `{number}`", WRONG


def _of_values(frame: pd.DataFrame, group: str, event: pd.Series, said: str) -> Iterator[Stated]:
    """Yield ratios, and what never happens, for the commonest values of a category."""
    for value in frame[group].value_counts().index[:4]:
        when = frame[group] == value
        inside, outside = event[when].mean(), event[~when].mean()
        cell = f"`{group}` = {_quoted(value)}"
        if inside * when.mean() > 0.01:
            yield f"{said} never happens when {cell}", WRONG
        if min(inside, outside) <= 0.005:
            continue
        ratio = inside / outside
        yield f"{said} is {ratio / 1.5:.4f} to {1.5 * ratio:.4f} times likelier when {cell}", TRUE
        yield f"{said} is {2.5 * ratio:.4f} to {5 * ratio:.4f} times likelier when {cell}", WRONG
    yield f"`{group}` = nowhere never happens", TRUE


def _category(frame: pd.DataFrame) -> str:
    """Return a category of three to twelve values, the most even one."""
    few = [c for c in frame.columns if frame[c].dtype == object and 3 <= frame[c].nunique() <= 12]
    few = few or [c for c in frame.columns if 3 <= frame[c].nunique() <= 12]
    return max(few, key=lambda c: float(-(frame[c].value_counts(normalize=True) ** 2).sum()))


def _numbers(frame: pd.DataFrame) -> list[str]:
    """Return the columns of the table itself, those with most values first."""
    numeric = [c for c in frame.select_dtypes("number").columns if c not in _MADE]
    return sorted(numeric, key=lambda column: -frame[column].nunique())


def _quoted(value: object) -> str:
    return '"' + str(value).replace('"', '""') + '"'


def credit() -> RealTable:
    """Credit card clients: 30,000 rows, 25 columns (UCI, CC BY 4.0)."""
    folder = root() / "tabular" / "credit_default_30k"
    rows = pd.read_csv(next(iter(sorted(folder.glob("*.csv.gz")))))
    target = rows.columns[-1]
    rows[target] = rows[target].map({0: "no", 1: "yes"})
    rows["EDUCATION"] = "e" + rows["EDUCATION"].astype(str)
    return RealTable("credit", rows.drop(columns=rows.columns[0]), Facts({}, target, "yes"))


if __name__ == "__main__":
    main()
