"""Imports point one way, and what is heavy is loaded only when it is used."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "simon_elmo"
LAYERS = (
    {"version", "errors", "config", "elmo_config", "text_config", "labels", "ngrams", "specificity", "taxonomy"},
    {"tables", "text", "simulation"},
    {"layers"},
    {"models"},
    {"transfer", "language_model", "presets", "persistence", "model_card", "calibration"},
    {"training", "training_data", "training_history", "column_batches", "text_training", "varied_batches"}
    | {"evaluation", "roc", "tag_scores", "runtime", "onnx_graph"},
    {"classifiers", "classified"},
    {"interchange"},
    {"estimators", "legacy", "report", "plots", "plots_elmo", "distributed"},
    {"cli", "server"},
    {"__main__"},
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
KERAS_AT_THE_TOP = {"layers", "models", "transfer", "language_model", "training", "text_training"}
KERAS_AT_THE_TOP |= {"column_batches", "varied_batches"}
SKLEARN_AT_THE_TOP = {"estimators"}  # its classes are scikit-learn's by inheritance
HEAVY = {"keras", "tensorflow", "torch", "jax", "faker", "sklearn", "matplotlib", "onnx", "ray", "fastapi"}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def part_of(path: Path) -> str:
    """The name below `simon_elmo` that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


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


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_one_way(path):
    part = part_of(path)
    assert part in LEVEL, f"{part} has no place in the direction of imports"
    for name in imported(ast.parse(path.read_text(encoding="utf-8"))):
        parts = name.split(".")
        if parts[0] != "simon_elmo" or parts[1] == "__version__":
            continue
        assert LEVEL[parts[1]] <= LEVEL[part], f"{path.name} in {part} imports {name} from above"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_heavy_packages_are_imported_where_they_are_used(path):
    loaded = {name.split(".")[0] for name in imported(at_the_top(ast.parse(path.read_text(encoding="utf-8"))))}
    allowed = {"keras"} if part_of(path) in KERAS_AT_THE_TOP else set()
    allowed |= {"sklearn"} if part_of(path) in SKLEARN_AT_THE_TOP else set()
    assert not (loaded & HEAVY) - allowed


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


def test_every_public_name_is_there():
    import simon_elmo

    for name in simon_elmo.__all__:
        assert getattr(simon_elmo, name) is not None
    assert set(dir(simon_elmo)) >= set(simon_elmo.__all__)
    with pytest.raises(AttributeError, match="nonsense"):
        simon_elmo.nonsense  # noqa: B018
