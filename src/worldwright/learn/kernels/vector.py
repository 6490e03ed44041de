"""One vector operation that the compiler does not find by itself: adding a row to a row.

Two arrays of a kernel might overlap for all that LLVM knows, so it would add eight numbers one by
one. The sums are the same to the last bit.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

LANES = 8


@intrinsic
def add_row(_typing: Any, into: Any, at: Any, rows: Any, row: Any) -> Any:
    """Add the eight 32-bit floats `rows[row]` to `into[at]`; both are (n, 8), row after row."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        places = []
        for array, index in ((0, 1), (2, 3)):
            kind = signature.args[array]
            held = context.make_array(kind)(context, builder, given[array])
            first = context.cast(builder, given[index], signature.args[index], types.intp)
            place = cgutils.get_item_pointer(
                context, builder, kind, held, [first, context.get_constant(types.intp, 0)]
            )
            places.append(builder.bitcast(place, ir.VectorType(ir.FloatType(), LANES).as_pointer()))
        total = builder.fadd(*(builder.load(place, align=4) for place in places))
        builder.store(total, places[0], align=4)
        return context.get_dummy_value()

    return types.void(into, at, rows, row), generate
