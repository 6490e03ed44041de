"""A wrong encoding: vowels are written as two odd letters, as a file read with the wrong table."""

from __future__ import annotations

import numpy as np

from ... import plugins
from ..delusion import Ground, Planted, delusion
from ..ground import categories, missing, words
from ..planting import Place, as_words, edited, pick, some


@plugins.delusions("accents_broken")
@delusion(group="form", ladder=(0.002, 0.004, 0.008, 0.016, 0.032))
def accents_broken(ground: Ground, strength: float) -> Planted | str:
    """Some categories of one column are written in a broken encoding."""
    named = categories(ground, words_only=True)
    name = pick(ground, [n for n in named if _has_vowels(words(ground, n))])
    if name is None:
        return "no column of categories has words with vowels"
    values = words(ground, name)
    at = some(ground, ~missing(ground, name), strength)
    values[at] = [_broken(value) for value in values[at]]
    place = Place((name,), ("columns", "rules", "rows", "coverage"), f"the spelling of {name}")
    return edited(ground, {name: as_words(ground, name, values)}, place)


_VOWELS = str.maketrans(
    {
        vowel: accent.encode().decode("latin-1")
        for vowel, accent in zip("aeiouAEIOU", "àéîöüÀÉÎÖÜ", strict=True)
    }
)


def _broken(value: str) -> str:
    return value.translate(_VOWELS)


def _has_vowels(values: np.ndarray) -> bool:
    return all(value is None or _broken(value) != value for value in values)
