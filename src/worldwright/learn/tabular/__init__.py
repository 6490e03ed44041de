"""Learners for one table, and what they are made of.

    forest.py        the density forest, the default: what it draws, and how it is registered
    learning.py      rows -> Forest
    codes.py         columns <-> codes: what of a value may be told
    laws.py          ordered columns inside their codes: atoms, bins, groups
    trees.py         the trees of one column
    dependencies.py  A -> B that held in every row
    drawing.py       rows of codes, drawn or weighed
    completing.py    rows that are given in part
    ids.py           ids made anew
    saving.py        Forest <-> JSON and arrays
    settings.py      what may be chosen
    warm.py          machine code made ahead
    marginals.py     each column alone, the baseline (its law: marginal.py)

A new learner is a new file here, with a function under `@plugins.learners("<name>")`. Every file is
imported when a registry is first asked, so heavy libraries are imported inside functions; compiled
loops live in `../kernels`.
"""
