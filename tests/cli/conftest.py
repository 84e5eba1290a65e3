from __future__ import annotations

import random
from pathlib import Path

import pytest

from simon_elmo.simulation.simulated_columns import SimulatedColumns

WORDS = ("amber", "birch", "cedar", "delta", "ember", "frost", "glade", "harbor", "island", "jungle", "kettle", "lake")
LABELS = ("datetime", "email", "float", "int", "text")


def cell(label: str, generator: random.Random) -> str:
    if label == "email":
        return f"{generator.choice(WORDS)}.{generator.choice(WORDS)}{generator.randint(1, 99)}@example.org"
    if label == "datetime":
        return f"20{generator.randint(10, 29)}-{generator.randint(1, 12):02}-{generator.randint(1, 28):02}"
    if label == "float":
        return f"{generator.uniform(0, 100):.3f}"
    if label == "int":
        return str(generator.randint(0, 10_000))
    return " ".join(generator.choices(WORDS, k=3))


def labelled_columns(n_columns: int, seed: int) -> SimulatedColumns:
    """Columns of five easy labels; e-mails are text as well."""
    generator = random.Random(seed)
    labels = [LABELS[index % len(LABELS)] for index in range(n_columns)]
    return SimulatedColumns(
        columns=[[cell(label, generator) for _ in range(12)] for label in labels],
        labels=[("email", "text") if label == "email" else (label,) for label in labels],
        headers=[f"{label}_{index}" for index, label in enumerate(labels)],
    )


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory) -> Path:
    """A folder with a small network that knows five labels."""
    from simon_elmo.simon.characters import CharacterVocabulary
    from simon_elmo.simon.columns import ColumnClassifier
    from simon_elmo.simon.config import SimonConfig
    from simon_elmo.training.config import TrainingConfig

    vocabulary = CharacterVocabulary.published()
    config = SimonConfig(
        n_characters=vocabulary.size,
        max_len=24,
        max_cells=8,
        filters=(16, 24),
        kernel_widths=(1, 3),
        pool_sizes=(1, 2),
        padding="same",
        cell_units=12,
        column_units=8,
        feature_units=16,
        lstm_dropout=0.0,
        recurrent_dropout=0.0,
        cell_dropout=0.0,
        column_dropout=0.0,
        feature_dropout=0.0,
        convolution_dropout=0.0,
    )
    data = labelled_columns(250, seed=1)
    classifier = ColumnClassifier(LABELS, config=config, vocabulary=vocabulary)
    classifier.fit(
        data.columns, data.labels, training=TrainingConfig(epochs=25, learning_rate=0.02, batch_size=16, seed=1)
    )
    folder = tmp_path_factory.mktemp("models") / "tiny"
    classifier.save(folder)
    return folder


@pytest.fixture
def labelled_file(tmp_path) -> Path:
    """A parquet file of 40 labelled columns; the last two are labelled wrongly."""
    data = labelled_columns(40, seed=2)
    data.labels[-2:] = [("datetime",), ("datetime",)]
    data.save(tmp_path / "labelled.parquet")
    return tmp_path / "labelled.parquet"


@pytest.fixture
def simon_elmo(capfdbinary, monkeypatch):
    """Run the command line in this process: arguments -> (exit code, stdout, stderr)."""
    monkeypatch.delenv("COLUMNS", raising=False)  # set by pytest-xdist in its workers

    def run(*arguments: object) -> tuple[int, str, str]:
        from simon_elmo.cli import main

        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as stopped:
            main([str(argument) for argument in arguments])
        out, err = capfdbinary.readouterr()
        return stopped.value.code or 0, out.decode("utf-8", "surrogateescape"), err.decode("utf-8", "surrogateescape")

    return run
