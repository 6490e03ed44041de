"""Real tables of the bench, read from the folder that WORLDWRIGHT_DATA names, in one form.

    adult, telco            people and customers
    bank, german, credit    a bank's calls, applicants and card customers
    intrusion               network connections with five classes, two of them rare
    ames                    house sales: the target is a number, and values are missing

Numbers that are codes become text ("v1"), so that no maker reads them as amounts.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from .facts import Facts, RealTable, kinds


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
    return RealTable(name, rows, facts).some(most)


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


def german(folder: Path) -> tuple[pd.DataFrame, Facts]:
    """Applicants for credit: 1,000 rows, 21 columns (UCI, CC BY 4.0)."""
    rows = pd.read_csv(folder / "tabular" / "german_credit" / "german_credit.csv.gz")
    return rows, Facts(kinds(rows), "class", "bad")


def credit(folder: Path) -> tuple[pd.DataFrame, Facts]:
    """Card customers of a Taiwanese bank: 29,998 rows, 24 columns (UCI, CC BY 4.0).

    Half a year of bills and payments; two rows of the file are cut off and left out.
    """
    path = folder / "tabular" / "credit_default_30k" / "credit_default.csv.gz"
    rows = pd.read_csv(path).drop(columns="ID").dropna().reset_index(drop=True)
    rows = rows.rename(columns={rows.columns[-1]: "default"})
    halves = [name for name in rows.columns if rows[name].dtype.kind == "f"]
    rows[halves] = rows[halves].astype(int)
    _name_codes(rows, ("SEX", "EDUCATION", "MARRIAGE", "default"))
    return rows, Facts(kinds(rows), "default", "v1")


def telco(folder: Path) -> tuple[pd.DataFrame, Facts]:
    """Customers who left or stayed: 7,043 rows, 20 columns (Apache-2.0)."""
    rows = pd.read_csv(folder / "tabular" / "telco_churn" / "telco_churn.csv.gz")
    rows = rows.drop(columns="customerID")
    rows["TotalCharges"] = pd.to_numeric(rows["TotalCharges"], errors="coerce")
    _name_codes(rows, ("SeniorCitizen",))
    return rows, Facts(kinds(rows), "Churn", "Yes")


def intrusion(folder: Path) -> tuple[pd.DataFrame, Facts]:
    """Network connections with five classes: 25,192 rows, 41 columns (NSL-KDD)."""
    rows = pd.read_csv(folder / "security" / "nsl_kdd" / "train_20percent.csv.gz")
    odd = [name for name in rows.columns if "difficulty" in name or name == "num_outbound_cmds"]
    rows = rows.drop(columns=odd)
    rows["attack"] = rows.pop("attack_type").map(_attack_class)
    _name_codes(rows, ("land", "logged_in", "root_shell", "is_host_login", "is_guest_login"))
    return rows, Facts(kinds(rows), "attack")


def ames(folder: Path) -> tuple[pd.DataFrame, Facts]:
    """House sales in Ames: 2,930 rows, 74 columns, 2 % of the cells missing (MIT)."""
    rows = pd.read_csv(folder / "tabular" / "ames_housing" / "ames.csv.gz")
    return rows, Facts(kinds(rows), "Sale_Price")


TABLES: Mapping[str, Callable[[Path], tuple[pd.DataFrame, Facts]]] = {
    "adult": adult, "bank": bank, "intrusion": intrusion, "credit": credit, "telco": telco,
    "german": german, "ames": ames,
}  # fmt: skip


_CLASSES = {
    "dos": "neptune back land pod smurf teardrop",
    "probe": "satan ipsweep nmap portsweep",
    "u2r": "buffer_overflow loadmodule rootkit perl",
    "normal": "normal",
}


def _attack_class(name: str) -> str:
    """Return which of the five usual classes an attack belongs to; the rest is r2l."""
    return next((kind for kind, names in _CLASSES.items() if name in names.split()), "r2l")


def _name_codes(rows: pd.DataFrame, names: Sequence[str]) -> None:
    for name in names:
        rows[name] = "v" + rows[name].astype(int).astype(str)
