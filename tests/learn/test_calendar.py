"""Moments: the hour, the weekday and the month are kept, and others may depend on them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

import worldwright as ww
from worldwright import plugins, seeds
from worldwright.data.schema import Column, Kind
from worldwright.learn.tabular.calendar import Calendar

from .tables import learned, rows_of

HOUR, DAY = 3_600_000_000, 86_400_000_000
ROWS = 4_000


def working_hours(seed: int, zone: str | None = None, years: int = 3) -> pa.Array:
    """Moments from Monday to Friday, at 8 to 18 o'clock, most of them in spring."""
    chance = seeds.stream(seed, "working hours")
    days = chance.integers(17_532, 17_532 + 365 * years, ROWS * 4)
    spring = np.isin(days.astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12, (2, 3))
    fits = ((days + 3) % 7 < 5) & (spring | (chance.random(len(days)) < 0.4))
    days = days[fits][:ROWS]
    seconds = (8 * 3_600 + chance.beta(2, 3, len(days)) * 10 * 3_600).astype(np.int64)
    naive = pa.array(days * DAY + seconds * 1_000_000).cast(pa.timestamp("us"))
    return naive if zone is None else pc.assume_timezone(naive, zone)


def local(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.local_timestamp(cells) if cells.type.tz else cells


def shares(values: pa.ChunkedArray, size: int) -> np.ndarray:
    return np.bincount(values.drop_null().to_numpy(), minlength=size) / len(values)


@pytest.mark.parametrize("zone", [None, "Europe/Berlin", "+05:30"])
@pytest.mark.parametrize("years", [1, 3, 12])
def test_hours_weekdays_and_months_are_kept(zone, years) -> None:
    cells = working_hours(1, zone, years)
    real = rows_of({Column("at", Kind.DATETIME, zone=zone): cells})
    made = learned(real).sample(ROWS, seed=1).table["at"]
    assert made.type == cells.type
    before, after = local(pa.chunked_array([cells])), local(made)
    assert set(pc.day_of_week(after).to_pylist()) <= {0, 1, 2, 3, 4}
    assert set(pc.hour(after).to_pylist()) <= set(range(8, 18))
    assert pc.min(pc.second(after)).as_py() == 0
    # Null: a second sample of one law; 5.5 standard errors of a difference of two shares.
    for part, size in ((pc.hour, 24), (pc.month, 13), (pc.day_of_week, 7)):
        one, other = shares(part(before), size), shares(part(after), size)
        error = np.sqrt(np.maximum(one, 0.01) * 2 / ROWS)
        assert (np.abs(one - other) < 5.5 * error + 0.015).all(), (part, one, other)
    low, high = pc.min(before).as_py(), pc.max(before).as_py()
    assert low - dt.timedelta(9) < pc.min(after).as_py()
    assert pc.max(after).as_py() < high + dt.timedelta(9)


def test_what_depends_on_the_hour_or_the_weekday_still_does() -> None:
    chance = seeds.stream(2, "hours")
    days, hour = chance.integers(17_000, 17_500, ROWS), chance.integers(24, size=ROWS)
    minute = chance.integers(60, size=ROWS)
    at = pa.array(days * DAY + hour * HOUR + minute * 60_000_000).cast(pa.timestamp("us"))
    is_night, is_weekend = (hour < 6) | (hour >= 22), (days + 3) % 7 >= 5
    load = np.where(is_night, 100, 0) + np.where(is_weekend, 40, 0) + chance.integers(20, size=ROWS)
    real = rows_of({Column("at", Kind.DATETIME): at, Column("load", Kind.INTEGER): pa.array(load)})
    made = learned(real).sample(ROWS, seed=1).table
    hours, loads = pc.hour(made["at"]).to_numpy(), made["load"].to_numpy()
    weekend = pc.day_of_week(made["at"]).to_numpy() >= 5
    night = (hours < 6) | (hours >= 22)
    # Without the hour (the weekday), either gap is 0; in the real rows they are 100 and 40.
    assert loads[night].mean() - loads[~night].mean() > 85
    assert loads[weekend].mean() - loads[~weekend].mean() > 30


def test_dates_stay_dates_and_lengths_keep_their_unit() -> None:
    chance = seeds.stream(3, "dates")
    days = chance.integers(10_000, 19_000, ROWS)
    zoned = pc.assume_timezone(pa.array(days * DAY).cast(pa.timestamp("us")), "America/New_York")
    took = chance.integers(1, 5_000, ROWS) * 60_000_000
    real = rows_of(
        {
            Column("born", Kind.DATETIME): pa.array(days * DAY).cast(pa.timestamp("us")),
            Column("there", Kind.DATETIME, zone="America/New_York"): zoned,
            Column("took", Kind.DURATION): pa.array(took, pa.duration("us")),
        }
    )
    made = learned(real).sample(ROWS, seed=1).table
    assert made.schema.types == real.table.schema.types
    for name in ("born", "there"):
        moments = local(made[name])
        assert moments.to_pylist() == pc.floor_temporal(moments, unit="day").to_pylist()
    assert (made["took"].cast(pa.int64()).to_numpy() % 60_000_000 == 0).all()


def test_missing_moments_are_missing_in_every_part() -> None:
    gone = seeds.stream(4, "gone").random(ROWS) < 0.3
    cells = pc.if_else(pa.array(gone), None, working_hours(4))
    made = learned(rows_of({Column("at", Kind.DATETIME): cells})).sample(ROWS, seed=1).table["at"]
    # Null: binomial, 5.5 standard deviations.
    assert abs(made.null_count / ROWS - gone.mean()) < 5.5 * np.sqrt(0.21 * 2 / ROWS)
    assert set(pc.day_of_week(made.drop_null()).to_pylist()) <= {0, 1, 2, 3, 4}


def test_a_lone_moment_far_away_is_neither_made_nor_saved() -> None:
    cells = working_hours(5).to_pylist()
    cells[7] = dt.datetime(2203, 4, 5, 6, 7, 8)
    real = rows_of({Column("at", Kind.DATETIME): pa.array(cells, pa.timestamp("us"))})
    forest = learned(real)
    assert pc.max(forest.sample(ROWS, seed=1).table["at"]).as_py().year < 2030
    assert "2203" not in repr(forest.dump().meta)
    day = (cells[7] - dt.datetime(1970, 1, 1)).days
    assert all(not np.isin([day, 2203], array).any() for array in forest.dump().arrays.values()
               if array.dtype.kind == "f")  # fmt: skip


def test_rows_with_a_given_moment_keep_it(tmp_path) -> None:
    columns = {
        Column("at", Kind.DATETIME): working_hours(6),
        Column("word", Kind.CATEGORY): pa.array(["a", "b"] * (ROWS // 2)).dictionary_encode(),
    }
    real = rows_of(columns)
    forest = learned(real)
    part = real.take(np.arange(300)).select(["at"])
    assert forest.complete(part, seed=1).table["at"].to_pylist() == part.table["at"].to_pylist()
    back = plugins.part_kinds.get("forest")(forest.dump())
    assert back.sample(300, seed=2).table == forest.sample(300, seed=2).table


@for_all(
    st.lists(st.datetimes(dt.datetime(1890, 1, 1), dt.datetime(2110, 1, 1)), min_size=1),
    st.booleans(),
)
def test_parts_put_together_are_the_moment(moments, has_year) -> None:
    numbers = np.array(
        [(m - dt.datetime(1970, 1, 1)) // dt.timedelta(microseconds=1) for m in moments]
    )
    columns = {"at": numbers.astype(float)}
    calendar = Calendar("at", has_year, True, True, -40_000.0, 60_000.0)
    calendar.split(columns)
    assert len(columns) == 3 + has_year
    calendar.join(columns)
    assert np.array_equal(columns["at"], numbers)


@pytest.fixture(scope="module", params=[1, 3])
def loads(request):
    """A World of moments over some years, and a load that follows the hour."""
    at = working_hours(5, years=request.param)
    hour = pc.hour(at).to_numpy()
    load = hour * 10 + seeds.stream(5, "loads").integers(20, size=len(hour))
    real = rows_of({Column("at", Kind.DATETIME): at, Column("load", Kind.INTEGER): pa.array(load)})
    return ww.fit(real, seed=0)


def test_rows_of_one_hour_are_made_though_hardly_any_row_is_of_it(loads) -> None:
    where = "at between '2018-03-06 10:00:00' and '2018-03-06 10:59:59'"
    made = loads.given(where).sample(300, seed=1)
    moments = made.table["at"]
    assert pc.min(moments).as_py() >= dt.datetime(2018, 3, 6, 10)
    assert pc.max(moments).as_py() < dt.datetime(2018, 3, 6, 11)
    assert made.table["load"].to_numpy().mean() == pytest.approx(110, abs=8)


def test_a_range_of_days_follows_the_law_that_trial_and_error_finds(loads) -> None:
    first, last = dt.datetime(2018, 3, 5), dt.datetime(2018, 3, 8, 12)
    steered = loads.given(f"at between '{first}' and '{last}'").sample(4_000, seed=2).table
    whole = loads.sample(400_000, seed=3).table
    tried = whole.filter(
        pc.and_(pc.greater_equal(whole["at"], first), pc.less_equal(whole["at"], last))
    )
    assert tried.num_rows > 1_000
    spread = 1 / tried.num_rows + 1 / steered.num_rows
    # Null: two samples of one law; 5 standard errors of each difference.
    for part in (pc.hour, pc.day):
        one, other = shares(part(tried["at"]), 32), shares(part(steered["at"]), 32)
        error = np.sqrt(np.maximum(one, 0.01) * spread)
        assert (np.abs(one - other) < 5 * error).all(), (part, one, other)
    gap = steered["load"].to_numpy().mean() - tried["load"].to_numpy().mean()
    assert abs(gap) < 5 * 25 * np.sqrt(spread)
