"""Real tables of the bench, read from the folder that WORLDWRIGHT_DATA names, in one form.

A kind is "cat" (text, missing as None), "int" or "num" (float where values are missing): the least
that every maker understands.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about a table: its column kinds, target, and the target's positive value.

    Attributes:
        positive: The value that AUC is about; None where the target has more than two values.
        depends: Pairs (a, b) of columns where a decides b.
    """

    kinds: Mapping[str, str]
    target: str
    positive: str | None = None
    depends: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RealTable:
    """All rows of a real table, with what is known about them."""

    name: str
    rows: pd.DataFrame
    facts: Facts

    def split(self, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return 80 % of the rows, which teach, and the rest, in an order that `seed` decides."""
        order = np.random.default_rng(1000 + seed).permutation(len(self.rows))
        cut = int(0.8 * len(order))
        return (
            self.rows.iloc[order[:cut]].reset_index(drop=True),
            self.rows.iloc[order[cut:]].reset_index(drop=True),
        )


def root() -> Path:
    """Return the folder of real tables; ends the bench with a clear word where there is none."""
    named = os.environ.get("WORLDWRIGHT_DATA", "")
    if not named or not Path(named).is_dir():
        sys.exit(
            f"the real tables are not there: WORLDWRIGHT_DATA is {named!r}\n"
            "  where: the environment\n"
            "  mend:  set it to the folder that holds tabular/ and security/, "
            "as in WORLDWRIGHT_DATA=~/tables make bench-tables"
        )
    return Path(named)


def read(name: str, most: int | None = None) -> RealTable:
    """Return the table called `name`; `most` rows of it at random, for a quick look."""
    rows, facts = TABLES[name](root())
    if most is not None and most < len(rows):
        rows = rows.sample(most, random_state=0).reset_index(drop=True)
    return RealTable(name, rows, facts)


def adult(folder: Path) -> tuple[pd.DataFrame, Facts]:
    """Census incomes: 48,842 rows, 15 columns (UCI, CC BY 4.0)."""
    base = folder / "tabular" / "adult_census"
    parts = [pd.read_csv(base / file) for file in ("adult.csv.gz", "adult_test.csv.gz")]
    rows = pd.concat(parts, ignore_index=True)
    rows.columns = [column.replace("-", "_") for column in rows.columns]
    rows = rows.rename(columns={rows.columns[-1]: "income"})
    rows["income"] = rows["income"].str.strip().str.rstrip(".")
    depends = (("education", "education_num"),)
    return rows, Facts(kinds(rows), "income", ">50K", depends)


def bank(folder: Path) -> tuple[pd.DataFrame, Facts]:
    """Calls of a Portuguese bank: 41,188 rows, 21 columns (UCI, CC BY 4.0)."""
    rows = pd.read_csv(folder / "tabular" / "bank_marketing" / "bank_additional_full.csv.gz")
    return rows, Facts(kinds(rows), "y", "yes")


def telco(folder: Path) -> tuple[pd.DataFrame, Facts]:
    """Customers who left or stayed: 7,043 rows, 20 columns (Apache-2.0)."""
    rows = pd.read_csv(folder / "tabular" / "telco_churn" / "telco_churn.csv.gz")
    rows = rows.drop(columns="customerID")
    rows["TotalCharges"] = pd.to_numeric(rows["TotalCharges"], errors="coerce")
    rows["SeniorCitizen"] = "v" + rows["SeniorCitizen"].astype(str)
    return rows, Facts(kinds(rows), "Churn", "Yes")


def intrusion(folder: Path) -> tuple[pd.DataFrame, Facts]:
    """Network connections with five classes: 25,192 rows, 41 columns (NSL-KDD)."""
    rows = pd.read_csv(folder / "security" / "nsl_kdd" / "train_20percent.csv.gz")
    odd = [name for name in rows.columns if "difficulty" in name or name == "num_outbound_cmds"]
    rows = rows.drop(columns=odd)
    rows["attack"] = rows.pop("attack_type").map(_attack_class)
    for name in ("land", "logged_in", "root_shell", "is_host_login", "is_guest_login"):
        rows[name] = "v" + rows[name].astype(int).astype(str)
    return rows, Facts(kinds(rows), "attack")


TABLES: Mapping[str, Callable[[Path], tuple[pd.DataFrame, Facts]]] = {
    "adult": adult, "bank": bank, "telco": telco, "intrusion": intrusion,
}  # fmt: skip


def kinds(rows: pd.DataFrame) -> dict[str, str]:
    """Return the kind of each column: "cat", "int" or "num"."""
    named = {"i": "int", "u": "int", "f": "num"}
    return {str(name): named.get(rows[name].dtype.kind, "cat") for name in rows.columns}


_CLASSES = {
    "dos": "neptune back land pod smurf teardrop",
    "probe": "satan ipsweep nmap portsweep",
    "u2r": "buffer_overflow loadmodule rootkit perl",
    "normal": "normal",
}


def _attack_class(name: str) -> str:
    """Return which of the five usual classes an attack belongs to; the rest is r2l."""
    return next((kind for kind, names in _CLASSES.items() if name in names.split()), "r2l")
