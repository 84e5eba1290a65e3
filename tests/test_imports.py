"""Imports point one way and form no circle; what is heavy is loaded only where it is used (docs/architecture.md)."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "simon_elmo"
# a part may import from its own row and from those above it
ROWS = (
    {"errors", "version", "lazy", "config", "progress", "labels", "persistence", "presets"},
    {"words", "tables", "evaluation"},
    {"transfer", "training", "simulation"},
    {"simon", "elmo"},
    {"text"},
    {"estimators", "interchange", "legacy", "reports"},
    {"cli"},
    {"__main__"},
)
ROW = {name: row for row, names in enumerate(ROWS) for name in names}
APART = ({"simon", "elmo"},)  # wings of one row that do not know each other
KERAS_FOLDERS = {"network", "transfer", "training"}
SKLEARN_AT_THE_TOP = {"estimators"}  # its classes are scikit-learn's by inheritance
HEAVY = {"keras", "tensorflow", "torch", "jax", "faker", "sklearn", "matplotlib", "onnx", "ray", "fastapi"}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py" or path.parent.name == "cli")
NAMES = {".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts): path for path in MODULES}
EXPORTED: dict[str, str] = {}  # name in a folder that hands it on -> name in the module that defines it
for face in PACKAGE.rglob("__init__.py"):
    folder = ".".join(face.relative_to(PACKAGE.parent).parts[:-1])
    for node in ast.walk(ast.parse(face.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and face.parent.name != "cli":
            EXPORTED |= {f"{folder}.{alias.name}": f"{node.module}.{alias.name}" for alias in node.names}
SHOWN = pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))


def part_of(path: Path) -> str:
    """The name below `simon_elmo` that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def at_the_top(tree: ast.Module) -> ast.Module:
    """What runs when the module is imported: not functions, and not what is for type checkers only."""
    body = [
        node
        for node in tree.body
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test))
    ]
    return ast.Module([node for node in body if not isinstance(node, ast.ClassDef)], [])


@SHOWN
def test_imports_point_one_way(path):
    part = part_of(path)
    assert part in ROW, f"{part} has no place in the direction of imports"
    for name in imported(tree_of(path)):
        parts = name.split(".")
        if parts[0] != "simon_elmo" or parts[1] == "__version__":
            continue
        assert ROW[parts[1]] <= ROW[part], f"{path.name} in {part} imports {name} from above"
        assert not any({part, parts[1]} == wings for wings in APART), f"{path.name} in {part} imports {name}"


def test_there_is_no_circle_of_imports():
    """Imports in functions and for type checkers count as well."""
    arrows = {
        name: {module_of(target) for target in imported(tree_of(path))} - {None, name} for name, path in NAMES.items()
    }
    while leaves := {name for name, targets in arrows.items() if not targets & set(arrows)}:
        arrows = {name: targets for name, targets in arrows.items() if name not in leaves}
    # what is left are circles, and what leads to them
    while starts := set(arrows) - {target for targets in arrows.values() for target in targets}:
        arrows = {name: targets for name, targets in arrows.items() if name not in starts}
    assert not arrows


def module_of(name: str) -> str | None:
    """The module that an imported name lies in, also if it is imported from a folder; None for other packages."""
    name = EXPORTED.get(name, name)
    return next((known for known in (name, name.rpartition(".")[0]) if known in NAMES), None)


@SHOWN
def test_heavy_packages_are_imported_where_they_are_used(path):
    loaded = {name.split(".")[0] for name in imported(at_the_top(tree_of(path)))}
    allowed = {"keras"} if KERAS_FOLDERS & set(path.relative_to(PACKAGE).parts[:-1]) else set()
    allowed |= {"sklearn"} if part_of(path) in SKLEARN_AT_THE_TOP else set()
    assert not (loaded & HEAVY) - allowed


@SHOWN
def test_what_needs_keras_is_not_imported_at_the_top_of_what_does_not(path):
    """Only folders of Keras code load each other when they are imported; everything else loads them when it trains."""
    if KERAS_FOLDERS & set(path.relative_to(PACKAGE).parts[:-1]):
        return
    for name in imported(at_the_top(tree_of(path))):
        module = module_of(name)
        assert module is None or "keras" not in {
            loaded.split(".")[0] for loaded in imported(at_the_top(tree_of(NAMES[module])))
        }, f"{name} loads Keras"


@SHOWN
def test_nobody_writes_the_private_fields_of_another_object(path):
    tree = tree_of(path)
    own = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and is_self(node.value)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and not is_self(node.value):
            private = node.attr.startswith("_") and node.attr not in own
            assert not private, f"{path.name}:{node.lineno} writes {ast.unparse(node)}"


def is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


def loaded_after(code: str) -> set[str]:
    found = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules)"], capture_output=True, text=True, check=True
    )
    return {name.split(".")[0] for name in found.stdout.split()}


def test_importing_the_library_loads_nothing_heavy():
    loaded = loaded_after("import simon_elmo; simon_elmo.__version__; dir(simon_elmo)")
    assert not loaded & (HEAVY | {"pandas", "numpy", "onnxruntime", "pyarrow", "h5py", "typer", "rich"})


def test_the_classifier_loads_neither_keras_nor_pandas():
    loaded = loaded_after("import simon_elmo; simon_elmo.ColumnClassifier, simon_elmo.read_table")
    assert "numpy" in loaded
    assert not loaded & (HEAVY | {"pandas"})


def test_what_elmo_is_told_and_reads_loads_no_keras():
    names = "ElmoEmbedder, ElmoConfig, LanguageModelTraining, Corpus, TokenCache, SemanticIndex, DumpOptions"
    assert not loaded_after(f"from simon_elmo.elmo import {names}, BidirectionalLanguageModel, LanguageModel") & (
        HEAVY | {"h5py", "pandas"}
    )


def test_every_public_name_is_there():
    import simon_elmo

    for name in simon_elmo.__all__:
        assert getattr(simon_elmo, name) is not None
    assert set(dir(simon_elmo)) >= set(simon_elmo.__all__)
    with pytest.raises(AttributeError, match="nonsense"):
        simon_elmo.nonsense  # noqa: B018


def test_the_page_on_architecture_has_a_line_for_each_folder_and_no_other(repository):
    page = (repository / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = {
        name.removesuffix("/").removesuffix(".py"): int(row)
        for row, cell in re.findall(r"^\| (\d) \| (.+?) \|", page, re.MULTILINE)
        for name in re.findall(r"`([^`]+)`", cell)
    }
    parts = {part_of(path) for path in MODULES} - {"__main__"}
    assert set(named) == parts
    assert all((ROW[one] < ROW[other]) == (named[one] < named[other]) for one in parts for other in parts)
    for module in re.findall(r"`((?:\w+/)+\w+\.py)`", page):
        assert (PACKAGE / module).exists() or (repository / module).exists(), f"docs/architecture.md names {module}"


def test_no_folder_exports_the_name_of_one_of_its_modules():
    """The import system writes a module over the exported thing of the same name, whenever the module is imported."""
    for face in PACKAGE.rglob("__init__.py"):
        folder = ".".join(face.relative_to(PACKAGE.parent).parts[:-1])
        for path in face.parent.iterdir():
            assert f"{folder}.{path.stem}" not in EXPORTED, f"{folder} exports {path.stem}, which is a module of it"
