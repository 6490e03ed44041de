"""Worldwright: make the data you wish you had, and prove what it is worth.

    real, holdout = ww.read("flows.csv.gz").split(0.7, seed=1)
    world = ww.fit(real, target="attack")
    made = world.sample(10_000, seed=7)
    report = ww.judge(made, real=real, holdout=holdout, target="attack")

The rooms, from the top floor down; imports point down this list and never back up:

    serve/     faces: the commands of `ww`                  -> the public API: this page
    loop/      the main job: project file → the whole loop
    learn/     from real rows to a Generator
    judge/     is it like, is it worth it?                      guard/     who could be hurt?
    generate/  Generator, World, given, mix; Wish → Plan → blocks
    spec/      what we wish and what we know, read from files
    data/      what flows: Dataset, Schema, Lineage, Report, Release
    plugins.py · errors.py · seeds.py

Importing this package loads nothing heavy: each public function imports what it needs when called.
"""

from __future__ import annotations

from . import plugins
from .data.dataset import Dataset
from .data.lineage import Lineage
from .data.read import read
from .data.release import Release, open_release, release
from .data.report import Report
from .data.schema import Column, Kind, Schema
from .data.split import Split
from .errors import WorldwrightError
from .generate import given, load, mix
from .generate.world import World
from .guard import guard
from .judge import judge
from .judge.estimating import estimate
from .judge.selftest import self_test
from .learn import fit
from .loop import check, init, list_plugins, reassess, run, show
from .spec.amplify import Amplify as Amplify  # the long form of a value of Wish(amplify=)
from .spec.wish import Cover, Wish

__version__ = "0.1.0"

__all__ = [
    "Column",
    "Cover",
    "Dataset",
    "Kind",
    "Lineage",
    "Release",
    "Report",
    "Schema",
    "Split",
    "Wish",
    "World",
    "WorldwrightError",
    "__version__",
    "check",
    "estimate",
    "fit",
    "given",
    "guard",
    "init",
    "judge",
    "list_plugins",
    "load",
    "mix",
    "open_release",
    "read",
    "reassess",
    "release",
    "run",
    "self_test",
    "show",
]

plugins.readers.home("worldwright.data.readers")
plugins.learners.home("worldwright.learn.tabular")
plugins.part_kinds.home("worldwright.generate")
plugins.part_kinds.home("worldwright.learn.tabular")
plugins.metrics.home("worldwright.judge.metrics")
plugins.controls.home("worldwright.judge.controls")
plugins.delusions.home("worldwright.judge.delusions")
plugins.attacks.home("worldwright.guard.attacks")
plugins.amplifiers.home("worldwright.learn.rare")
plugins.project_keys.home("worldwright.loop.keys")
