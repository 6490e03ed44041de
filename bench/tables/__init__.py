"""Tables: one real table, cut in two; makers learn the same part, the same code measures them.

    __main__.py   the jobs (maker, table, seed): split, make in a process of its own, measure
    sets.py       the real tables and what is known about them
    worker.py     runs in the maker's own environment: fit, sample, seconds
    makers.py     ours, the baselines and the peers, a function each
    cart.py       sequential CART, the strongest cheap peer
    figures.py    likeness, use and memory of made rows; knows no maker

Definitions. 80 % of the rows teach, 20 % are never seen; as many rows are made as teach. *C2ST* is
the cross-validated AUC of telling made rows from unseen ones (0.5: cannot be told). *TSTR* is the
AUC on unseen rows of a classifier taught by made rows (of more than two classes: the mean over
those with at least ten unseen rows). *Membership* is the AUC of telling teachers from unseen rows
by the ratio of their distances to other unseen rows and to made rows (DOMIAS; van Breugel et al.,
AISTATS 2023; 0.5: no memory). *Copies* is the share of made rows equal to a teacher
in every column. `real` and `bootstrap` are the ends of each scale: teachers as they are, and drawn
again; the copies of `real` are those among unseen rows, which chance alone gives. A new maker is a
function and its line in `MAKERS`; a new table is the same in `TABLES`.
"""
