"""Judge: what it catches that was planted, and how often it accuses rows that are real.

    __main__.py   the jobs: untouched samples, planted faults, peers
    middle.py     how strong each fault must be, fixed before the judge is tuned: middle.json
    told.py       tests that were told the kind and the place; coding.py cuts their cells
    grounds.py    three parts of a real set that share no row
    sets.py       eleven real sets with their order, keys and references
    verdict.py    what the judge says of one draw
    rooms.py      rows where a peer can read them; peers.py runs where only the peer is installed
    attempts.py   other ways to bring the tests together, on the same plants
    summary.py    the lines as tables of RESULTS.md

Definitions. In each job, rows that stand as made, rows that judge and rows that taught are as many,
and none is shared (2,000 of each, or a third of a smaller set). *Alarm*: `report.faults` is not
empty, on rows with nothing planted. *Caught*: it is not empty, on rows with one fault at its middle
strength. *Place right*: the first fault names a planted column and at most three columns in all (or
planted ones alone); for faults that lie in whole rows, its question is one of those that this kind
belongs to. *Strictly right*: the question is one of those too, and the columns are all, some, or
more than all of the planted ones. *p*: the least family-wise p of all tests that have a null by
splits, and that of each question that brings an exact p of its own. Kinds that are *unseen* were
not looked at while the judge was tuned. Peers are shown the main table without ids, and judged at
their own bars (peers.py); faults of other tables are not shown to them.
"""
