"""Attack: a function from a Case to an Answer, that says beforehand what it will answer.

What it promises stands on the function, so that gates are checked before anything is attacked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, cast

from ..data.report import Answer
from .case import Case


class Attack(Protocol):
    """Tries to learn about real people from made rows. Its docstring is its page."""

    questions: tuple[str, ...]
    figures: tuple[str, ...]

    def __call__(self, case: Case) -> Answer: ...


def answers(*questions: str, figures: tuple[str, ...]) -> Callable[[Callable[..., Answer]], Attack]:
    """Write on the decorated attack which questions it answers and which figures it measures."""

    def declare(function: Callable[..., Answer]) -> Attack:
        attack = cast(Attack, function)
        attack.questions, attack.figures = questions, figures
        return attack

    return declare
