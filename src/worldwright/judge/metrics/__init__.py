"""The judge's questions, one file each. To add one, add a file.

    columns.py      each column alone; pairs.py: each two; tails.py: extremes
    subgroups.py    inside parts of the rows, and three columns together
    missingness.py  what is missing, with what, depending on what
    rules.py        what holds in 99.9 % of real rows, does it hold in the made ones?
    classifier.py   rows: can anything tell made rows from real ones, and where?
    label.py        label: is it wrong, leaked, or drifted, given the rest of the row?
    bias.py         bias: are gaps of the label between groups kept, shrunk or amplified?
    time.py         gaps, order, season, period
    references.py   keys, references, families; tables.py: columns and pairs of other tables
    memory.py       rows that repeat teachers; size.py: each other; coverage.py: what is never made
    assumptions.py  the ledger: what the World takes for true
    worth.py        what the made rows add to a task, against what costs nothing

A metric is a function of a `Case` that returns `Tests` or an `Answer`, declared with
`@metric(...)` and registered with `@plugins.metrics("name")`. Heavy libraries are imported inside.
"""
