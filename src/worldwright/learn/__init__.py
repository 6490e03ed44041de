"""From a real Dataset to a World that draws rows like it.

A learner is a function that returns a finished, frozen Generator: there is no unfitted model to
hold by mistake.

    fit.py       fit: checks what it is given, asks a learner by name, signs the World
    tabular/     learners for one table: forest (the default), marginals (the baseline)
    kernels/     compiled loops that learners share

To add a learner write `tabular/<name>.py` and decorate its function with
`@plugins.learners("<name>")`; the contract's tests find it by themselves.
"""

from .fit import fit

__all__ = ["fit"]
