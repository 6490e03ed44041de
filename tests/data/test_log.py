"""The log: entries follow one another, and no change of one goes unseen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from worldwright.data.log import START, Log
from worldwright.errors import StoreError

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)
facts = st.dictionaries(st.text(max_size=4), plain, max_size=3)


@for_all(st.lists(st.tuples(st.text(max_size=5), facts), max_size=5))
def test_what_was_appended_is_there_in_its_order(
    tmp_path_factory: pytest.TempPathFactory, wanted
) -> None:
    log = Log(tmp_path_factory.mktemp("log") / "ledger.jsonl")
    written = [log.append(kind, said) for kind, said in wanted]
    assert list(log.entries()) == written
    assert [(entry.kind, entry.facts) for entry in log.entries()] == wanted
    assert log.verify() == len(wanted)
    assert log.head() == (written[-1].hash if written else START)


@pytest.fixture
def ledger(tmp_path: Path) -> Log:
    log = Log(tmp_path / "ledger.jsonl")
    for spent in (0.5, 0.25, 0.125):
        log.append("spent", {"epsilon": spent})
    return log


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("0.25", "0.02", "entry 1 of the log is broken: it was changed after it was written"),
        ('"index": 1', '"index": 5', "entry 1 of the log is broken: it says that it is entry 5"),
        ('{"facts": {"epsilon": 0.25', "{", "entry 1 of the log is broken: it is not an entry"),
    ],
)
def test_the_first_broken_entry_is_named(ledger: Log, old: str, new: str, message: str) -> None:
    ledger.path.write_text(ledger.path.read_text().replace(old, new))
    with pytest.raises(StoreError) as caught:
        ledger.verify()
    assert str(caught.value) == (
        f"{message}\n"
        f"  where: {ledger.path}\n"
        "  mend:  bring back a copy of the log; entries before this one are sound"
    )


def test_an_entry_that_was_taken_out_is_missed(ledger: Log) -> None:
    lines = ledger.path.read_text().splitlines(keepends=True)
    ledger.path.write_text(lines[0] + lines[2])
    with pytest.raises(StoreError, match="entry 1 of the log is broken"):
        ledger.verify()


def test_a_line_that_a_crash_left_half_written_is_replaced(ledger: Log) -> None:
    whole = ledger.path.read_bytes()
    ledger.path.write_bytes(whole + b'{"facts": {"epsi')
    assert ledger.verify() == 3
    ledger.append("spent", {"epsilon": 1})
    assert ledger.verify() == 4
    assert ledger.path.read_bytes().startswith(whole)


def test_nothing_is_appended_to_a_broken_end(ledger: Log) -> None:
    ledger.path.write_text(ledger.path.read_text().replace("0.125", "9"))
    with pytest.raises(StoreError, match="entry 2 of the log is broken"):
        ledger.append("spent", {"epsilon": 1})


def test_long_entries_are_followed_as_well(tmp_path: Path) -> None:
    log = Log(tmp_path / "new folder" / "ledger.jsonl")
    for at in range(3):
        log.append("text", {"said": str(at) * 20_000})
    assert log.verify() == 3


def test_there_is_no_clock_unless_the_caller_brings_one(ledger: Log) -> None:
    assert ledger.entries()[0].time is None
    assert ledger.append("spent", {}, time="2025-01-31T00:00:00Z").time == "2025-01-31T00:00:00Z"
    assert ledger.verify() == 4


def test_facts_are_plain(ledger: Log) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        ledger.append("spent", {"epsilon": float("nan")})
    assert ledger.verify() == 3


def test_two_processes_do_not_mix_their_entries(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom worldwright.data.log import Log\n"
        "for at in range(25): Log(sys.argv[1]).append(sys.argv[2], {'at': at})"
    )
    path = tmp_path / "ledger.jsonl"
    started = [subprocess.Popen([sys.executable, "-c", program, path, who]) for who in "ab"]
    assert [process.wait() for process in started] == [0, 0]
    log = Log(path)
    assert log.verify() == 50
    assert [entry.facts["at"] for entry in log.entries() if entry.kind == "a"] == list(range(25))
