"""The judge's questions, one file each. To add one, add a file.

    cells.py       columns and pairs: counts in cells against real-against-real splits
    classifier.py  rows: can anything tell made rows from real ones?
    label.py       label: is it wrong, leaked, or drifted, given the rest of the row?
    bias.py        bias: are gaps of the label between groups kept, shrunk or amplified?
    rules.py       rules: what holds in 99.9 % of real rows, does it hold in the made ones?
    worth.py       what the made rows add to a task, against what costs nothing

A metric is a function of a `Case` that returns an `Answer`, declared with `@metric(...)` and
registered with `@plugins.metrics("name")`. Heavy libraries are imported inside it.
"""
