"""Releases: made rows, their lineage, their report and their card, sealed in one folder.

bundle.py      release, open_release, Release: the folder as a whole
manifest.py    what lies in the folder and its SHA-256; reads it back and checks it
trail.py       lineage.parquet: where each row came from
card.py        card.md: the data card, for people
croissant.py   croissant.json: the same for machines

A release never holds a real row, a value of few real rows, or an open hash of the evidence. To add
a file: write it in `bundle._fill`; the manifest finds it.
"""

from __future__ import annotations

from .bundle import Release, open_release, release

__all__ = ["Release", "open_release", "release"]
