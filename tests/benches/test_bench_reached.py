"""The tables bench in RESULTS.md: what counts as reached, and what the page shows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from bench.results import Line
from bench.tables import frontier_summary, growth_summary, reached, summary
from bench.tables.seen import Seen, by_table
from bench.tabulate import Mean

OF_REAL = {"c2st": 0.5, "tstr": 0.9, "copies_unseen": 0.002, "missing_tvd": 0.0}
OF_OURS = {
    "c2st": 0.51, "tstr": 0.898, "copies": 0.001, "membership": 0.515, "firm_rows": 0.0,
    "missing_tvd": 0.0, "fit_cpu_s": 2.0, "rows_per_cpu_s": 2e6, "pairs": 0.0, "firm_rules": 2,
    "firm_broken": 0, "loose_rules": 3, "loose_broken": 1, "firm_most": "", "peak_mb": 300,
    "copies_unseen": 0.002,
}  # fmt: skip


# Slow enough that ours is far ahead of it, wherever it stands to the lines in seconds.
OF_CART = {"fit_cpu_s": 4.0, "rows_per_cpu_s": 250_000}


def line(maker: str, table: str, seed: int, rows: int, seen: Mapping[str, object]) -> Line:
    return {"key": [maker, table, seed, rows], **seen}


def measured(
    table: str = "adult", rows: int = 48_842, seeds: int = 10, ours: Mapping[str, object] = OF_OURS
) -> Seen:
    real = [line("real", table, seed, rows, OF_REAL) for seed in range(seeds)]
    mine = [line("ours", table, seed, rows, OF_OURS | ours) for seed in range(seeds)]
    cart = [line("cart", table, seed, rows, OF_CART) for seed in range(seeds)]
    return Seen(table, (*mine, *real, *cart))


def verdicts(seen: Seen) -> dict[str, str]:
    return {row[0].partition(", ")[2]: row[-1] for row in reached.rows([seen])}


def test_all_lines_are_reached_by_one_who_reaches_them() -> None:
    assert set(verdicts(measured()).values()) == {"reached"}


@pytest.mark.parametrize(
    ("table", "rows", "says", "ours"),
    [
        ("adult", 48_842, "C2ST", {"c2st": 0.516}),
        ("credit", 29_998, "C2ST", {"c2st": 0.531}),
        ("ames", 2_930, "C2ST", {"c2st": 0.541}),
        ("adult", 48_842, "membership", {"membership": 0.521}),
        ("german", 1_000, "membership", {"membership": 0.541}),
        ("adult", 48_842, "copies, against those between real samples", {"copies": 0.0021}),
        ("adult", 48_842, "TSTR gap to real rows", {"tstr": 0.8969}),
        ("credit", 29_998, "TSTR gap to real rows", {"tstr": 0.8959}),
        ("bank", 41_188, "TSTR gap to real rows", {"tstr": 0.8939}),
        ("ames", 2_930, "TSTR gap to real rows", {"tstr": 0.8879}),
        ("bank", 41_188, "share of made rows that break a rule", {"firm_rows": 0.0001}),
        ("adult", 48_842, "share of made rows with a pair that no teacher has", {"pairs": 0.0001}),
        ("adult", 48_842, "CPU-s to fit", {"fit_cpu_s": 3.1}),
        ("adult", 48_842, "rows a CPU-s, of 1,000,000", {"rows_per_cpu_s": 1.4e6}),
    ],
)
def test_a_line_is_missed_by_one_who_just_misses_it(
    table: str, rows: int, says: str, ours: Mapping[str, object]
) -> None:
    missed = {what for what, verdict in verdicts(measured(table, rows, ours=ours)).items()
              if verdict != "reached"}  # fmt: skip
    assert missed == {says}


def test_speeds_have_a_line_beside_cart_in_the_same_run() -> None:
    fit, rate = (f"{what}, times those of CART in the same run"
                 for what in ("CPU-s to fit", "rows a CPU-s"))  # fmt: skip
    slow = verdicts(measured(ours={"fit_cpu_s": 5.2, "rows_per_cpu_s": 1.05e6}))
    assert (slow[fit], slow[rate]) == ("**not reached**", "**not reached**")
    near = verdicts(measured(ours={"fit_cpu_s": 5.0, "rows_per_cpu_s": 1.07e6}))
    assert (near[fit], near[rate]) == ("reached", "reached")
    assert "CART took 4.00 CPU-s to fit adult and made 250,000" in reached.of_the_machine(
        measured()
    )


def test_a_line_that_leans_on_real_rows_moves_with_them() -> None:
    real = [line("real", "telco", s, 7_043, OF_REAL | {"c2st": 0.51}) for s in range(10)]
    mine = [line("ours", "telco", s, 7_043, OF_OURS | {"c2st": 0.524}) for s in range(10)]
    assert verdicts(Seen("telco", (*real, *mine)))["C2ST"] == "reached"


def test_missing_cells_have_a_line_only_where_some_are_missing() -> None:
    assert "missing cells, TVD" not in verdicts(measured())
    real = [line("real", "ames", s, 2_930, OF_REAL | {"missing_tvd": 0.05}) for s in range(10)]
    mine = [line("ours", "ames", s, 2_930, OF_OURS | {"missing_tvd": 0.061}) for s in range(10)]
    assert verdicts(Seen("ames", (*real, *mine)))["missing cells, TVD"] == "**not reached**"


def test_too_few_seeds_give_no_verdict() -> None:
    assert verdicts(measured(seeds=4))["C2ST"] == "4 seeds of 5: no verdict"
    assert verdicts(measured("german", 1_000, 9))["C2ST"] == "9 seeds of 10: no verdict"


def test_a_gap_is_taken_seed_by_seed() -> None:
    lines = [
        line("real", "bank", 0, 9, {"tstr": 0.9}), line("real", "bank", 1, 9, {"tstr": 0.8}),
        line("ours", "bank", 1, 9, {"tstr": 0.7}),
    ]  # fmt: skip
    gap = Seen("bank", tuple(lines)).gap("ours", "tstr")
    assert gap is not None
    assert (gap.value, gap.count) == (pytest.approx(0.1), 1)


def test_a_quick_look_does_not_count_beside_all_rows() -> None:
    whole, look = measured(), measured(rows=3_000)
    (seen,) = by_table([*look.lines, *whole.lines])
    assert seen.size == 48_842
    assert seen.lines == whole.lines


def test_the_page_shows_each_maker_of_each_table_and_the_rules() -> None:
    page = summary.section([*measured().lines, *measured("bank", 41_188).lines])
    assert "### bank, 41,188 rows" in page
    assert "| ours | 10 | 0.510 ± 0.000 | 0.898 ± 0.000 | 0.515 ± 0.000 | 0.1 % |" in page
    assert "| real | 10 | 0.500 ± 0.000 | 0.900 ± 0.000 | — | 0.2 % |" in page
    assert "| adult | 2 | 0 | 0 % | 3 | 1 | — |" in page


def test_densities_are_shown_in_nats() -> None:
    seen = {"loglik": -17.5, "loglik_se": 0.1, "impossible": 0.03, "fit_cpu_s": 4.0}
    page = summary.density_section([line("arfpy", "adult", 0, 48_842, seen)])
    assert "| adult | arfpy | 1 | -17.50 ± 0.10 | 3 % | 4 |" in page


def test_a_peer_is_held_against_the_best_of_ours_that_remembers_no_more() -> None:
    def at(label: str, side: int, membership: float, c2st: float) -> frontier_summary.Point:
        sides = Mean(membership, 0.001, 3), Mean(c2st, 0.001, 3)
        return frontier_summary.Point("adult", label, frontier_summary.SIDES[side], *sides, 1.0)

    shown = [at("low", 0, 0.51, 0.54), at("default", 1, 0.5205, 0.53), at("deep", 0, 0.56, 0.5)]
    said = frontier_summary.outside([*shown, at("near", 2, 0.52, 0.55), at("shy", 2, 0.5, 0.9)])
    assert [(row[1], row[2], row[3]) for row in said] == [
        ("≤ 0.55", "0.53", "reached"), ("≤ 0.9", "not measured", "—")
    ]  # fmt: skip


def test_the_frontier_has_a_point_for_each_setting_and_maker(tmp_path: Path) -> None:
    likeness = [*measured().lines, line("bootstrap", "adult", 0, 48_842, OF_OURS)]
    settings = [line("leaf 4", "adult", s, 48_842, OF_OURS) for s in range(3)]
    shown = frontier_summary.points(settings, likeness)
    assert [(p.label, p.side) for p in shown] == [
        ("leaf 4", "ours, other settings"), ("default", "ours, default")
    ]  # fmt: skip
    frontier_summary.draw(shown, tmp_path)
    drawn = (tmp_path / frontier_summary.PICTURE).read_text()
    assert drawn.startswith("<svg")
    assert "leaf 4" in drawn


def test_the_growth_of_a_fit_leaves_out_what_starting_costs(tmp_path: Path) -> None:
    grown = [("start", 100, 2, 1.0), ("rows", 1_000, 15, 2.0), ("rows", 2_000, 15, 3.0),
             ("rows", 4_000, 15, 5.0)]  # fmt: skip
    lines = [
        {"key": [along, rows, columns, 0], "fit_cpu_s": cost, "peak_mb": 1, "sample_cpu_s": 0.1}
        for along, rows, columns, cost in grown
    ]
    page = growth_summary.section(lines)
    assert "| rows | 1 | 1 |" in page
    assert "| columns | not measured | — |" in page
    growth_summary.draw(lines, tmp_path)
    drawn = (tmp_path / growth_summary.PICTURE).read_text()
    assert "grows as rows to the power 1.00" in drawn
    assert "grows as columns" not in drawn
