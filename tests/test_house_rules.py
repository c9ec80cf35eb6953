"""The rules of the house: sizes, names, who prints, and that nothing is dead or forgotten."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import cablecheck
from cablecheck.cli import COMMANDS
from cablecheck.errors import ExitCode

TOP = Path(__file__).parent.parent
PACKAGE = TOP / "cablecheck"
MODULES = sorted(PACKAGE.rglob("*.py"))
TEXTS = [
    path
    for folder in ("cablecheck", "tests", "scenarios", ".ci")
    for path in sorted((TOP / folder).rglob("*"))
    if path.is_file() and "__pycache__" not in path.parts
] + [TOP / name for name in ("README.md", "pyproject.toml", ".gitignore")]

MOST_LINES_OF_A_MODULE = 300
MOST_LINES_OF_A_FUNCTION = 40
NO_NOUNS = {"utils", "util", "base", "core", "manager", "helpers", "common", "misc"}
# Written in pieces, so that this file does not name what it forbids.
FORBIDDEN = re.compile(
    "|".join(
        (
            "/wo" + "rk/",
            "/ro" + "ot/",
            "/ho" + "me/[a-z]",
            r"py" + r"pi\.org|pythonhos" + r"ted\.org|npm" + r"js\.(?:org|com)",
            r"--?(?:index-" + r"url|trusted-" + r"host)",
        )
    )
)


def test_a_module_fits_a_head() -> None:
    sizes = {_named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: size for name, size in sizes.items() if size > MOST_LINES_OF_A_MODULE} == {}


def test_a_function_fits_a_screen() -> None:
    sizes = {
        f"{_named(path)}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path, node in _nodes()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: size for name, size in sizes.items() if size > MOST_LINES_OF_A_FUNCTION} == {}


def test_a_file_is_a_noun_of_the_domain() -> None:
    words = {_named(path): {path.stem, *path.relative_to(PACKAGE).parts[:-1]} for path in MODULES}
    assert [name for name, parts in words.items() if parts & NO_NOUNS] == []


def test_a_module_says_what_it_is() -> None:
    assert [
        _named(path) for path in MODULES if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ] == []


def test_only_the_command_line_speaks() -> None:
    spoken = [
        f"{_named(path)}:{node.lineno}"
        for path, node in _nodes()
        if (_is_name(node, "print") or _is_of_sys(node, "stdout") or _is_of_sys(node, "stderr"))
        and not path.is_relative_to(PACKAGE / "cli")
    ]
    assert spoken == []


def test_only_the_program_itself_exits() -> None:
    leaving = [
        f"{_named(path)}:{node.lineno}"
        for path, node in _nodes()
        if (_is_name(node, "SystemExit", "exit", "quit") or _is_of_sys(node, "exit"))
        and path.name != "__main__.py"
    ]
    assert leaving == []


def test_the_map_names_every_folder_and_file_of_the_first_level_and_no_other() -> None:
    drawn = set(re.findall(r"^- `([a-z_]+(?:/|\.py))`", cablecheck.__doc__ or "", re.MULTILINE))
    there = {f"{path.name}/" for path in PACKAGE.iterdir() if path.is_dir() and any(path.glob("*.py"))}
    there |= {path.name for path in PACKAGE.glob("*.py")} - {"__init__.py"}
    assert drawn == there


def test_the_map_is_no_code() -> None:
    assert [type(node) for node in ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8")).body] == [
        ast.Expr
    ]


def test_no_module_is_dead() -> None:
    entries = {"cablecheck.__main__", "cablecheck"} | {
        f"cablecheck.cli.{name.replace('-', '_')}" for name in COMMANDS
    }
    imported = {target for path in MODULES for target in _imports(path)}
    dead = {_dotted(path) for path in MODULES} - imported - entries
    assert not dead


def test_every_module_of_the_command_line_is_a_command_or_serves_one() -> None:
    missing = [name for name in COMMANDS if not (PACKAGE / "cli" / f"{name.replace('-', '_')}.py").is_file()]
    assert not missing


def test_no_file_names_the_place_where_it_was_written() -> None:
    named = [
        f"{_named(path)}:{number}"
        for path in TEXTS
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if FORBIDDEN.search(line)
    ]
    assert named == []


def test_every_folder_of_tests_is_a_package() -> None:
    bare = {path.parent for path in (TOP / "tests").rglob("test_*.py")} - {
        path.parent for path in (TOP / "tests").rglob("__init__.py")
    }
    assert not bare


def test_the_readme_tells_every_exit_code_and_no_other() -> None:
    rows = re.findall(r"^\| (\d+) \| ", (TOP / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(code) for code in rows] == [int(code) for code in ExitCode]


def _nodes() -> Iterator[tuple[Path, Any]]:
    """Every node of every module; `Any`, because only some kinds of node have a line."""
    for path in MODULES:
        for node in _nodes_of(path):
            yield path, node


@cache
def _nodes_of(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def _is_name(node: ast.AST, *names: str) -> bool:
    return isinstance(node, ast.Name) and node.id in names


def _is_of_sys(node: ast.AST, attribute: str) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == attribute and _is_name(node.value, "sys")


def _named(path: Path) -> str:
    return str(path.relative_to(TOP))


def _dotted(path: Path) -> str:
    return ".".join(path.relative_to(TOP).with_suffix("").parts).removesuffix(".__init__")


def _imports(path: Path) -> Iterator[str]:
    """Every module of ours that a module imports, the packages above it included."""
    for node in _nodes_of(path):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            if name.startswith("cablecheck"):
                parts = name.split(".")
                yield from (".".join(parts[:end]) for end in range(1, len(parts) + 1))
