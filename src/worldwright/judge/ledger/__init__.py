"""The ledger: each assumption of a World, tested on real rows that it did not come from.

    rows.py       what a test sees: one side's rows; how counts of real rows may be told
    tested.py     Tested: what one test says
    shares.py     constraints, never, rates, times likelier: exact binomial tests
    columns.py    columns as standardised features, and as what a regression reads
    residuals.py  what is left of features once given columns are known
    edges.py      directions, and conditional independence (declared absent edges)
    lawful.py     does a number follow the law that is claimed where an event happens?
    merged.py     are the values that a learner merged alike?
    period.py     is it as it was in the training period?
    book.py       every assumption of a World → the rows of the ledger
    again.py      the same, on new real rows: what stood then, and what stands now

To test one more form of statement, add its function to a file here and its class to `book.py`.
"""
