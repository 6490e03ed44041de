"""Tables: real tables, each cut in two; makers learn the same part, the same code measures them.

    __main__.py   what is asked for, and which jobs that makes
    job.py        a job, and what may be asked for          pool.py      two jobs at a time
    likeness.py   every maker on every table: the figures below
    density.py    how probable unseen rows are, to makers that say so (`finite.py`: of one space)
    frontier.py   our learner with other settings: likeness against memory
    attempts.py   what was tried for likeness beside the default
    growth.py     what a fit costs by rows and columns, and 500 columns
    evidence.py   rows under evidence: speed, rightness, likeness
                  (`evidence_asked.py`: conditions at random, `evidence_network.py`: a known law)

    sets.py       the seven real tables                     facts.py     what is known about one
    registry.py   makers by name, and where they live
    makers.py     ours and the baselines                    cart.py      sequential CART
    peers.py      other people's makers
    making.py     an order to a maker, run in a process     worker.py    that process
    coded.py      rows as numbers
    figures.py    likeness and use                          memory.py    membership and copies
    rules.py      what holds in all real rows
    seen.py       what was measured, read back              reached.py   the lines to reach
    summary.py, (attempts, frontier, growth, evidence)_summary.py     parts of RESULTS.md

Definitions. 80 % of the rows teach, 20 % are never seen; as many rows are made as teach; each seed
splits and teaches anew, and a figure is the mean over seeds with its standard error.
*C2ST* is the cross-validated AUC of boosting that tells made rows from as many unseen ones (10,000
at most; 0.5: cannot be told). *TSTR* is what boosting taught by made rows is worth on unseen ones:
AUC of the positive value, its mean over the classes, or R2 of a number; its *gap* is what the
teachers themselves give, less that. *Membership* is the AUC of telling teachers from unseen rows
by the ratio of their distances to other unseen rows and to made rows (DOMIAS; van Breugel et al.,
AISTATS 2023; 0.5: no memory). *Copies* is the share of made rows equal to a teacher in every
column. *Missing TVD* is the total variation distance between made and unseen rows of which cells
are missing. *Rows that break* are made rows that break a rule which holds in all real rows
(`rules.py`). CPU-s are those of the maker's process, its imports among them; peak MB is its memory,
on adult with the many rows that its speed is seen on.

`real` takes the teachers for made rows: what a perfect maker would have. `bootstrap` and
`marginals` are the ends of the scales: teachers drawn again, and each column alone. A new maker is
a function and its line in `registry.py`; a new table is the same in `sets.py`; a new kind of job is
a file with `jobs` and its line in `__main__.py`.
"""
