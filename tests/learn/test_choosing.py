"""Settings are chosen by effort, memory and rows that did not teach; room is told beforehand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import worldwright as ww
from worldwright import seeds
from worldwright.data.schema import Column, Kind
from worldwright.errors import SpecError
from worldwright.learn.tabular import choosing
from worldwright.learn.tabular.room import BASE, bytes_of, needed
from worldwright.learn.tabular.settings import Settings

from .tables import rows_of, words


def noise(n: int = 1_200):
    """Columns that have nothing to do with each other: what is split there is split in vain."""
    chance = seeds.stream(1, "noise")
    return rows_of(
        {
            Column(f"c{j}", Kind.CATEGORY): words(chance.integers(6, size=n), "abcd"[j])
            for j in range(4)
        }
    )


def told(**asked):
    return ww.fit(noise(), seed=0, **asked).explain()["part"]


def test_the_defaults_are_told_as_defaults() -> None:
    part = told()
    assert set(part["settings chosen by"].values()) == {"default"}
    assert part["settings compared"] == {}


def test_memory_low_means_fewer_and_larger_leaves_and_what_is_asked_for_wins() -> None:
    low, mine = told(memory="low"), told(memory="low", settings={"leaf": 7})
    assert low["settings"]["leaf"] > Settings().leaf
    assert low["settings"]["chance"] < Settings().chance
    assert "no guarantee" in low["memory"]["low"]
    assert mine["settings"]["leaf"] == 7
    assert mine["settings chosen by"]["leaf"] == "asked for"


def test_thorough_takes_what_foresees_rows_that_did_not_teach_and_says_so() -> None:
    part = told(effort="thorough")
    best = [name for name, says in part["settings compared"].items() if "less than" not in says]
    assert len(best) == 1
    assert best[0] != "as it is", "of columns without any tie, fewer splits foresee more"
    assert "rows that did not teach" in part["settings chosen by"].values()
    assert told(effort="thorough") == part, "the same seed chooses the same"


def test_thorough_leaves_alone_what_is_asked_for() -> None:
    part = told(effort="thorough", settings={"chance": 3.0})
    assert part["settings"]["chance"] == 3.0
    assert not any("chance" in name for name in part["settings compared"])


def test_what_cannot_be_chosen_is_refused_at_once() -> None:
    with pytest.raises(SpecError) as raised:
        told(effort="thorogh", memory="none", settings={"leafs": 3})
    said = str(raised.value)
    assert (
        "effort is 'thorogh'\n  where: settings.effort\n  mend:  did you mean 'thorough'?" in said
    )
    assert "memory is 'none'" in said
    assert "the forest has no setting 'leafs'" in said


def test_a_limit_is_read_with_and_without_a_space() -> None:
    assert bytes_of("4GB") == bytes_of(" 4 GB ") == bytes_of(4e9) == 4e9


@pytest.mark.parametrize("limit", ["much", "3 XB", "4 GiB", -1, 0, True, float("inf")])
def test_a_limit_that_is_none_is_refused(limit: object) -> None:
    with pytest.raises(SpecError, match="the memory limit is"):
        told(memory_limit=limit)


def test_a_limit_that_is_too_small_says_what_is_needed_before_it_starts() -> None:
    with pytest.raises(SpecError) as raised:
        told(memory_limit="20 MB")
    assert "to learn 1,200 rows of 4 columns takes about 1" in str(raised.value)
    assert "and 20 MB is allowed" in str(raised.value)
    assert "mend:  hand over fewer rows or columns" in str(raised.value)


def test_nothing_is_grown_before_the_room_is_known(monkeypatch) -> None:
    grown = []
    monkeypatch.setattr(choosing, "foreseen", lambda *of: grown.append(of))
    with pytest.raises(SpecError, match="takes about"):
        told(memory_limit="20 MB", effort="thorough")
    assert grown == []


_PEAK = """
import json, sys
import numpy as np, pyarrow as pa
import worldwright as ww
rows, columns = int(sys.argv[1]), int(sys.argv[2])
chance = np.random.default_rng(0)
base = chance.normal(size=rows)
table = {f"x{j}": np.round(base + chance.normal(size=rows), 3) for j in range(columns)}
if sys.argv[3] == "moments":
    seconds = {n: pa.array((1e6 * (1.6e9 + 1e7 * x)).astype(int)) for n, x in table.items()}
    table = {name: x.cast(pa.timestamp("us")) for name, x in seconds.items()}
table = pa.table(table)
real = ww.read(table)
ww.fit(real.take(np.arange(500)), seed=0)
def size(of):
    lines = dict(line.split(":") for line in open("/proc/self/status"))
    return 1024 * int(lines[of].split()[0])
open("/proc/self/clear_refs", "w").write("5")  # the peak counts from here
before = size("VmRSS")
ww.fit(real, seed=0, settings={"trees": 2})
print(json.dumps([size("VmHWM") - before]))
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="peaks are read from /proc")
@pytest.mark.parametrize(
    ("rows", "columns", "kind"),
    [(200_000, 6, Kind.NUMBER), (800_000, 6, Kind.NUMBER), (200_000, 4, Kind.DATETIME)],
)
def test_the_room_that_is_told_is_about_the_room_that_is_taken(
    rows: int, columns: int, kind: Kind
) -> None:
    sort = "moments" if kind is Kind.DATETIME else "numbers"
    run = subprocess.run(
        [sys.executable, "-c", _PEAK, str(rows), str(columns), sort],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    (taken,) = json.loads(run.stdout)
    main = rows_of(
        {Column(f"x{j}", kind): pa.array(np.zeros(1)) for j in range(columns)}
    ).schema.main
    said = needed(rows, main, Settings(trees=2)) - BASE
    assert taken / 1.2 <= said <= taken * 3, (taken, said)


def drawn_order(order: str) -> list[str]:
    chance = seeds.stream(3, "order")
    rows = rows_of(
        {
            Column("three", Kind.CATEGORY): words(chance.integers(3, size=600), "t"),
            Column("nine", Kind.CATEGORY): words(chance.integers(9, size=600), "n"),
            Column("label", Kind.CATEGORY): words(chance.integers(2, size=600), "l"),
            Column("five", Kind.CATEGORY): words(chance.integers(5, size=600), "f"),
        }
    )
    world = ww.fit(rows, target="label", seed=0, settings={"order": order})
    assert world.sample(50, seed=1).rows == 50
    assert set(world.given("label = 'l1'").sample(40, seed=1).table["label"].to_pylist()) == {"l1"}
    return world.explain()["part"]["order"]


@pytest.mark.parametrize(
    ("order", "drawn"),
    [
        ("table", ["label", "three", "nine", "five"]),
        ("few", ["label", "three", "five", "nine"]),
        ("many", ["label", "nine", "five", "three"]),
        ("last", ["three", "nine", "five", "label"]),
    ],
)
def test_columns_are_drawn_in_the_order_that_is_asked_for(order, drawn) -> None:
    assert drawn_order(order) == drawn


def test_an_order_that_is_none_is_refused() -> None:
    with pytest.raises(SpecError, match=r"order is 'lst'\n.*\n.*did you mean 'last'"):
        told(settings={"order": "lst"})


def test_bins_are_compared_by_the_chance_of_values_and_not_of_codes() -> None:
    """Codes of more bins are less probable each; a value is about as probable in either."""
    chance = seeds.stream(4, "bins")
    rows = rows_of({Column("x", Kind.NUMBER): pa.array(chance.normal(size=4_000))})
    of = [choosing.foreseen(rows, None, Settings(bins=b), 0).mean() for b in (16, 64, 256)]
    normal = -0.5 * np.log(2 * np.pi * np.e)
    assert of == pytest.approx([normal] * 3, abs=0.12)
