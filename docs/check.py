"""The code blocks of the documentation, run as a reader would run them.

    python docs/check.py                       every page of the tutorial and the how-to
    python docs/check.py docs/how-to/fit.md    one page

Blocks of a page run in order, in one folder that holds the real rows of the examples:

    ```python     all in one namespace
    ```console    each line that begins with `$ `, in a shell; it may end in `# exits 1`
    ```yaml       and other kinds, where the line before says ``<!-- file: NAME -->``: written there

A block after the line ``<!-- not run -->`` is shown only.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
FENCE = re.compile(
    r"(?:^<!-- (?P<note>[^>]*) -->\n+)?^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.M | re.S
)


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: its kind, its text, the note above it, and the line where it begins."""

    kind: str
    text: str
    note: str
    line: int

    @property
    def runs(self) -> bool:
        """True where the block is code, and not only shown."""
        return self.kind in ("python", "console") and self.note != "not run"


def pages() -> list[Path]:
    """Return the pages that have blocks to run: the README, the tutorial, the how-to."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*/*.md"))]
    lessons = [page for page in found if page.parent.name not in ("reference", "decisions")]
    return [page for page in lessons if any(block.runs for block in blocks(page))]


def blocks(page: Path) -> Iterator[Block]:
    """Yield the fenced blocks of `page`."""
    text = page.read_text()
    for found in FENCE.finditer(text):
        line = text.count("\n", 0, found.start("text")) + 1
        yield Block(found["kind"], found["text"], found["note"] or "", line)


def prepare(folder: Path) -> None:
    """Put the example tables into `folder`, under their own names."""
    for table in sorted((ROOT / "examples").glob("*/*.csv.gz")):
        (folder / table.name).symlink_to(table)


def run(page: Path, folder: Path) -> int:
    """Run every block of `page` in `folder`; return how many ran."""
    names: dict[str, object] = {"__name__": "page"}
    ran = 0
    for block in blocks(page):
        if block.note == "not run":
            continue
        if block.note.startswith("file: "):
            (folder / block.note.removeprefix("file: ")).write_text(block.text)
        elif block.kind == "python":
            source = "\n" * (block.line - 1) + block.text
            exec(compile(source, str(page), "exec"), names)  # our own page, in our own check
        elif block.kind == "console":
            _shell(block, folder)
        else:
            continue
        ran += 1
    return ran


def _shell(block: Block, folder: Path) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for line in block.text.splitlines():
        if line.startswith("$ "):
            command, _, note = line[2:].partition("  # exits ")
            env = {**os.environ, "PATH": path}
            done = subprocess.run(
                command, shell=True, cwd=folder, env=env, capture_output=True, text=True
            )
            wanted = int(note or 0)
            assert done.returncode == wanted, f"{line}\n{done.stdout}\n{done.stderr}"


def check(page: Path) -> None:
    """Run one page in a folder of its own, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="page-") as folder:
        prepare(Path(folder))
        os.chdir(folder)
        os.environ["XDG_STATE_HOME"] = f"{folder}/.state"  # the reader's secret is not touched
        run(page, Path(folder))


def check_apart(page: Path) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """Run one page in a process of its own: what it registers is not there for the next."""
    command = [sys.executable, __file__, str(page)]
    return page, subprocess.run(command, capture_output=True, text=True)


def main() -> int:
    """Run the page named on the command line, or all of them, two at a time."""
    if named := sys.argv[1:]:
        for page in [Path(name).resolve() for name in named]:
            check(page)
        return 0
    failed = 0
    with ThreadPoolExecutor(2) as workers:
        for page, done in workers.map(check_apart, pages()):
            print(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {page.relative_to(ROOT)}")
            if done.returncode:
                print(done.stderr, file=sys.stderr)
                failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
