"""What rare rows are worth: forty true examples are left, everything else stays as it is.

Seven tasks (`tasks.py`). A draw cuts a third of the rows off as rows that judge, and leaves forty
rare ones among the others. `World.sample(Wish(amplify=...))` then makes what it thinks worth it,
without beliefs and with those of `beliefs.yaml`; the default boosting is fitted on real and made
rows and scored by average precision on the third, beside

    nothing, class weights, equal-size resampling, SMOTENC    these set the worth
    balanced bagging, the tilt's own model                    these set the advice

all on the same real rows, and beside the best of the first three with 60, 100, 160 and 250 rare
rows. Nothing of the third is seen by anything before it judges. Draws from 100 on are for choosing
the engine's constants; those below are held out. What is measured lies in results/worth.jsonl;
RESULTS.md has no section of it yet.

    python -m bench.worth                       what is not there yet
    python -m bench.worth --tasks telco --draws 2 --first 100
"""
