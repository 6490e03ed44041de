"""world: what is learned from the rows that teach, or a World that was saved before.

world:
  learner: forest                        # `ww plugins` lists them
  settings: {trees: 8}                   # the learner's own
  constraints: ["dst_bytes >= 0"]        # what holds in every made row

world: {load: worlds/flows}              # a saved World instead of a learner
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from ... import plugins
from ...errors import Fault, SpecError, nearest
from ...spec.forms import Form
from ...spec.project import Place, ProjectKey
from ..binding import condition_faults, together_faults
from ..state import Ground, Run

if TYPE_CHECKING:
    from ...generate.world import World

_DEFAULT = "forest"


class WorldForm(Form):
    """What may be written under `world`."""

    learner: str | None = None
    settings: dict[str, Any] | None = None
    load: str | None = None
    constraints: list[str] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Learned:
    """A World to learn."""

    learner: str
    settings: Mapping[str, Any]
    constraints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A World to load."""

    path: Path
    constraints: tuple[str, ...]


def _parse(form: WorldForm, place: Place) -> Learned | Loaded:
    constraints = tuple(form.constraints)
    if form.load is None:
        learner = form.learner or _DEFAULT
        if learner not in plugins.learners.names():
            what, mend = (
                f"no learner is named {learner!r}",
                nearest(learner, plugins.learners.names()),
            )
            raise SpecError(what, where=place.at("learner"), mend=mend)
        return Learned(learner, form.settings or {}, constraints)
    for key in ("learner", "settings"):
        if getattr(form, key) is not None:
            what = f"a World is either learned or loaded: both load and {key} stand here"
            raise SpecError(what, where=place.at(key), mend=f"take load or {key} away")
    return Loaded(place.path(form.load), constraints)


def _check(world: Learned | Loaded, ground: Ground) -> Iterator[Fault]:
    place = ground.project.place("world")
    texts = [(text, place.at("constraints", at)) for at, text in enumerate(world.constraints)]
    faults = list(condition_faults(ground, texts))
    yield from faults
    if not faults:
        yield from together_faults(ground, world.constraints, place.at("constraints"))
    if isinstance(world, Loaded) and not world.path.is_dir():
        mend = "check the path, which is relative to the project file; `ww fit` saves a World"
        yield Fault(f"there is no saved World {str(world.path)!r}", place.at("load"), mend)


def _tell(world: Learned | Loaded, ground: Ground) -> Iterator[str]:
    if isinstance(world, Loaded):
        yield f"loaded from {world.path}"
    else:
        yield f"learned by the {world.learner}"
    for text in world.constraints:
        yield f"in every made row: {text}"


def _files(world: Learned | Loaded) -> Iterator[Path]:
    if isinstance(world, Loaded):
        yield world.path


def _run(world: Learned | Loaded, run: Run) -> Run:
    from ...generate import load

    if isinstance(world, Loaded):
        found = load(world.path)
        return replace(
            run, world=found.constrain(*world.constraints) if world.constraints else found
        )
    kept = run.work / "world"
    if run.orders.resume and kept.exists():
        return replace(run, world=replace(load(kept), evidence=run.real))
    learned = _learn(world, run)
    learned.save(kept)
    return replace(run, world=learned)


def _learn(world: Learned, run: Run) -> World:
    from ...learn import fit

    assert run.real is not None
    return fit(
        run.real,
        target=run.target,
        learner=world.learner,
        seed=run.seed,
        constraints=world.constraints,
        settings=world.settings,
        progress=run.orders.progress,
    )


plugins.project_keys("world")(
    ProjectKey(
        stage=20,
        form=WorldForm,
        parse=_parse,
        check=_check,
        tell=_tell,
        files=_files,
        run=_run,
        absent={},
    )
)
