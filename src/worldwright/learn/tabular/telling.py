"""What the forest says of each column: how its values are told, and what they depend on.

The gain of a column's splits says which earlier column its trees asked, also where there was only
noise to ask about. So the strongest one is measured besides: of what there is to tell about the
column, the share that it tells alone, I(A; B) / H(B) (Theil's uncertainty coefficient), of codes in
at most `GROUPS` groups, less what chance adds (Miller & Madow 1955). 0: nothing, 1: it decides it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from .codes import Codes, Named
from .trees import Coded, Trees

GROUPS = 16
MOST_NAMED = 3
LOOKED_AT = 20_000
DEFAULT, ASKED = "default", "asked for"


def told_as(codes: Codes) -> dict[str, int]:
    """Return how many values, or bins and atoms, a column has, and whether a null is one more."""
    missing = int(codes.null >= 0)
    if isinstance(codes, Named):
        return {"values": codes.size - missing, "missing": missing}
    atoms = len(codes.law.atoms)
    return {"bins": codes.size - atoms - missing, "atoms": atoms, "missing": missing}


def strongest(names: Sequence[str], trees: Sequence[Trees | None]) -> dict[str, dict[str, float]]:
    """Return the columns whose splits gained most, with their shares, by column that has trees."""
    found = {}
    for name, of in zip(names, trees, strict=True):
        if of is not None:
            total = max(float(of.gains.sum()), 1e-300)
            ranked = np.argsort(-of.gains, kind="stable")[:MOST_NAMED]
            found[name] = {
                names[j]: round(float(of.gains[j]) / total, 3) for j in ranked if of.gains[j] > 0
            }
    return found


def told_alone(coded: Coded, found: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Return how much the first column that was found tells of each column, from 0 to 1."""
    at = {name: place for place, name in enumerate(coded.names)}
    every = max(1, -(-coded.codes.shape[1] // LOOKED_AT))
    told = {}
    for name, earlier in found.items():
        if first := next(iter(earlier), None):
            groups = [_grouped(coded, at[one], every) for one in (first, name)]
            told[name] = round(_share_told(*groups), 3)
    return told


def _grouped(coded: Coded, column: int, every: int) -> np.ndarray:
    """Return the codes in at most GROUPS groups: neighbours, or the rarest together."""
    codes = coded.codes[column, ::every].astype(np.int64)
    counts = np.bincount(codes, minlength=int(coded.sizes[column]))
    if coded.unordered[column]:
        rank = np.empty(len(counts), np.int64)
        rank[np.argsort(-counts, kind="stable")] = np.arange(len(counts))
        return np.minimum(rank, GROUPS - 1)[codes]
    middle = (np.cumsum(counts) - counts / 2) / max(len(codes), 1)
    return np.minimum(middle * GROUPS, GROUPS - 1).astype(np.int64)[codes]


def _share_told(earlier: np.ndarray, column: np.ndarray) -> float:
    both = _entropy(earlier * GROUPS + column)
    alone = _entropy(column)
    told = alone + _entropy(earlier) - both
    return float(np.clip(told / alone, 0, 1)) if alone > 0 else 0.0


def _entropy(groups: np.ndarray) -> float:
    """Return the entropy in nats, less the bias of counting few rows."""
    counts = np.bincount(groups)
    share = counts[counts > 0] / len(groups)
    return float(-(share * np.log(share)).sum() + (len(share) - 1) / (2 * len(groups)))
