"""What the author of a part runs in tests of their own: contracts, canaries, and laws' inputs.

    from worldwright.testing import check_learner

    def test_my_learner_keeps_the_contract():
        check_learner(my_learner)

    contract.py     check_generator, check_learner, check_metric, check_attack, check_control,
                    check_delusion
    generators.py   what every Generator keeps: a clause each, and its docstring is the rule
    conditions.py   what `given` keeps, of every Generator
    densities.py    what a density keeps, of those that know theirs
    chances.py      the tests by chance that they decide with, and their false-alarm rate
    learners.py     what every learner keeps
    answers.py      what every metric and every attack keeps
    controls.py     what every control keeps
    delusions.py    what every delusion keeps
    people.py       a small population with dependences, nulls and every kind of column
    visits.py       visits of clients: two tables, an order, gaps, a label
    canary.py       values planted in real rows, and where to look for them afterwards
    strategies.py   Hypothesis strategies for a Schema and a Dataset (needs hypothesis)

To add a rule to a contract, add a function to the tuple of its file.
"""

from .contract import (
    check_attack,
    check_control,
    check_delusion,
    check_generator,
    check_learner,
    check_metric,
)

__all__ = [
    "check_attack",
    "check_control",
    "check_delusion",
    "check_generator",
    "check_learner",
    "check_metric",
]
