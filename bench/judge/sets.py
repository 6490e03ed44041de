"""Real data of the judge's bench: eleven sets with their order columns, keys and references.

A set is a Dataset and the name of its target. A sample of it is cut as `Dataset.split` cuts: rows
of the main table at random, in the order of the file; tables that the main one refers to stay
whole, and tables that refer to it follow their rows (an account keeps its orders). Parts that are
cut together share no row of the main table.

    adult, bank, credit, telco, hotel   people, customers, bookings; hotel has an arrival date
    intrusion, pages                    network connections; 48 features of web pages
    air                                 hourly weather and soot, ordered by the hour (a sequence)
    flights                             ordered by the hour; planes and airports as other tables
    accounts                            a bank's accounts with loans, orders, cards; 4,500 accounts
    orders                              its standing orders, that refer to accounts and districts
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import worldwright as ww
from worldwright import Dataset

from ..tables import sets as tables

Frames = Mapping[str, pd.DataFrame]


@dataclass(frozen=True, slots=True)
class RealSet:
    """A real Dataset, with the column that a task would predict."""

    name: str
    whole: Dataset
    target: str

    def parts(self, sizes: Sequence[int], *path: int) -> list[Dataset]:
        """Return disjoint samples with so many rows of the main table; `path` names the draw."""
        if sum(sizes) > self.whole.rows:
            raise ValueError(f"{self.name} has {self.whole.rows:,} rows, not {sum(sizes):,}")
        order = np.random.default_rng([7, *path]).permutation(self.whole.rows)
        cuts = np.split(order[: sum(sizes)], np.cumsum(sizes)[:-1])
        return [_followed(self.whole.take(np.sort(cut))) for cut in cuts]


def _followed(sample: Dataset) -> Dataset:
    """Return the sample with only those rows of other tables that its rows, or theirs, own."""
    kept = dict(sample.tables)
    done, waiting = set(), [sample.schema.main_name]
    while waiting:
        parent = waiting.pop()
        done.add(parent)
        for name, schema in sample.schema.tables.items():
            for reference in schema.references:
                if reference.table == parent and name not in done:
                    owned = pc.is_in(kept[name][reference.column], kept[parent][reference.key])
                    kept[name] = kept[name].filter(owned)
                    waiting.append(name)
    return replace(sample, tables=kept)


@cache
def read(name: str) -> RealSet:
    """Return the set called `name`; a process reads it once."""
    return SETS[name](name, tables.root())


def adult(name: str, folder: Path) -> RealSet:
    """Census incomes: 48,842 rows."""
    rows, facts = tables.adult(folder)
    return RealSet(name, ww.read(rows), facts.target)


def bank(name: str, folder: Path) -> RealSet:
    """Calls of a Portuguese bank: 41,188 rows."""
    rows, facts = tables.bank(folder)
    return RealSet(name, ww.read(rows), facts.target)


def intrusion(name: str, folder: Path) -> RealSet:
    """Network connections with five classes: 25,192 rows."""
    rows, facts = tables.intrusion(folder)
    return RealSet(name, ww.read(rows), facts.target)


def credit(name: str, folder: Path) -> RealSet:
    """Card customers of a Taiwanese bank: 30,000 rows, half a year of bills and payments."""
    rows = pd.read_csv(folder / "tabular" / "credit_default_30k" / "credit_default.csv.gz")
    rows = rows.rename(columns={"default.payment.next.month": "default"})
    for code in ("SEX", "EDUCATION", "MARRIAGE", "default"):
        rows[code] = "v" + rows[code].astype(int).astype(str)
    return RealSet(name, _one(rows, key="ID"), "default")


def telco(name: str, folder: Path) -> RealSet:
    """Customers who left or stayed: 7,043 rows, with their id."""
    rows = pd.read_csv(folder / "tabular" / "telco_churn" / "telco_churn.csv.gz")
    rows["TotalCharges"] = pd.to_numeric(rows["TotalCharges"], errors="coerce")
    rows["SeniorCitizen"] = "v" + rows["SeniorCitizen"].astype(str)
    return RealSet(name, _one(rows, key="customerID"), "Churn")


def hotel(name: str, folder: Path) -> RealSet:
    """Bookings of a hotel: 15,402 rows, by date of arrival; what repeats the date is left out."""
    rows = pd.read_csv(folder / "tabular" / "hotel_rates" / "hotel_rates.csv.gz")
    rows = rows.drop(columns=["arrival_date_num", "near_christmas", "near_new_years"])
    rows["arrival_date"] = pd.to_datetime(rows["arrival_date"])
    return RealSet(name, _one(rows, order="arrival_date"), "is_repeated_guest")


def pages(name: str, folder: Path) -> RealSet:
    """Features of phishing pages and of others: 10,000 rows; the row number tells the class."""
    path = folder / "security" / "phishing_page_features" / "phishing_legitimate.csv.gz"
    rows = pd.read_csv(path).drop(columns="id")
    rows["CLASS_LABEL"] = "v" + rows["CLASS_LABEL"].astype(str)
    return RealSet(name, _one(rows), "CLASS_LABEL")


def air(name: str, folder: Path) -> RealSet:
    """Soot and weather of Beijing: 43,824 hours."""
    rows = pd.read_csv(folder / "sequence" / "beijing_pm25" / "pollution.csv.gz")
    rows.insert(0, "time", pd.to_datetime(rows[["year", "month", "day", "hour"]]))
    rows = rows.drop(columns=["No", "year", "month", "day", "hour"])
    return RealSet(name, _one(rows, order="time"), "cbwd")


def flights(name: str, folder: Path) -> RealSet:
    """Flights from New York: 81,380 rows by the hour, that refer to planes and airports."""
    base = folder / "relational" / "nycflights13"
    parts = {each: pd.read_csv(base / f"{each}.csv.gz") for each in ("flights", *_PARENTS)}
    rows = parts["flights"]
    rows["time_hour"] = pd.to_datetime(rows["time_hour"]).dt.tz_localize(None)
    parts["flights"] = rows.drop(columns=["year", "month", "day", "hour", "minute", "flight"])
    return RealSet(name, _several(parts, _FLIGHTS), "carrier")


def accounts(name: str, folder: Path) -> RealSet:
    """Accounts of a Czech bank: 4,500 rows, with what hangs on them in four other tables.

    Their dates are made up (30 February occurs), so they stay whole numbers.
    """
    base = folder / "relational" / "berka_bank"
    names = ("account", "disp", "loan", "order", "card", "district")
    parts = {each: pd.read_csv(base / f"{each}.csv.gz") for each in names}
    _spelled(parts)
    return RealSet(name, _several(parts, _ACCOUNTS), "frequency")


def orders(name: str, folder: Path) -> RealSet:
    """Standing orders of the same bank: 6,471 rows, each of an account, each of a district."""
    base = folder / "relational" / "berka_bank"
    parts = {
        each: pd.read_csv(base / f"{each}.csv.gz") for each in ("order", "account", "district")
    }
    parts["order"] = parts["order"].drop(columns=["order_id", "account_to"])
    parts["account"] = parts["account"].drop(columns="date")
    _spelled(parts)
    return RealSet(name, _several(parts, _ORDERS), "k_symbol")


SETS: Mapping[str, Callable[[str, Path], RealSet]] = {
    "adult": adult, "bank": bank, "credit": credit, "telco": telco, "hotel": hotel,
    "intrusion": intrusion, "pages": pages, "air": air, "flights": flights, "accounts": accounts,
    "orders": orders,
}  # fmt: skip

_KEYS = {
    "account_id",
    "district_id",
    "disp_id",
    "client_id",
    "loan_id",
    "order_id",
    "card_id",
    "account_to",
    "A1",
}
_PARENTS = ("planes", "airports")
_FLIGHTS = """tables:
  flights:
    columns: {tailnum: id, dest: id, carrier: category, origin: category}
    order: time_hour
    references:
      - {column: tailnum, table: planes, key: tailnum}
      - {column: dest, table: airports, key: faa}
  planes: {columns: {tailnum: id}, key: tailnum}
  airports: {columns: {faa: id}, key: faa}
"""
_ACCOUNTS = """tables:
  account:
    columns: {account_id: id, district_id: id}
    key: account_id
    references: [{column: district_id, table: district, key: A1}]
  disp:
    columns: {disp_id: id, account_id: id, client_id: id}
    key: disp_id
    references: [{column: account_id, table: account, key: account_id}]
  loan:
    columns: {loan_id: id, account_id: id}
    key: loan_id
    references: [{column: account_id, table: account, key: account_id}]
  order:
    columns: {order_id: id, account_id: id, account_to: id}
    key: order_id
    references: [{column: account_id, table: account, key: account_id}]
  card:
    columns: {card_id: id, disp_id: id}
    key: card_id
    references: [{column: disp_id, table: disp, key: disp_id}]
  district: {columns: {A1: id}, key: A1}
"""


_ORDERS = """tables:
  order:
    columns: {account_id: id}
    references: [{column: account_id, table: account, key: account_id}]
  account:
    columns: {account_id: id, district_id: id}
    key: account_id
    references: [{column: district_id, table: district, key: A1}]
  district: {columns: {A1: id}, key: A1}
"""


def _spelled(parts: Frames) -> None:
    """Write whole numbers that are keys as words, the same for a key and what refers to it."""
    for rows in parts.values():
        for column in _KEYS & set(rows.columns):
            letter = "d" if column in ("A1", "district_id") else "k"
            rows[column] = letter + rows[column].astype(str)


def _one(rows: pd.DataFrame, key: str | None = None, order: str | None = None) -> Dataset:
    """Read one frame, and say what identifies and what orders its rows."""
    said = {"key": key, "order": order}
    text = "\n".join(f'{role}: "{column}"' for role, column in said.items() if column)
    return _several({"rows": rows}, text) if text else ww.read(rows)


def _several(parts: Frames, schema: str) -> Dataset:
    """Read frames as a user reads a folder, with a schema file."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        room = Path(folder)
        (room / "schema.yaml").write_text(schema)
        (room / "rows").mkdir()
        for name, rows in parts.items():
            pq.write_table(
                pa.Table.from_pandas(rows, preserve_index=False), room / "rows" / f"{name}.parquet"
            )
        return ww.read(room / "rows", schema=room / "schema.yaml")
