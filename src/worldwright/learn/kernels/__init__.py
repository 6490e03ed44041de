"""Compiled loops of the learners: imported by the first fit or draw, and not before.

    compiled.py   the decorator of every kernel, and where their machine code is kept
    chance.py     counter-based random numbers for kernels
    grow.py       one density tree: splits on histograms of random projections
    shrink.py     how far a draw at a node is pulled towards the node above
    descend.py    the way to a leaf, and the weight of a code there
    draw.py       draws of a column for many rows at once
    laws.py       the whole law of a column for each row
    bent.py       draws from a law that is bent, by sums at the nodes
    scale.py      factors by iterative scaling
    values.py     from codes to numbers, drawn inside their bins
    relate.py     how columns of codes go together

Nothing here knows a Dataset: kernels take arrays and fill arrays, release the interpreter's lock,
and are byte-identical on any number of threads.
"""
