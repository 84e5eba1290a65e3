"""What is promised around the code: versions, extras, what an installation contains."""

from __future__ import annotations

import ast
import re
import sys
import tomllib

import pytest

import simon_elmo

IMPORTED_AS = {"scikit-learn": "sklearn"}


@pytest.fixture(scope="module")
def project(repository):
    return tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def name_of(requirement: str) -> str:
    name = re.match(r"[A-Za-z0-9_-]+", requirement)[0]
    return IMPORTED_AS.get(name, name)


def test_the_changelog_begins_with_this_version(repository):
    changelog = (repository / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## (\S+)", changelog, re.MULTILINE)[1] == simon_elmo.__version__
    citation = (repository / "CITATION.cff").read_text(encoding="utf-8")
    assert f"version: {simon_elmo.__version__}\n" in citation


def test_the_oldest_python_is_the_same_everywhere(repository, project):
    oldest = project["requires-python"].removeprefix(">=")
    assert f"Programming Language :: Python :: {oldest}" in project["classifiers"]
    assert f"Python {oldest} " in (repository / "README.md").read_text(encoding="utf-8")
    workflow = (repository / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    for classifier in project["classifiers"]:
        if version := re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", classifier):
            assert f'"{version[1]}"' in workflow


def test_what_is_imported_is_declared_and_every_extra_has_code(repository, project):
    """A package that modules import is a dependency or belongs to an extra; an extra that installs code is imported."""
    imported = set()
    for path in (repository / "simon_elmo").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        imported |= set(re.findall(r'(?:MissingExtra|require_extra)\("(\w+)"', text))  # looked for, and used by Keras
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.split(".")[0])
    imported -= {*sys.stdlib_module_names, "simon_elmo"}
    core = {name_of(requirement) for requirement in project["dependencies"]}
    assert core <= imported
    extras = {
        name: {name_of(requirement) for requirement in requirements} - {"simon_elmo"}
        for name, requirements in project["optional-dependencies"].items()
        if name not in ("test", "dev")
    }
    declared = core | {package for packages in extras.values() for package in packages}
    # what these come with, and what is read only if it is there
    assert imported - declared - {"click", "packaging"} <= {"woodwork", "autogluon", "d3m", "frictionless"}
    for name, packages in extras.items():
        for package in packages:
            assert package in imported or name in ("jax", "torch"), f"the extra {name} installs {package} for no code"


def test_extras_are_named_in_messages_as_they_are_called(repository, project):
    for path in (repository / "simon_elmo").rglob("*.py"):
        for extra in re.findall(r"simon_elmo\[(\w+)\]", path.read_text(encoding="utf-8")):
            assert extra in project["optional-dependencies"]
