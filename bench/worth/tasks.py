"""Tasks: seven real tables with a class that is made rare, and draws from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from ..tables import sets

BELIEFS = Path(__file__).parent / "beliefs.yaml"
LEFT = 40
COMMON = "other"


@dataclass(frozen=True, slots=True)
class Task:
    """A table, the column that is asked for, and its class that is made rare."""

    name: str
    column: str
    value: str


TASKS: Mapping[str, Task] = {
    task.name: task
    for task in (
        Task("bank", "y", "yes"),
        Task("telco", "Churn", "Yes"),
        Task("credit", "default", "v1"),
        Task("adult", "income", ">50K"),
        Task("intrusion", "attack", "r2l"),
        Task("german", "class", "bad"),
        Task("phishing", "CLASS_LABEL", "phishing"),
    )
}


@lru_cache(maxsize=2)
def rows_of(name: str) -> pd.DataFrame:
    """Return the whole table; every other class than the rare one is called alike."""
    task = TASKS[name]
    rows = _phishing() if name == "phishing" else sets.read(name).rows.copy()
    rows[task.column] = np.where(rows[task.column] == task.value, task.value, COMMON)
    return rows


def _phishing() -> pd.DataFrame:
    path = sets.root() / "security" / "phishing_page_features" / "phishing_legitimate.csv.gz"
    rows = pd.read_csv(path).drop(columns=["id", "HttpsInHostname"])
    rows["CLASS_LABEL"] = np.where(rows["CLASS_LABEL"] == 1, "phishing", COMMON)
    for name in rows.columns.drop("CLASS_LABEL"):
        if set(rows[name].unique()) <= {-1, 0, 1}:
            rows[name] = "v" + rows[name].astype(int).astype(str)
    return rows


@dataclass(frozen=True, slots=True)
class Draw:
    """Rows that teach, rows that judge, further rare rows in a random order, the rare share."""

    taught: pd.DataFrame
    judging: pd.DataFrame
    more: pd.DataFrame
    rate: float


def draw(task: Task, seed: int) -> Draw:
    """Return one draw of a task."""
    rows = rows_of(task.name)
    stream = np.random.default_rng(seed)
    order = stream.permutation(len(rows))
    judging, others = rows.iloc[order[: len(rows) // 3]], rows.iloc[order[len(rows) // 3 :]]
    is_rare = (others[task.column] == task.value).to_numpy()
    rare = others[is_rare].iloc[stream.permutation(int(is_rare.sum()))]
    taught = pd.concat([rare[:LEFT], others[~is_rare]]).reset_index(drop=True)
    rate = float((rows[task.column] == task.value).mean())
    return Draw(taught, judging.reset_index(drop=True), rare[LEFT:], rate)


def beliefs(name: str) -> list[Mapping[str, str]]:
    """Return what somebody who knows the field says of a task."""
    said: dict[str, list[Mapping[str, str]]] = yaml.safe_load(BELIEFS.read_text())
    return said[name]
