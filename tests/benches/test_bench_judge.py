"""The judge's bench: parts that share no row, told tests that tell, tables that count right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from bench.judge import attempts, grounds, middle, sets, summary, told, verdict
from bench.judge.__main__ import Job, planted, shown_to_peers

import worldwright as ww
from worldwright import plugins
from worldwright.data.report import Finding, Verdict
from worldwright.data.schema import Reference, TableSchema
from worldwright.judge import run, values
from worldwright.judge.delusion import Ground, Planted
from worldwright.judge.metrics import columns


def people(count: int, seed: int) -> pd.DataFrame:
    """Numbers and words that depend on each other."""
    rng = np.random.default_rng(seed)
    kind = rng.choice(5, count, p=[0.3, 0.25, 0.2, 0.15, 0.1])
    age = rng.normal(40 + 3 * kind, 9).round(1)
    return pd.DataFrame(
        {
            "age": age,
            "pay": (1000 + 30 * age + rng.normal(0, 300, count)).round(2),
            "kind": np.array(["a", "b", "c", "d", "e"])[kind],
            "yes": np.where(rng.random(count) < 0.1 + 0.1 * kind, "yes", "no"),
        }
    )


def a_set(count: int = 3_000) -> sets.RealSet:
    return sets.RealSet("people", ww.read(people(count, 1)), "yes")


def sides(kind: str, strength: float, seed: int) -> told.Sides:
    fresh, holdout, teachers = a_set().parts([1_000] * 3, seed)
    ground = Ground(fresh, teachers, "yes", seed)
    delusion = plugins.delusions.get(kind)
    gross, spoiled = delusion(ground, delusion.ladder[-1]), delusion(ground, strength)
    assert isinstance(gross, Planted)
    assert isinstance(spoiled, Planted)
    return told.Sides(fresh, gross, spoiled, holdout, teachers, "yes")


def test_parts_of_a_set_share_no_row() -> None:
    parts = a_set(900).parts([300, 300, 300], 4)
    seen = pd.concat([part.to_pandas() for part in parts]).sort_values(["age", "pay"])
    whole = people(900, 1).sort_values(["age", "pay"])
    assert seen.astype(str).to_numpy().tolist() == whole.astype(str).to_numpy().tolist()


def test_rows_that_refer_to_the_main_table_follow_its_rows() -> None:
    parents = pa.table({"id": [f"k{i}" for i in range(40)], "x": range(40)})
    children = pa.table({"owner": [f"k{i % 40}" for i in range(120)], "y": range(120)})
    names = {"parent": ww.read(parents), "child": ww.read(children)}
    schemas = {name: one.schema.main for name, one in names.items()}
    refers = (Reference("owner", "parent", "id"),)
    schemas["child"] = TableSchema(schemas["child"].columns, references=refers)
    whole = ww.Dataset(
        {"parent": parents, "child": children}, ww.Schema(schemas), names["parent"].lineage
    )
    first, second = sets.RealSet("kin", whole, "x").parts([10, 10], 0)
    assert first.tables["child"].num_rows == second.tables["child"].num_rows == 30
    owners = set(first.tables["child"]["owner"].to_pylist())
    assert owners == set(first.tables["parent"]["id"].to_pylist())


@pytest.mark.parametrize("kind", ["marginal_shift", "subgroup_dropped", "memorised_rows",
                                  "label_flipped", "interpolated", "rounded"])  # fmt: skip
def test_a_told_test_sees_the_gross_end(kind: str) -> None:
    gross = plugins.delusions.get(kind).ladder[-1]
    assert (
        np.mean([told.told(kind, sides(kind, gross, seed), seed) <= 0.05 for seed in (1, 2)]) == 1
    )


@pytest.mark.parametrize("kind", ["marginal_shift", "label_leak"])
def test_a_told_test_is_exact_where_nothing_is_planted(kind: str) -> None:
    """20 tests at 5 %: more than 8 alarms have a chance of 3e-7."""
    hits = [told.told(kind, sides(kind, 0.0, seed), seed) <= 0.05 for seed in range(20)]
    assert sum(hits) <= 8


def test_cells_that_do_not_differ_have_no_small_p() -> None:
    same = [np.arange(400) % 4] * 4
    assert told.directed(same, 0) == 1.0


def test_the_weakest_rung_that_is_enough_is_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        middle.Question, "p", lambda self, strength, seed: 0.01 if strength >= 0.15 else 0.5
    )
    said = middle.rung(middle.Question("people", "marginal_shift"))
    assert (said["rung"], said["strength"], said["power"]) == (2, 0.2, 1.0)
    fine = middle.refined(middle.Question("people", "marginal_shift"), said)
    assert fine["fine"] == pytest.approx(0.1562, abs=1e-4)
    assert fine["alarms"] == "0 of 40"


def test_a_kind_without_a_place_or_without_power_is_out(monkeypatch: pytest.MonkeyPatch) -> None:
    question = middle.Question("people", "marginal_shift")
    monkeypatch.setattr(middle.Question, "p", lambda self, strength, seed: "no such column")
    assert middle.rung(question)["out"] == "no such column"
    monkeypatch.setattr(middle.Question, "p", lambda self, strength, seed: 0.5)
    assert middle.rung(question)["out"] == "a told test has power 0.0 at the gross end"


def test_halves_stay_where_they_are_when_a_kind_is_added() -> None:
    first = middle.halves(["a", "b", "c", "d"], {})
    later = middle.halves(["a", "b", "c", "d", "e"], first)
    assert len(first["seen"]) == len(first["unseen"]) == 2
    assert set(first["seen"]) <= set(later["seen"])
    assert set(first["unseen"]) <= set(later["unseen"])


def test_the_committed_middle_strengths_stand_on_rungs() -> None:
    known = middle.load()
    assert not set(known["halves"]["seen"]) & set(known["halves"]["unseen"])
    for said in known["middle"].values():
        for one in said.values():
            assert "out" in one or one["strength"] == one["ladder"][one["rung"]]


def test_a_strength_of_another_ladder_is_not_planted() -> None:
    ladder = list(plugins.delusions.get("marginal_shift").ladder)
    said = {"ladder": ladder, "rung": 1, "strength": ladder[1]}
    known = {"middle": {"people": {"marginal_shift": said}}}
    assert middle.strengths(known, "people") == {"marginal_shift": said}
    said["ladder"] = [2 * strength for strength in ladder]
    assert middle.strengths(known, "people") == {}


def test_jobs_are_planted_at_the_middle_strength_of_their_set() -> None:
    jobs = list(planted(["adult"], 1, half=""))
    known = middle.strengths(middle.load(), "adult")
    assert {(job.kind, job.strength) for job in jobs} == {
        (kind, one["strength"]) for kind, one in known.items()
    }
    halves = [{job.kind for job in planted(["adult"], 1, half=h)} for h in ("seen", "unseen")]
    assert halves[0] | halves[1] == set(known)
    assert halves[0] <= set(middle.load()["halves"]["seen"])
    assert not halves[0] & halves[1]
    assert len(shown_to_peers(["adult"], 1)) > 40


@pytest.mark.slow
def test_one_job_judges_untouched_rows_and_one_planted_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sets, "read", lambda name: a_set(1_500))
    grounds.draw.cache_clear()
    clean = Job("people", 500, 0).run()
    assert clean["faults"] >= 0
    assert 0 < clean["p"]["family"] <= 1
    shifted = Job("people", 500, 0, "marginal_shift", 0.8).run()
    assert shifted["faults"] > 0
    assert shifted["first"]
    grounds.draw.cache_clear()


def line(key: list[object], **said: object) -> dict[str, object]:
    return {"key": key, **said}


def test_the_tables_count_what_the_lines_say(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {
        "halves": {"boundary": middle.mark("two")},
        "middle": {"adult": {"two": {"strength": 0.1}, "one": {"strength": 0.2}}},
    }
    monkeypatch.setattr(summary, "load", lambda: known)
    lines = [
        line(["untouched", "adult", 2000, 0], faults=0, p={"family": 0.5}),
        line(["untouched", "adult", 2000, 1], faults=1, p={"family": 0.005}),
        line(["planted", "two", "0.1", "adult", 2000, 0], faults=2, first=True, strict=True),
        line(["planted", "one", "0.2", "adult", 2000, 0], faults=1, first=False, strict=False),
        line(["planted", "one", "0.2", "adult", 2000, 1], faults=0, first=False, strict=False),
        line(["planted", "one", "0.4", "adult", 2000, 0], faults=1, first=True, strict=True),
        line(["told", "two", "0.1", "adult", 2000, 0], p=0.00001),
        line(["told", "one", "0.2", "adult", 2000, 0], p=0.01),
        line(["peer", "tool", "planted", "one", "0.2", "adult", 2000, 1], alarm=True),
        line(["peer", "tool", "untouched", "adult", 2000, 1], alarm=False),
    ]
    page = summary.section(lines)
    assert "| 2,000 | 1 | 2 | 1 | 0.500 (0.013 to 0.987) |" in page
    assert "| 2,000 | family | 2 | 0.500 | 0.500 | 0.500 | **no** |" in page
    whole = "1.000 (0.025 to 1.000)"
    assert f"| seen (1) | 1 | 1 | {whole} | {whole} | {whole} |" in page
    assert "| all (2) | 3 | 2 | 0.667 (0.094 to 0.992) | 0.500 (0.013 to 0.987) |" in page
    assert "| one | unseen | 1 | 2 | 1 | 0 | adult |" in page
    assert "| all (2) | 2 | 1.000 (0.158 to 1.000) | 0.500 (0.013 to 0.987) |" in page
    assert "| tool | 0 of 1 | 1 of 1 | 0 |" in page
    assert "| ours | 1 of 1 | 0 of 1 | 0 |" in page


def test_attempts_are_compared_on_the_plants_that_all_were_shown() -> None:
    def tried(name: str, seed: int, faults: int) -> dict[str, object]:
        return line(["attempt", name, "k", "0.1", "adult", 2000, seed], faults=faults, first=True)

    lines = [tried("a", 0, 1), tried("a", 1, 0), tried("a", 2, 1), tried("b", 0, 1)]
    page = summary.attempts_section([*lines, tried("b", 1, 1)])
    whole = "1.000 (0.158 to 1.000)"
    assert "| a | 2 | 1 | 0.500 (0.013 to 0.987) | 1.000 (0.025 to 1.000) |" in page
    assert f"| b | 2 | 2 | {whole} | {whole} |" in page


@pytest.mark.parametrize("name", list(attempts.ATTEMPTS))
def test_an_attempt_changes_the_judge_and_leaves_it_as_it_was(name: str) -> None:
    kept = [columns.of_largest, run.settle, values.novel]
    with attempts.changed(name):
        now = [columns.of_largest, run.settle, values.novel]
        assert (now == kept) is (name == "as it is")
    assert [columns.of_largest, run.settle, values.novel] == kept


def test_a_place_is_right_if_a_planted_column_is_named_among_few() -> None:
    fresh = a_set(300).whole
    spoiled = Planted(fresh, ("age", "yes"), ("pairs",), "", np.arange(300))

    def fault(question: str, *columns: str) -> Finding:
        return Finding(question, Verdict.DIFFERS, "", columns=columns)

    assert verdict.names_place(spoiled, fault("rules", "age", "pay"))
    assert not verdict.names_place(spoiled, fault("pairs", "pay", "kind"))
    assert not verdict.names_place(spoiled, fault("rows", "age", "pay", "kind", "other"))
    everywhere = Planted(fresh, (), ("memory",), "", np.arange(300))
    assert verdict.names_place(everywhere, fault("memory"))
    assert not verdict.names_place(everywhere, fault("rows", "age"))


def test_a_set_that_is_too_small_says_so(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="people has 3,000 rows, not 4,000"):
        a_set().parts([2_000, 2_000])
