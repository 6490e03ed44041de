"""reassess: the assumptions of a World or a release, held against new real rows.

What they said before is read from the ledger beside them, or from the release's own report; what
they say now is added to that ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..data import ledger_file
from ..data.dataset import Dataset
from ..data.fingerprint import keyed
from ..data.ledger import Ledger, Standing
from ..data.release import Release, open_release
from ..errors import AskedError, StoreError
from ..generate import load
from ..generate.world import World
from ..spec.assumption import Assumption, Declared


@dataclass(frozen=True, slots=True)
class Subject:
    """What is asked: its assumptions, how they stood, who taught it, where its ledger lies."""

    assumptions: tuple[Assumption, ...]
    before: Mapping[str, str]
    evidence: Dataset | None
    ledger: Path | None


def reassess_source(
    source: World | Release | str | Path, against: Dataset, real: Dataset | None, seed: int
) -> Ledger:
    """Test what `source` assumes on the rows of `against`, and add the outcome to its ledger."""
    from ..judge.ledger.again import again

    subject = _subject(source)
    if not subject.assumptions:
        raise AskedError(
            "there are no assumptions to test",
            where="reassess(...)",
            mend="say some: world.assume('...'), or under assumptions: in the project file",
        )
    ledger = again(
        subject.assumptions,
        against=against,
        real=real or subject.evidence,
        before=subject.before,
        seed=seed,
    )
    if subject.ledger is not None:
        ledger_file.append(
            subject.ledger, ledger.rows, occasion="against new rows", real=[keyed(against)]
        )
    return ledger


def _subject(source: World | Release | str | Path) -> Subject:
    if isinstance(source, World):
        return Subject(source.assumptions, {}, source.evidence, None)
    if isinstance(source, Release):
        return _of_release(source)
    path = Path(source)
    if (path / "world.json").is_file():
        beside = ledger_file.path_beside(path)
        return Subject(load(path).assumptions, ledger_file.standings(beside), None, beside)
    if not path.is_dir():
        raise StoreError(
            "there is neither a saved World nor a release",
            where=str(path),
            mend="name the folder of a World that was saved, or the one that release() wrote",
        )
    return _of_release(open_release(path))


def _of_release(release: Release) -> Subject:
    rows = release.report().ledger
    beside = ledger_file.path_beside(release.path)
    assumptions = tuple(
        Assumption(row.says, row.because, row.by, row.source, Declared(row.declared))
        for row in rows
    )
    stood = {row.says: str(row.verdict) for row in rows if row.verdict is not Standing.UNTESTED}
    return Subject(assumptions, {**stood, **ledger_file.standings(beside)}, None, beside)
