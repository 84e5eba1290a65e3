"""The file from which an interrupted training goes on as if it had not been interrupted."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from simon_elmo.errors import InvalidInput
from simon_elmo.persistence import write_bytes_atomically
from simon_elmo.training.history import TrainingHistory


class Checkpoint:
    """An `.npz` file of all variables of a network and its optimizer, the best weights so far, and the history.

    The states of random generators and optimizers are variables too, so that the epochs after an interruption are those
    of a training without one.

    Args:
        path: the file.
        run: what makes the run what it is, as JSON has it: the file of another run is refused.
    """

    def __init__(self, path: Path, run: Mapping[str, Any]) -> None:
        self.path, self.run = path, run

    def save(self, network: keras.Model, history: TrainingHistory, best: Sequence[np.ndarray]) -> None:
        """Write the state after an epoch.

        Args:
            network: as it is, compiled.
            history: of the epochs so far.
            best: the best weights so far, in the order of `network.weights`.
        """
        note = {
            "recipe": self.run,
            "epochs": history.epochs,
            "best_epoch": history.best_epoch,
            "start_loss": history.start_loss,
        }
        arrays = {f"v{i}": keras.ops.convert_to_numpy(variable) for i, variable in enumerate(_variables(network))}
        arrays |= {f"b{i}": value for i, value in enumerate(best)}
        buffer = io.BytesIO()
        np.savez(buffer, note=np.array(json.dumps(note)), **arrays)
        write_bytes_atomically(self.path, buffer.getvalue())

    def resume(self, network: keras.Model) -> tuple[TrainingHistory, list[np.ndarray]]:
        """Give a network and its optimizer the state that was saved; return the history and the best weights.

        Args:
            network: compiled, its optimizer built.

        Raises:
            InvalidInput: for a file that is no checkpoint, or that of another run.
        """
        try:
            with np.load(self.path, allow_pickle=False) as file:
                note = json.loads(str(file["note"]))
                stored = {name: file[name] for name in file.files if name != "note"}
        except (OSError, ValueError, KeyError, EOFError) as error:
            raise InvalidInput(f"{self.path} is not a checkpoint: {error}; delete it to start again") from error
        variables = _variables(network)
        if note["recipe"] != self.run or any(f"v{i}" not in stored for i in range(len(variables))):
            raise InvalidInput(f"{self.path} is the checkpoint of another run; delete it or name another file")
        for position, variable in enumerate(variables):
            variable.assign(stored[f"v{position}"])
        best = [stored[f"b{position}"] for position in range(len(network.weights))]
        return TrainingHistory(note["epochs"], note["best_epoch"], note.get("start_loss", float("inf"))), best


def _variables(network: keras.Model) -> list[Any]:
    return [*network.variables, *network.optimizer.variables]
