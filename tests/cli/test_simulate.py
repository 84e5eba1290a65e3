from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from simon_elmo.cli.running import run_command
from simon_elmo.cli.simulate import simulate as simulate_command
from simon_elmo.simulation.generator import simulate
from simon_elmo.simulation.simulated_columns import SimulatedColumns

TYPES = {"integer": "int", "phone": ["phone", "text"]}


@pytest.fixture
def types_file(tmp_path):
    path = tmp_path / "types.json"
    path.write_text(json.dumps(TYPES))
    return path


def run(*arguments):
    app = typer.Typer()
    app.command()(run_command(simulate_command, debug=False))
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_columns_are_written_as_the_library_makes_them(tmp_path, types_file):
    output = tmp_path / "columns.parquet"
    result = run(
        *("--columns", 8, "--cells", 20, "--output", output, "--types", types_file),
        *("--seed", 4, "--null-rate", 0.2, "--locale", "de_DE", "--locale", "fr_FR"),
    )
    assert (result.exit_code, result.stdout) == (0, "")
    wanted = simulate(8, 20, TYPES, seed=4, null_rate=0.2, locales=["de_DE", "fr_FR"])
    assert SimulatedColumns.load(output) == wanted


@pytest.mark.parametrize("name", ["columns.csv", "columns.JSON"])
def test_what_is_written_is_parquet_and_is_called_so(tmp_path, types_file, name):
    result = run("--columns", 4, "--cells", 5, "--output", tmp_path / name, "--types", types_file)
    assert result.exit_code == 2
    assert "columns.parquet" in result.output
    assert not (tmp_path / name).exists()


def test_labels_can_be_chosen(tmp_path, types_file):
    output = tmp_path / "columns.parquet"
    assert (
        run("--columns", 4, "--cells", 5, "--output", output, "--types", types_file, "--labels", "int, text").exit_code
        == 0
    )
    assert set(SimulatedColumns.load(output).labels) == {("int",), ("text",)}


def test_describe_lists_providers_labels_and_examples(types_file):
    result = run("--describe", "--types", types_file)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["provider", "labels", "example", "another", "example"]
    assert [line.split()[0] for line in lines[1:]] == ["integer", "phone"]
    assert "phone, text" in lines[2]
    assert sum(character.isdigit() for character in lines[2]) >= 14


def one_line(result):
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    return result.stderr


def test_wrong_usage_is_one_line_and_exit_code_2(tmp_path, types_file):
    output = tmp_path / "columns.parquet"
    assert "--output" in one_line(run("--columns", 5))
    assert "--output" in one_line(run("--output", tmp_path))
    assert "--output" in one_line(run("--output", tmp_path / "no" / "folder.parquet"))
    assert "emial" in one_line(run("--output", output, "--types", types_file, "--labels", "emial"))
    assert "xx_XX" in one_line(run("--output", output, "--types", types_file, "--locale", "xx_XX"))
    assert "null-rate" in one_line(run("--output", output, "--null-rate", "2"))
    assert "min_cells" in one_line(run("--output", output, "--types", types_file, "--min-cells", 501))
    types_file.write_text('{"no_such_provider": "text"}')
    assert "no_such_provider" in one_line(run("--output", output, "--types", types_file))
    types_file.write_text("{")
    assert "types.json" in one_line(run("--output", output, "--types", types_file))
    assert not output.exists()
