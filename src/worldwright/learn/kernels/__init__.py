"""Compiled loops of the learners: imported by the first fit or draw, and not before.

    compiled.py   the decorator of every kernel, and where their machine code is kept
    chance.py     counter-based random numbers for kernels
    grow.py       one density tree: splits on histograms of random projections
    descend.py    draw a code from a column's trees, or weigh one
    values.py     from codes to numbers, drawn inside their bins
    relate.py     how columns of codes go together

Nothing here knows a Dataset: kernels take arrays and fill arrays, release the interpreter's lock,
and are byte-identical on any number of threads.
"""
