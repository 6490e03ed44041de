"""Learners for one table, and what they are made of.

    forest.py        the density forest, the default: what it draws, and how it is registered
    learning.py      rows -> Forest
    recast.py        columns as they are learned: rules and calendars taken apart, and put together
    finding.py       rules that hold in every real row: sums, copies, orders
    rules.py         how a rule comes to hold in every made row
    calendar.py      moments as day, weekday and time of day
    codes.py         columns <-> codes: what of a value may be told
    laws.py          ordered columns inside their codes: atoms, bins, groups
    inside.py        how probable a number is inside its code
    spikes.py        spikes and heaps of round numbers inside a bin
    groups.py        like values of a column of many categories
    trees.py         the trees of one column
    dependencies.py  A -> B that held in every row, and what is missing together
    deciding.py      how A -> B is found, and which column is drawn first
    orders.py        codes of columns in order that no values could put so
    hardly.py        what too few rows left unlearned, in words
    drawing.py       rows of codes, drawn or weighed
    density.py       how probable a row is
    evidence.py      what a condition on one column leaves of its codes
    conditioning.py  a Forest under rare evidence (steering.py, bending.py: towards it)
    completing.py    rows that are given in part
    telling.py       what is said of each column: how it is told, what it depends on
    ids.py           ids made anew
    patterns.py      ids by pattern: a row's number -> an id that no row had
    shapes.py        real ids -> their pattern
    saving.py        Forest <-> JSON and arrays
    settings.py      what may be chosen
    choosing.py      who chooses: a person, `effort`, `memory`, rows that did not teach
    room.py          how much memory a fit takes
    warm.py          machine code made ahead
    marginals.py     each column alone, the baseline (its law: marginal.py)

A new learner is a new file here, with a function under `@plugins.learners("<name>")`. Every file is
imported when a registry is first asked, so heavy libraries are imported inside functions; compiled
loops live in `../kernels`.
"""
