"""Rows that are given in part: what is there stays, what is missing is drawn given it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from small_shop import column

from worldwright.data.dataset import Dataset
from worldwright.data.lineage import Lineage
from worldwright.data.schema import Schema, TableSchema
from worldwright.errors import WishError
from worldwright.generate.world import World
from worldwright.spec.wish import Wish


def in_part(shop: Dataset, **cells: list[object]) -> Dataset:
    """Return rows of the shop with only these columns."""
    columns = tuple(shop.schema.main[name] for name in cells)
    types = {column.name: shop.table.schema.field(column.name).type for column in columns}
    arrays = {name: pa.array(cells[name]).cast(kind) for name, kind in types.items()}
    return Dataset(
        {"shop": pa.table(arrays)}, Schema({"shop": TableSchema(columns)}), Lineage("tests")
    )


@pytest.mark.parametrize("sort", ["completable", "by groups"])
def test_known_values_stay_and_the_rest_is_drawn(world, tied, shop, sort) -> None:
    maker = world if sort == "completable" else tied
    region = ["mars", None, "north", "mars"] * 50
    items = [1, 4, None, None] * 50
    made = maker.sample(Wish(keep=in_part(shop, region=region, items=items)), seed=3)
    assert made.rows == 200
    assert made.columns == shop.columns
    for got, kept in zip(column(made, "region"), region, strict=True):
        assert got == kept or (kept is None and got is not None)
    for got, kept in zip(column(made, "items"), items, strict=True):
        assert got == kept or (kept is None and got is not None)
    assert len(set(column(made, "paid"))) > 50


def test_what_is_drawn_follows_from_what_is_there(tied, shop) -> None:
    kept = in_part(shop, region=["mars", "north"] * 100)
    made = tied.sample(Wish(keep=kept), seed=3)
    assert set(column(made, "items")[::2]) == {1}
    assert set(column(made, "items")[1::2]) == set(range(1, 9))


@pytest.mark.parametrize("sort", ["completable", "by groups"])
def test_constraints_hold_in_completed_rows(world, tied, shop, sort) -> None:
    maker = (world if sort == "completable" else tied).constrain("items < 4")
    made = maker.sample(Wish(keep=in_part(shop, region=["north", "south"] * 40)), seed=3)
    assert max(column(made, "items")) < 4
    assert column(made, "region") == ["north", "south"] * 40


def test_kept_rows_that_contradict_a_constraint_are_refused(world, shop) -> None:
    with pytest.raises(WishError) as caught:
        world.constrain("items < 4").sample(Wish(keep=in_part(shop, items=[2, 6])), seed=3)
    assert str(caught.value) == (
        "1 of 2 kept rows were not completed in 64 attempts\n"
        "  where: Wish(keep=...), under the condition items < 4\n"
        "  mend:  keep rows that can meet the constraints of the world, or loosen the constraints"
    )


def test_a_column_that_the_world_does_not_have_is_refused(world, shop) -> None:
    named = shop.select(["region"])
    odd = Dataset(
        {"shop": named.table.rename_columns(["regoin"])},
        Schema({"shop": TableSchema((named.column("region").__class__("regoin", "category"),))}),
        Lineage("tests"),
    )
    with pytest.raises(WishError, match="did you mean 'region'"):
        world.sample(Wish(keep=odd), seed=3)


def test_keep_stands_alone_in_a_wish(shop) -> None:
    with pytest.raises(WishError, match="rows to complete cannot be shaped as well"):
        Wish(keep=shop, rows=10)


def test_completed_rows_are_written_by_workers_too(world, shop, tmp_path) -> None:
    kept = shop.select(["region", "items"]).sample(70_000, seed=1)
    folder = world.write(Wish(keep=kept), tmp_path / "out", seed=3, workers=2)
    made = world.sample(Wish(keep=kept), seed=3)
    import pyarrow.parquet as pq

    written = pa.concat_tables([pq.read_table(p) for p in sorted(folder.glob("part-*"))])
    assert np.array_equal(written["paid"].to_numpy(), made.table["paid"].to_numpy(), equal_nan=True)
    assert written["region"].to_pylist() == column(kept, "region")
    assert isinstance(world, World)


def test_to_complete_is_to_wish_for_the_rows_that_are_kept(world, shop) -> None:
    kept = in_part(shop, region=["north", "south"] * 40)
    done = world.complete(kept, seed=3)
    assert done.fingerprint() == world.sample(Wish(keep=kept), seed=3).fingerprint()
    assert done.table["region"].to_pylist() == ["north", "south"] * 40
    assert world.complete(kept, seed=4).fingerprint() != done.fingerprint()
