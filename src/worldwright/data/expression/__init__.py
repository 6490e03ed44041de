"""The one expression language: conditions on rows, as data.

It serves `where`, `given`, constraints and rules. Text is parsed to a tree of our own and compiled
to Arrow; nothing is ever run as code.

    attack = r2l and duration < 100
    `price (USD)` between 10 and 20 or `price (USD)` is null
    emp.var.rate <= cons.price.idx and not (job in (student, "self-employed"))

    expression   either | either or expression
    either       test | test and either
    test         not test | ( expression ) | COLUMN
                 | COLUMN (= == != <> < <= > >=) (VALUE | COLUMN)
                 | COLUMN [not] in ( VALUE, ... )
                 | COLUMN [not] between VALUE and VALUE
                 | COLUMN is [not] null

Names may hold dots, dashes and blanks; anything else (or a name that is a keyword) stands in
`backticks`. Values stand bare or in quotes. A bare word right of a comparison is a column if there
is one of that name, else a value; where both could be meant it is an error that says how to choose.
A COLUMN alone is true where a boolean column is true. Dates are ISO (2024-01-31, 2024-01-31 10:00);
durations are a number with a unit (90 s, 5 min, 2 h, 3 d).

There are two truth values. Every test of a null is false, and `!=`, `not in` and `not between` are
negations: `a != 5` holds where `a` is null.

    tokens.py    text -> tokens with their positions
    tree.py      the nodes, their canonical text                       Expression lives here
    parser.py    tokens -> tree
    meaning.py   tree + columns -> tree whose names and values are resolved; contradictions
    masks.py     resolved tree + rows -> a mask
"""

from .parser import parse
from .tree import Expression, conjunction

__all__ = ["Expression", "conjunction", "parse"]
