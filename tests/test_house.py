"""The house keeps its law: imports go down, files stay small, the public page is as agreed.

The law is read off the syntax trees, so it holds for imports inside functions and for those under
TYPE_CHECKING too.
"""

from __future__ import annotations

import ast
import copy
import statistics
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import worldwright
from worldwright import errors

ROOT = Path(worldwright.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))

FLOORS = (
    ("plugins", "errors", "seeds"),
    ("data",),
    ("spec",),
    ("generate", "judge", "guard"),
    ("learn", "simulate", "write", "probe", "scale", "watch"),
    ("loop",),
    ("testing",),
    ("serve",),
)
FLOOR = {room: at for at, floor in enumerate(FLOORS) for room in floor}
# One room of a floor that others of it stand on: the leaves have no order among themselves.
LEAVES = FLOORS[0]

PUBLIC = {
    "Column", "Cover", "Dataset", "Kind", "Lineage", "Release", "Report", "Schema",
    "Split", "Wish", "World", "WorldwrightError", "__version__", "check", "estimate", "fit",
    "given", "guard", "init", "judge", "list_plugins", "load", "mix", "open_release", "read",
    "reassess", "release", "run", "self_test", "show",
}  # fmt: skip

HEAVY = ("numba", "sklearn", "lightgbm", "altair", "pydantic", "typer", "rich", "pandas", "scipy")


def name_of(path: Path) -> str:
    parts = ("worldwright", *path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


NAMES = {name_of(path): path for path in MODULES}


def imported(path: Path, nodes: list[ast.AST] | None = None) -> set[str]:
    """Names of our own modules that the file imports, by the longest name that is a module."""
    found = set()
    package = name_of(path) if path.name == "__init__.py" else name_of(path).rpartition(".")[0]
    for node in ast.walk(tree_of(path)) if nodes is None else nodes:
        if isinstance(node, ast.Import):
            found |= {_module(alias.name) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            up = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = (
                ".".join([*up, node.module] if node.module else up) if node.level else node.module
            )
            found |= {_module(f"{base}.{alias.name}") for alias in node.names}
    return {module for module in found if module.startswith("worldwright")}


def _module(name: str) -> str:
    """Cut a dotted name down to the module that it names or that holds it."""
    if not name.startswith("worldwright"):
        return name
    while name not in NAMES and "." in name:
        name = name.rpartition(".")[0]
    return name


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def spoken(node: ast.AST) -> str:
    return f"line {getattr(node, 'lineno', '?')}"


def test_the_law_sees_imports_inside_functions_and_for_typing() -> None:
    seen = imported(ROOT / "data" / "dataset.py")
    assert {"worldwright.data.fingerprint", "worldwright.data.split", "worldwright.seeds"} <= seen
    quick = imported(ROOT / "data" / "dataset.py", at_import(ROOT / "data" / "dataset.py"))
    assert "worldwright.data.split" not in quick


def test_every_room_has_a_floor() -> None:
    rooms = {room_of(name) for name in NAMES} - {"", "__main__"}
    assert rooms <= set(FLOOR), rooms - set(FLOOR)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_down_only(path: Path) -> None:
    here = room_of(name_of(path)).replace("__main__", "serve")
    if not here:
        return
    for module in sorted(imported(path)):
        there = room_of(module)
        if there == here:
            continue
        if here == "serve":
            # A face uses the public page; errors and the steps of progress are part of its words.
            assert there in ("", "errors", "data"), f"{module} is not the public API"
            continue
        assert there, f"{name_of(path)} imports the package's front page"
        down = FLOOR[there] < FLOOR[here]
        leaf = here in LEAVES and there in LEAVES
        assert down or leaf, f"{name_of(path)} imports {module}, which is not below it"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nobody_imports_a_private_module_of_another_package(path: Path) -> None:
    package = name_of(path) if path.name == "__init__.py" else name_of(path).rpartition(".")[0]
    for module in imported(path):
        parts = module.split(".")
        private = next((at for at, part in enumerate(parts) if part.startswith("_")), None)
        if private is not None:
            owner = ".".join(parts[:private])
            assert package == owner or package.startswith(f"{owner}."), f"{module} is private"


def at_import(path: Path) -> list[ast.AST]:
    """Nodes that run when the module is imported: not in functions, not under TYPE_CHECKING."""
    nodes: list[ast.AST] = []
    waiting: list[ast.AST] = list(tree_of(path).body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            waiting.extend(node.orelse)
            continue
        nodes.append(node)
        waiting.extend(ast.iter_child_nodes(node))
    return nodes


def test_no_modules_import_each_other_in_a_circle() -> None:
    # A package's own page may name its files and they may name its other files: an edge to a
    # package from inside it is the import system's and not ours.
    edges = {
        name: {
            other
            for other in imported(path, at_import(path))
            if other != name and not name.startswith(f"{other}.")
        }
        for name, path in NAMES.items()
    }
    done: set[str] = set()

    def walk(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join([*trail[trail.index(name) :], name])
        if name in done:
            return
        for other in sorted(edges[name]):
            walk(other, (*trail, name))
        done.add(name)

    for name in sorted(edges):
        walk(name, ())


def test_no_file_lies_deeper_than_three_folders() -> None:
    deep = [name for name, path in NAMES.items() if len(path.relative_to(ROOT).parts) > 3]
    assert not deep


def test_the_public_page_is_as_agreed() -> None:
    assert set(worldwright.__all__) == PUBLIC
    assert len(PUBLIC - {"__version__"}) < 30
    assert sorted(worldwright.__all__) == list(worldwright.__all__)
    assert all(hasattr(worldwright, name) for name in PUBLIC)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_file_has_one_reason_to_be_opened(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 600
    assert ast.get_docstring(tree_of(path)), "a module says what it is"


def test_the_median_file_is_short() -> None:
    lengths = [len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES]
    assert statistics.median(lengths) < 150


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return [node for node in ast.walk(tree_of(path)) if isinstance(node, kinds)]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_function_fits_on_a_screen(path: Path) -> None:
    for function in functions(path):
        length = (function.end_lineno or 0) - function.lineno + 1
        assert length <= 60, f"{function.name} has {length} lines"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_is_evaluated_unpickled_swallowed_or_put_off(path: Path) -> None:
    assert "TO" + "DO" not in path.read_text(encoding="utf-8")
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = {alias.name.split(".")[0] for alias in node.names}
            names.add((getattr(node, "module", None) or "").split(".")[0])
            assert not names & {"pickle", "cPickle", "dill", "cloudpickle", "joblib"}, spoken(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"eval", "exec"}, spoken(node)
        if isinstance(node, ast.ExceptHandler):
            broad = node.type is None or ast.unparse(node.type) in ("Exception", "BaseException")
            silent = all(isinstance(step, ast.Pass) for step in node.body)
            assert not (broad and silent), f"swallowed at {spoken(node)}"


ALLOWED_RANDOM = {"Generator", "Philox"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_chance_enters_through_the_seed_alone(path: Path) -> None:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "np.random":
            assert node.attr in ALLOWED_RANDOM, f"np.random.{node.attr} at {spoken(node)}"
        if isinstance(node, ast.Import):
            assert "random" not in {alias.name for alias in node.names}, spoken(node)
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("time.time", "datetime.now"):
            raise AssertionError(f"a clock at {spoken(node)}")


def test_no_code_or_page_names_the_machine_it_was_written_on() -> None:
    project = ROOT.parent.parent
    folders = ("src", "tests", "docs", "examples", "bench")
    endings = {".py", ".md", ".yaml", ".toml", ".json"}
    words = ["/wo" + "rk/", "../sha" + "red", "/tmp" + "/v/"]
    pages = [*project.glob("*.md"), *project.glob("*.toml"), *project.glob("Makefile")]
    for folder in folders:
        pages += [p for p in (project / folder).rglob("*") if p.suffix in endings]
    named = [
        str(page.relative_to(project))
        for page in pages
        if any(word in page.read_text(encoding="utf-8") for word in words)
    ]
    assert not named


IMPORT = """
import sys, time
start = time.process_time()
import {modules}
print(time.process_time() - start)
print(*sorted({{name.split('.')[0] for name in sys.modules}}))
"""


def cost_of(modules: str) -> tuple[float, set[str]]:
    """CPU seconds of an import in a process of its own, and the packages then loaded."""
    code = IMPORT.format(modules=modules)
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds, loaded = run.stdout.splitlines()
    return float(seconds), set(loaded.split())


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert not set(HEAVY) & cost_of("worldwright")[1]


def test_importing_the_package_costs_little_beside_its_arrays_and_columns() -> None:
    # A ratio, since seconds are another machine's; the best of several, in turn, since a
    # machine that others keep busy slows either.
    ours = peers = float("inf")
    for _ in range(8):
        ours = min(ours, cost_of("worldwright")[0])
        peers = min(peers, cost_of("numpy, pyarrow.compute")[0])
    assert ours < 2 * peers, (ours, peers)


def test_an_error_crosses_to_another_process_whole() -> None:
    fault = errors.Fault("the file is empty", "rows.csv", "give rows")
    other = errors.Fault("no header", "rows.csv", "name the columns")
    error = errors.ReadError.of([fault, other])
    again = copy.copy(error)  # by the same way as between processes
    assert type(again) is errors.ReadError
    assert again.faults == (fault, other)
    assert str(again) == str(error)
